import { Gunzip } from 'fflate';
import { ScarcastError, type Bare } from '../errors.ts';
import { mostUnpacked } from '../unpacking.ts';
import type { SaidLengths } from '../volume/lengths.ts';
import type { PatientFrame, Vector3, Volume } from '../volume/volume.ts';

/** What is wrong with a file that holds whole volumes. */
export type VolumeReason =
  | Bare<'packedDamaged' | 'volumeCutOff' | 'dimensionsNotImage' | 'notNifti' | 'maskShapeDiffers'>
  | { readonly code: 'unpacksTooLarge'; readonly megabytes: number }
  | { readonly code: 'voxelsInOtherFile'; readonly file: string }
  | { readonly code: 'voxelsNotGrey'; readonly type: string }
  | { readonly code: 'packedOtherwise'; readonly encoding: string }
  | { readonly code: 'tooManyVolumes'; readonly volumes: number }
  | { readonly code: 'volumeTooLarge'; readonly millions: number };

/** A NIfTI file, or gzip data, that cannot be used. */
export class NiftiError extends ScarcastError<VolumeReason> {}

/** How much a file of volumes holds. */
export interface VolumeExtent {
  /** Of each volume: voxels along each axis. */
  readonly size: Vector3;
  readonly volumes: number;
  /** Of the file that holds the voxels, unpacked, up to the last of them. */
  readonly bytes: number;
}

export interface NiftiImage {
  /** NaN where the file holds no number. Its spacing is the first that the header gives, 1 where it gives none. */
  readonly volume: Volume;
  /** All that the header says of its lengths, in mm. */
  readonly lengths: SaidLengths;
  /** How many volumes of this size the file holds. */
  readonly volumes: number;
  /** The file's bytes up to the voxels: header and extensions, unchanged. */
  readonly header: Uint8Array;
  /** The header's free text, '' where there is none. */
  readonly description: string;
}

/** The fields of a NIfTI-1 or NIfTI-2 header that are used here. */
export interface NiftiHeader {
  readonly version: 1 | 2;
  readonly littleEndian: boolean;
  readonly dim: readonly number[];
  readonly pixdim: readonly number[];
  readonly datatype: number;
  readonly voxelOffset: number;
  readonly slope: number;
  readonly intercept: number;
  readonly units: number;
  readonly qformCode: number;
  readonly sformCode: number;
  readonly quaternion: readonly [number, number, number];
  readonly qoffset: Vector3;
  /** Rows x, y, z of the sform: index (i, j, k, 1) to mm, right-anterior-superior. */
  readonly sform: readonly (readonly number[])[];
  readonly description: string;
}

/** In small steps, so that a bomb is stopped soon after it passes the bound. */
const GZIP_CHUNK_BYTES = 1 << 12;
/** Entries of two matrices are the same when they differ by less than this: float32 headers carry 7 digits. */
const MATRIX_TOLERANCE = 1e-4;

/** Recognises gzip by its first two bytes (RFC 1952). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Recognises NIfTI by the header's own size and magic, not by the file's name. Takes unpacked bytes. */
export function isNifti(bytes: Uint8Array): boolean {
  if (bytes.length < 348) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const littleEndian of [true, false]) {
    const size = view.getInt32(0, littleEndian);
    if (size === 348 && /^n[i+]1$/.test(ascii(bytes, 344, 3))) return true;
    if (size === 540 && /^n[i+]2$/.test(ascii(bytes, 4, 3))) return true;
  }
  return false;
}

/**
 * The first bytes of a gzip stream, `count` of them or as many as there are, without unpacking the rest.
 * @throws NiftiError where they are damaged.
 */
export function gunzipBeginning(bytes: Uint8Array, count: number): Uint8Array {
  const beginning = new Uint8Array(count);
  let filled = 0;
  const gunzip = new Gunzip((part) => {
    beginning.set(part.subarray(0, count - filled), filled);
    filled = Math.min(count, filled + part.length);
  });
  try {
    for (let at = 0; at < bytes.length && filled < count; at += GZIP_CHUNK_BYTES) {
      gunzip.push(bytes.subarray(at, at + GZIP_CHUNK_BYTES), at + GZIP_CHUNK_BYTES >= bytes.length);
    }
  } catch (error) {
    throw new NiftiError({ code: 'packedDamaged' }, { cause: error });
  }
  return beginning.subarray(0, filled);
}

