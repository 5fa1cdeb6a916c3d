/**
 * JPEG extended, sequential with Huffman codes, of one component and 12 bits (ITU-T T.81, process 4): the only kind of JPEG in
 * DICOM that no package decodes. The inverse transform is the integer one of the Independent JPEG Group's library
 * (jidctint.c for 12 bits; Loeffler, Ligtenberg and Moschytz, ICASSP 1989), so that the values are the same as
 * those of decoders built on it.
 */
import { DicomError } from './dicomError.ts';

const BLOCK = 64;
/** Centre of the range, and its greatest value, of 12 bits. */
const CENTRE = 2048;
const GREATEST = 4095;

/** Order of the coefficients in the stream (figure A.6). */
const ZIGZAG = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
  55, 62, 63,
]);

/** Canonical Huffman code (annex C): for each length the greatest code and where its values begin. */
interface HuffmanTable {
  /** Greatest code of each length, -1 where there is none. */
  readonly greatest: Int32Array;
  /** Index of a value, less its code, for each length. */
  readonly offset: Int32Array;
  readonly values: Uint8Array;
}

/**
 * Decodes one frame to little-endian 16-bit values.
 * @throws DicomError where the stream is damaged, or of another kind than its frame header said.
 */
export function decodeJpegExtended(frame: Uint8Array, columns: number, rows: number): Uint16Array {
  const quantisers = new Map<number, Uint16Array>();
  const dcTables = new Map<number, HuffmanTable>();
  const acTables = new Map<number, HuffmanTable>();
  let quantiser = -1;
  let restartInterval = 0;
  let at = 2;
  for (;;) {
    if (at + 4 > frame.length || frame[at] !== 0xff) throw new DicomError({ code: 'pixelsDamaged' });
    const marker = frame[at + 1];
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const end = at + 2 + word(frame, at + 2);
    if (end > frame.length) throw new DicomError({ code: 'pixelsDamaged' });
    const segment = frame.subarray(at + 4, end);
    if (marker === 0xdb) readQuantisers(segment, quantisers);
    else if (marker === 0xc4) readHuffmanTables(segment, dcTables, acTables);
    else if (marker === 0xdd) restartInterval = word(segment, 0);
    else if (marker === 0xc1) quantiser = segment[8];
    else if (marker >= 0xc0 && marker <= 0xcf) throw new DicomError({ code: 'pixelsDamaged' });
    else if (marker === 0xda) {
      const steps = quantisers.get(quantiser);
      const dc = dcTables.get(segment[2] >> 4);
      const ac = acTables.get(segment[2] & 15);
      if (!steps || !dc || !ac) throw new DicomError({ code: 'pixelsDamaged' });
      return decodeScan(new BitReader(frame, end), { steps, dc, ac, restartInterval, columns, rows });
    }
    at = end;
  }
}

const word = (bytes: Uint8Array, at: number): number => (bytes[at] << 8) | bytes[at + 1];

function readQuantisers(segment: Uint8Array, quantisers: Map<number, Uint16Array>): void {
  let at = 0;
  while (at < segment.length) {
    const wide = segment[at] >> 4 > 0;
    const steps = new Uint16Array(BLOCK);
    const next = at + 1 + BLOCK * (wide ? 2 : 1);
    if (next > segment.length) throw new DicomError({ code: 'pixelsDamaged' });
    for (let i = 0; i < BLOCK; i++) {
      steps[ZIGZAG[i]] = wide ? word(segment, at + 1 + 2 * i) : segment[at + 1 + i];
    }
    quantisers.set(segment[at] & 15, steps);
    at = next;
  }
}

function readHuffmanTables(
  segment: Uint8Array,
  dcTables: Map<number, HuffmanTable>,
  acTables: Map<number, HuffmanTable>,
): void {
  let at = 0;
  while (at + 17 <= segment.length) {
    const greatest = new Int32Array(17).fill(-1);
    const offset = new Int32Array(17);
    let code = 0;
    let index = 0;
    for (let length = 1; length <= 16; length++) {
      const count = segment[at + length];
      offset[length] = index - code;
      code += count;
      index += count;
      if (count > 0) greatest[length] = code - 1;
      if (code > 1 << length) throw new DicomError({ code: 'pixelsDamaged' });
      code <<= 1;
    }
    const values = segment.slice(at + 17, at + 17 + index);
    if (values.length !== index) throw new DicomError({ code: 'pixelsDamaged' });
    (segment[at] >> 4 === 0 ? dcTables : acTables).set(segment[at] & 15, { greatest, offset, values });
    at += 17 + index;
  }
}

