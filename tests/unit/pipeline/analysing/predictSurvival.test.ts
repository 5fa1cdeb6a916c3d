import { beforeAll, describe, expect, it } from 'vitest';
import { loadNodeModels, MODELS_FOLDER } from '../../../../src/studies/files/shippedModels.ts';
import type { Clinical } from '../../../../src/core/patient/covariates.ts';
import type { HeartFindings } from '../../../../src/core/patient/applicability.ts';
import { HEART_IMAGE } from '../../../../src/core/patient/heartImage.ts';
import { readHeart, type HeartReading } from '../../../../src/nn/readHeart.ts';
import type { Models } from '../../../../src/pipeline/analysing/models.ts';
import { judgePatient } from '../../../../src/pipeline/cohort/judgePatient.ts';
import type { StudyResult } from '../../../../src/pipeline/cohort/studyResult.ts';
import { predictSurvival } from '../../../../src/pipeline/analysing/predictSurvival.ts';
import { hospitalCalibration } from '../../../hospitalCalibration.ts';
import { processorMs } from '../../../processorTime.ts';

const KNOWN: Clinical = {
  covariates: { age: 64, male: 1, lvef: 30, heartRate: 70, qrs: 110, lbbb: 0, diabetes: 0, betaBlocker: 1 },
  facts: { ischaemic: true, daysSinceInfarct: 900, icd: false },
};
const HEART: HeartReading = {
  mu: 4,
  sigma: 1,
  reconstructionError: 0,
  latent: null,
  attention: new Float32Array(12 * 16 * 16),
};

const CLEAR: HeartFindings = { noReflowMl: 0, nonIschaemicPattern: false };

/** What a cohort keeps of a study whose heart could be read. */
const STUDY: Omit<StudyResult, 'heart'> = {
  slices: 10,
  spacing: [1.5, 1.5, 10],
  contrast: 'PSIR',
  drawnBy: 'network',
  burden: {
    bloodPoolMl: 150,
    myocardiumMl: 120,
    myocardiumG: 126,
    scarMl: 20,
    scarG: 21,
    burdenPercent: 17,
    noReflowMl: 0,
    noReflowG: 0,
    noReflowPercent: 0,
  },
  greyZonesG: {},
  casePlausibility: 0.9,
  findings: CLEAR,
  warnings: [],
  drawing: null,
};

let models: Models;
beforeAll(async () => {
  models = await loadNodeModels(MODELS_FOLDER);
}, 60_000);

/**
 * A reader at the page waits at most this long for a curve with its reasons, on one core with WebAssembly. It takes a
 * fraction of this.
 */
const MOST_MS = 2000;

