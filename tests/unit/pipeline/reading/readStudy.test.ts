import { gunzipSync, gzipSync, zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inEnglish } from '../../../../src/app/messages/reasonsEn.ts';
import { inputFiles, nodeLoadWasm } from '../../../../src/studies/files/inputFiles.ts';
import { CancelledError } from '../../../../src/core/errors.ts';
import { readNifti } from '../../../../src/core/nifti/nifti.ts';
import { StackError } from '../../../../src/pipeline/reading/fileBytes.ts';
import {
  masksAlone,
  readStudy,
  UnknownSeriesError,
  type ReadableStudy,
} from '../../../../src/pipeline/reading/readStudy.ts';
import { EMPTY_STUDY, memoryFile, type InputFile, type Stack } from '../../../../src/pipeline/reading/study.ts';
import { dataWith } from '../../../realData.ts';
import { encodeRle, RLE, syntheticDicom, syntheticStack } from '../../../syntheticDicom.ts';

const DATA = dataWith('lge-dicom', 'nifti', 'pig-cine');

/** Float32 of a value of some thousands, twice rounded. */
const AFFINE_TOLERANCE = 0.01;

const asFiles = (files: readonly Uint8Array[], folder = ''): InputFile[] =>
  files.map((bytes, i) => memoryFile(`${folder}IM${i}`, bytes));

const read = (files: readonly InputFile[]): Promise<ReadableStudy> => readStudy(files, { loadWasm: nodeLoadWasm });

async function chosenStack(open: ReadableStudy): Promise<Stack> {
  const chosen = open.study.series.find((series) => series.chosen);
  if (!chosen) throw new Error(`nothing chosen: ${JSON.stringify(open.study)}`);
  return open.loadStack(chosen.id, {});
}

