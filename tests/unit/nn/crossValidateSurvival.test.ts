import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import {
  crossValidate,
  scoreModel,
  usualHorizonYears,
  type Scores,
} from '../../../src/nn/training/crossValidateSurvival.ts';
import { coxRidgeModel, kaplanMeierModel, networkModel } from '../../../src/nn/training/survivalModels.ts';
import type { SurvivalTable } from '../../../src/nn/training/survivalTable.ts';
import type { Recipe } from '../../../src/nn/training/trainCovariates.ts';

/** Patients whose log time falls by 0.9 per SD of the first input; the second says nothing. */
function drawCohort(count: number, seed: number): SurvivalTable {
  const random = new Random(seed);
  const values = Float64Array.from({ length: 2 * count }, () => random.normal());
  const time = new Float64Array(count);
  const event = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const u = random.next();
    const death = Math.exp(1.5 - 0.9 * values[2 * i] + 0.6 * Math.log(u / (1 - u)));
    const end = 8 * random.next() + 0.05;
    time[i] = Math.min(death, end);
    event[i] = death < end ? 1 : 0;
  }
  return { inputs: ['signal', 'noise'].map((name) => ({ name, yesNo: false })), values, time, event };
}

describe('models in the same folds', () => {
  const table = drawCohort(160, 3);
  const horizon = usualHorizonYears(table);
  const recipes: Recipe[] = [];
  const models = {
    km: kaplanMeierModel(table),
    coxRidge: coxRidgeModel(table),
    logLogisticNet: networkModel(table, 2, { atYears: horizon, byInput: null }, (recipe) => recipes.push(recipe), null),
  };
  const names = ['km', 'coxRidge', 'logLogisticNet'] as const;
  const compare = (seed: number, of: typeof models = models): Record<keyof typeof models, Scores> => {
    const outOfFold = crossValidate(table.event, 3, seed, of);
    const score = (name: keyof typeof models): Scores =>
      scoreModel(table, outOfFold, name, [...table.time.keys()], horizon);
    return { km: score('km'), coxRidge: score('coxRidge'), logLogisticNet: score('logLogisticNet') };
  };
  const scores = compare(1);

  it('that know nothing of a patient tell none from another', () => {
    expect(scores.km).toMatchObject({ harrell: 0.5, uno: 0.5, auc: 0.5, balancedAccuracy: 0.5 });
  });

  it('find what there is to find, and are better than the cohort by itself', () => {
    for (const model of ['coxRidge', 'logLogisticNet'] as const) {
      // The law's own C is about 0.77; 160 patients fix it to about 0.03.
      expect(scores[model].harrell).toBeGreaterThan(0.7);
      expect(scores[model].harrell).toBeLessThan(0.85);
      expect(scores[model].auc).toBeGreaterThan(0.75);
      expect(scores[model].balancedAccuracy).toBeGreaterThan(0.6);
      expect(scores[model].ibs).toBeLessThan(scores.km.ibs);
      expect(scores[model].brier).toBeLessThan(scores.km.brier);
      expect(Math.abs(scores[model].meanRisk - scores.km.meanRisk)).toBeLessThan(0.1);
    }
  });

  it('stay linear where the truth is linear', () => {
    expect(recipes.slice(0, 3).map(({ depth }) => depth)).toEqual([0, 0, 0]);
  });

  it('give the same scores again for the same seed, and others for another', () => {
    const few = { km: models.km, coxRidge: models.coxRidge, logLogisticNet: models.km };
    const again = compare(1, few);
    // A model's scores do not depend on which others are compared with it.
    for (const name of names.slice(0, 2)) expect(again[name]).toEqual(scores[name]);
    expect(compare(2, few).coxRidge.harrell).not.toBe(scores.coxRidge.harrell);
  });

  it('learn nothing from the patients that they are tested on', () => {
    const outOfFold = crossValidate(table.event, 3, 1, { coxRidge: models.coxRidge });
    const patient = outOfFold.fold.indexOf(0);
    const changed = { ...table, time: table.time.slice(), event: table.event.slice() };
    changed.time[patient] = 0.01;
    const other = crossValidate(table.event, 3, 1, { coxRidge: coxRidgeModel(changed) });
    expect(other.fitted[0].coxRidge(patient, 2)).toBe(outOfFold.fitted[0].coxRidge(patient, 2));
    expect(other.fitted[1].coxRidge(patient, 2)).not.toBe(outOfFold.fitted[1].coxRidge(patient, 2));
  });
});