/**
 * Unpacks gzip.
 * @param most bytes that it may unpack to
 * @throws NiftiError where the data is damaged, cut off or too large.
 */
export function gunzipBounded(bytes: Uint8Array, most = mostUnpacked(bytes.length)): Uint8Array {
  const parts: Uint8Array[] = [];
  let total = 0;
  let ended = false;
  const gunzip = new Gunzip((part, final) => {
    total += part.length;
    if (total > most) throw new NiftiError({ code: 'unpacksTooLarge', megabytes: Math.floor(most / 2 ** 20) });
    parts.push(part);
    ended ||= final;
  });
  try {
    for (let at = 0; at < bytes.length; at += GZIP_CHUNK_BYTES) {
      const end = Math.min(bytes.length, at + GZIP_CHUNK_BYTES);
      gunzip.push(bytes.subarray(at, end), end === bytes.length);
    }
  } catch (error) {
    if (error instanceof ScarcastError) throw error;
    throw new NiftiError({ code: 'packedDamaged' }, { cause: error });
  }
  if (!ended) throw new NiftiError({ code: 'packedDamaged' });
  const whole = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  // RFC 1952, 2.3.1: the last four bytes hold the unpacked size modulo 2^32 (of the last member, where there are several).
  const tail = bytes.subarray(bytes.length - 4);
  const declared = (tail[0] | (tail[1] << 8) | (tail[2] << 16) | (tail[3] << 24)) >>> 0;
  if (declared > total) throw new NiftiError({ code: 'packedDamaged' });
  return whole;
}

/** Recognises by its magic a header whose voxels are in a separate file (.hdr and .img). Takes unpacked bytes. */
export function isNiftiPair(bytes: Uint8Array): boolean {
  return isNifti(bytes) && (ascii(bytes, 344, 3) === 'ni1' || ascii(bytes, 4, 3) === 'ni2');
}

/**
 * Reads one volume from an unpacked NIfTI-1 or NIfTI-2 file (nifti1.h, nifti2.h), either byte order, scl_slope and
 * scl_inter applied. The frame comes from the sform, else the qform, turned from RAS to LPS. A matrix that is the unit
 * matrix while pixdim is not says nothing about the orientation: the spacing is then pixdim and the frame null.
 * @param index which of its volumes, from 0
 * @param pair the unpacked .img file, where the voxels are not in the header's own
 * @throws NiftiError for a truncated file, one of a pair without the other, or voxels that are not plain numbers.
 */
export function readNifti(bytes: Uint8Array, index = 0, pair?: Uint8Array): NiftiImage {
  const header = readNiftiHeader(bytes);
  if (isNiftiPair(bytes) && !pair) {
    throw new NiftiError({ code: 'voxelsInOtherFile', file: '.img' });
  }
  const { size, volumes } = sizeOf(header);
  const count = size[0] * size[1] * size[2];
  const voxels = readVoxels(pair ?? bytes, header, count, index, pair === undefined);
  const { spacing, frame, lengths } = readGeometry(header);
  return {
    volume: { voxels, size, spacing, frame },
    lengths,
    volumes,
    header: bytes.slice(0, pair ? Math.min(bytes.length, 544) : header.voxelOffset),
    description: header.description,
  };
}

/** @throws NiftiError where the dimensions are not those of an image */
function sizeOf({ dim }: NiftiHeader): { size: Vector3; volumes: number } {
  const [rank, columns, rows, slices, ...more] = dim;
  if (rank < 2 || rank > 7 || [columns, rows].some((n) => !(n >= 1)) || (rank >= 3 && !(slices >= 1))) {
    throw new NiftiError({ code: 'dimensionsNotImage' });
  }
  const volumes = more.slice(0, Math.max(0, rank - 3)).reduce((product, n) => product * Math.max(1, n), 1);
  return { size: [columns, rows, rank >= 3 ? slices : 1], volumes };
}

/**
 * What a file holds, from its header alone: its beginning is enough.
 * @throws NiftiError where the bytes are not a NIfTI header, or its voxels are not grey values.
 */
export function niftiExtent(beginning: Uint8Array): VolumeExtent {
  const header = readNiftiHeader(beginning);
  const { size, volumes } = sizeOf(header);
  const { bytes } = voxelReaderOf(header);
  const offset = Number.isFinite(header.voxelOffset) ? Math.max(0, header.voxelOffset) : 0;
  return { size, volumes, bytes: offset + size[0] * size[1] * size[2] * volumes * bytes };
}

