import { dice, STRUCTURES } from '../../core/segmentation/agreement.ts';
import { isScar, voxelVolumeMl, type LabelVolume } from '../../core/volume/volume.ts';

/** A method's result on a heart whose truth is known. */
export interface AgainstTruth {
  readonly scarMl: number;
  /** Of scar, with the true labels, over the whole heart; null where both have none. */
  readonly dice: number | null;
}

/** How close labels are to the truth. */
export function againstTruth(found: LabelVolume, truth: LabelVolume): AgainstTruth {
  const agreed = dice(found, truth, STRUCTURES.scar);
  let voxels = 0;
  for (const label of found.labels) if (isScar(label)) voxels += 1;
  return { scarMl: voxels * voxelVolumeMl(found), dice: Number.isNaN(agreed) ? null : agreed };
}
