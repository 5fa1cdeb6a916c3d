import { describe, expect, it } from 'vitest';
import { findSliceShifts } from '../../../src/core/segmentation/sliceShift.ts';
import { Label, type LabelVolume } from '../../../src/core/volume/volume.ts';

const SIZE = [64, 64, 9] as const;
const SPACING = [1.5, 1.5, 10] as const;

/** A disc of heart in each slice, its centre along an oblique line, moved by the slice's given offset. */
function hearts(movedMm: (slice: number) => number): LabelVolume {
  const labels = new Uint8Array(SIZE[0] * SIZE[1] * SIZE[2]);
  for (let slice = 1; slice < SIZE[2]; slice++) {
    const [x, y] = [28 + slice + movedMm(slice) / SPACING[0], 34 - 0.6 * slice];
    for (let i = 0; i < SIZE[0] * SIZE[1]; i++) {
      const inside = Math.hypot((i % SIZE[0]) - x, Math.floor(i / SIZE[0]) - y) < 9;
      if (inside) labels[slice * SIZE[0] * SIZE[1] + i] = Label.viable;
    }
  }
  return { size: SIZE, spacing: SPACING, frame: null, labels };
}

describe('slices shifted between breath-holds', () => {
  it('are none in a heart that only lies obliquely', () => {
    expect(findSliceShifts(hearts(() => 0))).toEqual([]);
  });

  it('are named with how far, and not their neighbours', () => {
    const found = findSliceShifts(hearts((slice) => (slice === 4 ? 12 : 0)));
    expect(found.map(({ slice }) => slice)).toEqual([4]);
    expect(found[0].mm).toBeGreaterThan(11);
    expect(found[0].mm).toBeLessThan(13);
  });

  it('are found twice in one stack, and not where a shift is small', () => {
    const found = findSliceShifts(hearts((slice) => ({ 3: 9, 6: -10, 5: 1 })[slice] ?? 0));
    expect(found.map(({ slice }) => slice)).toEqual([3, 6]);
  });

  it('are none where there is no heart', () => {
    expect(findSliceShifts({ size: [2, 2, 3], spacing: [1, 1, 1], frame: null, labels: new Uint8Array(12) })).toEqual(
      [],
    );
  });
});
