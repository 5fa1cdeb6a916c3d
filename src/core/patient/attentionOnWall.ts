import type { StackEnd } from '../segmentation/anatomy.ts';
import { isMyocardium, type LabelVolume } from '../volume/volume.ts';
import { HEART_IMAGE, placeHeart } from './heartImage.ts';

/** Side of the map at the end of the image branch's encoder. */
const SIDE = 16;
/** Pixels of the heart image for each of the map's pixels, along a side. */
const PIXELS = HEART_IMAGE.side / SIDE;

/**
 * Maps the image branch's explanation onto the stack that it was read from, on the wall alone: linear between the map's
 * pixels (9 mm) in a slice, the nearest of its slices (10 mm) across.
 * @param attention 12 slices from apex to base x 16 x 16
 * @returns one value per voxel, scaled so that the wall's largest in size is 1 or -1; 0 outside the wall and where the
 * map does not reach. null where there is no blood pool
 */
export function attentionOnWall(attention: Float32Array, labels: LabelVolume, apex: StackEnd): Float32Array | null {
  const place = placeHeart(labels, apex);
  if (place === null) return null;
  const { size, spacing } = labels;
  const [columns, rows] = size;
  const plane = columns * rows;
  const result = new Float32Array(labels.labels.length);
  place.order.forEach((slice, at) => {
    const z = Math.round(((at - place.first) * spacing[2]) / HEART_IMAGE.sliceMm);
    if (z < 0 || z >= HEART_IMAGE.slices) return;
    for (let p = 0; p < plane; p++) {
      if (!isMyocardium(labels.labels[slice * plane + p])) continue;
      const x = onMap((p % columns) - place.centre[0], spacing[0]);
      const y = onMap(Math.floor(p / columns) - place.centre[1], spacing[1]);
      result[slice * plane + p] = bilinear(attention, z, x, y);
    }
  });
  const most = result.reduce((greatest, value) => Math.max(greatest, Math.abs(value)), 0);
  return most > 0 ? result.map((value) => value / most) : result;
}

/** Voxels from the middle along a side, as a position between the map's pixels. */
function onMap(voxels: number, spacingMm: number): number {
  const pixel = (voxels * spacingMm) / HEART_IMAGE.pixelMm + (HEART_IMAGE.side - 1) / 2;
  return Math.min(SIDE - 1, Math.max(0, (pixel - (PIXELS - 1) / 2) / PIXELS));
}

function bilinear(map: Float32Array, z: number, x: number, y: number): number {
  const [left, top] = [Math.min(SIDE - 2, Math.floor(x)), Math.min(SIDE - 2, Math.floor(y))];
  const [u, v] = [x - left, y - top];
  const value = (column: number, row: number): number => map[(z * SIDE + row) * SIDE + column];
  return (
    (1 - v) * ((1 - u) * value(left, top) + u * value(left + 1, top)) +
    v * ((1 - u) * value(left, top + 1) + u * value(left + 1, top + 1))
  );
}
