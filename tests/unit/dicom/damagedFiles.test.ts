import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeCodecs } from '../../../src/core/dicom/codecs.ts';
import { readImage } from '../../../src/core/dicom/dicomImage.ts';
import { openPart10 } from '../../../src/core/dicom/part10.ts';
import { decodeFrame } from '../../../src/core/dicom/pixels.ts';
import { ScarcastError } from '../../../src/core/errors.ts';
import { BIG_ENDIAN, encodeRle, EXPLICIT, IMPLICIT, RLE, syntheticDicom } from '../../syntheticDicom.ts';

/** Far more than a file of a thousand bytes needs on a busy machine, far less than a hang. */
const LONGEST_MS = 2000;
const SEED = 20_220_407;

const pixels = Uint16Array.from({ length: 64 }, (_, i) => i * 331);
const slice = {
  columns: 8,
  rows: 8,
  pixels,
  sequences: { '00081140': [{ '00081155': { vr: 'UI', Value: ['1.2.3'] } }] },
};
const files = [
  ...[EXPLICIT, IMPLICIT, BIG_ENDIAN].map((transferSyntax) => syntheticDicom({ ...slice, transferSyntax })),
  syntheticDicom({ ...slice, transferSyntax: RLE, encoded: [encodeRle(pixels)] }),
];
const noCodecs = makeCodecs(() => Promise.reject(new Error('no codec is needed here')));

/** Reads a file whole; only Scarcast's own errors may come of it. */
async function survive(bytes: Uint8Array): Promise<void> {
  const start = performance.now();
  try {
    const part10 = openPart10(bytes);
    const image = readImage(part10);
    await decodeFrame(image, part10.dataset, image.format.frames - 1, noCodecs);
  } catch (error) {
    if (!(error instanceof ScarcastError)) throw error;
  }
  expect(performance.now() - start).toBeLessThan(LONGEST_MS);
}

describe('damaged DICOM files give an image or an error of our own, soon', () => {
  it('with bytes changed', async () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), changes, async (file, places) => {
        const bytes = file.slice();
        for (const [at, value] of places) bytes[at % bytes.length] = value;
        await survive(bytes);
      }),
      { numRuns: 1500, seed: SEED },
    );
  });

  it('with a length made absurd', async () => {
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
      { numRuns: 800, seed: SEED },
    );
  });

  it('with a piece cut out or repeated', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.nat(),
        fc.integer({ min: -40, max: 40 }),
        async (file, at, length) => {
          const from = at % file.length;
          await survive(Uint8Array.from([...file.subarray(0, from), ...file.subarray(Math.max(0, from + length))]));
        },
      ),
      { numRuns: 800, seed: SEED },
    );
  });

  it('made of anything after a good beginning', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.nat(),
        fc.uint8Array({ maxLength: 200 }),
        async (file, at, tail) => {
          await survive(Uint8Array.from([...file.subarray(0, at % file.length), ...tail]));
        },
      ),
      { numRuns: 800, seed: SEED },
    );
  });
});
