import { add, memory, mul } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startNodeWasm } from '../../../src/studies/files/shippedModels.ts';
import { CancelledError } from '../../../src/core/errors.ts';
import { BackendError } from '../../../src/nn/backends/backendError.ts';
import { placeNetwork, runNetwork, type Network } from '../../../src/nn/runNetwork.ts';

const SPECS = [{ name: 'gain', shape: [1], startSd: 0, standardised: false }];
/** Two outputs: twice the input and the input plus one. */
const network = (gain: number): Network =>
  placeNetwork(SPECS, { gain: Float32Array.of(gain) }, (parameters, x) => [mul(x, parameters['gain']), add(x, 1)]);

beforeAll(() => startNodeWasm());

describe('running a network in batches', () => {
  const input = Float32Array.from({ length: 20 }, (_, i) => i + 1);

  it('gives each output for all examples in their order, whatever the batch', async () => {
    const net = network(2);
    for (const batch of [1, 2, 3, 5, 8]) {
      const [twice, plusOne] = await runNetwork(net, input, [2, 1, 1, 2], batch, {});
      expect([...twice]).toEqual([...input].map((value) => 2 * value));
      expect([...plusOne]).toEqual([...input].map((value) => value + 1));
    }
  });

  it('leaves no tensor behind', async () => {
    const net = network(2);
    const before = memory().numTensors;
    await runNetwork(net, input, [1, 1, 1, 2], 3, {});
    expect(memory().numTensors).toBe(before);
  });

  it('refuses what a lost graphics processor returns: zeros or no numbers', async () => {
    await expect(runNetwork(network(0), input, [1, 1, 1, 2], 3, {})).rejects.toThrow(BackendError);
    await expect(runNetwork(network(NaN), input, [1, 1, 1, 2], 3, {})).rejects.toThrow(BackendError);
    await expect(runNetwork(network(Infinity), input, [1, 1, 1, 2], 3, {})).rejects.toThrow(BackendError);
  });

  it('stops between two batches', async () => {
    const stop = new AbortController();
    const told: number[] = [];
    const run = runNetwork(network(2), input, [1, 1, 1, 2], 3, {
      signal: stop.signal,
      onProgress: (fraction) => {
        told.push(fraction);
        stop.abort();
      },
    });
    await expect(run).rejects.toThrow(CancelledError);
    expect(told).toEqual([0.3]);
  });
});
