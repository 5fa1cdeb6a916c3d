/**
 * The first two of ACSNet's stages (Popescu et al., Cardiovasc Digit Health J 2022): find the left ventricle in the slice,
 * then segment what is in it. What training and inference must agree on stands here and nowhere else.
 */
import { squareMap } from '../../core/volume/plane.ts';
import { LABEL_COUNT, type Volume } from '../../core/volume/volume.ts';
import type { UNetSpec } from './unet.ts';

/** A stage: its network and the square that it sees. */
export interface Stage {
  readonly network: UNetSpec;
  /** Pixels of the square's side. */
  readonly size: number;
  readonly pixelMm: number;
}

/** Where the ventricle is: 384 mm of the slice, coarse; classes: elsewhere, left ventricle (pool and wall). */
export const LOCATE: Stage = {
  network: { inputChannels: 3, widths: [8, 16, 32, 48], outputChannels: 2 },
  size: 96,
  pixelMm: 4,
};

/** What is in it: 134 mm around it; classes as `Label`. */
export const SEGMENT: Stage = {
  network: { inputChannels: 3, widths: [16, 32, 64, 96], outputChannels: LABEL_COUNT },
  size: 96,
  pixelMm: 1.4,
};

/**
 * The intensities of all slices within the second stage's square around a centre: what its window is taken from.
 * Pixels of the square beyond the image do not count; empty if it lies wholly outside.
 */
export function regionIntensities(image: Volume, centre: readonly [number, number]): Float32Array {
  const [columns, rows, slices] = image.size;
  const map = squareMap({ centre, size: SEGMENT.size, pixelMm: SEGMENT.pixelMm }, image);
  const far = SEGMENT.size - 1;
  const firstColumn = Math.max(0, Math.ceil(map.c));
  const lastColumn = Math.min(columns - 1, Math.floor(map.c + map.a * far));
  const firstRow = Math.max(0, Math.ceil(map.f));
  const lastRow = Math.min(rows - 1, Math.floor(map.f + map.e * far));
  const values: number[] = [];
  for (let slice = 0; slice < slices; slice++) {
    for (let row = firstRow; row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) {
        values.push(image.voxels[column + columns * (row + rows * slice)]);
      }
    }
  }
  return Float32Array.from(values);
}

/** A windowed intensity (0 at the 1st percentile, 1 at the 99th) as the networks take it: cut to [-0.5, 2], then spread to [-2, 3]. */
export function scaleIntensity(windowed: number): number {
  return 2 * Math.min(2, Math.max(-0.5, windowed)) - 1;
}

/**
 * A slice's three channels from itself and its two neighbours: the slice, its neighbours' mean, and half of their absolute
 * difference. Neighbours enter symmetrically, so a stack read from the other end gives the same answer.
 * At an end of the stack the slice stands in for the neighbour that is not there.
 * @param output pixels x 3, channel fastest, at `offset`
 */
export function writeChannels(
  slice: Float32Array,
  before: Float32Array,
  after: Float32Array,
  output: Float32Array,
  offset: number,
): void {
  for (let p = 0; p < slice.length; p++) {
    output[offset + 3 * p] = slice[p];
    output[offset + 3 * p + 1] = (before[p] + after[p]) / 2;
    output[offset + 3 * p + 2] = Math.abs(before[p] - after[p]) / 2;
  }
}
