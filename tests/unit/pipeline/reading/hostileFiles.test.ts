/** Files that do harm, by intent or by accident: each is refused before the work, and costs no good file. */
import { gzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { groupSlices } from '../../../../src/core/dicom/grouping.ts';
import { readDicomImage } from '../../../../src/core/dicom/dicomImage.ts';
import { openPart10 } from '../../../../src/core/dicom/part10.ts';
import { readStudy } from '../../../../src/pipeline/reading/readStudy.ts';
import { zipFiles } from '../../../../src/pipeline/reading/zipFiles.ts';
import { memoryFile, type Study } from '../../../../src/pipeline/reading/study.ts';
import { nodeLoadWasm } from '../../../../src/studies/files/inputFiles.ts';
import { syntheticDicom, syntheticStack } from '../../../syntheticDicom.ts';
import { processorMs } from '../../../processorTime.ts';

/** Ten times what a quiet machine takes for any of them; without the bounds it takes minutes, or all memory. */
const SOON_MS = 15_000;

const GOOD = Object.fromEntries(syntheticStack(4, 10).map((bytes, i) => [`z-good/${i}`, bytes]));

/** Reads a zip of the hostile files and a good study, within the time, and returns what was found. */
async function readWithGood(hostile: Record<string, Uint8Array>, packed = false): Promise<Study> {
  const zip = memoryFile('s.zip', zipSync({ ...hostile, ...GOOD }, { level: packed ? 1 : 0 }));
  const start = processorMs();
  const { study } = await readStudy([zip], { loadWasm: nodeLoadWasm });
  expect(processorMs() - start).toBeLessThan(SOON_MS);
  expect(study.series.find(({ chosen }) => chosen)).toMatchObject({ slices: 4, usable: true });
  return study;
}

const codes = ({ refused }: Study): string[] => [...new Set(refused.map(({ why }) => why.code))];

const nifti = (dim: readonly number[], bytes: number): Uint8Array => {
  const file = new Uint8Array(bytes);
  const view = new DataView(file.buffer);
  view.setInt32(0, 348, true);
  dim.forEach((n, i) => view.setInt16(40 + 2 * i, n, true));
  view.setInt16(70, 2, true);
  [1, 1.4, 1.4, 8].forEach((mm, i) => view.setFloat32(76 + 4 * i, mm, true));
  view.setFloat32(108, 352, true);
  file.set([0x6e, 0x2b, 0x31, 0], 344);
  return file;
};

describe('beside a good study', () => {
  it('a zip of 65,000 files that are nothing', async () => {
    const nothing = Uint8Array.of(1, 2, 3, 4);
    const study = await readWithGood(Object.fromEntries(Array.from({ length: 65_000 }, (_, i) => [`a/${i}`, nothing])));
    expect(study.refused).toHaveLength(65_000);
    expect(codes(study)).toEqual(['notMedical']);
  });

  it.each([
    ['100,000', 100_000, 100_000, 'formatNotSensible'],
    ['15,000', 15_000, 15_000, 'tooManyImages'],
    ['15,000, cut off,', 15_000, 10, 'pixelsCutOff'],
  ])('700 objects that say that they have %s frames each', async (_, frames, bytes, code) => {
    const one = syntheticDicom({
      columns: 1,
      rows: 1,
      pixels: new Uint8Array(bytes),
      elements: { '00280008': ['IS', frames] },
    });
    const files = Array.from({ length: 700 }, (_unused, i) => {
      const copy = one.slice();
      // Another UID of the same length, otherwise they would be copies.
      const at = Buffer.from(copy).indexOf('1.2.3.4');
      copy.set(Buffer.from(String(1000000 + i)), at);
      return [`a/${i}`, copy] as const;
    });
    expect(codes(await readWithGood(Object.fromEntries(files), true))).toEqual([code]);
  });

  it('gzip that unpacks to more voxels than are opened, however many it says', async () => {
    const many = gzipSync(nifti([3, 4000, 4000, 32, 1, 1, 1, 1], 4_000_000), { level: 1 });
    const series = gzipSync(nifti([4, 1000, 1000, 32, 60, 1, 1, 1], 4_000_000), { level: 1 });
    const longer = gzipSync(nifti([3, 4, 4, 4, 1, 1, 1, 1], 4_000_000), { level: 1 });
    const study = await readWithGood({ 'a.nii.gz': many, 'b.nii.gz': series, 'c.nii.gz': longer });
    expect(study.refused.map(({ why }) => why.code)).toEqual(['volumeTooLarge', 'tooManyVolumes', 'unpacksTooLarge']);
  });

  it('gzip of nothing but zeros, and a file in a zip that packs ten-thousandfold', async () => {
    const zeros = new Uint8Array(70_000_000);
    const study = await readWithGood({ 'a.gz': gzipSync(zeros, { level: 1 }), 'b.dcm': zeros }, true);
    expect(study.refused.map(({ why }) => why.code)).toEqual(['notMedical', 'unpacksTooLarge']);
    // Our own case file holds this much emptiness if its image is large.
    const [own] = await zipFiles(memoryFile('own', zipSync({ a: zeros }, { level: 1 })), () => zeros.length);
    expect(await own.read(0, 3)).toEqual(new Uint8Array(3));
  });

  it('texts of 240,000 blanks in its own headers', async () => {
    const blanks = `A${' '.repeat(240_000)}B`;
    const elements = Object.fromEntries(
      ['00080008', '00100010', '0008103E', '00181030', '00204000', '00280004', '00080070'].map(
        (tag): [string, [string, string]] => [tag, ['UT', blanks]],
      ),
    );
    await readWithGood({ 'a.dcm': syntheticDicom({ columns: 2, rows: 2, pixels: new Uint8Array(4), elements }) });
  });

  it('an NRRD whose header is brackets', async () => {
    const head = `NRRD0004\ntype: uint8\ndimension: 3\nsizes: 2 2 4\nencoding: raw\nspace directions: ${'('.repeat(60_000)}\n\n`;
    await readWithGood({ 'a.nrrd': Uint8Array.from([...Buffer.from(head), ...new Uint8Array(16)]) });
  });
});

describe('slices', () => {
  const image = readDicomImage(syntheticDicom({ columns: 1, rows: 1, pixels: new Uint8Array(1) }));
  const [frame] = image.frames;
  const { placement } = frame;
  if (!placement) throw new Error('it has no place');

  it.each<[string, number, (i: number) => Partial<typeof placement>]>([
    ['at one place each', 110_000, (i) => ({ position: [0, 0, i / 10] })],
    ['at three places, thousands of times', 60_000, (i) => ({ position: [0, 0, 10 * (i % 3)] })],
    ['each in a plane of its own', 10_000, (i) => ({ columnStep: [Math.cos(i), Math.sin(i), 0], rowStep: [0, 0, 1] })],
  ])('of one object, %s', (_, count, change) => {
    const frames = Array.from({ length: count }, (_unused, i) => ({
      ...frame,
      placement: { ...placement, ...change(i) },
    }));
    const start = processorMs();
    groupSlices([{ ...image, frames }], []);
    expect(processorMs() - start).toBeLessThan(SOON_MS);
  });

  it('each a series of its own and of one name', () => {
    const images = Array.from({ length: 5000 }, (_, i) => ({
      ...image,
      seriesUid: `1.${i}`,
      frames: [{ ...frame, placement: { ...placement, position: [0, 0, 8 * i] as const } }],
    }));
    const start = processorMs();
    groupSlices(images, images.slice(0, 2000));
    expect(processorMs() - start).toBeLessThan(SOON_MS);
  });
});

describe('a deflated data set', () => {
  it('that unpacks a thousandfold is stopped', () => {
    const uid = '1.2.840.10008.1.2.1.99';
    const meta = [2, 0, 0x10, 0, 0x55, 0x49, uid.length, 0, ...Buffer.from(uid)];
    const packed = gzipSync(new Uint8Array(70_000_000), { level: 1 }).subarray(10, -8);
    const file = Buffer.concat([new Uint8Array(128), Buffer.from('DICM'), Uint8Array.from(meta), packed]);
    const start = processorMs();
    expect(() => openPart10(new Uint8Array(file))).toThrow(/unpacksTooLarge/);
    expect(processorMs() - start).toBeLessThan(SOON_MS);
  });
});
