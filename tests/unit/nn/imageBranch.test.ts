import { grads, tensor, tensor4d, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { wasmFolder } from '../../../src/cli/shippedModels.ts';
import { Random } from '../../../src/core/random.ts';
import { HEART_IMAGE } from '../../../src/core/survival/heartImage.ts';
import { sigmaFloor } from '../../../src/core/survival/logLogistic.ts';
import { startWasm } from '../../../src/nn/backends/wasm.ts';
import {
  explainedImageBranch,
  FEATURES,
  imageBranch,
  IMAGE_BRANCH_PARAMETERS,
  stackDepth,
} from '../../../src/nn/networks/imageBranch.ts';
import { effectiveParameters, startParameters, type ParameterArrays } from '../../../src/nn/networks/parameters.ts';
import { gradCam, headLaw, placeImageModel, readHeart, type ImageModel } from '../../../src/nn/readHeart.ts';
import { restoreHeart, storeHeart } from '../../../src/nn/training/trainImageBranch.ts';

const { slices, side, channels } = HEART_IMAGE;
const HEART_SIZE = slices * side * side * channels;
/** The network is piecewise linear: from steps of 2^-6 on ReLUs turn on and off, at 2^-8 the two agree to 0.7%. */
const STEP = 2 ** -8;
const GRADIENT_TOLERANCE = 0.02;
/** A bias moves a whole map at once, and with it many ReLUs. */
const BIAS_STEP = 2 ** -12;

const heart = (seed: number): Float32Array => {
  const random = new Random(seed);
  return Float32Array.from({ length: HEART_SIZE }, () => random.next());
};

const file = {
  name: 'image',
  version: 'test',
  tensors: [],
  nullMu: 4,
  nullLnSigma: 0.2,
  reconstructionLimit: 1,
  logOddsHalfWidth: 1,
};

let weights: ParameterArrays;
let model: ImageModel;

beforeAll(async () => {
  await startWasm(wasmFolder());
  weights = effectiveParameters(IMAGE_BRANCH_PARAMETERS, startParameters(IMAGE_BRANCH_PARAMETERS, new Random(1)));
  model = placeImageModel(file, weights);
});

const place = (arrays: ParameterArrays): Record<string, Tensor> =>
  Object.fromEntries(IMAGE_BRANCH_PARAMETERS.map(({ name, shape }) => [name, tensor(arrays[name], [...shape])]));

describe('the image branch', () => {
  it('reads each heart of a batch by itself', () => {
    const input = (hearts: readonly Float32Array[]): Tensor4D =>
      tensor4d(stackDepth(hearts), [hearts.length * slices, side, side, 3 * channels]);
    const [both] = imageBranch(model.network.parameters, input([heart(1), heart(2)]));
    const [second] = imageBranch(model.network.parameters, input([heart(2)]));
    const [a, b] = [both.dataSync(), second.dataSync()];
    expect([both.shape, second.shape]).toEqual([
      [2, 1, 1, 2],
      [1, 1, 1, 2],
    ]);
    // Float32, the same sums.
    expect(a[2]).toBeCloseTo(b[0], 5);
    expect(a[3]).toBeCloseTo(b[1], 5);
    expect(Math.abs(a[0] - a[2])).toBeGreaterThan(1e-4);
  });

  it('has the gradient of the head and of the reconstruction through all of its layers', () => {
    const x = tensor4d(stackDepth([heart(3)]), [slices, side, side, 3 * channels]);
    for (const [output, names] of [
      [0, ['down0/kernel', 'down1/kernel', 'latent/kernel', 'head/kernel']],
      [1, ['down0/bias', 'latent/kernel', 'up/kernel', 'up1/kernel', 'out/bias']],
    ] as const) {
      for (const name of names) {
        const shape = [...(IMAGE_BRANCH_PARAMETERS.find((spec) => spec.name === name)?.shape ?? [])];
        const run = (parameter: Tensor): Tensor => imageBranch({ ...place(weights), [name]: parameter }, x)[output];
        const y = run(tensor(weights[name], shape));
        const [gradient] = grads(run)([tensor(weights[name], shape)], y);
        // Along the gradient itself, |y|^2 / 2 must grow as fast as the gradient says.
        const g = gradient.dataSync();
        const norm = Math.hypot(...g);
        const half = (by: number): number => {
          const moved = weights[name].map((value, i) => value + (by * g[i]) / norm);
          const values = run(tensor(moved, shape)).dataSync() as Float32Array;
          return values.reduce((sum, value) => sum + value * value, 0) / 2;
        };
        const difference = (half(STEP) - half(-STEP)) / (2 * STEP);
        expect(norm).toBeGreaterThan(0);
        expect(Math.abs(difference / norm - 1)).toBeLessThan(GRADIENT_TOLERANCE);
      }
    }
  });

  it('explains mu by its gradient at the last convolution, and answers the same as without', () => {
    const x = tensor4d(stackDepth([heart(6)]), [slices, side, side, 3 * channels]);
    const [head, , evidence] = explainedImageBranch(place(weights), x);
    expect([...head.dataSync()]).toEqual([...imageBranch(place(weights), x)[0].dataSync()]);
    const values = evidence.dataSync();
    const mu = (bias: Float32Array): number =>
      imageBranch({ ...place(weights), ['down1/bias']: tensor(bias) }, x)[0].dataSync()[0];
    for (const channel of [0, 7, 15]) {
      // A bias moves its channel's map wherever the ReLU lets it through.
      let expected = 0;
      for (let at = channel; at < values.length; at += 2 * FEATURES.channels) {
        if (values[at] > 0) expected += values[at + FEATURES.channels];
      }
      const moved = (by: number): Float32Array =>
        weights['down1/bias'].map((value, c) => (c === channel ? value + by : value));
      const difference = (mu(moved(BIAS_STEP)) - mu(moved(-BIAS_STEP))) / (2 * BIAS_STEP);
      expect(Math.abs(difference - expected)).toBeLessThan(GRADIENT_TOLERANCE * Math.max(Math.abs(expected), 0.01));
    }
  });

  it('weighs each channel of a heat map by its mean gradient, with its sign', () => {
    const { side: edge, channels: features } = FEATURES;
    const places = slices * edge * edge;
    const evidence = new Float32Array(places * 2 * features);
    for (let at = 0; at < places; at++) {
      evidence[at * 2 * features] = at;
      evidence[at * 2 * features + 1] = 1;
      evidence[at * 2 * features + features] = at % 2 === 0 ? -4 : 0;
      evidence[at * 2 * features + features + 1] = 3;
    }
    const map = gradCam(evidence);
    expect(map).toHaveLength(places);
    expect([map[0], map[1], map[10]]).toEqual([3, 1, -17]);
  });

  it('puts each slice between its neighbours, none beyond the ends', () => {
    const image = Float32Array.from({ length: HEART_SIZE }, (_, i) => 1 + Math.floor(i / (side * side * channels)));
    const stacked = stackDepth([image, image]);
    const of = (z: number): number[] => [...stacked.subarray(z * side * side * 6, z * side * side * 6 + 6)];
    expect(of(0)).toEqual([0, 0, 1, 1, 2, 2]);
    expect(of(5)).toEqual([5, 5, 6, 6, 7, 7]);
    expect(of(11)).toEqual([11, 11, 12, 12, 0, 0]);
    expect(of(12)).toEqual([0, 0, 1, 1, 2, 2]);
  });
});

describe('reading a heart', () => {
  it('gives a law and the error of its reconstruction, the same each time', async () => {
    const once = await readHeart(model, heart(4), {});
    expect(await readHeart(model, heart(4), {})).toEqual(once);
    expect(once.sigma).toBeGreaterThan(0);
    expect(once.reconstructionError).toBeGreaterThan(0);
    expect(await readHeart(model, heart(5), {})).not.toEqual(once);
  });

  it('counts from the null model, clips mu and keeps sigma above its floor', () => {
    expect(headLaw(file, 0, 0)).toEqual({ mu: 4, sigma: Math.exp(0.2) });
    expect(headLaw(file, 20, 0).mu).toBe(9);
    expect(headLaw(file, -20, 0).mu).toBe(-3);
    expect(headLaw(file, -7, -30).sigma).toBe(sigmaFloor(-3));
  });
});

describe('a stored heart', () => {
  it('comes back to half a hundredth, cut at 2.55', () => {
    const image = Float32Array.of(0, 0.25, 1, 0.123456, 2.55, 7);
    const back = restoreHeart(storeHeart(image));
    // Half a step, and float32's rounding.
    for (let i = 0; i < 5; i++) expect(Math.abs(back[i] - image[i])).toBeLessThan(0.00501);
    expect(back[5]).toBeCloseTo(2.55, 5);
  });
});
