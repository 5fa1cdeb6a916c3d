import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import {
  fitMargins,
  intervalAround,
  leaveOneOutCoverage,
  type MeasuredCase,
} from '../../../src/core/segmentation/conformal.ts';

/** Volumes measured with an error that grows with them. */
function drawCases(count: number, seed: number): MeasuredCase[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const expert = 60 * random.next() ** 2;
    return { expert, predicted: Math.max(0, Math.sqrt(expert) + 0.3 + 0.6 * random.normal()) ** 2 };
  });
}

describe('intervals from the errors of cases kept out', () => {
  it('hold nine of ten new cases', () => {
    const coverage = Array.from({ length: 60 }, (_, seed) => {
      const margins = fitMargins(drawCases(79, seed));
      const fresh = drawCases(200, seed + 1000);
      const held = fresh.filter(({ predicted, expert }) => {
        const [low, high] = intervalAround(predicted, margins);
        return expert >= low && expert <= high;
      });
      return held.length / fresh.length;
    });
    const mean = coverage.reduce((sum, value) => sum + value, 0) / coverage.length;
    // 12,000 new cases, but only 60 sets of margins: the mean's own SD is about 0.005; conformal is at least nominal.
    expect(mean).toBeGreaterThan(0.89);
    expect(mean).toBeLessThan(0.94);
    expect(leaveOneOutCoverage(drawCases(79, 5))).toBeGreaterThanOrEqual(0.87);
  });

  it('hold the measure itself and never go below nothing', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 500, noNaN: true }), (seed, predicted) => {
        const [low, high] = intervalAround(predicted, fitMargins(drawCases(40, seed)));
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(predicted + 1e-9);
        expect(high).toBeGreaterThanOrEqual(predicted - 1e-9);
      }),
      { numRuns: 50 },
    );
  });

  it('is not made from a handful of cases', () => {
    expect(() => fitMargins(drawCases(18, 1))).toThrow(RangeError);
    expect(() => fitMargins(drawCases(19, 1))).not.toThrow();
  });
});
