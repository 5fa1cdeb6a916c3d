import { beforeAll, describe, expect, it } from 'vitest';
import { loadNodeModels, MODELS_FOLDER } from '../../../src/cli/shippedModels.ts';
import type { HeartReading } from '../../../src/nn/readHeart.ts';
import type { Models } from '../../../src/pipeline/models.ts';
import { predictSurvival, type Clinical } from '../../../src/pipeline/predictSurvival.ts';

const KNOWN: Clinical = {
  covariates: { age: 64, male: 1, lvef: 30, heartRate: 70, qrs: 110, lbbb: 0, diabetes: 0, betaBlocker: 1 },
  facts: { ischaemic: true, daysSinceInfarct: 900, icd: false },
};
const HEART: HeartReading = { mu: 4, sigma: 1, reconstructionError: 0, attention: new Float32Array(12 * 16 * 16) };

let models: Models;
beforeAll(async () => {
  models = await loadNodeModels(MODELS_FOLDER);
}, 60_000);

describe('predictSurvival', () => {
  it('gives three curves that start at 1, never rise, and lie within their intervals', () => {
    const survival = predictSurvival(HEART, 0, KNOWN, models);
    for (const prediction of [survival.covariates, survival.image, survival.fused]) {
      if (prediction === null) throw new Error('a prediction is missing');
      expect(prediction.curve[0].s).toBe(1);
      prediction.curve.slice(1).forEach(({ s, low, high }, i) => {
        expect(s).toBeLessThan(prediction.curve[i].s);
        expect(low).toBeLessThanOrEqual(s);
        expect(high).toBeGreaterThanOrEqual(s);
      });
      expect(prediction.restsOn).not.toBe('');
      expect(prediction.crudeRisk['5']).toBeLessThan(prediction.risk['5']);
      expect(prediction.interval['5'][0]).toBeLessThan(prediction.risk['5']);
    }
  });

  it('marks what lies beyond the follow-up of the real cohort', () => {
    const { covariates, fused } = predictSurvival(HEART, 0, KNOWN, models);
    for (const prediction of [covariates, fused]) {
      const first = prediction?.curve.find((point) => point.extrapolated);
      expect(first?.t).toBeGreaterThan(4.7);
      expect(first?.t).toBeLessThan(4.9);
    }
  });

  it('an input that no weight learned from changes nothing and is listed', () => {
    const plain = predictSurvival(HEART, 0, KNOWN, models);
    const more: Clinical = { ...KNOWN, covariates: { ...KNOWN.covariates, infarctPercent: 30, lvMassCmr: 150 } };
    const given = predictSurvival(HEART, 0, more, models);
    expect(given.unusedInputs).toEqual(expect.arrayContaining(['infarctPercent', 'lvMassCmr']));
    expect(given.fused).toEqual(plain.fused);
    expect(given.covariates).toEqual(plain.covariates);
  });

  it('a missing input widens the interval', () => {
    const width = (clinical: Clinical): number => {
      const [low, high] = predictSurvival(null, 0, clinical, models).covariates?.interval['5'] ?? [NaN, NaN];
      return Math.log(high / (1 - high)) - Math.log(low / (1 - low));
    };
    expect(width({ ...KNOWN, covariates: {} })).toBeGreaterThan(width(KNOWN));
  });

  it('without a ventricle there is a curve from the covariates alone', () => {
    const survival = predictSurvival(null, 0, KNOWN, models);
    expect(survival.image).toBeNull();
    expect(survival.fused).toBeNull();
    expect(survival.covariates?.risk['5']).toBeGreaterThan(0);
  });

  it('says first why it does not apply', () => {
    const fresh = predictSurvival(HEART, 1.2, { ...KNOWN, facts: { daysSinceInfarct: 5, icd: true } }, models).applies;
    expect(fresh.yes).toBe(false);
    expect(fresh.why).toHaveLength(3);
    const strange = { ...HEART, reconstructionError: 10 };
    expect(predictSurvival(strange, 0, KNOWN, models).applies.why.join()).toContain('unlike the simulated hearts');
    expect(predictSurvival(HEART, 0, KNOWN, models).applies).toEqual({ yes: true, why: [] });
  });

  it('an earlier death in the image branch gives a higher fused risk', () => {
    const at = (mu: number): number => predictSurvival({ ...HEART, mu }, 0, KNOWN, models).fused?.risk['5'] ?? NaN;
    expect(at(3)).toBeGreaterThan(at(4));
    expect(at(4)).toBeGreaterThan(at(5));
  });
});
