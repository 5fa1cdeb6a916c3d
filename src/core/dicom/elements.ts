import { decodeText } from './characterSets.ts';
import type { Part10 } from './part10.ts';
import { Tag } from './tags.ts';

/** One element as it is in the file. */
interface Element {
  /** As written, or from the dictionary below where the file says nothing or UN. */
  readonly vr: string;
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  /** Of a sequence that is known here. */
  readonly items: readonly Elements[];
}

/**
 * Elements by tag, eight hexadecimal digits in capitals: '00280010'. Private ones are left out, except for those of
 * `VENDORS`.
 */
export type Elements = Readonly<Record<string, Element | undefined>>;

/** The elements before the pixels, and where the pixels' element is: byte offset of its VR or length, or null. */
export interface ParsedDataset {
  readonly elements: Elements;
  readonly characterSets: readonly string[];
  readonly pixelElement: number | null;
  /** The elements do not parse or run off the end: those before that are in `elements`. */
  readonly damaged: boolean;
}

const PIXEL_DATA = Tag.PixelData;
/** Pixels as floating-point numbers, in place of the usual pixels. */
const FLOAT_PIXEL_DATA = /^7FE0000[89]$/;

/** VRs of the elements that are read here and are not text (PS3.6 chapter 6), for files that do not write them. */
const DICTIONARY: Readonly<Record<string, string>> = {
  ...vrOf(
    'US',
    Tag.SamplesPerPixel,
    Tag.Rows,
    Tag.Columns,
    Tag.BitsAllocated,
    Tag.BitsStored,
    Tag.HighBit,
    Tag.PixelRepresentation,
  ),
  ...vrOf('US', Tag.SegmentNumber, Tag.ReferencedSegmentNumber),
  ...vrOf('UL', Tag.TemporalPositionIndex),
  ...vrOf('FD', Tag.InversionTimes, Tag.EffectiveEchoTime, Tag.NominalCardiacTriggerDelayTime),
  ...vrOf(
    'SQ',
    Tag.SharedFunctionalGroupsSequence,
    Tag.PerFrameFunctionalGroupsSequence,
    Tag.FrameContentSequence,
    Tag.PlanePositionSequence,
    Tag.PlaneOrientationSequence,
    Tag.PixelMeasuresSequence,
    Tag.PixelValueTransformationSequence,
  ),
  ...vrOf(
    'SQ',
    Tag.MREchoSequence,
    Tag.MRModifierSequence,
    Tag.CardiacSynchronizationSequence,
    Tag.MRImageFrameTypeSequence,
    Tag.SegmentSequence,
    Tag.SegmentIdentificationSequence,
    Tag.SegmentedPropertyTypeCodeSequence,
    Tag.SegmentedPropertyTypeModifierCodeSequence,
  ),
};

function vrOf(vr: string, ...tags: string[]): Record<string, string> {
  return Object.fromEntries(tags.map((tag) => [tag, vr]));
}

/** VRs whose length has two bytes; all others, including any future ones, have four (PS3.5 section 7.1.2). */
const SHORT_VRS = new Set('AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));
const LONG_VRS = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));

const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
/** Deeper than any sequence of a real file. */
const MAX_DEPTH = 16;

/** Thrown and caught in this file. */
class OutOfStep extends Error {}

/**
 * Parses the header of a data set up to the pixel data, which is not touched. Sequences that are not read here are
 * skipped, whatever is in them. Never throws: see `damaged`.
 */
export function parseHeader({ syntax, dataset, length }: Part10): ParsedDataset {
  const reader = new Reader(dataset, syntax.littleEndian, dataset.length >= length);
  const elements: Record<string, Element> = {};
  let pixelElement: number | null = null;
  let damaged: boolean;
  try {
    pixelElement = reader.readDataset(elements, syntax.explicit);
    damaged = pixelElement === null && !elementsEnd(elements) && dataset.length < length;
  } catch (error) {
    if (!(error instanceof OutOfStep)) throw error;
    damaged = true;
  }
  return { elements, characterSets: values(elements, Tag.SpecificCharacterSet), pixelElement, damaged };
}

