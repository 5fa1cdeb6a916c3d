/**
 * SSCAR's image branch: a convolutional encoder-decoder with a survival head on its latent vector (Popescu et al. 2022, from their program,
 * with their chosen depth of 2 and one convolution a level; as there, the head is explained on a map of 16 x 16 in each slice). Departures:
 * the full resolution is seen through a fixed layer of thresholds (`blockBrightness`), since grey zone and core differ pixel by pixel and
 * learned maps of that size take most of the time; mean instead of maximum pooling (scar burden is an integral, and WASM has no gradient of
 * the maximum); the heart's mean features in addition to those of its parts (an integral need not be learned place by place); the decoder's
 * last two levels as one sub-pixel convolution; and head outputs relative to the null model's fit.
 */
import {
  add,
  concat,
  grad,
  mean,
  mul,
  reshape,
  split,
  sub,
  tensor4d,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { HEART_IMAGE, LATENT } from '../../core/patient/heartImage.ts';
import {
  convolution,
  double,
  halve,
  poolDepth,
  rectified,
  repeatDepth,
  reshaped,
  sumOf,
  withDepthNeighbours,
  type Activation,
} from './convolution.ts';
import { convolutionParameters, type ParameterSpec, type ParameterTensors } from './parameters.ts';

/** The fixed first layer's blocks: 4 x 4 pixels, so that 16 x 16 of them make a slice. */
const BLOCK = 4;
const BLOCKS = HEART_IMAGE.side / BLOCK;
/** Brightness thresholds, where blood is at 0.5: healthy wall is near 0.1, grey zone about 0.3, core above 0.5. */
const THRESHOLDS = { first: 0.05, step: 0.1, count: 12 } as const;
/** The wall's share of the block, its shares beyond each threshold, the pool's share. */
const INPUTS = THRESHOLDS.count + 2;

const WIDTH = 24;
const DECODER_WIDTH = 16;
/** Side and depth of the encoder's end: 64 / 16 and 12 / 4. */
const CODE = { side: 4, depth: 3 } as const;
const CODE_PLACES = CODE.side * CODE.side * CODE.depth;
/** The decoder's last map is 16 x 16; each of its pixels holds a block of 4 x 4 pixels of 2 channels. */
export const RECONSTRUCTION = { side: BLOCKS, block: BLOCK } as const;
/** The encoder's last convolution, whose map explains the head: 16 x 16 in each of the 12 slices. */
export const FEATURES = { side: BLOCKS, channels: WIDTH } as const;
/** The network's input for one heart: `blockBrightness`. */
export const INPUT_SHAPE = [HEART_IMAGE.slices, BLOCKS, BLOCKS, INPUTS] as const;

export const IMAGE_BRANCH_PARAMETERS: readonly ParameterSpec[] = [
  ...convolutionParameters('down', 3, 3 * INPUTS, WIDTH, true),
  ...convolutionParameters('mix', 1, WIDTH, WIDTH, true),
  // These are sums over places: if they were standardised, their weights could not all have one sign.
  ...convolutionParameters('latent', 1, CODE_PLACES * WIDTH, LATENT, false),
  ...convolutionParameters('whole', 1, WIDTH, LATENT, false),
  ...convolutionParameters('head', 1, LATENT, 2, false),
  ...convolutionParameters('up', 1, LATENT, CODE_PLACES * DECODER_WIDTH, true),
  ...convolutionParameters('up1', 3, 3 * DECODER_WIDTH, DECODER_WIDTH, true),
  ...convolutionParameters('out', 1, DECODER_WIDTH, BLOCK ** 2 * HEART_IMAGE.channels, false),
];

/**
 * @param x [batch * 12, 16, 16, 14]: heart images from `blockBrightness`
 * @returns [head, reconstruction]: head [batch, 1, 1, 2], mu and ln sigma minus the null model's; reconstruction
 * [batch * 12, 16, 16, 32], channel (4 * row + column in the block) * 2 + image channel
 */
export function imageBranch(parameters: ParameterTensors, x: Tensor4D): [Tensor4D, Tensor4D] {
  const latent = latentOf(parameters, featuresOf(parameters, x));
  return [layer(parameters, 'head', latent, 'linear'), reconstructionOf(parameters, latent)];
}

/** Steps of the midpoint rule between the two hearts; these suffice, as the network bends only at its ReLUs. */
const PATH_STEPS = 16;

/**
 * The same for a heart and a copy of it with an even wall, with what explains the difference of their mu.
 * @param x [2 * 12, 16, 16, 14]: the heart, then the copy
 * @returns [head, reconstruction, evidence], the first two for both; head [2, 1, 1, 2 + 16]: as in `imageBranch`, then the latent vector;
 * evidence [12, 16, 16, 3 * 24]: the encoder's last convolution for the heart and for the copy, and the gradient of mu by it, averaged over
 * the straight line from the copy to the heart
 */
export function explainedImageBranch(parameters: ParameterTensors, x: Tensor4D): [Tensor4D, Tensor4D, Tensor4D] {
  const features = featuresOf(parameters, x);
  const latent = latentOf(parameters, features);
  const [heart, even] = split(features, 2) as [Tensor4D, Tensor4D];
  const onTheWay = Array.from({ length: PATH_STEPS }, (_, step) =>
    add(even, mul(sub(heart, even), (step + 0.5) / PATH_STEPS)),
  );
  const headOf = (value: Tensor): Tensor =>
    layer(parameters, 'head', latentOf(parameters, value as Tensor4D), 'linear');
  const muAlone = tensor4d(new Array<number[]>(PATH_STEPS).fill([1, 0]).flat(), [PATH_STEPS, 1, 1, 2]);
  const gradients = grad(headOf)(concat(onTheWay, 0), muAlone);
  const size = heart.shape.reduce((product, side) => product * side, 1);
  const meanGradient = reshape(mean(reshape(gradients, [PATH_STEPS, size]), 0), heart.shape) as Tensor4D;
  return [
    concat([layer(parameters, 'head', latent, 'linear'), latent], 3),
    reconstructionOf(parameters, latent),
    concat([heart, even, meanGradient], 3),
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

/** The encoder's last convolution: [batch * 12, 16, 16, 24]. */
function featuresOf(parameters: ParameterTensors, x: Tensor4D): Tensor4D {
  return layer(
    parameters,
    'mix',
    layer(parameters, 'down', withDepthNeighbours(x, HEART_IMAGE.slices), 'relu'),
    'relu',
  );
}

function latentOf(parameters: ParameterTensors, features: Tensor4D): Tensor4D {
  const batch = features.shape[0] / HEART_IMAGE.slices;
  const parts = poolDepth(halve(halve(features)), HEART_IMAGE.slices / CODE.depth);
  const whole = poolDepth(halve(halve(parts)), CODE.depth);
  return rectified(
    sumOf(
      layer(parameters, 'latent', reshaped(parts, [batch, 1, 1, CODE_PLACES * WIDTH]), 'linear'),
      layer(parameters, 'whole', whole, 'linear'),
    ),
  );
}

function reconstructionOf(parameters: ParameterTensors, latent: Tensor4D): Tensor4D {
  const { slices } = HEART_IMAGE;
  const code = reshaped(layer(parameters, 'up', latent, 'relu'), [
    latent.shape[0] * CODE.depth,
    CODE.side,
    CODE.side,
    DECODER_WIDTH,
  ]);
  const grown = repeatDepth(double(double(code)), slices / CODE.depth);
  return layer(parameters, 'out', layer(parameters, 'up1', withDepthNeighbours(grown, slices), 'relu'), 'linear');
}

/**
 * Heart images (each 12 x 64 x 64 x 2) as the network's inputs, one after another, each `INPUT_SHAPE`: for each block of 4 x 4 pixels the
 * share that is wall, the share that is wall brighter than each threshold (a pixel counts from 0 at the threshold to 1 at the next), and
 * the share that is pool.
 */
export function blockBrightness(images: readonly Float32Array[]): Float32Array {
  const { side, slices, channels } = HEART_IMAGE;
  const { first, step, count } = THRESHOLDS;
  const size = INPUT_SHAPE.reduce((product, length) => product * length, 1);
  const pixel = 1 / BLOCK ** 2;
  const output = new Float32Array(images.length * size);
  images.forEach((image, index) => {
    for (let row = 0; row < slices * side; row++) {
      const slice = Math.floor(row / side);
      const blockRow = (index * slices + slice) * BLOCKS + Math.floor((row % side) / BLOCK);
      for (let x = 0; x < side; x++) {
        const at = (row * side + x) * channels;
        const label = image[at + 1];
        if (label === 0) continue;
        const block = (blockRow * BLOCKS + Math.floor(x / BLOCK)) * INPUTS;
        if (label !== 1) {
          output[block + INPUTS - 1] += pixel;
          continue;
        }
        output[block] += pixel;
        const beyond = Math.min(count, Math.max(0, (image[at] - first) / step));
        const whole = Math.floor(beyond);
        for (let k = 1; k <= whole; k++) output[block + k] += pixel;
        if (whole < count) output[block + 1 + whole] += (beyond - whole) * pixel;
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
