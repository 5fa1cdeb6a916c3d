import { ScarcastError, type Bare } from '../../../core/errors.ts';
import type { FileReason, SeriesReason } from '../../../pipeline/reading/reasons.ts';
import type { Study } from '../../../pipeline/reading/study.ts';

/** No stack of the dropped files was, or could be, opened. */
export type NoStackReason =
  | Bare<'noSeriesChosen' | 'noStack' | 'noOtherStack' | 'segmentationAlone'>
  /** And so the case that is open stays. */
  | { readonly code: 'noStackCaseKept'; readonly why: readonly (FileReason | SeriesReason)[] };

export class NoStackError extends ScarcastError<NoStackReason> {}

/** Why nothing of a study can be opened. */
export const whyNone = ({
  series,
  segmentations,
}: Pick<Study, 'series' | 'segmentations'>): 'segmentationAlone' | 'noStack' =>
  series.length === 0 && segmentations.length > 0 ? 'segmentationAlone' : 'noStack';

/** More would fill the page, which shows another case. */
const MOST_REASONS = 3;

/** What was said of the files and series of a study that cannot take an open case's place, each reason once. */
export function caseKept({ series, refused }: Pick<Study, 'series' | 'refused'>): NoStackReason {
  const why = new Map([...refused, ...series].map((one) => [JSON.stringify(one.why), one.why]));
  return { code: 'noStackCaseKept', why: [...why.values()].slice(0, MOST_REASONS) };
}
