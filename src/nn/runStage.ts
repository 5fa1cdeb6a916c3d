/** Runs a segmentation stage on squares: on the current backend, or shared among several workers. */
import { getBackend } from '@tensorflow/tfjs-core';
import type { CascadeStage } from './networks/segmentation.ts';
import { unet, unetParameters } from './networks/unet.ts';
import type { ParameterArrays } from './networks/parameters.ts';
import { placeNetwork, runNetwork, type Network, type RunOptions } from './runNetwork.ts';

/**
 * A stage's logits for squares, one after another: size x size x input channels in, size x size x classes out.
 * Throws as `runNetwork`.
 */
export type RunStage = (squares: Float32Array, options: RunOptions) => Promise<Float32Array>;

/**
 * Squares per run. On WASM runs of 4 stay in the cache, and the last one is padded. On WebGPU each run costs some thirty dispatches,
 * whatever it holds: it is the most that a run takes, and runs are of one length.
 */
const SQUARES_A_RUN = { wasm: 4, webgpu: 16 };

/** Squares per run of so many on WebGPU: as few runs as can be, and hardly a square of padding. */
export function squaresARunOnWebgpu(squares: number): number {
  return Math.ceil(squares / Math.ceil(squares / SQUARES_A_RUN.webgpu));
}

/** Puts a stage on the current backend. */
export function placeStage({ network }: CascadeStage, arrays: ParameterArrays): Network {
  return placeNetwork(unetParameters(network), arrays, (parameters, x) => [unet(network, parameters, x)]);
}

/** Runs a stage here. */
export function runHere({ size, network: { inputChannels } }: CascadeStage, network: Network): RunStage {
  return async (squares, options) => {
    const count = squares.length / (size * size * inputChannels);
    const run = getBackend() === 'webgpu' ? squaresARunOnWebgpu(count) : SQUARES_A_RUN.wasm;
    const [logits] = await runNetwork(network, squares, [1, size, size, inputChannels], run, options);
    return logits;
  };
}

/** A helper that runs the stage; null where nothing came back, and the share must be done here. */
export type Helper = (squares: Float32Array, options: RunOptions) => Promise<Float32Array | null>;

/**
 * Runs a stage here and by helpers at the same time, each on an equal share of the runs. A square's logits do not
 * depend on who runs it or on what runs with it, so the answer is the same to the bit for any number of helpers.
 */
export function runShared(stage: CascadeStage, here: RunStage, helpers: readonly Helper[]): RunStage {
  if (helpers.length === 0) return here;
  // There are helpers on WASM only.
  const runLength = SQUARES_A_RUN.wasm * stage.size * stage.size * stage.network.inputChannels;
  return async (squares, options) => {
    const runs = Math.ceil(squares.length / runLength);
    const workers = Math.min(runs, helpers.length + 1);
    const starts = Array.from({ length: workers + 1 }, (_, k) =>
      Math.min(squares.length, Math.ceil((k * runs) / workers) * runLength),
    );
    const shares = starts.slice(0, -1).map((start, k) => squares.subarray(start, starts[k + 1]));
    const { signal } = options;
    // The last share is the smallest, and this worker begins last.
    const own = shares.length - 1;
    const away = shares.slice(0, own).map((share, k) => helpers[k](share, { signal }));
    // A failure is handled below, where they are awaited; this keeps it from being reported as unhandled until then.
    away.forEach((answer) => void answer.catch(() => undefined));
    const mine = await here(shares[own], options);
    const answers: Float32Array[] = [];
    for (const [k, answer] of away.entries()) answers.push((await answer) ?? (await here(shares[k], { signal })));
    answers.push(mine);
    const logits = new Float32Array(answers.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const answer of answers) {
      logits.set(answer, at);
      at += answer.length;
    }
    return logits;
  };
}