/** Floating-point pixels end a header as integer ones do. */
const elementsEnd = (elements: Elements): boolean => Object.keys(elements).some((tag) => FLOAT_PIXEL_DATA.test(tag));

class Reader {
  private at = 0;
  private readonly view: DataView;
  private readonly bytes: Uint8Array;
  private readonly littleEndian: boolean;
  /** All of the data set is here, so a length beyond its end is invalid. */
  private readonly limited: boolean;

  constructor(bytes: Uint8Array, littleEndian: boolean, limited: boolean) {
    this.bytes = bytes;
    this.limited = limited;
    this.littleEndian = littleEndian;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Reads into `elements`; returns where the pixels' element is, null where there is none. */
  readDataset(elements: Record<string, Element>, explicit: boolean): number | null {
    while (this.at + 8 <= this.bytes.length) {
      const tag = nameOf(this.readTag());
      if (tag === PIXEL_DATA) return this.at;
      if (FLOAT_PIXEL_DATA.test(tag)) {
        elements[tag] = { vr: 'OF', bytes: new Uint8Array(), littleEndian: true, items: [] };
        return null;
      }
      this.readValue(tag, elements, explicit, this.bytes.length, 0);
    }
    if (this.bytes.subarray(this.at).some((byte) => byte !== 0)) throw new OutOfStep();
    return null;
  }

  /**
   * Elements of an item, up to `limit` or, where it is `delimited`, to its delimiter before that.
   * @param elements null keeps none of them
   */
  private readItem(
    elements: Record<string, Element> | null,
    explicit: boolean,
    delimited: boolean,
    limit: number,
    depth: number,
  ): void {
    while (delimited || this.at < limit) {
      if (this.at + 8 > limit) throw new OutOfStep();
      const tag = this.readTag();
      if (tag === ITEM_END) {
        this.at += 4;
        if (delimited) return;
      } else this.readValue(nameOf(tag), elements, explicit, limit, depth);
    }
  }

  private readValue(
    tag: string,
    elements: Record<string, Element> | null,
    explicit: boolean,
    limit: number,
    depth: number,
  ): void {
    const { vr: written, length } = this.readVrAndLength(explicit);
    const known = DICTIONARY[tag];
    const vr = written === '' || written === 'UN' || /^O/.test(written) ? (known ?? (written || 'UN')) : written;
    // Sequences in UN are implicit (PS3.5 section 6.2.2), or were left as they were.
    const inside = written === 'UN' ? null : explicit && written !== '';
    const keep = elements !== null && (!isPrivate(tag) || VENDORS.test(tag));
    if (length === UNDEFINED_LENGTH) {
      if (/^O/.test(written)) this.stepOverFragments(limit);
      else {
        const items = this.readItems(keep && known === 'SQ', inside, true, limit, depth + 1);
        if (keep) elements[tag] = { vr: 'SQ', bytes: new Uint8Array(), littleEndian: this.littleEndian, items };
      }
      return;
    }
    const end = this.at + length;
    if (end > limit) throw new OutOfStep();
    const bytes = this.bytes.subarray(this.at, end);
    const items = keep && known === 'SQ' ? this.readItems(true, inside, false, end, depth + 1) : [];
    if (keep) elements[tag] = { vr, bytes, littleEndian: this.littleEndian, items };
    this.at = end;
  }

  /** @param explicit null where it must be recognised item by item */
  private readItems(
    keep: boolean,
    explicit: boolean | null,
    delimited: boolean,
    limit: number,
    depth: number,
  ): Elements[] {
    if (depth > MAX_DEPTH) throw new OutOfStep();
    const items: Elements[] = [];
    while (delimited || this.at < limit) {
      if (this.at + 8 > limit) throw new OutOfStep();
      const tag = this.readTag();
      const length = this.readUint32();
      if (tag === SEQUENCE_END) break;
      if (tag !== ITEM) throw new OutOfStep();
      const elements: Record<string, Element> | null = keep ? {} : null;
      if (length === UNDEFINED_LENGTH) this.readItem(elements, explicit ?? this.hasVr(), true, limit, depth);
      else {
        const end = this.at + length;
        if (end > limit) throw new OutOfStep();
        if (keep) this.readItem(elements, explicit ?? this.hasVr(), false, end, depth);
        this.at = end;
      }
      if (elements) items.push(elements);
    }
    return items;
  }

  /** Compressed pixels that are not the image itself: an icon. */
  private stepOverFragments(limit: number): void {
    for (;;) {
      if (this.at + 8 > limit) throw new OutOfStep();
      const tag = this.readTag();
      const length = this.readUint32();
      if (tag === SEQUENCE_END) return;
      if (tag !== ITEM || this.at + length > limit) throw new OutOfStep();
      this.at += length;
    }
  }

  /**
   * A VR that is not two capitals was not written, though the file says that it writes them: '' then. Where the four
   * bytes are not a length either, they are an unknown VR ('??', zeros) with a short length. An unknown VR of two
   * capitals has a long length (PS3.5 section 7.1.2), unless that leads out of the file: then its writer used the short
   * form.
   */
  private readVrAndLength(explicit: boolean): { vr: string; length: number } {
    const vr = explicit ? this.vrAt(this.at) : '';
    const rest = this.bytes.length - this.at;
    const short = (): { vr: string; length: number } => {
      this.at += 4;
      return { vr: SHORT_VRS.has(vr) ? vr : 'UN', length: this.view.getUint16(this.at - 2, this.littleEndian) };
    };
    if (!/^[A-Z]{2}$/.test(vr)) {
      const length = this.view.getUint32(this.at, this.littleEndian);
      if (explicit && length !== UNDEFINED_LENGTH && length > rest - 4 && this.limited) return short();
      return { vr: '', length: this.readUint32() };
    }
    if (SHORT_VRS.has(vr)) return short();
    if (!LONG_VRS.has(vr)) {
      const long = rest >= 8 ? this.view.getUint32(this.at + 4, this.littleEndian) : Infinity;
      const isReserved = this.view.getUint16(this.at + 2, this.littleEndian) === 0;
      if (!isReserved || (long !== UNDEFINED_LENGTH && long > rest - 8 && this.limited)) return short();
    }
    this.at += 4;
    if (this.at + 4 > this.bytes.length) throw new OutOfStep();
    return { vr, length: this.readUint32() };
  }

  /** Whether a VR follows the next tag. */
  private hasVr(): boolean {
    const vr = this.vrAt(this.at + 4);
    return SHORT_VRS.has(vr) || LONG_VRS.has(vr);
  }

  private vrAt(at: number): string {
    return String.fromCharCode(this.bytes[at], this.bytes[at + 1]);
  }

  private readTag(): number {
    const group = this.view.getUint16(this.at, this.littleEndian);
    const element = this.view.getUint16(this.at + 2, this.littleEndian);
    this.at += 4;
    return group * 0x10000 + element;
  }

  private readUint32(): number {
    this.at += 4;
    return this.view.getUint32(this.at - 4, this.littleEndian);
  }
}

const nameOf = (tag: number): string => tag.toString(16).toUpperCase().padStart(8, '0');
/** An odd group (PS3.5 section 7.8). */
const isPrivate = (tag: string): boolean => '13579BDF'.includes(tag[3]);
/** Private groups that are kept: who owns which block, and the element of each block that is read. */
const VENDORS = /^(0043(00..|..2F)|2005(00..|..11))$/;

/** The value of a vendor's own element, by the creator of its block (PS3.5 section 7.8.1); [] where there is none. */
export function vendorValues(elements: Elements, group: string, creator: string, element: string): string[] {
  const block = Object.keys(elements).find(
    (tag) => tag.startsWith(`${group}00`) && value(elements, tag).toUpperCase() === creator.toUpperCase(),
  );
  const tag = block && `${group}${block.slice(6)}${element}`;
  if (!tag) return [];
  const { vr, bytes, littleEndian } = elements[tag] ?? { vr: '', bytes: new Uint8Array(), littleEndian: true };
  // Without a VR, two bytes would be read as a number: the text of these elements has one letter and a blank, or more.
  if (vr !== 'UN' || bytes.length !== 2 || bytes[0] >= 0x20) return values(elements, tag);
  return [String(littleEndian ? bytes[0] | (bytes[1] << 8) : bytes[1] | (bytes[0] << 8))];
}

/** A number as wide as a pixel, with the pixels' sign whatever its VR says (PS3.3 C.7.5.1.1.2); null where there is none. */
export function pixelValue(elements: Elements, tag: string, signed: boolean): number | null {
  const element = elements[tag];
  if (!element) return null;
  const { vr, bytes, littleEndian } = element;
  if (/^(IS|DS|LO|SH)$/.test(vr) || (bytes.length !== 2 && bytes.length !== 4)) return number(elements, tag);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 4) return signed ? view.getInt32(0, littleEndian) : view.getUint32(0, littleEndian);
  return signed ? view.getInt16(0, littleEndian) : view.getUint16(0, littleEndian);
}

