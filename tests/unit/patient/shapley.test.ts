import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { shapleyValues } from '../../../src/core/patient/shapley.ts';

/** Float64 sums of a few hundred steps. */
const EXACT = 1e-9;
/** Orders are drawn: with 400 background rows and these mild interactions the error stays well below. */
const DRAWN = 0.03;

const ENTRIES = 5;
const rows = (count: number, seed: number): Float64Array[] => {
  const random = new Random(seed);
  return Array.from({ length: count }, () => Float64Array.from({ length: ENTRIES }, () => random.normal()));
};
const own = Array.from({ length: ENTRIES }, (_, i) => [i]);
const withInteractions = (x: Float64Array): number => x[0] + 2 * x[1] * x[2] - Math.tanh(x[3] + x[0]) + 0.5 * x[4];

/** By the definition: every coalition, weighted. */
function exact(
  value: (x: Float64Array) => number,
  x: Float64Array,
  background: readonly Float64Array[],
  players: readonly (readonly number[])[],
): number[] {
  const n = players.length;
  const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1));
  const worth = (coalition: number): number =>
    background.reduce((sum, row) => {
      const mixed = row.slice();
      players.forEach((entries, player) => {
        if (coalition & (1 << player)) for (const entry of entries) mixed[entry] = x[entry];
      });
      return sum + value(mixed);
    }, 0) / background.length;
  return players.map((_, player) => {
    let sum = 0;
    for (let coalition = 0; coalition < 1 << n; coalition++) {
      if (coalition & (1 << player)) continue;
      const size = coalition.toString(2).replaceAll('0', '').length;
      const weight = (factorial(size) * factorial(n - size - 1)) / factorial(n);
      sum += weight * (worth(coalition | (1 << player)) - worth(coalition));
    }
    return sum;
  });
}

describe('Shapley values', () => {
  it('add up to the output less its mean, whatever the function, the patient and the background', () => {
    const number = fc.double({ min: -3, max: 3, noNaN: true });
    const row = fc.float64Array({ min: -3, max: 3, noNaN: true, minLength: ENTRIES, maxLength: ENTRIES });
    fc.assert(
      fc.property(row, fc.array(row, { minLength: 1, maxLength: 20 }), number, fc.nat(), (x, background, a, seed) => {
        const value = (y: Float64Array): number => withInteractions(y) + a * y[0] * y[3] * y[4];
        const { values, output, mean } = shapleyValues(value, x, background, own, new Random(seed));
        const sum = values.reduce((total, one) => total + one, 0);
        expect(Math.abs(sum - (output - mean))).toBeLessThan(EXACT);
        expect(output).toBe(value(x));
      }),
    );
  });

  it('are those of the definition: of a sum exactly, of a function with interactions closely', () => {
    const background = rows(400, 1);
    const [x] = rows(1, 2);
    const linear = (y: Float64Array): number => 3 + y[0] - 2 * y[1] + 0.5 * y[4];
    const plain = shapleyValues(linear, x, background, own, new Random(3)).values;
    exact(linear, x, background, own).forEach((value, i) => expect(Math.abs(plain[i] - value)).toBeLessThan(EXACT));
    const mixed = shapleyValues(withInteractions, x, background, own, new Random(3)).values;
    exact(withInteractions, x, background, own).forEach((value, i) =>
      expect(Math.abs(mixed[i] - value)).toBeLessThan(DRAWN),
    );
  });

  it('give entries of one player one value, and nothing to one that changes nothing', () => {
    const background = rows(400, 4);
    const [x] = rows(1, 5);
    // Entries 1 and 2 count only together: separately, neither has a share of its own.
    const players = [[0], [1, 2], [3]];
    for (const row of background) row[4] = x[4];
    const value = (y: Float64Array): number => y[0] + 2 * y[1] * y[2];
    const { values } = shapleyValues(value, x, background, players, new Random(6));
    exact(value, x, background, players).forEach((one, i) => expect(Math.abs(values[i] - one)).toBeLessThan(EXACT));
    expect(values[2]).toBe(0);
  });

  it('are the same for players who do the same', () => {
    const background = rows(50, 7).map((row) => Float64Array.of(row[0], row[0], row[2], row[3], row[4]));
    const x = Float64Array.of(1, 1, 0.5, -1, 2);
    const value = (y: Float64Array): number => (y[0] + y[1]) ** 2 + y[2];
    const { values } = shapleyValues(value, x, background, own, new Random(8));
    // An order and its reverse treat both the same.
    expect(Math.abs(values[0] - values[1])).toBeLessThan(EXACT);
  });
});
