/** A hospital's own calibration, and several hospitals' sums. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/core/random.ts';
import { covariateBranch } from '../../../../src/nn/networks/covariateBranch.ts';
import {
  AggregatesError,
  mergeAggregates,
  readAggregates,
  writeAggregates,
} from '../../../../src/pipeline/cohort/aggregates.ts';
import {
  CalibrationFileError,
  readCalibration,
  writeCalibration,
} from '../../../../src/pipeline/saving/calibrationFile.ts';
import type { CohortPatient } from '../../../../src/pipeline/cohort/patients.ts';
import { recalibrate } from '../../../../src/pipeline/cohort/recalibrate.ts';
import { aggregatesOf } from '../../../../src/pipeline/cohort/sumsOfCohort.ts';
import { validateCohort } from '../../../../src/pipeline/cohort/validateCohort.ts';
import { loadNodeModels, MODELS_FOLDER } from '../../../../src/studies/files/shippedModels.ts';
import { readMusic } from '../../../../src/studies/survival/music.ts';
import { dataWith } from '../../../realData.ts';

const models = await loadNodeModels(MODELS_FOLDER);
const QUESTION = { rate: 'music', onlyApplicable: false, samples: 8, calibration: null } as const;
const MADE = { onlyApplicable: false, madeBy: 'A hospital', madeOn: 'today' };
/** What is planted: the patients' medians are later by e^0.5, and their times spread by 1.3 more than the model says. */
const PLANTED = { muShift: 0.5, sigmaFactor: 1.3 };

/** Patients whose times follow the covariate branch's law, shifted and spread; each is watched for 10 to 30 years. */
function cohort(count: number, seed: number, { muShift, sigmaFactor }: typeof PLANTED): CohortPatient[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, k) => {
    const clinical = {
      covariates: { age: 45 + 40 * random.next(), male: Number(random.next() < 0.7), lvef: 15 + 40 * random.next() },
      facts: { ischaemic: true, heartFailure: true, nyha: 2 + Number(random.next() < 0.4) },
    };
    const law = covariateBranch(models.covariates, clinical.covariates, clinical.facts);
    const u = random.next();
    const time = Math.exp(law.mu + muShift + law.sigma * sigmaFactor * Math.log(u / (1 - u)));
    const watched = 10 + 20 * random.next();
    const outcome = time < watched ? 'event' : 'none';
    return {
      id: `p${k}`,
      row: k + 2,
      timeYears: Math.max(0.01, Math.min(time, watched)),
      outcome,
      clinical,
      study: null,
    };
  });
}

describe('a recalibration', () => {
  it('recovers a planted shift of mu by 0.5 and a spread of 1.3 within its limits, and gains out of fold', () => {
    const patients = cohort(800, 3, PLANTED);
    const calibration = recalibrate(patients, models, MADE);
    const { covariates } = calibration;
    expect(covariates?.chosen).toBe('levelAndSpread');
    const [low, high] = covariates?.muLimits ?? [NaN, NaN];
    expect(low).toBeLessThan(PLANTED.muShift);
    expect(high).toBeGreaterThan(PLANTED.muShift);
    // The limits say something: the shipped model lies outside of them.
    expect(low).toBeGreaterThan(0);
    const [narrow, wide] = covariates?.sigmaLimits ?? [NaN, NaN];
    expect(narrow).toBeLessThan(PLANTED.sigmaFactor);
    expect(wide).toBeGreaterThan(PLANTED.sigmaFactor);
    expect(narrow).toBeGreaterThan(1);
    expect(covariates?.gain.logLikelihoodAPatient).toBeGreaterThan(0);

    // Their values alone, without limits.
    const question = { ...QUESTION, samples: 2 };
    const before = validateCohort(patients, models, question).models.covariates?.at.at(-1);
    const after = validateCohort(patients, models, { ...question, calibration }).models.covariates?.at.at(-1);
    const off = (ratio: number | undefined): number => Math.abs(Math.log(ratio ?? NaN));
    expect(off(after?.ratio?.value)).toBeLessThan(off(before?.ratio?.value) / 3);
  });

  it('of a cohort with too few events is none', () => {
    const few = cohort(40, 5, { muShift: 3, sigmaFactor: 1 }).map((one, k) => ({
      ...one,
      outcome: k < 4 ? ('event' as const) : ('none' as const),
    }));
    expect(recalibrate(few, models, MADE)).toMatchObject({
      covariates: null,
      fiveAnswers: null,
      image: null,
      fused: null,
    });
  });

  it('as a file is read again, and refused for other networks, a newer format or a damaged number', () => {
    const made = recalibrate(cohort(300, 7, PLANTED), models, MADE);
    const text = writeCalibration(made);
    expect(readCalibration(text, models.cards)).toEqual(made);
    const fault = (changed: string, cards = models.cards): unknown => {
      try {
        readCalibration(changed, cards);
        return null;
      } catch (error) {
        return error instanceof CalibrationFileError ? error.reason.code : error;
      }
    };
    expect(fault('{}')).toBe('notACalibration');
    expect(fault(text.replace('"version": 1', '"version": 2'))).toBe('calibrationNewer');
    expect(fault(text.replace(/"sigmaFactor": [\d.]+/, '"sigmaFactor": -1'))).toBe('calibrationDamaged');
    const others = models.cards.map((card) => ({ ...card, sha256: '0'.repeat(64) }));
    expect(fault(text, others)).toBe('calibrationOtherWeights');
  });
});

