import {
  dispose,
  grads,
  memory,
  tensor,
  tensor1d,
  tensor4d,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startNodeWasm } from '../../../src/studies/files/shippedModels.ts';
import { Random } from '../../../src/core/random.ts';
import {
  convolution,
  double,
  halve,
  poolDepth,
  repeatDepth,
  reshaped,
  sumOf,
  withDepthNeighbours,
  type Activation,
} from '../../../src/nn/networks/convolution.ts';

// float32 sums of up to some hundred products of numbers near 1.
const FLOAT32_ROUNDING = 2e-4;
// The loss is linear in each input except at ReLU's corners, so a central difference has no curvature: what remains is
// the rounding of a float32 sum of some hundreds, 3e-5, over twice the step.
const STEP = 2 ** -5;
const DIFFERENCE_TOLERANCE = 5e-3;

type Shape4 = [number, number, number, number];

const size = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

function randomArray(shape: readonly number[], seed: number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: size(shape) }, () => random.normal());
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((total, value, i) => total + value * b[i], 0);
const values = (t: Tensor): Float32Array => t.dataSync() as Float32Array;

function expectClose(a: Float32Array, b: Float32Array): void {
  expect(a.length).toBe(b.length);
  const worst = a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
  expect(worst).toBeLessThan(FLOAT32_ROUNDING);
}

/** Straight from the definition, 'same' padding, odd kernels, over [depth,] rows and columns. */
function naive3d(
  x: Float32Array,
  [depth, rows, columns, channels]: Shape4,
  kernel: Float32Array,
  outputs: number,
  bias: Float32Array,
  sides: [number, number],
): Float32Array {
  const [deep, side] = sides;
  const out = new Float32Array(depth * rows * columns * outputs);
  for (let z = 0; z < depth; z++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++)
        for (let o = 0; o < outputs; o++) {
          let total = bias[o];
          for (let k = 0; k < deep; k++)
            for (let i = 0; i < side; i++)
              for (let j = 0; j < side; j++) {
                const [zz, rr, cc] = [z + k - (deep - 1) / 2, r + i - (side - 1) / 2, c + j - (side - 1) / 2];
                if (zz < 0 || rr < 0 || cc < 0 || zz >= depth || rr >= rows || cc >= columns) continue;
                for (let n = 0; n < channels; n++)
                  total +=
                    x[((zz * rows + rr) * columns + cc) * channels + n] *
                    kernel[(((k * side + i) * side + j) * channels + n) * outputs + o];
              }
          out[((z * rows + r) * columns + c) * outputs + o] = total;
        }
  return out;
}

beforeAll(() => startNodeWasm());

describe('a convolution', () => {
  const shape: Shape4 = [2, 5, 6, 3];
  const outputs = 4;

  it.each([
    [3, 'linear'],
    [3, 'relu'],
    [1, 'linear'],
    [5, 'linear'],
  ] as const)('of side %i, %s, is the sum that it stands for', (side, activation) => {
    const x = randomArray(shape, 1);
    const kernelShape: Shape4 = [side, side, shape[3], outputs];
    const kernel = randomArray(kernelShape, 2);
    const bias = randomArray([outputs], 3);
    const found = convolution(tensor4d(x, shape), tensor4d(kernel, kernelShape), tensor1d(bias), activation);
    const plane = size(shape) / shape[0];
    const expected = [0, 1].flatMap((image) => [
      ...naive3d(
        x.subarray(image * plane, (image + 1) * plane),
        [1, shape[1], shape[2], shape[3]],
        kernel,
        outputs,
        bias,
        [1, side],
      ),
    ]);
    expectClose(
      values(found),
      Float32Array.from(expected, (value) => (activation === 'relu' ? Math.max(0, value) : value)),
    );
  });

  it.each([
    [3, 'linear'],
    [3, 'relu'],
    [1, 'relu'],
  ] as const)(
    'of side %i, %s, has the gradients by input, kernel and bias that finite differences give',
    (side, activation) => {
      const kernelShape: Shape4 = [side, side, shape[3], outputs];
      const inputs = [randomArray(shape, 4), randomArray(kernelShape, 5), randomArray([outputs], 6)];
      const shapes = [shape, kernelShape, [outputs]];
      const weight = tensor4d(randomArray([2, 5, 6, outputs], 7), [2, 5, 6, outputs]);
      const place = (arrays: readonly Float32Array[]): Tensor[] => arrays.map((array, i) => tensor(array, shapes[i]));
      const apply = (x: Tensor, kernel: Tensor, bias: Tensor): Tensor =>
        convolution(x as Tensor4D, kernel as Tensor4D, bias as Tensor1D, activation);
      const found = grads(apply)(place(inputs), weight);
      const outputsAt = (arrays: readonly Float32Array[]): Float32Array => {
        const [x, kernel, bias] = place(arrays);
        return values(apply(x, kernel, bias));
      };
      const valueOf = (arrays: readonly Float32Array[]): number => dot(outputsAt(arrays), values(weight));
      const switchedOn = (arrays: readonly Float32Array[]): string =>
        Array.from(outputsAt(arrays), (value) => (value > 0 ? '1' : '0')).join('');
      let compared = 0;
      inputs.forEach((array, which) => {
        const stride = Math.max(1, Math.floor(array.length / 40));
        for (let i = 0; i < array.length; i += stride) {
          const moved = (by: number): Float32Array[] =>
            inputs.map((values, k) =>
              k === which ? values.map((value, j) => (j === i ? value + by : value)) : values,
            );
          // Where a ReLU turns on or off between the two sides, a difference is not a gradient.
          if (activation === 'relu' && switchedOn(moved(STEP)) !== switchedOn(moved(-STEP))) continue;
          const difference = (valueOf(moved(STEP)) - valueOf(moved(-STEP))) / (2 * STEP);
          expect(Math.abs(difference - values(found[which])[i])).toBeLessThan(DIFFERENCE_TOLERANCE);
          compared += 1;
        }
      });
      expect(compared).toBeGreaterThan(40);
    },
  );

  it('over depth neighbours is a three-dimensional convolution, in each example of a batch by itself', () => {
    const depth = 4;
    const batch = 2;
    const one: Shape4 = [depth, 5, 4, 2];
    const x = randomArray([batch * depth, 5, 4, 2], 8);
    // [3 depth, 3, 3, 2 in, 3 out] -> [3, 3, 3 depth x 2 in, 3 out]
    const kernel = randomArray([3, 3, 3, 2, 3], 9);
    const folded = new Float32Array(kernel.length);
    for (let k = 0; k < 3; k++)
      for (let ij = 0; ij < 9; ij++)
        for (let n = 0; n < 2; n++)
          for (let o = 0; o < 3; o++) folded[(ij * 6 + k * 2 + n) * 3 + o] = kernel[((k * 9 + ij) * 2 + n) * 3 + o];
    const bias = randomArray([3], 10);
    const found = convolution(
      withDepthNeighbours(tensor4d(x, [batch * depth, 5, 4, 2]), depth),
      tensor4d(folded, [3, 3, 6, 3]),
      tensor1d(bias),
      'linear',
    );
    const expected = [0, 1].flatMap((b) => [
      ...naive3d(x.subarray(b * size(one), (b + 1) * size(one)), one, kernel, 3, bias, [3, 3]),
    ]);
    expectClose(values(found), Float32Array.from(expected));
  });
});

