/**
 * Mutations of valid files of every kind, from a seed: they may cause only Scarcast's own errors, and soon.
 */
import fc from 'fast-check';
import { inEnglish } from '../../../src/app/messages/reasonsEn.ts';
import { deflateSync, gunzipSync, gzipSync, zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeLoadWasm } from '../../../src/studies/files/inputFiles.ts';
import { makeCodecs } from '../../../src/core/dicom/codecs.ts';
import { readImage } from '../../../src/core/dicom/dicomImage.ts';
import { openPart10 } from '../../../src/core/dicom/part10.ts';
import { decodeFrame } from '../../../src/core/dicom/pixels.ts';
import { isSegmentation, readSegmentationHeader } from '../../../src/core/dicom/readSegmentation.ts';
import { writeSegmentation } from '../../../src/core/dicom/segmentationObject.ts';
import { ScarcastError } from '../../../src/core/errors.ts';
import { writeNiftiMask } from '../../../src/core/nifti/mask.ts';
import { readStudy } from '../../../src/pipeline/reading/readStudy.ts';
import { memoryFile } from '../../../src/pipeline/reading/study.ts';
import { LONGEST_MS, MORE, SEED } from '../../fuzz.ts';
import { dataWith } from '../../realData.ts';
import {
  BIG_ENDIAN,
  encodeRle,
  EXPLICIT,
  IMPLICIT,
  RLE,
  syntheticDicom,
  syntheticStack,
} from '../../syntheticDicom.ts';
import { processorMs } from '../../processorTime.ts';

const TIME_MS = 30_000 * MORE;

const DATA = dataWith('dicom');

const pixels = Uint16Array.from({ length: 64 }, (_, i) => i * 331);
const item = { '00081155': { vr: 'UI', Value: ['1.2.3'] } };
const slice = {
  columns: 8,
  rows: 8,
  pixels,
  sequences: { '00081140': [item], '00400275': [{ '00400008': { vr: 'SQ', Value: [item, item] } }] },
};

/** A data set deflated as in PS3.5 A.5. */
function deflated(): Uint8Array {
  const { dataset } = openPart10(syntheticDicom(slice));
  const uid = '1.2.840.10008.1.2.1.99';
  const meta = [2, 0, 0x10, 0, 0x55, 0x49, uid.length, 0, ...new TextEncoder().encode(uid)];
  return Uint8Array.from([...new Uint8Array(128), 0x44, 0x49, 0x43, 0x4d, ...meta, ...deflateSync(dataset)]);
}

function segmentation(): Uint8Array {
  const size = [8, 8, 1] as const;
  return writeSegmentation({
    grid: { size, spacing: [1, 1, 8], frame: null },
    positions: null,
    labels: Uint8Array.from({ length: 64 }, (_, i) => i % 5),
    greyZone: null,
    author: { type: 'AUTOMATIC', name: 'test', version: '1' },
    softwareVersion: '1',
    isSynthetic: false,
    origin: null,
  });
}

/** Of OpenJPH: 8 x 6 signed values of 16 bits. */
const HTJ2K_STREAM =
  '/0//UQApQAAAAAAIAAAABgAAAAAAAAAAAAAACAAAAAYAAAAAAAAAAAABjwEB/1AAACAACAAAACv9SAAwAAgABAAUEBEAB/1wAEyCIkJCQkJCQkJCQkJ' +
  'CQiIiI/2QAFwABT3BlbkpQSCBWZXIgMC4zMS4wLv+QAAoAAAAAAE4AAf+TwAAl/ABHdAAAAMAAEsAAEoD6AMd0AMoBB3QAwAASwAASAOQAQnQA7Qoz' +
  'AMAAJYAAVIDAqOJ0AK7rusAAAb62AP/Z';

const files = [
  ...[EXPLICIT, IMPLICIT, BIG_ENDIAN].map((transferSyntax) => syntheticDicom({ ...slice, transferSyntax })),
  syntheticDicom({ ...slice, transferSyntax: RLE, encoded: [encodeRle(pixels)] }),
  syntheticDicom({
    ...slice,
    rows: 6,
    pixels: new Int16Array(48),
    transferSyntax: '1.2.840.10008.1.2.4.201',
    encoded: [Uint8Array.from(Buffer.from(HTJ2K_STREAM, 'base64'))],
  }),
  deflated(),
  segmentation(),
];

