import { apexFromMask, type StackEnd } from '../core/scar/anatomy.ts';
import type { LabelVolume, PatientFrame } from '../core/volume/volume.ts';
import type { Segmentation } from './analysis.ts';

/** From base to apex a heart points to the left, forward and down: the direction in LPS of a usual long axis. */
const BASE_TO_APEX = [0.65, -0.6, -0.45] as const;

/** Which end of the stack is the apex: what the user says, else the taper of the mask, else the header, else the first. */
export function findApex(labels: LabelVolume, chosen: StackEnd | undefined): Segmentation['apex'] {
  if (chosen !== undefined) return { end: chosen, from: 'user' };
  const fromMask = apexFromMask(labels);
  if (fromMask !== null) return { end: fromMask, from: 'mask' };
  if (labels.frame !== null) return { end: apexFromFrame(labels.frame), from: 'header' };
  return { end: 'first', from: 'assumed' };
}

function apexFromFrame({ sliceStep }: PatientFrame): StackEnd {
  const along = sliceStep.reduce((sum, part, axis) => sum + part * BASE_TO_APEX[axis], 0);
  return along > 0 ? 'last' : 'first';
}
