/**
 * Deflate64, as Windows packs large files into zips (method 9 of APPNOTE 6.3, 4.4.5): Deflate (RFC 1951) with a window of 64 kB.
 * Length code 285 has 16 more bits on a base of 3, and distance codes 30 and 31 have 14 more bits.
 */

const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 3,
];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 16];
const DISTANCE_CODES = 32;
const distanceBits = (code: number): number => (code < 4 ? 0 : (code >> 1) - 1);
const distanceBase = (code: number): number => (code < 4 ? code + 1 : ((2 + (code & 1)) << distanceBits(code)) + 1);
/** The order in which the lengths of the codes of code lengths are written. */
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LONGEST_CODE = 15;
const END_OF_BLOCK = 256;

/** The data is not Deflate64, or ends too early: 'short' where more of it may help. */
export class Inflate64Error extends Error {
  readonly short: boolean;

  constructor(short: boolean) {
    super(short ? 'the packed data ends too early' : 'the packed data is damaged');
    this.short = short;
  }
}

/** How many codes have each length, and the symbols in the order of their codes: all that a canonical code needs. */
interface Huffman {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

function huffman(lengths: readonly number[]): Huffman {
  const counts = new Uint16Array(LONGEST_CODE + 1);
  for (const length of lengths) counts[length] += 1;
  counts[0] = 0;
  const next = new Uint16Array(LONGEST_CODE + 2);
  let left = 1;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    left = 2 * left - counts[length];
    if (left < 0) throw new Inflate64Error(false);
    next[length + 1] = next[length] + counts[length];
  }
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, symbol) => {
    if (length > 0) symbols[next[length]++] = symbol;
  });
  return { counts, symbols };
}

const FIXED_LITERALS = huffman(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)));
const FIXED_DISTANCES = huffman(new Array<number>(DISTANCE_CODES).fill(5));

class Bits {
  private readonly bytes: Uint8Array;
  private at = 0;
  private held = 0;
  private count = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The next bits, at most 16, the first of them lowest. */
  take(bits: number): number {
    while (this.count < bits) {
      if (this.at >= this.bytes.length) throw new Inflate64Error(true);
      this.held |= this.bytes[this.at++] << this.count;
      this.count += 8;
    }
    const value = this.held & ((1 << bits) - 1);
    this.held >>>= bits;
    this.count -= bits;
    return value;
  }

  symbol({ counts, symbols }: Huffman): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= LONGEST_CODE; length++) {
      code |= this.take(1);
      const count = counts[length];
      if (code - count < first) return symbols[index + code - first];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new Inflate64Error(false);
  }

  /** The rest of a byte is dropped. */
  alignToByte(): void {
    this.held = 0;
    this.count = 0;
  }
}

/**
 * Unpacks the first `count` bytes.
 * @returns the bytes, fewer where the data ends before, and whether it ended
 * @throws Inflate64Error
 */
export function inflate64(packed: Uint8Array, count: number): { bytes: Uint8Array; ended: boolean } {
  const bits = new Bits(packed);
  const output = new Uint8Array(count);
  let filled = 0;
  let last = false;
  while (!last) {
    last = bits.take(1) === 1;
    const kind = bits.take(2);
    if (kind === 0) filled = copyStored(bits, output, filled);
    else if (kind === 3) throw new Inflate64Error(false);
    else {
      const [literals, distances] = kind === 1 ? [FIXED_LITERALS, FIXED_DISTANCES] : readCodes(bits);
      filled = unpackBlock(bits, literals, distances, output, filled);
    }
    if (filled > count) return { bytes: output, ended: false };
  }
  return { bytes: output.subarray(0, filled), ended: true };
}

/** @returns how many bytes are filled; one more than there is room for if the block continues */
function copyStored(bits: Bits, output: Uint8Array, from: number): number {
  bits.alignToByte();
  const length = bits.take(16);
  if ((bits.take(16) ^ 0xffff) !== length) throw new Inflate64Error(false);
  const end = Math.min(output.length, from + length);
  for (let at = from; at < end; at++) output[at] = bits.take(8);
  return from + length > output.length ? output.length + 1 : end;
}

function readCodes(bits: Bits): [literals: Huffman, distances: Huffman] {
  const literals = bits.take(5) + 257;
  const distances = bits.take(5) + 1;
  const written = bits.take(4) + 4;
  const ofLengths = new Array<number>(CODE_LENGTH_ORDER.length).fill(0);
  for (let i = 0; i < written; i++) ofLengths[CODE_LENGTH_ORDER[i]] = bits.take(3);
  const code = huffman(ofLengths);
  const lengths: number[] = [];
  while (lengths.length < literals + distances) {
    const symbol = bits.symbol(code);
    if (symbol < 16) lengths.push(symbol);
    else {
      if (symbol === 16 && lengths.length === 0) throw new Inflate64Error(false);
      const repeated = symbol === 16 ? lengths[lengths.length - 1] : 0;
      const times = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
      for (let i = 0; i < times; i++) lengths.push(repeated);
    }
  }
  if (lengths.length > literals + distances) throw new Inflate64Error(false);
  return [huffman(lengths.slice(0, literals)), huffman(lengths.slice(literals))];
}

function unpackBlock(bits: Bits, literals: Huffman, distances: Huffman, output: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const symbol = bits.symbol(literals);
    if (symbol === END_OF_BLOCK) return at;
    if (at >= output.length) return output.length + 1;
    if (symbol < END_OF_BLOCK) {
      output[at++] = symbol;
      continue;
    }
    const index = symbol - END_OF_BLOCK - 1;
    if (index >= LENGTH_BASE.length) throw new Inflate64Error(false);
    const length = LENGTH_BASE[index] + bits.take(LENGTH_BITS[index]);
    const code = bits.symbol(distances);
    const distance = distanceBase(code) + bits.take(distanceBits(code));
    if (distance > at) throw new Inflate64Error(false);
    const end = Math.min(output.length, at + length);
    const isCut = at + length > output.length;
    for (; at < end; at++) output[at] = output[at - distance];
    if (isCut) return output.length + 1;
  }
}
