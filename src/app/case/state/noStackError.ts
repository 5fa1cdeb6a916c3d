import { ScarcastError, type Bare } from '../../../core/errors.ts';
import type { FileReason, SeriesReason } from '../../../pipeline/reading/reasons.ts';
import type { Study } from '../../../pipeline/reading/study.ts';

/** No stack of the dropped files was, or could be, opened. */
export type NoStackReason =
  | Bare<'noSeriesChosen' | 'noStack' | 'noOtherStack' | 'segmentationAlone' | 'cohortAlone'>
  /** The open case stays. */
  | { readonly code: 'noStackCaseKept'; readonly why: readonly (FileReason | SeriesReason)[] };

export class NoStackError extends ScarcastError<NoStackReason> {}

/** What the cohort room opens. */
const COHORT_FILE = /\.(csv|tsv|scarcohort)$/i;

/** Whether files were dropped, and all of them belong to the cohort room. */
const isCohortAlone = ({ series, refused }: Pick<Study, 'series' | 'refused'>): boolean =>
  series.length === 0 && refused.length > 0 && refused.every(({ path }) => COHORT_FILE.test(path));

/** Why no series of a study can be opened. */
export function whyNone(study: Pick<Study, 'series' | 'segmentations' | 'refused'>): NoStackReason {
  if (isCohortAlone(study)) return { code: 'cohortAlone' };
  const { series, segmentations } = study;
  return { code: series.length === 0 && segmentations.length > 0 ? 'segmentationAlone' : 'noStack' };
}

/** More reasons would fill the page, which shows another case. */
const MOST_REASONS = 3;

/** What was said about the files and series of a study that cannot replace the open case, each reason once. */
export function caseKept(study: Pick<Study, 'series' | 'refused'>): NoStackReason {
  if (isCohortAlone(study)) return { code: 'cohortAlone' };
  const { series, refused } = study;
  const why = new Map([...refused, ...series].map((one) => [JSON.stringify(one.why), one.why]));
  return { code: 'noStackCaseKept', why: [...why.values()].slice(0, MOST_REASONS) };
}
