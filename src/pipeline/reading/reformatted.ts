/** Stacks that are cut from a volume of thin slices in another plane. */
import { isThinVolume, planeOf } from '../../core/dicom/choosing.ts';
import { reformatVolume, type ShortAxisPlane } from '../../core/volume/reformat.ts';
import { cross } from '../../core/volume/vectors.ts';
import type { Volume } from '../../core/volume/volume.ts';
import type { Stack } from './study.ts';

/** Who says where the long axis runs; 'usual' if no left ventricle was found. */
export type AxisBy = 'network' | 'reader' | 'usual';

/** Whether a stack has to be cut across the heart before it can be measured. */
export function isAskew({ volume, labels }: Stack): boolean {
  const { frame, size, spacing, lengthsUnknown, sliceMm } = volume;
  // Contours that came with a volume belong to its own slices.
  if (frame === null || lengthsUnknown !== undefined || sliceMm !== undefined || labels !== null) return false;
  const plane = planeOf(cross(frame.columnStep, frame.rowStep));
  return isThinVolume({ plane, slices: size[2], gap: spacing[2] });
}

/** The stack across a plane of a volume. */
export const acrossPlane = (stack: Stack, plane: ShortAxisPlane, by: AxisBy): Stack =>
  cutOut(stack, reformatVolume(stack.volume, plane), plane, by);

/** A stack whose slices were already cut from its volume. */
export function cutOut(stack: Stack, volume: Volume, plane: ShortAxisPlane, by: AxisBy): Stack {
  return {
    ...stack,
    volume,
    source: { kind: 'reformatted', plane },
    warnings: [...stack.warnings, { code: 'reformatted', by, sliceMm: volume.spacing[2] }],
  };
}
