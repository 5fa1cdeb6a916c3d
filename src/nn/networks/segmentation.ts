/**
 * The first two of ACSNet's stages (Popescu et al., Cardiovasc Digit Health J 2022): find the left ventricle in the slice,
 * then segment what is in it. What training and inference must agree on is here and nowhere else.
 */
import { valuesWithin, type Box } from '../../core/volume/imaged.ts';
import type { VentriclePlace } from '../../core/segmentation/ventriclePlace.ts';
import { squareMap, type Square } from '../../core/volume/plane.ts';
import { LABEL_COUNT, type Volume } from '../../core/volume/volume.ts';
import type { UNetSpec } from './unet.ts';

/** The stages by the names of their networks. */
export type StageName = 'locate' | 'segment';

/** A stage: its network and the square that it sees. */
export interface CascadeStage {
  readonly network: UNetSpec;
  /** Pixels of the square's side. */
  readonly size: number;
  /** A pixel's side: in mm, or as a share of the ventricle's diameter. */
  readonly pixel: { readonly mm: number } | { readonly ofDiameter: number };
}

/** Where the ventricle is: 384 mm of the slice, coarse; classes: elsewhere, left ventricle (pool and wall). */
export const LOCATE: CascadeStage = {
  network: { inputChannels: 3, widths: [8, 16, 32, 48], outputChannels: 2 },
  size: 96,
  pixel: { mm: 4 },
};

/**
 * What is in it: a square 1.6 times as wide as the ventricle; classes as `Label`. Every ventricle fills the same part of the
 * square, so the answer does not depend on the heart's size or on a header's wrong pixel spacing.
 */
export const SEGMENT: CascadeStage = {
  network: { inputChannels: 3, widths: [16, 32, 64, 96], outputChannels: LABEL_COUNT },
  size: 80,
  pixel: { ofDiameter: 0.02 },
};

/** The square that a stage sees when it is centred on the ventricle: what the second stage needs from the first. */
export function squareAround(stage: CascadeStage, { centre, diameterMm }: VentriclePlace): Square {
  const { pixel, size } = stage;
  return { centre, size, pixelMm: 'mm' in pixel ? pixel.mm : pixel.ofDiameter * diameterMm };
}

/**
 * The intensities of all slices within a square: the second stage's window is taken from these. Pixels of the square
 * beyond the imaged part of a slice do not count; empty if it is wholly outside.
 */
export function regionIntensities(image: Volume, square: Square, boxes: readonly Box[]): Float32Array {
  const map = squareMap(square, image);
  const far = square.size - 1;
  const clipped = boxes.map(({ firstColumn, lastColumn, firstRow, lastRow }) => ({
    firstColumn: Math.max(firstColumn, Math.ceil(map.c)),
    lastColumn: Math.min(lastColumn, Math.floor(map.c + map.a * far)),
    firstRow: Math.max(firstRow, Math.ceil(map.f)),
    lastRow: Math.min(lastRow, Math.floor(map.f + map.e * far)),
  }));
  return valuesWithin(image, clipped);
}

/**
 * A windowed intensity (0 at the 1st percentile, 1 at the 99th) in the form that the networks take: clipped to [-0.5,
 * 2], then stretched to [-2, 3].
 */
export function scaleIntensity(windowed: number): number {
  return 2 * Math.min(2, Math.max(-0.5, windowed)) - 1;
}

/**
 * A slice's three channels from itself and its two neighbours: the slice, its neighbours' mean, and half of their absolute
 * difference. Neighbours enter symmetrically, so a stack read from the other end gives the same answer.
 * At an end of the stack the slice replaces the missing neighbour.
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
