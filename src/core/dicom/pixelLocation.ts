import { DicomError } from './dicomError.ts';
import type { PixelFormat } from './dicomImage.ts';
import type { Part10 } from './part10.ts';

interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** Where the pixels' bytes are in the data set; all of them are in the file. */
export type PixelLocation =
  | { readonly kind: 'native'; readonly range: ByteRange; readonly swapBytesInPairs: boolean }
  /** One list of fragments per frame, in order. */
  | { readonly kind: 'encapsulated'; readonly frames: readonly (readonly ByteRange[])[] }
  /** Compressed, and only the beginning of the file was given: to be found in the whole file. */
  | { readonly kind: 'beyond' };

const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 0xe000;
const SEQUENCE_END = 0xe0dd;
/**
 * Finds the pixels without decoding them (PS3.5 section 8 and annex A.4), from the byte after the tag (7FE0,0010).
 * @throws DicomError where pixels are missing.
 */
export function locatePixels(
  { syntax, dataset, length: datasetBytes }: Part10,
  at: number,
  format: PixelFormat,
): PixelLocation {
  const view = new DataView(dataset.buffer, dataset.byteOffset, dataset.byteLength);
  const headerBytes = syntax.explicit ? 8 : 4;
  if (at + headerBytes > dataset.length) throw new DicomError({ code: 'pixelsCutOff' });
  const length = view.getUint32(at + headerBytes - 4, syntax.littleEndian);
  const vr = syntax.explicit ? String.fromCharCode(dataset[at], dataset[at + 1]) : 'OW';
  const start = at + headerBytes;
  if (length === UNDEFINED_LENGTH) {
    return dataset.length < datasetBytes ? { kind: 'beyond' } : locateFragments(view, start, format);
  }
  if (syntax.coding !== 'native') throw new DicomError({ code: 'pixelsDamaged' });
  const needed = Math.ceil((format.columns * format.rows * format.frames * format.bitsAllocated) / 8);
  if (start + needed > datasetBytes) throw new DicomError({ code: 'pixelsCutOff' });
  if (length < needed) throw new DicomError({ code: 'pixelsDamaged' });
  const swapBytesInPairs = !syntax.littleEndian && vr === 'OW' && format.bitsAllocated < 16;
  return { kind: 'native', range: { offset: start, length: needed }, swapBytesInPairs };
}

function locateFragments(view: DataView, start: number, format: PixelFormat): PixelLocation {
  const fragments: ByteRange[] = [];
  let at = start;
  for (;;) {
    if (at + 8 > view.byteLength) throw new DicomError({ code: 'pixelsCutOff' });
    const group = view.getUint16(at, true);
    const element = view.getUint16(at + 2, true);
    const length = view.getUint32(at + 4, true);
    if (group !== 0xfffe || (element !== ITEM && element !== SEQUENCE_END)) {
      throw new DicomError({ code: 'pixelsDamaged' });
    }
    if (element === SEQUENCE_END) break;
    if (at + 8 + length > view.byteLength) throw new DicomError({ code: 'pixelsCutOff' });
    fragments.push({ offset: at + 8, length });
    at += 8 + length;
  }
  const [table, ...rest] = fragments;
  if (!table || rest.length === 0) throw new DicomError({ code: 'pixelsDamaged' });
  const frames = framesOf(view, table, rest, format.frames);
  if (frames.length !== format.frames) {
    throw new DicomError({ code: 'framesMissing', said: format.frames, found: frames.length });
  }
  return { kind: 'encapsulated', frames };
}

/**
 * The fragments of each frame. Where frames have several, each begins with its stream's own marker. The offset table is
 * used only if the markers are not enough, because some tables are wrong or empty.
 */
function framesOf(view: DataView, table: ByteRange, fragments: ByteRange[], count: number): ByteRange[][] {
  if (count === 1) return [fragments];
  if (fragments.length === count) return fragments.map((fragment) => [fragment]);
  const byMarker = splitAt(fragments, startsByMarker(view));
  if (byMarker.length === count || table.length < 4) return byMarker;
  return splitAt(fragments, startsByTable(view, table, fragments[0].offset - 8));
}

function splitAt(fragments: readonly ByteRange[], isStart: (fragment: ByteRange) => boolean): ByteRange[][] {
  const frames: ByteRange[][] = [];
  for (const fragment of fragments) {
    if (frames.length === 0 || isStart(fragment)) frames.push([]);
    frames[frames.length - 1].push(fragment);
  }
  return frames;
}

/**
 * Whether compressed pixels end within the last bytes of a file as they should, by the sequence delimiter; padding may follow.
 * A file that was cut off ends in the middle of a fragment.
 */
export function endsWithDelimiter(tail: Uint8Array): boolean {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = tail.length - 8; at >= 0; at--) {
    if (view.getUint32(at, true) === 0xe0ddfffe && view.getUint32(at + 4, true) === 0) return true;
  }
  return false;
}

/** The basic offset table counts from the first byte of the first fragment's item. */
function startsByTable(view: DataView, table: ByteRange, origin: number): (fragment: ByteRange) => boolean {
  const starts = new Set<number>();
  for (let i = 0; i + 4 <= table.length; i += 4) starts.add(view.getUint32(table.offset + i, true));
  return (fragment) => starts.has(fragment.offset - 8 - origin);
}

/** A JPEG or JPEG-LS stream begins with FFD8, a JPEG 2000 one with FF4F. */
function startsByMarker(view: DataView): (fragment: ByteRange) => boolean {
  return ({ offset, length }) => length > 1 && [0xffd8, 0xff4f].includes(view.getUint16(offset, false));
}
