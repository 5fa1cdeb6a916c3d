import { writeNiftiMask } from '../../core/nifti/mask.ts';
import { AS_STORED, storedLabels } from '../../core/volume/arrangement.ts';
import type { LabelVolume } from '../../core/volume/volume.ts';
import type { StackSource } from '../reading/study.ts';

/** The labels as a gzipped NIfTI that lies voxel on voxel on the file that the image came from. */
export const toMask = (labels: LabelVolume, source: StackSource): Uint8Array =>
  writeNiftiMask(storedLabels(labels, source.arrangement ?? AS_STORED), source);
