/**
 * A real ventricle, from a labelled stack, with the expert's scar removed: simulated patients' hearts are warped from
 * it.
 */
import { quantiles } from '../quantiles.ts';
import { apexFromMask } from '../segmentation/anatomy.ts';
import { readWall } from '../scar/wall.ts';
import { isHeart, isMyocardium, isScar, Label, type LabelVolume, type Volume } from '../volume/volume.ts';

/** Directions at which a slice's outlines are tabulated. */
export const ANGLES = 64;
export const ANGLE_STEP = (2 * Math.PI) / ANGLES;
/** Outlines are smoothed over this many of them, SD. */
const OUTLINE_SMOOTHING = 2;
/** Points per pixel, along each side, by which its area is divided among directions. */
const OUTLINE_POINTS = 2;

/** Anything this near to an expert's scar is its fringe, and is removed with it, mm. */
const FRINGE_MM = 3;
/** The noise that remains where scar was removed: the difference from the mean of this many mm around. */
const NOISE_REACH_MM = 4;
/** Fewer viable voxels than this do not say how bright a slice's wall is. */
const LEAST_VIABLE = 20;

/** Mean radius of pool and of heart by direction from the middle, mm. */
export interface Outline {
  /** Column and row. */
  readonly centre: readonly [number, number];
  readonly inner: Float64Array;
  readonly outer: Float64Array;
}

/** A real ventricle without its scar. */
export interface Anatomy {
  /** Slices from apex to base. */
  readonly image: Volume;
  /** Background, blood pool and viable myocardium. */
  readonly labels: LabelVolume;
  /** By slice; null where there is no heart. */
  readonly outlines: readonly (Outline | null)[];
  /** Signal of blood less that of viable wall, by slice. */
  readonly contrast: readonly number[];
  /** mm from where the expert drew scar, negative inside it; null where there was none. */
  readonly fromScarMm: Float32Array | null;
}

/**
 * Removes an expert's scar from a stack, and reads what a warp needs.
 * @returns null where a stack has no blood pool or no wall free of scar
 */
export function readAnatomy(stack: Volume, drawn: LabelVolume): Anatomy | null {
  const [image, labels] = apexFirst(stack, drawn);
  const [columns, rows, slices] = image.size;
  const plane = columns * rows;
  const fromScarMm = distanceFromScar(labels);
  const isFree = (at: number): boolean =>
    isMyocardium(labels.labels[at]) && (fromScarMm === null || fromScarMm[at] > FRINGE_MM);

  const median = (take: (at: number) => boolean, slice: number, least: number): number | null => {
    const values: number[] = [];
    for (let at = slice * plane; at < (slice + 1) * plane; at++) if (take(at)) values.push(image.voxels[at]);
    return values.length >= least ? quantiles(values, [0.5])[0] : null;
  };
  const every = Array.from({ length: slices }, (_, slice) => slice);
  const blood = fillGaps(every.map((slice) => median((at) => labels.labels[at] === Label.bloodPool, slice, 1)));
  const viable = fillGaps(every.map((slice) => median(isFree, slice, LEAST_VIABLE)));
  if (blood === null || viable === null) return null;

  const voxels = image.voxels.slice();
  every.forEach((slice) => {
    for (let at = slice * plane; at < (slice + 1) * plane; at++) {
      if (!isMyocardium(labels.labels[at]) || isFree(at)) continue;
      voxels[at] =
        viable[slice] +
        image.voxels[at] -
        meanAround(image, at, (one) => isMyocardium(labels.labels[one]) && !isFree(one));
    }
  });
  const { centres } = readWall(labels);
  return {
    image: { ...image, voxels },
    labels: { ...labels, labels: labels.labels.map((label) => (isMyocardium(label) ? Label.viable : label)) },
    outlines: centres.map((centre, slice) => centre && outlineOf(labels, slice, centre)),
    contrast: blood.map((value, slice) => value - viable[slice]),
    fromScarMm,
  };
}

/** Image and labels with the apex in the first slice. */
function apexFirst(image: Volume, labels: LabelVolume): [Volume, LabelVolume] {
  if (apexFromMask(labels) !== 'last') return [image, labels];
  const plane = image.size[0] * image.size[1];
  const turned = <T extends Float32Array | Uint8Array>(values: T): T => {
    const other = values.slice() as T;
    for (let slice = 0; slice < image.size[2]; slice++) {
      other.set(values.subarray(slice * plane, (slice + 1) * plane), (image.size[2] - 1 - slice) * plane);
    }
    return other;
  };
  return [
    { ...image, voxels: turned(image.voxels) },
    { ...labels, labels: turned(labels.labels) },
  ];
}