type Numbers = readonly [width: number, read: (view: DataView, at: number, littleEndian: boolean) => number];

const BINARY: Readonly<Record<string, Numbers | undefined>> = {
  US: [2, (view, at, little) => view.getUint16(at, little)],
  SS: [2, (view, at, little) => view.getInt16(at, little)],
  UL: [4, (view, at, little) => view.getUint32(at, little)],
  SL: [4, (view, at, little) => view.getInt32(at, little)],
  UV: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
  SV: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  FL: [4, (view, at, little) => view.getFloat32(at, little)],
  FD: [8, (view, at, little) => view.getFloat64(at, little)],
};

/** The values of an element as trimmed text, one character per byte; [] where it is absent or empty. */
export function values(elements: Elements, tag: string): string[] {
  const element = elements[tag];
  if (!element || element.bytes.length === 0) return [];
  const binary = BINARY[element.vr];
  if (!binary) return raw(elements, tag).split('\\').map(withoutPadding);
  const [width, read] = binary;
  const { bytes, littleEndian } = element;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / width) }, (_, i) =>
    String(read(view, i * width, littleEndian)),
  );
}

/** The first value of an element, '' where there is none. */
export function value(elements: Elements, tag: string): string {
  return values(elements, tag)[0] ?? '';
}

/** More characters than any name of a series or a person has (64 by the standard). */
const MOST_CHARACTERS = 1024;

