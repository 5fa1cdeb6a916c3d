/** Training by OpenBLAS learns what training by WASM would: the same convolutions and the same gradients. */
import { grads, tensor1d, tensor4d, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadOpenBlas } from '../../../src/studies/files/openBlas.ts';
import { wasmFolder } from '../../../src/studies/files/shippedModels.ts';
import { Random } from '../../../src/core/random.ts';
import { convolveByProducts, type Multiply } from '../../../src/nn/backends/matrixConvolution.ts';
import { startWasm } from '../../../src/nn/backends/wasm.ts';
import { convolution, type Activation } from '../../../src/nn/networks/convolution.ts';

// Both sum some hundreds of float32 products of numbers near 1, in another order.
const FLOAT32_ROUNDING = 2e-4;

type Shape4D = [number, number, number, number];
const LAYERS: readonly { shape: Shape4D; side: number; outputs: number; activation: Activation }[] = [
  { shape: [2, 8, 8, 3], side: 3, outputs: 5, activation: 'relu' },
  { shape: [1, 6, 9, 16], side: 3, outputs: 4, activation: 'linear' },
  { shape: [3, 5, 4, 2], side: 1, outputs: 7, activation: 'relu' },
  { shape: [2, 8, 8, 3], side: 5, outputs: 2, activation: 'linear' },
];

/** Of each layer: its output, and the gradients of a random weighting of it by input, kernel and bias. */
function outputsAndGradients(): Float32Array[] {
  const random = new Random(5);
  const draw = (shape: Shape4D): Tensor4D =>
    tensor4d(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
      shape,
    );
  return LAYERS.flatMap(({ shape, side, outputs, activation }) => {
    const x = draw(shape);
    const kernel = draw([side, side, shape[3], outputs]);
    const bias = tensor1d(Float32Array.from({ length: outputs }, () => random.normal()));
    const layer = (...args: Tensor[]): Tensor =>
      convolution(args[0] as Tensor4D, args[1] as Tensor4D, args[2] as Tensor1D, activation);
    const dy = draw([...shape.slice(0, 3), outputs] as Shape4D);
    return [layer(x, kernel, bias), ...grads(layer)([x, kernel, bias], dy)].map((t) => t.dataSync() as Float32Array);
  });
}

/** Straight from the definition: the layout is tried where there is no OpenBLAS too. */
const plainProduct: Multiply = ({ m, n, k }, a, transposed, b, c, further) => {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const at = c.start + i * c.stride + j;
      let sum = further ? c.values[at] : 0;
      for (let l = 0; l < k; l++) {
        const left = a.values[a.start + (transposed ? l * a.stride + i : i * a.stride + l)];
        sum += left * b.values[b.start + l * b.stride + j];
      }
      c.values[at] = sum;
    }
  }
};

describe('convolutions by a matrix product', () => {
  let byWasm: Float32Array[] = [];
  beforeAll(async () => {
    await startWasm(wasmFolder());
    byWasm = outputsAndGradients();
  });

  function expectAsByWasm(multiply: Multiply): void {
    convolveByProducts(multiply);
    const byProducts = outputsAndGradients();
    expect(byProducts.length).toBe(byWasm.length);
    byProducts.forEach((values, k) => {
      const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(value - byWasm[k][i])), 0);
      expect(worst).toBeLessThan(FLOAT32_ROUNDING);
    });
  }

  it('equal those by WASM, and so do their gradients', () => expectAsByWasm(plainProduct));

  const openBlas = loadOpenBlas();
  it.skipIf(!openBlas)('do so by OpenBLAS, where this machine has it', () => {
    if (openBlas) expectAsByWasm(openBlas);
  });
});
