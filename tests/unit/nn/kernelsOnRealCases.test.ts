/** Real cases with our convolutions and with tfjs's own: the same labels and the same curve, apart from rounding. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isHeart } from '../../../src/core/volume/volume.ts';
import { removeKernels, startWasm } from '../../../src/nn/backends/wasm.ts';
import { analyseStack } from '../../../src/pipeline/analysing/analyse.ts';
import { readStudy } from '../../../src/pipeline/reading/readStudy.ts';
import { inputFiles, nodeLoadWasm } from '../../../src/studies/files/inputFiles.ts';
import { loadNodeModels, MODELS_FOLDER, nodeWasmFiles } from '../../../src/studies/files/shippedModels.ts';
import { dataWith } from '../../realData.ts';

const DATA = dataWith('lge-dicom');
const CASES = ['lge-dicom/negative-implicit', 'lge-dicom/positive-classic'];
/** Float32 sums in another order move a probability by some 1e-6: only a voxel on the very border of two labels may change. */
const SAME_SHARE = 0.9995;
const CURVE_TOLERANCE = 1e-3;
const SLOW_MS = 120_000;

describe.skipIf(DATA === null)('our convolutions on real cases', () => {
  it.each(CASES)(
    "give %s the labels and the curve that tfjs's own give it",
    async (name) => {
      const models = await loadNodeModels(MODELS_FOLDER);
      const opened = await readStudy(await inputFiles(path.join(DATA ?? '', name)), { loadWasm: nodeLoadWasm });
      const chosen = opened.study.series.find((series) => series.chosen);
      if (chosen === undefined) throw new Error(`${name} has no stack`);
      const stack = { ...(await opened.loadStack(chosen.id, {})), labels: null };
      const analyse = () => analyseStack(stack, { covariates: { age: 60, lvef: 35 }, facts: {} }, models, {});
      await startWasm(await nodeWasmFiles());
      const ours = await analyse();
      removeKernels();
      const theirs = await analyse();
      let [heart, same] = [0, 0];
      theirs.labels.labels.forEach((label, at) => {
        if (!isHeart(label) && !isHeart(ours.labels.labels[at])) return;
        heart += 1;
        same += Number(label === ours.labels.labels[at]);
      });
      process.stderr.write(`${name}: ${same} of ${heart} heart voxels the same\n`);
      expect(heart).toBeGreaterThan(0);
      expect(same / heart).toBeGreaterThanOrEqual(SAME_SHARE);
      for (const branch of ['covariates', 'image', 'fused'] as const) {
        const [one, other] = [ours.survival[branch]?.risk['5'], theirs.survival[branch]?.risk['5']];
        expect(Math.abs((one ?? NaN) - (other ?? NaN))).toBeLessThan(CURVE_TOLERANCE);
      }
    },
    SLOW_MS,
  );
});
