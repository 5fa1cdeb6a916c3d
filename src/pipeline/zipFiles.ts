import { inflateSync } from 'fflate';
import { ScarcastError } from '../core/errors.ts';
import type { InputFile } from './study.ts';

/** A zip, or a file in one, that is not unpacked; the message says why. */
export class ZipError extends ScarcastError {
  readonly code = 'zip';
}

/** Limits on what a zip may unpack to. Files are unpacked one at a time, so the first bounds the memory. */
export const MAX_ENTRY_BYTES = 512 * 1024 * 1024;
const MAX_TOTAL_BYTES = 16 * 1024 * 1024 * 1024;
const MAX_ENTRIES = 100_000;

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const ENCRYPTED = 1;
const UTF8_NAMES = 1 << 11;
const STORED = 0;
const DEFLATED = 8;

/** Tells a zip by its first bytes; those of an empty one included. */
export function isZip(bytes: Uint8Array): boolean {
  const first = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24);
  return bytes.length >= END_BYTES && (first === LOCAL_HEADER || first === END_OF_DIRECTORY);
}

/**
 * The files in a zip (APPNOTE 6.3), named 'study.zip/folder/file' and unpacked only when read. Nothing is ever written, so
 * a name that climbs out of its folder is only a name.
 * @throws ZipError where the directory is damaged, or the whole would unpack to more than MAX_TOTAL_BYTES.
 */
export function zipFiles(path: string, bytes: Uint8Array): InputFile[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  const directory = view.getUint32(end + 16, true);
  if (count === 0xffff || directory === 0xffffffff) {
    throw new ZipError('A zip of more than 4 GB or 65,534 files. Unpack it and drop the folder.');
  }
  const files: InputFile[] = [];
  let total = 0;
  let at = directory;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL_HEADER) throw new ZipError(DAMAGED);
    const entry = {
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      unpacked: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    };
    const nameBytes = view.getUint16(at + 28, true);
    const rest = nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const name = decodeName(bytes.subarray(at + 46, at + 46 + nameBytes), (entry.flags & UTF8_NAMES) !== 0);
    at += 46 + rest;
    if (name.endsWith('/')) continue;
    total += entry.unpacked;
    if (total > MAX_TOTAL_BYTES || files.length >= MAX_ENTRIES) {
      throw new ZipError(
        `Unpacks to more than ${MAX_TOTAL_BYTES / 2 ** 30} GB or ${MAX_ENTRIES} files: it was left alone.`,
      );
    }
    files.push({ path: `${path}/${name}`, read: () => new Promise((resolve) => resolve(unpack(view, entry))) });
  }
  return files;
}

const DAMAGED = 'The zip is damaged or cut off: copy it again.';

interface Entry {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly offset: number;
}

function findEnd(view: DataView): number {
  const lowest = Math.max(0, view.byteLength - END_BYTES - MAX_COMMENT_BYTES);
  for (let at = view.byteLength - END_BYTES; at >= lowest; at--) {
    if (view.getUint32(at, true) === END_OF_DIRECTORY) return at;
  }
  throw new ZipError(DAMAGED);
}

function unpack(view: DataView, entry: Entry): Uint8Array {
  const { flags, method, crc, packed, unpacked, offset } = entry;
  if (flags & ENCRYPTED) throw new ZipError('Locked with a password. Unpack the zip and drop the folder.');
  if (method !== STORED && method !== DEFLATED)
    throw new ZipError('Packed in a way that is not read. Unpack the zip first.');
  if (unpacked > MAX_ENTRY_BYTES) {
    throw new ZipError(`Unpacks to more than ${MAX_ENTRY_BYTES / 2 ** 20} MB, the most that is opened.`);
  }
  if (offset + 30 > view.byteLength || view.getUint32(offset, true) !== LOCAL_HEADER) throw new ZipError(DAMAGED);
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packed > view.byteLength) throw new ZipError(DAMAGED);
  const source = new Uint8Array(view.buffer, view.byteOffset + start, packed);
  let bytes: Uint8Array;
  try {
    // Given its room, fflate writes no further, whatever the data would unpack to.
    bytes = method === STORED ? source.slice() : inflateSync(source, { out: new Uint8Array(unpacked) });
  } catch (error) {
    throw new ZipError(DAMAGED, { cause: error });
  }
  if (bytes.length !== unpacked || crc32(bytes) !== crc) throw new ZipError(DAMAGED);
  return bytes;
}

/** Zips made by Chinese Windows name files in GBK and do not say so; other old code pages are shown wrongly, and work. */
function decodeName(bytes: Uint8Array, utf8: boolean): string {
  const name = utf8 || isUtf8(bytes) ? new TextDecoder().decode(bytes) : new TextDecoder('gb18030').decode(bytes);
  return name.replaceAll('\\', '/');
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = CRC_TABLE[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
