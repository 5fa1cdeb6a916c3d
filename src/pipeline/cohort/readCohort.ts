/** Reads any cohort, one patient a row, as a table for survival models. Faults of the file are found and reported, never guessed away. */
import { ScarcastError } from '../../core/errors.ts';
import type { SurvivalTable } from '../../nn/training/survivalTable.ts';
import { LEAST_YEARS, PER_YEAR, type TimeUnit } from './columns.ts';
import { decimalWith, isMissing, mayBeThousands, numberIn, rowsIn, WITH_COMMA } from './table.ts';

/** A value of a cohort's column of events, how often it occurs, and what it was taken for. */
export interface EventValue {
  readonly value: string;
  readonly patients: number;
  readonly takenFor: 'event' | 'noEvent' | 'unknown';
}

/** What is wrong with a cohort's file. Rows are counted as a spreadsheet does. */
export type CohortReason =
  | { readonly code: 'cohortEmpty' }
  | { readonly code: 'cohortRagged'; readonly row: number; readonly cells: number; readonly columns: number }
  | { readonly code: 'cohortNoColumn'; readonly column: string; readonly columns: readonly string[] }
  | { readonly code: 'cohortSameColumn'; readonly column: string }
  | { readonly code: 'cohortBadTime'; readonly column: string; readonly row: number; readonly cell: string }
  | { readonly code: 'cohortTimeUnit'; readonly unit: TimeUnit; readonly longest: number }
  /** `offer`: a value whose name means the event. */
  | {
      readonly code: 'cohortEventNotNamed';
      readonly column: string;
      readonly event: string;
      readonly values: readonly EventValue[];
      readonly offer: string | null;
    }
  | { readonly code: 'cohortNobodyWithout'; readonly column: string; readonly values: readonly EventValue[] }
  | { readonly code: 'cohortOutcomeAsCovariate'; readonly column: string }
  | { readonly code: 'cohortNamedTwice'; readonly column: string }
  | { readonly code: 'cohortNoSuchCovariate'; readonly column: string }
  | { readonly code: 'cohortNothingVaries' }
  | { readonly code: 'cohortNotANumber'; readonly column: string; readonly row: number; readonly cell: string }
  | { readonly code: 'cohortManyWords'; readonly column: string; readonly kinds: number }
  | { readonly code: 'cohortComma'; readonly column: string; readonly row: number; readonly cell: string }
  | {
      readonly code: 'cohortFractions';
      readonly column: string;
      readonly fractions: number;
      readonly patients: number;
    };

/** What a reader should know about a cohort that was read. */
export type CohortNote =
  | { readonly code: 'cohortRowsLeftOut'; readonly rows: number }
  | { readonly code: 'cohortEventsUnknown'; readonly column: string; readonly values: readonly EventValue[] }
  | { readonly code: 'cohortOtherEvents'; readonly column: string; readonly values: readonly EventValue[] }
  | { readonly code: 'cohortZeroTimes'; readonly patients: number }
  | { readonly code: 'cohortPercentSigns'; readonly columns: readonly string[] };

/** A cohort's file cannot be used as it is; the reason says what to correct. */
export class CohortFileError extends ScarcastError<CohortReason> {}

export interface CohortColumns {
  readonly time: string;
  readonly event: string;
  /** The cell that means that the event occurred; null: nobody named it, and 1 means it. */
  readonly eventValue: string | null;
  /** The cells that mean that it did not; null where nobody named them: see `readEvents`. */
  readonly noEventValues: readonly string[] | null;
  readonly timeUnit: TimeUnit;
  /** null takes every column but time and event. */
  readonly covariates: readonly string[] | null;
  /** Columns whose numbers stand for categories, such as 1 White, 2 Black. */
  readonly categories: readonly string[];
}

export interface SurvivalCohort {
  readonly table: SurvivalTable;
  /** Rows without a time or a known outcome, from which nothing can be learned. */
  readonly leftOut: number;
  readonly events: readonly EventValue[];
  readonly notes: readonly CohortNote[];
  /** Columns with at most one value. */
  readonly constant: readonly string[];
  /** A column of numbers for the table's rows, NaN where unknown. Throws CohortFileError. */
  readonly numbersOf: (column: string) => Float64Array;
}

