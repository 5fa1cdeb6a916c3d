import { Inflate } from 'fflate';
import { mostUnpacked } from '../unpacking.ts';
import { DicomError, OtherKindError } from './dicomError.ts';
import {
  EXPLICIT_BIG_ENDIAN,
  EXPLICIT_LITTLE_ENDIAN,
  findTransferSyntax,
  IMPLICIT_LITTLE_ENDIAN,
  type TransferSyntax,
} from './transferSyntaxes.ts';

/** A file with its outer layer off: the data set's bytes (inflated where they were deflated) and how to read them. */
export interface Part10 {
  readonly syntax: TransferSyntax;
  readonly dataset: Uint8Array;
  /** Bytes that the whole data set has; more than `dataset` where only the file's beginning was given. */
  readonly length: number;
}

/** In small steps, so that a bomb is stopped soon after it passes the bound. */
const INFLATE_CHUNK_BYTES = 1 << 12;
const PREAMBLE_BYTES = 128;
/** VRs whose length field has four bytes (PS3.5 table 7.1-1). */
const LONG_VRS = /^(OB|OD|OF|OL|OV|OW|SQ|SV|UC|UN|UR|UT|UV)$/;

/**
 * Takes off the preamble and the file meta information (PS3.10 section 7), each of which may be missing: then the
 * encoding is recognised from the first element, which PS3.5 does not allow but old archives need.
 * @param bytes the file, or its beginning
 * @param fileBytes the length of the whole file
 * @throws DicomError where it is damaged, or more of it is needed; OtherKindError where this is not DICOM, or its
 * transfer syntax is not known.
 */
export function openPart10(bytes: Uint8Array, fileBytes = bytes.length): Part10 {
  const start = hasDicm(bytes, PREAMBLE_BYTES) ? PREAMBLE_BYTES + 4 : hasDicm(bytes, 0) ? 4 : 0;
  const meta = readMeta(bytes, start);
  const body = bytes.subarray(meta.end);
  if (body.length < 8) {
    if (start > 0) throw new DicomError({ code: 'dicomHeaderDamaged' });
    throw new OtherKindError({ code: 'notMedical' });
  }
  if (meta.transferSyntax === null) {
    const guessed = guessSyntax(body);
    if (guessed) return { syntax: guessed, dataset: body, length: fileBytes - meta.end };
    if (start > 0) throw new DicomError({ code: 'dicomHeaderDamaged' });
    throw new OtherKindError({ code: 'notMedical' });
  }
  const syntax = findTransferSyntax(meta.transferSyntax);
  if (!syntax) throw new OtherKindError({ code: 'unknownTransferSyntax', uid: meta.transferSyntax });
  if (!syntax.deflated) {
    // Some archives rewrite the data set and leave the old header on it.
    const guessed = syntax.coding === 'native' ? guessSyntax(body) : null;
    // If the data set is encoded as stated, so are the pixels.
    const { explicit, littleEndian } = guessed ?? syntax;
    const asSaid = explicit === syntax.explicit && littleEndian === syntax.littleEndian;
    return { syntax: asSaid || guessed === null ? syntax : guessed, dataset: body, length: fileBytes - meta.end };
  }
  if (bytes.length < fileBytes) throw new DicomError({ code: 'packedDamaged' });
  const dataset = inflateBounded(body);
  return { syntax, dataset, length: dataset.length };
}

function hasDicm(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x44 && bytes[at + 1] === 0x49 && bytes[at + 2] === 0x43 && bytes[at + 3] === 0x4d;
}

/**
 * Walks the elements of group 0002, explicit little endian, by themselves: the group length is often wrong. Some writers leave
 * the VRs out.
 */
function readMeta(bytes: Uint8Array, start: number): { end: number; transferSyntax: string | null } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start;
  let transferSyntax: string | null = null;
  while (at + 8 <= bytes.length && view.getUint16(at, true) === 0x0002) {
    const vr = String.fromCharCode(bytes[at + 4], bytes[at + 5]);
    const hasVr = /^[A-Z]{2}$/.test(vr);
    const long = LONG_VRS.test(vr);
    if (long && at + 12 > bytes.length) break;
    const length = !hasVr
      ? view.getUint32(at + 4, true)
      : long
        ? view.getUint32(at + 8, true)
        : view.getUint16(at + 6, true);
    const value = at + (long ? 12 : 8);
    if (value + length > bytes.length) throw new DicomError({ code: 'dicomHeaderDamaged' });
    if (view.getUint16(at + 2, true) === 0x0010) {
      transferSyntax = String.fromCharCode(...bytes.subarray(value, value + Math.min(length, 64))).replace(
        /[\0 ]+$/,
        '',
      );
    }
    at = value + length;
  }
  return { end: at, transferSyntax };
}

/** From the first element: its group is 0008 or thereabouts, and two capitals follow it where the VR is explicit. */
function guessSyntax(body: Uint8Array): TransferSyntax | null {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const explicit = /^[A-Z]{2}$/.test(String.fromCharCode(body[4], body[5]));
  const plausible = (group: number): boolean => group >= 0x0004 && group <= 0x0020 && group % 2 === 0;
  if (plausible(view.getUint16(0, true))) {
    if (explicit) return EXPLICIT_LITTLE_ENDIAN;
    // A text file can begin with two such bytes; the length that follows is then absurd.
    return view.getUint32(4, true) <= Math.min(body.length, 1 << 16) ? IMPLICIT_LITTLE_ENDIAN : null;
  }
  return explicit && plausible(view.getUint16(0, false)) ? EXPLICIT_BIG_ENDIAN : null;
}

function inflateBounded(body: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let total = 0;
  const most = mostUnpacked(body.length);
  const inflate = new Inflate((part) => {
    total += part.length;
    if (total > most) {
      throw new DicomError({ code: 'unpacksTooLarge', megabytes: Math.floor(most / 2 ** 20) });
    }
    parts.push(part);
  });
  try {
    for (let at = 0; at < body.length; at += INFLATE_CHUNK_BYTES) {
      const end = Math.min(body.length, at + INFLATE_CHUNK_BYTES);
      inflate.push(body.subarray(at, end), end === body.length);
    }
  } catch (error) {
    if (error instanceof DicomError) throw error;
    throw new DicomError({ code: 'packedDamaged' }, { cause: error });
  }
  const dataset = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    dataset.set(part, at);
    at += part.length;
  }
  return dataset;
}
