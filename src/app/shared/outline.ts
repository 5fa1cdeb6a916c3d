/** Smooth lines around what is labelled, for the eye: what is measured and saved stays in voxels. */
import { contours } from 'd3';
import { Label, type LabelVolume } from '../../core/volume/volume.ts';

/** How often a mask is blurred by 1 2 1: the steps of a slanting border are some voxels long. */
const BLURS = 3;
/** A voxel's middle stays on its side of the line, and at least this far from it, as a share of the blurred step. */
const LEAST_MARGIN = 0.02;

/** A margin of one voxel around what is labelled, plus the reach of blurring. */
const MARGIN = BLURS + 1;

/**
 * Closed rings around the voxels of a slice that `isInside` selects, in voxel edges (0 is the outer edge of the first
 * column or row), without their first point again: the line of one half of the blurred mask (marching squares), with
 * the middle of every voxel kept on its side, so that no voxel is lost or gained.
 */
export function outlineOf(
  { labels, size: [columns, rows] }: LabelVolume,
  slice: number,
  isInside: (label: number) => boolean,
): readonly (readonly (readonly [number, number])[])[] {
  const plane = labels.subarray(slice * columns * rows, (slice + 1) * columns * rows);
  const part = labelledPart(plane, columns, isInside);
  if (!part) return [];
  const { left, top, width, height } = part;
  const mask = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [x, y] = [left + column, top + row];
      const isWithin = x >= 0 && y >= 0 && x < columns && y < rows;
      if (isWithin && isInside(plane[y * columns + x])) mask[row * width + column] = 1;
    }
  }
  let soft: Float32Array = mask;
  for (let blur = 0; blur < BLURS; blur++) soft = blurred(blurred(soft, width, 1), width, width);
  const kept = Array.from(soft, (value, at) =>
    mask[at] === 1 ? Math.max(value, 0.5 + LEAST_MARGIN) : Math.min(value, 0.5 - LEAST_MARGIN),
  );
  return contours()
    .size([width, height])
    .contour(kept, 0.5)
    .coordinates.flat()
    .map((ring) => ring.slice(1).map(([x, y]) => [left + x, top + y] as const));
}

interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Around all that `isInside` selects, with a margin that may extend beyond the slice; null if nothing is selected. */
function labelledPart(plane: Uint8Array, columns: number, isInside: (label: number) => boolean): Part | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  // Most of a slice is background: it is skipped without a call.
  for (let row = 0, at = 0; at < plane.length; row++) {
    for (let column = 0; column < columns; column++, at++) {
      if (plane[at] === Label.background || !isInside(plane[at])) continue;
      left = Math.min(left, column);
      right = Math.max(right, column);
      top = Math.min(top, row);
      bottom = row;
    }
  }
  if (right < 0) return null;
  const [width, height] = [right - left + 1 + 2 * MARGIN, bottom - top + 1 + 2 * MARGIN];
  return { left: left - MARGIN, top: top - MARGIN, width, height };
}

/** 1 2 1 along an axis: `step` 1 along rows, the width across them. The margin is empty, and stays so. */
function blurred(values: Float32Array, width: number, step: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let at = width; at < values.length - width; at++) {
    result[at] = (values[at - step] + 2 * values[at] + values[at + step]) / 4;
  }
  return result;
}
