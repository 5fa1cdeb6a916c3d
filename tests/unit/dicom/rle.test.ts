import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DicomError } from '../../../src/core/dicom/dicomError.ts';
import { decodeRle } from '../../../src/core/dicom/rle.ts';
import { encodeRle } from '../../syntheticDicom.ts';

describe('RLE', () => {
  it('gives back any 16-bit frame', () => {
    fc.assert(
      fc.property(fc.uint16Array({ minLength: 1, maxLength: 300, max: 3 }), (pixels) => {
        expect(new Uint16Array(decodeRle(encodeRle(pixels), pixels.length, 2).buffer)).toEqual(pixels);
      }),
    );
  });

  it('gives back any 8-bit frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 600 }), (pixels) => {
        expect(decodeRle(encodeRle(pixels), pixels.length, 1)).toEqual(pixels);
      }),
    );
  });

  it('decodes the literal, the repeated and the empty run of PS3.5 G.3.2', () => {
    const header = new Uint32Array(16);
    header.set([1, 64]);
    const runs = [2, 10, 20, 30, 0x80, 254, 7];
    expect([...decodeRle(Uint8Array.from([...new Uint8Array(header.buffer), ...runs]), 6, 1)]).toEqual([
      10, 20, 30, 7, 7, 7,
    ]);
  });

  it('refuses a frame that is cut off and never writes past the image', () => {
    const pixels = Uint16Array.from({ length: 50 }, (_, i) => i * 37);
    const frame = encodeRle(pixels);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: frame.length - 3 }), (length) => {
        expect(() => decodeRle(frame.subarray(0, length), 50, 2)).toThrow(DicomError);
      }),
    );
    expect(decodeRle(frame, 40, 2)).toHaveLength(80);
  });

  it('ends on any bytes, with a frame or with its own error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 200 }), (bytes) => {
        try {
          expect(decodeRle(bytes, 16, 2)).toHaveLength(32);
        } catch (error) {
          expect(error).toBeInstanceOf(DicomError);
        }
      }),
    );
  });
});