describe('the linear operations', () => {
  const shape: Shape4 = [6, 4, 8, 3];
  const operations: readonly [string, (x: Tensor4D) => Tensor4D][] = [
    ['halve', halve],
    ['double', double],
    ['poolDepth', (x) => poolDepth(x, 3)],
    ['repeatDepth', (x) => repeatDepth(x, 2)],
    ['withDepthNeighbours', (x) => withDepthNeighbours(x, 3)],
    ['reshaped', (x) => reshaped(x, [2, 1, 1, 288])],
  ];

  it.each(operations)('%s has its transpose for a gradient: <A x, y> = <x, A* y>', (_, operation) => {
    const x = tensor4d(randomArray(shape, 1), shape);
    const forward = operation(x);
    const y = tensor4d(randomArray(forward.shape, 2), forward.shape);
    const [transposed] = grads((input: Tensor) => operation(input as Tensor4D))([x], y);
    expect(transposed.shape).toEqual(shape);
    const left = dot(values(forward), values(y));
    const right = dot(values(x), values(transposed));
    expect(Math.abs(left - right)).toBeLessThan(FLOAT32_ROUNDING * Math.sqrt(size(shape)));
  });

  it('take means and repeat as they say', () => {
    const ramp = tensor4d(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), [2, 2, 2, 1]);
    expect([...values(halve(ramp))]).toEqual([2.5, 6.5]);
    expect([...values(poolDepth(ramp, 2))]).toEqual([3, 4, 5, 6]);
    expect([...values(repeatDepth(halve(ramp), 3))]).toEqual([2.5, 2.5, 2.5, 6.5, 6.5, 6.5]);
    expect([...values(double(tensor4d(Float32Array.of(1, 2), [1, 1, 2, 1])))]).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
  });

  it("put 0 beside the first and the last slice of each example, never the next example's", () => {
    const x = tensor4d(Float32Array.of(1, 2, 3, 4), [4, 1, 1, 1]);
    expect([...values(withDepthNeighbours(x, 2))]).toEqual([0, 1, 2, 1, 2, 0, 0, 3, 4, 3, 4, 0]);
  });

  it('a sum gives its gradient to both', () => {
    const [a, b, y] = [1, 2, 3].map((seed) => tensor4d(randomArray(shape, seed), shape));
    const [byA, byB] = grads((p: Tensor, q: Tensor) => sumOf(p as Tensor4D, q as Tensor4D))([a, b], y);
    expect(values(byA)).toEqual(values(y));
    expect(values(byB)).toEqual(values(y));
  });
});

describe('memory', () => {
  it('holds nothing of a convolution once its tensors are disposed of', () => {
    const start = memory().numTensors;
    const x = tensor4d(randomArray([1, 4, 4, 2], 1), [1, 4, 4, 2]);
    const kernel = tensor4d(randomArray([3, 3, 2, 2], 2), [3, 3, 2, 2]);
    const bias = tensor1d(randomArray([2], 3));
    const activation: Activation = 'relu';
    const out = convolution(x, kernel, bias, activation);
    dispose([x, kernel, bias, out]);
    expect(memory().numTensors).toBe(start);
  });
});
