import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { coverage, fitBand, type BandCase } from '../../../../src/studies/survival/bandStudy.ts';
import { Random } from '../../../../src/core/random.ts';

/** A ridge that takes 30% of what is true about the mean, with noise that its refits show two thirds of. */
const random = new Random(9);
const cases = Array.from({ length: 20_000 }, (): BandCase => {
  const truth = -2 + random.normal();
  return {
    truth,
    predicted: -2 + 0.7 * (truth + 2) + 0.3 * random.normal(),
    refitsHalfWidth: 0.2 * 1.645,
    centre: -2,
  };
});

describe('a band that is fitted on a known truth', () => {
  it('holds nine in ten where a plain one of refits does not, the lowest and the highest tenth too', () => {
    const plain = coverage(cases, { refits: 1, shrinkage: 0 });
    expect(plain.all).toBeLessThan(0.75);
    const fitted = coverage(cases, fitBand(cases));
    expect(fitted.all).toBeCloseTo(0.9, 2);
    expect(Math.min(...fitted.tenths)).toBeGreaterThan(Math.min(...plain.tenths));
    expect(Math.min(...fitted.tenths)).toBeGreaterThan(0.8);
  });
});

/** What was asked of the bands before they were fitted. */
const ALL = { least: 87, most: 93 };
const LEAST_TENTH = 80;

it("the shipped five answers' band held the truth of other simulated cohorts, each tenth of the risk alike", () => {
  const card = JSON.parse(readFileSync('public/models/fiveAnswers/card.json', 'utf8')) as {
    results: { bandHoldsSimulatedTruthPercent: { all: number; byTenthOfTrueRisk: number[] } };
  };
  const { all, byTenthOfTrueRisk } = card.results.bandHoldsSimulatedTruthPercent;
  expect(all).toBeGreaterThan(ALL.least);
  expect(all).toBeLessThan(ALL.most);
  expect(Math.min(...byTenthOfTrueRisk)).toBeGreaterThan(LEAST_TENTH);
});
