import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halfWidthAbout, riskInterval } from '../../../src/core/patient/interval.ts';
import { risk } from '../../../src/core/patient/logLogistic.ts';

const shown = { mu: 4, sigma: 1.3 };
const logOdds = (p: number): number => Math.log(p / (1 - p));

describe('the interval about a curve', () => {
  it('holds nine of ten of the laws it is made of, also where all lie to one side, and the curve in its middle', () => {
    // From 0 to 100 hundredths of mu above what is shown.
    const instead = Array.from({ length: 101 }, (_, k) => ({ mu: 4 + k / 100, sigma: 1.3 }));
    const half = halfWidthAbout(shown, instead, 5);
    expect(half).toBeCloseTo(0.9 / 1.3, 12);
    const [low, high] = riskInterval(shown, 5, [half]);
    expect(instead.filter((law) => risk(law, 5) >= low - 1e-12)).toHaveLength(91);
    expect((logOdds(low) + logOdds(high)) / 2).toBeCloseTo(logOdds(risk(shown, 5)), 9);
  });

  it('is wider for each further kind of uncertainty, and none without any', () => {
    expect(halfWidthAbout(shown, [], 5)).toBe(0);
    const [low, high] = riskInterval(shown, 5, [0]);
    expect(low).toBeCloseTo(risk(shown, 5), 12);
    expect(high).toBeCloseTo(risk(shown, 5), 12);
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        (a, b) => {
          const one = riskInterval(shown, 5, [a]);
          const both = riskInterval(shown, 5, [a, b]);
          expect(both[0]).toBeLessThan(one[0]);
          expect(both[1]).toBeGreaterThan(one[1]);
        },
      ),
    );
  });
});