const DATA = dataWith('music');
/** Sums of some hundred terms, in another order. */
const ROUNDING = 1e-6;

describe('sums of a cohort', () => {
  const sumsOf = (patients: readonly CohortPatient[]) =>
    aggregatesOf(patients, models, QUESTION, validateCohort(patients, models, QUESTION));

  it('hold no count from 1 to 9, and are not made of fewer than ten patients', () => {
    const patients = cohort(60, 9, PLANTED);
    const text = writeAggregates(sumsOf(patients));
    const counts = [...text.matchAll(/"(?:patients|events|otherDeaths)": (\d+)/g)].map(([, count]) => Number(count));
    expect(counts.filter((count) => count > 0 && count < 10)).toEqual([]);
    expect(() => sumsOf(patients.slice(0, 9))).toThrow(AggregatesError);
  });

  it('leave no count from 1 to 9 to be told from a whole and its other parts', () => {
    const everyone = cohort(60, 9, PLANTED);
    const validated = validateCohort(everyone, models, QUESTION);
    let withheld = 0;
    for (let size = 12; size <= everyone.length; size += 4) {
      const { covariates } = aggregatesOf(everyone.slice(0, size), models, QUESTION, validated).models;
      for (const what of ['patients', 'events'] as const) {
        const [whole, bins] = [covariates?.[what] ?? null, covariates?.bins ?? []];
        if (whole === null || bins.every((bin) => bin[what] !== null)) continue;
        withheld += 1;
        const rest = bins.reduce((left, bin) => left - (bin[what] ?? 0), whole);
        expect(rest === 0 || rest >= 10, `${rest} ${what} of ${size}`).toBe(true);
      }
    }
    expect(withheld).toBeGreaterThan(5);
  });

  it('of other networks or another level of risk are not merged', () => {
    const one = sumsOf(cohort(60, 9, PLANTED));
    expect(() => mergeAggregates([one, { ...one, rate: 'usual' }])).toThrow(AggregatesError);
    expect(() => mergeAggregates([one, { ...one, weights: { ...one.weights, image: '0'.repeat(64) } }])).toThrow(
      AggregatesError,
    );
    expect(() => readAggregates('{"format": "other"}')).toThrow(AggregatesError);
  });

  it('that say nothing of level and spread are merged without them', () => {
    const { models: sums, ...rest } = sumsOf(cohort(60, 9, PLANTED));
    const { covariates } = sums;
    if (covariates === null) throw new Error('There are no sums.');
    const bent = { ...covariates, information: [1, 2, 1] as [number, number, number] };
    const merged = mergeAggregates([{ ...rest, models: { ...sums, covariates: bent } }]);
    expect(merged.models.covariates?.recalibration).toBeNull();
    expect(merged.models.covariates?.patients).toBe(60);
  });

  it.skipIf(!DATA)('of MUSIC cut in five sites are those of the whole', async () => {
    const patients = (await readMusic(DATA ?? '')).map(
      ({ covariates, timeYears, status, ischaemic }, k): CohortPatient => ({
        id: String(k),
        row: k + 2,
        timeYears,
        outcome: status === 1 ? 'event' : status === 2 ? 'otherDeath' : 'none',
        clinical: { covariates, facts: { ischaemic } },
        study: null,
      }),
    );
    const whole = mergeAggregates([sumsOf(patients)]);
    const sites = Array.from({ length: 5 }, (_, site) => patients.filter((_one, i) => i % 5 === site));
    const merged = mergeAggregates(sites.map((site) => readAggregates(writeAggregates(sumsOf(site)))));
    expect(merged).toMatchObject({ hospitals: 5, patients: whole.patients, eventsWithheld: 0, events: whole.events });
    const [a, b] = [whole.models.covariates, merged.models.covariates];
    expect(Math.abs((a?.ratio?.value ?? NaN) - (b?.ratio?.value ?? NaN))).toBeLessThan(ROUNDING);
    for (const what of ['muShift', 'sigmaFactor'] as const) {
      for (const end of ['value', 'low', 'high'] as const) {
        const [one, other] = [a?.recalibration?.[what][end] ?? NaN, b?.recalibration?.[what][end] ?? NaN];
        expect(Math.abs(one - other), `${what} ${end}`).toBeLessThan(ROUNDING);
      }
    }
    const full = (b?.bins ?? []).filter(({ hospitals }) => hospitals === 5);
    expect(full.length).toBeGreaterThan(0);
    for (const bin of full) {
      const same = a?.bins.find(({ from }) => from === bin.from);
      expect(bin.patients).toBe(same?.patients);
      expect(Math.abs(bin.expected - (same?.expected ?? NaN))).toBeLessThan(ROUNDING);
    }
    expect(a?.harrell).toBeNull();
    expect(b?.harrell?.each).toHaveLength(5);
    expect(b?.harrell?.low).toBeLessThan(b?.harrell?.value ?? 0);
  });
});
