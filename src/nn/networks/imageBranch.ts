/**
 * SSCAR's image branch: a convolutional encoder-decoder with a survival head on its latent vector (Popescu et al. 2022, from
 * their program; their chosen depth 2 with one convolution a level). Departures: mean instead of maximum pooling (scar
 * burden is an integral, and WASM has no gradient of the maximum), the decoder's last two levels as one sub-pixel
 * convolution (a full-resolution 3-D convolution would cost three times the rest), and head outputs counted from the null
 * model's fit.
 */
import { concat, grad, tensor4d, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
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
/** The encoder's last convolution, whose map explains the head: 16 x 16 in each of the 12 slices. */
export const FEATURES = { side: 16, channels: WIDTHS[1] } as const;

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
  const latent = latentOf(parameters, featuresOf(parameters, x));
  return [layer(parameters, 'head', latent, 'linear'), reconstructionOf(parameters, latent)];
}

/**
 * The same with what explains mu: [batch * 12, 16, 16, 2 * 16], the encoder's last convolution and, beside its channels, the
 * gradient of mu by each of its values.
 */
export function explainedImageBranch(parameters: ParameterTensors, x: Tensor4D): [Tensor4D, Tensor4D, Tensor4D] {
  const batch = x.shape[0] / HEART_IMAGE.slices;
  const features = featuresOf(parameters, x);
  const latent = latentOf(parameters, features);
  const headOf = (value: Tensor): Tensor =>
    layer(parameters, 'head', latentOf(parameters, value as Tensor4D), 'linear');
  const muAlone = tensor4d(Array.from({ length: batch }, () => [1, 0]).flat(), [batch, 1, 1, 2]);
  const byFeatures = grad(headOf)(features, muAlone) as Tensor4D;
  return [
    layer(parameters, 'head', latent, 'linear'),
    reconstructionOf(parameters, latent),
    concat([features, byFeatures], 3),
  ];
}

function layer(parameters: ParameterTensors, name: string, input: Tensor4D, activation: Activation): Tensor4D {
  return convolution(
    input,
    parameters[`${name}/kernel`] as Tensor4D,
    parameters[`${name}/bias`] as Tensor1D,
    activation,
  );
}

/** The encoder's last convolution: [batch * 12, 16, 16, 16]. */
function featuresOf(parameters: ParameterTensors, x: Tensor4D): Tensor4D {
  const level0 = halve(halve(layer(parameters, 'down0', x, 'relu')));
  return layer(parameters, 'down1', withDepthNeighbours(level0, HEART_IMAGE.slices), 'relu');
}

function latentOf(parameters: ParameterTensors, features: Tensor4D): Tensor4D {
  const batch = features.shape[0] / HEART_IMAGE.slices;
  const pooled = poolDepth(halve(halve(features)), 4);
  return layer(parameters, 'latent', reshaped(pooled, [batch, 1, 1, CODE_SIZE]), 'relu');
}

function reconstructionOf(parameters: ParameterTensors, latent: Tensor4D): Tensor4D {
  const { slices } = HEART_IMAGE;
  const unfolded: [number, number, number, number] = [latent.shape[0] * CODE.depth, CODE.side, CODE.side, WIDTHS[1]];
  const code = reshaped(layer(parameters, 'up', latent, 'relu'), unfolded);
  const grown = repeatDepth(double(double(code)), 4);
  return layer(parameters, 'out', layer(parameters, 'up1', withDepthNeighbours(grown, slices), 'relu'), 'linear');
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
