import { describe, expect, it } from 'vitest';
import { lengthMm, readVoxel } from '../../../src/core/volume/readOut.ts';
import { Label, type Volume } from '../../../src/core/volume/volume.ts';

/** Columns run to the back and rows to the feet; slices are 8 mm apart, to the left. */
const volume: Volume = {
  size: [4, 3, 2],
  spacing: [1.5, 2, 8],
  frame: { origin: [10, -20, 30], columnStep: [0, 1, 0], rowStep: [0, 0, -1], sliceStep: [1, 0, 0] },
  voxels: Float32Array.from({ length: 24 }, (_, at) => 100 + at),
};
const labels = { ...volume, labels: new Uint8Array(24).fill(Label.scar, 19, 20) };

describe('a voxel that is pointed at', () => {
  it('says where it is, where it lies in the patient, its signal and its label', () => {
    expect(readVoxel(volume, labels, 1, [2.6, 1.4])).toEqual({
      column: 3,
      row: 1,
      slice: 1,
      placeMm: [18, -15.5, 28],
      signal: 119,
      label: Label.scar,
    });
  });

  it('says only what is known', () => {
    const unknown = { ...volume, lengthsUnknown: 'notGiven', noData: new Uint8Array(24).fill(1) } as const;
    expect(readVoxel(unknown, null, 0, [0, 0])).toMatchObject({ placeMm: null, signal: null, label: null });
    expect(readVoxel({ ...volume, frame: null }, null, 0, [0, 0])).toMatchObject({ placeMm: null, signal: 100 });
  });

  it('is none beyond the slice', () => {
    for (const point of [
      [-0.6, 0],
      [3.6, 0],
      [0, -0.6],
      [0, 2.6],
    ] as const) {
      expect(readVoxel(volume, labels, 0, point)).toBeNull();
    }
  });
});

describe('the ruler', () => {
  it('measures in the plane, along pixels that are no squares', () => {
    expect(lengthMm(volume, [0, 0], [2, 2])).toBe(5);
  });

  it('measures nothing where lengths are not known', () => {
    expect(lengthMm({ ...volume, lengthsUnknown: 'unit' }, [0, 0], [2, 2])).toBeNull();
  });
});
