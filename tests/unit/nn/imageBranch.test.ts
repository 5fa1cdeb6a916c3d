import { grads, tensor, tensor4d, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startNodeWasm } from '../../../src/studies/files/shippedModels.ts';
import { Random } from '../../../src/core/random.ts';
import { HEART_IMAGE, LATENT, withEvenWall } from '../../../src/core/patient/heartImage.ts';
import { sigmaFloor } from '../../../src/core/patient/logLogistic.ts';
import {
  blockBrightness,
  explainedImageBranch,
  FEATURES,
  imageBranch,
  IMAGE_BRANCH_PARAMETERS,
  INPUT_SHAPE,
} from '../../../src/nn/networks/imageBranch.ts';
import { effectiveParameters, startParameters, type ParameterArrays } from '../../../src/nn/networks/parameters.ts';
import { headLaw, placeImageModel, readHeart, wherefrom, type ImageModel } from '../../../src/nn/readHeart.ts';
import { restoreHeart, storeHeart } from '../../../src/nn/training/trainImageBranch.ts';

const { slices, side, channels } = HEART_IMAGE;
const HEART_SIZE = slices * side * side * channels;
/** The network is piecewise linear: from steps of 2^-6 on ReLUs turn on and off, at 2^-8 the two agree to 0.7%. */
const STEP = 2 ** -8;
const GRADIENT_TOLERANCE = 0.02;
/** Sixteen midpoints between the ReLUs' bends, and float32's sums. */
const COMPLETENESS = 0.02;

/** Rounding of float32 in sums of a few numbers near 1. */
const FLOAT32 = 1e-5;

/** A heart whose every pixel is wall, each of another brightness. */
const heart = (seed: number): Float32Array => {
  const random = new Random(seed);
  return Float32Array.from({ length: HEART_SIZE }, (_, i) => (i % channels === 0 ? random.next() : 1));
};

const input = (...hearts: Float32Array[]): Tensor4D => {
  const [depth, rows, columns, values] = INPUT_SHAPE;
  return tensor4d(blockBrightness(hearts), [hearts.length * depth, rows, columns, values]);
};

const LEVEL = { logFactor: [0], halfWidth: 1 };
const file = {
  name: 'image',
  version: 'test',
  tensors: [],
  nullMu: 4,
  nullLnSigma: 0.2,
  reconstructionLimit: 1,
  logOddsHalfWidth: 1,
  effectCurves: { at: [0], effects: { low: LEVEL, mid: LEVEL, high: LEVEL } },
};

let weights: ParameterArrays;
let model: ImageModel;

beforeAll(async () => {
  await startNodeWasm();
  weights = effectiveParameters(IMAGE_BRANCH_PARAMETERS, startParameters(IMAGE_BRANCH_PARAMETERS, new Random(1)));
  model = placeImageModel(file, weights);
});

const place = (arrays: ParameterArrays): Record<string, Tensor> =>
  Object.fromEntries(IMAGE_BRANCH_PARAMETERS.map(({ name, shape }) => [name, tensor(arrays[name], [...shape])]));

describe('the image branch', () => {
  it('reads each heart of a batch by itself', () => {
    const [both] = imageBranch(model.network.parameters, input(heart(1), heart(2)));
    const [second] = imageBranch(model.network.parameters, input(heart(2)));
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
    const x = input(heart(3));
    for (const [output, names] of [
      [0, ['down/kernel', 'mix/kernel', 'latent/kernel', 'whole/kernel', 'head/kernel']],
      [1, ['down/bias', 'latent/kernel', 'up/kernel', 'up1/kernel', 'out/bias']],
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

  it('explains by place why mu is not that of the heart with an even wall', async () => {
    for (const seed of [6, 7]) {
      const image = heart(seed);
      const { mu, attention } = await readHeart(model, image, {});
      const even = await readHeart(model, withEvenWall(image), {});
      const sum = attention.reduce((total, value) => total + value, 0);
      expect(Math.abs(mu - even.mu)).toBeGreaterThan(1e-3);
      expect(Math.abs(sum - (mu - even.mu))).toBeLessThan(COMPLETENESS * Math.abs(mu - even.mu));
      expect(even.attention.every((value) => value === 0)).toBe(true);
    }
  });

  it('answers the same with its explanation as without', () => {
    const x = input(heart(1), heart(2));
    const [head, reconstruction, evidence] = explainedImageBranch(place(weights), x);
    const plain = imageBranch(place(weights), x);
    const each = 2 + LATENT;
    const heads = head.dataSync();
    expect([0, 1].flatMap((of) => [...heads.subarray(of * each, of * each + 2)])).toEqual([...plain[0].dataSync()]);
    expect(reconstruction.shape).toEqual(plain[1].shape);
    expect(evidence.shape).toEqual([slices, FEATURES.side, FEATURES.side, 3 * FEATURES.channels]);
  });

  it('weighs the change at each place by the gradient there, with its sign', () => {
    const evidence = new Float32Array(2 * 3 * FEATURES.channels);
    evidence.set([5, 1], 0);
    evidence.set([2, 3], FEATURES.channels);
    evidence.set([-4, 0.5], 2 * FEATURES.channels);
    expect([...wherefrom(evidence)]).toEqual([-13, 0]);
  });

  it('sees how much of each block of 4 x 4 pixels is wall, wall brighter than each threshold, and pool', () => {
    const image = new Float32Array(HEART_SIZE);
    const set = (z: number, y: number, x: number, values: readonly [number, number]): void =>
      image.set(values, ((z * side + y) * side + x) * channels);
    set(3, 5, 62, [0.2, 1]); // Between the second threshold and the third: half way.
    set(3, 6, 63, [7, 1]);
    set(3, 7, 60, [0, 0.25]);
    set(3, 7, 61, [0, 0.25]);
    const [, rows, columns, values] = INPUT_SHAPE;
    const seen = blockBrightness([new Float32Array(HEART_SIZE), image]);
    const block = (slices + 3) * rows * columns + columns + 15;
    const expected = [2, 2, 1.5, ...Array<number>(10).fill(1), 2].map((pixels) => pixels / 16);
    const got = [...seen.subarray(block * values, (block + 1) * values)];
    got.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 6));
    seen.fill(0, block * values, (block + 1) * values);
    expect(seen.every((value) => value === 0)).toBe(true);
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

  it('keeps what the head reads, from which the head gives the same law, however the heart may lie', async () => {
    const [kernel, bias] = [weights['head/kernel'], weights['head/bias']];
    for (const directionsUnknown of [false, true]) {
      const { mu, sigma, latent } = await readHeart(model, heart(4), { directionsUnknown });
      if (latent === null) throw new Error('no latent vector');
      expect(latent.some((value) => value > 0)).toBe(true);
      const output = (k: number): number => latent.reduce((sum, value, i) => sum + value * kernel[2 * i + k], bias[k]);
      const law = headLaw(file, output(0), output(1));
      expect(Math.abs(law.mu - mu)).toBeLessThan(FLOAT32);
      expect(Math.abs(law.sigma - sigma)).toBeLessThan(FLOAT32);
    }
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
