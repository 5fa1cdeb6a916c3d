/**
 * SSCAR's image branch: a convolutional encoder-decoder with a survival head on its latent vector (Popescu et al. 2022, from
 * their program; their chosen depth 2 with one convolution a level). Departures: mean instead of maximum pooling (scar
 * burden is an integral, and WASM has no gradient of the maximum), the decoder's last two levels as one sub-pixel
 * convolution (a full-resolution 3-D convolution would cost three times the rest), and head outputs counted from the null
 * model's fit.
 */
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { HEART_IMAGE } from '../../core/survival/heartImage.ts';
import {
  convolution,
  double,
  halve,
  poolDepth,
  repeatDepth,
  reshaped,
  withDepthNeighbours,
  type Activation,
} from './convolution.ts';
import { convolutionParameters, type ParameterSpec, type ParameterTensors } from './parameters.ts';

const WIDTHS = [8, 16] as const;
const LATENT = 16;
/** Side, depth and channels of the encoder's end: 64 / 16 and 12 / 4. */
const CODE = { side: 4, depth: 3 } as const;
const CODE_SIZE = CODE.side * CODE.side * CODE.depth * WIDTHS[1];
/** The decoder's last map is 16 x 16; each of its pixels holds a block of 4 x 4 pixels of 2 channels. */
export const RECONSTRUCTION = { side: 16, block: 4 } as const;

export const IMAGE_BRANCH_PARAMETERS: readonly ParameterSpec[] = [
  ...convolutionParameters('down0', 3, 3 * HEART_IMAGE.channels, WIDTHS[0], true),
  ...convolutionParameters('down1', 3, 3 * WIDTHS[0], WIDTHS[1], true),
  ...convolutionParameters('latent', 1, CODE_SIZE, LATENT, true),
  ...convolutionParameters('head', 1, LATENT, 2, false),
  ...convolutionParameters('up', 1, LATENT, CODE_SIZE, true),
  ...convolutionParameters('up1', 3, 3 * WIDTHS[1], WIDTHS[1], true),
  ...convolutionParameters('out', 1, WIDTHS[1], RECONSTRUCTION.block ** 2 * HEART_IMAGE.channels, false),
];

/**
 * @param x [batch * 12, 64, 64, 6]: heart images with their depth neighbours (`stackDepth`)
 * @returns [head, reconstruction]: head [batch, 1, 1, 2], mu and ln sigma less the null model's; reconstruction
 * [batch * 12, 16, 16, 32], channel (4 * row + column in the block) * 2 + image channel
 */
export function imageBranch(parameters: ParameterTensors, x: Tensor4D): [Tensor4D, Tensor4D] {
  const { slices } = HEART_IMAGE;
  const batch = x.shape[0] / slices;
  const layer = (name: string, input: Tensor4D, activation: Activation): Tensor4D =>
    convolution(input, parameters[`${name}/kernel`] as Tensor4D, parameters[`${name}/bias`] as Tensor1D, activation);

  const level0 = halve(halve(layer('down0', x, 'relu')));
  const level1 = poolDepth(halve(halve(layer('down1', withDepthNeighbours(level0, slices), 'relu'))), 4);
  const latent = layer('latent', reshaped(level1, [batch, 1, 1, CODE_SIZE]), 'relu');
  const head = layer('head', latent, 'linear');

  const code = reshaped(layer('up', latent, 'relu'), [batch * CODE.depth, CODE.side, CODE.side, WIDTHS[1]]);
  const grown = repeatDepth(double(double(code)), 4);
  const detail = layer('up1', withDepthNeighbours(grown, slices), 'relu');
  return [head, layer('out', detail, 'linear')];
}

/** Heart images (each 12 x 64 x 64 x 2) with the channels of the slices before and after beside each slice's own. */
export function stackDepth(images: readonly Float32Array[]): Float32Array {
  const { side, slices, channels } = HEART_IMAGE;
  const plane = side * side;
  const output = new Float32Array(images.length * slices * plane * channels * 3);
  images.forEach((image, index) => {
    for (let z = 0; z < slices; z++) {
      for (let neighbour = -1; neighbour <= 1; neighbour++) {
        const from = z + neighbour;
        if (from < 0 || from >= slices) continue;
        for (let p = 0; p < plane; p++) {
          const out = ((index * slices + z) * plane + p) * channels * 3 + (neighbour + 1) * channels;
          const at = (from * plane + p) * channels;
          output[out] = image[at];
          output[out + 1] = image[at + 1];
        }
      }
    }
  });
  return output;
}

/** Mean squared difference between heart images and their reconstruction, and its gradient by the reconstruction. */
export function reconstructionLoss(
  reconstruction: Float32Array,
  images: readonly Float32Array[],
): { value: number; gradient: Float32Array } {
  const { side, slices, channels } = HEART_IMAGE;
  const { side: coarse, block } = RECONSTRUCTION;
  const gradient = new Float32Array(reconstruction.length);
  const count = images.length * slices * side * side * channels;
  let sum = 0;
  images.forEach((image, index) => {
    for (let z = 0; z < slices; z++) {
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          const cell = ((index * slices + z) * coarse + Math.floor(y / block)) * coarse + Math.floor(x / block);
          const inBlock = (y % block) * block + (x % block);
          for (let c = 0; c < channels; c++) {
            const at = (cell * block * block + inBlock) * channels + c;
            const difference = reconstruction[at] - image[((z * side + y) * side + x) * channels + c];
            sum += difference * difference;
            gradient[at] = (2 * difference) / count;
          }
        }
      }
    }
  });
  return { value: sum / count, gradient };
}
