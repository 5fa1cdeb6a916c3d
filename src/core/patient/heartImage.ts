/**
 * The image that SSCAR's survival network sees (Popescu et al. 2022, from their program), with three departures, each
 * of which was measured: the zero is subtracted before the division, so that a PSIR image's offset changes nothing; the
 * apex comes from the mask, so that a reversed stack changes nothing; and it is centred on the blood pool, not on the
 * image.
 */
import { quantiles } from '../quantiles.ts';
import { isMyocardium, Label, type LabelVolume, type Volume } from '../volume/volume.ts';
import type { StackEnd } from '../segmentation/anatomy.ts';

export const HEART_IMAGE = { side: 64, slices: 12, channels: 2, pixelMm: 2.25, sliceMm: 10 } as const;

/** How many numbers the image branch derives from a heart before its head, which is linear in them. */
export const LATENT = 16;

/** How the label map codes the blood pool; myocardium is 1 and everything else 0. */
const POOL_CODE = 0.25;

/**
 * @returns 12 slices from apex to base x 64 rows x 64 columns x 2 channels (channel fastest): intensity inside the
 * myocardium with blood near 0.5, and the label map. null where there is no myocardium or no blood pool.
 */
export function heartImage(image: Volume, labels: LabelVolume, apex: StackEnd): Float32Array | null {
  const { side, slices, channels, pixelMm, sliceMm } = HEART_IMAGE;
  const [columns, rows, count] = image.size;
  const plane = columns * rows;
  const zero = myocardiumZero(image, labels);
  const place = placeHeart(labels, apex);
  if (zero === null || place === null) return null;
  const ranges = sliceRanges(poolMedians(image, labels), zero);

  const { order, first, centre } = place;
  const output = new Float32Array(slices * side * side * channels);
  for (let z = 0; z < slices; z++) {
    const at = first + Math.round((z * sliceMm) / image.spacing[2]);
    if (at >= count) break;
    const slice = order[at];
    for (let y = 0; y < side; y++) {
      const row = Math.round(centre[1] + ((y - (side - 1) / 2) * pixelMm) / image.spacing[1]);
      if (row < 0 || row >= rows) continue;
      for (let x = 0; x < side; x++) {
        const column = Math.round(centre[0] + ((x - (side - 1) / 2) * pixelMm) / image.spacing[0]);
        if (column < 0 || column >= columns) continue;
        const voxel = slice * plane + row * columns + column;
        const label = labels.labels[voxel];
        const out = ((z * side + y) * side + x) * channels;
        if (isMyocardium(label)) {
          output[out] = Math.max(0, (image.voxels[voxel] - zero) / ranges[slice]);
          output[out + 1] = 1;
        } else if (label === Label.bloodPool) output[out + 1] = POOL_CODE;
      }
    }
  }
  return output;
}

/** The middle of the viable wall, as a quantile of a wall that may hold scar: brighter pixels are above it. */
const VIABLE_QUANTILE = 0.35;

/** A heart image with all of its wall at the grey level of its viable wall: the same heart without scar. */
export function withEvenWall(heart: Float32Array): Float32Array {
  const { channels } = HEART_IMAGE;
  const isWall = (at: number): boolean => heart[at + 1] === 1;
  const wall: number[] = [];
  for (let at = 0; at < heart.length; at += channels) if (isWall(at)) wall.push(heart[at]);
  const even = heart.slice();
  if (wall.length === 0) return even;
  const [grey] = quantiles(wall, [VIABLE_QUANTILE]);
  for (let at = 0; at < heart.length; at += channels) if (isWall(at)) even[at] = grey;
  return even;
}

/** The 1st percentile of the myocardium over the volume. */
function myocardiumZero(image: Volume, labels: LabelVolume): number | null {
  const values: number[] = [];
  labels.labels.forEach((label, at) => {
    if (isMyocardium(label)) values.push(image.voxels[at]);
  });
  return values.length > 0 ? quantiles(values, [0.01])[0] : null;
}

/** How the heart image is placed in a stack. */
export interface HeartPlace {
  /** Column and row of its middle: the blood pool's centroid over the stack. */
  readonly centre: readonly [number, number];
  /** The stack's slices from apex to base. */
  readonly order: readonly number[];
  /** Where in `order` its first slice is: the most apical that holds any left ventricle. */
  readonly first: number;
}

/** null where there is no blood pool. */
export function placeHeart({ size, labels }: LabelVolume, apex: StackEnd): HeartPlace | null {
  const [columns, rows, count] = size;
  const plane = columns * rows;
  let pool = 0;
  let column = 0;
  let row = 0;
  labels.forEach((label, at) => {
    if (label !== Label.bloodPool) return;
    pool += 1;
    column += at % columns;
    row += Math.floor((at % plane) / columns);
  });
  if (pool === 0) return null;
  const order = Array.from({ length: count }, (_, k) => (apex === 'first' ? k : count - 1 - k));
  const first = order.findIndex((slice) =>
    labels.subarray(slice * plane, (slice + 1) * plane).some((label) => label !== Label.background),
  );
  return { centre: [column / pool, row / pool], order, first };
}

/** Median intensity of the blood pool by slice; null where the slice has none. */
function poolMedians(image: Volume, labels: LabelVolume): (number | null)[] {
  const plane = image.size[0] * image.size[1];
  return Array.from({ length: image.size[2] }, (_, slice) => {
    const values: number[] = [];
    for (let at = slice * plane; at < (slice + 1) * plane; at++) {
      if (labels.labels[at] === Label.bloodPool) values.push(image.voxels[at]);
    }
    return values.length > 0 ? quantiles(values, [0.5])[0] : null;
  });
}

/**
 * What a slice's intensities above zero are divided by: twice the blood above zero. A slice without a pool, or whose pool is
 * not above zero, takes the value interpolated between its neighbours in the stack; 1 everywhere if no slice has one.
 */
function sliceRanges(medians: readonly (number | null)[], zero: number): number[] {
  const known = medians.flatMap((median, slice) =>
    median !== null && median > zero ? [{ slice, range: 2 * (median - zero) }] : [],
  );
  return medians.map((_, slice) => {
    const before = known.filter((entry) => entry.slice <= slice).at(-1);
    const after = known.find((entry) => entry.slice >= slice);
    if (before === undefined || after === undefined) return (before ?? after)?.range ?? 1;
    if (before.slice === after.slice) return before.range;
    const share = (slice - before.slice) / (after.slice - before.slice);
    return before.range + share * (after.range - before.range);
  });
}
