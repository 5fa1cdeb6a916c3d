import type { EmscriptenOptions, FrameDecoder } from '@cornerstonejs/codec-charls/decodewasmjs';
import { ScarcastError } from '../errors.ts';
import { DicomError } from './dicomError.ts';
import { decodeJpegExtended } from './jpegExtended.ts';

/** The WebAssembly binaries that some compressed images need; in the page a fetch, in Node a file. */
export type LoadWasm = (name: Codec) => Promise<Uint8Array>;
export type Codec = 'charls' | 'libjpegTurbo' | 'openjpeg';

/** A frame as its codec gives it: little-endian samples of one or two bytes. */
export interface DecodedFrame {
  readonly bytes: Uint8Array;
  readonly bytesPerSample: 1 | 2;
  /** Bits that the code stream says a sample has. */
  readonly bitsPerSample: number;
}

/** The codecs of one study: each fetched and compiled once, when the first image needs it. */
export interface Codecs {
  /** Baseline, and extended of 8 or 12 bits. */
  readonly decodeJpeg: DecodeFrame;
  readonly decodeJpegLs: DecodeFrame;
  readonly decodeJpeg2000: DecodeFrame;
  readonly decodeJpegLossless: DecodeFrame;
}

export class CodecLoadError extends ScarcastError<{ readonly code: 'codecNotLoaded' }> {}

/** @param loadWasm brings a codec's WebAssembly; called once for each, unless a damaged image broke the codec. */
export function makeCodecs(loadWasm: LoadWasm): Codecs {
  const decodeJpegLs = lazyDecoder(async () => {
    const { default: factory } = await import('@cornerstonejs/codec-charls/decodewasmjs');
    return (await factory(await emscriptenOptions(loadWasm, 'charls'))).JpegLSDecoder;
  });
  const decodeJpeg2000 = lazyDecoder(async () => {
    const { default: factory } = await import('@cornerstonejs/codec-openjpeg/decodewasmjs');
    return (await factory(await emscriptenOptions(loadWasm, 'openjpeg'))).J2KDecoder;
  });
  const decodeJpeg = lazyDecoder(async () => {
    const { default: factory } = await import('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs');
    return (await factory(await emscriptenOptions(loadWasm, 'libjpegTurbo'))).JPEGDecoder;
  });
  return {
    async decodeJpeg(frame, columns, rows) {
      const { precision } = checkSize(jpegSize(frame), columns, rows);
      if (precision === 8) return decodeJpeg(frame, columns, rows);
      if (precision !== 12) throw new DicomError({ code: 'pixelsDamaged' });
      const samples = decodeJpegExtended(frame, columns, rows);
      return { bytes: new Uint8Array(samples.buffer), bytesPerSample: 2, bitsPerSample: precision };
    },
    async decodeJpegLs(frame, columns, rows) {
      checkSize(jpegSize(frame), columns, rows);
      return decodeJpegLs(frame, columns, rows);
    },
    async decodeJpeg2000(frame, columns, rows) {
      checkSize(jpeg2000Size(frame), columns, rows);
      return decodeJpeg2000(frame, columns, rows);
    },
    async decodeJpegLossless(frame, columns, rows) {
      const { precision } = checkSize(jpegSize(frame), columns, rows);
      const { Decoder } = await import('jpeg-lossless-decoder-js');
      const bytesPerSample = precision <= 8 ? 1 : 2;
      const padded = padBeforeEnd(frame);
      let decoded: Uint8Array | Uint16Array | null;
      try {
        decoded = new Decoder().decode(padded.buffer, 0, padded.length, bytesPerSample);
      } catch (error) {
        throw new DicomError({ code: 'pixelsDamaged' }, { cause: error });
      }
      if (!decoded || decoded.length !== columns * rows) throw new DicomError({ code: 'pixelsDamaged' });
      const bytes = new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.byteLength);
      return { bytes, bytesPerSample, bitsPerSample: precision };
    },
  };
}

type DecodeFrame = (frame: Uint8Array, columns: number, rows: number) => Promise<DecodedFrame>;

