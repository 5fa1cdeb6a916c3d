/** Runs a network slice batch by slice batch on the current backend. */
import { dispose, tensor, tensor4d, tidy, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { CancelledError } from '../core/errors.ts';
import { BackendError } from './backends/backendError.ts';
import { webgpuFailure } from './backends/webgpu.ts';
import type { ParameterArrays, ParameterSpec, ParameterTensors } from './networks/parameters.ts';

/** A network on the backend, ready to run. */
export interface Network {
  readonly parameters: ParameterTensors;
  readonly forward: Forward;
}

/** A network's outputs from its parameters and input; each output's first axis is the batch. */
export type Forward = (parameters: ParameterTensors, x: Tensor4D) => Tensor[];

/** Puts a network's weights on the current backend. */
export function placeNetwork(specs: readonly ParameterSpec[], arrays: ParameterArrays, forward: Forward): Network {
  const parameters: ParameterTensors = {};
  for (const { name, shape } of specs) parameters[name] = tensor(arrays[name], [...shape], 'float32');
  return { parameters, forward };
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

/**
 * @param input examples one after another, each of `shape` (its first axis is folded into the batch)
 * @param batch examples per run, the last run padded
 * @returns each output for all examples, one after another
 * @throws BackendError if the backend fails or returns no numbers (a lost GPU returns zeros or NaN); CancelledError
 */
export async function runNetwork(
  network: Network,
  input: Float32Array,
  shape: readonly [number, number, number, number],
  batch: number,
  options: RunOptions,
): Promise<Float32Array[]> {
  const [fold, rows, columns, channels] = shape;
  const exampleSize = fold * rows * columns * channels;
  const count = input.length / exampleSize;
  let outputs: Float32Array[] = [];
  for (let start = 0; start < count; start += batch) {
    if (options.signal?.aborted) throw new CancelledError();
    const values = new Float32Array(batch * exampleSize);
    values.set(input.subarray(start * exampleSize, Math.min(count, start + batch) * exampleSize));
    const read = await runBatch(network, values, [batch * fold, rows, columns, channels]);
    if (start === 0) outputs = read.map(({ length }) => new Float32Array((count * length) / batch));
    read.forEach((part, i) => {
      if (!part.every(Number.isFinite) || part.every((value) => value === 0)) {
        throw new BackendError({ code: 'networkGaveNoNumbers' });
      }
      const each = part.length / batch;
      outputs[i].set(part.subarray(0, Math.min(batch, count - start) * each), start * each);
    });
    options.onProgress?.(Math.min(1, (start + batch) / count));
  }
  return outputs;
}

/** One run. Any error in it is the backend's: the tests find the networks' own errors. */
async function runBatch(
  { forward, parameters }: Network,
  values: Float32Array,
  shape: [number, number, number, number],
): Promise<Float32Array[]> {
  let results: Tensor[] = [];
  try {
    results = tidy(() => forward(parameters, tensor4d(values, shape)));
    const read = (await Promise.all(results.map((result) => result.data()))) as Float32Array[];
    const failure = webgpuFailure();
    if (failure !== null) throw new BackendError(failure);
    return read;
  } catch (error) {
    if (error instanceof BackendError) throw error;
    throw new BackendError(webgpuFailure() ?? { code: 'backendStopped', detail: String(error) }, { cause: error });
  } finally {
    dispose(results);
  }
}
