/** Runs a network slice batch by slice batch on the current backend. */
import { tensor, tidy, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { CancelledError } from '../core/errors.ts';
import { BackendError } from './backends/wasm.ts';
import type { ParameterArrays, ParameterSpec, ParameterTensors } from './networks/parameters.ts';

/** A network on the backend, ready to run. */
export interface Network {
  readonly parameters: ParameterTensors;
  forward(parameters: ParameterTensors, x: Tensor4D): Tensor;
}

/** Puts a network's weights on the current backend. */
export function placeNetwork(
  specs: readonly ParameterSpec[],
  arrays: ParameterArrays,
  forward: (parameters: ParameterTensors, x: Tensor4D) => Tensor,
): Network {
  const parameters: ParameterTensors = {};
  for (const { name, shape } of specs) parameters[name] = tensor(arrays[name], [...shape], 'float32');
  return { parameters, forward };
}

/** Every run has this many images, the last one filled up: WebGPU compiles its shaders once for each shape. */
const BATCH = 8;

/**
 * @param input count images of `shape` one after another
 * @returns the outputs one after another
 * @throws BackendError if the backend returns no numbers (a lost GPU returns zeros or NaN); CancelledError
 */
export async function runNetwork(
  network: Network,
  input: Float32Array,
  shape: readonly [number, number, number],
  options: { signal?: AbortSignal | undefined; onProgress?: (fraction: number) => void },
): Promise<Float32Array> {
  const imageSize = shape[0] * shape[1] * shape[2];
  const count = input.length / imageSize;
  let output = new Float32Array(0);
  for (let start = 0; start < count; start += BATCH) {
    if (options.signal?.aborted) throw new CancelledError();
    const batch = new Float32Array(BATCH * imageSize);
    batch.set(input.subarray(start * imageSize, Math.min(count, start + BATCH) * imageSize));
    const result = tidy(() => network.forward(network.parameters, tensor(batch, [BATCH, ...shape]) as Tensor4D));
    const values = (await result.data()) as Float32Array;
    result.dispose();
    const each = values.length / BATCH;
    if (!values.every(Number.isFinite) || values.every((value) => value === 0)) {
      throw new BackendError('The graphics processor or WASM returned no result for a network. Try the other backend.');
    }
    if (start === 0) output = new Float32Array(count * each);
    output.set(values.subarray(0, Math.min(BATCH, count - start) * each), start * each);
    options.onProgress?.(Math.min(1, (start + BATCH) / count));
  }
  return output;
}
