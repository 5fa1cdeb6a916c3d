import { describe, expect, it } from 'vitest';
import { blandAltman, kappa, quadratic } from '../../../src/core/statistics/readerAgreement.ts';

/** Pairs of categories, with how often each occurs. */
function pairs<T>(counts: readonly (readonly [T, T, number])[]): [T[], T[]] {
  const each = counts.flatMap(([a, b, n]) => Array.from({ length: n }, (): [T, T] => [a, b]));
  return [each.map(([a]) => a), each.map(([, b]) => b)];
}

describe('kappa', () => {
  it('is that of the textbook: 20, 5, 10, 15 of 50 give 0.4', () => {
    const [one, other] = pairs([
      ['yes', 'yes', 20],
      ['yes', 'no', 5],
      ['no', 'yes', 10],
      ['no', 'no', 15],
    ]);
    expect(kappa(one, other)).toBeCloseTo(0.4, 12);
  });

  it('is 1 for the same, 0 for chance, and null where there is nothing to agree on', () => {
    expect(kappa([1, 2, 3], [1, 2, 3])).toBe(1);
    expect(kappa([1, 1, 2, 2], [1, 2, 1, 2])).toBe(0);
    expect(kappa([1, 1], [1, 1])).toBeNull();
    expect(kappa([], [])).toBeNull();
  });

  it('weighted by squares forgives a neighbour more than a stranger', () => {
    const near = kappa([0, 1, 2, 3], [1, 1, 2, 3], quadratic) ?? NaN;
    const far = kappa([0, 1, 2, 3], [3, 1, 2, 3], quadratic) ?? NaN;
    expect(near).toBeGreaterThan(far);
  });
});

describe('Bland and Altman', () => {
  it('give mean difference and 1.96 SD about it', () => {
    const found = blandAltman([1, 2, 3]);
    expect(found?.bias).toBe(2);
    expect(found?.limits?.[0]).toBeCloseTo(0.04, 12);
    expect(found?.limits?.[1]).toBeCloseTo(3.96, 12);
  });

  it('give no limits of one difference, and nothing of none', () => {
    expect(blandAltman([4])).toEqual({ bias: 4, limits: null });
    expect(blandAltman([])).toBeNull();
  });
});
