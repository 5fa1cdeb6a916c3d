import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signedDistanceMm } from '../../../src/core/volume/distance.ts';

/** Both sum a few squares of millimetres in float64. */
const ROUNDING_MM = 1e-9;

/** Straight from the definition. */
function nearestOfOtherKindMm(inside: Uint8Array, columns: number, at: number, dx: number, dy: number): number {
  let least = Infinity;
  inside.forEach((value, other) => {
    if (value === inside[at]) return;
    const across = ((other % columns) - (at % columns)) * dx;
    const down = (Math.floor(other / columns) - Math.floor(at / columns)) * dy;
    least = Math.min(least, Math.hypot(across, down));
  });
  return least;
}

describe('the distance to a structure’s border', () => {
  it('is that to the nearest pixel of the other kind, less half a pixel, and negative inside', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0.5, max: 3, noNaN: true }),
        fc.double({ min: 0.5, max: 3, noNaN: true }),
        fc.infiniteStream(fc.boolean()),
        (columns, rows, dx, dy, stream) => {
          const inside = Uint8Array.from({ length: columns * rows }, () => Number(stream.next().value));
          fc.pre(inside.includes(0) && inside.includes(1));
          const distance = signedDistanceMm(inside, columns, [dx, dy, 10]);
          inside.forEach((value, at) => {
            const expected = nearestOfOtherKindMm(inside, columns, at, dx, dy) - (dx + dy) / 4;
            expect(Math.abs((value ? -1 : 1) * distance[at] - expected)).toBeLessThan(ROUNDING_MM);
          });
        },
      ),
    );
  });

  it('is very far where all pixels are of one kind', () => {
    const spacing = [1.5, 1.5, 10] as const;
    for (const mm of signedDistanceMm(new Uint8Array(12), 4, spacing)) expect(mm).toBeGreaterThan(1000);
    for (const mm of signedDistanceMm(new Uint8Array(12).fill(1), 4, spacing)) expect(mm).toBeLessThan(-1000);
  });
});
