/** Slices across the left ventricle's long axis, from a volume of thin slices in another plane. */
import { USUAL_COLUMNS, USUAL_ROWS } from './arrangement.ts';
import { takeOutMarked } from './noData.ts';
import { along, cross, dot, inPatient, unit } from './vectors.ts';
import type { Grid, PatientFrame, Vector3, Volume } from './volume.ts';

/** Where a stack of short-axis slices is in the patient. */
export interface ShortAxisPlane {
  /** Along the long axis from the apex to the base: a unit vector, LPS. */
  readonly towardsBase: Vector3;
  /** The middle of the stack, mm LPS. */
  readonly centre: Vector3;
  /** mm of the long axis that the slices cover together. */
  readonly lengthMm: number;
}

/** As thick as a slice of a usual short axis, which the networks learned from: 8 mm, without a gap (SCMR 2020). */
export const REFORMATTED_SLICE_MM = 8;
/** mm of the long axis that hold a left ventricle, with a margin. */
export const USUAL_LENGTH_MM = 128;
/** Side of a slice, mm: a heart and its surroundings. */
export const HEART_FIELD_MM = 220;
/** A slice has no more columns than this, however fine the volume. */
const MOST_COLUMNS = 384;
/** A voxel has a value if this share of its thickness has. */
const LEAST_SHARE = 0.5;

/** The usual long axis, from the apex to the base, LPS: across a usual short axis. */
export const USUAL_TOWARDS_BASE: Vector3 = unit(cross(USUAL_COLUMNS, USUAL_ROWS));

/** The middle of a volume, mm LPS. */
export function middleOf(grid: Grid, frame: PatientFrame): Vector3 {
  const [columns, rows, slices] = grid.size;
  return inPatient(grid, frame, [(columns - 1) / 2, (rows - 1) / 2, (slices - 1) / 2]);
}

/** Unit vectors of the slices: columns point as nearly as possible as in a usual short axis. */
function stepsAcross({ towardsBase }: ShortAxisPlane): Omit<PatientFrame, 'origin'> {
  const sliceStep = unit(towardsBase);
  const columnStep = unit(along(USUAL_COLUMNS, -dot(USUAL_COLUMNS, sliceStep), sliceStep));
  return { columnStep, rowStep: cross(sliceStep, columnStep), sliceStep };
}

/**
 * A plane whose axis is tilted, at its base, to the right and down as its slices are shown, and then shifted along it.
 * @param right degrees, less than 90 either way; `down` likewise
 * @param towardsBaseMm of the middle
 */
export function turnedPlane(
  plane: ShortAxisPlane,
  { right, down, towardsBaseMm }: { readonly right: number; readonly down: number; readonly towardsBaseMm: number },
): ShortAxisPlane {
  const { columnStep, rowStep, sliceStep } = stepsAcross(plane);
  const slope = (degrees: number): number => Math.tan((degrees * Math.PI) / 180);
  const towardsBase = unit(along(along(sliceStep, slope(right), columnStep), slope(down), rowStep));
  return { ...plane, towardsBase, centre: along(plane.centre, towardsBaseMm, towardsBase) };
}

/**
 * A stack across the long axis: square slices without gaps, each the mean over its thickness, pixels as fine as the volume's finest
 * spacing, columns and rows pointing most nearly as in a usual short axis, slices counted from the apex. Where less
 * than half of a voxel's thickness has a value, in the volume or beyond it, it has none. The same volume and plane give
 * the same bits.
 * @param fieldMm side of a slice
 * @throws RangeError where the volume's orientation in the patient is not known
 */
