import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { LABEL_COUNT } from '../../../src/core/volume/volume.ts';
import { anatomyInput, ANATOMY_INPUT, toBlocks, toSquare } from '../../../src/nn/networks/anatomy.ts';
import { SEGMENT } from '../../../src/nn/networks/segmentation.ts';
import { damaged } from '../../../src/nn/training/damagedMasks.ts';
import { rings } from '../scar/drawn.ts';

const { size } = SEGMENT;
const [, side, , channels] = ANATOMY_INPUT;
/** Quarters and eighths add up exactly; sums of them in float32 do to this. */
const ROUNDING = 1e-6;
const whole = rings(size, [[15, 25]], [1, 1, 10]).labels;

describe('the auto-encoder’s view of a slice', () => {
  it('holds each label’s share of a block, in the slice and as the mean of its neighbours', () => {
    const random = new Random(3);
    const draw = (): Uint8Array =>
      Uint8Array.from({ length: size * size }, () => Math.floor(LABEL_COUNT * random.next()));
    const [here, before, after] = [draw(), draw(), draw()];
    const input = new Float32Array(side * side * channels);
    anatomyInput(here, [before, after], input, 0);
    const [row, column] = [7, 31];
    const share = (labels: Uint8Array, label: number): number =>
      [0, 1, size, size + 1].filter((step) => labels[2 * row * size + 2 * column + step] === label).length / 4;
    for (let label = 0; label < LABEL_COUNT; label++) {
      const at = (row * side + column) * channels + label;
      expect(input[at]).toBeCloseTo(share(here, label), 6);
      expect(input[at + LABEL_COUNT]).toBeCloseTo((share(before, label) + share(after, label)) / 2, 6);
    }
  });

  it('has nothing in the neighbours’ channels of a slice that stands alone', () => {
    const input = new Float32Array(side * side * channels);
    anatomyInput(whole, [], input, 0);
    const total = input.reduce((sum, value) => sum + value, 0);
    expect(Math.abs(total - side * side)).toBeLessThan(side * side * ROUNDING);
  });

  it('goes from blocks to the square and back', () => {
    const values = Float32Array.from({ length: 2 * size * size * LABEL_COUNT }, (_, i) => i);
    expect(toSquare(toBlocks(values))).toEqual(values);
    // The block's second row: two pixels on in the block, one row down in the square.
    expect(toBlocks(values)[2 * LABEL_COUNT]).toBe(size * LABEL_COUNT);
  });
});

describe('damage', () => {
  it('leaves the whole mask as it is, is the same from the same seed, and spares about a quarter', () => {
    const before = whole.slice();
    const random = new Random(5);
    const masks = Array.from({ length: 200 }, () => damaged(whole, size, random));
    expect(whole).toEqual(before);
    const again = new Random(5);
    expect(masks.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => damaged(whole, size, again)));
    const spared = masks.filter((mask) => mask.every((label, p) => label === whole[p])).length;
    expect(spared).toBeGreaterThan(30);
    expect(spared).toBeLessThan(90);
    expect(masks.every((mask) => mask.every((label) => label < LABEL_COUNT))).toBe(true);
  });
});