/** @throws NiftiError where the bytes are not a NIfTI header. */
export function readNiftiHeader(bytes: Uint8Array): NiftiHeader {
  if (!isNifti(bytes)) throw new NiftiError({ code: 'notNifti' });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = view.getInt32(0, true) === 348 || view.getInt32(0, true) === 540;
  const version = view.getInt32(0, littleEndian) === 348 ? 1 : 2;
  if (version === 2 && bytes.length < 540) throw new NiftiError({ code: 'volumeCutOff' });
  const int16 = (at: number): number => view.getInt16(at, littleEndian);
  const int32 = (at: number): number => view.getInt32(at, littleEndian);
  const int64 = (at: number): number => Number(view.getBigInt64(at, littleEndian));
  const float = (at: number): number => view.getFloat32(at, littleEndian);
  const double = (at: number): number => view.getFloat64(at, littleEndian);
  const eight = (read: (at: number) => number, at: number, step: number): number[] =>
    Array.from({ length: 8 }, (_, i) => read(at + i * step));
  const matrix = (read: (at: number) => number, at: number, step: number): number[][] =>
    [0, 1, 2].map((row) => [0, 1, 2, 3].map((column) => read(at + (row * 4 + column) * step)));
  if (version === 1) {
    return {
      version,
      littleEndian,
      dim: eight(int16, 40, 2),
      pixdim: eight(float, 76, 4),
      datatype: int16(70),
      voxelOffset: float(108),
      slope: float(112),
      intercept: float(116),
      units: bytes[123],
      qformCode: int16(252),
      sformCode: int16(254),
      quaternion: [float(256), float(260), float(264)],
      qoffset: [float(268), float(272), float(276)],
      sform: matrix(float, 280, 4),
      description: ascii(bytes, 148, 80),
    };
  }
  return {
    version,
    littleEndian,
    dim: eight(int64, 16, 8),
    pixdim: eight(double, 104, 8),
    datatype: int16(12),
    voxelOffset: int64(168),
    slope: double(176),
    intercept: double(184),
    units: int32(500),
    qformCode: int32(344),
    sformCode: int32(348),
    quaternion: [double(352), double(360), double(368)],
    qoffset: [double(376), double(384), double(392)],
    sform: matrix(double, 400, 8),
    description: ascii(bytes, 240, 80),
  };
}

type VoxelReader = {
  readonly bytes: number;
  readonly read: (view: DataView, at: number, littleEndian: boolean) => number;
};

/** NIfTI datatype codes (nifti1.h) that are plain numbers. */
const VOXEL_READERS: Readonly<Record<number, VoxelReader>> = {
  2: { bytes: 1, read: (view, at) => view.getUint8(at) },
  4: { bytes: 2, read: (view, at, le) => view.getInt16(at, le) },
  8: { bytes: 4, read: (view, at, le) => view.getInt32(at, le) },
  16: { bytes: 4, read: (view, at, le) => view.getFloat32(at, le) },
  64: { bytes: 8, read: (view, at, le) => view.getFloat64(at, le) },
  256: { bytes: 1, read: (view, at) => view.getInt8(at) },
  512: { bytes: 2, read: (view, at, le) => view.getUint16(at, le) },
  768: { bytes: 4, read: (view, at, le) => view.getUint32(at, le) },
  1024: { bytes: 8, read: (view, at, le) => Number(view.getBigInt64(at, le)) },
  1280: { bytes: 8, read: (view, at, le) => Number(view.getBigUint64(at, le)) },
};

function voxelReaderOf({ datatype }: NiftiHeader): VoxelReader {
  const reader = VOXEL_READERS[datatype];
  if (!reader) throw new NiftiError({ code: 'voxelsNotGrey', type: String(datatype) });
  return reader;
}

