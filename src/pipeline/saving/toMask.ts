import { writeNiftiMask } from '../../core/nifti/mask.ts';
import { AS_STORED, storedLabels } from '../../core/volume/arrangement.ts';
import type { LabelVolume } from '../../core/volume/volume.ts';
import type { StackSource } from '../reading/study.ts';

/** The labels as a gzipped NIfTI that matches the image's file voxel by voxel. */
export const toMask = (labels: LabelVolume, source: StackSource): Uint8Array =>
  writeNiftiMask(storedLabels(labels, source.arrangement ?? AS_STORED), source);
