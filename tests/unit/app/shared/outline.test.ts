import { describe, expect, it } from 'vitest';
import { outlineOf } from '../../../../src/app/shared/outline.ts';
import { Label, type LabelVolume } from '../../../../src/core/volume/volume.ts';

const SIDE = 40;
const MIDDLE = SIDE / 2;
const RADIUS = 12.3;
/**
 * Voxel edges: a line within this of the disc that was drawn has no steps; the hard mask’s own line deviates by 0.42.
 */
const SMOOTH = 0.35;

const slice = (isScar: (column: number, row: number) => boolean): LabelVolume => ({
  size: [SIDE, SIDE, 1],
  spacing: [1, 1, 1],
  frame: null,
  labels: Uint8Array.from({ length: SIDE * SIDE }, (_, at) =>
    isScar(at % SIDE, Math.floor(at / SIDE)) ? Label.scar : Label.background,
  ),
});

const isScarLabel = (label: number): boolean => label === Label.scar;

/** By the even-odd rule. */
function isWithin(rings: ReturnType<typeof outlineOf>, [x, y]: readonly [number, number]): boolean {
  let within = false;
  for (const ring of rings) {
    ring.forEach(([x1, y1], i) => {
      const [x0, y0] = ring[(i + ring.length - 1) % ring.length];
      if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) within = !within;
    });
  }
  return within;
}

describe('the line around a structure', () => {
  it('follows a disc without the steps of its voxels', () => {
    const disc = slice((column, row) => Math.hypot(column + 0.5 - MIDDLE, row + 0.5 - MIDDLE) < RADIUS);
    const [ring] = outlineOf(disc, 0, isScarLabel);
    const radii = ring.map(([x, y]) => Math.hypot(x - MIDDLE, y - MIDDLE));
    expect(Math.max(...radii.map((radius) => Math.abs(radius - RADIUS)))).toBeLessThan(SMOOTH);
  });

  it('loses and wins no voxel: not a single one, not a thin line, not at the edge of the slice', () => {
    const strange = slice(
      (column, row) =>
        (column === 3 && row === 3) || row === 20 || column === row || column === 0 || (column > 30 && row > 33),
    );
    const rings = outlineOf(strange, 0, isScarLabel);
    const wrong = [...strange.labels.keys()].filter((at) => {
      const middle = [(at % SIDE) + 0.5, Math.floor(at / SIDE) + 0.5] as const;
      return isWithin(rings, middle) !== isScarLabel(strange.labels[at]);
    });
    expect(wrong).toEqual([]);
  });

  it('is none where nothing is', () => {
    expect(
      outlineOf(
        slice(() => false),
        0,
        isScarLabel,
      ),
    ).toEqual([]);
  });
});
