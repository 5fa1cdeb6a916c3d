import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  asPercentages,
  CohortFileError,
  readCohort,
  type SurvivalCohort,
  type CohortColumns,
  type CohortReason,
} from '../../../../src/pipeline/cohort/readCohort.ts';
import { dataWith } from '../../../realData.ts';

const COLUMNS: CohortColumns = {
  time: 'days',
  event: 'died',
  eventValue: null,
  noEventValues: null,
  timeUnit: 'days',
  covariates: null,
  categories: [],
};

const read = (text: string, columns: Partial<CohortColumns> = {}): SurvivalCohort =>
  readCohort(text, { ...COLUMNS, ...columns });

/** Why a file is refused. */
function refused(text: string, columns: Partial<CohortColumns> = {}): CohortReason {
  try {
    read(text, columns);
  } catch (error) {
    if (error instanceof CohortFileError) return error.reason;
    throw error;
  }
  throw new Error('It was read.');
}

describe("somebody else's cohort", () => {
  it('is read with its unknowns, its words and its days', () => {
    const text = 'id,age,smoker,rhythm,days,died\na,60,1,sinus,365.25,1\nb,NA,0,AF,730.5,0\nc,70,,sinus,0,0\n';
    const { table, leftOut } = read(text, { covariates: ['age', 'smoker', 'rhythm'] });
    expect(leftOut).toBe(0);
    expect(table.inputs).toEqual([
      { name: 'age', yesNo: false },
      { name: 'smoker', yesNo: true },
      { name: 'rhythm = AF', yesNo: true },
    ]);
    expect([...table.values]).toEqual([60, 1, 0, NaN, 0, 1, 70, NaN, 0]);
    expect([...table.event]).toEqual([1, 0, 0]);
    expect(table.time[0]).toBe(1);
    expect(table.time[1]).toBe(2);
    // Day 0 is half a day.
    expect(table.time[2]).toBeCloseTo(0.5 / 365.25, 12);
  });

  it('may have semicolons and decimal commas, a byte order mark and an event in words', () => {
    const text = '\ufefft;state;x\r\n1,5;dead;2,5\r\n2;alive;3\r\n';
    const { table } = read(text, {
      time: 't',
      event: 'state',
      eventValue: 'dead',
      timeUnit: 'years',
    });
    expect([...table.time]).toEqual([1.5, 2]);
    expect([...table.event]).toEqual([1, 0]);
    expect([...table.values]).toEqual([2.5, 3]);
  });

  it('says how many rows lack a time or an event', () => {
    const { table, leftOut } = read('x,days,died\n1,10,1\n2,,0\n3,20,\n4,30,0\n');
    expect(leftOut).toBe(2);
    expect([...table.values]).toEqual([1, 4]);
  });

  it('leaves out a column that says nothing', () => {
    const { table, constant } = read('x,same,none,days,died\n1,5,,10,1\n2,5,NA,20,0\n');
    expect(table.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(constant).toEqual(['same', 'none']);
  });

  it('takes a limit for its number, a column by its exact name, and numbers for kinds where told so', () => {
    const text = 'age;rr ;rr;class;days;died\n>89;1;7;1;10;1\n70,5;2;8;2;20;0\n60;3;9;3;30;0\n';
    const { table, numbersOf } = read(text, { covariates: ['age', 'rr', 'class'], categories: ['class'] });
    expect(table.inputs.map(({ name }) => name)).toEqual(['age', 'rr', 'class = 2', 'class = 3']);
    expect([...table.values.subarray(0, 4)]).toEqual([89, 7, 0, 0]);
    expect([...numbersOf('rr ')]).toEqual([1, 2, 3]);
  });

  it('is refused with its reason where it cannot be used', () => {
    const rows = (one: (i: number) => string): string => Array.from({ length: 30 }, (_, i) => one(i)).join('\n');
    const found = [
      refused(''),
      refused('x,days,died\n'),
      refused('x,days\n1,2\n'),
      refused('x,days,died\n1,-3,1\n2,4,0\n'),
      refused('x,days,died\n1,soon,1\n2,4,0\n'),
      refused('x,x,days,died\n1,1,3,1\n2,2,4,0\n'),
      refused('x,days,died\n1,3,1\n2,4\n'),
      refused('x,days,died\n1,3,1\n2,4,0\n', { covariates: ['x', 'died'] }),
      refused('x,days,died\n1,3,1\n2,4,0\n', { covariates: ['x', 'x'] }),
      refused('x,days,died\n1,3,1\n2,4,0\n', { categories: ['y'] }),
      refused(`x,days,died\n${rows((i) => `${i === 4 ? 'high' : i},${i + 1},${i % 2}`)}\n`),
      refused(`id,days,died\n${rows((i) => `patient ${i},${i + 1},${i % 2}`)}\n`),
    ];
    expect(found).toEqual([
      { code: 'cohortEmpty' },
      { code: 'cohortEmpty' },
      { code: 'cohortNoColumn', column: 'died', columns: ['x', 'days'] },
      { code: 'cohortBadTime', column: 'days', row: 2, cell: '-3' },
      { code: 'cohortBadTime', column: 'days', row: 2, cell: 'soon' },
      { code: 'cohortSameColumn', column: 'x' },
      { code: 'cohortRagged', row: 3, cells: 2, columns: 3 },
      { code: 'cohortOutcomeAsCovariate', column: 'died' },
      { code: 'cohortNamedTwice', column: 'x' },
      { code: 'cohortNoSuchCovariate', column: 'y' },
      { code: 'cohortNotANumber', column: 'x', row: 6, cell: 'high' },
      { code: 'cohortManyWords', column: 'id', kinds: 30 },
    ]);
  });
});

describe('a fault', () => {
  it('is told by the row that a spreadsheet shows, an empty row and the line of Excel counted', () => {
    const text = 'sep=;\nx;days;died\n1;3;1\n\n2;soon;0\n';
    expect(refused(text)).toEqual({ code: 'cohortBadTime', column: 'days', row: 5, cell: 'soon' });
  });
});

describe('an event', () => {
  const deaths = (cells: readonly string[]): string =>
    `x,days,died\n${cells.map((c, i) => `${i},${i + 9},${c}`).join('\n')}\n`;

  it('that is neither of the named values is unknown, and never a patient who stayed free of it', () => {
    const { table, leftOut, notes } = read(deaths(['1', '0', 'lost', '2', '9', 'N/A', '', '0']));
    expect([[...table.event], leftOut]).toEqual([[1, 0, 0], 5]);
    expect(notes).toContainEqual({
      code: 'cohortEventsUnknown',
      column: 'died',
      values: ['2', '9', 'N/A', 'lost'].map((value) => ({ value, patients: 1, takenFor: 'unknown' })),
    });
    const named = read(deaths(['1', '0', 'lost', '2', '9', 'N/A', '', '0']), { noEventValues: ['0', 'Lost'] });
    expect([...named.table.event]).toEqual([1, 0, 0, 0]);
  });

  it('in words is offered, whatever their case, and nothing is taken for granted', () => {
    for (const [cells, offer] of [
      [['TRUE', 'FALSE'], 'TRUE'],
      [['Dead', 'alive'], 'Dead'],
      [['是', '否'], '是'],
      [['b', 'a'], null],
    ] as const) {
      expect(refused(deaths(cells))).toMatchObject({ code: 'cohortEventNotNamed', event: '1', offer });
    }
    expect([...read(deaths(['DEAD', 'Alive', 'dead']), { eventValue: 'dead' }).table.event]).toEqual([1, 0, 1]);
    // Status 1 and 2, as R has it: 1 is then no event.
    expect(refused(deaths(['1', '2', '1']))).toMatchObject({ code: 'cohortNobodyWithout' });
    expect([...read(deaths(['1', '2', '1']), { eventValue: '2' }).table.event]).toEqual([0, 1, 0]);
  });

  it('by a code that was named leaves other codes as other ends of the watch, and says so', () => {
    const { table, notes } = read(deaths(['3', '0', '1', '6', '999', '3']), { eventValue: '3' });
    expect([...table.event]).toEqual([1, 0, 0, 0, 1]);
    expect(notes).toContainEqual({
      code: 'cohortOtherEvents',
      column: 'died',
      values: ['1', '6'].map((value) => ({ value, patients: 1, takenFor: 'noEvent' })),
    });
  });
});

describe('a number', () => {
  it('of days is not taken for years, nor of years for days', () => {
    const times = 'x,days,died\n1,2358,1\n2,40,0\n';
    expect(refused(times, { timeUnit: 'years' })).toEqual({ code: 'cohortTimeUnit', unit: 'years', longest: 2358 });
    expect(refused('x,days,died\n1,4.7,1\n2,3.2,0\n')).toEqual({ code: 'cohortTimeUnit', unit: 'days', longest: 4.7 });
    expect([...read('x,days,died\n1,24,1\n2,6,0\n', { timeUnit: 'months' }).table.time]).toEqual([2, 0.5]);
  });

  it('with a comma is read where no comma stands between cells, and refused where it may be a thousand', () => {
    expect([...read('sep=\t\nx\tdays\tdied\n1,5\t10\t1\n2,25\t20\t0\n').table.values]).toEqual([1.5, 2.25]);
    const quoted = 'x,days,died\n"1,5",10,1\n"2,5",20,0\n';
    expect(refused(quoted)).toEqual({ code: 'cohortComma', column: 'x', row: 2, cell: '1,5' });
    const thousands = 'bnp;days;died\n950;10;1\n1,020;20;0\n';
    expect(refused(thousands)).toEqual({ code: 'cohortComma', column: 'bnp', row: 3, cell: '1,020' });
    expect([...read('k;days;died\n0,950;10;1\n1,020;20;0\n').table.values]).toEqual([0.95, 1.02]);
  });

  it('with a percent sign is its number, and a fraction beside percentages or in their place is refused', () => {
    const { table, notes, numbersOf } = read('sep=;\r\nef;days;died\r\n35%;10;1\r\n40 %;0;0\r\n');
    expect([...table.values]).toEqual([35, 40]);
    expect(notes.map(({ code }) => code)).toEqual(['cohortZeroTimes', 'cohortPercentSigns']);
    expect([...asPercentages('ef', numbersOf('ef'))]).toEqual([35, 40]);
    expect(refused('ef,days,died\n35%,10,1\n0.4,20,0\n')).toMatchObject({ code: 'cohortFractions' });
    expect(() => asPercentages('ef', Float64Array.of(0.35, 0.4, NaN))).toThrow(CohortFileError);
  });
});

const WHAS = dataWith('survival');

describe.skipIf(!WHAS)('the public cohort', () => {
  it('of 500 is read whole, and of an unknown event it makes no survivor', () => {
    const columns = { time: 'lenfol', event: 'fstat' };
    const text = readFileSync(path.join(WHAS ?? '', 'survival/whas500.csv'), 'utf8');
    const { table, leftOut, notes } = read(text, columns);
    expect([table.time.length, table.event.filter((d) => d === 1).length, leftOut, notes]).toEqual([500, 215, 0, []]);
    const kept = ['NA', 'N-A'].map((name) => {
      const file = path.join(WHAS ?? '', `../reports/event-not-known/event-${name}.csv`);
      const cohort = read(readFileSync(file, 'utf8'), columns);
      return [cohort.leftOut, cohort.table.values];
    });
    expect(kept[0][0]).toBe(60);
    expect(kept[0]).toEqual(kept[1]);
  });
});
