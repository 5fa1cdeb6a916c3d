import { strToU8, zipSync } from 'fflate';
import { CancelledError } from '../../../core/errors.ts';
import type { Clinical } from '../../../core/patient/covariates.ts';
import type { HospitalCalibration } from '../../../core/patient/hospitalCalibration.ts';
import type { StackAnalysis } from '../../../pipeline/analysing/analyse.ts';
import { mergeAggregates, readAggregates, writeAggregates, type Merged } from '../../../pipeline/cohort/aggregates.ts';
import { areSimulated, exampleCohort } from '../../../pipeline/cohort/exampleCohort.ts';
import { proposeColumns, type ColumnMapping, type ColumnUse } from '../../../pipeline/cohort/columns.ts';
import { FIGURES_IN_R } from '../../../pipeline/cohort/figuresInR.ts';
import type { CohortRate } from '../../../pipeline/cohort/judgePatient.ts';
import { readMapping, writeMapping } from '../../../pipeline/cohort/mappingFile.ts';
import {
  notesOnIds,
  patientsOf,
  MappingError,
  type Cohort,
  type CohortPatient,
} from '../../../pipeline/cohort/patients.ts';
import type { RecalibrationQuestion } from '../../../pipeline/cohort/recalibrate.ts';
import { hiddenId, readSavedCohort, writeSavedCohort, type SavedCohort } from '../../../pipeline/cohort/savedCohort.ts';
import type { IdRule } from '../../../pipeline/cohort/studies.ts';
import { cellsOf, decodeText, readTable, type Table } from '../../../pipeline/cohort/table.ts';
import { greysOf } from '../../../pipeline/cohort/studyPicture.ts';
import { studyResultOf } from '../../../pipeline/cohort/studyResult.ts';
import { dictionaryCsv, wideCsv } from '../../../pipeline/cohort/wideTable.ts';
import type { CohortQuestion, CohortValidation } from '../../../pipeline/cohort/validateCohort.ts';
import { writeValidation } from '../../../pipeline/cohort/validationFile.ts';
import type { Stack } from '../../../pipeline/reading/study.ts';
import { isRefitName, REFIT_ENDING, saysCalibration } from '../../../pipeline/saving/calibrationFormat.ts';
import { problemOf } from '../../../workers/problem.ts';
import type { DroppedFile, Engine } from '../../../workers/protocol.ts';
import { everyReason } from '../../messages/everyReason.ts';
import type { AnyReason, PageProblem } from '../../messages/reasons.ts';
import { REFIT_WORDS } from '../../messages/refitWords.ts';
import { saveFile } from '../../shared/saveFile.ts';
import type { Workers } from '../../shared/workers.ts';
import { StudyQueue } from './studyQueue.svelte.ts';

/** Bootstrap samples: enough for limits of two digits. */
const SAMPLES = 200;
/** What is not a study: a table, or one of our files. */
const TEXT_FILE = /\.(csv|tsv|txt|json|scarcohort)$/i;

interface ToFit {
  readonly patients: readonly CohortPatient[];
  readonly question: RecalibrationQuestion;
}

/** What was fitted to the validated patients: a calibration, and a refit. */
interface Fitted {
  readonly calibration: HospitalCalibration | null;
  readonly refit: HospitalCalibration | null;
}

/** A validation with all of its settings, and what was fitted to its patients since. */
export interface Validated extends Fitted {
  readonly rate: CohortRate;
  readonly onlyApplicable: boolean;
  readonly question: CohortQuestion;
  /** The table's rows, and how many of them could not be used. */
  readonly rows: { readonly read: number; readonly leftOut: number };
  readonly cohort: Cohort;
  readonly result: CohortValidation;
}

/**
 * A cohort: its table, what its columns are, its studies, and how well the models do in it. It is kept in memory, and `clear` forgets it.
 */
export class CohortRoom {
  readonly queue: StudyQueue;
  table = $state.raw<Table | null>(null);
  mapping = $state.raw<ColumnMapping>({});
  /** The cohort file that was opened; a table that is opened after it replaces its patients. */
  saved = $state.raw<SavedCohort | null>(null);
  idRule = $state<IdRule>('table');
  rate = $state<CohortRate>('usual');
  onlyApplicable = $state(true);
  validated = $state.raw<Validated | null>(null);
  problem = $state.raw<PageProblem | null>(null);
  busy = $state(false);
  /** Whether the report fills the page. */
  reportOpen = $state(false);
  /** What was pooled from several hospitals' files. */
  merged = $state.raw<Merged | null>(null);
  /** The calibration that the models are validated with; null: as shipped. */
  calibratedBy = $state.raw<HospitalCalibration | null>(null);
  readonly #inference: Workers['inference'];
  readonly #engine: () => Engine | null;
  #abort: AbortController | null = null;