/** Small real files, each in another compression. */
function compressedFiles(): Uint8Array[] {
  const paths = [
    'pydicom/test_files/MR_small_jp2klossless.dcm',
    'pydicom/test_files/MR_small_jpeg_ls_lossless.dcm',
    'pydicom/test_files/JPEG-lossy.dcm',
    'pydicom/test_files/JPGExtended.dcm',
    'cornerstoneWADO/testImages/CTImage.dcm_JPEGProcess1TransferSyntax_1.2.840.10008.1.2.4.50.dcm',
    'cornerstoneWADO/testImages/CTImage.dcm_JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70.dcm',
  ];
  return DATA === null ? [] : paths.map((path) => new Uint8Array(readFileSync(join(DATA, 'dicom', path))));
}

const codecs = makeCodecs(nodeLoadWasm);

/** Reads a whole file; it may cause only Scarcast's own errors. */
async function survive(bytes: Uint8Array): Promise<void> {
  const start = processorMs();
  try {
    const part10 = openPart10(bytes);
    const image = readImage(part10);
    if (isSegmentation(image)) readSegmentationHeader(bytes);
    await decodeFrame(image, part10.dataset, image.format.frames - 1, codecs);
  } catch (error) {
    if (!(error instanceof ScarcastError)) throw error;
  }
  expect(processorMs() - start).toBeLessThan(LONGEST_MS);
}

/** Bytes changed here and there. */
const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 });

function changed(file: Uint8Array, places: readonly (readonly [number, number])[]): Uint8Array {
  const bytes = file.slice();
  for (const [at, value] of places) bytes[at % bytes.length] = value;
  return bytes;
}

describe('damaged DICOM files give an image or an error of our own, soon', () => {
  it(
    'with bytes changed',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...files), changes, (file, places) => survive(changed(file, places))),
        { numRuns: 1500 * MORE, seed: SEED },
      );
    },
    TIME_MS,
  );

  it.skipIf(DATA === null)(
    'with bytes of compressed pixels changed',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...compressedFiles()), changes, (file, places) =>
          survive(changed(file, places)),
        ),
        { numRuns: 60 * MORE, seed: SEED },
      );
    },
    TIME_MS,
  );

  it(
    'with bytes of the header changed',
    async () => {
      const inHeader = fc.array(fc.tuple(fc.nat({ max: 800 }), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 4,
      });
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...files), inHeader, (file, places) =>
          survive(
            changed(
              file,
              places.map(([at, value]) => [132 + at, value]),
            ),
          ),
        ),
        { numRuns: 1500 * MORE, seed: SEED },
      );
    },
    TIME_MS,
  );

  it(
    'with a length made absurd',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...files),
          fc.nat(),
          fc.constantFrom(0, 1, 0x7f, 0xfe, 0xff),
          async (file, at, value) => {
            const bytes = file.slice();
            bytes.fill(value, at % bytes.length, (at % bytes.length) + 4);
            await survive(bytes);
          },
        ),
        { numRuns: 1000 * MORE, seed: SEED },
      );
    },
    TIME_MS,
  );

  it(
    'with a piece cut out or repeated',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...files),
          fc.nat(),
          fc.integer({ min: -40, max: 40 }),
          async (file, at, length) => {
            const from = at % file.length;
            const rest = file.subarray(Math.max(0, from + length));
            const bytes = new Uint8Array(from + rest.length);
            bytes.set(file.subarray(0, from));
            bytes.set(rest, from);
            await survive(bytes);
          },
        ),
        { numRuns: 1000 * MORE, seed: SEED },
      );
    },
    TIME_MS,
  );

  it(
    'made of anything after a good beginning',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...files),
          fc.nat(),
          fc.uint8Array({ maxLength: 200 }),
          async (file, at, tail) => {
            await survive(Uint8Array.from([...file.subarray(0, at % file.length), ...tail]));
          },
        ),
        { numRuns: 1000 * MORE, seed: SEED },
      );
    },
    TIME_MS,
  );

  it('with sequences in sequences without end', async () => {
    const open = [
      0x40, 0, 0x75, 2, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff,
    ];
    const head = syntheticDicom(slice).subarray(0, 132 + 30);
    const bytes = new Uint8Array(head.length + open.length * 50_000);
    bytes.set(head);
    for (let at = head.length; at < bytes.length; at += open.length) bytes.set(open, at);
    await survive(bytes);
  });
});

