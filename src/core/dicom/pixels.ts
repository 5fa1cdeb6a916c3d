import type { Codecs, DecodedFrame } from './codecs.ts';
import { DicomError } from './dicomError.ts';
import type { DicomImage, PixelFormat } from './dicomImage.ts';
import { decodeRle } from './rle.ts';

/**
 * The stored values of one frame, before any rescale: little-endian at the native width (bits allocated), a bitmap
 * unpacked to one byte per pixel.
 * @param dataset the bytes that the image's header was read from
 * @throws DicomError where the frame is damaged or in a coding that is not supported.
 */
export async function decodeFrame(
  image: DicomImage,
  dataset: Uint8Array,
  frame: number,
  codecs: Codecs,
): Promise<Uint8Array> {
  const { format, pixels, syntax } = image;
  if (pixels.kind === 'beyond') throw new DicomError({ code: 'pixelsCutOff' });
  if (pixels.kind === 'native') {
    const { range, swapBytesInPairs } = pixels;
    const bytes = dataset.slice(range.offset, range.offset + range.length);
    if (swapBytesInPairs) swapBytes(bytes, 2);
    return nativeFrame(bytes, format, frame, !syntax.pixelsLittleEndian);
  }
  const encoded = join(pixels.frames[frame].map(({ offset, length }) => dataset.subarray(offset, offset + length)));
  switch (syntax.coding) {
    case 'rle':
      return decodeRle(encoded, format.columns * format.rows, format.bitsAllocated / 8);
    case 'jpeg':
      return toNativeWidth(await codecs.decodeJpeg(encoded, format.columns, format.rows), format);
    case 'jpegLs':
      return toNativeWidth(await codecs.decodeJpegLs(encoded, format.columns, format.rows), format);
    // OpenJPEG 2.5 reads the high-throughput code blocks of HTJ2K as well.
    case 'htj2k':
    case 'jpeg2000':
      return toNativeWidth(await codecs.decodeJpeg2000(encoded, format.columns, format.rows), format);
    case 'jpegLossless':
      return toNativeWidth(await codecs.decodeJpegLossless(encoded, format.columns, format.rows), format);
    default:
      throw new DicomError({ code: 'codingNotDecoded', coding: syntax.name });
  }
}

/**
 * Stored values to real ones: the bits stored, with their sign, then slope and intercept (PS3.3 C.11.1). An image that
 * is to be drawn with low values bright (MONOCHROME1) is inverted, so that brighter is always more. NaN where there is
 * no value: padding, and a word that holds more than the bits stored can.
 */
export function toRealValues(stored: Uint8Array, format: PixelFormat, slope: number, intercept: number): Float32Array {
  const { bitsAllocated, bitsStored, lowestBit, signed, inverted, padding, overlaysInPixels } = format;
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  const real = new Float32Array(format.columns * format.rows);
  const turn = inverted ? -1 : 1;
  for (let i = 0; i < real.length; i++) {
    let bits: number;
    if (bitsAllocated === 32) bits = view.getUint32(4 * i, true);
    else if (bitsAllocated === 16) bits = view.getUint16(2 * i, true);
    else bits = stored[i];
    const value = extendSign(bits >>> lowestBit, bitsStored, signed);
    const word = extendSign(bits, bitsAllocated, signed);
    // Where overlays fill the bits above, those bits are ignored.
    const isOutside = !overlaysInPixels && lowestBit === 0 && isBeyond(bits, format);
    const isPadding =
      padding !== null && ((word >= padding[0] && word <= padding[1]) || (value >= padding[0] && value <= padding[1]));
    real[i] = isOutside || isPadding ? NaN : turn * (value * slope + intercept);
  }
  return real;
}

/** Whether a word holds more than the bits stored can. Those above a signed value repeat its sign, or are left at zero. */
function isBeyond(bits: number, { bitsAllocated, bitsStored, signed }: PixelFormat): boolean {
  if (bitsAllocated === bitsStored) return false;
  const above = Math.floor((bits >>> 0) / 2 ** bitsStored);
  return above !== 0 && !(signed && above === 2 ** (bitsAllocated - bitsStored) - 1);
}

/** The value of the lowest bits; those above them once held overlays. */
function extendSign(bits: number, bitsStored: number, signed: boolean): number {
  const value = bitsStored === 32 ? bits >>> 0 : (bits & (2 ** bitsStored - 1)) >>> 0;
  return signed && value >= 2 ** (bitsStored - 1) ? value - 2 ** bitsStored : value;
}

function nativeFrame(bytes: Uint8Array, format: PixelFormat, frame: number, bigEndian: boolean): Uint8Array {
  const pixels = format.columns * format.rows;
  if (format.bitsAllocated === 1) {
    // Frames of a bitmap follow each other without padding to a whole byte (PS3.5 section 8.1.1).
    const first = frame * pixels;
    return Uint8Array.from({ length: pixels }, (_, i) => (bytes[(first + i) >> 3] >> ((first + i) & 7)) & 1);
  }
  const width = format.bitsAllocated / 8;
  const own = bytes.subarray(frame * pixels * width, (frame + 1) * pixels * width);
  if (bigEndian && width > 1) swapBytes(own, width);
  return own;
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let at = 0; at + width <= bytes.length; at += width) bytes.subarray(at, at + width).reverse();
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Codecs give samples as wide as the code stream says. Where the header says signed and the code stream does not (or the
 * other way), the header is right, so the sign is extended from the bits stored.
 */
function toNativeWidth({ bytes, bytesPerSample, bitsPerSample }: DecodedFrame, format: PixelFormat): Uint8Array {
  const width = format.bitsAllocated / 8;
  if (width < bytesPerSample && bitsPerSample > format.bitsAllocated) {
    throw new DicomError({ code: 'pixelsDamaged' });
  }
  const count = format.columns * format.rows;
  const source = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const native = new Uint8Array(count * width);
  const target = new DataView(native.buffer);
  for (let i = 0; i < count; i++) {
    const bits = bytesPerSample === 1 ? source.getUint8(i) : source.getUint16(2 * i, true);
    const value = extendSign(bits, format.bitsStored, format.signed);
    if (width === 1) target.setInt8(i, value);
    else if (width === 2) target.setInt16(2 * i, value, true);
    else target.setInt32(4 * i, value, true);
  }
  return native;
}
