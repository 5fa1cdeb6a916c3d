/** Turns a table and the meanings of its columns into patients, with everything that had to be left out. */
import { ScarcastError } from '../../core/errors.ts';
import type { ApplicabilityFacts, Clinical, CovariateId } from '../../core/patient/covariates.ts';
import { COVARIATES } from '../../core/patient/covariates.ts';
import { UNITS } from '../../core/patient/units.ts';
import { quantiles } from '../../core/quantiles.ts';
import type { RightCensored } from '../../core/statistics/rightCensored.ts';
import {
  LEAST_YEARS,
  NUMBER_SPECS,
  PER_YEAR,
  type ColumnMapping,
  type ColumnUse,
  type NumberId,
  type Outcome,
  type TimeUnit,
  type YesNoId,
} from './columns.ts';
import { areSimulated } from './exampleCohort.ts';
import type { StudyResult } from './studyResult.ts';
import { cellsOf, isMissing, mayBeThousands, numberIn, type Table } from './table.ts';

/** Why nothing can be said about the cohort. */
export type MappingFault =
  | { readonly code: 'noColumnFor'; readonly what: 'time' | 'outcome' }
  | { readonly code: 'twoColumnsFor'; readonly what: string; readonly columns: readonly string[] }
  | { readonly code: 'noEvents'; readonly column: string };

/** The stated meanings of the columns do not make a cohort. */
export class MappingError extends ScarcastError<MappingFault> {}

/** Why a row is not a patient of the cohort. */
export type LeftOutReason =
  | { readonly code: 'noTime' }
  | { readonly code: 'timeNoNumber'; readonly cell: string }
  | { readonly code: 'negativeTime'; readonly cell: string }
  | { readonly code: 'noOutcome' }
  | { readonly code: 'outcomeNotNamed'; readonly cell: string }
  | { readonly code: 'sameId'; readonly id: string; readonly firstRow: number };

/** What a reader of the numbers must know about the table. */
export type TableNote =
  /** Cells that hold no number, or one that no patient can have, count as unknown. */
  | { readonly code: 'notNumbers'; readonly column: string; readonly cells: number; readonly example: string }
  | { readonly code: 'beyondLimits'; readonly column: string; readonly cells: number; readonly example: string }
  /** The commas of a column may separate thousands or decimals: the whole column counts as unknown. */
  | { readonly code: 'commaUnclear'; readonly column: string; readonly example: string }
  | { readonly code: 'wordsNotNamed'; readonly column: string; readonly cells: number; readonly example: string }
  | { readonly code: 'unlikelyTimes'; readonly column: string; readonly unit: TimeUnit; readonly medianYears: number }
  | { readonly code: 'timeOfZero'; readonly rows: number }
  /** Nobody of the table exists. */
  | { readonly code: 'simulatedPatients' };

export interface CohortPatient {
  readonly id: string;
  /** The row's number in the reader's spreadsheet. */
  readonly row: number;
  readonly timeYears: number;
  readonly outcome: Outcome;
  readonly clinical: Clinical;
  /** The result of the patient's images; null where there are none, or they could not be analysed. */
  readonly study: StudyResult | null;
}

export interface Cohort {
  readonly patients: readonly CohortPatient[];
  readonly leftOut: readonly { readonly row: number; readonly why: LeftOutReason }[];
  readonly notes: readonly TableNote[];
}

/** If half of a cohort was followed for longer, or for less, the unit of time is wrong. */
const LIKELY_MEDIAN_YEARS = { least: 0.05, most: 25 };

/** The patients of a table that can be analysed. @throws MappingError, also for a cohort in which nobody has the event */
export function cohortOf(table: Table, mapping: ColumnMapping): Cohort {
  const cohort = patientsOf(table, mapping);
  if (!cohort.patients.some((one) => one.outcome === 'event')) {
    throw new MappingError({ code: 'noEvents', column: columnFor(table, mapping, 'outcome') });
  }
  return cohort;
}

/**
 * The patients of a table. A row without a time or an outcome is left out, with its reason; a value that cannot be one counts as
 * unknown, and is noted. @throws MappingError
 */