/** Nobody is followed for longer; beyond this the times are in another unit. */
const LONGEST_YEARS = 60;
/** Times with fractions that are all below this many days are years or months. */
const SHORTEST_DAYS = 60;
/** Cells that mean no event, whatever the event is. */
const NO_EVENT = new Set(
  ['0', 'no', 'n', 'false', 'f', 'alive', 'living', 'survived', 'censored', 'no event', 'event-free'].concat([
    '否',
    '无',
    '存活',
    '生存',
    '删失',
  ]),
);
/** Words that clearly mean that the event occurred: they are offered, but not assumed. */
const EVENT_WORDS = new Set(
  ['true', 't', 'yes', 'y', 'dead', 'died', 'death', 'deceased', 'event', 'scd', 'sudden death'].concat([
    '是',
    '有',
    '死亡',
    '猝死',
  ]),
);
/** Codes that tables use for unknown values. */
const MISSING_CODES = new Set([9, 99, 999, 9999]);
/** A column of words with more kinds than this is an identifier or free text. */
const MOST_CATEGORIES = 20;

/**
 * A text as a table for survival models: comma, semicolon or tab between cells (Excel's line 'sep=;' is respected), a decimal point, or a
 * decimal comma where no comma separates cells. A column of words becomes one yes/no input a category, without the commonest; '', NA, N/A,
 * #N/A, <NA>, NaN, null, #NULL!, none, unknown, missing, ?, . and - mean unknown; a limit such as '>89' and a percentage such as '35%'
 * count as their numbers.
 * @throws CohortFileError if the file has a fault, or can be read in two ways that give different numbers
 */
export function readCohort(text: string, columns: CohortColumns): SurvivalCohort {
  const {
    rows: [head, ...rows],
    delimiter,
  } = rowsIn(text);
  if (head === undefined || rows.length === 0) throw new CohortFileError({ code: 'cohortEmpty' });
  const names = head.cells;
  const ragged = rows.find(({ cells }) => cells.length !== names.length);
  if (ragged) {
    const { row, cells } = ragged;
    throw new CohortFileError({ code: 'cohortRagged', row, cells: cells.length, columns: names.length });
  }
  // The exact name first: a file may hold two that differ only by a trailing blank.
  const placesOf = (name: string): number[] => {
    const places = (same: (one: string) => boolean): number[] => [...names.keys()].filter((at) => same(names[at]));
    const exact = places((one) => one === name);
    return exact.length > 0 ? exact : places((one) => one.trim() === name.trim());
  };
  const cellsOf = (name: string): string[] => {
    const [at, second] = placesOf(name);
    if (at === undefined) {
      throw new CohortFileError({
        code: 'cohortNoColumn',
        column: name,
        columns: names.map((one) => one.trim()),
      });
    }
    if (second !== undefined) throw new CohortFileError({ code: 'cohortSameColumn', column: name.trim() });
    return rows.map(({ cells }) => cells[at].trim());
  };
  const placed = (cells: readonly string[], of: readonly number[]): PlacedCell[] =>
    of.map((i) => ({ cell: cells[i], row: rows[i].row }));
  const numbers = numbersIn(delimiter);

  const times = cellsOf(columns.time);
  const { taken, events } = readEvents(cellsOf(columns.event), columns);
  const usable = [...rows.keys()].filter((i) => !isMissing(times[i]) && taken[i] !== 'unknown');
  const { time, zeros } = readTimes(columns, placed(times, usable), numbers);
  const event = Uint8Array.from(usable, (i) => (taken[i] === 'event' ? 1 : 0));

  const outcome = [columns.time, columns.event].flatMap(placesOf);
  const isOutcome = (name: string): boolean => placesOf(name).some((at) => outcome.includes(at));
  const wanted = columns.covariates ?? names.filter((name) => !isOutcome(name));
  const told = wanted.find(isOutcome);
  if (told !== undefined) throw new CohortFileError({ code: 'cohortOutcomeAsCovariate', column: told });
  const twice = columns.covariates?.find((name, at) => columns.covariates?.indexOf(name) !== at);
  if (twice !== undefined) throw new CohortFileError({ code: 'cohortNamedTwice', column: twice });
  const notWanted = columns.categories.find((name) => !wanted.some((one) => placesOf(one)[0] === placesOf(name)[0]));
  if (notWanted !== undefined) throw new CohortFileError({ code: 'cohortNoSuchCovariate', column: notWanted });
  const byName = wanted.map((name) => {
    const isKinds = columns.categories.some((one) => placesOf(one)[0] === placesOf(name)[0]);
    return columnInputs(name.trim(), placed(cellsOf(name), usable), isKinds ? null : numbers);
  });
  const inputs = byName.flat();
  if (inputs.length === 0) throw new CohortFileError({ code: 'cohortNothingVaries' });
  const leftOut = rows.length - usable.length;
  const percents = wanted.filter((name) => cellsOf(name).some((cell) => PERCENT.test(cell))).map((name) => name.trim());
  return {
    table: {
      inputs: inputs.map(({ name, yesNo }) => ({ name, yesNo })),
      values: Float64Array.from({ length: usable.length * inputs.length }, (_, at) => {
        return inputs[at % inputs.length].values[Math.floor(at / inputs.length)];
      }),
      time,
      event,
    },
    leftOut,
    events,
    notes: [
      ...(leftOut > 0 ? [{ code: 'cohortRowsLeftOut', rows: leftOut } as const] : []),
      ...eventNotes(columns.event, events),
      ...(zeros > 0 ? [{ code: 'cohortZeroTimes', patients: zeros } as const] : []),
      ...(percents.length > 0 ? [{ code: 'cohortPercentSigns', columns: percents } as const] : []),
    ],
    constant: wanted.filter((_, at) => byName[at].length === 0),
    numbersOf: (name) => Float64Array.from(numbers(name, placed(cellsOf(name), usable))),
  };
}