/** The bits of a scan, without the zero bytes stuffed after each FF (section F.1.2.3). */
class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #bits = 0;
  #count = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  bit(): number {
    if (this.#count === 0) {
      const byte = this.#bytes[this.#at];
      const marker = byte === 0xff && this.#bytes[this.#at + 1] !== 0;
      if (byte === undefined || marker) throw new DicomError({ code: 'pixelsDamaged' });
      this.#at += byte === 0xff ? 2 : 1;
      this.#bits = byte;
      this.#count = 8;
    }
    this.#count -= 1;
    return (this.#bits >> this.#count) & 1;
  }

  /** A number of this many bits, negative where the first is 0 (figure F.12). */
  signed(length: number): number {
    let value = 0;
    for (let i = 0; i < length; i++) value = (value << 1) | this.bit();
    return length > 0 && value < 1 << (length - 1) ? value - (1 << length) + 1 : value;
  }

  symbol({ greatest, offset, values }: HuffmanTable): number {
    let code = 0;
    for (let length = 1; length <= 16; length++) {
      code = (code << 1) | this.bit();
      if (code <= greatest[length]) return values[code + offset[length]];
    }
    throw new DicomError({ code: 'pixelsDamaged' });
  }

  /** Begins again after the next restart marker, which follows here. */
  restart(): void {
    this.#count = 0;
    while (this.#bytes[this.#at] === 0xff && this.#bytes[this.#at + 1] === 0xff) this.#at += 1;
    const marker = this.#bytes[this.#at + 1];
    if (this.#bytes[this.#at] !== 0xff || marker < 0xd0 || marker > 0xd7)
      throw new DicomError({ code: 'pixelsDamaged' });
    this.#at += 2;
  }
}

interface Scan {
  readonly steps: Uint16Array;
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
  /** Blocks between restarts; 0 for none. */
  readonly restartInterval: number;
  readonly columns: number;
  readonly rows: number;
}

function decodeScan(reader: BitReader, { steps, dc, ac, restartInterval, columns, rows }: Scan): Uint16Array {
  const samples = new Uint16Array(columns * rows);
  const across = Math.ceil(columns / 8);
  const down = Math.ceil(rows / 8);
  const coefficients = new Int32Array(BLOCK);
  const values = new Int32Array(BLOCK);
  let mean = 0;
  for (let block = 0; block < across * down; block++) {
    if (restartInterval > 0 && block > 0 && block % restartInterval === 0) {
      reader.restart();
      mean = 0;
    }
    coefficients.fill(0);
    const size = reader.symbol(dc);
    if (size > 15) throw new DicomError({ code: 'pixelsDamaged' });
    mean += reader.signed(size);
    coefficients[0] = mean * steps[0];
    for (let k = 1; k < BLOCK; k++) {
      const symbol = reader.symbol(ac);
      const length = symbol & 15;
      const zeros = symbol >> 4;
      if (length === 0) {
        if (zeros !== 15) break;
        k += 15;
        continue;
      }
      k += zeros;
      if (k >= BLOCK) throw new DicomError({ code: 'pixelsDamaged' });
      coefficients[ZIGZAG[k]] = reader.signed(length) * steps[ZIGZAG[k]];
    }
    inverseTransform(coefficients, values);
    const left = (block % across) * 8;
    const top = Math.floor(block / across) * 8;
    for (let row = 0; row < 8 && top + row < rows; row++) {
      for (let column = 0; column < 8 && left + column < columns; column++) {
        const value = values[8 * row + column] + CENTRE;
        samples[(top + row) * columns + left + column] = value < 0 ? 0 : value > GREATEST ? GREATEST : value;
      }
    }
  }
  return samples;
}

/** Cosines times 2^13, as in jidctint.c. */
const SCALE_BITS = 13;
/** Extra bits between the passes; one, so that 12-bit samples fit 32-bit integers. */
const PASS_BITS = 1;

function inverseTransform(from: Int32Array, to: Int32Array): void {
  for (let column = 0; column < 8; column++) transformEight(from, to, column, 8, SCALE_BITS - PASS_BITS, PASS_BITS);
  for (let row = 0; row < 8; row++) transformEight(to, to, 8 * row, 1, SCALE_BITS + PASS_BITS + 3, 0);
}

/** One pass over eight values; a descale by `shift` rounds. `lift` is the shift for a column that has only a mean. */
function transformEight(from: Int32Array, to: Int32Array, at: number, step: number, shift: number, lift: number): void {
  const [v0, v1, v2, v3] = [from[at], from[at + step], from[at + 2 * step], from[at + 3 * step]];
  const [v4, v5, v6, v7] = [from[at + 4 * step], from[at + 5 * step], from[at + 6 * step], from[at + 7 * step]];
  if (lift > 0 && v1 === 0 && v2 === 0 && v3 === 0 && v4 === 0 && v5 === 0 && v6 === 0 && v7 === 0) {
    for (let i = 0; i < 8; i++) to[at + i * step] = v0 << lift;
    return;
  }
  const z1 = (v2 + v6) * 4433;
  const even2 = z1 - v6 * 15137;
  const even3 = z1 + v2 * 6270;
  const even0 = (v0 + v4) * 2 ** SCALE_BITS;
  const even1 = (v0 - v4) * 2 ** SCALE_BITS;
  const [t10, t13, t11, t12] = [even0 + even3, even0 - even3, even1 + even2, even1 - even2];

  const z5 = (v7 + v3 + v5 + v1) * 9633;
  const y1 = (v7 + v1) * -7373;
  const y2 = (v5 + v3) * -20995;
  const y3 = (v7 + v3) * -16069 + z5;
  const y4 = (v5 + v1) * -3196 + z5;
  const t0 = v7 * 2446 + y1 + y3;
  const t1 = v5 * 16819 + y2 + y4;
  const t2 = v3 * 25172 + y2 + y3;
  const t3 = v1 * 12299 + y1 + y4;

  const half = 2 ** (shift - 1);
  const whole = 2 ** shift;
  const descale = (value: number): number => Math.floor((value + half) / whole);
  to[at] = descale(t10 + t3);
  to[at + 7 * step] = descale(t10 - t3);
  to[at + step] = descale(t11 + t2);
  to[at + 6 * step] = descale(t11 - t2);
  to[at + 2 * step] = descale(t12 + t1);
  to[at + 5 * step] = descale(t12 - t1);
  to[at + 3 * step] = descale(t13 + t0);
  to[at + 4 * step] = descale(t13 - t0);
}