describe('a study made in code', () => {
  it('loads as one stack by position, whatever the order and the names of its files', async () => {
    const files = syntheticStack(6, 10);
    const stack = await chosenStack(await read(asFiles([3, 0, 5, 1, 4, 2].map((k) => files[k]))));
    expect(stack.volume.size).toEqual([4, 3, 6]);
    expect(stack.volume.spacing).toEqual([1.5, 1.5, 10]);
    expect([...stack.volume.voxels]).toEqual(Array.from({ length: 72 }, (_, i) => 100 * Math.floor(i / 12) + (i % 12)));
    expect(stack.warnings).toEqual([]);
  });

  it('is one stack though inversion and trigger time differ from slice to slice', async () => {
    const files = syntheticStack(5, 10, (k) => ({
      elements: { '00180082': ['DS', 280 + 4 * k], '00181060': ['DS', 600 + 7 * k], '00200011': ['IS', 5] },
    }));
    const { study } = await read(asFiles(files));
    expect(study.series).toHaveLength(1);
    expect(study.series[0]).toMatchObject({ chosen: true, slices: 5 });
  });

  it('is one stack though each slice is a series of its own', async () => {
    const files = syntheticStack(5, 10, (k) => ({
      elements: { '0020000E': ['UI', `1.2.9.${k}`], '00200011': ['IS', 20 + k], '0008103E': ['LO', `LGE_SA_${k + 1}`] },
    }));
    const { study } = await read(asFiles(files));
    expect(study.series.map(({ slices }) => slices)).toEqual([5]);
  });

  it('splits PSIR and magnitude of one series, prefers the first and offers the second', async () => {
    const kinds = ['M', 'R'].flatMap((kind) =>
      syntheticStack(5, 10, () => ({
        elements: { '00080008': ['CS', 'ORIGINAL', 'PRIMARY', kind], '0008103E': ['LO', 'LGE SAX'] },
      })),
    );
    const { study } = await read(asFiles(kinds));
    expect(study.series.map(({ contrast, chosen, usable }) => [contrast, chosen, usable])).toEqual([
      ['magnitude', false, true],
      ['PSIR', true, true],
    ]);
  });

  it('splits a cine by phase and refuses it with its reason', async () => {
    const files = [0, 40, 80].flatMap((time) =>
      syntheticStack(5, 10, () => ({ elements: { '00181060': ['DS', time], '0008103E': ['LO', 'SAX'] } })),
    );
    const open = await read(asFiles(files));
    expect(open.study.series).toHaveLength(3);
    for (const series of open.study.series) expect(series).toMatchObject({ usable: false, chosen: false, slices: 5 });
    expect(open.study.series[1].why).toMatchObject({ obstacle: { code: 'moving', part: 2, parts: 3 } });
  });

  it('takes the last scan of a slice that was repeated, and says so', async () => {
    const again = syntheticStack(5, 10, () => ({
      pixels: new Uint16Array(12).fill(9),
      elements: { '00200013': ['IS', 900] },
    }));
    const stack = await chosenStack(await read(asFiles([...syntheticStack(5, 10), again[2]])));
    expect(stack.volume.size[2]).toBe(5);
    expect([...stack.volume.voxels.slice(24, 36)]).toEqual(new Array(12).fill(9));
    expect(stack.warnings).toEqual([{ code: 'slicesRepeated', repeats: [{ slice: 3, times: 2, takenSeconds: null }] }]);
  });

  it('fills one missing slice with the mean of its neighbours and says so', async () => {
    const files = syntheticStack(6, 10);
    const stack = await chosenStack(await read(asFiles(files.filter((_, k) => k !== 2))));
    expect(stack.volume.size[2]).toBe(6);
    expect(stack.volume.voxels[2 * 12]).toBe(200);
    expect(stack.warnings).toEqual([{ code: 'sliceFilledIn', after: 2 }]);
  });

  it('takes no stack with a hole in it, and says why', async () => {
    const open = await read(asFiles(syntheticStack(8, 10).filter((_, k) => k < 2 || k > 4)));
    expect(open.study.series[0]).toMatchObject({ usable: false, chosen: false });
    expect(open.study.series[0].why).toMatchObject({ obstacle: { code: 'slicesMissing', count: 3 } });
    await expect(open.loadStack(open.study.series[0].id, {})).rejects.toThrow(StackError);
  });

  it('warns where the sizes of one series differ', async () => {
    const files = syntheticStack(6, 10, (k) => (k < 3 ? {} : { columns: 6, rows: 2 }));
    const { study } = await read(asFiles(files));
    expect(study.series).toHaveLength(2);
    expect(study.warnings).toMatchObject([{ code: 'severalSizes', sizes: ['4 x 3', '6 x 2'] }]);
  });

  it('keeps two patients apart whose series have one number and one name, and shows their names as written', async () => {
    const names = ['Yamada^Tarou=山田^太郎=やまだ^たろう', '王^小东'];
    const files = names.flatMap((name, i) =>
      syntheticStack(4, 10, () => ({
        elements: {
          '00080005': ['CS', 'ISO_IR 192'],
          '00100010': ['PN', name],
          '0020000D': ['UI', `1.2.${i + 1}`],
          '0020000E': ['UI', `1.2.${i + 1}.1`],
        },
      })),
    );
    const { study } = await read(asFiles(files));
    expect(study.series.map(({ slices }) => slices)).toEqual([4, 4]);
    expect(study.series.map(({ id }) => study.patients[id]).sort()).toEqual([
      'Yamada Tarou (山田 太郎, やまだ たろう)',
      '王 小东',
    ]);
    expect(study.warnings).toMatchObject([{ code: 'severalPatients', patients: 2 }]);
    expect(JSON.stringify(study.series)).not.toMatch(/山田|Yamada|小东/);
  });

  it('lists what is empty, text, cut off, colour, a copy or another modality, and goes on', async () => {
    const files = syntheticStack(4, 10);
    const others: [string, Uint8Array][] = [
      ['README.txt', new TextEncoder().encode('This is a viewer. '.repeat(40))],
      ['empty', new Uint8Array()],
      ['short', files[0].slice(0, files[0].length - 7)],
      [
        'colour',
        syntheticDicom({ columns: 1, rows: 1, pixels: Uint8Array.of(1), elements: { '00280004': ['CS', 'RGB'] } }),
      ],
      ['copy', files[1]],
      ['autorun.exe', Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) & 0xff)],
    ];
    const named = others.map(([path, bytes]) => memoryFile(`x/${path}`, bytes));
    const unreadable: InputFile = { path: 'gone', size: 9, read: () => Promise.reject(new Error('NotReadableError')) };
    const open = await read([...asFiles(files), ...named, unreadable]);
    const reasons = Object.fromEntries(open.study.refused.map(({ path, why }) => [path, inEnglish(why)]));
    expect(Object.keys(reasons)).toHaveLength(7);
    expect(reasons['x/README.txt']).toMatch(/neither DICOM nor NIfTI/);
    expect(reasons['x/empty']).toMatch(/empty/);
    expect(reasons['x/short']).toMatch(/cut off/);
    expect(reasons['x/colour']).toMatch(/colour/i);
    expect(reasons['x/copy']).toMatch(/same image as IM1/);
    expect(reasons['gone']).toMatch(/could not be read/);
    expect((await chosenStack(open)).volume.size).toEqual([4, 3, 4]);
  });

  it('names the file whose pixels turn out damaged', async () => {
    const files = syntheticStack(4, 10, (k) => {
      const frame = encodeRle(Uint16Array.from({ length: 12 }, (_, i) => i));
      if (k === 2) frame.fill(0, 64);
      return { transferSyntax: RLE, encoded: [frame] };
    });
    await expect(chosenStack(await read(asFiles(files)))).rejects.toMatchObject({
      reason: { code: 'sliceUnreadable', slice: 3, file: 'IM2', why: { code: 'pixelsDamaged' } },
    });
  });

  it('has nothing to take from an empty folder, and throws nothing', async () => {
    const open = await read([]);
    expect(open.study).toEqual(EMPTY_STUDY);
    await expect(open.loadStack('series-1', {})).rejects.toThrow(UnknownSeriesError);
  });

  it('stops when told to', async () => {
    const stop = new AbortController();
    const files = asFiles(syntheticStack(4, 10));
    const onProgress = (done: number): void => {
      if (done === 2) stop.abort();
    };
    await expect(readStudy(files, { loadWasm: nodeLoadWasm, signal: stop.signal, onProgress })).rejects.toThrow(
      CancelledError,
    );
    const open = await read(files);
    await expect(open.loadStack(open.study.series[0].id, { signal: AbortSignal.abort() })).rejects.toThrow(
      CancelledError,
    );
  });

  it('says how many of how many files are done', async () => {
    const seen: [number, number][] = [];
    const files = asFiles(syntheticStack(3, 10));
    await readStudy(files, { loadWasm: nodeLoadWasm, onProgress: (done, total) => seen.push([done, total]) });
    expect(seen).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });
});

