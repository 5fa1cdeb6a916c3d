import { dsvFormat } from 'd3';
import { ScarcastError } from '../core/errors.ts';
import type { SurvivalTable } from '../nn/training/trainCovariates.ts';

/** A cohort's file is not as `npm run evaluate:survival` needs it. */
export class CohortFileError extends ScarcastError {
  readonly code = 'cohort-file';
}

export interface CohortColumns {
  readonly time: string;
  readonly event: string;
  /** The cell that means that the event came. */
  readonly eventValue: string;
  readonly timeUnit: 'days' | 'years';
  /** Null takes every column but time and event. */
  readonly covariates: readonly string[] | null;
}

export interface Cohort {
  readonly table: SurvivalTable;
  /** Rows without a time or an event, which nothing can be learned from. */
  readonly leftOut: number;
}

const DAYS_PER_YEAR = 365.25;
/** A time of 0 counts as half a day: the log of 0 is no number, and the patient was there. */
const LEAST_YEARS = 0.5 / DAYS_PER_YEAR;
const MISSING = new Set(['', 'na', 'nan', 'null', 'none', '?', '.', '-']);
/** A column of words with more kinds than this is an identifier or free text. */
const MOST_CATEGORIES = 20;

/**
 * A CSV file as a table for survival models: comma, semicolon or tab between cells, decimal point or (with semicolons) comma.
 * A column of words becomes one yes/no input a kind, the commonest left out; '', NA, NaN, null, ?, . mean unknown.
 * @throws CohortFileError
 */
export function readCohort(text: string, columns: CohortColumns): Cohort {
  const firstLine = text.slice(0, text.search(/[\r\n]|$/));
  const delimiter = [',', ';', '\t'].reduce((best, one) =>
    firstLine.split(one).length > firstLine.split(best).length ? one : best,
  );
  const [header, ...rows] = dsvFormat(delimiter)
    .parseRows(text.replace(/^\ufeff/, ''))
    .filter((cells) => cells.some((cell) => cell.trim() !== ''));
  if (header === undefined || rows.length === 0) throw new CohortFileError('The file holds no patients.');
  const names = header.map((name) => name.trim());
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new CohortFileError(`Two columns are called '${twice}': rename one.`);
  const cellsOf = (name: string): string[] => {
    const at = names.indexOf(name);
    if (at < 0) throw new CohortFileError(`There is no column '${name}'. The file has: ${names.join(', ')}.`);
    return rows.map((cells) => (cells[at] ?? '').trim());
  };
  const toNumber = (cell: string): number => Number(delimiter === ';' ? cell.replace(',', '.') : cell);

  const times = cellsOf(columns.time);
  const events = cellsOf(columns.event);
  const usable = [...rows.keys()].filter((i) => !isMissing(times[i]) && !isMissing(events[i]));
  const years = (i: number): number => {
    const value = toNumber(times[i]);
    if (!(value >= 0)) {
      throw new CohortFileError(`Row ${i + 2}: '${times[i]}' in column '${columns.time}' is no time of 0 or more.`);
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

  const wanted = columns.covariates ?? names.filter((name) => name !== columns.time && name !== columns.event);
  const inputs = wanted.flatMap((name) => {
    const cells = cellsOf(name);
    return columnInputs(
      name,
      usable.map((i) => cells[i]),
      toNumber,
    );
  });
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
  };
}

interface InputColumn {
  readonly name: string;
  readonly yesNo: boolean;
  /** NaN where unknown. */
  readonly values: readonly number[];
}

const isMissing = (cell: string): boolean => MISSING.has(cell.toLowerCase());

function columnInputs(name: string, cells: readonly string[], toNumber: (cell: string) => number): InputColumn[] {
  const known = cells.filter((cell) => !isMissing(cell));
  const kinds = [...new Set(known)];
  if (kinds.length < 2) return [];
  if (known.every((cell) => Number.isFinite(toNumber(cell)))) {
    const values = cells.map((cell) => (isMissing(cell) ? NaN : toNumber(cell)));
    return [{ name, yesNo: values.every((value) => Number.isNaN(value) || value === 0 || value === 1), values }];
  }
  if (kinds.length > MOST_CATEGORIES) {
    throw new CohortFileError(
      `Column '${name}' holds ${kinds.length} different words: leave it out with --covariates, or group them.`,
    );
  }
  const count = (kind: string): number => known.filter((cell) => cell === kind).length;
  const [, ...rest] = kinds.sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1));
  return rest.map((kind) => ({
    name: `${name} = ${kind}`,
    yesNo: true,
    values: cells.map((cell) => (isMissing(cell) ? NaN : Number(cell === kind))),
  }));
}
