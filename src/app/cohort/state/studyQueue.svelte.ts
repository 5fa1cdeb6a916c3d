import { CancelledError } from '../../../core/errors.ts';
import type { Clinical } from '../../../core/patient/covariates.ts';
import { isDone, runCohort, RunClock, type TimeLeft } from '../../../pipeline/cohort/runCohort.ts';
import { hiddenId } from '../../../pipeline/cohort/savedCohort.ts';
import {
  studiesByPath,
  withoutCommonFolder,
  type FoundStudies,
  type IdRule,
} from '../../../pipeline/cohort/studies.ts';
import {
  seriesForCohort,
  studyResultOf,
  type StudyOutcome,
  type StudyResult,
} from '../../../pipeline/cohort/studyResult.ts';
import { greysOf } from '../../../pipeline/cohort/studyPicture.ts';
import type { DroppedFile } from '../../../workers/protocol.ts';
import type { Workers } from '../../shared/workers.ts';

type Study = FoundStudies<DroppedFile>['studies'][number];

const NOTHING_KNOWN: Clinical = { covariates: {}, facts: {} };
const NONE: FoundStudies<DroppedFile> = { studies: [], unplaced: 0 };
const sizeOf = ({ file }: DroppedFile): number => file.size;
/** Below the numbers of the case room's studies, so that a worker never confuses them. */
let lastKey = 0;

/** Each cohort has its own salt. */
const newSalt = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The studies of a cohort and their outcomes. They are analysed one at a time; a run can be paused and continued. */
export class StudyQueue {
  found = $state.raw<FoundStudies<DroppedFile>>(NONE);
  /** By hidden id, by which the studies of a file without identity are found again. */
  outcomes = $state.raw<ReadonlyMap<string, StudyOutcome>>(new Map());
  /** The small image beneath a study's contours, by hidden id, kept as long as the page is open. */
  greys = $state.raw<ReadonlyMap<string, readonly Uint8ClampedArray[]>>(new Map());
  left = $state.raw<TimeLeft | null>(null);
  /** The study that is being analysed. */
  current = $state<string | null>(null);
  running = $state(false);
  paused = $state(false);
  salt = $state(newSalt());
  readonly #workers: Workers;
  #files: readonly DroppedFile[] = [];
  #abort: AbortController | null = null;
  #goOn: (() => void) | null = null;

  constructor(workers: Workers) {
    this.#workers = workers;
  }

  get holdsFiles(): boolean {
    return this.#files.length > 0;
  }

  /** Takes a folder's files. Throws as `WorkerHandle.call`. */
  async take(files: readonly DroppedFile[], rule: IdRule, ids: ReadonlySet<string>): Promise<void> {
    this.#files = withoutCommonFolder(files);
    await this.sort(rule, ids);
  }

  /** Sorts the files into studies by a rule. Throws as `WorkerHandle.call`. */
  async sort(rule: IdRule, ids: ReadonlySet<string>): Promise<void> {
    const files = this.#files;
    if (rule !== 'patientId') {
      this.found = studiesByPath(files, rule === 'table' ? ids : null);
      return;
    }
    const parted = await this.#workers.reading.call('studiesByPatientId', { files });
    const studies = parted.map(({ id, files: its }): Study => ({ id, files: its.map((at) => files[at]), fault: null }));
    const placed = studies.reduce((sum, study) => sum + study.files.length, 0);
    this.found = { studies, unplaced: files.length - placed };
  }

  /** The outcome of the study with this id, as in the table or as in a file without identity. */
  outcomeOf(id: string): StudyOutcome | null {
    return this.outcomes.get(hiddenId(this.salt, id)) ?? null;
  }

  /** The small image beneath a study's contours; empty if it was not analysed here. */
  greysOf(id: string): readonly Uint8ClampedArray[] {
    return this.greys.get(hiddenId(this.salt, id)) ?? [];
  }

  /** The files of a study; empty if they are not here. */
  filesOf(id: string): readonly DroppedFile[] {
    return this.found.studies.find((study) => study.id === id)?.files ?? [];
  }