function readVoxels(
  bytes: Uint8Array,
  header: NiftiHeader,
  count: number,
  index: number,
  withHeader: boolean,
): Float32Array {
  const reader = voxelReaderOf(header);
  const first = header.voxelOffset;
  const smallest = !withHeader ? 0 : header.version === 1 ? 348 : 540;
  const start = first + index * count * reader.bytes;
  if (!Number.isInteger(first) || first < smallest || !(count * reader.bytes <= bytes.length - start)) {
    throw new NiftiError({ code: 'volumeCutOff' });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // nifti1.h: a slope of zero means that the values are not scaled.
  const scaled = header.slope !== 0 && Number.isFinite(header.slope) && Number.isFinite(header.intercept);
  const slope = scaled ? header.slope : 1;
  const intercept = scaled ? header.intercept : 0;
  const voxels = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const value = slope * reader.read(view, start + i * reader.bytes, header.littleEndian) + intercept;
    voxels[i] = Number.isFinite(value) ? value : NaN;
  }
  return voxels;
}

/** How many mm a unit of length has (nifti1.h): if none is named, mm is assumed. */
const UNITS_MM: Readonly<Record<number, number>> = { 0: 1, 1: 1000, 2: 1, 3: 0.001 };

function readGeometry(header: NiftiHeader): { spacing: Vector3; frame: PatientFrame | null; lengths: SaidLengths } {
  const unit = UNITS_MM[header.units & 7];
  const mm = unit ?? 1;
  const said = (length: number): number | null => (length > 0 && Number.isFinite(length) ? length : null);
  const pixdim = [1, 2, 3].map((i) => said(Math.abs(header.pixdim[i]) * mm));
  const matrix = header.sformCode > 0 ? header.sform : header.qformCode > 0 ? qformMatrix(header) : null;
  const steps =
    matrix && ([0, 1, 2].map((column) => matrix.map((row) => row[column] * mm)) as [Triple, Triple, Triple]);
  const form = steps?.map((step) => said(Math.hypot(...step))) ?? [];
  const [a, b, c] = form;
  if (!matrix || !steps || !a || !b || !c || isPlaceholder(matrix, header.pixdim)) {
    const spacing: Vector3 = [pixdim[0] ?? 1, pixdim[1] ?? 1, pixdim[2] ?? 1];
    return { spacing, frame: null, lengths: { candidates: [pixdim], unit: unit === undefined } };
  }
  const lps = (v: readonly number[]): Vector3 => [-v[0] + 0, -v[1] + 0, v[2]];
  const direction = (i: number): Vector3 => lps(steps[i].map((x) => x / [a, b, c][i]));
  return {
    spacing: [a, b, c],
    frame: {
      origin: lps(matrix.map((row) => row[3] * mm)),
      columnStep: direction(0),
      rowStep: direction(1),
      sliceStep: direction(2),
    },
    lengths: { candidates: [form, pixdim], unit: unit === undefined },
  };
}

type Triple = [number, number, number];

/**
 * A matrix that a program filled in because it knew no orientation: diagonal, with no origin, its entries 1 or pixdim;
 * or the unit matrix with a pixdim that is not 1 x 1 x 1. No scanner aligns a short axis with the patient's own axes.
 */
function isPlaceholder(matrix: readonly (readonly number[])[], pixdim: readonly number[]): boolean {
  const near = (a: number, b: number): boolean => Math.abs(a - b) < MATRIX_TOLERANCE;
  const diagonal = matrix.every((row, i) => [0, 1, 2].every((column) => i === column || near(row[column], 0)));
  const entries = [0, 1, 2].map((i) => Math.abs(matrix[i][i]));
  const spacings = [1, 2, 3].map((i) => Math.abs(pixdim[i]));
  const unit = entries.every((entry) => near(entry, 1));
  const scaled = entries.every((entry, i) => near(entry, spacings[i]));
  return diagonal && ((unit && !scaled) || ((unit || scaled) && matrix.every((row) => near(row[3], 0))));
}

/** The qform's matrix by nifti1.h, method 2. */
function qformMatrix(header: NiftiHeader): number[][] {
  const [b, c, d] = header.quaternion;
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d));
  const handed = header.pixdim[0] < 0 ? -1 : 1;
  const [dx, dy, dz] = [header.pixdim[1], header.pixdim[2], header.pixdim[3] * handed];
  const rotation = [
    [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
    [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
    [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
  ];
  return rotation.map((row, i) => [row[0] * dx, row[1] * dy, row[2] * dz, header.qoffset[i]]);
}

function ascii(bytes: Uint8Array, start: number, length: number): string {
  let text = '';
  for (let i = start; i < start + length && bytes[i] !== 0; i++) text += String.fromCharCode(bytes[i]);
  return text.trim();
}
