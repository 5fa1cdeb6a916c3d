import { describe, expect, it } from 'vitest';
import { proposeColumns, type ColumnMapping } from '../../../../src/pipeline/cohort/columns.ts';
import { cohortOf, MappingError } from '../../../../src/pipeline/cohort/patients.ts';
import { readTable, TableError, type TableFault } from '../../../../src/pipeline/cohort/table.ts';

const fault = (text: string): TableFault | null => {
  try {
    readTable(text);
    return null;
  } catch (error) {
    if (error instanceof TableError) return error.reason;
    throw error;
  }
};

describe('a table', () => {
  it('is read as spreadsheets of any country write it', () => {
    const expected = { columns: ['id', 'age', 'lvef'], rows: [['a', '60', '31,2']], decimal: ',' };
    for (const text of [
      'id;age;lvef\na;60;31,2',
      '\ufeffid;age;lvef\r\na;60;31,2\r\n',
      'sep=;\nid;age;lvef\na;60;31,2\n\n',
      'id\tage\tlvef\na\t60\t31,2',
      '"id";"age";"lvef"\n"a";"60";"31,2"',
    ]) {
      expect(readTable(text)).toMatchObject(expected);
    }
    expect(readTable('sep=;\nid;age\na;60').firstRow).toBe(3);
    expect(readTable('id,lvef\na,31.2').decimal).toBe('.');
  });

  it('that is none is refused with its place', () => {
    expect(fault('')).toEqual({ code: 'emptyTable' });
    expect(fault('id,age\n')).toEqual({ code: 'emptyTable' });
    expect(fault('id,age\na,60\nb,61,3')).toEqual({ code: 'raggedRow', row: 3, cells: 3, columns: 2 });
    expect(fault('age,age\n60,61')).toEqual({ code: 'sameColumnName', column: 'age' });
  });
});

const TABLE = readTable(
  [
    'patient_id;follow-up (days);status;Sex;LVEF;Creatinine;NYHA class;QRS;comment',
    'p1;365,25;scd;M;0,31;106;2;0,12;x',
    'p2;1461;alive;F;0,45;88;III;0,1;y',
    'p3;730;other death;M;0,28;140;3;wide;z',
    'p4;;alive;M;0,5;99;2;0,09;',
    'p5;-3;alive;M;0,5;99;2;0,09;',
    'p6;500;emigrated;M;0,5;99;2;0,09;',
    'p7;500;NA;M;0,5;99;2;0,09;',
    'p1;500;alive;M;0,5;99;2;0,09;',
    'p8;0;alive;X;0,5;9999;2;0,09;',
  ].join('\n'),
);

describe('columns', () => {
  it('are told by name and values, with their units', () => {
    expect(proposeColumns(TABLE)).toEqual({
      patient_id: { use: 'id' },
      'follow-up (days)': { use: 'time', unit: 'days' },
      status: { use: 'outcome', means: { alive: 'none', scd: 'event', 'other death': 'otherDeath' } },
      Sex: { use: 'yesNo', id: 'male', means: { M: 'yes', F: 'no' } },
      LVEF: { use: 'number', id: 'lvef', unit: null, factor: 100 },
      Creatinine: { use: 'number', id: 'creatinine', unit: 'umolPerL', factor: 1 },
      'NYHA class': { use: 'number', id: 'nyha', unit: null, factor: 1 },
      QRS: { use: 'number', id: 'qrs', unit: 's', factor: 1 },
      comment: { use: 'ignored' },
    });
  });

  it('are left open where a guess could be wrong: status and sex of 1 and 2', () => {
    const mapping = proposeColumns(readTable('time,status,sex\n2,1,1\n3,2,2\n4,1,2'));
    expect(mapping['status']).toEqual({ use: 'outcome', means: {} });
    expect(mapping['sex']).toEqual({ use: 'yesNo', id: 'male', means: { '1': 'yes' } });
    expect(() =>
      cohortOf(readTable('time,status\n2,1\n3,2'), proposeColumns(readTable('time,status\n2,1\n3,2'))),
    ).toThrow(MappingError);
  });

  it('of times take days where years would be more than anyone was followed', () => {
    expect(proposeColumns(readTable('time,event\n1200,1\n900,0'))['time']).toEqual({ use: 'time', unit: 'days' });
    expect(proposeColumns(readTable('time,event\n40,1\n60,0'))['time']).toEqual({ use: 'time', unit: 'months' });
    expect(proposeColumns(readTable('time,event\n4,1\n6,0'))['time']).toEqual({ use: 'time', unit: 'years' });
  });
});

describe('a cohort', () => {
  const cohort = cohortOf(TABLE, proposeColumns(TABLE));

  it('holds the rows with a time and a named outcome, in the units of the schema', () => {
    expect(cohort.patients.map(({ id, timeYears, outcome }) => [id, timeYears, outcome])).toEqual([
      ['p1', 1, 'event'],
      ['p2', 4, 'none'],
      ['p3', 730 / 365.25, 'otherDeath'],
      ['p8', 0.5 / 365.25, 'none'],
    ]);
    const { covariates, facts } = cohort.patients[0].clinical;
    expect(covariates).toEqual({ male: 1, lvef: 31, qrs: 120 });
    expect(facts.nyha).toBe(2);
    expect(facts.creatinine).toBeCloseTo(1.2, 2);
  });

  it('names each row that is none, and why', () => {
    expect(cohort.leftOut).toEqual([
      { row: 5, why: { code: 'noTime' } },
      { row: 6, why: { code: 'negativeTime', cell: '-3' } },
      { row: 7, why: { code: 'outcomeNotNamed', cell: 'emigrated' } },
      { row: 8, why: { code: 'noOutcome' } },
      { row: 9, why: { code: 'sameId', id: 'p1', firstRow: 2 } },
    ]);
  });

  it('notes each value that counts as unknown', () => {
    expect(cohort.notes).toEqual([
      { code: 'wordsNotNamed', column: 'Sex', cells: 1, example: 'X' },
      { code: 'beyondLimits', column: 'Creatinine', cells: 1, example: '9999' },
      { code: 'notNumbers', column: 'QRS', cells: 1, example: 'wide' },
      { code: 'timeOfZero', rows: 1 },
    ]);
    expect(cohort.patients[2].clinical.covariates.qrs).toBeUndefined();
    expect(cohort.patients[1].clinical.facts.nyha).toBe(3);
  });

  it('takes nothing from a column whose commas may part thousands', () => {
    const table = readTable('time;event;NT-proBNP\n2;1;1,020\n3;0;950');
    const { notes, patients } = cohortOf(table, proposeColumns(table));
    expect(notes).toEqual([{ code: 'commaUnclear', column: 'NT-proBNP', example: '1,020' }]);
    expect(patients.map(({ clinical }) => clinical.facts.ntProBnp)).toEqual([undefined, undefined]);
  });

  it('says that its times are hardly years', () => {
    const table = readTable('time,event\n900,1\n1200,0\n1500,0');
    const mapping: ColumnMapping = { ...proposeColumns(table), time: { use: 'time', unit: 'years' } };
    expect(cohortOf(table, mapping).notes).toEqual([
      { code: 'unlikelyTimes', column: 'time', unit: 'years', medianYears: 1200 },
    ]);
  });

  it('has one column for each thing', () => {
    const table = readTable('time,event,lvef,ef\n2,1,30,31\n3,0,40,41');
    const mapping: ColumnMapping = {
      ...proposeColumns(table),
      ef: { use: 'number', id: 'lvef', unit: null, factor: 1 },
    };
    expect(() => cohortOf(table, mapping)).toThrow(MappingError);
  });
});
