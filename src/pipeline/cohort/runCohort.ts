/** Analyses the studies of a cohort one after another: if one fails, its row gives the reason, and the others go on. */
import { CancelledError } from '../../core/errors.ts';
import type { FoundStudy } from './studies.ts';
import { failureOf, StudyError, type StudyOutcome, type StudyResult } from './studyResult.ts';

export interface CohortRun<F> {
  /** Reads and analyses one study. Throws whatever reading and analysing throw. */
  readonly analyse: (study: FoundStudy<F>) => Promise<StudyResult>;
  readonly sizeOf: (file: F) => number;
  /** Called with each study when it is done, one at a time. */
  readonly onOutcome: (outcome: StudyOutcome) => Promise<void> | void;
  /** Awaited before each study; a pause is a promise that has not resolved yet. Throws CancelledError to end the run. */
  readonly beforeEach?: (id: string) => Promise<void> | void;
}

/** Whether a study need not be analysed again: it has a result from these very files. */
export function isDone<F>(
  { files }: Pick<FoundStudy<F>, 'files'>,
  sizeOf: (file: F) => number,
  before: StudyOutcome | undefined,
): boolean {
  return (
    before !== undefined &&
    before.result !== null &&
    before.files === files.length &&
    before.bytes === bytesOf(files, sizeOf)
  );
}

const bytesOf = <F>(files: readonly F[], sizeOf: (file: F) => number): number =>
  files.reduce((sum, file) => sum + sizeOf(file), 0);

/**
 * @param studies the studies to analyse
 * @throws CancelledError
 */
export async function runCohort<F>(
  studies: readonly FoundStudy<F>[],
  { analyse, sizeOf, onOutcome, beforeEach }: CohortRun<F>,
): Promise<void> {
  for (const study of studies) {
    await beforeEach?.(study.id);
    const of = { id: study.id, files: study.files.length, bytes: bytesOf(study.files, sizeOf) };
    await onOutcome({ ...of, ...(await attempt(study, analyse)) });
  }
}

async function attempt<F>(
  study: FoundStudy<F>,
  analyse: CohortRun<F>['analyse'],
): Promise<Pick<StudyOutcome, 'result' | 'failed'>> {
  try {
    if (study.fault) throw new StudyError(study.fault);
    return { result: await analyse(study), failed: null };
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    return { result: null, failed: failureOf(error) };
  }
}

/** What is left of a run. */
export interface TimeLeft {
  readonly done: number;
  readonly of: number;
  /** From the mean of the studies that this run has analysed; null before the first. */
  readonly seconds: number | null;
}

/** Estimates the time left from when each study was done. */
export class RunClock {
  readonly #of: number;
  readonly #now: () => number;
  #done = 0;
  #spentMs = 0;
  #begun: number | null = null;

  constructor(of: number, now: () => number) {
    this.#of = of;
    this.#now = now;
  }

  /** Marks the start of a study: time since the last one, such as a pause, does not count. */
  begin(): void {
    this.#begun = this.#now();
  }

  end(): TimeLeft {
    this.#done += 1;
    if (this.#begun !== null) this.#spentMs += this.#now() - this.#begun;
    this.#begun = null;
    return this.left;
  }

  get left(): TimeLeft {
    const each = this.#done > 0 ? this.#spentMs / this.#done : null;
    return {
      done: this.#done,
      of: this.#of,
      seconds: each === null ? null : Math.round((each * (this.#of - this.#done)) / 1000),
    };
  }
}
