import { beforeAll, describe, expect, it } from 'vitest';
import { loadNodeModels, MODELS_FOLDER } from '../../../../src/studies/files/shippedModels.ts';
import { analyseStack, type StackAnalysis } from '../../../../src/pipeline/analysing/analyse.ts';
import { demoStack } from '../../../../src/pipeline/reading/demo.ts';
import type { Models } from '../../../../src/pipeline/analysing/models.ts';

/** Two scans on one busy core. */
const BOTH_MS = 120_000;
/** The scaled intensities are rounded to float32 again: a voxel at an edge may change sides, and with it a share of a curve. */
const SURVIVAL_TOLERANCE = 2e-3;
const SCAR_TOLERANCE_G = 0.2;

let models: Models;
beforeAll(async () => {
  models = await loadNodeModels(MODELS_FOLDER);
}, 60_000);

describe('an analysis', () => {
  it('is the same whatever the scale and the zero of the stored intensities', { timeout: BOTH_MS }, async () => {
    const { stack, clinical } = demoStack();
    const { volume } = stack;
    const stored = { ...volume, voxels: volume.voxels.map((value) => 3.7 * value + 4096) };
    const analyse = (image: typeof volume): Promise<StackAnalysis> =>
      analyseStack({ ...stack, volume: image }, clinical, models, {});
    const [one, other] = [await analyse(volume), await analyse(stored)];
    expect(Math.abs((one.scar.scarG ?? NaN) - (other.scar.scarG ?? NaN))).toBeLessThan(SCAR_TOLERANCE_G);
    for (const branch of ['image', 'fused'] as const) {
      const [curve, again] = [one.survival[branch]?.curve ?? [], other.survival[branch]?.curve ?? []];
      expect(curve.length).toBeGreaterThan(0);
      curve.forEach(({ s }, i) => expect(Math.abs(s - again[i].s), branch).toBeLessThan(SURVIVAL_TOLERANCE));
    }
    expect(other.survival.covariates).toEqual(one.survival.covariates);
  });
});
