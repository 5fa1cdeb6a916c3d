/** Every reason that the page and the command line put into words, and how a language does it. */
import type { BeyondFollowUpError } from '../../core/statistics/censoringWeights.ts';
import type { TooFewRisksError } from '../../core/statistics/calibration.ts';
import type { CoxNotConvergedError } from '../../core/statistics/coxRidge.ts';
import type { NotPositiveDefiniteError } from '../../core/statistics/linearAlgebra.ts';
import type { Reason } from '../../core/errors.ts';
import type { RestsOn } from '../../nn/weights.ts';
import type { Warning, WhyNot } from '../../pipeline/analysing/analysis.ts';
import type { CohortNote, CohortReason } from '../../pipeline/cohort/readCohort.ts';
import type { MappingFileFault } from '../../pipeline/cohort/mappingFile.ts';
import type { AggregatesFault } from '../../pipeline/cohort/aggregates.ts';
import type { RecalibratedOn } from '../../core/patient/hospitalCalibration.ts';
import type { HeadNotRefitted, RefittedOn } from '../../core/patient/hospitalRefit.ts';
import type { SavedCohortFault } from '../../pipeline/cohort/savedCohort.ts';
import type { StudyFault } from '../../pipeline/cohort/studyResult.ts';
import type { LeftOutReason, MappingFault, TableNote } from '../../pipeline/cohort/patients.ts';
import type { TableFault } from '../../pipeline/cohort/table.ts';
import type { WhyWithheld } from '../../pipeline/saving/exportedSurvival.ts';
import type { FileReason, FileVolume, SeriesReason } from '../../pipeline/reading/reasons.ts';
import type { Problem } from '../../workers/problem.ts';
import type { ClassReason } from '../../pipeline/teaching/readingSet.ts';
import type { ProgressStage } from '../../workers/protocol.ts';
import type { CopyError } from '../case/saving/keptCopy.ts';
import type { NoStackReason } from '../case/state/noStackError.ts';
import type { DropReason } from '../shared/openFiles.ts';

/** What can go wrong in the page. */
export type PageProblem = Problem | CopyError['reason'] | NoStackReason | DropReason;

/** Errors that only a study of a cohort throws. */
type StatisticsReason = (
  BeyondFollowUpError | CoxNotConvergedError | NotPositiveDefiniteError | TooFewRisksError
)['reason'];

/** Reasons about a cohort's table, its columns and its studies. */
export type TableReason =
  | AggregatesFault
  | HeadNotRefitted
  | LeftOutReason
  | MappingFault
  | MappingFileFault
  | SavedCohortFault
  | TableFault
  | TableNote
  | Exclude<StudyFault, { readonly code: 'unexpected' }>;

/** Reasons about a case. */
export type CaseReason =
  | ClassReason
  | FileReason
  | FileVolume
  | PageProblem
  | RecalibratedOn
  | RefittedOn
  | RestsOn
  | SeriesReason
  | ProgressStage
  | StatisticsReason
  | Warning
  | WhyNot
  | WhyWithheld;

/** With those about a cohort, whose words the page's first view does not carry: `everyReason`. */
export type AnyReason = CaseReason | CohortNote | CohortReason | TableReason;

/** For each reason, a function from its values to its words. A missing code fails the types. */
export type Words<R extends Reason> = {
  readonly [Code in R['code']]: (reason: Extract<R, { readonly code: Code }>) => string;
};

/** A reason in the words of a language. */
export function say<R extends Reason>(words: Words<R>, reason: R): string {
  const code: R['code'] = reason.code;
  return words[code](reason as Extract<R, { readonly code: typeof code }>);
}

/** As the standard writes a tag: (0010,0010). */
export const tagName = (tag: string): string => `(${tag.slice(0, 4)},${tag.slice(4)})`;
