import { describe, expect, it } from 'vitest';
import { say } from '../../../../src/app/messages/reasons.ts';
import { cohortReportEn } from '../../../../src/app/messages/cohortReportEn.ts';
import { cohortReportZh } from '../../../../src/app/messages/cohortReportZh.ts';
import { cohortReport } from '../../../../src/pipeline/cohort/cohortReport.ts';
import type { CohortPatient } from '../../../../src/pipeline/cohort/patients.ts';
import { validateCohort } from '../../../../src/pipeline/cohort/validateCohort.ts';
import { loadNodeModels, MODELS_FOLDER } from '../../../../src/studies/files/shippedModels.ts';
import { hospitalCalibration } from '../../../hospitalCalibration.ts';

const models = await loadNodeModels(MODELS_FOLDER);
const patients = Array.from({ length: 40 }, (_, k): CohortPatient => ({
  id: `p${k}`,
  row: k + 2,
  timeYears: 1 + (k % 3),
  outcome: k % 6 === 0 ? 'event' : k % 7 === 0 ? 'otherDeath' : 'none',
  clinical: { covariates: { lvef: 20 + k }, facts: { ischaemic: k > 1, heartFailure: true, nyha: 2 } },
  study: null,
}));
const ROWS = { read: 44, leftOut: 4 };
const QUESTION = { rate: 'music', onlyApplicable: true, samples: 20, calibration: null } as const;

/** Collins et al. 2024, table 2: 52 parts, of which eight are for developing a model only. */
const TRIPOD_ITEMS_OF_AN_EVALUATION = 44;
/** Moons et al. 2025. */
const PROBAST_QUESTIONS_OF_AN_EVALUATION = 18;

describe('the report of a validation', () => {
  const report = cohortReport(validateCohort(patients, models, QUESTION), QUESTION, ROWS, '1.2.3');
  const said = (item: string) => report.tripod.find((one) => one.item === item)?.facts ?? [];

  it('tells who was judged and what limits the figures', () => {
    expect(report.flow).toEqual([
      { code: 'rowsLeftOut', ...ROWS },
      { code: 'notForModels', patients: 2 },
      { code: 'patientsAndEvents', patients: 38, events: 6 },
    ]);
    expect(report.limits.map(({ code }) => code)).toEqual([
      'wideLimits',
      'shortFollowUp',
      'rowsWithoutOutcome',
      'otherDeathsCensored',
      'onePlace',
    ]);
  });

  it('fills in what the data say, and leaves to the authors what they cannot', () => {
    expect(said('12f')).toEqual([{ code: 'notUpdated' }]);
    for (const item of ['5b', '8b', '8c', '17', '18a']) expect(said(item), item).toEqual([]);
    // Images were not there.
    expect(said('7').map(({ code }) => code)).toEqual(['columnsMapped']);
  });

  it('has the items for evaluating a model, and says that the ridge Cox was learned here', () => {
    expect(report.tripod).toHaveLength(TRIPOD_ITEMS_OF_AN_EVALUATION);
    for (const ofDevelopment of ['9a', '12a', '12b', '12c', '15', '22', '27a', '27b']) {
      expect(report.tripod.map(({ item }) => item)).not.toContain(ofDevelopment);
    }
    expect(report.probast.filter(({ item }) => item.includes('.'))).toHaveLength(PROBAST_QUESTIONS_OF_AN_EVALUATION);
    expect(said('12e')).toContainEqual({ code: 'rivalLearned', folds: 5 });
  });

  it('says that the models were recalibrated, and that everyone was taken', () => {
    const question = { ...QUESTION, onlyApplicable: false, calibration: hospitalCalibration(models.cards) };
    const { limits, tripod } = cohortReport(validateCohort(patients, models, question), question, ROWS, '1.2.3');
    expect(limits.map(({ code }) => code)).toEqual(expect.arrayContaining(['everyoneTaken', 'calibratedToo']));
    for (const at of ['4', '24']) {
      expect(tripod.find(({ item }) => item === at)?.facts).toMatchObject([{ code: 'updated', madeBy: 'A hospital' }]);
    }
  });

  it('is in both languages whole', () => {
    for (const text of [cohortReportEn, cohortReportZh]) {
      const words = [
        ...[...report.tripod, ...report.probast].flatMap(({ facts }) => facts.map((fact) => say(text.facts, fact))),
        ...report.limits.map((limit) => say(text.limitsOf, limit)),
      ];
      expect(words.filter((one) => /undefined|NaN|\[object/.test(one))).toEqual([]);
    }
  });
});