export function reformatVolume(volume: Volume, plane: ShortAxisPlane, fieldMm = HEART_FIELD_MM): Volume {
  const { frame } = volume;
  if (frame === null) throw new RangeError('A volume that does not say how it lies cannot be cut across an axis.');
  const finest = Math.min(...volume.spacing);
  const pixelMm = Math.max(finest, fieldMm / MOST_COLUMNS);
  const side = Math.max(1, Math.round(fieldMm / pixelMm));
  const slices = Math.max(1, Math.round(plane.lengthMm / REFORMATTED_SLICE_MM));
  const { columnStep, rowStep, sliceStep } = stepsAcross(plane);
  const half = ((side - 1) / 2) * pixelMm;
  const back = ((slices - 1) / 2) * REFORMATTED_SLICE_MM;
  const origin = along(along(along(plane.centre, -half, columnStep), -half, rowStep), -back, sliceStep);

  const toVoxel = voxelsOf(volume, frame);
  const points = Math.max(1, Math.round(REFORMATTED_SLICE_MM / Math.max(finest, 1)));
  const start = toVoxel(origin);
  const steps = [along([0, 0, 0], pixelMm, columnStep), along([0, 0, 0], pixelMm, rowStep)].map((step) =>
    difference(toVoxel(along(origin, 1, step)), start),
  );
  const through = difference(toVoxel(along(origin, REFORMATTED_SLICE_MM, sliceStep)), start);
  const voxels = new Float32Array(side * side * slices);
  for (let slice = 0, at = 0; slice < slices; slice++) {
    for (let row = 0; row < side; row++) {
      const first = along(along(start, slice, through), row, steps[1]);
      for (let column = 0; column < side; column++, at++) {
        voxels[at] = meanThrough(volume, along(first, column, steps[0]), through, points);
      }
    }
  }
  const noData = takeOutMarked(voxels);
  return {
    size: [side, side, slices],
    spacing: [pixelMm, pixelMm, REFORMATTED_SLICE_MM],
    frame: { origin, columnStep, rowStep, sliceStep },
    voxels,
    ...(noData ? { noData } : {}),
  };
}

const difference = (a: Vector3, b: Vector3): Vector3 => along(a, -1, b);

/** Turns mm of the patient into voxels of a grid, whose steps need not be perpendicular. */
function voxelsOf({ spacing }: Grid, frame: PatientFrame): (mm: Vector3) => Vector3 {
  const { origin, columnStep: a, rowStep: b, sliceStep: c } = frame;
  const whole = dot(a, cross(b, c));
  const [toColumns, toRows, toSlices] = [cross(b, c), cross(c, a), cross(a, b)];
  return (mm) => {
    const from = difference(mm, origin);
    return [
      dot(from, toColumns) / whole / spacing[0],
      dot(from, toRows) / whole / spacing[1],
      dot(from, toSlices) / whole / spacing[2],
    ];
  };
}

/** The mean over one slice's thickness around a point, in voxels; NaN where too little of it has a value. */
function meanThrough(volume: Volume, middle: Vector3, through: Vector3, points: number): number {
  let sum = 0;
  let count = 0;
  for (let point = 0; point < points; point++) {
    const step = (point + 0.5) / points - 0.5;
    const value = valueAt(
      volume,
      middle[0] + step * through[0],
      middle[1] + step * through[1],
      middle[2] + step * through[2],
    );
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count >= LEAST_SHARE * points ? sum / count : NaN;
}

/** Trilinear value; NaN beyond half a voxel from the border, and where the nearest voxel holds no value. */
function valueAt({ voxels, noData, size: [columns, rows, slices] }: Volume, x: number, y: number, z: number): number {
  if (!(x >= -0.5 && y >= -0.5 && z >= -0.5 && x < columns - 0.5 && y < rows - 0.5 && z < slices - 0.5)) return NaN;
  if (noData?.[Math.round(x) + columns * (Math.round(y) + rows * Math.round(z))] === 1) return NaN;
  const cx = Math.min(Math.max(x, 0), columns - 1);
  const cy = Math.min(Math.max(y, 0), rows - 1);
  const cz = Math.min(Math.max(z, 0), slices - 1);
  const [x0, y0, z0] = [Math.floor(cx), Math.floor(cy), Math.floor(cz)];
  const right = x0 + 1 < columns ? 1 : 0;
  const below = y0 + 1 < rows ? columns : 0;
  const behind = z0 + 1 < slices ? columns * rows : 0;
  const [fx, fy, fz] = [cx - x0, cy - y0, cz - z0];
  const at = x0 + columns * (y0 + rows * z0);
  const line = (from: number): number => voxels[from] + fx * (voxels[from + right] - voxels[from]);
  const top = line(at) + fy * (line(at + below) - line(at));
  const far = line(at + behind) + fy * (line(at + behind + below) - line(at + behind));
  return top + fz * (far - top);
}
