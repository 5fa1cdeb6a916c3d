import { dsvFormat } from 'd3';
import { SentenceError } from '../../core/errors.ts';
import type { SurvivalTable } from '../../nn/training/survivalTable.ts';

/** A cohort's file is not as `npm run evaluate:survival` needs it. */
export class CohortFileError extends SentenceError {}

export interface CohortColumns {
  readonly time: string;
  readonly event: string;
  /** The cell that means that the event came; any other means that it had not. */
  readonly eventValue: string;
  readonly timeUnit: 'days' | 'years';
  /** Null takes every column but time and event. */
  readonly covariates: readonly string[] | null;
  /** Columns whose numbers are names of kinds, such as 1 White, 2 Black. */
  readonly categories: readonly string[];
}

export interface Cohort {
  readonly table: SurvivalTable;
  /** Rows without a time or an event, which nothing can be learned from. */
  readonly leftOut: number;
  /** Columns with one value or none. */
  readonly constant: readonly string[];
  /** A column of numbers for the table's rows, NaN where unknown. Throws CohortFileError. */
  readonly numbersOf: (column: string) => Float64Array;
}

const DAYS_PER_YEAR = 365.25;
/** A time of 0 counts as half a day: the log of 0 is no number, and the patient was there. */
const LEAST_YEARS = 0.5 / DAYS_PER_YEAR;
const MISSING = new Set([
  '',
  'na',
  'n/a',
  '#n/a',
  '<na>',
  'nan',
  'null',
  '#null!',
  'none',
  'unknown',
  'missing',
  '?',
  '.',
  '-',
]);
/** A column of words with more kinds than this is an identifier or free text. */
const MOST_CATEGORIES = 20;
/** The header is row 1. */
const FIRST_ROW = 2;

/**
 * A CSV file as a table for survival models: comma, semicolon or tab between cells, decimal point or (with semicolons) comma.
 * A column of words becomes one yes/no input a kind, the commonest left out; '', NA, N/A, #N/A, <NA>, NaN, null, #NULL!, none, unknown, missing, ?, . and - mean unknown;
 * a limit such as '>89' counts as its number.
 * @throws CohortFileError
 */