/**
 * Checks that a column of percentages, such as LVEF, is above 1.
 * @throws CohortFileError if all or some values are fractions of 1: 0.35 is 35% in one file and a fault in another
 */
export function asPercentages(column: string, values: Float64Array): Float64Array {
  const fractions = values.filter((value) => value > 0 && value <= 1).length;
  if (fractions > 0) {
    throw new CohortFileError({ code: 'cohortFractions', column, fractions, patients: values.length });
  }
  return values;
}

interface PlacedCell {
  readonly cell: string;
  readonly row: number;
}

/** The numbers of a column, NaN where unknown. Throws CohortFileError for a cell that is not a number. */
type Numbers = (column: string, cells: readonly PlacedCell[]) => number[];

const PERCENT = /^[<>≤≥]?=?\s*[\d.,]+\s*%$/;
function numbersIn(delimiter: string): Numbers {
  return (column, cells) => {
    const known = cells.filter(({ cell }) => !isMissing(cell));
    const commas = known.filter(({ cell }) => WITH_COMMA.test(cell));
    if (commas.length > 0 && (delimiter === ',' || mayBeThousands(known.map(({ cell }) => cell)))) {
      throw new CohortFileError({ code: 'cohortComma', column, ...commas[0] });
    }
    const percents = known.filter(({ cell }) => PERCENT.test(cell));
    const fractions = known.filter(({ cell }) => {
      const value = numberIn(cell, decimalWith(delimiter));
      return percents.length > 0 && !PERCENT.test(cell) && value > 0 && value <= 1;
    }).length;
    if (fractions > 0) {
      throw new CohortFileError({ code: 'cohortFractions', column, fractions, patients: known.length });
    }
    return cells.map(({ cell, row }) => {
      if (isMissing(cell)) return NaN;
      const value = numberIn(cell, decimalWith(delimiter));
      if (!Number.isFinite(value)) throw new CohortFileError({ code: 'cohortNotANumber', column, row, cell });
      return value;
    });
  };
}

/** Times in years. Throws CohortFileError for a cell that is not a time, and for times that cannot be in the stated unit. */
function readTimes(
  { time: column, timeUnit }: CohortColumns,
  cells: readonly PlacedCell[],
  numbers: Numbers,
): { time: Float64Array; zeros: number } {
  const values = cells.map((placed) => {
    const [value] = readOne(() => numbers(column, [placed]), column, placed);
    if (!(value >= 0)) throw new CohortFileError({ code: 'cohortBadTime', column, ...placed });
    return value;
  });
  const longest = values.reduce((most, value) => Math.max(most, value), 0);
  const isFractional = values.some((value) => !Number.isInteger(value));
  const isTooLong = longest / PER_YEAR[timeUnit] > LONGEST_YEARS;
  const isTooShort = timeUnit === 'days' && isFractional && longest < SHORTEST_DAYS;
  if (isTooLong || isTooShort) throw new CohortFileError({ code: 'cohortTimeUnit', unit: timeUnit, longest });
  return {
    time: Float64Array.from(values, (value) => Math.max(LEAST_YEARS, value / PER_YEAR[timeUnit])),
    zeros: values.filter((value) => value === 0).length,
  };
}

