import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { coxLassoChoice } from '../../../src/core/statistics/coxLasso.ts';

const N = 400;
const P = 10;
const random = new Random(11);
/** Only the third and the eighth column matter. */
const x = Float64Array.from({ length: N * P }, () => random.normal());
const hazard = Float64Array.from({ length: N }, (_, i) => Math.exp(x[i * P + 2] - 0.9 * x[i * P + 7]));
const death = hazard.map((rate) => -Math.log(random.next()) / rate);
const time = death.map((t) => Math.min(t, 2));
const event = Uint8Array.from(death, (t) => (t <= 2 ? 1 : 0));

describe("the lasso's choice of inputs for Cox's model", () => {
  it('is those that matter, in any number that has room for them', () => {
    expect(coxLassoChoice(x, time, event, 2)).toEqual([2, 7]);
    const four = coxLassoChoice(x, time, event, 4);
    expect(four.length).toBeLessThanOrEqual(4);
    expect(four).toEqual(expect.arrayContaining([2, 7]));
  });

  it('is none where there is room for none', () => {
    expect(coxLassoChoice(x, time, event, 0)).toEqual([]);
  });
});
