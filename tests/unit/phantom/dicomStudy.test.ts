import { describe, expect, it } from 'vitest';
import { nodeLoadWasm } from '../../../src/studies/files/inputFiles.ts';
import { readDicomImage } from '../../../src/core/dicom/dicomImage.ts';
import { dicomStudy } from '../../../src/core/phantom/dicomStudy.ts';
import { makeHeart } from '../../../src/core/phantom/heart.ts';
import { Random } from '../../../src/core/random.ts';
import { readStudy } from '../../../src/pipeline/reading/readStudy.ts';
import { memoryFile } from '../../../src/pipeline/reading/study.ts';
import { SPEC } from './specs.ts';

/** Positions are written with five decimals. */
const POSITION_TOLERANCE_MM = 1e-4;

const { volume } = makeHeart({ ...SPEC, size: [40, 36, 10], spacing: [4, 4, 10] }, new Random(2));
const zero = SPEC.acquisition.storedOffset;
const files = dicomStudy(volume, { seed: 5, zero });
const open = (): ReturnType<typeof readStudy> =>
  readStudy(
    files.map(({ path, bytes }) => memoryFile(path, bytes)),
    { loadWasm: nodeLoadWasm },
  );

describe('a phantom written as a DICOM study', () => {
  it('is read back as three series, of which the PSIR is taken, the magnitude offered and the cine refused', async () => {
    const { study } = await open();
    expect(study.refused).toEqual([]);
    expect(study.series.find((series) => series.chosen)).toMatchObject({ number: 31, contrast: 'PSIR', slices: 10 });
    expect(study.series.find((series) => series.number === 30)).toMatchObject({ contrast: 'magnitude', usable: true });
    expect(study.series.find((series) => series.number === 12)).toMatchObject({ usable: false });
  });

  it('gives back the very voxels in their place, apex first', async () => {
    const opened = await open();
    const chosen = opened.study.series.find((series) => series.chosen);
    const stack = await opened.loadStack(chosen?.id ?? '', {});
    expect(stack.volume.size).toEqual(volume.size);
    expect(stack.volume.voxels).toEqual(volume.voxels);
    stack.volume.spacing.forEach((mm, i) => {
      expect(Math.abs(mm - volume.spacing[i])).toBeLessThan(POSITION_TOLERANCE_MM);
    });
    stack.volume.frame?.origin.forEach((mm, i) => {
      expect(Math.abs(mm - volume.frame.origin[i])).toBeLessThan(POSITION_TOLERANCE_MM);
    });
  });

  it('has a magnitude that has lost the sign and nothing else', async () => {
    const opened = await open();
    const magnitude = opened.study.series.find((series) => series.number === 30);
    const stack = await opened.loadStack(magnitude?.id ?? '', {});
    expect(stack.volume.voxels).toEqual(volume.voxels.map((value) => Math.abs(value - zero)));
  });

  it('has one UID an image, all under 2.25, in files whose names say nothing of their order', () => {
    const images = files.map(({ bytes }) => readDicomImage(bytes));
    const uids = new Set(images.map((image) => image.sopInstanceUid));
    expect(uids.size).toBe(files.length);
    for (const uid of uids) expect(uid).toMatch(/^2\.25\.[1-9]\d{0,38}$/);
    const order = images.filter((image) => image.seriesNumber === 31).map((image) => image.instanceNumber);
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
    expect(new Set(order).size).toBe(order.length);
  });

  it('is the same for the same seed, and another study for another', () => {
    expect(dicomStudy(volume, { seed: 5, zero })).toEqual(files);
    const studyUid = (of: typeof files): string => readDicomImage(of[0].bytes).studyUid;
    expect(studyUid(dicomStudy(volume, { seed: 6, zero }))).not.toBe(studyUid(files));
  });
});
