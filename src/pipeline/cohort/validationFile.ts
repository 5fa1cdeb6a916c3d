/** A validation as a file: figures of the whole cohort, and of individual patients only the row numbers of those left out. */
import { toldCalibration } from '../../core/patient/hospitalCalibration.ts';
import type { WeightsId } from '../saving/caseFile.ts';
import type { Cohort, LeftOutReason, TableNote } from './patients.ts';
import type { CohortQuestion, CohortValidation } from './validateCohort.ts';

export interface ValidationContent {
  readonly result: CohortValidation;
  readonly question: CohortQuestion;
  /** The table's rows. Which ones were left out and why is null if a cohort file, which only knows how many, is used in its place. */
  readonly rows: {
    readonly read: number;
    readonly leftOutCount: number;
    readonly leftOut: Cohort['leftOut'] | null;
  };
  readonly notes: Cohort['notes'];
  readonly weights: readonly WeightsId[];
}

/** The text of the file; docs/schemas/validation.json is its schema. @param say a reason in English */
export function writeValidation(
  { result, question, rows, notes, weights }: ValidationContent,
  say: (reason: LeftOutReason | TableNote) => string,
): string {
  const { rate, onlyApplicable, calibration } = question;
  const content = {
    n: result.followUp.patients,
    events: result.followUp.events,
    rate,
    onlyApplicable,
    calibration: calibration && toldCalibration(calibration),
    ...result,
    rows: {
      read: rows.read,
      leftOutCount: rows.leftOutCount,
      leftOut: rows.leftOut && rows.leftOut.map(({ row, why }) => ({ row, why: say(why), ...why })),
    },
    notes: notes.map((note) => ({ sentence: say(note), ...note })),
    weights: weights.map(({ name, version, sha256 }) => ({ name, version, sha256 })),
  };
  const plain = (_: string, one: unknown): unknown => (one instanceof Float64Array ? [...one] : one);
  return `${JSON.stringify(content, plain, 2)}\n`;
}
