/** The left ventricle's long axis, from a segmentation of slices more or less across it. */
import { along, unit } from '../volume/vectors.ts';
import { isHeart, Label, type LabelVolume } from '../volume/volume.ts';
import type { ShortAxisPlane } from '../volume/reformat.ts';

/** Slices of 8 mm beyond apex and base, together: a contour may end early. */
const BEYOND_MM = 32;
/** A line through fewer centres of the cavity does not give an axis. */
const LEAST_SLICES = 3;

/**
 * The line through the cavity's centres, slice by slice, each weighed by its area; the stack across it from beyond the apex to beyond
 * the base. If slices are oblique by some angle, the centres of a ventricle twice as long as wide are off by a quarter
 * of it (the conjugate diameter of an ellipsoid): repeated on slices across this line, it soon converges.
 * @returns null where the cavity is seen in fewer than three slices, or the frame is not known
 */
export function longAxisOf({ labels, size, spacing, frame }: LabelVolume): ShortAxisPlane | null {
  if (frame === null) return null;
  const [columns, rows, slices] = size;
  const centres: { z: number; x: number; y: number; area: number }[] = [];
  let [first, last] = [slices, -1];
  for (let slice = 0; slice < slices; slice++) {
    let [x, y, area] = [0, 0, 0];
    for (let row = 0, at = slice * columns * rows; row < rows; row++) {
      for (let column = 0; column < columns; column++, at++) {
        if (!isHeart(labels[at])) continue;
        first = Math.min(first, slice);
        last = slice;
        if (labels[at] !== Label.bloodPool) continue;
        x += column;
        y += row;
        area += 1;
      }
    }
    if (area > 0) centres.push({ z: slice * spacing[2], x: (x / area) * spacing[0], y: (y / area) * spacing[1], area });
  }
  if (centres.length < LEAST_SLICES) return null;
  const total = centres.reduce((sum, { area }) => sum + area, 0);
  const mean = (of: (one: (typeof centres)[number]) => number): number =>
    centres.reduce((sum, one) => sum + (one.area / total) * of(one), 0);
  const [mx, my, mz] = [mean(({ x }) => x), mean(({ y }) => y), mean(({ z }) => z)];
  const spread = mean(({ z }) => (z - mz) ** 2);
  const [slopeX, slopeY] = [
    mean(({ x, z }) => (x - mx) * (z - mz)) / spread,
    mean(({ y, z }) => (y - my) * (z - mz)) / spread,
  ];
  const { origin, columnStep, rowStep, sliceStep } = frame;
  const middle = ((first + last) / 2) * spacing[2];
  const toMiddle = middle - mz;
  const inPlane = along(along(origin, mx + slopeX * toMiddle, columnStep), my + slopeY * toMiddle, rowStep);
  return {
    towardsBase: unit(along(along(sliceStep, slopeX, columnStep), slopeY, rowStep)),
    centre: along(inPlane, middle, sliceStep),
    lengthMm: (last - first + 1) * spacing[2] + BEYOND_MM,
  };
}