describe('a zip', () => {
  const asZip = (bytes: Uint8Array): InputFile[] => [memoryFile('study.zip', bytes)];
  const zipOf = (files: readonly Uint8Array[]): Uint8Array =>
    zipSync(Object.fromEntries(files.map((bytes, i) => [`disc/DICOM/IM${i}`, bytes])), { mtime: '2020-01-01' });

  it('reads as the folder that it holds', async () => {
    const files = syntheticStack(5, 10);
    const [fromZip, fromFolder] = await Promise.all([
      chosenStack(await read(asZip(zipOf([...files, new Uint8Array()])))),
      chosenStack(await read(asFiles(files))),
    ]);
    expect(fromZip.volume).toEqual(fromFolder.volume);
  });

  it('names what it refuses by zip and path', async () => {
    const { study } = await read(
      asZip(zipSync({ 'a/README': new Uint8Array(200), 'b.zip': zipOf([new Uint8Array(3)]) })),
    );
    expect(study.refused.map(({ path }) => path)).toEqual(['study.zip/a/README', 'study.zip/b.zip']);
    expect(inEnglish(study.refused[1].why)).toMatch(/zip inside a zip/);
  });

  it('loses one damaged file, not the study', async () => {
    const files = syntheticStack(5, 10);
    const zip = zipOf(files);
    const lastName = new TextDecoder('latin1').decode(zip).indexOf('disc/DICOM/IM4');
    zip[lastName + 100] ^= 0xff;
    const { study } = await read(asZip(zip));
    expect(study.series[0]).toMatchObject({ slices: 4 });
    expect(study.refused.map(({ why }) => inEnglish(why)).join()).toMatch(/zip is damaged/);
  });

  it('refuses a bomb by what it says it unpacks to, and one that lies by its checksum', async () => {
    const zip = zipOf([new Uint8Array(1 << 20)]);
    const view = new DataView(zip.buffer);
    const directory = view.getUint32(zip.length - 6, true);
    view.setUint32(directory + 24, 0x7fffffff, true);
    expect(inEnglish((await read(asZip(zip))).study.refused[0].why)).toMatch(/more than 64 MB/);
    view.setUint32(directory + 24, 1000, true);
    expect(inEnglish((await read(asZip(zip))).study.refused[0].why)).toMatch(/damaged/);
    expect(inEnglish((await read(asZip(zip.slice(0, 60)))).study.refused[0].why)).toMatch(/damaged/);
  });

  it('reads a single file packed with gzip', async () => {
    const files = syntheticStack(4, 10).map((bytes) => gzipSync(bytes));
    expect((await chosenStack(await read(asFiles(files)))).volume.size[2]).toBe(4);
  });
});

