import type { StackAnalysis } from '../../../pipeline/analysing/analyse.ts';

/** Who drew what the measures by 'segmentation' are of. */
export type Whose = 'network' | 'networkByHand' | 'file' | 'fileByHand';

export function whose({ segmentation, corrections }: Pick<StackAnalysis, 'segmentation' | 'corrections'>): Whose {
  if (segmentation.from === 'file') return corrections ? 'fileByHand' : 'file';
  return corrections ? 'networkByHand' : 'network';
}
