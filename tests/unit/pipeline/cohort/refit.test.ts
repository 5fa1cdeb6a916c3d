/** A covariate branch that a hospital trains anew on its own patients. */
import { describe, expect, it } from 'vitest';
import type { CovariateId } from '../../../../src/core/patient/covariates.ts';
import { Random } from '../../../../src/core/random.ts';
import { logOddsOfRisk, risk } from '../../../../src/core/patient/logLogistic.ts';
import { harrellC } from '../../../../src/core/statistics/concordance.ts';
import { predictSurvival } from '../../../../src/pipeline/analysing/predictSurvival.ts';
import { judgePatient } from '../../../../src/pipeline/cohort/judgePatient.ts';
import { outcomesIn, type CohortPatient } from '../../../../src/pipeline/cohort/patients.ts';
import { RefitError, refitCohort } from '../../../../src/pipeline/cohort/refit.ts';
import {
  readRefit,
  RefitFileError,
  unzipRefit,
  writeRefit,
  zipRefit,
  type RefitFiles,
} from '../../../../src/pipeline/saving/refitFile.ts';
import { REFIT_WORDS } from '../../../../src/app/messages/refitWords.ts';
import { loadNodeModels, MODELS_FOLDER } from '../../../../src/studies/files/shippedModels.ts';
import { studyOf } from '../../../studyOf.ts';

const models = await loadNodeModels(MODELS_FOLDER);
const MADE = { onlyApplicable: false, madeBy: 'A hospital', madeOn: 'today' };
/** Of ln sigma and the mean of mu: about a fifth have the event. */
const SIGMA = 0.7;
const MU = 3;

interface Simulated {
  readonly patients: readonly CohortPatient[];
  /** The true log-odds of the event, but for a constant, as far as the patient's answers can tell them. */
  readonly told: Float64Array;
}

/**
 * Patients whose times follow a law that the shipped branch does not know: it turns on the QRS, the heart rate and the scar that the
 * image branch sees, and on nothing else.
 * Two columns repeat each other, and a fifth of the heart rates are unknown.
 */
function simulated(count: number, seed: number): Simulated {
  const random = new Random(seed);
  const told = new Float64Array(count);
  const patients = Array.from({ length: count }, (_, k): CohortPatient => {
    const [age, qrs, rate, scar] = [random.normal(), random.normal(), random.normal(), random.normal()];
    const lvef = 15 + 40 * random.next();
    const known = random.next() < 0.8;
    const covariates: Partial<Record<CovariateId, number>> = {
      age: 65 + 8 * age,
      male: Number(random.next() < 0.7),
      lvef,
      lvefCmr: lvef,
      qrs: 115 + 20 * qrs,
      ...(known ? { heartRate: 70 + 12 * rate } : {}),
    };
    const truth = (0.7 * qrs + 0.5 * rate + 0.5 * scar) / SIGMA;
    told[k] = (0.7 * qrs + (known ? 0.5 * rate : 0) + 0.5 * scar) / SIGMA;
    const u = random.next();
    const time = Math.exp(MU + SIGMA * (Math.log(u / (1 - u)) - truth));
    const watched = 3 + 7 * random.next();
    return {
      id: `p${k}`,
      row: k + 2,
      timeYears: Math.max(0.01, Math.min(time, watched)),
      outcome: time < watched ? 'event' : 'none',
      clinical: { covariates, facts: { ischaemic: true, heartFailure: true, nyha: 2 } },
      study: studyOf({ mu: MU - scar, sigma: SIGMA }, null),
    };
  });
  return { patients, told };
}

/** A standard error of C in a cohort of some two hundred events, twice. */
const C_TOLERANCE = 0.04;
/** Of sums of a few dozen numbers near 1. */
const ROUNDING = 1e-9;

const learned = simulated(800, 3);
const made = refitCohort(learned.patients, models, MADE);
const { refit } = made;

