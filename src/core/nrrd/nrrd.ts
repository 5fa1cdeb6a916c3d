import { ScarcastError } from '../errors.ts';
import { gunzipBounded, type VolumeExtent, type VolumeReason } from '../nifti/nifti.ts';
import type { SaidLengths } from '../volume/lengths.ts';
import type { PatientFrame, Vector3, Volume } from '../volume/volume.ts';

/** A file that says it is NRRD and cannot be used; the message says why. */
export class NrrdError extends ScarcastError<VolumeReason> {}

/** Longest header that is searched for its end. */
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

/** How the axes of a space are turned to LPS; a space of another name says nothing about the patient. */
const TO_LPS: Readonly<Record<string, Vector3>> = {
  lps: [1, 1, 1],
  'left-posterior-superior': [1, 1, 1],
  ras: [-1, -1, 1],
  'right-anterior-superior': [-1, -1, 1],
  las: [1, -1, 1],
  'left-anterior-superior': [1, -1, 1],
};

/** Recognises NRRD by its first bytes. */
export function isNrrd(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 7)) === 'NRRD000';
}

export interface NrrdImage {
  /** NaN where the file holds no number. Its spacing is the first that the header gives, 1 where it gives none. */
  readonly volume: Volume;
  /** All that the header says of its lengths, in mm. */
  readonly lengths: SaidLengths;
  /** How many volumes of this size the file holds. */
  readonly volumes: number;
}

/** The name of the file that holds the voxels of a detached header; null where they are in the header's own. */
export function nrrdDataFile(bytes: Uint8Array): string | null {
  const { fields } = readHeader(bytes);
  return fields.get('data file') ?? fields.get('datafile') ?? null;
}

/**
 * Reads one volume from an NRRD file (teem.sourceforge.net/nrrd/format.html), raw or gzipped.
 * @param index which of its volumes, from 0, where it has a fourth axis
 * @param detached the bytes of the file that holds the voxels, where they are not in the header's own
 * @throws NrrdError where it is cut off, has not three or four dimensions, or is packed in another way.
 */
export function readNrrd(bytes: Uint8Array, index = 0, detached?: Uint8Array): NrrdImage {
  const { fields, end } = readHeader(bytes);
  const field = (name: string): string => fields.get(name) ?? '';
  const data = detached ?? bytes.subarray(end);
  const file = nrrdDataFile(bytes);
  if (!detached && file !== null) {
    throw new NrrdError({ code: 'voxelsInOtherFile', file });
  }
  const { sizes, list, size, volumes, type, needed } = readLayout(field);
  const before = sizes.slice(0, list ?? 3).reduce((product, n) => product * n, 1);
  const voxels = readVoxels(afterSkips(unpack(data, field('encoding'), ROOM_FOR_SKIPS * needed), field, needed), type, {
    count: size[0] * size[1] * size[2],
    total: volumes * size[0] * size[1] * size[2],
    // The values of one volume are contiguous up to the axis that counts the volumes.
    place: (at) => (Math.floor(at / before) * volumes + index) * before + (at % before),
    bigEndian: field('endian').toLowerCase() === 'big',
  });
  const { spacing, frame, lengths } = readGeometry(field, list);
  return { volume: { voxels, size, spacing, frame }, lengths, volumes };
}

/** What must be skipped before the voxels is never longer than they are. */
const ROOM_FOR_SKIPS = 2;

/**
 * What a file holds, from its header alone: its beginning is enough.
 * @throws NrrdError where it is cut off, has not three or four dimensions, or its voxels are not grey values.
 */
export function nrrdExtent(beginning: Uint8Array): VolumeExtent {
  const { fields, end } = readHeader(beginning);
  const { size, volumes, needed } = readLayout((name) => fields.get(name) ?? '');
  return { size, volumes, bytes: end + ROOM_FOR_SKIPS * needed };
}

/** The axes, the one that counts volumes (null where there is none), the voxels' type, and how many bytes all of them have. */
function readLayout(field: (name: string) => string): {
  sizes: number[];
  list: number | null;
  size: Vector3;
  volumes: number;
  type: readonly [bytes: number, read: ReadVoxel];
  needed: number;
} {
  const sizes = field('sizes').split(/\s+/).map(Number);
  const list = listAxis(field, sizes);
  const [columns, rows, slices, ...more] = sizes.filter((_, axis) => axis !== list);
  const isImage = slices !== undefined && more.length === 0 && sizes.every((n) => Number.isInteger(n) && n > 0);
  if (Number(field('dimension')) !== sizes.length || !isImage) throw new NrrdError({ code: 'dimensionsNotImage' });
  const named = field('type').toLowerCase();
  const type = TYPES[OTHER_NAMES[named] ?? named];
  if (!type) throw new NrrdError({ code: 'voxelsNotGrey', type: named });
  const volumes = list === null ? 1 : sizes[list];
  const needed = type[0] * volumes * columns * rows * slices;
  return { sizes, list, size: [columns, rows, slices], volumes, type, needed };
}

/**
 * Directions, or that an axis has none. No bracket within brackets: otherwise a header of brackets alone takes time in
 * the square of its length.
 */
const VECTORS = /\([^()]*\)|none/g;