export function readCohort(text: string, columns: CohortColumns): Cohort {
  const firstLine = text.slice(0, text.search(/[\r\n]|$/));
  const delimiter = [',', ';', '\t'].reduce((best, one) =>
    firstLine.split(one).length > firstLine.split(best).length ? one : best,
  );
  const [names, ...rows] = dsvFormat(delimiter)
    .parseRows(text.replace(/^\ufeff/, ''))
    .filter((cells) => cells.some((cell) => cell.trim() !== ''));
  if (names === undefined || rows.length === 0) throw new CohortFileError('The file holds no patients.');
  const ragged = rows.findIndex((cells) => cells.length !== names.length);
  if (ragged >= 0) {
    throw new CohortFileError(
      `Row ${ragged + FIRST_ROW} has ${rows[ragged].length} cells, but the first row names ${names.length} columns.`,
    );
  }
  // The exact name first: a file may hold two that differ by a blank at the end.
  const placesOf = (name: string): number[] => {
    const places = (same: (one: string) => boolean): number[] => [...names.keys()].filter((at) => same(names[at]));
    const exact = places((one) => one === name);
    return exact.length > 0 ? exact : places((one) => one.trim() === name.trim());
  };
  const cellsOf = (name: string): string[] => {
    const [at, second] = placesOf(name);
    if (at === undefined) {
      throw new CohortFileError(
        `There is no column '${name}'. The file has: ${names.map((one) => one.trim()).join(', ')}.`,
      );
    }
    if (second !== undefined) throw new CohortFileError(`Two columns are called '${name.trim()}': rename one.`);
    return rows.map((cells) => cells[at].trim());
  };
  const toNumber = (cell: string): number => {
    const plain = cell.replace(/^[<>]=?\s*(?=[\d.])/, '');
    return Number(delimiter === ';' ? plain.replace(',', '.') : plain);
  };

  const times = cellsOf(columns.time);
  const events = cellsOf(columns.event);
  const usable = [...rows.keys()].filter((i) => !isMissing(times[i]) && !isMissing(events[i]));
  const years = (i: number): number => {
    const value = toNumber(times[i]);
    if (!(value >= 0 && value < Infinity)) {
      throw new CohortFileError(
        `Row ${i + FIRST_ROW}: '${times[i]}' in column '${columns.time}' is no time of 0 or more.`,
      );
    }
    return Math.max(LEAST_YEARS, columns.timeUnit === 'days' ? value / DAYS_PER_YEAR : value);
  };
  const isEvent = (cell: string): boolean =>
    cell === columns.eventValue || (cell !== '' && Number(cell) === Number(columns.eventValue));
  const time = Float64Array.from(usable, years);
  const event = Uint8Array.from(usable, (i) => (isEvent(events[i]) ? 1 : 0));
  if (!event.includes(1)) {
    throw new CohortFileError(
      `No row has '${columns.eventValue}' in column '${columns.event}': name what means the event with --event-value.`,
    );
  }
  if (!event.includes(0)) {
    throw new CohortFileError(`Every row has the event in column '${columns.event}': check --event-value.`);
  }

  const outcome = [columns.time, columns.event].flatMap(placesOf);
  const isOutcome = (name: string): boolean => placesOf(name).some((at) => outcome.includes(at));
  const wanted = columns.covariates ?? names.filter((name) => !isOutcome(name));
  const told = wanted.find(isOutcome);
  if (told !== undefined) throw new CohortFileError(`'${told}' is the outcome: it cannot be a covariate too.`);
  const twice = columns.covariates?.find((name, at) => columns.covariates?.indexOf(name) !== at);
  if (twice !== undefined) throw new CohortFileError(`'${twice}' is named twice among the covariates.`);
  const notWanted = columns.categories.find((name) => !wanted.some((one) => placesOf(one)[0] === placesOf(name)[0]));
  if (notWanted !== undefined) throw new CohortFileError(`--categories names '${notWanted}', which is no covariate.`);
  const byName = wanted.map((name) => {
    const cells = cellsOf(name);
    const isKinds = columns.categories.some((one) => placesOf(one)[0] === placesOf(name)[0]);
    return columnInputs(
      name.trim(),
      usable.map((i) => ({ cell: cells[i], row: i + FIRST_ROW })),
      isKinds ? () => NaN : toNumber,
    );
  });
  const inputs = byName.flat();
  if (inputs.length === 0) throw new CohortFileError('There is no covariate with more than one value.');
  return {
    table: {
      inputs: inputs.map(({ name, yesNo }) => ({ name, yesNo })),
      values: Float64Array.from({ length: usable.length * inputs.length }, (_, at) => {
        return inputs[at % inputs.length].values[Math.floor(at / inputs.length)];
      }),
      time,
      event,
    },
    leftOut: rows.length - usable.length,
    constant: wanted.filter((_, at) => byName[at].length === 0),
    numbersOf: (name) => {
      const cells = cellsOf(name);
      return Float64Array.from(usable, (i) => {
        const value = isMissing(cells[i]) ? NaN : toNumber(cells[i]);
        if (Number.isNaN(value) && !isMissing(cells[i])) throw noNumber(name, { cell: cells[i], row: i + FIRST_ROW });
        return value;
      });
    },
  };
}

interface PlacedCell {
  readonly cell: string;
  readonly row: number;
}

function noNumber(name: string, { cell, row }: PlacedCell): CohortFileError {
  return new CohortFileError(
    `Column '${name}' holds numbers, but '${cell}' in row ${row}: mend the cell (NA is unknown) or leave the column out.`,
  );
}

interface InputColumn {
  readonly name: string;
  readonly yesNo: boolean;
  /** NaN where unknown. */
  readonly values: readonly number[];
}

const isMissing = (cell: string): boolean => MISSING.has(cell.toLowerCase());

function columnInputs(name: string, cells: readonly PlacedCell[], toNumber: (cell: string) => number): InputColumn[] {
  const known = cells.filter(({ cell }) => !isMissing(cell));
  const kinds = [...new Set(known.map(({ cell }) => cell))];
  if (kinds.length < 2) return [];
  const words = known.filter(({ cell }) => !Number.isFinite(toNumber(cell)));
  if (words.length === 0) {
    const values = cells.map(({ cell }) => (isMissing(cell) ? NaN : toNumber(cell)));
    return [{ name, yesNo: values.every((value) => Number.isNaN(value) || value === 0 || value === 1), values }];
  }
  if (kinds.length > MOST_CATEGORIES) {
    if (words.length < known.length / 2) throw noNumber(name, words[0]);
    throw new CohortFileError(
      `Column '${name}' holds ${kinds.length} different words: leave it out with --covariates, or group them.`,
    );
  }
  const count = (kind: string): number => known.filter(({ cell }) => cell === kind).length;
  const [, ...rest] = kinds.sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1));
  return rest.map((kind) => ({
    name: `${name} = ${kind}`,
    yesNo: true,
    values: cells.map(({ cell }) => (isMissing(cell) ? NaN : Number(cell === kind))),
  }));
}
