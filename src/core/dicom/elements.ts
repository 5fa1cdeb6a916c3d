import { data, log, type DicomElements } from 'dcmjs';
import { decodeText } from './characterSets.ts';
import { DicomError } from './dicomError.ts';
import type { Part10 } from './part10.ts';

/** The elements before the pixels, and where the pixels' element stands: byte offset of its VR or length, or null. */
export interface ParsedDataset {
  readonly elements: DicomElements;
  readonly characterSets: readonly string[];
  readonly pixelElement: number | null;
  /** The elements run out of step or off the end: those before that stand in `elements`. */
  readonly damaged: boolean;
}

const PIXEL_DATA = '7FE00010';

// dcmjs reports to the console what is reported here as an error or not at all; a page must keep its console clean.
for (const logger of [log, ...Object.values(log.getLoggers())]) logger.setLevel('silent', false);

/** One character a byte: the text is decoded later, by character sets that dcmjs does not know or throws on. */
const BYTES_AS_TEXT = {
  decode(view: DataView): string {
    let text = '';
    for (let i = 0; i < view.byteLength; i++) text += String.fromCharCode(view.getUint8(i));
    return text;
  },
};

/** Deeper than any sequence of a real file; dcmjs looks through all that lies below at each depth. */
const MAX_DEPTH = 16;
let depth = 0;

/** dcmjs reads the items of a sequence by this same method, and would throw on a character set in one, known or not. */
const readElements = data.DicomMessage._read;
data.DicomMessage._read = (stream, transferSyntax, options): DicomElements => {
  if (options) return readElements.call(data.DicomMessage, stream, transferSyntax, options);
  if (depth === MAX_DEPTH) throw new DicomError('Its sequences are nested too deep: it is damaged.');
  stream.decoder = BYTES_AS_TEXT;
  stream.setDecoder = () => undefined;
  depth += 1;
  try {
    const elements = readElements.call(data.DicomMessage, stream, transferSyntax, {
      untilTag: null,
      ignoreErrors: true,
    });
    if (!stream.end()) throw new DicomError('A sequence of its header is damaged: copy the file again.');
    return elements;
  } finally {
    depth -= 1;
  }
};

/** Parses the header of a data set with dcmjs, up to the pixel data, none of which is touched. Never throws: see `damaged`. */
export function parseHeader({ syntax, dataset, length }: Part10): ParsedDataset {
  const whole = dataset.byteOffset + dataset.byteLength === dataset.buffer.byteLength;
  const buffer = (whole ? dataset.buffer : dataset.slice().buffer) as ArrayBuffer;
  const start = whole ? dataset.byteOffset : 0;
  const stop = start + dataset.byteLength;
  const stream = new data.ReadBufferStream(buffer, syntax.littleEndian, { start, stop });
  stream.decoder = BYTES_AS_TEXT;
  stream.setDecoder = () => undefined;
  const uid = syntax.explicit
    ? syntax.littleEndian
      ? '1.2.840.10008.1.2.1'
      : '1.2.840.10008.1.2.2'
    : '1.2.840.10008.1.2';
  // ignoreErrors, because dcmjs would throw on a second character set; whether it got to the pixels is checked instead.
  const elements = data.DicomMessage._read(stream, uid, { untilTag: PIXEL_DATA, ignoreErrors: true });
  const reachedPixels = PIXEL_DATA in elements;
  delete elements[PIXEL_DATA];
  return {
    elements,
    characterSets: strings(elements['00080005']?._rawValue),
    pixelElement: reachedPixels ? stream.offset - start : null,
    damaged: !reachedPixels && (stream.offset !== stop || dataset.length < length),
  };
}

/** The values of an element as trimmed text, one character a byte; [] where it is absent or empty. */
export function values(elements: DicomElements, tag: string): string[] {
  return strings(elements[tag]?.Value);
}

/** The first value of an element, '' where there is none. */
export function value(elements: DicomElements, tag: string): string {
  return values(elements, tag)[0] ?? '';
}

/** A single-valued text in the file's own character sets. A backslash inside it may be half a character: it is kept. */
export function text(elements: DicomElements, tag: string, characterSets: readonly string[]): string {
  return decodeText(strings(elements[tag]?.Value).join('\\'), characterSets);
}

/** A person's name in the file's own character sets: alphabetic, ideographic and phonetic, with '=' between. */
export function personName(elements: DicomElements, tag: string, characterSets: readonly string[]): string {
  const name = strings(elements[tag]?._rawValue ?? []).join('\\');
  // Without escapes the parts are those of one set; each part begins in the first of several (PS3.5 section 6.1.2.5.3).
  return name
    .split('=')
    .map((part) => decodeText(part, characterSets))
    .join('=')
    .replace(/=+$/, '');
}

/** The finite numbers of an element; [] where it is absent or holds something else. */
export function numbers(elements: DicomElements, tag: string): number[] {
  const all = strings(elements[tag]?.Value).map((v) => (v === '' ? Number.NaN : Number(v)));
  return all.every(Number.isFinite) ? all : [];
}

/** The first number of an element, or null. */
export function number(elements: DicomElements, tag: string): number | null {
  return numbers(elements, tag)[0] ?? null;
}

/** The items of a sequence. */
export function items(elements: DicomElements, tag: string): DicomElements[] {
  const found = elements[tag]?.Value;
  return Array.isArray(found)
    ? found.filter((item): item is DicomElements => typeof item === 'object' && item !== null)
    : [];
}

function strings(found: unknown): string[] {
  const list: unknown[] = Array.isArray(found) ? found : found === undefined || found === null ? [] : [found];
  return list.map((v) =>
    typeof v === 'string' || typeof v === 'number' ? String(v).replace(/^[\0 ]+|[\0 ]+$/g, '') : '',
  );
}