  #stop: () => void = () => undefined;

  /**
   * Makes a room that outlives the view that asks for it: made in a component's own effect, its derived values would stop updating once
   * that component is gone, and another table would be judged by the last one's patients.
   * @param engine the engine that runs, once it does
   */
  static make(workers: Workers, engine: () => Engine | null): CohortRoom {
    const made: CohortRoom[] = [];
    const stop = $effect.root(() => {
      made.push(new CohortRoom(workers, engine));
    });
    const [room] = made;
    room.#stop = stop;
    return room;
  }

  /** The page calls `make` instead. */
  constructor(workers: Workers, engine: () => Engine | null) {
    this.#inference = workers.inference;
    this.#engine = engine;
    this.queue = new StudyQueue(workers);
  }

  /** The patients from table and columns, or why there are none; null without a table. */
  readonly #told: { readonly is: Cohort } | { readonly fault: AnyReason } | null = $derived.by(() => {
    if (!this.table) {
      const { saved } = this;
      return (
        saved && {
          is: {
            patients: saved.patients.map((one) => ({ ...one, study: null })),
            leftOut: [],
            notes: notesOnIds(saved.patients),
          },
        }
      );
    }
    try {
      return { is: patientsOf(this.table, this.mapping) };
    } catch (error) {
      return { fault: problemOf(error) };
    }
  });

  readonly #byHiddenId: ReadonlyMap<string, Clinical> = $derived.by(() => {
    const told = this.#told;
    if (!told || 'fault' in told) return new Map();
    return new Map(told.is.patients.map(({ id, clinical }) => [hiddenId(this.queue.salt, id), clinical]));
  });

  /** The same with the result of each patient's images. */
  readonly cohort: { readonly is: Cohort } | { readonly fault: AnyReason } | null = $derived.by(() => {
    const told = this.#told;
    if (!told || 'fault' in told) return told;
    const { outcomes } = this.queue;
    if (outcomes.size === 0) return told;
    const patients = told.is.patients.map((one) => ({ ...one, study: this.queue.outcomeOf(one.id)?.result ?? null }));
    return { is: { ...told.is, patients } };
  });

  /** Whether nobody has the event: then nothing can be validated, though studies can be analysed. */
  readonly withoutEvents: AnyReason | null = $derived.by(() => {
    if (!this.cohort || 'fault' in this.cohort || !this.table) return null;
    if (this.cohort.is.patients.some(({ outcome }) => outcome === 'event')) return null;
    const column = this.table.columns.find((one) => this.mapping[one].use === 'outcome') ?? '';
    return new MappingError({ code: 'noEvents', column }).reason;
  });

  /** Nobody of the cohort exists: nothing is fitted to it, and all that is saved of it says so. */
  get isSimulated(): boolean {
    return this.cohort !== null && 'is' in this.cohort && areSimulated(this.cohort.is.patients);
  }

  /** Opens a table of simulated patients, to try the room with. */
  async openExample(): Promise<void> {
    const text = exampleCohort();
    await this.open([{ path: 'simulated.csv', file: new File([text], 'simulated.csv') }]);
  }

  /** Whether there is anything that 'Clear everything' would remove. */
  get holdsWork(): boolean {
    return this.table !== null || this.saved !== null || this.queue.holdsFiles;
  }

  /** Opens a table, a file that says what the open table's columns are, a saved cohort, or studies. */
  async open(given: readonly DroppedFile[] | Promise<readonly DroppedFile[]>): Promise<void> {
    this.problem = null;
    try {
      const files = await given;
      const only = files.length === 1 ? files[0] : null;
      const text = only && TEXT_FILE.test(only.path) ? only : null;
      if (only && isRefitName(only.path)) {
        const bytes = new Uint8Array(await only.file.arrayBuffer());
        this.calibratedBy = await this.#inference.call('readRefit', { bytes }, {});
      } else if (!text) await this.#openStudies(files);
      else await this.#openText(decodeText(new Uint8Array(await text.file.arrayBuffer())));
      this.validated = null;
    } catch (error) {
      this.#tell(error);
    }
  }

  async #openText(text: string): Promise<void> {
    if (saysCalibration(text)) {
      this.calibratedBy = await this.#inference.call('readCalibration', { text }, {});
    } else if (text.startsWith('{"format":"scarcast-cohort"')) {
      await this.#inference.start();
      const saved = readSavedCohort(text, this.#engine()?.cards ?? []);
      this.saved = saved;
      this.table = null;
      this.mapping = saved.columns ?? {};
      this.queue.restore(saved.salt, saved.studies);
    } else if (this.table && text.trimStart().startsWith('{')) {
      this.mapping = readMapping(text, this.table);
    } else {
      const table = readTable(text);
      const known = this.saved?.columns;
      const isSame = known && table.columns.every((column) => column in known);
      this.mapping = isSame ? known : proposeColumns(table);
      this.table = table;
    }
    if (this.queue.holdsFiles) await this.queue.sort(this.#rule, this.#ids);
  }

  async #openStudies(files: readonly DroppedFile[]): Promise<void> {
    await this.queue.take(files, this.#rule, this.#ids);
  }

  async chooseRule(rule: IdRule): Promise<void> {
    this.idRule = rule;
    try {
      await this.queue.sort(this.#rule, this.#ids);
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Without ids to look for, the folder's name is all there is. */
  get #rule(): IdRule {
    return this.idRule === 'table' && this.#ids.size === 0 ? 'folder' : this.idRule;
  }

  get #ids(): ReadonlySet<string> {
    const { table } = this;
    if (!table) return new Set(this.saved?.identity ? this.saved.patients.map(({ id }) => id) : []);
    const column = table.columns.find((one) => this.mapping[one].use === 'id');
    return new Set(column === undefined ? [] : cellsOf(table, column));
  }

  use(column: string, use: ColumnUse): void {
    const wasId = this.mapping[column]?.use === 'id' || use.use === 'id';
    this.mapping = { ...this.mapping, [column]: use };
    this.validated = null;
    if (wasId && this.queue.holdsFiles) void this.chooseRule(this.idRule);
  }

  /** What is known of a study's patient, nothing without a table; null for a patient whom the table lacks. */
  clinicalOf(id: string): Clinical | null {
    if (!this.#told) return { covariates: {}, facts: {} };
    if ('fault' in this.#told) return null;
    return this.#byHiddenId.get(hiddenId(this.queue.salt, id)) ?? null;
  }

  async runStudies(): Promise<void> {
    this.problem = null;
    this.validated = null;
    try {
      await this.queue.run((id) => this.clinicalOf(id));
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Takes a study that a reader corrected in the case room. */
  correct(id: string, stack: Stack, analysis: StackAnalysis): void {
    this.queue.correct(id, studyResultOf(stack, analysis), greysOf(stack.volume, analysis.labels));
    this.validated = null;
  }

  async validate(): Promise<void> {
    const { cohort, rate, onlyApplicable, calibratedBy } = this;
    if (!cohort || !('is' in cohort)) return;
    await this.#work(async (signal) => {
      const question = { rate, onlyApplicable, samples: SAMPLES, calibration: calibratedBy };
      const { patients } = cohort.is;
      const result = await this.#inference.call('validateCohort', { patients, question }, { signal });
      const read = this.table?.rows.length ?? this.saved?.rows.read ?? patients.length;
      const leftOut = this.table ? cohort.is.leftOut.length : (this.saved?.rows.leftOut ?? 0);
      const asked = { rate, onlyApplicable, question, rows: { read, leftOut }, cohort: cohort.is };
      this.validated = { ...asked, result, calibration: null, refit: null };
    });
  }

  /** Calibrates the models to the validated patients and saves the calibration as a file. Author and date are as typed. */
  async recalibrate(madeBy: string, madeOn: string): Promise<void> {
    await this.#fit(madeBy, madeOn, async (asked, signal) => {
      const { calibration, text } = await this.#inference.call('recalibrateCohort', asked, { signal });
      saveFile('calibration.json', new Blob([text], { type: 'application/json' }));
      return { calibration };
    });
  }

  /** Trains the models anew on the validated patients and saves them as a file. Author and date are as typed. */
  async refit(madeBy: string, madeOn: string): Promise<void> {
    await this.#fit(madeBy, madeOn, async (asked, signal) => {
      const words = REFIT_WORDS;
      const { calibration, bytes } = await this.#inference.call('refitCohort', { ...asked, words }, { signal });
      saveFile(`refit${REFIT_ENDING}`, new Blob([bytes.slice()], { type: 'application/zip' }));
      return { refit: calibration };
    });
  }

  /** A fit belongs to its validation: one that came meanwhile is of other patients. */
  async #fit(
    madeBy: string,
    madeOn: string,
    fit: (asked: ToFit, signal: AbortSignal) => Promise<Partial<Fitted>>,
  ): Promise<void> {
    const { validated } = this;
    if (!validated) return;
    const { onlyApplicable, cohort } = validated;
    await this.#work(async (signal) => {
      const made = await fit({ patients: cohort.patients, question: { onlyApplicable, madeBy, madeOn } }, signal);
      if (this.validated === validated) this.validated = { ...validated, ...made };
    });
  }

  /** Saves sums that may be shared with other hospitals. */
  async share(): Promise<void> {
    const { validated } = this;
    if (!validated) return;
    const { rate, onlyApplicable, cohort, result } = validated;
    await this.#work(async (signal) => {
      const question = { rate, onlyApplicable, samples: SAMPLES, calibration: null };
      const { patients } = cohort;
      const asked = { patients, question, validated: result };
      const sums = await this.#inference.call('sumCohort', asked, { signal });
      saveFile('hospital.json', new Blob([writeAggregates(sums)], { type: 'application/json' }));
    });
  }

  /** Saves what each model says about each patient, what the columns are, and an R script that draws the figures. */
  async savePredictions(): Promise<void> {
    const { validated } = this;
    if (!validated) return;
    const { rate, question, cohort } = validated;
    await this.#work(async (signal) => {
      const studies = [...this.queue.outcomes.values()];
      const asked = { patients: cohort.patients, studies, rate, calibration: question.calibration };
      const rows = await this.#inference.call('judgeCohort', asked, { signal });
      const zip = zipSync({
        'cohort.csv': strToU8(wideCsv(rows, everyReason.en)),
        'dictionary.csv': strToU8(dictionaryCsv()),
        'cohort.R': strToU8(FIGURES_IN_R),
      });
      this.#save('cohort-predictions.zip', new Blob([zip.slice()], { type: 'application/zip' }));
    });
  }

  /** Pools the sums of several hospitals. */
  async merge(files: readonly DroppedFile[]): Promise<void> {
    this.problem = null;
    try {
      this.merged = mergeAggregates(
        await Promise.all(files.map(async ({ file }) => readAggregates(await file.text()))),
      );
    } catch (error) {
      this.#tell(error);
    }
  }

  async #work(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.busy = true;
    this.problem = null;
    try {
      await work(abort.signal);
    } catch (error) {
      this.#tell(error);
    } finally {
      if (this.#abort === abort) {
        this.#abort = null;
        this.busy = false;
      }
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }

  /** Goes back to validating the models as shipped. */
  takeOffCalibration(): void {
    this.calibratedBy = null;
    this.validated = null;
  }

  #save(name: string, content: Blob): void {
    saveFile(this.isSimulated ? `simulated-${name}` : name, content);
  }

  #tell(error: unknown): void {
    if (!(error instanceof CancelledError)) this.problem = problemOf(error);
  }

  saveColumns(): void {
    saveFile('columns.json', new Blob([writeMapping(this.mapping)], { type: 'application/json' }));
  }

  /** Saves the cohort with the results of its studies, to continue another day. @param identity whether it holds ids as they are */
  saveCohort(identity: boolean): void {
    const cohort = this.cohort && 'is' in this.cohort ? this.cohort.is : null;
    const { salt, outcomes } = this.queue;
    const text = writeSavedCohort(
      {
        salt,
        columns: this.table ? this.mapping : (this.saved?.columns ?? null),
        rows: { read: this.table?.rows.length ?? this.saved?.rows.read ?? 0, leftOut: cohort?.leftOut.length ?? 0 },
        patients: cohort?.patients ?? [],
        studies: [...outcomes.values()],
        weights: (this.#engine()?.cards ?? []).map(({ name, version, sha256 }) => ({ name, version, sha256 })),
      },
      // Nobody's ids need to be hidden, and what tells that nobody exists must not be.
      identity || this.isSimulated,
    );
    this.#save('cohort.scarcohort', new Blob([text], { type: 'application/json' }));
  }

  /** Saves the figures without any patient's row: they may be shown to others. */
  saveResult(): void {
    if (!this.validated) return;
    const { question, rows, cohort, result } = this.validated;
    const content = {
      result,
      question,
      rows: { read: rows.read, leftOutCount: rows.leftOut, leftOut: this.table ? cohort.leftOut : null },
      notes: cohort.notes,
      weights: this.#engine()?.cards ?? [],
    };
    const text = writeValidation(content, everyReason.en);
    this.#save('cohort-validation.json', new Blob([text], { type: 'application/json' }));
  }

  /** Stops running work and forgets the studies. Do not use the room afterwards: its derived values would keep patients. */
  end(): void {
    this.cancel();
    this.queue.clear();
    this.#stop();
  }
}
