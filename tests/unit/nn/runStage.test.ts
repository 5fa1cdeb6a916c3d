/** A stage shared among workers: the same bits whoever runs which part. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { CancelledError } from '../../../src/core/errors.ts';
import { LOCATE } from '../../../src/nn/networks/segmentation.ts';
import { unetParameters } from '../../../src/nn/networks/unet.ts';
import { startParameters } from '../../../src/nn/networks/parameters.ts';
import {
  placeStage,
  runHere,
  runShared,
  squaresARunOnWebgpu,
  type Helper,
  type RunStage,
} from '../../../src/nn/runStage.ts';
import { startNodeWasm } from '../../../src/studies/files/shippedModels.ts';

await startNodeWasm();
const random = new Random(3);
const here = runHere(LOCATE, placeStage(LOCATE, startParameters(unetParameters(LOCATE.network), random)));
const SQUARE = LOCATE.size ** 2 * LOCATE.network.inputChannels;
const squares = (count: number): Float32Array => Float32Array.from({ length: count * SQUARE }, () => random.normal());
const helper: Helper = (share, options) => here(share, options);
const lost: Helper = () => Promise.resolve(null);

describe('a stage on WebGPU', () => {
  it('takes as few runs as can be, of one length, with less than a square of padding a run', () => {
    expect([1, 3, 16, 17, 24, 80].map(squaresARunOnWebgpu)).toEqual([1, 3, 16, 9, 12, 16]);
  });
});

describe('a stage that is shared', () => {
  it.each([1, 3, 4, 10])('gives the same bits for %i squares, by one worker, by two and by four', async (count) => {
    const input = squares(count);
    const alone = await here(input, {});
    for (const helpers of [1, 3]) {
      const shared = runShared(LOCATE, here, new Array<Helper>(helpers).fill(helper));
      expect(await shared(input, {})).toEqual(alone);
    }
  });

  it('gives each worker an equal share of the runs of four', async () => {
    const shares: number[] = [];
    const noting =
      (run: RunStage): RunStage =>
      (share, options) => {
        shares.push(share.length / SQUARE);
        return run(share, options);
      };
    await runShared(LOCATE, noting(here), [noting(here)])(squares(14), {});
    expect(shares.sort((a, b) => a - b)).toEqual([6, 8]);
  });

  it('does the share of a lost helper itself', async () => {
    const input = squares(9);
    expect(await runShared(LOCATE, here, [lost, helper])(input, {})).toEqual(await here(input, {}));
  });

  it('ends with its cancel', async () => {
    const signal = AbortSignal.abort();
    await expect(runShared(LOCATE, here, [helper])(squares(8), { signal })).rejects.toThrow(CancelledError);
  });
});
