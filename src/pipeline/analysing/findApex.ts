import { apexFromMask, type StackEnd } from '../../core/segmentation/anatomy.ts';
import { USUAL_LONG_AXIS } from '../../core/dicom/choosing.ts';
import type { LabelVolume, PatientFrame } from '../../core/volume/volume.ts';
import type { Segmentation } from './analysis.ts';

/** Which end of the stack is the apex: by the taper of the mask, otherwise the header, otherwise the first. */
export function findApex(labels: LabelVolume): Segmentation['apex'] {
  const fromMask = apexFromMask(labels);
  if (fromMask !== null) return { end: fromMask, from: 'mask' };
  if (labels.frame !== null) return { end: apexFromFrame(labels.frame), from: 'header' };
  return { end: 'first', from: 'assumed' };
}

function apexFromFrame({ sliceStep }: PatientFrame): StackEnd {
  const along = sliceStep.reduce((sum, part, axis) => sum + part * USUAL_LONG_AXIS[axis], 0);
  return along > 0 ? 'last' : 'first';
}
