import type { Grid, PatientFrame, Vector3 } from './volume.ts';

export const dot = (a: Vector3, b: Vector3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export const cross = (a: Vector3, b: Vector3): Vector3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** a + step * b */
export const along = (a: Vector3, step: number, b: Vector3): Vector3 => [
  a[0] + step * b[0],
  a[1] + step * b[1],
  a[2] + step * b[2],
];

/**
 * The direction as a unit vector; by a square root, which is the same on every machine, while `Math.hypot` need not be.
 */
export function unit(a: Vector3): Vector3 {
  const length = Math.sqrt(dot(a, a));
  return [a[0] / length, a[1] / length, a[2] / length];
}

/** Where a point in voxel coordinates (column, row, slice) is in the patient, mm LPS. */
export const inPatient = ({ spacing }: Grid, frame: PatientFrame, [column, row, slice]: Vector3): Vector3 =>
  along(
    along(along(frame.origin, column * spacing[0], frame.columnStep), row * spacing[1], frame.rowStep),
    slice * spacing[2],
    frame.sliceStep,
  );