/**
 * Loads its codec for the first frame, and again after a frame on which it failed: its memory cannot be trusted then.
 */
function lazyDecoder(load: () => Promise<new () => FrameDecoder>): DecodeFrame {
  let loading: Promise<new () => FrameDecoder> | null = null;
  return async (frame, columns, rows) => {
    let Decoder: new () => FrameDecoder;
    try {
      loading ??= load();
      Decoder = await loading;
    } catch (error) {
      loading = null;
      throw new CodecLoadError(
        { code: 'codecNotLoaded' },
        {
          cause: error,
        },
      );
    }
    try {
      return decodeWith(new Decoder(), frame, columns, rows);
    } catch (error) {
      loading = null;
      throw error instanceof DicomError ? error : new DicomError({ code: 'pixelsDamaged' }, { cause: error });
    }
  };
}

async function emscriptenOptions(loadWasm: LoadWasm, name: Codec): Promise<EmscriptenOptions> {
  // A codec's own messages about a damaged stream are reported as an error here, not on the console.
  return { wasmBinary: await loadWasm(name), print: () => undefined, printErr: () => undefined };
}

function decodeWith(decoder: FrameDecoder, frame: Uint8Array, columns: number, rows: number): DecodedFrame {
  try {
    decoder.getEncodedBuffer(frame.length).set(frame);
    decoder.decode();
    const { width, height, bitsPerSample, componentCount } = decoder.getFrameInfo();
    const bytesPerSample = bitsPerSample <= 8 ? 1 : 2;
    // The view is in the codec's memory, which the next frame overwrites.
    const bytes = decoder.getDecodedBuffer().slice();
    const complete = width === columns && height === rows && componentCount === 1 && bitsPerSample <= 16;
    if (!complete || bytes.length !== columns * rows * bytesPerSample) throw new DicomError({ code: 'pixelsDamaged' });
    return { bytes, bytesPerSample, bitsPerSample };
  } finally {
    decoder.delete();
  }
}

interface StreamSize {
  readonly columns: number;
  readonly rows: number;
  readonly components: number;
  readonly precision: number;
}

/** A stream that states a different size is refused before a decoder allocates memory for it. */
function checkSize(size: StreamSize | null, columns: number, rows: number): StreamSize {
  if (!size || size.columns !== columns || size.rows !== rows || size.components !== 1)
    throw new DicomError({ code: 'pixelsDamaged' });
  return size;
}

/** From the frame header (SOFn, or SOF55 of JPEG-LS): ITU-T T.81 section B.2.2. */
function jpegSize(frame: Uint8Array): StreamSize | null {
  const word = (at: number): number => (frame[at] << 8) | frame[at + 1];
  if (word(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 9 < frame.length) {
    if (frame[at] !== 0xff) return null;
    const marker = frame[at + 1];
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrameHeader = marker === 0xf7 || (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker));
    if (isFrameHeader) {
      return { precision: frame[at + 4], rows: word(at + 5), columns: word(at + 7), components: frame[at + 9] };
    }
    at += 2 + word(at + 2);
  }
  return null;
}

/** From the SIZ marker, which comes first: ITU-T T.800 section A.5.1. */
function jpeg2000Size(frame: Uint8Array): StreamSize | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 43 || view.getUint32(0) !== 0xff4fff51) return null;
  return {
    columns: view.getUint32(8) - view.getUint32(16),
    rows: view.getUint32(12) - view.getUint32(20),
    components: view.getUint16(40),
    precision: (frame[42] & 0x7f) + 1,
  };
}

/**
 * The decoder looks ahead and, if it meets the end marker, drops the last pixel: bytes before the marker prevent this.
 */
function padBeforeEnd(frame: Uint8Array): Uint8Array<ArrayBuffer> {
  let end = frame.length;
  while (end > 2 && !(frame[end - 2] === 0xff && frame[end - 1] === 0xd9)) end -= 1;
  const cut = end > 2 ? end - 2 : frame.length;
  const padded = new Uint8Array(frame.length + 8);
  padded.set(frame.subarray(0, cut));
  padded.set(frame.subarray(cut), cut + 8);
  return padded;
}
