import type { StackAnalysis } from './analyse.ts';
import type { MeasureIntervals } from './measureIntervals.ts';

/** Who drew the contours behind the measures by 'segmentation'. */
export type Whose = 'network' | 'networkByHand' | 'file' | 'fileByHand' | 'mask';

export function whose({ segmentation, corrections }: Pick<StackAnalysis, 'segmentation' | 'corrections'>): Whose {
  if (corrections?.tools.includes('mask')) return 'mask';
  if (segmentation.from === 'file') return corrections ? 'fileByHand' : 'file';
  return corrections ? 'networkByHand' : 'network';
}

/** The intervals that hold for the measures; null where a reader corrected the contours or left slices out. */
export const knownIntervals = ({
  corrections,
  intervals,
  scar,
}: Pick<StackAnalysis, 'corrections' | 'intervals' | 'scar'>): MeasureIntervals | null =>
  corrections || scar.excluded ? null : intervals;

/** For files, which programs and readers of any language use. */
export const DRAWN_BY: Readonly<Record<Whose, string>> = {
  network: 'The network drew the contours',
  networkByHand: "The network's contours were corrected by hand; its intervals do not hold for them",
  file: 'The contours came with the images; no interval is known',
  fileByHand: 'The contours came with the images and were corrected by hand; no interval is known',
  mask: 'The contours come from a mask that the reader opened, with any corrections since; no interval is known',
};
