/** A head of the image branch that a hospital trains anew on its own patients. */
import { describe, expect, it } from 'vitest';
import { LATENT } from '../../../../src/core/patient/heartImage.ts';
import { risk, type LogLogistic } from '../../../../src/core/patient/logLogistic.ts';
import { Random } from '../../../../src/core/random.ts';
import { harrellC } from '../../../../src/core/statistics/concordance.ts';
import type { HeartReading } from '../../../../src/nn/readHeart.ts';
import { fitHead } from '../../../../src/nn/training/fitImageHead.ts';
import { readByHead } from '../../../../src/nn/networks/imageHead.ts';
import { predictSurvival } from '../../../../src/pipeline/analysing/predictSurvival.ts';
import { judgePatient } from '../../../../src/pipeline/cohort/judgePatient.ts';
import { outcomesIn, type CohortPatient } from '../../../../src/pipeline/cohort/patients.ts';
import { refitCohort } from '../../../../src/pipeline/cohort/refit.ts';
import {
  readRefit,
  RefitFileError,
  unzipRefit,
  writeRefit,
  zipRefit,
} from '../../../../src/pipeline/saving/refitFile.ts';
import { REFIT_WORDS } from '../../../../src/app/messages/refitWords.ts';
import { loadNodeModels, MODELS_FOLDER } from '../../../../src/studies/files/shippedModels.ts';
import { hospitalRefit } from '../../../hospitalCalibration.ts';
import { studyOf } from '../../../studyOf.ts';

const models = await loadNodeModels(MODELS_FOLDER);
const MADE = { onlyApplicable: false, madeBy: 'A hospital', madeOn: 'today' };
const SIGMA = 0.7;
const MU = 3;
const FINDINGS = { noReflowMl: 0, nonIschaemicPattern: false };

interface Simulated {
  readonly patients: readonly CohortPatient[];
  /** The true log-odds of the event but for a constant, by the image alone and in all. */
  readonly byImage: Float64Array;
  readonly told: Float64Array;
}

/**
 * Patients whose times follow the QRS and a weighted sum of the latent vector that is not the shipped head's: it turns on the first number,
 * the truth on the first two, and more on the second.
 */
function simulated(count: number, seed: number): Simulated {
  const random = new Random(seed);
  const byImage = new Float64Array(count);
  const told = new Float64Array(count);
  const patients = Array.from({ length: count }, (_, k): CohortPatient => {
    // As a ReLU gives them; the last is dead.
    const latent = Array.from({ length: LATENT }, (__, i) => (i === LATENT - 1 ? 0 : Math.max(0, 1 + random.normal())));
    const qrs = random.normal();
    byImage[k] = (0.4 * latent[0] + 0.9 * latent[1]) / SIGMA;
    told[k] = byImage[k] + (0.6 * qrs) / SIGMA;
    const u = random.next();
    const time = Math.exp(MU + 1 + SIGMA * (Math.log(u / (1 - u)) - told[k]));
    const watched = 3 + 7 * random.next();
    return {
      id: `p${k}`,
      row: k + 2,
      timeYears: Math.max(0.01, Math.min(time, watched)),
      outcome: time < watched ? 'event' : 'none',
      clinical: {
        covariates: { age: 65 + 8 * random.normal(), lvef: 15 + 40 * random.next(), qrs: 115 + 20 * qrs },
        facts: { ischaemic: true, heartFailure: true, nyha: 2 },
      },
      study: studyOf({ mu: MU + 1 - latent[0], sigma: SIGMA }, latent),
    };
  });
  return { patients, byImage, told };
}

/** A standard error of C in a cohort of some two hundred events, twice. */
const C_TOLERANCE = 0.04;
/** Of mu, what so strong a penalty leaves of the latent vector's weights; the spread of mu is near 1. */
const OF_MU = 0.01;

const learned = simulated(600, 5);
const made = refitCohort(learned.patients, models, MADE);
const { refit } = made;

const without = (patients: readonly CohortPatient[]): CohortPatient[] =>
  patients.map((one) => ({ ...one, study: studyOf(one.study?.heart ?? { mu: 0, sigma: 1 }, null) }));

