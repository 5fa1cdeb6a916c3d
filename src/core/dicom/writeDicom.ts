import { sha256 } from '@noble/hashes/sha2.js';
import { data, type DicomElements } from 'dcmjs';
import { ScarcastError } from '../errors.ts';
import { asValueRepresentation } from './valueRepresentation.ts';
import { Tag } from './tags.ts';

/** An element that is written: its VR (PS3.5 section 6.2) and its values; for a sequence, its items. */
export type NewElement = readonly [vr: string, ...values: (string | number | NewElements | Uint8Array)[]];

/**
 * Elements by tag, eight hexadecimal digits in capitals. Only what is here is written: nothing is copied from
 * elsewhere.
 */
export interface NewElements {
  readonly [tag: string]: NewElement;
}

const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
/** Of the program that wrote the files: any fixed number under 2.25 (PS3.5 B.2). */
const IMPLEMENTATION_UID = '2.25.205911236731457205838176243152437100';
/** The most characters that a decimal string holds (PS3.5 table 6.2-1). */
const DECIMAL_STRING_CHARACTERS = 16;

/**
 * One DICOM file (PS3.10), explicit little endian, text in UTF-8. The elements must hold the SOP class (0008,0016) and
 * instance (0008,0018). The same elements give the same bytes.
 */
export function writeDicom(elements: NewElements): Uint8Array {
  const file = new data.DicomDict({
    [Tag.FileMetaInformationVersion]: { vr: 'OB', Value: [Uint8Array.of(0, 1).buffer] },
    [Tag.MediaStorageSOPClassUID]: { vr: 'UI', Value: [elements[Tag.SOPClassUID][1]] },
    [Tag.MediaStorageSOPInstanceUID]: { vr: 'UI', Value: [elements[Tag.SOPInstanceUID][1]] },
    [Tag.TransferSyntaxUID]: { vr: 'UI', Value: [EXPLICIT_LITTLE_ENDIAN] },
    [Tag.ImplementationClassUID]: { vr: 'UI', Value: [IMPLEMENTATION_UID] },
    [Tag.ImplementationVersionName]: { vr: 'SH', Value: ['SCARCAST'] },
  });
  file.dict = toDcmjs(elements);
  try {
    return new Uint8Array(file.write({ fragmentMultiframe: false }));
  } catch (error) {
    throw new DicomWriteError({ code: 'dicomNotWritten' }, { cause: error });
  }
}

/**
 * The object cannot be written. dcmjs says why in words that quote the element, which may be a name, so they are not
 * repeated.
 */
export class DicomWriteError extends ScarcastError<{ readonly code: 'dicomNotWritten' }> {}

function toDcmjs(elements: NewElements): DicomElements {
  const dict: DicomElements = {};
  for (const tag of Object.keys(elements).sort()) {
    const [vr, ...values] = elements[tag];
    dict[tag] = {
      vr,
      Value: values.map((value) => {
        if (value instanceof Uint8Array) return value.slice().buffer;
        if (typeof value === 'object') return toDcmjs(value);
        if (typeof value === 'string') return asValueRepresentation(vr, value);
        return vr === 'DS' ? decimalString(value) : value;
      }),
    };
  }
  return dict;
}

/** The nearest number that a decimal string can hold. */
export function decimalString(value: number): string {
  for (let digits = 15; digits > 0; digits--) {
    const text = String(Number(value.toPrecision(digits)));
    if (text.length <= DECIMAL_STRING_CHARACTERS) return text;
  }
  return value.toExponential(8);
}

/**
 * Makes UIDs under 2.25 (PS3.5 B.2) from what an object holds: the same content and purpose always give the same one.
 */
export function uidsFrom(...content: (Uint8Array | string)[]): (purpose: string) => string {
  const hash = sha256.create();
  for (const part of content) hash.update(typeof part === 'string' ? utf8(part) : part);
  const seed = hash.digest();
  return (purpose) => {
    const bytes = sha256(Uint8Array.from([...seed, ...utf8(purpose)])).slice(0, 16);
    // RFC 9562: version 8 (made by a rule of one's own), variant 10.
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return `2.25.${bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n)}`;
  };
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
