/**
 * The third of ACSNet's stages (Popescu et al., Cardiovasc Digit Health J 2022): an auto-encoder of left ventricles, which
 * has seen damaged masks and answers with whole ones. Everything passes through 32 numbers, so that its answer is close to
 * the ventricles that it learned from, whatever it is shown.
 */
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { LABEL_COUNT } from '../../core/volume/volume.ts';
import { convolution, double, halve, reshaped, type Activation } from './convolution.ts';
import { convolutionParameters, type ParameterSpec, type ParameterTensors } from './parameters.ts';
import { SEGMENT } from './segmentation.ts';

/** The second stage's square in blocks of 2 x 2 pixels: what the network sees of it, and what each of its outputs covers. */
const BLOCK = 2;
const SIDE = SEGMENT.size / BLOCK;
const WIDTHS = [8, 16, 24, 24] as const;
const CODE_SIDE = SIDE / 8;
const CODE_SIZE = CODE_SIDE * CODE_SIDE * WIDTHS[3];
const LATENT = 32;
/** The share of a block that each label covers, in the slice and, as a mean, in its neighbours. */
const INPUT_CHANNELS = 2 * LABEL_COUNT;

export const ANATOMY_INPUT = [1, SIDE, SIDE, INPUT_CHANNELS] as const;

export const ANATOMY_PARAMETERS: readonly ParameterSpec[] = [
  ...convolutionParameters('down0', 3, INPUT_CHANNELS, WIDTHS[0], true),
  ...convolutionParameters('down1', 3, WIDTHS[0], WIDTHS[1], true),
  ...convolutionParameters('down2', 3, WIDTHS[1], WIDTHS[2], true),
  ...convolutionParameters('down3', 3, WIDTHS[2], WIDTHS[3], true),
  ...convolutionParameters('latent', 1, CODE_SIZE, LATENT, true),
  ...convolutionParameters('up', 1, LATENT, CODE_SIZE, true),
  ...convolutionParameters('up3', 3, WIDTHS[3], WIDTHS[3], true),
  ...convolutionParameters('up2', 3, WIDTHS[3], WIDTHS[2], true),
  ...convolutionParameters('up1', 3, WIDTHS[2], WIDTHS[1], true),
  ...convolutionParameters('up0', 3, WIDTHS[1], WIDTHS[1], true),
  ...convolutionParameters('out', 3, WIDTHS[1], BLOCK * BLOCK * LABEL_COUNT, false),
];

/**
 * @param x [batch, 40, 40, 10] as `anatomyInput` writes it
 * @returns logits [batch, 40, 40, 20], channel (2 * row + column in the block) * 5 + label
 */
export function anatomy(parameters: ParameterTensors, x: Tensor4D): Tensor4D {
  const layer = (name: string, input: Tensor4D, activation: Activation): Tensor4D =>
    convolution(input, parameters[`${name}/kernel`] as Tensor4D, parameters[`${name}/bias`] as Tensor1D, activation);
  const batch = x.shape[0];
  let features = halve(layer('down0', x, 'relu'));
  features = halve(layer('down1', features, 'relu'));
  features = halve(layer('down2', features, 'relu'));
  features = layer('down3', features, 'relu');
  const latent = layer('latent', reshaped(features, [batch, 1, 1, CODE_SIZE]), 'linear');
  features = reshaped(layer('up', latent, 'relu'), [batch, CODE_SIDE, CODE_SIDE, WIDTHS[3]]);
  features = double(layer('up3', features, 'relu'));
  features = double(layer('up2', features, 'relu'));
  features = double(layer('up1', features, 'relu'));
  return layer('out', layer('up0', features, 'relu'), 'linear');
}

/**
 * Writes one slice's input from the second stage's squares of labels.
 * @param neighbours the slices before and after, as far as there are any
 * @param output 40 x 40 x 10, channel fastest, at `offset`
 */
export function anatomyInput(
  here: Uint8Array,
  neighbours: readonly Uint8Array[],
  output: Float32Array,
  offset: number,
): void {
  const add = (labels: Uint8Array, channel: number, share: number): void => {
    labels.forEach((label, p) => {
      const column = Math.floor((p % SEGMENT.size) / BLOCK);
      const row = Math.floor(p / SEGMENT.size / BLOCK);
      output[offset + (row * SIDE + column) * INPUT_CHANNELS + channel + label] += share;
    });
  };
  add(here, 0, 1 / BLOCK ** 2);
  for (const labels of neighbours) add(labels, LABEL_COUNT, 1 / BLOCK ** 2 / neighbours.length);
}

/** Puts values of pixels x 5 in the order of the network's output (`toSquare`) or back (`toBlocks`). */
export const toSquare = (blocks: Float32Array): Float32Array => reordered(blocks, false);
export const toBlocks = (square: Float32Array): Float32Array => reordered(square, true);

function reordered(values: Float32Array, toBlock: boolean): Float32Array {
  const result = new Float32Array(values.length);
  const pixels = SEGMENT.size * SEGMENT.size;
  for (let p = 0; p < values.length / LABEL_COUNT; p++) {
    const inSquare = p % pixels;
    const column = inSquare % SEGMENT.size;
    const row = (inSquare - column) / SEGMENT.size;
    const block = Math.floor(row / BLOCK) * SIDE + Math.floor(column / BLOCK);
    const inBlock = (row % BLOCK) * BLOCK + (column % BLOCK);
    const here = p * LABEL_COUNT;
    const there = (p - inSquare + block * BLOCK * BLOCK + inBlock) * LABEL_COUNT;
    for (let c = 0; c < LABEL_COUNT; c++) {
      if (toBlock) result[there + c] = values[here + c];
      else result[here + c] = values[there + c];
    }
  }
  return result;
}
