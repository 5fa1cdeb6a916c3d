import { describe, expect, it } from 'vitest';
import { filledBeyond, imagedBoxes, valuesWithin } from '../../../src/core/volume/imaged.ts';
import type { Volume } from '../../../src/core/volume/volume.ts';

/** Slices drawn in digits, one per voxel. */
function drawn(...slices: readonly string[][]): Volume {
  const voxels = Float32Array.from(slices.flat().join(''), Number);
  return { voxels, size: [slices[0][0].length, slices[0].length, slices.length], spacing: [1, 1, 1], frame: null };
}

describe('the imaged part of a slice', () => {
  it('is what remains when constant rows and columns at its edges are taken off, in each slice by itself', () => {
    const image = drawn(['00000', '01200', '03400', '00000'], ['77777', '78977', '71277', '74577']);
    expect(imagedBoxes(image)).toEqual([
      { firstColumn: 1, lastColumn: 2, firstRow: 1, lastRow: 2 },
      { firstColumn: 1, lastColumn: 2, firstRow: 1, lastRow: 3 },
    ]);
  });

  it('is all of an image without padding, dark inside or not', () => {
    const image = drawn(['123', '000', '456']);
    expect(imagedBoxes(image)).toEqual([{ firstColumn: 0, lastColumn: 2, firstRow: 0, lastRow: 2 }]);
  });

  it('is empty in a slice of one value', () => {
    const image = drawn(['55', '55'], ['12', '34']);
    expect([...valuesWithin(image, imagedBoxes(image))]).toEqual([1, 2, 3, 4]);
  });

  it('keeps its values, and all else takes the value that is given', () => {
    const image = drawn(['000', '012', '034']);
    const filled = filledBeyond(image, imagedBoxes(image), 9);
    expect([...filled.voxels]).toEqual([9, 9, 9, 9, 1, 2, 9, 3, 4]);
  });
});
