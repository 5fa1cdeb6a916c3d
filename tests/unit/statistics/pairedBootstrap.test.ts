import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { harrellC } from '../../../src/core/statistics/concordance.ts';
import { pairedBootstrapC } from '../../../src/core/statistics/pairedBootstrap.ts';

const random = new Random(3);
const n = 200;
const truth = Float64Array.from({ length: n }, () => random.normal());
const time = truth.map((x) => Math.exp(-x + random.normal()));
const event = Uint8Array.from(time, () => (random.next() < 0.6 ? 1 : 0));
const cohort = { time, event };
const good = truth.map((x) => x + 0.3 * random.normal());
const poor = truth.map((x) => x + 2 * random.normal());
const SAMPLES = 1000;

describe('the paired bootstrap of C', () => {
  const found = pairedBootstrapC(cohort, good, poor, SAMPLES, new Random(1));

  it('has the C of the patients as they are, and their difference', () => {
    expect(found.c.value).toBe(harrellC(time, event, good).c);
    expect(found.otherC.value).toBe(harrellC(time, event, poor).c);
    expect(found.difference.value).toBe(found.c.value - found.otherC.value);
  });

  it('is as wide as the jackknife of the patients says', () => {
    const without = Array.from(time, (_, left) => {
      const rest = <T extends Float64Array | Uint8Array>(values: T): T => values.filter((_, i) => i !== left) as T;
      const c = (risk: Float64Array): number => harrellC(rest(time), rest(event), rest(risk)).c;
      return c(good) - c(poor);
    });
    const mean = without.reduce((sum, value) => sum + value, 0) / n;
    const variance = ((n - 1) / n) * without.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const { low, high, value } = found.difference;
    // 1000 samples give a limit to about a twentieth of the width; the two methods differ by 1/n.
    expect((high - low) / (2 * 1.96 * Math.sqrt(variance))).toBeGreaterThan(0.9);
    expect((high - low) / (2 * 1.96 * Math.sqrt(variance))).toBeLessThan(1.1);
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
    expect(low).toBeGreaterThan(0);
  });

  it('draws the same patients for both: a model less itself, on another scale, is 0 in every sample', () => {
    const { difference } = pairedBootstrapC(cohort, good, good.map(Math.exp), 50, new Random(2));
    expect(difference).toEqual({ value: 0, low: 0, high: 0 });
  });

  it('gives 1, 0 and 1 without spread for a model that is always right beside one that is always wrong', () => {
    const everyone = Uint8Array.from(time, () => 1);
    const right = time.map((t) => -t);
    const { c, otherC, difference } = pairedBootstrapC({ time, event: everyone }, right, time, 50, new Random(2));
    expect(c).toEqual({ value: 1, low: 1, high: 1 });
    expect(otherC).toEqual({ value: 0, low: 0, high: 0 });
    expect(difference).toEqual({ value: 1, low: 1, high: 1 });
  });

  it('is the same again from the same seed', () => {
    expect(pairedBootstrapC(cohort, good, poor, SAMPLES, new Random(1))).toEqual(found);
  });
});
