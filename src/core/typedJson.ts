/**
 * JSON that also preserves what plain JSON does not: typed arrays, and numbers that are not finite. Little-endian, as
 * is every machine that runs a browser.
 */
import { ScarcastError } from './errors.ts';

const KINDS = { Uint8Array, Uint32Array, Float32Array } as const;
type Kind = keyof typeof KINDS;

/** The one key of an object that represents something that JSON cannot express. */
const MARK = '$is';

/** The text is not such JSON. */
export class TypedJsonError extends ScarcastError<{ readonly code: 'typedJsonDamaged' }> {}

/** @param value plain objects and lists of strings, numbers, booleans, null and the typed arrays of KINDS */
export function toTypedJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'number' && !Number.isFinite(item)) return { [MARK]: 'number', value: String(item) };
    for (const kind of Object.keys(KINDS) as Kind[]) {
      if (item instanceof KINDS[kind]) return { [MARK]: kind, base64: toBase64(item) };
    }
    return item;
  });
}

/** Throws TypedJsonError where the text is damaged. */
export function fromTypedJson(text: string): unknown {
  try {
    return JSON.parse(text, (_key, item: unknown) => {
      if (typeof item !== 'object' || item === null || !(MARK in item)) return item;
      if (item[MARK] === 'number' && 'value' in item) return Number(item.value);
      if ('base64' in item && typeof item.base64 === 'string') return fromBase64(item[MARK], item.base64);
      throw new TypeError('not a value of this JSON');
    });
  } catch (error) {
    throw new TypedJsonError({ code: 'typedJsonDamaged' }, { cause: error });
  }
}

/** Text is put together in parts: a function takes a limited number of arguments. */
const PART_BYTES = 0x8000;

function toBase64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += PART_BYTES) {
    text += String.fromCharCode(...bytes.subarray(at, at + PART_BYTES));
  }
  return btoa(text);
}

function fromBase64(kind: unknown, base64: string): InstanceType<(typeof KINDS)[Kind]> {
  const { buffer } = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  switch (kind) {
    case 'Uint8Array':
      return new Uint8Array(buffer);
    case 'Uint32Array':
      return new Uint32Array(buffer);
    case 'Float32Array':
      return new Float32Array(buffer);
    default:
      throw new TypeError(`no array of kind ${String(kind)}`);
  }
}
