import { deflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { makeCodecs } from '../../../src/core/dicom/codecs.ts';
import { DicomError } from '../../../src/core/dicom/dicomError.ts';
import { readDicomImage, readImage } from '../../../src/core/dicom/dicomImage.ts';
import { openPart10 } from '../../../src/core/dicom/part10.ts';
import { decodeFrame, toRealValues } from '../../../src/core/dicom/pixels.ts';
import { BIG_ENDIAN, encodeRle, EXPLICIT, IMPLICIT, RLE, syntheticDicom } from '../../syntheticDicom.ts';

const noCodecs = makeCodecs(() => Promise.reject(new Error('no codec is needed here')));

async function pixelsOf(bytes: Uint8Array): Promise<number[]> {
  const part10 = openPart10(bytes);
  const image = readImage(part10);
  const stored = await decodeFrame(image, part10.dataset, 0, noCodecs);
  return [...toRealValues(stored, image.format, image.frames[0].slope, image.frames[0].intercept)];
}

const pixels = Uint16Array.from([0, 1, 255, 256, 4095, 65535]);
const small = { columns: 3, rows: 2, pixels };

/** The data set alone, as files without preamble and meta header hold it. */
function withoutMeta(file: Uint8Array): Uint8Array {
  return openPart10(file).dataset.slice();
}

describe('one DICOM file', () => {
  it.each([EXPLICIT, IMPLICIT, BIG_ENDIAN])(
    'gives the same pixels in transfer syntax %s, with and without its meta header',
    async (transferSyntax) => {
      const file = syntheticDicom({ ...small, transferSyntax });
      expect(await pixelsOf(file)).toEqual([...pixels]);
      expect(await pixelsOf(withoutMeta(file))).toEqual([...pixels]);
      expect(await pixelsOf(file.slice(128))).toEqual([...pixels]);
    },
  );

  it('gives the same pixels from RLE', async () => {
    expect(await pixelsOf(syntheticDicom({ ...small, transferSyntax: RLE, encoded: [encodeRle(pixels)] }))).toEqual([
      ...pixels,
    ]);
  });

  it('gives the same pixels from a deflated data set', async () => {
    const plain = syntheticDicom(small);
    const dataset = withoutMeta(plain);
    const meta = plain.slice(0, plain.length - dataset.length);
    const uid = new TextDecoder('latin1').decode(meta).lastIndexOf('1.2.840.10008.1.2.1');
    // The UID is last in the header: its length (two bytes before it) and its text are rewritten.
    const header = Uint8Array.from([
      ...meta.slice(0, uid - 2),
      22,
      0,
      ...new TextEncoder().encode('1.2.840.10008.1.2.1.99'),
    ]);
    expect(await pixelsOf(Uint8Array.from([...header, ...deflateSync(dataset)]))).toEqual([...pixels]);
  });

  it('extends the sign by the bits stored and applies slope and intercept', async () => {
    const file = syntheticDicom({
      columns: 2,
      rows: 2,
      pixels: Uint16Array.from([0x0fff, 0x0800, 0x07ff, 0xf001]),
      elements: {
        '00280101': ['US', 12],
        '00280102': ['US', 11],
        '00280103': ['US', 1],
        '00281052': ['DS', 10],
        '00281053': ['DS', 2],
      },
    });
    expect(await pixelsOf(file)).toEqual([-1 * 2 + 10, -2048 * 2 + 10, 2047 * 2 + 10, 1 * 2 + 10]);
  });

  it('turns MONOCHROME1 over, so that brighter is more', async () => {
    const file = syntheticDicom({ ...small, elements: { '00280004': ['CS', 'MONOCHROME1'] } });
    const values = await pixelsOf(file);
    expect(values[0]).toBeGreaterThan(values[5]);
  });

  it('reads names in several character sets', () => {
    const name = (bytes: number[], ...sets: string[]): string =>
      readDicomImage(
        syntheticDicom({
          ...small,
          elements: { '00080005': ['CS', ...sets], '0008103E': ['LO', '#'.repeat(bytes.length)] },
        }).map(replaceHashes(bytes)),
      ).description;
    expect(name([0xd1, 0xd3, 0xb3, 0xd9], 'GB18030')).toBe('延迟');
    expect(name([0xe9, 0x81, 0x85, 0xe5, 0xbb, 0xb6], 'ISO_IR 192')).toBe('遅延');
    expect(name([0x1b, 0x24, 0x42, 0x43, 0x59, 0x31, 0x64, 0x1b, 0x28, 0x42], '', 'ISO 2022 IR 87')).toBe('遅延');
    expect(name([0x53, 0x70, 0xe4, 0x74], 'ISO_IR 100')).toBe('Spät');
  });

  it.each([
    ['colour', { '00280002': ['US', 3], '00280004': ['CS', 'RGB'] }, /colour/],
    ['no rows', { '00280010': ['US', 0] }, /formatNotSensible/],
    ['more pixels than bytes', { '00280010': ['US', 3000] }, /pixelsCutOff/],
    ['a structured report', { '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.88.11'] }, /structuredReport/],
    ['an unknown coding', { '00280100': ['US', 12] }, /bitsNotGrey/],
  ] as const)('refuses %s with its reason', (_name, elements, reason) => {
    expect(() => readDicomImage(syntheticDicom({ ...small, elements }))).toThrow(reason);
  });

  it('refuses a file that ends anywhere before its end, and says so', () => {
    const plain = syntheticDicom(small);
    const packed = syntheticDicom({ ...small, transferSyntax: RLE, encoded: [encodeRle(pixels)] });
    for (const file of [plain, packed]) {
      for (let length = 0; length < file.length - 1; length++) {
        expect(() => readDicomImage(file.slice(0, length)), `${length} of ${file.length} bytes`).toThrow(DicomError);
      }
      expect(() => readDicomImage(file.slice(0, file.length - 4))).toThrow(/pixelsCutOff/);
    }
  });

  it('tells the frames of compressed pixels by their own marks where the offset table is wrong', () => {
    const jpegLs = '1.2.840.10008.1.2.4.80';
    // Two frames, the first of two fragments. The table that dcmjs writes has an entry for each fragment.
    const encoded = [Uint8Array.of(0xff, 0xd8, 1, 1), Uint8Array.of(2, 2), Uint8Array.of(0xff, 0xd8, 3, 3)];
    const elements = { '00280008': ['IS', 2] } as const;
    const { pixels } = readDicomImage(syntheticDicom({ ...small, transferSyntax: jpegLs, encoded, elements }));
    expect(pixels.kind === 'encapsulated' && pixels.frames.map((fragments) => fragments.length)).toEqual([2, 1]);
  });

  it('takes frames of an enhanced image from their functional groups', () => {
    const item = (...[tag, vr, ...Value]: [string, string, ...(string | number)[]]) => ({
      [tag]: { vr, Value: Value.map(String) },
    });
    const perFrame = [0, 8].map((z) => ({
      '00209113': { vr: 'SQ', Value: [item('00200032', 'DS', 0, 0, z)] },
      '00289145': { vr: 'SQ', Value: [{ ...item('00281053', 'DS', 2), ...item('00281052', 'DS', z) }] },
    }));
    const shared = [
      {
        '00209116': { vr: 'SQ', Value: [item('00200037', 'DS', 1, 0, 0, 0, 1, 0)] },
        '00289110': { vr: 'SQ', Value: [item('00280030', 'DS', 1.5, 1.25)] },
      },
    ];
    const file = syntheticDicom({
      columns: 1,
      rows: 2,
      pixels: Uint16Array.of(1, 2, 3, 4),
      elements: { '00280008': ['IS', 2] },
      sequences: { '52009229': shared, '52009230': perFrame },
    });
    const { frames } = readDicomImage(file);
    expect(frames.map(({ placement }) => placement?.position)).toEqual([
      [0, 0, 0],
      [0, 0, 8],
    ]);
    expect(frames.map(({ placement }) => placement?.spacing)).toEqual([
      [1.25, 1.5],
      [1.25, 1.5],
    ]);
    expect(frames.map(({ slope, intercept }) => [slope, intercept])).toEqual([
      [2, 0],
      [2, 8],
    ]);
  });
});

/** The text was written as '#'; the bytes take its place, one for each. */
function replaceHashes(bytes: readonly number[]): (byte: number) => number {
  let next = 0;
  return (byte) => (byte === 0x23 && next < bytes.length ? bytes[next++] : byte);
}