/** A single-valued text in the file's own character sets. A backslash inside it may be half a character: it is kept. */
export function text(elements: Elements, tag: string, characterSets: readonly string[]): string {
  return decodeText(withoutPadding(raw(elements, tag)).slice(0, MOST_CHARACTERS), characterSets);
}

/** A person's name in the file's own character sets: alphabetic, ideographic and phonetic, with '=' between. */
export function personName(elements: Elements, tag: string, characterSets: readonly string[]): string {
  return decodeText(withoutPadding(raw(elements, tag)).slice(0, MOST_CHARACTERS), characterSets)
    .split('=')
    .map((part) => part.trim())
    .join('=')
    .replace(/=+$/, '');
}

/** The finite numbers of an element; [] where it is absent or holds something else. A decimal comma is accepted. */
export function numbers(elements: Elements, tag: string): number[] {
  const all = values(elements, tag).map((v) => (v === '' ? Number.NaN : Number(v.replace(',', '.'))));
  return all.every(Number.isFinite) ? all : [];
}

/** The first number of an element, or null. */
export function number(elements: Elements, tag: string): number | null {
  return numbers(elements, tag)[0] ?? null;
}

/** The items of a sequence. */
export const items = (elements: Elements, tag: string): readonly Elements[] => elements[tag]?.items ?? [];

/** One character per byte: the text is decoded later, by its character sets. */
function raw(elements: Elements, tag: string): string {
  let characters = '';
  for (const byte of elements[tag]?.bytes ?? []) characters += String.fromCharCode(byte);
  return characters;
}

/** By hand: a pattern for the blanks at the end takes time in the square of their number. */
function withoutPadding(characters: string): string {
  const isPadding = (at: number): boolean => characters[at] === ' ' || characters[at] === '\0';
  let start = 0;
  let end = characters.length;
  while (start < end && isPadding(start)) start += 1;
  while (end > start && isPadding(end - 1)) end -= 1;
  return characters.slice(start, end);
}
