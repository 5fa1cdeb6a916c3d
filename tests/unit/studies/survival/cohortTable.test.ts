import { describe, expect, it } from 'vitest';
import { CohortFileError, readCohort, type CohortColumns } from '../../../../src/studies/survival/cohortTable.ts';

const COLUMNS: CohortColumns = {
  time: 'days',
  event: 'died',
  eventValue: '1',
  timeUnit: 'days',
  covariates: null,
  categories: [],
};

const refused = (text: string, columns: CohortColumns, says: RegExp): void => {
  expect(() => readCohort(text, columns)).toThrow(CohortFileError);
  expect(() => readCohort(text, columns)).toThrow(says);
};

describe("somebody else's cohort", () => {
  it('is read with its unknowns, its words and its days', () => {
    const text = 'id,age,smoker,rhythm,days,died\na,60,1,sinus,365.25,1\nb,NA,0,AF,730.5,0\nc,70,,sinus,0,0\n';
    const { table, leftOut } = readCohort(text, { ...COLUMNS, covariates: ['age', 'smoker', 'rhythm'] });
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
    const { table } = readCohort(text, {
      ...COLUMNS,
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
    const { table, leftOut } = readCohort('x,days,died\n1,10,1\n2,,0\n3,20,\n4,30,0\n', COLUMNS);
    expect(leftOut).toBe(2);
    expect([...table.values]).toEqual([1, 4]);
  });

  it('leaves out a column that says nothing', () => {
    const { table, constant } = readCohort('x,same,none,days,died\n1,5,,10,1\n2,5,NA,20,0\n', COLUMNS);
    expect(table.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(constant).toEqual(['same', 'none']);
  });

  it('takes a limit for its number, a column by its exact name, and numbers for kinds where told so', () => {
    const text = 'age;rr ;rr;class;days;died\n>89;1;7;1;10;1\n70,5;2;8;2;20;0\n60;3;9;3;30;0\n';
    const columns = { ...COLUMNS, covariates: ['age', 'rr', 'class'], categories: ['class'] };
    const { table, numbersOf } = readCohort(text, columns);
    expect(table.inputs.map(({ name }) => name)).toEqual(['age', 'rr', 'class = 2', 'class = 3']);
    expect([...table.values.subarray(0, 4)]).toEqual([89, 7, 0, 0]);
    expect([...numbersOf('rr ')]).toEqual([1, 2, 3]);
  });

  it('is refused in a sentence where it cannot be used', () => {
    refused('', COLUMNS, /no patients/);
    refused('x,days,died\n', COLUMNS, /no patients/);
    refused('x,days\n1,2\n', COLUMNS, /no column 'died'.*x, days/);
    refused('x,days,died\n1,-3,1\n2,4,0\n', COLUMNS, /Row 2: '-3'/);
    refused('x,days,died\n1,soon,1\n2,4,0\n', COLUMNS, /Row 2: 'soon'/);
    refused('x,days,died\n1,3,0\n2,4,0\n', COLUMNS, /--event-value/);
    refused('x,days,died\n1,3,1\n2,4,1\n', COLUMNS, /Every row has the event/);
    refused('x,x,days,died\n1,1,3,1\n2,2,4,0\n', COLUMNS, /Two columns/);
    refused('x,days,died\n1,3,1\n2,4\n', COLUMNS, /Row 3 has 2 cells.*3 columns/);
    refused('x,days,died\n1,3,1\n2,4,0\n', { ...COLUMNS, covariates: ['x', 'died'] }, /'died' is the outcome/);
    refused('x,days,died\n1,3,1\n2,4,0\n', { ...COLUMNS, covariates: ['x', 'x'] }, /twice/);
    refused('x,days,died\n1,3,1\n2,4,0\n', { ...COLUMNS, categories: ['y'] }, /no covariate/);
    const lab = Array.from({ length: 30 }, (_, i) => `${i === 4 ? 'high' : i},${i + 1},${i % 2}`).join('\n');
    refused(`x,days,died\n${lab}\n`, COLUMNS, /'high' in row 6/);
    const ids = Array.from({ length: 30 }, (_, i) => `patient ${i},${i + 1},${i % 2}`).join('\n');
    refused(`id,days,died\n${ids}\n`, COLUMNS, /30 different words/);
  });
});
