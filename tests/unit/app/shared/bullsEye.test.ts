import { describe, expect, it } from 'vitest';
import { bullsEye, type BullsEyeCell } from '../../../../src/app/shared/bullsEye.ts';

const VALUES = [0, 0.4, 0.6, 25, 26, 50, 51, 75.4, 76, 100, null, 10, 20, 30, 40, 60, 90];

const svg = (cells: readonly BullsEyeCell[]): string =>
  [
    '<svg viewBox="-100 -100 200 200">',
    ...cells.map(
      ({ segment, path, x, y, step, text }) =>
        `  <g id="${segment}" class="step-${step}"><path d="${path}"/><text x="${x.toFixed(1)}" y="${y.toFixed(1)}">${text}</text></g>`,
    ),
    '</svg>',
  ].join('\n');

describe("the bull's-eye", () => {
  it('is drawn so', () => {
    expect(svg(bullsEye(VALUES, 200))).toMatchSnapshot();
  });

  it('has the anterior wall at the top, the septum on the left, the inferior wall below and the lateral on the right', () => {
    const cells = bullsEye(VALUES, 200);
    const at = (segment: number): BullsEyeCell => cells[segment - 1];
    for (const anterior of [1, 7, 13]) expect(at(anterior).y).toBeLessThan(0);
    for (const septal of [2, 3, 8, 9, 14]) expect(at(septal).x).toBeLessThan(0);
    for (const inferior of [4, 10, 15]) expect(at(inferior).y).toBeGreaterThan(0);
    for (const lateral of [5, 6, 11, 12, 16]) expect(at(lateral).x).toBeGreaterThan(0);
    expect([at(17).x, at(17).y].map(Math.abs)).toEqual([0, 0]);
  });

  it('steps by quarters, and tells nothing from no scar', () => {
    expect(bullsEye(VALUES, 200).map(({ step }) => step)).toEqual([
      0,
      0,
      1,
      1,
      2,
      2,
      3,
      3,
      4,
      4,
      null,
      1,
      1,
      2,
      2,
      3,
      4,
    ]);
    expect(bullsEye(VALUES, 200)[10].text).toBe('–');
  });
});