export function patientsOf(table: Table, mapping: ColumnMapping): Cohort {
  const time = columnFor(table, mapping, 'time');
  const outcome = columnFor(table, mapping, 'outcome');
  const named = table.columns.find((column) => mapping[column]?.use === 'id');
  refuseTwice(table, mapping);
  const outcomeUse = mapping[outcome];
  const timeUse = mapping[time];
  const means = outcomeUse.use === 'outcome' ? outcomeUse.means : {};
  const perYear = PER_YEAR[timeUse.use === 'time' ? timeUse.unit : 'years'];
  const notes: TableNote[] = [];
  const clinicalOf = clinicalReader(table, mapping, notes);
  const cells = cellsOf(table, time);
  const outcomes = cellsOf(table, outcome);
  const ids = named === undefined ? null : cellsOf(table, named);

  const patients: CohortPatient[] = [];
  const leftOut: { row: number; why: LeftOutReason }[] = [];
  const rowOfId = new Map<string, number>();
  let zeros = 0;
  table.rows.forEach((_, at) => {
    const row = table.firstRow + at;
    const id = ids?.[at] ?? String(row);
    const why = rowFault(cells[at], outcomes[at], means, table.decimal);
    const sameId = rowOfId.get(id);
    if (why) leftOut.push({ row, why });
    else if (sameId !== undefined) leftOut.push({ row, why: { code: 'sameId', id, firstRow: sameId } });
    else {
      rowOfId.set(id, row);
      const years = numberIn(cells[at], table.decimal) / perYear;
      if (years === 0) zeros += 1;
      patients.push({
        id,
        row,
        timeYears: Math.max(LEAST_YEARS, years),
        outcome: means[outcomes[at]],
        clinical: clinicalOf(at),
        study: null,
      });
    }
  });
  const times = Float64Array.from(patients, (one) => one.timeYears);
  const [medianYears] = patients.length > 0 ? quantiles(times, [0.5]) : [LIKELY_MEDIAN_YEARS.least];
  if (medianYears < LIKELY_MEDIAN_YEARS.least || medianYears > LIKELY_MEDIAN_YEARS.most) {
    const unit = timeUse.use === 'time' ? timeUse.unit : 'years';
    notes.push({ code: 'unlikelyTimes', column: time, unit, medianYears });
  }
  if (zeros > 0) notes.push({ code: 'timeOfZero', rows: zeros });
  notes.push(...notesOnIds(patients));
  return { patients, leftOut, notes };
}

/** What the patients' ids say of all of them, whatever file they come from. */
export const notesOnIds = (patients: readonly Pick<CohortPatient, 'id'>[]): TableNote[] =>
  areSimulated(patients) ? [{ code: 'simulatedPatients' }] : [];

/** Times, and whether the event occurred; another death ends the observation. */
export function outcomesIn(patients: readonly CohortPatient[]): RightCensored {
  return {
    time: Float64Array.from(patients, ({ timeYears }) => timeYears),
    event: Uint8Array.from(patients, ({ outcome }) => Number(outcome === 'event')),
  };
}

function columnFor(table: Table, mapping: ColumnMapping, what: 'time' | 'outcome'): string {
  const columns = table.columns.filter((column) => mapping[column]?.use === what);
  if (columns.length === 0) throw new MappingError({ code: 'noColumnFor', what });
  if (columns.length > 1) throw new MappingError({ code: 'twoColumnsFor', what, columns });
  return columns[0];
}

const idOf = (use: ColumnUse | undefined): string | null =>
  use?.use === 'number' || use?.use === 'yesNo' ? use.id : use?.use === 'id' ? 'id' : null;

function refuseTwice(table: Table, mapping: ColumnMapping): void {
  for (const column of table.columns) {
    const what = idOf(mapping[column]);
    if (what === null) continue;
    const columns = table.columns.filter((other) => idOf(mapping[other]) === what);
    if (columns.length > 1) throw new MappingError({ code: 'twoColumnsFor', what, columns });
  }
}

