import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeLoadWasm } from '../../../src/studies/files/inputFiles.ts';
import { makeCodecs } from '../../../src/core/dicom/codecs.ts';
import { readDicomImage, readImage } from '../../../src/core/dicom/dicomImage.ts';
import { cross, dot } from '../../../src/core/volume/vectors.ts';
import { openPart10 } from '../../../src/core/dicom/part10.ts';
import { decodeFrame } from '../../../src/core/dicom/pixels.ts';
import { readNiftiHeader } from '../../../src/core/nifti/nifti.ts';
import type { Vector3 } from '../../../src/core/volume/volume.ts';
import { dataWith } from '../../realData.ts';

const DATA = dataWith('dicom', 'pig-cine');

/** mm; the reference's header is float32. */
const FLOAT32_TOLERANCE_MM = 1e-3;

const codecs = makeCodecs(nodeLoadWasm);

async function hashOf(bytes: Uint8Array): Promise<string> {
  const part10 = openPart10(bytes);
  const image = readImage(part10);
  const hash = createHash('sha256');
  for (let frame = 0; frame < image.format.frames; frame++) {
    hash.update(await decodeFrame(image, part10.dataset, frame, codecs));
  }
  return hash.digest('hex');
}

describe('HTJ2K', () => {
  it('decodes a stream of OpenJPH to the values it was made from', async () => {
    // 8 x 6 signed 16-bit values 3 i - 50, lossless, written by OpenJPH 0.31.
    const stream =
      '/0//UQApQAAAAAAIAAAABgAAAAAAAAAAAAAACAAAAAYAAAAAAAAAAAABjwEB/1AACAACAAAACv9SAAwAAgABAAUEBEAB/1wAEyCIkJCQkJCQkJCQkJ' +
      'CQiIiI/2QAFwABT3BlbkpQSCBWZXIgMC4zMS4wLv+QAAoAAAAAAE4AAf+TwAAl/ABHdAAAAMAAEsAAEoD6AMd0AMoBB3QAwAASwAASAOQAQnQA7Qoz' +
      'AMAAJYAAVIDAqOJ0AK7rusAAAb62AP/Z';
    const { bytes } = await codecs.decodeJpeg2000(Uint8Array.from(Buffer.from(stream, 'base64')), 8, 6);
    expect([...new Int16Array(bytes.buffer)]).toEqual(Array.from({ length: 48 }, (_, i) => 3 * i - 50));
  });
});

describe.skipIf(DATA === null)('public test files', () => {
  const folder = join(DATA ?? '', 'dicom');
  const read = (...path: string[]): Uint8Array => new Uint8Array(readFileSync(join(folder, ...path)));
  const catalogue = (): Map<string, string> =>
    new Map(
      readFileSync(join(folder, 'CATALOGUE.csv'), 'utf8')
        .trim()
        .split(/\r?\n/)
        .map((line) => [line.split(',')[0], line.slice(line.lastIndexOf(',') + 1)]),
    );

  it.each([
    'MR_small',
    'MR_small_RLE',
    'MR_small_bigendian',
    'MR_small_expb',
    'MR_small_implicit',
    'MR_small_jp2klossless',
    'MR_small_jpeg_ls_lossless',
    'MR_small_padded',
    'J2K_pixelrep_mismatch',
    '693_J2KI',
    'JPEGLSNearLossless_16',
    'image_dfl',
    'rtdose_expb',
    'rtdose_rle',
    'liver_expb_1frame',
  ])('%s decodes to the hash of an independent decoder', async (name) => {
    const path = `pydicom/test_files/${name}.dcm`;
    expect(await hashOf(read(path))).toBe(catalogue().get(path));
  });

  it('JPEG baseline decodes to the hash of an independent decoder', async () => {
    const path = 'cornerstoneWADO/testImages/CTImage.dcm_JPEGProcess1TransferSyntax_1.2.840.10008.1.2.4.50.dcm';
    expect(await hashOf(read(path))).toBe(catalogue().get(path));
  });

  it.each([
    'pydicom/test_files/JPGExtended.dcm',
    'cornerstoneWADO/testImages/CTImage.dcm_JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51.dcm',
    'cornerstoneWADO/testImages/CT0012.fragmented_no_bot_jpeg_baseline.51.dcm',
  ])('JPEG extended of 12 bits, %s, decodes to the hash of an independent decoder', async (path) => {
    expect(await hashOf(read(path))).toBe(catalogue().get(path));
  });

  it('JPEG lossless keeps its last pixel', async () => {
    const path = 'cornerstoneWADO/testImages/CTImage.dcm_JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70.dcm';
    expect(await hashOf(read(path))).toBe(catalogue().get(path));
  });

  it('enhanced multi-frame MR lies where dcm2niix puts it', () => {
    const { frames, format } = readDicomImage(read('dcm_qa_enh', 'In', 'Siemens', 'XA10', '6_1.dcm'));
    const { dim, pixdim, sform } = readNiftiHeader(read('dcm_qa_enh', 'Ref', 'Siemens_REST1_w_SMS_PF7-8_6.nii'));
    expect([format.columns, format.rows, frames.length]).toEqual(dim.slice(1, 4));
    const placements = frames.map(({ placement }) => {
      if (!placement) throw new Error('a frame without a place');
      return placement;
    });
    const normal = cross(placements[0].columnStep, placements[0].rowStep);
    placements.sort((a, b) => dot(a.position, normal) - dot(b.position, normal));
    placements[0].spacing.forEach((mm, i) => expect(Math.abs(mm - pixdim[i + 1])).toBeLessThan(FLOAT32_TOLERANCE_MM));
    // dcm2niix turns the rows upside down: its row j is our row (rows - 1 - j).
    placements.forEach(({ position, rowStep, spacing }, k) => {
      const bottom = position.map((mm, i) => mm + rowStep[i] * spacing[1] * (format.rows - 1)) as unknown as Vector3;
      sform.forEach((row, axis) => {
        const lps = (axis < 2 ? -1 : 1) * (row[3] + row[2] * k);
        expect(Math.abs(bottom[axis] - lps)).toBeLessThan(FLOAT32_TOLERANCE_MM);
      });
    });
  });

  it('short-axis cine of a pig: 80 files, each at one of 20 positions 5 mm apart', () => {
    const pig = join(DATA ?? '', 'pig-cine', 'E774S5-shortAxis');
    const along = readdirSync(pig).map((name) => {
      const { placement } = readDicomImage(new Uint8Array(readFileSync(join(pig, name)))).frames[0];
      if (!placement) throw new Error(`${name} has no place`);
      return Math.round(dot(placement.position, cross(placement.columnStep, placement.rowStep)) * 10) / 10;
    });
    expect(along).toHaveLength(80);
    expect(new Set(along).size).toBe(20);
  });
});
