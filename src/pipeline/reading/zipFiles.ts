import { Inflate } from 'fflate';
import { ScarcastError, type Bare } from '../../core/errors.ts';
import { mostUnpacked } from '../../core/unpacking.ts';
import { inflate64, Inflate64Error } from './inflate64.ts';
import type { InputFile } from './study.ts';

export type ZipReason =
  | Bare<'zipDamaged' | 'zipLocked' | 'zipPackedOtherwise'>
  | { readonly code: 'zipTooLarge'; readonly gigabytes: number; readonly files: number }
  | { readonly code: 'unpacksTooLarge'; readonly megabytes: number };

/** A zip, or a file in one, that is not unpacked. */
export class ZipError extends ScarcastError<ZipReason> {}

/**
 * What the files of a zip may unpack to together, and those of them whose stated ratio is better than that of images.
 * They are unpacked one at a time, so that `mostUnpacked` bounds the memory.
 */
const MAX_TOTAL_BYTES = 16 * 1024 * 1024 * 1024;
const MAX_DENSE_BYTES = 1024 * 1024 * 1024;
const DENSE_TIMES = 100;
const MAX_ENTRIES = 100_000;
const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024;

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const END_OF_DIRECTORY_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const END_64_BYTES = 56;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const MAX_COMMENT_BYTES = 0xffff;
const ZIP64_EXTRA = 1;
const ENCRYPTED = 1;
const UTF8_NAMES = 1 << 11;
const STORED = 0;
const DEFLATED = 8;
const DEFLATED_64 = 9;
const PACKED_CHUNK_BYTES = 1 << 15;
/** Unpacked in steps of this many packed bytes, so that a file's beginning costs little even if it packs well. */
const PACKED_STEP_BYTES = 1 << 12;

/** Recognises a zip by its first bytes, including an empty one. */
export function isZip(bytes: Uint8Array): boolean {
  const first = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24);
  return bytes.length >= END_BYTES && (first === LOCAL_HEADER || first === END_OF_DIRECTORY);
}

/**
 * The files in a zip, of 64-bit sizes too (APPNOTE 6.3), named 'study.zip/folder/file'. Only the zip's directory is
 * read, and of a file in it only what is requested. Nothing is ever written, so a name that climbs out of its folder is
 * only a name; it is shown without its dots.
 * @param most bytes that a file of this many packed ones may unpack to: for our own zips, what they can hold
 * @throws ZipError where the directory is damaged, or lists more files than are read.
 */
export async function zipFiles(zip: InputFile, most = mostUnpacked): Promise<InputFile[]> {
  const { count, start, length } = await findDirectory(zip);
  if (length > MAX_DIRECTORY_BYTES || count > MAX_ENTRIES) throw tooLarge(MAX_TOTAL_BYTES);
  const directory = await zip.read(start, start + length);
  const view = viewOf(directory);
  const files: InputFile[] = [];
  const isWithin = totalKeeper(most);
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_BYTES > directory.length || view.getUint32(at, true) !== CENTRAL_HEADER) throw damaged();
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const nameEnd = at + CENTRAL_BYTES + nameBytes;
    const next = nameEnd + extraBytes + view.getUint16(at + 32, true);
    if (next > directory.length) throw damaged();
    const entry = readEntry(view, at, nameEnd, extraBytes);
    const name = decodeName(directory.subarray(at + CENTRAL_BYTES, nameEnd), (entry.flags & UTF8_NAMES) !== 0);
    at = next;
    if (name === '' || name.endsWith('/')) continue;
    files.push(entryFile(zip, `${zip.path}/${name}`, entry, isWithin(entry)));
  }
  return files;
}

/**
 * Says for each file of a zip in turn whether it is within what they may unpack to together. One that is not opened
 * does not count.
 */
function totalKeeper(mostOf: (packed: number) => number): (entry: Entry) => ZipError | null {
  const left = { all: MAX_TOTAL_BYTES, dense: MAX_DENSE_BYTES };
  return ({ packed, unpacked }) => {
    const most = mostOf(packed);
    if (unpacked > most) return new ZipError({ code: 'unpacksTooLarge', megabytes: Math.floor(most / 2 ** 20) });
    const isDense = unpacked > DENSE_TIMES * packed;
    if (isDense && unpacked > left.dense) return tooLarge(MAX_DENSE_BYTES);
    if (unpacked > left.all) return tooLarge(MAX_TOTAL_BYTES);
    left.all -= unpacked;
    if (isDense) left.dense -= unpacked;
    return null;
  };
}

const damaged = (cause?: unknown): ZipError => new ZipError({ code: 'zipDamaged' }, { cause });
const tooLarge = (most: number): ZipError =>
  new ZipError({ code: 'zipTooLarge', gigabytes: most / 2 ** 30, files: MAX_ENTRIES });
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

interface Entry {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly offset: number;
}

async function findDirectory(zip: InputFile): Promise<{ count: number; start: number; length: number }> {
  const tailStart = Math.max(0, zip.size - END_BYTES - MAX_COMMENT_BYTES - LOCATOR_BYTES);
  const view = viewOf(await zip.read(tailStart, zip.size));
  let at = view.byteLength - END_BYTES;
  while (at >= 0 && view.getUint32(at, true) !== END_OF_DIRECTORY) at -= 1;
  if (at < 0) throw damaged();
  const locator = at - LOCATOR_BYTES;
  if (locator >= 0 && view.getUint32(locator, true) === LOCATOR_64) {
    const end = viewOf(await readWhole(zip, toNumber(view.getBigUint64(locator + 8, true)), END_64_BYTES));
    if (end.getUint32(0, true) !== END_OF_DIRECTORY_64) throw damaged();
    const [count, length, start] = [32, 40, 48].map((field) => toNumber(end.getBigUint64(field, true)));
    return { count, length, start };
  }
  return {
    count: view.getUint16(at + 10, true),
    length: view.getUint32(at + 12, true),
    start: view.getUint32(at + 16, true),
  };
}

