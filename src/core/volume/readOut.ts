import { inPatient } from './vectors.ts';
import type { Grid, LabelVolume, SlicePoint, Vector3, Volume } from './volume.ts';

/** What an image says at one voxel. */
export interface VoxelReadOut {
  /** Indices in the stack, from 0. */
  readonly column: number;
  readonly row: number;
  readonly slice: number;
  /**
   * The voxel's centre in the patient (DICOM LPS), mm; null where the file does not give the orientation or the
   * lengths.
   */
  readonly placeMm: Vector3 | null;
  /** As stored, in the image's own unit; null where the file holds no value. */
  readonly signal: number | null;
  /** One of `Label`; null where nothing was segmented yet. */
  readonly label: number | null;
}

/** Reads the voxel that contains a point of a slice; null beyond the slice. */
export function readVoxel(
  volume: Volume,
  labels: LabelVolume | null,
  slice: number,
  point: SlicePoint,
): VoxelReadOut | null {
  const [columns, rows] = volume.size;
  const [column, row] = [Math.round(point[0]), Math.round(point[1])];
  if (column < 0 || row < 0 || column >= columns || row >= rows) return null;
  const at = column + columns * (row + rows * slice);
  return {
    column,
    row,
    slice,
    placeMm: volume.frame && !volume.lengthsUnknown ? inPatient(volume, volume.frame, [column, row, slice]) : null,
    signal: volume.noData?.[at] === 1 ? null : volume.voxels[at],
    label: labels?.labels[at] ?? null,
  };
}

/** The distance between two points of a slice, mm; null where lengths are not known. */
export function lengthMm({ spacing, lengthsUnknown }: Grid, from: SlicePoint, to: SlicePoint): number | null {
  if (lengthsUnknown) return null;
  return Math.hypot((to[0] - from[0]) * spacing[0], (to[1] - from[1]) * spacing[1]);
}
