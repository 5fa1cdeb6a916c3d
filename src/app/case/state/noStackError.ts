import { ScarcastError, type Bare } from '../../../core/errors.ts';
import type { FileReason, SeriesReason } from '../../../pipeline/reading/reasons.ts';
import type { Study } from '../../../pipeline/reading/study.ts';

/** No stack of the dropped files was, or could be, opened. */
export type NoStackReason =
  | Bare<'noSeriesChosen' | 'noStack' | 'noOtherStack' | 'segmentationAlone'>
  /** The open case stays. */
  | { readonly code: 'noStackCaseKept'; readonly why: readonly (FileReason | SeriesReason)[] };

export class NoStackError extends ScarcastError<NoStackReason> {}

/** Why no series of a study can be opened. */
export const whyNone = ({
  series,
  segmentations,
}: Pick<Study, 'series' | 'segmentations'>): 'segmentationAlone' | 'noStack' =>
  series.length === 0 && segmentations.length > 0 ? 'segmentationAlone' : 'noStack';

/** More reasons would fill the page, which shows another case. */
const MOST_REASONS = 3;

/** What was said about the files and series of a study that cannot replace the open case, each reason once. */
export function caseKept({ series, refused }: Pick<Study, 'series' | 'refused'>): NoStackReason {
  const why = new Map([...refused, ...series].map((one) => [JSON.stringify(one.why), one.why]));
  return { code: 'noStackCaseKept', why: [...why.values()].slice(0, MOST_REASONS) };
}
