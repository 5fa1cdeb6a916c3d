import { beforeAll, describe, expect, it } from 'vitest';
import { DEMO_HEART } from '../../../../src/core/phantom/demoPatient.ts';
import { dicomStudy } from '../../../../src/core/phantom/dicomStudy.ts';
import { type Heart, makeHeart } from '../../../../src/core/phantom/heart.ts';
import type { HeartSpec } from '../../../../src/core/phantom/heartSpec.ts';
import { Random } from '../../../../src/core/random.ts';
import { middleOf, reformatVolume } from '../../../../src/core/volume/reformat.ts';
import { dot } from '../../../../src/core/volume/vectors.ts';
import { analyseStack } from '../../../../src/pipeline/analysing/analyse.ts';
import type { Models } from '../../../../src/pipeline/analysing/models.ts';
import { demoStack } from '../../../../src/pipeline/reading/demo.ts';
import { acrossPlane, isAskew } from '../../../../src/pipeline/reading/reformatted.ts';
import { readStudy } from '../../../../src/pipeline/reading/readStudy.ts';
import type { Stack } from '../../../../src/pipeline/reading/study.ts';
import { findImage, imageHash } from '../../../../src/pipeline/saving/caseFile.ts';
import { EMPTY_STUDY, memoryFile } from '../../../../src/pipeline/reading/study.ts';
import { AXES, axialOf } from '../../../axialVolume.ts';
import { nodeLoadWasm } from '../../../../src/studies/files/inputFiles.ts';
import { loadNodeModels, MODELS_FOLDER } from '../../../../src/studies/files/shippedModels.ts';

/** Up to ten looks at a volume on one busy core. */
const LOOKS_MS = 240_000;
/**
 * From the truth. If it is cut half a slice further along, the same volume gives scar that differs by a tenth or more.
 */
const MASS_SHARE = 0.15;
const SCAR_SHARE = 0.35;
/** Two readers plan the same heart's short axis some degrees apart. */
const SAME_AXIS_DEGREES = 12;

/** The same heart as in a 3-D scan: thin slices without gaps, in one breath. */
function finely(heart: HeartSpec): Heart {
  const acquisition = { ...heart.acquisition, acquiredMm: 1.5, breathHoldShiftMm: 0 };
  const spacing = [1.5, 1.5, 1.5] as const;
  return makeHeart(
    { ...heart, acquisition, spacing, size: [160, 160, 76], sliceThicknessMm: 1.5, slicesAboveBase: 8 },
    new Random(4),
  );
}

const { stack, clinical } = demoStack();
/** As the scanner's own axes cut it. */
const axial: Stack = { ...stack, volume: axialOf(stack.volume, [0, 0, 0]) };

let models: Models;
beforeAll(async () => {
  models = await loadNodeModels(MODELS_FOLDER);
});

describe('a 3-D volume that lies otherwise', () => {
  it('is measured across the long axis that is found in it', { timeout: LOOKS_MS }, async () => {
    const { volume: fine, truth } = finely(DEMO_HEART);
    const volume = axialOf(fine, [15, 10, -8]);
    const cut = await analyseStack({ ...stack, volume }, clinical, models, {});
    expect(cut.warnings).toContainEqual({ code: 'reformatted', by: 'network', sliceMm: 8 });
    const [found, true_] = [cut.stack.volume.frame?.sliceStep, fine.frame.sliceStep];
    const degrees = (Math.acos(Math.abs(dot(found ?? [0, 0, 0], true_ ?? [0, 0, 0]))) * 180) / Math.PI;
    expect(degrees).toBeLessThan(SAME_AXIS_DEGREES);
    const error = (name: 'myocardiumG' | 'scarG'): number => Math.abs((cut.scar[name] ?? NaN) / truth[name] - 1);
    expect(error('myocardiumG')).toBeLessThan(MASS_SHARE);
    expect(error('scarG')).toBeLessThan(SCAR_SHARE);
    expect(cut.warnings.map(({ code }) => code)).not.toContain('ventricleCutOff');
    expect(cut.segmentation.spacing?.[2]).toBe(8);
  });

  it('without a heart gives no measure, and the slices lie as usual', { timeout: LOOKS_MS }, async () => {
    const random = new Random(3);
    // Thicker slices than those of a scan: looks at noise take as long as there are slices.
    const { frame } = axial.volume;
    const size = [90, 90, 14] as const;
    const voxels = Float32Array.from({ length: size[0] * size[1] * size[2] }, () => 100 + random.normal());
    const noise = { size, spacing: [2.4, 2.4, 8] as const, frame, voxels };
    const none = await analyseStack({ ...stack, volume: noise }, clinical, models, {});
    const codes = none.warnings.map(({ code }) => code);
    expect(codes.some((code) => code === 'noVentricle' || code === 'heartDoubtful')).toBe(true);
    expect(none.heart).toBeNull();
    expect(none.intervals, 'none around what may be no heart').toBeNull();
  });

  it('is found again by the plane that a case keeps', async () => {
    const frame = axial.volume.frame ?? { origin: [0, 0, 0] as const, ...AXES };
    const plane = { towardsBase: [-0.7, 0.5, 0.51] as const, centre: middleOf(axial.volume, frame), lengthMm: 80 };
    const { volume, source } = acrossPlane(axial, plane, 'reader');
    const study = { ...EMPTY_STUDY, series: [{ ...axial.series, usable: true }] };
    const wanted = { grid: volume, source, imageSha256: imageHash(volume.voxels) };
    const again = await findImage({ study, loadStack: () => Promise.resolve(axial) }, wanted, {});
    expect(again.volume.voxels).toEqual(reformatVolume(axial.volume, plane).voxels);
  });

  it('stays as it is where nothing says how it lies, or where contours came with it', () => {
    expect(isAskew(axial)).toBe(true);
    expect(isAskew(stack)).toBe(false);
    expect(isAskew({ ...axial, volume: { ...axial.volume, frame: null } })).toBe(false);
    expect(isAskew({ ...axial, labels: new Uint8Array(axial.volume.voxels.length) })).toBe(false);
  });

  it('is chosen out of a DICOM study where no short axis is there, and known to lie otherwise', async () => {
    const { volume } = axial;
    const { frame } = volume;
    if (frame === null) throw new Error('no frame');
    const files = dicomStudy({ ...volume, frame }, { seed: 1, zero: 0 }).map(({ path, bytes }) =>
      memoryFile(path, bytes),
    );
    const { study, loadStack } = await readStudy(files, { loadWasm: nodeLoadWasm });
    const chosen = study.series.find(({ chosen }) => chosen);
    expect(chosen?.why.code).toBe('takenVolume');
    const stack = await loadStack(chosen?.id ?? '', {});
    expect(isAskew(stack)).toBe(true);
    expect([...stack.volume.size].sort()).toEqual([...volume.size].sort());
  });
});
