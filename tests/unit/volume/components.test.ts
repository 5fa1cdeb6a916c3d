import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { componentsOf, enclosedPixels, largestComponent } from '../../../src/core/volume/components.ts';

/** A mask from drawn slices: '#' is in. */
function drawn(...slices: string[][]): Uint8Array {
  return Uint8Array.from(slices.flat().join(''), (sign) => (sign === '#' ? 1 : 0));
}

const masks = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }))
  .chain(([columns, rows, slices]) =>
    fc.record({
      size: fc.constant([columns, rows, slices] as const),
      mask: fc
        .array(fc.integer({ min: 0, max: 1 }), {
          minLength: columns * rows * slices,
          maxLength: columns * rows * slices,
        })
        .map((values) => Uint8Array.from(values)),
      reach: fc.integer({ min: 0, max: 2 }),
    }),
  );

const count = (mask: Uint8Array): number => mask.reduce((sum, value) => sum + value, 0);

describe('the largest component', () => {
  it('keeps the larger of two parts; corners do not connect', () => {
    expect(largestComponent(drawn(['##..', '..##', '..#.']), [4, 3, 1])).toEqual(drawn(['....', '..##', '..#.']));
  });

  it('connects slices straight above one another', () => {
    const mask = drawn(['#..', '...'], ['#..', '...'], ['..#', '..#']);
    expect(largestComponent(mask, [3, 2, 3])).toEqual(drawn(['#..', '...'], ['#..', '...'], ['...', '...']));
  });

  it('connects a slice that is shifted by no more than the reach', () => {
    const mask = drawn(['#....', '.....', '.....'], ['.....', '.....', '..#..']);
    expect(count(largestComponent(mask, [5, 3, 2], 1))).toBe(1);
    expect(largestComponent(mask, [5, 3, 2], 2)).toEqual(mask);
  });

  it('does not connect the end of a row to the start of the next', () => {
    expect(count(largestComponent(drawn(['..#', '#..']), [3, 2, 1], 2))).toBe(1);
  });

  it('is the first of all parts, which are given by size', () => {
    const mask = drawn(['#.##', '#.##', '...#']);
    expect(componentsOf(mask, [4, 3, 1]).map((part) => [...part].sort((a, b) => a - b))).toEqual([
      [2, 3, 6, 7, 11],
      [0, 4],
    ]);
  });

  it('is empty for an empty mask', () => {
    expect(count(largestComponent(new Uint8Array(12), [2, 3, 2], 1))).toBe(0);
  });

  it('is part of the mask, one piece, no smaller than what is left, and the same in a mirror', () => {
    fc.assert(
      fc.property(masks, ({ size, mask, reach }) => {
        const largest = largestComponent(mask, size, reach);
        expect(largest.every((value, at) => value <= mask[at])).toBe(true);
        expect(count(largest) > 0).toBe(count(mask) > 0);
        expect(largestComponent(largest, size, reach)).toEqual(largest);
        const rest = mask.map((value, at) => value - largest[at]);
        expect(count(largestComponent(rest, size, reach))).toBeLessThanOrEqual(count(largest));
        const mirrored = largestComponent(Uint8Array.from(mask).reverse(), size, reach);
        expect(count(mirrored)).toBe(count(largest));
      }),
    );
  });
});

describe('enclosed pixels', () => {
  it('are those that cannot reach the border through faces', () => {
    const ring = drawn(['.......', '.####..', '.#..#..', '.####.#', '.....#.', '......#']);
    expect(enclosedPixels(ring, 7, 6)).toEqual(
      drawn(['.......', '.......', '..##...', '.......', '.......', '.......']),
    );
  });

  it('a diagonal wall holds', () => {
    const diamond = drawn(['..#..', '.#.#.', '#...#', '.#.#.', '..#..']);
    expect(count(enclosedPixels(diamond, 5, 5))).toBe(5);
  });

  it('filled in, leave none', () => {
    fc.assert(
      fc.property(masks, ({ size: [columns, rows], mask }) => {
        const plane = mask.subarray(0, columns * rows);
        const holes = enclosedPixels(plane, columns, rows);
        expect(holes.every((value, at) => !(value && plane[at]))).toBe(true);
        const filled = plane.map((value, at) => value | holes[at]);
        expect(count(enclosedPixels(filled, columns, rows))).toBe(0);
      }),
    );
  });
});
