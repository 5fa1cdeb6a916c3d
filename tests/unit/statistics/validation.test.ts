import { describe, expect, it } from 'vitest';
import { risk } from '../../../src/core/patient/logLogistic.ts';
import { Random } from '../../../src/core/random.ts';
import { harrellC } from '../../../src/core/statistics/concordance.ts';
import type { RightCensored } from '../../../src/core/statistics/rightCensored.ts';
import { followUp, precisionOfC, validateModel, yearsWithin } from '../../../src/core/statistics/validation.ts';

/** Patients whose times follow their own log-logistic law, followed for 2 to 8 years. */
function simulated(patients: number, seed: number): { data: RightCensored; mu: Float64Array } {
  const random = new Random(seed);
  const mu = Float64Array.from({ length: patients }, () => 3 + random.normal());
  const drawn = mu.map((one) => {
    const u = random.next();
    return Math.exp(one + 0.7 * Math.log(u / (1 - u)));
  });
  const end = mu.map(() => 2 + 6 * random.next());
  return {
    mu,
    data: {
      time: drawn.map((t, i) => Math.min(t, end[i])),
      event: Uint8Array.from(drawn, (t, i) => Number(t <= end[i])),
    },
  };
}

const SIGMA = 0.7;
const SAMPLES = 40;
const { data, mu } = simulated(400, 4);
const options = { years: [1, 4], samples: SAMPLES, random: new Random(1) };
const law = (i: number, shift: number) => ({ mu: mu[i] - shift, sigma: SIGMA });
const score = mu.map((one) => -one);
const validation = validateModel(data, { score, riskAt: (i, t) => risk(law(i, 0), t) }, options);

describe('the validation of a model', () => {
  it('finds the true law calibrated, and better than the mean', () => {
    for (const { ratio, scaledBrier } of validation.at) {
      // Twice as far as the limits of 95% reach: 4 standard errors.
      const { low, high } = ratio ?? { low: NaN, high: NaN };
      expect(Math.abs((ratio?.value ?? NaN) - 1)).toBeLessThan(high - low);
      expect(scaledBrier?.value).toBeGreaterThan(0);
    }
    const slope = validation.curve?.slope ?? NaN;
    expect(Math.abs(slope - 1)).toBeLessThan(0.3); // Its standard error with some 130 events is about 0.12.
  });

  it('finds a law that doubles the odds too high, with the same discrimination', () => {
    const doubled = validateModel(
      data,
      { score, riskAt: (i, t) => risk(law(i, SIGMA * Math.log(2)), t) },
      { ...options, random: new Random(1) },
    );
    expect(doubled.harrell).toEqual(validation.harrell);
    const [, at4] = doubled.at;
    expect(at4.ratio?.high).toBeLessThan(1);
    expect(at4.brier?.value).toBeGreaterThan(validation.at[1].brier?.value ?? 1);
  });

  it('gives the measures on the patients as they are, within their limits', () => {
    const { harrell } = validation;
    expect(harrell?.value).toBe(harrellC(data.time, data.event, score).c);
    for (const measure of [
      harrell,
      validation.uno,
      validation.integratedBrier,
      ...validation.at.map(({ auc }) => auc),
    ]) {
      expect(measure?.value).toBeGreaterThan(measure?.low ?? 1);
      expect(measure?.value).toBeLessThan(measure?.high ?? 0);
    }
  });

  it('asks a score without risks for no calibration', () => {
    const ofScore = validateModel(data, { score, riskAt: null }, options);
    expect(ofScore.at[0]).toMatchObject({ ratio: null, brier: null, meanPredicted: null });
    expect(ofScore.at[0].auc).not.toBeNull();
    expect([ofScore.groups, ofScore.curve, ofScore.decision, ofScore.integratedBrier]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('with three events gives wide limits or none, and never fails', () => {
    const few: RightCensored = {
      time: Float64Array.from({ length: 12 }, (_, i) => 1 + i / 2),
      event: Uint8Array.from({ length: 12 }, (_, i) => Number(i === 2 || i === 5 || i === 7)),
    };
    const of = { score: few.time.map((t) => -t), riskAt: () => 0.1 };
    const { harrell, curve, groups } = validateModel(few, of, { ...options, years: [1, 4] });
    expect(harrell?.value).toBe(1);
    expect(curve).toBeNull();
    expect(groups).toBeNull();
  });
});

describe('a follow-up', () => {
  it('is the median by reversed Kaplan-Meier, which R prints for these four as 4', () => {
    const four = { time: Float64Array.of(1, 2, 4, 6), event: Uint8Array.of(1, 0, 0, 0) };
    expect(followUp(four)).toEqual({ patients: 4, events: 1, medianYears: 4, longestYears: 6 });
    expect(yearsWithin(four, [1, 4, 5, 6, 7])).toEqual([1, 4, 5]);
  });
});

describe('the precision of C', () => {
  it('needs four times the events for half the width', () => {
    const precision = precisionOfC({ value: 0.7, low: 0.6, high: 0.8 }, 25);
    expect(precision?.halfWidth).toBeCloseTo(0.1);
    expect(precision?.eventsFor005).toBe(100);
    expect(precisionOfC(null, 25)).toBeNull();
  });
});
