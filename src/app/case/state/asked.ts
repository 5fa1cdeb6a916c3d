import type { StackEnd } from '../../../core/segmentation/anatomy.ts';
import type { LabelVolume } from '../../../core/volume/volume.ts';

/** What measures and curve are made of. */
export interface Asked {
  readonly labels: LabelVolume;
  readonly apexEnd: StackEnd;
  /** Of the form. */
  readonly revision: number;
}

export const isSame = (a: Asked, b: Asked): boolean =>
  a.labels === b.labels && a.apexEnd === b.apexEnd && a.revision === b.revision;