/** The one of four axes that counts volumes: the one that is not a direction in space; otherwise the last. */
function listAxis(field: (name: string) => string, sizes: readonly number[]): number | null {
  if (sizes.length !== 4) return null;
  const steps = field('space directions').match(VECTORS) ?? [];
  const kinds = field('kinds').split(/\s+/);
  const isSpace = (axis: number): boolean =>
    steps.length === 4 ? steps[axis] !== 'none' : kinds.length === 4 ? /^(domain|space)$/i.test(kinds[axis]) : axis < 3;
  const others = [0, 1, 2, 3].filter((axis) => !isSpace(axis));
  return others.length === 1 ? others[0] : 3;
}

function readHeader(bytes: Uint8Array): { fields: ReadonlyMap<string, string>; end: number } {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, MAX_HEADER_BYTES));
  const blank = /\r?\n\r?\n/.exec(head);
  const fields = new Map<string, string>();
  for (const line of head.slice(0, blank?.index).split(/\r?\n/).slice(1)) {
    const match = /^([^#:]+): (.*)$/.exec(line);
    if (match) fields.set(match[1].trim().toLowerCase(), match[2].trim());
  }
  // A header whose voxels are elsewhere may end with its last line.
  const isWhole =
    blank !== null || (bytes.length < MAX_HEADER_BYTES && (fields.has('data file') || fields.has('datafile')));
  if (!isWhole) throw new NrrdError({ code: 'volumeCutOff' });
  return { fields, end: blank ? blank.index + blank[0].length : bytes.length };
}

/** The voxels after what must be skipped: lines, then bytes; -1 means that they are the last bytes. */
function afterSkips(data: Uint8Array, field: (name: string) => string, needed: number): Uint8Array {
  const lines = Number(field('line skip') || field('lineskip') || 0);
  const skip = Number(field('byte skip') || field('byteskip') || 0);
  if (skip === -1) return data.subarray(Math.max(0, data.length - needed));
  let at = 0;
  for (let i = 0; i < lines && at < data.length; i++) at = data.indexOf(0x0a, at) + 1 || data.length;
  return data.subarray(at + Math.max(0, skip));
}

function unpack(data: Uint8Array, encoding: string, most: number): Uint8Array {
  if (encoding === 'raw') return data;
  if (encoding === 'gzip' || encoding === 'gz') return gunzipBounded(data, most);
  throw new NrrdError({ code: 'packedOtherwise', encoding });
}

function readVoxels(
  data: Uint8Array,
  [width, read]: readonly [number, ReadVoxel],
  {
    count,
    total,
    place,
    bigEndian,
  }: { count: number; total: number; place: (at: number) => number; bigEndian: boolean },
): Float32Array {
  if (!(total * width <= data.length)) {
    throw new NrrdError({ code: 'volumeCutOff' });
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const voxels = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const value = read(view, place(i) * width, !bigEndian);
    voxels[i] = Number.isFinite(value) ? value : NaN;
  }
  return voxels;
}

/** How many mm a unit of length has; if none is named, mm is assumed. */
const UNITS_MM: Readonly<Record<string, number>> = {
  '': 1,
  mm: 1,
  millimeter: 1,
  millimetre: 1,
  cm: 10,
  m: 1000,
  um: 1e-3,
  µm: 1e-3,
};

/** From the space directions; where there are none, from the spacings, and then the orientation is unknown. */
function readGeometry(
  field: (name: string) => string,
  list: number | null,
): { spacing: Vector3; frame: PatientFrame | null; lengths: SaidLengths } {
  const vector = (text: string): number[] => text.replace(/[()]/g, '').split(',').map(Number);
  const ofSpace = <T>(values: readonly T[]): T[] => values.filter((_, axis) => values.length < 4 || axis !== list);
  const units = [
    ...new Set(
      [...(field('space units') || field('units')).matchAll(/"([^"]*)"/g)].map(([, unit]) => unit.toLowerCase()),
    ),
  ];
  const [unit = ''] = units.filter((one) => one !== '');
  const mm = UNITS_MM[unit] as number | undefined;
  const said = (length: number): number | null => (length > 0 && Number.isFinite(length) ? length * (mm ?? 1) : null);
  const steps = ofSpace(field('space directions').match(VECTORS) ?? []).map(vector);
  const form = steps.map((step) => said(Math.hypot(...step)));
  const spacings = ofSpace(field('spacings').split(/\s+/)).map((text) => said(Math.abs(Number(text))));
  const isUnit = mm === undefined || units.length > 1;
  const [a, b, c] = form;
  if (form.length !== 3 || !a || !b || !c) {
    const given = [0, 1, 2].map((i) => form[i] ?? spacings[i] ?? null);
    return {
      spacing: [given[0] ?? 1, given[1] ?? 1, given[2] ?? 1],
      frame: null,
      lengths: { candidates: [given], unit: isUnit },
    };
  }
  const spacing: Vector3 = [a, b, c];
  const lengths = { candidates: spacings.length === 3 ? [form, spacings] : [form], unit: isUnit };
  const signs = TO_LPS[field('space').toLowerCase()];
  const origin = vector(field('space origin'));
  if (!signs || origin.length !== 3 || !origin.every(Number.isFinite)) return { spacing, frame: null, lengths };
  const lps = (v: readonly number[]): Vector3 => [signs[0] * v[0] + 0, signs[1] * v[1] + 0, signs[2] * v[2] + 0];
  const direction = (i: number): Vector3 => lps(steps[i].map((x) => x / Math.hypot(...steps[i])));
  return {
    spacing,
    frame: {
      origin: lps(origin.map((x) => x * (mm ?? 1))),
      columnStep: direction(0),
      rowStep: direction(1),
      sliceStep: direction(2),
    },
    lengths,
  };
}
