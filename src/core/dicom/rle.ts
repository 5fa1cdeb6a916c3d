import { DicomError } from './dicomError.ts';

const HEADER_BYTES = 64;
const MAX_SEGMENTS = 15;

/**
 * Decodes one RLE frame (PS3.5 annex G) of single grey values to little-endian bytes.
 * @param frame the frame's fragments, joined
 * @param pixels rows x columns
 * @param bytesPerPixel one segment for each, the most significant first
 * @throws DicomError where the frame is damaged or cut off.
 */
export function decodeRle(frame: Uint8Array, pixels: number, bytesPerPixel: number): Uint8Array {
  const damaged = new DicomError({ code: 'pixelsDamaged' });
  if (frame.length < HEADER_BYTES) throw damaged;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const segments = view.getUint32(0, true);
  if (segments !== bytesPerPixel || segments > MAX_SEGMENTS) throw damaged;
  const decoded = new Uint8Array(pixels * bytesPerPixel);
  for (let segment = 0; segment < segments; segment++) {
    const start = view.getUint32(4 + 4 * segment, true);
    const end = segment + 1 < segments ? view.getUint32(8 + 4 * segment, true) : frame.length;
    if (start < HEADER_BYTES || end < start || end > frame.length) throw damaged;
    const written = decodeSegment(frame, start, end, decoded, bytesPerPixel - 1 - segment, bytesPerPixel);
    if (written < pixels) throw damaged;
  }
  return decoded;
}

/** PackBits (annex G.3) into every stride-th byte from first; returns how many bytes it wrote, never past the end. */
function decodeSegment(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  first: number,
  stride: number,
): number {
  let from = start;
  let to = first;
  while (from < end && to < target.length) {
    const control = source[from++];
    if (control < 128) {
      for (let i = 0; i <= control && from < end && to < target.length; i++, to += stride) target[to] = source[from++];
    } else if (control > 128 && from < end) {
      const repeated = source[from++];
      for (let i = 0; i <= 256 - control && to < target.length; i++, to += stride) target[to] = repeated;
    }
  }
  return Math.ceil((to - first) / stride);
}
