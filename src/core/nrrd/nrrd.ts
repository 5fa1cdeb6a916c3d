import { SentenceError } from '../errors.ts';
import { gunzipBounded } from '../nifti/nifti.ts';
import type { PatientFrame, Vector3, Volume } from '../volume/volume.ts';

/** A file that says it is NRRD and cannot be taken; the message says why. */
export class NrrdError extends SentenceError {
  readonly code = 'nrrd';
}

/** Longest header that is looked through for its end. */
const MAX_HEADER_BYTES = 1 << 16;

type ReadVoxel = (view: DataView, at: number, littleEndian: boolean) => number;

/** Types of the format's definition, by the first of their names here and by the others below. */
const TYPES: Readonly<Record<string, readonly [bytes: number, read: ReadVoxel]>> = {
  int8: [1, (view, at) => view.getInt8(at)],
  uint8: [1, (view, at) => view.getUint8(at)],
  int16: [2, (view, at, le) => view.getInt16(at, le)],
  uint16: [2, (view, at, le) => view.getUint16(at, le)],
  int32: [4, (view, at, le) => view.getInt32(at, le)],
  uint32: [4, (view, at, le) => view.getUint32(at, le)],
  float: [4, (view, at, le) => view.getFloat32(at, le)],
  double: [8, (view, at, le) => view.getFloat64(at, le)],
};
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'signed char': 'int8',
  int8_t: 'int8',
  uchar: 'uint8',
  'unsigned char': 'uint8',
  uint8_t: 'uint8',
  short: 'int16',
  'short int': 'int16',
  'signed short': 'int16',
  int16_t: 'int16',
  ushort: 'uint16',
  'unsigned short': 'uint16',
  uint16_t: 'uint16',
  int: 'int32',
  'signed int': 'int32',
  int32_t: 'int32',
  uint: 'uint32',
  'unsigned int': 'uint32',
  uint32_t: 'uint32',
};

/** How the axes of a space are turned to LPS; a space of another name says nothing of the patient. */
const TO_LPS: Readonly<Record<string, Vector3>> = {
  lps: [1, 1, 1],
  'left-posterior-superior': [1, 1, 1],
  ras: [-1, -1, 1],
  'right-anterior-superior': [-1, -1, 1],
  las: [1, -1, 1],
  'left-anterior-superior': [1, -1, 1],
};

/** Tells NRRD by its first bytes. */
export function isNrrd(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 7)) === 'NRRD000';
}

/**
 * Reads one volume from an NRRD file with its voxels in it (teem.sourceforge.net/nrrd/format.html), raw or gzipped.
 * @throws NrrdError where it is cut off, has not three dimensions, or keeps its voxels elsewhere or packed otherwise.
 */
export function readNrrd(bytes: Uint8Array): Volume {
  const { fields, end } = readHeader(bytes);
  const field = (name: string): string => fields.get(name) ?? '';
  if (fields.has('data file') || fields.has('datafile')) {
    throw new NrrdError('The voxels are in another file. Save it as one .nrrd file.');
  }
  const size = field('sizes').split(/\s+/).map(Number);
  if (field('dimension') !== '3' || size.length !== 3 || !size.every((n) => Number.isInteger(n) && n > 0)) {
    throw new NrrdError('Holds several volumes or channels, or none. Give one three-dimensional image.');
  }
  const named = field('type').toLowerCase();
  const type = TYPES[OTHER_NAMES[named] ?? named];
  if (!type) throw new NrrdError(`Its voxels (${named || 'no type given'}) are not single grey values.`);
  const voxels = readVoxels(
    unpack(bytes.subarray(end), field('encoding')),
    type,
    size[0] * size[1] * size[2],
    field('endian'),
  );
  return { voxels, size: size as unknown as Vector3, ...readGeometry(field) };
}

function readHeader(bytes: Uint8Array): { fields: ReadonlyMap<string, string>; end: number } {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, MAX_HEADER_BYTES));
  const blank = /\r?\n\r?\n/.exec(head);
  if (!blank) throw new NrrdError('Its header has no end: the file was cut off. Copy it again.');
  const fields = new Map<string, string>();
  for (const line of head.slice(0, blank.index).split(/\r?\n/).slice(1)) {
    const match = /^([^#:]+): (.*)$/.exec(line);
    if (match) fields.set(match[1].trim().toLowerCase(), match[2].trim());
  }
  return { fields, end: blank.index + blank[0].length };
}

function unpack(data: Uint8Array, encoding: string): Uint8Array {
  if (encoding === 'raw') return data;
  if (encoding === 'gzip' || encoding === 'gz') return gunzipBounded(data);
  throw new NrrdError(`Packed as ${encoding || 'nothing that it names'}, which is not read. Save it raw or as gzip.`);
}

function readVoxels(
  data: Uint8Array,
  [width, read]: readonly [number, ReadVoxel],
  count: number,
  endian: string,
): Float32Array {
  if (!(count * width <= data.length)) {
    throw new NrrdError('The file is shorter than its header says: it was cut off. Copy it again.');
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const voxels = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const value = read(view, i * width, endian !== 'big');
    voxels[i] = Number.isFinite(value) ? value : 0;
  }
  return voxels;
}

/** From the space directions; where there are none, from the spacings, and then the orientation is unknown. */
function readGeometry(field: (name: string) => string): { spacing: Vector3; frame: PatientFrame | null } {
  const vector = (text: string): number[] => text.replace(/[()]/g, '').split(',').map(Number);
  const steps = (field('space directions').match(/\([^)]*\)/g) ?? []).map(vector);
  const lengths = steps.map((step) => Math.hypot(...step));
  const usable = steps.length === 3 && lengths.every((length) => length > 0 && Number.isFinite(length));
  if (!usable) {
    const spacings = field('spacings')
      .split(/\s+/)
      .map((text) => Math.abs(Number(text)) || 1);
    return { spacing: [spacings[0], spacings[1] ?? 1, spacings[2] ?? 1], frame: null };
  }
  const spacing: Vector3 = [lengths[0], lengths[1], lengths[2]];
  const signs = TO_LPS[field('space').toLowerCase()];
  const origin = vector(field('space origin'));
  if (!signs || origin.length !== 3 || !origin.every(Number.isFinite)) return { spacing, frame: null };
  const lps = (v: readonly number[]): Vector3 => [signs[0] * v[0] + 0, signs[1] * v[1] + 0, signs[2] * v[2] + 0];
  const direction = (i: number): Vector3 => lps(steps[i].map((mm) => mm / lengths[i]));
  return {
    spacing,
    frame: { origin: lps(origin), columnStep: direction(0), rowStep: direction(1), sliceStep: direction(2) },
  };
}
