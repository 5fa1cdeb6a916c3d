import { ScarcastError, type Bare } from '../../../core/errors.ts';
import type { Study } from '../../../pipeline/reading/study.ts';

/** No stack of the dropped files was, or could be, opened. */
export type NoStackReason = Bare<
  'noSeriesChosen' | 'noStack' | 'noStackCaseKept' | 'noOtherStack' | 'segmentationAlone'
>;

export class NoStackError extends ScarcastError<NoStackReason> {}

/** Why nothing of a study can be opened. */
export const whyNone = ({ series, segmentations }: Pick<Study, 'series' | 'segmentations'>): NoStackReason['code'] =>
  series.length === 0 && segmentations.length > 0 ? 'segmentationAlone' : 'noStack';