/** From the central header; where a field is full, the true number is in the extra field of 64 bits (section 4.5.3). */
function readEntry(view: DataView, at: number, extraStart: number, extraBytes: number): Entry {
  const fields = [24, 20, 42].map((field) => view.getUint32(at + field, true));
  let from = extraStart;
  while (from + 4 <= extraStart + extraBytes) {
    const end = from + 4 + view.getUint16(from + 2, true);
    if (end > extraStart + extraBytes) break;
    if (view.getUint16(from, true) === ZIP64_EXTRA) {
      let value = from + 4;
      fields.forEach((field, i) => {
        if (field !== 0xffffffff || value + 8 > end) return;
        fields[i] = toNumber(view.getBigUint64(value, true));
        value += 8;
      });
    }
    from = end;
  }
  const [unpacked, packed, offset] = fields;
  return {
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packed,
    unpacked,
    offset,
  };
}

function toNumber(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged();
  return Number(value);
}

async function readWhole(zip: InputFile, start: number, length: number): Promise<Uint8Array> {
  if (start + length > zip.size) throw damaged();
  const bytes = await zip.read(start, start + length);
  if (bytes.length !== length) throw damaged();
  return bytes;
}

/** @param refused why it is not unpacked; null where it is */
function entryFile(zip: InputFile, path: string, entry: Entry, refused: ZipError | null): InputFile {
  return {
    path,
    size: entry.unpacked,
    async read(start = 0, end = entry.unpacked) {
      if (refused) throw refused;
      const last = Math.min(end, entry.unpacked);
      const bytes = await unpackTo(zip, entry, last);
      if (last === entry.unpacked && crc32(bytes) !== entry.crc) throw damaged();
      return start === 0 ? bytes : bytes.slice(start);
    },
  };
}

/** The first `count` bytes of a file in a zip; never more than that is unpacked, whatever the data would give. */
async function unpackTo(zip: InputFile, entry: Entry, count: number): Promise<Uint8Array> {
  const { flags, method, packed, unpacked, offset } = entry;
  if (flags & ENCRYPTED) throw new ZipError({ code: 'zipLocked' });
  if (![STORED, DEFLATED, DEFLATED_64].includes(method)) throw new ZipError({ code: 'zipPackedOtherwise' });
  const header = viewOf(await readWhole(zip, offset, LOCAL_BYTES));
  if (header.getUint32(0, true) !== LOCAL_HEADER) throw damaged();
  const start = offset + LOCAL_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
  if (start + packed > zip.size) throw damaged();
  if (method === STORED) {
    if (packed !== unpacked) throw damaged();
    return readWhole(zip, start, count);
  }
  const whole = { zip, start, packed, unpacked };
  return method === DEFLATED_64 ? inflate64To(whole, count) : inflateTo(whole, count);
}

/** Where the packed bytes of a file are. */
interface Packed {
  readonly zip: InputFile;
  readonly start: number;
  readonly packed: number;
  readonly unpacked: number;
}

/** Only the first of the packed bytes, as long as they are enough. */
async function inflate64To({ zip, start, packed, unpacked }: Packed, count: number): Promise<Uint8Array> {
  for (const length of [Math.min(packed, 2 * count + PACKED_CHUNK_BYTES), packed]) {
    try {
      const { bytes, ended } = inflate64(await readWhole(zip, start, length), count);
      if (bytes.length !== count || (count === unpacked && !ended)) throw damaged();
      return bytes;
    } catch (error) {
      if (!(error instanceof Inflate64Error)) throw error;
      if (!error.short || length === packed) throw damaged(error);
    }
  }
  throw damaged();
}

async function inflateTo({ zip, start, packed, unpacked }: Packed, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  let filled = 0;
  let total = 0;
  let ended = false;
  const inflate = new Inflate((part, final) => {
    bytes.set(part.subarray(0, count - filled), filled);
    filled = Math.min(count, filled + part.length);
    total += part.length;
    ended ||= final;
    // More than it stated: a bomb, or damage. Nothing more is unpacked.
    if (total > unpacked) throw damaged();
  });
  const wanted = (): boolean => filled < count || count === unpacked;
  for (let at = 0; at < packed && wanted(); at += PACKED_CHUNK_BYTES) {
    const chunk = await readWhole(zip, start + at, Math.min(PACKED_CHUNK_BYTES, packed - at));
    for (let from = 0; from < chunk.length && wanted(); from += PACKED_STEP_BYTES) {
      const step = chunk.subarray(from, from + PACKED_STEP_BYTES);
      try {
        inflate.push(step, at + from + step.length === packed);
      } catch (error) {
        throw error instanceof ZipError ? error : damaged(error);
      }
    }
  }
  if (filled < count || (count === unpacked && !ended)) throw damaged();
  return bytes;
}

/**
 * Zips made by Chinese Windows name files in GBK and do not say so; names in other old code pages are shown wrongly,
 * but work.
 */
function decodeName(bytes: Uint8Array, utf8: boolean): string {
  const name = utf8 || isUtf8(bytes) ? new TextDecoder().decode(bytes) : new TextDecoder('gb18030').decode(bytes);
  const parts = name.replaceAll('\\', '/').split('/');
  return parts.filter((part, i) => part !== '.' && part !== '..' && (part !== '' || i === parts.length - 1)).join('/');
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
