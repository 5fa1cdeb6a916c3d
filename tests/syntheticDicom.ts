import { data, type DicomElements } from 'dcmjs';

export interface SyntheticSlice {
  readonly columns: number;
  readonly rows: number;
  /** Stored values, column fastest. */
  readonly pixels: Uint16Array | Int16Array | Uint8Array;
  readonly position?: readonly [number, number, number];
  /** Row and column direction as in (0020,0037). */
  readonly orientation?: readonly number[];
  /** Between rows, between columns. */
  readonly spacing?: readonly [number, number];
  readonly transferSyntax?: string;
  /** Encapsulated frames in place of the pixels, for a compressed transfer syntax. */
  readonly encoded?: readonly Uint8Array[];
  /** More elements, or others in place of those made here; tag to VR and values. */
  readonly elements?: Readonly<Record<string, readonly [vr: string, ...values: (string | number)[]]>>;
  /** Tag to the items of a sequence. */
  readonly sequences?: Readonly<Record<string, readonly DicomElements[]>>;
}

export const EXPLICIT = '1.2.840.10008.1.2.1';
export const IMPLICIT = '1.2.840.10008.1.2';
export const BIG_ENDIAN = '1.2.840.10008.1.2.2';
export const RLE = '1.2.840.10008.1.2.5';

/** The plane of a usual short axis: its normal points from the apex to the base. */
export const SHORT_AXIS_ORIENTATION = [0.6325649, 0.7655074, 0.117729, -0.3315277, 0.4049981, -0.852095];

let instances = 0;

/** One MR image file (PS3.10), written by dcmjs, as a small scanner would write it. */
export function syntheticDicom(slice: SyntheticSlice): Uint8Array {
  const { columns, rows, pixels, transferSyntax = EXPLICIT } = slice;
  instances += 1;
  const bytesPerPixel = pixels.BYTES_PER_ELEMENT;
  const own: Record<string, readonly [string, ...(string | number)[]]> = {
    '00080008': ['CS', 'ORIGINAL', 'PRIMARY'],
    '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.4'],
    '00080018': ['UI', `1.2.3.${instances}`],
    '00080060': ['CS', 'MR'],
    '0008103E': ['LO', 'LGE SAX PSIR'],
    '0020000D': ['UI', '1.2.3'],
    '0020000E': ['UI', '1.2.3.4'],
    '00200011': ['IS', 5],
    '00200013': ['IS', instances],
    '00200032': ['DS', ...(slice.position ?? [0, 0, 0])],
    '00200037': ['DS', ...(slice.orientation ?? SHORT_AXIS_ORIENTATION)],
    '00280002': ['US', 1],
    '00280004': ['CS', 'MONOCHROME2'],
    '00280010': ['US', rows],
    '00280011': ['US', columns],
    '00280030': ['DS', ...(slice.spacing ?? [1.5, 1.5])],
    '00280100': ['US', 8 * bytesPerPixel],
    '00280101': ['US', 8 * bytesPerPixel],
    '00280102': ['US', 8 * bytesPerPixel - 1],
    '00280103': ['US', pixels instanceof Int16Array ? 1 : 0],
    ...slice.elements,
  };
  const dict: DicomElements = Object.fromEntries(
    Object.entries(own).map(([tag, [vr, ...Value]]) => [tag, { vr, Value: Value.map(String) }]),
  );
  for (const element of Object.values(dict)) {
    if (element.vr === 'US' && Array.isArray(element.Value)) element.Value = element.Value.map(Number);
  }
  for (const [tag, items] of Object.entries(slice.sequences ?? {})) dict[tag] = { vr: 'SQ', Value: items };
  const values = bigEndian(pixels, transferSyntax === BIG_ENDIAN);
  dict['7FE00010'] = slice.encoded
    ? { vr: 'OB', Value: slice.encoded.map((frame) => frame.slice().buffer) }
    : { vr: bytesPerPixel === 1 ? 'OB' : 'OW', Value: [values.buffer] };
  const file = new data.DicomDict({ '00020010': { vr: 'UI', Value: [transferSyntax] } });
  file.dict = dict;
  return new Uint8Array(file.write({ fragmentMultiframe: false }));
}

/** Slices of one series along their normal; values are 100 x the slice's number plus the pixel's index. */
export function syntheticStack(
  count: number,
  gapMm: number,
  change: (k: number) => Partial<SyntheticSlice> = () => ({}),
): Uint8Array[] {
  const [cx, cy, cz, rx, ry, rz] = SHORT_AXIS_ORIENTATION;
  const normal = [cy * rz - cz * ry, cz * rx - cx * rz, cx * ry - cy * rx];
  return Array.from({ length: count }, (_, k) =>
    syntheticDicom({
      columns: 4,
      rows: 3,
      pixels: Uint16Array.from({ length: 12 }, (_unused, i) => 100 * k + i),
      position: [decimal(normal[0] * k * gapMm), decimal(normal[1] * k * gapMm), decimal(normal[2] * k * gapMm)],
      ...change(k),
    }),
  );
}

/** A decimal string holds 16 characters. */
const decimal = (mm: number): number => Number(mm.toFixed(6));

/** PackBits as PS3.5 annex G.3 describes it, one segment a byte of the value, the high byte first. */
export function encodeRle(pixels: Uint16Array | Int16Array | Uint8Array): Uint8Array {
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const width = pixels.BYTES_PER_ELEMENT;
  const segments = Array.from({ length: width }, (_, segment) =>
    packBits(Uint8Array.from({ length: pixels.length }, (_unused, i) => bytes[i * width + width - 1 - segment])),
  );
  const header = new Uint32Array(16);
  header[0] = width;
  let at = 64;
  segments.forEach((segment, i) => {
    header[1 + i] = at;
    at += segment.length;
  });
  return Uint8Array.from([...new Uint8Array(header.buffer), ...segments.flat()]);
}

function packBits(bytes: Uint8Array): number[] {
  const packed: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    let run = 1;
    while (run < 128 && at + run < bytes.length && bytes[at + run] === bytes[at]) run += 1;
    if (run > 1) packed.push(257 - run, bytes[at]);
    else packed.push(0, bytes[at]);
    at += run;
  }
  if (packed.length % 2 === 1) packed.push(0x80);
  return packed;
}

function bigEndian(pixels: Uint16Array | Int16Array | Uint8Array, swap: boolean): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength).slice();
  if (swap && pixels.BYTES_PER_ELEMENT === 2) {
    for (let i = 0; i < bytes.length; i += 2) bytes.subarray(i, i + 2).reverse();
  }
  return bytes;
}
