import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantiles } from '../../../src/core/quantiles.ts';
import { robustWindow } from '../../../src/core/volume/intensity.ts';

// float32 keeps 24 bits: after scaling and shifting, a voxel is known to about 1e-7 of the largest value in play.
const FLOAT32_ROUNDING = 1e-5;

describe('quantiles', () => {
  it('are those of R: quantile(x, p, type = 7)', () => {
    // By the definition in ?quantile: j = floor(1 + (n - 1) p), (1 - g) x[j] + g x[j + 1].
    expect(quantiles([1, 2, 3, 4], [0, 0.25, 0.5, 0.75, 1])).toEqual([1, 1.75, 2.5, 3.25, 4]);
    expect(quantiles([15, 20, 35, 40, 50], [0.05, 0.3, 0.4, 0.5, 1])).toEqual([16, 23, 29, 35, 50]);
    expect(quantiles([7], [0, 0.01, 0.99, 1])).toEqual([7, 7, 7, 7]);
  });

  it('need no order, sort by value and leave the input as it was', () => {
    const values = Float32Array.of(10, 9, -100, 2, 1);
    expect(quantiles(values, [0, 0.5, 1])).toEqual([-100, 2, 10]);
    expect([...values]).toEqual([10, 9, -100, 2, 1]);
  });

  it('refuse an empty list', () => {
    expect(() => quantiles([], [0.5])).toThrow(RangeError);
  });

  it('rise with the fraction and stay within the values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, p, q) => {
          const [low, high] = quantiles(values, [Math.min(p, q), Math.max(p, q)]);
          // Interpolation rounds in the last bit.
          expect(high).toBeGreaterThanOrEqual(low - 1e-9);
          expect(low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
          expect(high).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        },
      ),
    );
  });
});

describe('the robust window', () => {
  it('shows a scaled and shifted image as it shows the image', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 10, maxLength: 200 }),
        fc.double({ min: 0.1, max: 20, noNaN: true }),
        fc.double({ min: -1000, max: 1000, noNaN: true }),
        (values, a, b) => {
          const plain = robustWindow(values);
          fc.pre(plain.range >= 1);
          const moved = Float32Array.from(values, (value) => a * value + b);
          const window = robustWindow(moved);
          values.forEach((value, i) => {
            const there = (moved[i] - window.zero) / window.range;
            const here = (value - plain.zero) / plain.range;
            const size = (Math.abs(a) * 500 + Math.abs(b)) / (a * plain.range);
            expect(Math.abs(there - here)).toBeLessThan(FLOAT32_ROUNDING * (1 + size));
          });
        },
      ),
    );
  });

  it('has range 0 for a constant image, whatever its value', () => {
    expect(robustWindow(new Float32Array(50).fill(0.1)).range).toBe(0);
  });

  it('is not moved where the brightest of a thousand voxels is wild', () => {
    const values = Array.from({ length: 1000 }, (_, i) => i % 100);
    const wild = values.map((value, i) => (i === 599 ? 1e9 : value));
    expect(robustWindow(wild)).toEqual(robustWindow(values));
  });
});