describe('predictSurvival', () => {
  it('is there with its explanation, image and covariates, within two seconds of the first question', async () => {
    const heart = new Float32Array(HEART_IMAGE.slices * HEART_IMAGE.side ** 2 * HEART_IMAGE.channels);
    for (let at = 0; at < heart.length; at += 10) heart.set([at % 40 === 0 ? 0.7 : 0.2, 1], at);
    const begun = processorMs();
    const reading = await readHeart(models.image, heart, {});
    const { explanation, fused } = predictSurvival(reading, CLEAR, KNOWN, models);
    expect(processorMs() - begun).toBeLessThan(MOST_MS);
    expect(reading.attention.some((value) => value !== 0)).toBe(true);
    expect(explanation.effects.length).toBeGreaterThan(0);
    expect(fused?.curve.length).toBeGreaterThan(0);
  });

  it('shows a hospital’s calibration on what it changes, as the cohort room judges it, and on nothing else', () => {
    const given = hospitalCalibration(models.cards);
    const survival = predictSurvival(HEART, CLEAR, KNOWN, models, given);
    const { hospital } = survival;
    if (!hospital?.fused) throw new Error('a prediction is missing');
    const study = { ...STUDY, heart: HEART };
    const { laws } = judgePatient({ clinical: KNOWN, study }, models, 'usual', given);
    for (const id of ['covariates', 'fused'] as const) {
      expect(hospital[id], id).toMatchObject(laws[id] ?? {});
      const { recalibrated, intervalFrom, interval, risk } = hospital[id] ?? survival.covariates;
      expect(recalibrated).toMatchObject({ patients: 212, events: 31 });
      const [low, high] = intervalFrom.calibration?.['4'] ?? [NaN, NaN];
      expect(low).toBeLessThan(risk['4']);
      // All kinds together are wider than one.
      expect(interval['4'][1]).toBeGreaterThan(high);
    }
    expect(hospital.image).toEqual(survival.image);
    const plain = predictSurvival(HEART, CLEAR, KNOWN, models);
    expect({ ...survival, hospital: null }, 'beside it all stands as it did').toEqual(plain);
  });

  it('takes no calibration of other networks', () => {
    const ofOthers = models.cards.map((card) => ({ ...card, sha256: '0'.repeat(64) }));
    expect(predictSurvival(HEART, CLEAR, KNOWN, models, hospitalCalibration(ofOthers)).hospital).toBeNull();
  });

  it('gives three curves that start at 1, never rise, and lie within their intervals', () => {
    const survival = predictSurvival(HEART, CLEAR, KNOWN, models);
    for (const prediction of [survival.covariates, survival.image, survival.fused]) {
      if (prediction === null) throw new Error('a prediction is missing');
      expect(prediction.curve[0].s).toBe(1);
      prediction.curve.slice(1).forEach(({ s, low, high }, i) => {
        expect(s).toBeLessThan(prediction.curve[i].s);
        expect(low).toBeLessThanOrEqual(s);
        expect(high).toBeGreaterThanOrEqual(s);
      });
      expect(prediction.restsOn).toHaveProperty('code');
      expect(prediction.crudeRisk['5']).toBeLessThan(prediction.risk['5']);
      for (const year of ['1', '5', '10'] as const) {
        const { risk, crudeRisk, otherDeath, interval, crudeInterval } = prediction;
        expect(interval[year][0]).toBeLessThan(risk[year]);
        expect(interval[year][1]).toBeGreaterThan(risk[year]);
        expect(crudeInterval[year][0]).toBeLessThan(crudeRisk[year]);
        expect(crudeInterval[year][1]).toBeGreaterThan(crudeRisk[year]);
        expect(crudeInterval[year][1]).toBeLessThan(interval[year][1]);
        // Anyone not alive died one way or the other.
        const point = prediction.curve.find(({ t }) => t === Number(year));
        expect(1 - crudeRisk[year] - otherDeath[year]).toBeLessThan(point?.s ?? 0);
      }
    }
  });

  it('marks what lies beyond the follow-up of the real cohort', () => {
    const { covariates, fused } = predictSurvival(HEART, CLEAR, KNOWN, models);
    for (const prediction of [covariates, fused]) {
      const first = prediction?.curve.find((point) => point.extrapolated);
      expect(first?.t).toBeGreaterThan(5.2);
      expect(first?.t).toBeLessThan(5.5);
    }
  });

  it('an input that no weight learned from changes nothing and is listed', () => {
    const plain = predictSurvival(HEART, CLEAR, KNOWN, models);
    const more: Clinical = { ...KNOWN, covariates: { ...KNOWN.covariates, infarctPercent: 30, lvMassCmr: 150 } };
    const given = predictSurvival(HEART, CLEAR, more, models);
    expect(given.unusedInputs).toEqual(expect.arrayContaining(['infarctPercent', 'lvMassCmr']));
    expect(given.fused).toEqual(plain.fused);
    expect(given.covariates).toEqual(plain.covariates);
  });

  it('a missing input widens the interval', () => {
    const width = (clinical: Clinical): number => {
      const [low, high] = predictSurvival(null, CLEAR, clinical, models).covariates?.interval['5'] ?? [NaN, NaN];
      return Math.log(high / (1 - high)) - Math.log(low / (1 - low));
    };
    expect(width({ ...KNOWN, covariates: {} })).toBeGreaterThan(width(KNOWN));
  });

  it('says what each missing input costs, and nothing of those that are known', () => {
    const { costOfMissing, missingInputs } = predictSurvival(null, CLEAR, KNOWN, models);
    expect(Object.keys(costOfMissing).sort()).toEqual([...missingInputs].sort());
    expect(Object.keys(costOfMissing)).not.toContain('lvef');
    const blind = predictSurvival(null, CLEAR, { ...KNOWN, covariates: {} }, models);
    expect(blind.costOfMissing['lvef']).toBeGreaterThan(0);
    expect(Math.min(...Object.values(blind.costOfMissing))).toBeGreaterThanOrEqual(0);
  });

  it('places the risk from covariates in the real cohort, whatever the image says', () => {
    const percentile = (lvef: number): number =>
      predictSurvival(HEART, CLEAR, { ...KNOWN, covariates: { ...KNOWN.covariates, lvef } }, models).percentile;
    expect(percentile(15)).toBeGreaterThan(percentile(35));
    expect(percentile(35)).toBeGreaterThan(percentile(60));
    expect(predictSurvival({ ...HEART, mu: 2 }, CLEAR, KNOWN, models).percentile).toBe(percentile(30));
  });

  it('explains the very prediction that it gives from the covariates', () => {
    const { covariates, explanation } = predictSurvival(HEART, CLEAR, KNOWN, models);
    const risk = covariates.risk['4'];
    expect(explanation.logOdds).toBeCloseTo(Math.log(risk / (1 - risk)), 9);
    expect(explanation.effects.map(({ id }) => id)).toContain('lvef');
  });

  it('without a ventricle there is a curve from the covariates alone', () => {
    const survival = predictSurvival(null, CLEAR, KNOWN, models);
    expect(survival.image).toBeNull();
    expect(survival.fused).toBeNull();
    expect(survival.covariates?.risk['5']).toBeGreaterThan(0);
  });

  it('says first why it does not apply', () => {
    const fresh = predictSurvival(
      HEART,
      { noReflowMl: 1.2, nonIschaemicPattern: true },
      { ...KNOWN, facts: { daysSinceInfarct: 5, icd: true } },
      models,
    ).applies;
    expect(fresh.yes).toBe(false);
    expect(fresh.why).toHaveLength(4);
    const strange = { ...HEART, reconstructionError: 10 };
    expect(predictSurvival(strange, CLEAR, KNOWN, models).applies.why).toContainEqual({
      code: 'unlikeSimulatedHearts',
    });
    expect(predictSurvival(HEART, CLEAR, KNOWN, models).applies).toEqual({ yes: true, why: [] });
  });

  it('an earlier death in the image branch gives a higher fused risk', () => {
    const at = (mu: number): number => predictSurvival({ ...HEART, mu }, CLEAR, KNOWN, models).fused?.risk['5'] ?? NaN;
    expect(at(3)).toBeGreaterThan(at(4));
    expect(at(4)).toBeGreaterThan(at(5));
  });
});
