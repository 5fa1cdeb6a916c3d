import { describe, expect, it } from 'vitest';
import { LOCATE } from '../../../../src/nn/networks/segmentation.ts';
import { unetParameters } from '../../../../src/nn/networks/unet.ts';
import { keptRun } from '../../../../src/studies/segmentation/keptWeights.ts';

const specs = unetParameters(LOCATE.network);

describe('the weights of a finished run', () => {
  it('are a run at the end of any schedule, of the network’s own shapes', async () => {
    const run = await keptRun('.train/segmentation-1of5', 'locate', specs);
    expect(run?.step).toBe(Infinity);
    for (const { name, shape } of specs) {
      const values = run?.average[name] ?? new Float32Array();
      expect(values).toHaveLength(shape.reduce((product, side) => product * side, 1));
      expect(values.every(Number.isFinite)).toBe(true);
    }
  });

  it('are none where no run has ended', async () => {
    expect(await keptRun('.train/no-such-run', 'locate', specs)).toBeNull();
  });
});