describe('a refitted head', () => {
  it('tells patients whom it never saw apart as well as the law that made them, and better than the shipped head', () => {
    const other = simulated(600, 6);
    const { time, event } = outcomesIn(other.patients);
    const cOf = (calibration: typeof made | null, by: 'image' | 'fused'): number =>
      harrellC(
        time,
        event,
        Float64Array.from(other.patients, (one) =>
          risk(judgePatient(one, models, 'music', calibration).laws[by] as LogLogistic, 4),
        ),
      ).c;
    for (const [by, best, own] of [
      ['image', other.byImage, refit.image?.alone],
      ['fused', other.told, refit.image?.fused],
    ] as const) {
      const found = cOf(made, by);
      expect(found, by).toBeGreaterThan(harrellC(time, event, best).c - C_TOLERANCE);
      expect(found, by).toBeGreaterThan(cOf(null, by) + C_TOLERANCE);
      // What it says of itself, out of fold, is what the law that made these patients is worth in them.
      const { time: timeHere, event: eventHere } = outcomesIn(learned.patients);
      const bestHere = harrellC(timeHere, eventHere, by === 'image' ? learned.byImage : learned.told).c;
      expect(Math.abs((own?.refitted.harrell?.value ?? NaN) - bestHere), by).toBeLessThan(C_TOLERANCE);
      expect(own?.gain.logLikelihoodAPatient, by).toBeGreaterThan(0);
    }
  });

  it('is the shipped head, at the level of the patients, where the penalty is strong', () => {
    const cases = learned.patients.flatMap(({ study, timeYears, outcome }) => {
      const heart = study?.heart;
      return heart?.latent
        ? [{ reading: { ...heart, latent: heart.latent }, timeYears, event: Number(outcome === 'event') }]
        : [];
    });
    const head = fitHead(cases, 1e4, 1, new Random(1));
    const muOf = (reading: (typeof cases)[number]['reading']): number => readByHead(head, reading)?.law.mu ?? NaN;
    const [level, one] = [0, 1].map((mu) => muOf({ ...cases[0].reading, mu }));
    expect(one).toBeGreaterThan(level);
    for (const { reading } of cases) {
      expect(Math.abs(muOf(reading) - (level + (one - level) * reading.mu))).toBeLessThan(OF_MU);
    }
  });

  it('gives in the case the very law that it gives in the cohort, and says what that rests on', () => {
    const [patient] = learned.patients;
    const heart: HeartReading = {
      ...(patient.study?.heart as Omit<HeartReading, 'attention'>),
      attention: new Float32Array(0),
    };
    const { hospital } = predictSurvival(heart, FINDINGS, patient.clinical, models, made);
    const { laws } = judgePatient(patient, models, 'usual', made);
    const { events } = refit.image?.alone ?? { events: NaN };
    const on = { patients: 600, events };
    expect(hospital?.image).toMatchObject({
      mu: laws.image?.mu,
      sigma: laws.image?.sigma,
      restsOn: { code: 'hospitalHead', ...on },
      recalibrated: { code: 'refittedOn', ...on },
      // What the head reads was learned from simulated hearts.
      simulated: true,
    });
    expect(hospital?.fused).toMatchObject({
      mu: laws.fused?.mu,
      sigma: laws.fused?.sigma,
      restsOn: { code: 'hospitalHeadAndCovariates', ...on },
      simulated: true,
    });
    expect(hospital?.image?.intervalFrom.refits).toBeDefined();
  });

  it('is not used of a heart whose latent vector was not kept: there the shipped head stays, with its own fusion', () => {
    const [patient] = without(learned.patients);
    const withoutHead = { ...made, refit: { ...refit, image: null } };
    expect(judgePatient(patient, models, 'usual', made).laws).toEqual(
      judgePatient(patient, models, 'usual', withoutHead).laws,
    );
    const heart: HeartReading = {
      mu: 3,
      sigma: 1,
      reconstructionError: 0,
      latent: null,
      attention: new Float32Array(0),
    };
    const { hospital } = predictSurvival(heart, FINDINGS, patient.clinical, models, made);
    expect(hospital?.image?.recalibrated).toBeUndefined();
    expect(hospital?.fused?.restsOn.code).toBe('hospitalAndSimulatedOutcomes');
  });

  it('is not made of too few events, or of studies from before the latent vector was kept; the rest is refitted as ever', () => {
    const before = refitCohort(without(learned.patients), models, MADE).refit;
    expect(before.image).toBeNull();
    expect(before.headNotRefitted).toEqual({ code: 'imagesWithoutLatent', patients: 600 });
    expect(before).toEqual({ ...refit, image: null, headNotRefitted: before.headNotRefitted });
    let events = 0;
    const few = learned.patients.map((one) => ({
      ...one,
      study: one.outcome === 'event' && ++events > 45 ? null : one.study,
    }));
    const { image, headNotRefitted, fused } = refitCohort(few, models, MADE).refit;
    expect(image).toBeNull();
    expect(headNotRefitted).toEqual({ code: 'tooFewEventsForHead', events: 45, needed: 50 });
    expect(fused).not.toBeNull();
  });
});

describe('a refitted head as a file', () => {
  const files = writeRefit(made, refit, REFIT_WORDS);

  it('gives back what was written, and a file of before there was one opens without', () => {
    expect(readRefit(unzipRefit(zipRefit(files)), models.cards)).toEqual(made);
    const old = { ...made, refit: { ...hospitalRefit, image: null } };
    expect(readRefit(writeRefit(old, old.refit, REFIT_WORDS), models.cards)).toEqual(old);
  });

  it('is refused where its numbers are not as many as a head has, or cannot be run', () => {
    const fault = (head: Partial<NonNullable<typeof refit.image>['head']>): unknown => {
      const { image } = refit;
      if (!image) return null;
      const changed = { ...refit, image: { ...image, head: { ...image.head, ...head } } };
      try {
        return readRefit(writeRefit(made, changed, REFIT_WORDS), models.cards);
      } catch (error) {
        return error instanceof RefitFileError ? error.reason : error;
      }
    };
    const { scaling, members } = refit.image?.head ?? { scaling: new Float32Array(), members: new Float32Array() };
    expect(fault({ members: new Float32Array(0) })).toEqual({ code: 'refitDamaged' });
    expect(fault({ members: members.map((value, at) => (at === 3 ? NaN : value)) })).toEqual({ code: 'refitDamaged' });
    expect(fault({ scaling: scaling.map((value, at) => (at === 1 ? 0 : value)) })).toEqual({ code: 'refitDamaged' });
  });
});
