import { describe, expect, it } from 'vitest';
import { poolRandomEffects, studentT975 } from '../../../src/core/statistics/randomEffects.ts';

/** Thirteen trials of BCG: log relative risks and their variances, to four digits (Colditz 1994, as in R's metafor). */
const BCG = [
  [-0.8893, 0.3256],
  [-1.5854, 0.1946],
  [-1.3481, 0.4154],
  [-1.4416, 0.02],
  [-0.2175, 0.0512],
  [-0.7861, 0.0069],
  [-1.6209, 0.223],
  [0.012, 0.004],
  [-0.4694, 0.0564],
  [-1.3713, 0.073],
  [-0.3394, 0.0124],
  [0.4459, 0.5325],
  [-0.0173, 0.0714],
].map(([value, variance]) => ({ value, variance }));
/** Of what is printed to four digits from inputs of four digits. */
const DIGITS = 3;

describe('random effects', () => {
  it('give the mean and the variance between studies that metafor gives for the trials of BCG', () => {
    const pooled = poolRandomEffects(BCG);
    expect(pooled?.value).toBeCloseTo(-0.7141, DIGITS);
    expect(pooled?.tauSquared).toBeCloseTo(0.3088, DIGITS);
    expect(pooled?.iSquared).toBeCloseTo(0.9212, DIGITS);
  });

  it('of studies that agree have no variance between them, and limits from how much they vary', () => {
    const pooled = poolRandomEffects([
      { value: 1, variance: 0.5 },
      { value: 1.1, variance: 0.5 },
      { value: 0.9, variance: 0.5 },
    ]);
    expect(pooled?.tauSquared).toBe(0);
    expect(pooled?.value).toBeCloseTo(1, 12);
    // The variance of their mean is 0.01/3, and Student's t with two degrees of freedom 4.3027.
    expect((pooled?.high ?? 0) - 1).toBeCloseTo(4.302653 * Math.sqrt(0.01 / 3), 6);
    expect(poolRandomEffects(BCG.slice(0, 1))).toBeNull();
  });
});

describe("Student's t", () => {
  it('has the percentiles of its tables', () => {
    const tabled = [12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691];
    tabled.forEach((value, i) => expect(studentT975(i + 1)).toBeCloseTo(value, 4));
    expect(studentT975(30)).toBeCloseTo(2.04227, 4);
  });
});