describe.skipIf(DATA === null)('real studies', () => {
  const open = async (...path: string[]): Promise<ReadableStudy> => read(await inputFiles(join(DATA ?? '', ...path)));

  it('positive-classic: takes the PSIR series 31, offers the magnitude 30, refuses the cine 12', async () => {
    const { study } = await open('lge-dicom', 'positive-classic');
    const by = (number: number) => study.series.filter((series) => series.number === number);
    expect(by(31)).toMatchObject([{ chosen: true, usable: true, contrast: 'PSIR', slices: 7 }]);
    expect(by(30)).toMatchObject([{ chosen: false, usable: true, contrast: 'magnitude', slices: 7 }]);
    expect(by(30)[0].why.code).toBe('psirPreferred');
    expect(by(12).length).toBeGreaterThan(0);
    for (const series of by(12)) {
      expect(series).toMatchObject({ chosen: false, usable: false });
      expect(series.why).toMatchObject({ named: 'cine' });
    }
    expect(study.refused).toEqual([]);
  });

  it('the five encodings of negative give the same voxels and geometry', async () => {
    const stacks: Stack[] = [];
    for (const coding of ['implicit', 'jpegls', 'jpegll', 'rle', 'j2k']) {
      stacks.push(await chosenStack(await open('lge-dicom', `negative-${coding}`)));
    }
    const [{ volume: first }] = stacks;
    for (const { volume } of stacks) {
      expect({ ...volume, voxels: null }).toEqual({ ...first, voxels: null });
      expect(sameBytes(volume.voxels, first.voxels)).toBe(true);
    }
  });

  it.each([
    ['positive-classic', 'samplePositive'],
    ['negative-implicit', 'sampleNegative'],
  ])('%s is the NIfTI %s, voxel by voxel, up to slope and intercept', async (dicom, nifti) => {
    const a = await chosenStack(await open('lge-dicom', dicom));
    const b = await chosenStack(await open('nifti', nifti, 'image.nii.gz'));
    expect(a.volume.size).toEqual(b.volume.size);
    a.volume.spacing.forEach((mm, i) => expect(mm).toBeCloseTo(b.volume.spacing[i], 3));
    expect(b.volume.frame).toBeNull();
    const slope = affineSlope(a.volume.voxels, b.volume.voxels);
    expect(slope).toBeGreaterThan(0);
  });

  it('pig-cine: one stack of 20 slices for each of 4 phases, at the right spacing', async () => {
    const pig = await open('pig-cine');
    expect(pig.study.series).toHaveLength(4);
    for (const { id, slices, spacing, chosen } of pig.study.series) {
      expect({ slices, spacing, chosen }).toEqual({ slices: 20, spacing: [0.8203, 0.8203, 5], chosen: false });
      expect((await pig.loadStack(id, {})).volume.size).toEqual([256, 256, 20]);
    }
  });

  it('sample folder: the mask beside the image is told apart', async () => {
    const { study } = await open('nifti', 'samplePositive');
    expect(study.series).toMatchObject([
      { chosen: true, spacing: [1.40625, 1.40625, 13] },
      { chosen: false, usable: false, kind: 'mask', why: { obstacle: { code: 'mask', values: [0, 1, 2, 3, 4] } } },
    ]);
  });

  it('sample folder: the mask is offered, and taken only where it lies on the image', async () => {
    const folder = join(DATA ?? '', 'nifti/samplePositive');
    const [image, expert] = ['image.nii.gz', 'mask.nii.gz'].map((name) => gunzipSync(readFileSync(join(folder, name))));
    /** A file with directions in its sform; the first voxel at x, mm. */
    const lying = (bytes: Uint8Array, code: number, x = 0): Uint8Array => {
      const file = bytes.slice();
      const header = new DataView(file.buffer);
      [0, code].forEach((one, i) => header.setInt16(252 + 2 * i, one, true));
      const rows = [1.40625, 0, 0, x, 0, 0, 13, 0, 0, 1.40625, 0, 0];
      rows.forEach((value, i) => header.setFloat32(280 + 4 * i, value, true));
      return file;
    };
    const labelsOf = async (mask: Uint8Array): Promise<Uint8Array> => {
      const files = [memoryFile('image.nii', lying(image, 1)), memoryFile('mask.nii', mask)];
      const { study, loadStack } = await readStudy(files, { loadWasm: nodeLoadWasm });
      expect(study.masks[0].values).toEqual([1, 2, 3, 4].map((value) => ({ value, label: value })));
      return (await loadStack(study.series[0].id, { mask: study.masks[0] })).labels ?? new Uint8Array();
    };
    const labels = await labelsOf(lying(expert, 1));
    const [drawn, taken] = [readNifti(expert).volume.voxels, labels].map((values) =>
      [1, 2, 3, 4].map((label) => values.filter((value) => value === label).length),
    );
    expect(taken).toEqual(drawn);
    // A header that says nothing about directions: voxels correspond in the order of the files.
    const bare = await labelsOf(lying(expert, 0));
    expect(Buffer.compare(bare, labels)).toBe(0);
    // A colleague's, dropped by itself over the image.
    const alone = await read([memoryFile('mask.nii', lying(expert, 1))]);
    const [mask] = masksAlone(alone.study) ?? [];
    const { volume, source } = await chosenStack(await read([memoryFile('image.nii', lying(image, 1))]));
    expect(Buffer.compare(await alone.readMaskOn(mask, { volume, source }), labels)).toBe(0);
    await expect(labelsOf(lying(expert, 1, 90))).rejects.toMatchObject({ reason: { code: 'maskElsewhere' } });
  });
});

/** expect().toEqual takes seconds over a volume. */
const sameBytes = (a: Float32Array, b: Float32Array): boolean =>
  Buffer.compare(new Uint8Array(a.buffer), new Uint8Array(b.buffer)) === 0;

/** The slope of a = slope x b + intercept; throws if a is not of this form. */
function affineSlope(a: Float32Array, b: Float32Array): number {
  const low = b.reduce((best, value, i) => (value < b[best] ? i : best), 0);
  const high = b.reduce((best, value, i) => (value > b[best] ? i : best), 0);
  const slope = (a[high] - a[low]) / (b[high] - b[low]);
  const intercept = a[low] - slope * b[low];
  const worst = a.reduce((error, value, i) => Math.max(error, Math.abs(value - (slope * b[i] + intercept))), 0);
  expect(worst).toBeLessThan(AFFINE_TOLERANCE * Math.max(1, slope));
  return slope;
}