/** By voxel of the wall, mm from the nearest voxel of scar, or within scar less the mm to viable wall. */
function distanceFromScar({ labels, size, spacing }: LabelVolume): Float32Array | null {
  const [columns, rows] = size;
  const scar: number[] = [];
  const viable: number[] = [];
  labels.forEach((label, at) => {
    if (isScar(label)) scar.push(at);
    else if (label === Label.viable) viable.push(at);
  });
  if (scar.length === 0 || viable.length === 0) return null;
  const place = (at: number): readonly [number, number, number] => [
    (at % columns) * spacing[0],
    (Math.floor(at / columns) % rows) * spacing[1],
    Math.floor(at / (columns * rows)) * spacing[2],
  ];
  const distance = new Float32Array(labels.length).fill(Infinity);
  const nearest = (from: readonly number[], to: readonly number[], sign: 1 | -1): void => {
    const places = to.map(place);
    for (const at of from) {
      const [x, y, z] = place(at);
      let least = Infinity;
      for (const [u, v, w] of places) least = Math.min(least, (u - x) ** 2 + (v - y) ** 2 + (w - z) ** 2);
      distance[at] = sign * Math.sqrt(least);
    }
  };
  nearest(viable, scar, 1);
  nearest(scar, viable, -1);
  return distance;
}

/** Values with each gap filled by the nearest known one; null where none is known. */
function fillGaps(values: readonly (number | null)[]): number[] | null {
  const known = values.flatMap((value, at) => (value === null ? [] : [{ at, value }]));
  if (known.length === 0) return null;
  return values.map(
    (_, at) => known.reduce((best, one) => (Math.abs(one.at - at) < Math.abs(best.at - at) ? one : best)).value,
  );
}

function meanAround({ voxels, size, spacing }: Volume, at: number, take: (at: number) => boolean): number {
  const [columns, rows] = size;
  const column = at % columns;
  const row = Math.floor(at / columns) % rows;
  const [across, down] = [Math.round(NOISE_REACH_MM / spacing[0]), Math.round(NOISE_REACH_MM / spacing[1])];
  let sum = 0;
  let count = 0;
  for (let v = Math.max(0, row - down); v <= Math.min(rows - 1, row + down); v++) {
    for (let u = Math.max(0, column - across); u <= Math.min(columns - 1, column + across); u++) {
      const one = at + (v - row) * columns + u - column;
      if (!take(one)) continue;
      sum += voxels[one];
      count += 1;
    }
  }
  return sum / count;
}

/** The radii that give each direction its area, so that papillary gaps and corners do no harm. */
function outlineOf({ labels, size, spacing }: LabelVolume, slice: number, centre: readonly [number, number]): Outline {
  const [columns, rows] = size;
  const area = (spacing[0] * spacing[1]) / OUTLINE_POINTS ** 2;
  const pool = new Float64Array(ANGLES);
  const heart = new Float64Array(ANGLES);
  for (let at = 0; at < columns * rows; at++) {
    const label = labels[slice * columns * rows + at];
    if (!isHeart(label)) continue;
    for (let point = 0; point < OUTLINE_POINTS ** 2; point++) {
      const shift = (k: number): number => (k + 0.5) / OUTLINE_POINTS - 0.5;
      const x = ((at % columns) + shift(point % OUTLINE_POINTS) - centre[0]) * spacing[0];
      const y = (Math.floor(at / columns) + shift(Math.floor(point / OUTLINE_POINTS)) - centre[1]) * spacing[1];
      const angle = Math.floor(((Math.atan2(y, x) + 2 * Math.PI) % (2 * Math.PI)) / ANGLE_STEP) % ANGLES;
      heart[angle] += area;
      if (label === Label.bloodPool) pool[angle] += area;
    }
  }
  const radii = (areas: Float64Array): Float64Array =>
    smoothed(areas).map((value) => Math.sqrt((2 * value) / ANGLE_STEP));
  return { centre, inner: radii(pool), outer: radii(heart) };
}

function smoothed(values: Float64Array): Float64Array {
  const reach = 3 * OUTLINE_SMOOTHING;
  return values.map((_, at) => {
    let sum = 0;
    let weights = 0;
    for (let k = -reach; k <= reach; k++) {
      const weight = Math.exp((-k * k) / (2 * OUTLINE_SMOOTHING ** 2));
      sum += weight * values[(at + k + ANGLES) % ANGLES];
      weights += weight;
    }
    return sum / weights;
  });
}
