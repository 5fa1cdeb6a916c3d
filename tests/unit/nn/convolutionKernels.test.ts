/** Our convolutions under tfjs's WASM backend, against tfjs's own. */
import {
  backend,
  conv2d,
  engine,
  fused,
  memory,
  tensor,
  tensor1d,
  tensor4d,
  tidy,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { removeKernels, startWasm } from '../../../src/nn/backends/wasm.ts';
import { installKernels } from '../../../src/nn/kernels/convolutionKernels.ts';
import { convolution } from '../../../src/nn/networks/convolution.ts';
import { compiledKernels } from '../../../src/studies/files/compiledKernels.ts';
import { nodeWasmFiles } from '../../../src/studies/files/shippedModels.ts';

/**
 * Of values near 1. Winograd's sums have terms several times as large as the result: 2e-5 was measured with 96
 * channels.
 */
const WINOGRAD_ROUNDING = 1e-4;

const files = await nodeWasmFiles();

function random(shape: [number, number, number, number], seed: number, scale = 1): Tensor4D {
  const source = new Random(seed);
  const size = shape.reduce((product, side) => product * side, 1);
  return tensor(
    Float32Array.from({ length: size }, () => scale * source.normal()),
    [...shape],
  );
}

const values = (one: Tensor): Float32Array => one.dataSync() as Float32Array;

function worst(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

/** The same with our kernels and with tfjs's own. */
async function both(compute: () => Tensor): Promise<[Float32Array, Float32Array]> {
  await startWasm(files);
  const ours = tidy(() => values(compute()).slice());
  removeKernels();
  return [ours, tidy(() => values(compute()).slice())];
}

beforeEach(() => startWasm(files));

describe('our convolutions', () => {
  it.each([
    // images, rows, columns, inputs, outputs, side
    [4, 80, 80, 3, 16, 3],
    [2, 40, 40, 16, 32, 3],
    [3, 10, 10, 64, 96, 3],
    [1, 5, 7, 6, 4, 3],
    [1, 1, 1, 8, 12, 3],
    [2, 3, 130, 5, 20, 3],
    [2, 20, 20, 96, 64, 1],
    [1, 9, 11, 16, 5, 1],
    [5, 1, 1, 1152, 16, 1],
    [1, 1, 3, 7, 1, 1],
  ])(
    "of %i x %i x %i x %i to %i channels by %i x itself are tfjs's",
    async (images, rows, columns, inputs, outputs, side) => {
      for (const activation of ['relu', 'linear'] as const) {
        const [ours, theirs] = await both(() =>
          convolution(
            random([images, rows, columns, inputs], 1),
            random([side, side, inputs, outputs], 2, 1 / (side * Math.sqrt(inputs))),
            tensor1d(Array.from({ length: outputs }, (_, k) => Math.sin(k))),
            activation,
          ),
        );
        expect(worst(ours, theirs)).toBeLessThan(WINOGRAD_ROUNDING);
      }
    },
  );

  it('leave to tfjs what they do not take', async () => {
    const x = (channels: number): Tensor4D => random([2, 9, 9, channels], 4);
    const cases: (() => Tensor)[] = [
      () => conv2d(x(4), random([3, 3, 4, 8], 5), 2, 'same'),
      () => conv2d(x(4), random([3, 3, 4, 8], 5), 1, 'valid'),
      () => conv2d(x(4), random([3, 3, 4, 6], 5), 1, 'same'),
      () => conv2d(x(4), random([5, 5, 4, 8], 5), 1, 'same'),
      () => conv2d(x(4), random([3, 1, 4, 8], 5), 1, 'same'),
      () => conv2d(x(4), random([3, 3, 4, 8], 5), 1, 'same', 'NHWC', 2),
      () =>
        fused.conv2d({
          x: x(4),
          filter: random([3, 3, 4, 8], 5),
          strides: 1,
          pad: 'same',
          activation: 'relu6',
        }),
    ];
    for (const compute of cases) {
      const [ours, theirs] = await both(compute);
      expect(ours).toEqual(theirs);
    }
  });

  it('are the same bits in both batches of the same slice, wherever it stands in them', () => {
    const kernel = random([3, 3, 16, 16], 6);
    const one = random([1, 40, 40, 16], 7);
    const many = random([5, 40, 40, 16], 8);
    const bytes = values(one);
    const mixed = values(many).slice();
    mixed.set(bytes, 2 * bytes.length);
    const alone = values(conv2d(one, kernel, 1, 'same'));
    const among = values(conv2d(tensor4d(mixed, [5, 40, 40, 16]), kernel, 1, 'same'));
    expect(among.slice(2 * bytes.length, 3 * bytes.length)).toEqual(alone);
  });

  it.each([NaN, Infinity, -Infinity])('give no number where %d goes in', (bad) => {
    for (const side of [1, 3]) {
      const x = values(random([1, 8, 8, 4], 9)).slice();
      x[100] = bad;
      const y = convolution(
        tensor4d(x, [1, 8, 8, 4]),
        random([side, side, 4, 4], 10),
        tensor1d([1, 2, 3, 4]),
        'linear',
      );
      expect(values(y).every(Number.isFinite)).toBe(false);
    }
  });

  it('keep a transformed kernel as long as its weights, and give the memory back', () => {
    const wasm = backend() as BackendWasm;
    const module = wasm.wasm as unknown as { HEAPU8: Uint8Array };
    const x = random([1, 8, 8, 16], 12);
    const round = (): void => {
      const kernel = random([3, 3, 16, 256], 13);
      conv2d(x, kernel, 1, 'same').dispose();
      conv2d(x, kernel, 1, 'same').dispose();
      kernel.dispose();
    };
    round();
    const before = module.HEAPU8.length;
    const tensors = memory().numTensors;
    // 590 kB of transformed kernel each time: kept, they would fill the heap many times over.
    for (let n = 0; n < 200; n++) round();
    expect(module.HEAPU8.length).toBe(before);
    expect(memory().numTensors).toBe(tensors);
  });

  it('say so where memory cannot grow', () => {
    const wasm = backend() as BackendWasm;
    const module = wasm.wasm as unknown as { _malloc(bytes: number): number };
    const x = random([1, 8, 8, 4], 14);
    const kernel = random([3, 3, 4, 4], 15);
    const none = vi.spyOn(module, '_malloc').mockReturnValue(0);
    expect(() => conv2d(x, kernel, 1, 'same')).toThrow(expect.objectContaining({ reason: { code: 'wasmMemoryFull' } }));
    none.mockRestore();
  });

  it('come in a file for each kind of engine, both right', async () => {
    const { plain, relaxed } = await compiledKernels();
    expect(WebAssembly.validate(plain)).toBe(true);
    expect(plain.length + relaxed.length).toBeLessThan(60_000);
    await expect(installKernels(backend() as BackendWasm, new Uint8Array([1, 2, 3]))).rejects.toMatchObject({
      reason: { code: 'kernelsDoNotFit' },
    });
    expect(engine().backendName).toBe('wasm');
  });
});
