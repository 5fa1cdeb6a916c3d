import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { compareSurvivalModels, usualHorizonYears } from '../../../src/nn/training/compareSurvivalModels.ts';
import type { SurvivalTable } from '../../../src/nn/training/trainCovariates.ts';

/** Patients whose log time falls by 0.9 an SD of the first input; the second says nothing. */
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
  const options = {
    folds: 3,
    repeats: 1,
    seed: 1,
    horizonYears: usualHorizonYears(table),
    members: 2,
    scored: [...table.time.keys()],
  };
  const [scores] = compareSurvivalModels(table, options, () => undefined);

  it('that know nothing of a patient tell none from another', () => {
    expect(scores.km.harrell).toBe(0.5);
    expect(scores.km.uno).toBe(0.5);
  });

  it('find what there is to find, and are better than the cohort by itself', () => {
    for (const model of ['coxRidge', 'logLogisticNet'] as const) {
      // The law's own C is about 0.77; 160 patients fix it to about 0.03.
      expect(scores[model].harrell).toBeGreaterThan(0.7);
      expect(scores[model].harrell).toBeLessThan(0.85);
      expect(scores[model].ibs).toBeLessThan(scores.km.ibs);
      expect(Math.abs(scores[model].meanRisk - scores.km.meanRisk)).toBeLessThan(0.1);
    }
  });

  it('give the same scores again for the same seed, and others for another', () => {
    expect(compareSurvivalModels(table, options, () => undefined)[0]).toEqual(scores);
    const [other] = compareSurvivalModels(table, { ...options, seed: 2 }, () => undefined);
    expect(other.coxRidge.harrell).not.toBe(scores.coxRidge.harrell);
  });
});