function rowFault(
  time: string,
  outcome: string,
  means: Readonly<Record<string, Outcome>>,
  decimal: Table['decimal'],
): LeftOutReason | null {
  if (isMissing(time)) return { code: 'noTime' };
  const value = numberIn(time, decimal);
  if (!Number.isFinite(value)) return { code: 'timeNoNumber', cell: time };
  if (value < 0) return { code: 'negativeTime', cell: time };
  if (Object.hasOwn(means, outcome)) return null;
  return isMissing(outcome) ? { code: 'noOutcome' } : { code: 'outcomeNotNamed', cell: outcome };
}

interface AnswerColumn {
  readonly id: NumberId | YesNoId;
  readonly values: readonly (number | undefined)[];
}

interface Tally {
  cells: number;
  example: string;
}

/** Reads the answers of a row; each note on a column is made once. */
function clinicalReader(table: Table, mapping: ColumnMapping, notes: TableNote[]): (at: number) => Clinical {
  const columns = table.columns.flatMap((column): AnswerColumn[] => {
    const use = mapping[column];
    const cells = cellsOf(table, column);
    if (use?.use === 'number') return [{ id: use.id, values: numberColumn(table, column, use, cells, notes) }];
    if (use?.use === 'yesNo') return [{ id: use.id, values: yesNoColumn(column, use.means, cells, notes) }];
    return [];
  });
  return (at) => {
    const covariates: Partial<Record<CovariateId, number>> = {};
    const facts: Partial<Record<keyof ApplicabilityFacts, number | boolean>> = {};
    for (const { id, values } of columns) {
      const value = values[at];
      if (value === undefined) continue;
      if (isCovariate(id)) covariates[id] = value;
      else facts[id] = isNumber(id) ? value : value === 1;
    }
    return { covariates, facts: facts as ApplicabilityFacts };
  };
}

const isCovariate = (id: NumberId | YesNoId): id is CovariateId => COVARIATES.some((one) => one.id === id);
const isNumber = (id: string): boolean => NUMBER_SPECS.some((one) => one.id === id);

const NYHA_CLASSES: Readonly<Record<string, string>> = { I: '1', II: '2', III: '3', IV: '4' };

function numberColumn(
  { decimal }: Table,
  column: string,
  { id, unit, factor }: Extract<ColumnUse, { use: 'number' }>,
  cells: readonly string[],
  notes: TableNote[],
): (number | undefined)[] {
  if (mayBeThousands(cells)) {
    notes.push({ code: 'commaUnclear', column, example: cells.find((cell) => cell.includes(',')) ?? '' });
    return cells.map(() => undefined);
  }
  const spec = NUMBER_SPECS.find((one) => one.id === id);
  const perBase = UNITS[id]?.find((one) => one.id === unit)?.perBase ?? 1;
  const notNumbers: Tally = { cells: 0, example: '' };
  const beyond: Tally = { cells: 0, example: '' };
  const values = cells.map((cell) => {
    if (isMissing(cell)) return undefined;
    const written = id === 'nyha' ? (NYHA_CLASSES[cell.toUpperCase()] ?? cell) : cell;
    const value = (factor * numberIn(written, decimal)) / perBase;
    const tally = !Number.isFinite(value) ? notNumbers : spec && (value < spec.min || value > spec.max) ? beyond : null;
    if (!tally) return value;
    tally.cells += 1;
    tally.example ||= cell;
    return undefined;
  });
  if (notNumbers.cells > 0) notes.push({ code: 'notNumbers', column, ...notNumbers });
  if (beyond.cells > 0) notes.push({ code: 'beyondLimits', column, ...beyond });
  return values;
}

function yesNoColumn(
  column: string,
  means: Readonly<Record<string, 'yes' | 'no'>>,
  cells: readonly string[],
  notes: TableNote[],
): (number | undefined)[] {
  const notNamed: Tally = { cells: 0, example: '' };
  const values = cells.map((cell) => {
    if (Object.hasOwn(means, cell)) return Number(means[cell] === 'yes');
    if (!isMissing(cell)) {
      notNamed.cells += 1;
      notNamed.example ||= cell;
    }
    return undefined;
  });
  if (notNamed.cells > 0) notes.push({ code: 'wordsNotNamed', column, ...notNamed });
  return values;
}
