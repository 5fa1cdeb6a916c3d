import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curvePlot } from '../../../../src/app/shared/curvePlot.ts';
import { effectBars } from '../../../../src/app/case/risk/effectBars.ts';
import { iconArray, outOf100 } from '../../../../src/app/case/risk/iconArray.ts';

describe('icons in 100', () => {
  it('are a hundred, each kind its share rounded up or down', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
        const [sudden, other] = [a, (1 - a) * b];
        const counts = outOf100(sudden, other);
        expect(counts.sudden + counts.other + counts.alive).toBe(100);
        expect(Math.abs(counts.sudden - 100 * sudden)).toBeLessThan(1);
        expect(Math.abs(counts.other - 100 * other)).toBeLessThan(1);
        expect(iconArray(counts, 10)).toHaveLength(100);
      }),
    );
  });

  it('are drawn so', () => {
    const icons = iconArray(outOf100(0.083, 0.141), 8);
    expect(icons.map(({ x, y, fate }) => `<use class="${fate}" x="${x}" y="${y}"/>`).join('\n')).toMatchSnapshot();
  });
});

describe('bars of what covariates add', () => {
  it('go right where they raise the risk and left where they lower it, on one scale', () => {
    const { zero, bars } = effectBars([0.5, -0.25, 0], 200);
    expect(zero).toBe(100);
    expect(bars).toEqual([
      { x: 100, width: 100, raises: true },
      { x: 50, width: 50, raises: false },
      { x: 100, width: 0, raises: false },
    ]);
  });

  it('do not blow up what is next to nothing', () => {
    expect(effectBars([0.02], 200).bars[0].width).toBeCloseTo(10, 9);
    expect(effectBars([], 200)).toEqual({ zero: 100, bars: [] });
  });
});

describe('the curve', () => {
  const points = [0, 2.5, 5, 7.5, 10].map((t) => ({
    t,
    s: 1 - t / 20,
    low: 1 - t / 15,
    high: 1 - t / 30,
    extrapolated: t > 4.73,
  }));
  const cohort = [0, 1, 2].map((years) => ({
    years,
    atRisk: 100 - years,
    free: 1 - years / 20,
    low: 0,
    high: 1,
    suddenDeath: years / 25,
    otherDeath: years / 20,
  }));

  it('is drawn so, the cohort in steps and no further than it was followed', () => {
    const plot = curvePlot([{ name: 'covariates', points, followUpYears: 4.73 }], cohort, 320, 240, []);
    expect(plot.curves[0].line).toMatchSnapshot();
    expect(plot.curves[0].band).toMatchSnapshot();
    expect(plot.cohort).toMatchSnapshot();
    expect(plot.extrapolatedFrom?.years, 'the end of the follow-up, not the next point of the curve').toBe(4.73);
  });
});
