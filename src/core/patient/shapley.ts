import type { Random } from '../random.ts';

export interface ShapleyValues {
  /** By player; they add up to `output` less `mean`. */
  readonly values: Float64Array;
  /** `value` at x. */
  readonly output: number;
  /** Mean of `value` over the background. */
  readonly mean: number;
}

/**
 * Interventional Shapley values: how much each player moves `value` from its mean over the background to its value at
 * x. In a coalition its players' entries come from x, the others' from a background row. Averages the players' steps
 * over every background row with one random order and its reverse for each; along an order the steps add up exactly to
 * value(x) - value(row), so the values add up exactly whatever was drawn. Sources: Lundberg and Lee, NeurIPS 2017
 * (the game); Castro, Gomez and Tejada, Comput Oper Res 2009 (orders); Mitchell et al., JMLR 2022;23:43 (reversed
 * orders).
 * @param players for each, the entries of x that it brings; together, the entries in which x and background may differ
 * @param background at least one row, each as long as x
 */
export function shapleyValues(
  value: (x: Float64Array) => number,
  x: Float64Array,
  background: readonly Float64Array[],
  players: readonly (readonly number[])[],
  random: Random,
): ShapleyValues {
  const values = new Float64Array(players.length);
  const output = value(x);
  let sum = 0;
  for (const row of background) {
    const start = value(row);
    sum += start;
    const order = shuffled(players.length, random);
    for (const along of [order, order.toReversed()]) {
      const mixed = row.slice();
      let before = start;
      for (const [place, player] of along.entries()) {
        for (const entry of players[player]) mixed[entry] = x[entry];
        // With the last player the coalition is x itself.
        const after = place === along.length - 1 ? output : value(mixed);
        values[player] += after - before;
        before = after;
      }
    }
  }
  return { values: values.map((total) => total / (2 * background.length)), output, mean: sum / background.length };
}

function shuffled(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