/** By nifti2.h: int16, its affine in the sform. */
function nifti2(): Uint8Array {
  const bytes = new Uint8Array(544 + 2 * 60);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, 540, true);
  bytes.set([0x6e, 0x2b, 0x32, 0], 4);
  view.setInt16(12, 4, true);
  [3, 4, 3, 5, 1, 1, 1, 1].forEach((n, i) => view.setBigInt64(16 + 8 * i, BigInt(n), true));
  [1, 1.5, 1.5, 8].forEach((mm, i) => view.setFloat64(104 + 8 * i, mm, true));
  view.setBigInt64(168, 544n, true);
  view.setInt32(348, 1, true);
  [-1.5, 0, 0, 9, 0, -1.5, 0, 9, 0, 0, 8, 9].forEach((x, i) => view.setFloat64(400 + 8 * i, x, true));
  for (let i = 0; i < 60; i++) view.setInt16(544 + 2 * i, 7 * i, true);
  return bytes;
}

describe('damaged studies give a list with reasons, soon', () => {
  const stack = syntheticStack(3, 8);
  const nifti = writeNiftiMask(
    { size: [6, 5, 4], spacing: [1, 1, 8], frame: null, labels: Uint8Array.from({ length: 120 }, (_, i) => i % 5) },
    { kind: 'synthetic' },
  );
  const nrrdHead =
    'NRRD0004\ntype: short\ndimension: 3\nspace: left-posterior-superior\nsizes: 4 3 5\nspace directions: (1.5,0,0) (0,1.5,0) ' +
    '(0,0,8)\nspace origin: (1,2,3)\nendian: little\nencoding: raw\n\n';
  const nrrd = Uint8Array.from([...Buffer.from(nrrdHead), ...Array.from({ length: 120 }, (_, i) => i)]);
  const inputs: readonly (readonly [string, Uint8Array])[] = [
    ['study.zip', zipSync(Object.fromEntries(stack.map((bytes, i) => [`a/${i}`, bytes])))],
    ['stored.zip', zipSync(Object.fromEntries(stack.map((bytes, i) => [`a/${i}`, bytes])), { level: 0 })],
    ['image.nii.gz', nifti],
    ['image.nii', gunzipSync(nifti)],
    ['image2.nii', nifti2()],
    ['image.nrrd', nrrd],
    ['volumes.zip', zipSync({ 'a.nii.gz': nifti, 'b/c.nrrd': nrrd })],
    ['packed.dcm.gz', gzipSync(stack[0])],
    ['segmentation', segmentation()],
  ];

  it(
    'whatever is changed in zip, gzip, NIfTI, NRRD and segmentation',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...inputs), changes, fc.nat(), async ([path, file], places, cut) => {
          const whole = changed(file, places);
          const bytes = cut % 4 === 0 ? whole.subarray(0, cut % whole.length) : whole;
          const start = processorMs();
          const open = await readStudy([memoryFile(path, bytes), memoryFile('good', stack[1])], {
            loadWasm: nodeLoadWasm,
          });
          for (const { id } of open.study.series) {
            try {
              await open.loadStack(id, {});
            } catch (error) {
              if (!(error instanceof ScarcastError)) throw error;
            }
          }
          for (const { why } of open.study.refused) expect(inEnglish(why).length).toBeGreaterThan(10);
          expect(processorMs() - start).toBeLessThan(LONGEST_MS);
        }),
        { numRuns: 1000 * MORE, seed: SEED },
      );
    },
    TIME_MS,
  );
});