  /** Takes the outcomes of studies from a file. */
  restore(salt: string, studies: readonly StudyOutcome[]): void {
    this.salt = salt;
    this.greys = new Map();
    this.outcomes = new Map(studies.map((one) => [hiddenId(salt, one.id), one]));
  }

  /** Takes a study that a reader corrected in the case room, with the small image beneath it. */
  correct(id: string, result: StudyResult, greys: readonly Uint8ClampedArray[]): void {
    const before = this.outcomeOf(id);
    if (!before) return;
    this.#keepGreys(id, greys);
    this.#put({ ...before, id, result, failed: null });
  }

  /**
   * Analyses the studies that have no result yet, or whose files have changed since.
   * @param clinicalOf what is known of a patient; null for a study that is left alone
   * @throws CancelledError
   */
  async run(clinicalOf: (id: string) => Clinical | null): Promise<void> {
    const wanted = this.found.studies.filter(({ id }) => clinicalOf(id) !== null);
    const toDo = wanted.filter((study) => !isDone(study, sizeOf, this.outcomeOf(study.id) ?? undefined));
    const abort = new AbortController();
    this.#abort = abort;
    const clock = new RunClock(toDo.length, () => performance.now());
    this.left = clock.left;
    this.running = true;
    this.paused = false;
    try {
      await runCohort(toDo, {
        sizeOf,
        beforeEach: async (id) => {
          this.current = id;
          while (this.paused && !abort.signal.aborted) await new Promise<void>((resolve) => (this.#goOn = resolve));
          if (abort.signal.aborted) throw new CancelledError();
          clock.begin();
        },
        analyse: (study) => this.#analyseInTheEnd(study, clinicalOf(study.id) ?? NOTHING_KNOWN, abort.signal),
        onOutcome: (outcome) => {
          if (abort.signal.aborted) throw new CancelledError();
          this.#put(outcome);
          this.left = clock.end();
        },
      });
    } finally {
      if (this.#abort === abort) {
        this.#abort = null;
        this.running = false;
        this.paused = false;
        this.current = null;
      }
    }
  }

  /** The current study is finished; then nothing is done until `goOn`. */
  pause(): void {
    this.paused = this.running;
  }

  goOn(): void {
    this.paused = false;
    this.#goOn?.();
    this.#goOn = null;
  }

  /** Ends at once; finished studies stay. */
  cancel(): void {
    this.#abort?.abort();
    this.goOn();
  }

  clear(): void {
    this.cancel();
    this.#files = [];
    this.found = NONE;
    this.outcomes = new Map();
    this.greys = new Map();
    this.left = null;
    this.salt = newSalt();
  }

  #keepGreys(id: string, greys: readonly Uint8ClampedArray[]): void {
    this.greys = new Map([...this.greys, [hiddenId(this.salt, id), greys]]);
  }

  #put(outcome: StudyOutcome): void {
    this.outcomes = new Map([...this.outcomes, [hiddenId(this.salt, outcome.id), outcome]]);
  }

  /** A cancel in the case room ends the workers that both rooms share: the study is then started again. */
  async #analyseInTheEnd(study: Study, clinical: Clinical, signal: AbortSignal): Promise<StudyResult> {
    for (;;) {
      try {
        return await this.#analyse(study, clinical, signal);
      } catch (error) {
        if (!(error instanceof CancelledError) || signal.aborted) throw error;
      }
    }
  }

  /** What the workers hold of it is dropped with the next study. */
  async #analyse({ id, files }: Study, clinical: Clinical, signal: AbortSignal): Promise<StudyResult> {
    const { reading, inference } = this.#workers;
    const dropped = { key: --lastKey, files };
    const series = seriesForCohort(await reading.call('readStudy', dropped, { signal }));
    const stack = await reading.call('loadStack', { dropped, seriesId: series.id }, { signal });
    const analysis = await inference.call('analyse', { stack, clinical, calibration: null }, { signal });
    this.#keepGreys(id, greysOf(analysis.stack.volume, analysis.labels));
    return studyResultOf(stack, analysis);
  }
}
