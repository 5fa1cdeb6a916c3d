import { describe, expect, it } from 'vitest';
import { proposeColumns } from '../../../../src/pipeline/cohort/columns.ts';
import { areSimulated, exampleCohort } from '../../../../src/pipeline/cohort/exampleCohort.ts';
import { cohortOf } from '../../../../src/pipeline/cohort/patients.ts';
import { readTable } from '../../../../src/pipeline/cohort/table.ts';

const table = readTable(exampleCohort());
const cohort = cohortOf(table, proposeColumns(table));

describe('the example of a cohort', () => {
  it('is read without a question: each column has a meaning, each row is a patient', () => {
    expect(Object.values(proposeColumns(table)).filter(({ use }) => use === 'ignored')).toEqual([]);
    expect(cohort.leftOut).toEqual([]);
    expect(cohort.patients).toHaveLength(table.rows.length);
    const events = cohort.patients.filter(({ outcome }) => outcome === 'event').length;
    expect(events).toBeGreaterThan(40);
  });

  it('says that nobody in it exists, and says nothing else', () => {
    expect(cohort.notes).toEqual([{ code: 'simulatedPatients' }]);
  });

  it('is told from patients, some of whom may have such an id', () => {
    expect(areSimulated(cohort.patients.slice(0, 3))).toBe(true);
    expect(areSimulated([...cohort.patients, { id: 'p1' }])).toBe(false);
    expect(areSimulated([])).toBe(false);
  });
});
