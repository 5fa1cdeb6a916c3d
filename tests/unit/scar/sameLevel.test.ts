import { describe, expect, it } from 'vitest';
import type { StackEnd } from '../../../src/core/segmentation/anatomy.ts';
import { sliceAtSameLevel, type LevelledStack } from '../../../src/core/scar/sameLevel.ts';
import { Label } from '../../../src/core/volume/volume.ts';

/** A stack of 2 x 2 pixels that shows the heart in slices `first` to `last`. */
function stack(slices: number, first: number, last: number, apexEnd: StackEnd): LevelledStack {
  const labels = new Uint8Array(4 * slices);
  labels.fill(Label.viable, 4 * first, 4 * (last + 1));
  return { labels: { size: [2, 2, slices], spacing: [1, 1, 8], frame: null, labels }, apexEnd };
}

describe('the slice at the same level of another stack', () => {
  const here = stack(10, 1, 8, 'first');

  it('is the same slice of the same stack', () => {
    for (let slice = 1; slice <= 8; slice++) expect(sliceAtSameLevel(here, slice, here)).toBe(slice);
  });

  it('is counted from the apex, whichever way either stack runs', () => {
    const turned = stack(12, 2, 9, 'last');
    expect(sliceAtSameLevel(here, 1, turned)).toBe(9);
    expect(sliceAtSameLevel(here, 8, turned)).toBe(2);
    expect(sliceAtSameLevel(here, 3, turned)).toBe(7);
  });

  it('is a share of the way from apex to base where the slices are fewer or thicker', () => {
    const thicker = stack(6, 0, 4, 'first');
    expect([1, 2, 4, 6, 8].map((slice) => sliceAtSameLevel(here, slice, thicker))).toEqual([0, 1, 2, 3, 4]);
  });

  it('is the outermost that shows the heart, of a slice beyond it; none where a stack shows no heart', () => {
    expect(sliceAtSameLevel(here, 0, stack(6, 2, 4, 'first'))).toBe(2);
    expect(sliceAtSameLevel(here, 9, stack(6, 2, 4, 'first'))).toBe(4);
    expect(sliceAtSameLevel(here, 4, stack(6, 3, 2, 'first'))).toBe(null);
    expect(sliceAtSameLevel(stack(6, 3, 3, 'first'), 3, here)).toBe(1);
  });
});