describe('a refit', () => {
  it('tells patients whom it never saw apart as well as the law that made them, and better than the shipped branch', () => {
    const other = simulated(800, 4);
    const { time, event } = outcomesIn(other.patients);
    const score = (calibration: typeof made | null, by: 'covariates' | 'fused'): Float64Array =>
      Float64Array.from(other.patients, (one) => {
        const law = judgePatient(one, models, 'music', calibration).laws[by];
        return law ? risk(law, 4) : NaN;
      });
    const best = harrellC(time, event, other.told).c;
    const [fused, shipped] = [score(made, 'fused'), score(null, 'fused')].map((one) => harrellC(time, event, one).c);
    expect(fused).toBeGreaterThan(best - C_TOLERANCE);
    expect(fused).toBeGreaterThan(shipped + C_TOLERANCE);
    const covariates = harrellC(time, event, score(made, 'covariates')).c;
    expect(covariates).toBeGreaterThan(harrellC(time, event, score(null, 'covariates')).c + C_TOLERANCE);
    // What it says of itself, out of fold, is what it is worth elsewhere.
    for (const [found, told] of [
      [covariates, refit.covariates],
      [fused, refit.fused],
    ] as const) {
      const own = told?.refitted.harrell?.value ?? NaN;
      expect(Math.abs(own - found)).toBeLessThan(C_TOLERANCE);
      expect(told?.gain.logLikelihoodAPatient).toBeGreaterThan(0);
      const { low, high } = told?.refitted.ratio ?? { low: NaN, high: NaN };
      expect(low).toBeLessThan(1);
      expect(high).toBeGreaterThan(1);
    }
  });

  it('stands in the case at the hospital’s level, and says of every number that it changed on whom it rests', () => {
    const [patient] = learned.patients;
    const findings = { noReflowMl: 0, nonIschaemicPattern: false };
    const { hospital, covariates } = predictSurvival(null, findings, patient.clinical, models, made);
    const { mu, sigma } = judgePatient(patient, models, 'usual', made).laws.covariates;
    expect(hospital?.covariates).toMatchObject({
      mu,
      sigma,
      restsOn: { code: 'hospitalOutcomes', patients: 800, events: refit.events },
      recalibrated: { code: 'refittedOn', patients: 800, madeBy: 'A hospital', madeOn: 'today' },
    });
    expect(hospital?.covariates.risk['4']).not.toBeCloseTo(covariates.risk['4'], 3);
    // The reasons are its own: they add up to its own log-odds.
    const { logOdds = NaN, meanLogOdds = NaN, effects = [] } = hospital?.explanation ?? {};
    const sum = effects.reduce((total, one) => total + one.logOdds, meanLogOdds);
    expect(Math.abs(sum - logOdds)).toBeLessThan(ROUNDING);
    expect(Math.abs(logOdds - logOddsOfRisk({ mu, sigma }, 4))).toBeLessThan(ROUNDING);
    // What it does not change stays, without its mark.
    expect(hospital?.fiveAnswers?.recalibrated).toBeUndefined();
    const [low, high] = hospital?.covariates.interval['4'] ?? [NaN, NaN];
    expect(low).toBeLessThan(hospital?.covariates.risk['4'] ?? NaN);
    expect(high).toBeGreaterThan(hospital?.covariates.risk['4'] ?? NaN);
  });

  it('is not made of fewer events than its rule asks for, or where nothing tells patients apart', () => {
    const reason = (patients: readonly CohortPatient[]): unknown => {
      try {
        return refitCohort(patients, models, MADE);
      } catch (error) {
        return error instanceof RefitError ? error.reason : error;
      }
    };
    const few = learned.patients.slice(0, 120);
    expect(reason(few)).toMatchObject({ code: 'tooFewEventsToRefit', needed: 50 });
    const alike = learned.patients.slice(0, 400).map((one) => ({
      ...one,
      clinical: { covariates: { age: 60 }, facts: { ischaemic: true } },
    }));
    expect(reason(alike)).toEqual({ code: 'nothingToRefitOn' });
  });
});

describe('a refit as a folder', () => {
  const files = writeRefit(made, refit, REFIT_WORDS);
  const fault = (changed: RefitFiles, cards = models.cards): unknown => {
    try {
      return readRefit(changed, cards);
    } catch (error) {
      return error instanceof RefitFileError ? error.reason : error;
    }
  };
  const edited = (name: string, from: string | RegExp, to: string): RefitFiles => ({
    ...files,
    [name]: new TextEncoder().encode(new TextDecoder().decode(files[name]).replace(from, to)),
  });

  it('gives back what was written, zipped or not, and holds counts alone of its patients', () => {
    expect(readRefit(files, models.cards)).toEqual(made);
    expect(readRefit(unzipRefit(zipRefit(files)), models.cards)).toEqual(made);
    const ids = learned.patients.map(({ id }) => `"${id}"`);
    const text = Object.values(files)
      .map((bytes) => new TextDecoder().decode(bytes))
      .join('');
    expect(ids.filter((id) => text.includes(id))).toEqual([]);
  });

  it('is refused with its reason when changed, damaged, newer, or beside other networks', () => {
    expect(fault(edited('card.json', `"patients": 800`, `"patients": 900`))).toEqual({
      code: 'refitChanged',
      file: 'card.json',
    });
    const weights = files['weights.bin'].slice();
    weights[40] ^= 1;
    expect(fault({ ...files, 'weights.bin': weights })).toEqual({ code: 'refitChanged', file: 'weights.bin' });
    const without = Object.entries(files).filter(([name]) => name !== 'model.json');
    expect(fault(Object.fromEntries(without))).toEqual({ code: 'refitChanged', file: 'model.json' });
    expect(fault({})).toEqual({ code: 'notARefit' });
    expect(fault(edited('index.json', '"version": 1', '"version": 2'))).toMatchObject({ code: 'refitNewer' });
    expect(fault(edited('index.json', '"weights.bin"', '"other.bin"'))).toEqual({ code: 'refitDamaged' });
    const others = models.cards.map((card) => ({ ...card, sha256: '0'.repeat(64) }));
    expect(fault(files, others)).toEqual({ code: 'refitOtherWeights' });
    expect(() => unzipRefit(new Uint8Array(100))).toThrow(RefitFileError);
  });
});
