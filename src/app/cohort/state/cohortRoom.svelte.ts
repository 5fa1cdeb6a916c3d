import { CancelledError } from '../../../core/errors.ts';
import { proposeColumns, type ColumnMapping, type ColumnUse } from '../../../pipeline/cohort/columns.ts';
import { readMapping, writeMapping } from '../../../pipeline/cohort/mappingFile.ts';
import { cohortOf, type Cohort } from '../../../pipeline/cohort/patients.ts';
import { decodeText, readTable, type Table } from '../../../pipeline/cohort/table.ts';
import type { CohortRate } from '../../../pipeline/cohort/judgePatient.ts';
import type { CohortValidation } from '../../../pipeline/cohort/validateCohort.ts';
import { problemOf } from '../../../workers/problem.ts';
import type { DroppedFile } from '../../../workers/protocol.ts';
import type { AnyReason, PageProblem } from '../../messages/reasons.ts';
import { saveFile } from '../../shared/saveFile.ts';
import type { Workers } from '../../shared/workers.ts';

/** Samples of the bootstrap: enough for limits that two digits show. */
const SAMPLES = 200;

/** What was validated, with all that it was asked with. */
export interface Validated {
  readonly rate: CohortRate;
  readonly onlyApplicable: boolean;
  readonly cohort: Cohort;
  readonly result: CohortValidation;
}

/** A cohort's table, what its columns are, and what the models are worth in it. It lives in memory, and `clear` forgets it. */
export class CohortRoom {
  table = $state.raw<Table | null>(null);
  mapping = $state.raw<ColumnMapping>({});
  rate = $state<CohortRate>('usual');
  onlyApplicable = $state(true);
  validated = $state.raw<Validated | null>(null);
  problem = $state.raw<PageProblem | null>(null);
  busy = $state(false);
  readonly #inference: Workers['inference'];
  #abort: AbortController | null = null;

  constructor({ inference }: Workers) {
    this.#inference = inference;
  }

  /** The patients that table and columns give, or what stands against it; null without a table. */
  readonly cohort: { readonly is: Cohort } | { readonly fault: AnyReason } | null = $derived.by(() => {
    if (!this.table) return null;
    try {
      return { is: cohortOf(this.table, this.mapping) };
    } catch (error) {
      return { fault: problemOf(error) };
    }
  });

  /** A table, or a file that says what the open table's columns are. */
  async open(files: readonly DroppedFile[]): Promise<void> {
    const [{ file }] = files;
    this.problem = null;
    try {
      const text = decodeText(new Uint8Array(await file.arrayBuffer()));
      if (this.table && text.trimStart().startsWith('{')) this.mapping = readMapping(text, this.table);
      else {
        const table = readTable(text);
        this.table = table;
        this.mapping = proposeColumns(table);
      }
      this.validated = null;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  use(column: string, use: ColumnUse): void {
    this.mapping = { ...this.mapping, [column]: use };
    this.validated = null;
  }

  async validate(): Promise<void> {
    const { cohort, rate, onlyApplicable } = this;
    if (!cohort || !('is' in cohort)) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.busy = true;
    this.problem = null;
    try {
      const question = { rate, onlyApplicable, samples: SAMPLES, calibration: null };
      const { patients } = cohort.is;
      const result = await this.#inference.call('validateCohort', { patients, question }, { signal: abort.signal });
      this.validated = { rate, onlyApplicable, cohort: cohort.is, result };
    } catch (error) {
      if (!(error instanceof CancelledError)) this.problem = problemOf(error);
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

  saveColumns(): void {
    saveFile('columns.json', new Blob([writeMapping(this.mapping)], { type: 'application/json' }));
  }

  /** The figures without a row of any patient: they may be shown to others. */
  saveResult(): void {
    if (!this.validated) return;
    const { rate, onlyApplicable, cohort, result } = this.validated;
    const plain = (_: string, one: unknown): unknown => (one instanceof Float64Array ? [...one] : one);
    const { patients, events } = result.followUp;
    const rows = { read: this.table?.rows.length ?? 0, leftOut: cohort.leftOut.length };
    const content = JSON.stringify({ n: patients, events, rate, onlyApplicable, ...result, rows }, plain, 2);
    saveFile('cohort-validation.json', new Blob([`${content}\n`], { type: 'application/json' }));
  }

  clear(): void {
    this.cancel();
    this.table = null;
    this.mapping = {};
    this.validated = null;
    this.problem = null;
  }
}