/** A time that is not a number is reported as a bad time; any other fault is reported as it is. */
function readOne(read: () => number[], column: string, placed: PlacedCell): number[] {
  try {
    return read();
  } catch (error) {
    const isNoNumber = error instanceof CohortFileError && error.reason.code === 'cohortNotANumber';
    throw isNoNumber ? new CohortFileError({ code: 'cohortBadTime', column, ...placed }, { cause: error }) : error;
  }
}

const isSame = (cell: string, value: string): boolean =>
  cell.toLowerCase() === value.trim().toLowerCase() || (cell !== '' && Number(cell) === Number(value));

/**
 * What each cell of the column of events is taken for. Cells named as no event mean that; if none were named, the usual answers for no
 * event do. If a code was named for the event, other whole numbers are other ends, which end the follow-up without it. Everything else is
 * unknown: it never counts as a patient without the event.
 * @throws CohortFileError if nobody or everybody has the event
 */
function readEvents(
  cells: readonly string[],
  { event: column, eventValue, noEventValues }: CohortColumns,
): { taken: readonly EventValue['takenFor'][]; events: readonly EventValue[] } {
  const event = eventValue ?? '1';
  const isCode = (cell: string): boolean => /^\d+$/.test(cell) && !MISSING_CODES.has(Number(cell));
  const takenFor = (cell: string): EventValue['takenFor'] => {
    if (isMissing(cell)) return 'unknown';
    if (isSame(cell, event)) return 'event';
    if (noEventValues) return noEventValues.some((one) => isSame(cell, one)) ? 'noEvent' : 'unknown';
    if (NO_EVENT.has(cell.toLowerCase()) || isSame(cell, '0')) return 'noEvent';
    return eventValue !== null && isCode(eventValue.trim()) && isCode(cell) ? 'noEvent' : 'unknown';
  };
  const taken = cells.map(takenFor);
  const events = [...new Set(cells)]
    .map((value): EventValue => {
      return { value, patients: cells.filter((cell) => cell === value).length, takenFor: takenFor(value) };
    })
    .sort((a, b) => b.patients - a.patients || (a.value < b.value ? -1 : 1));
  if (!taken.includes('event')) {
    const offer = events.find(({ value }) => EVENT_WORDS.has(value.toLowerCase()))?.value ?? null;
    throw new CohortFileError({ code: 'cohortEventNotNamed', column, event, values: events, offer });
  }
  if (!taken.includes('noEvent')) throw new CohortFileError({ code: 'cohortNobodyWithout', column, values: events });
  return { taken, events };
}

function eventNotes(column: string, events: readonly EventValue[]): CohortNote[] {
  const unknown = events.filter(({ takenFor, value }) => takenFor === 'unknown' && value !== '');
  const others = events.filter(
    ({ takenFor, value }) => takenFor === 'noEvent' && /^\d+$/.test(value) && !isSame(value, '0'),
  );
  return [
    ...(unknown.length > 0 ? [{ code: 'cohortEventsUnknown', column, values: unknown } as const] : []),
    ...(others.length > 0 ? [{ code: 'cohortOtherEvents', column, values: others } as const] : []),
  ];
}

interface InputColumn {
  readonly name: string;
  readonly yesNo: boolean;
  /** NaN where unknown. */
  readonly values: readonly number[];
}

/** @param numbers null where the column's numbers stand for categories */
function columnInputs(name: string, cells: readonly PlacedCell[], numbers: Numbers | null): InputColumn[] {
  const known = cells.filter(({ cell }) => !isMissing(cell));
  const kinds = [...new Set(known.map(({ cell }) => cell))];
  if (kinds.length < 2) return [];
  // Also with a comma: whether it is a decimal comma is decided where numbers are read.
  const words = known.filter(({ cell }) => !Number.isFinite(numberIn(cell, ',')));
  if (numbers && words.length === 0) {
    const values = numbers(name, cells);
    return [{ name, yesNo: values.every((value) => Number.isNaN(value) || value === 0 || value === 1), values }];
  }
  if (kinds.length > MOST_CATEGORIES) {
    if (numbers && words.length < known.length / 2) numbers(name, cells);
    throw new CohortFileError({ code: 'cohortManyWords', column: name, kinds: kinds.length });
  }
  const count = (kind: string): number => known.filter(({ cell }) => cell === kind).length;
  const [, ...rest] = kinds.sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1));
  return rest.map((kind) => ({
    name: `${name} = ${kind}`,
    yesNo: true,
    values: cells.map(({ cell }) => (isMissing(cell) ? NaN : Number(cell === kind))),
  }));
}
