import type { StackEnd } from '../../../core/segmentation/anatomy.ts';
import type { LabelVolume } from '../../../core/volume/volume.ts';

/** What the measures and the curve are computed from. */
export interface Asked {
  readonly labels: LabelVolume;
  readonly apexEnd: StackEnd;
  /** The form's. */
  readonly revision: number;
}

export const isSame = (a: Asked, b: Asked): boolean =>
  a.labels === b.labels && a.apexEnd === b.apexEnd && a.revision === b.revision;
