import { describe, expect, it } from 'vitest';
import { linePlot, type LinePlotSpec } from '../../../../src/app/shared/linePlot.ts';

const WIDTH = 300;
const HEIGHT = 240;
const SPEC: LinePlotSpec = { lines: [], x: [0, 0.2], y: [0, 0.5], markedX: null, xAs: 'percent', yAs: 'percent' };

const heights = (path: string): number[] => [...path.matchAll(/,(-?[\d.]+)/g)].map(([, y]) => Number(y));

describe('a plot of lines', () => {
  it('writes shares of 1 as percentages on both axes', () => {
    const { xTicks, yTicks } = linePlot(SPEC, WIDTH, HEIGHT);
    expect(xTicks.map(({ label }) => label)).toEqual(['0%', '5%', '10%', '15%', '20%']);
    expect(yTicks.at(-1)?.label).toBe('50%');
  });

  it('cuts off the limits of a curve where the plot ends, and not the curve', () => {
    const points = [
      [0, 0.1],
      [0.2, 0.7],
    ] as const;
    const band = [
      [0, 0, 0.2],
      [0.2, 0.3, 0.9],
    ] as const;
    const { lines, top, bottom } = linePlot({ ...SPEC, lines: [{ id: 'a', name: 'a', points, band }] }, WIDTH, HEIGHT);
    expect(Math.min(...heights(lines[0].band))).toBe(top);
    expect(Math.max(...heights(lines[0].band))).toBe(bottom);
    expect(Math.min(...heights(lines[0].path))).toBeLessThan(top);
  });

  it('marks what a curve smooths in place of its own points', () => {
    const points = [
      [0, 0],
      [0.2, 0.4],
    ] as const;
    const { lines } = linePlot(
      {
        ...SPEC,
        lines: [
          { id: 'a', name: 'a', points, dots: [[0.1, 0.25]] },
          { id: 'b', name: 'b', points },
        ],
      },
      WIDTH,
      HEIGHT,
    );
    expect(lines.map(({ dots }) => dots.length)).toEqual([1, 2]);
  });
});
