import { describe, expect, it } from 'vitest';
import { teachZh } from '../../../../src/app/messages/teachZh.ts';

/** Every text with its place; a function's with made-up values. */
function texts(messages: object, place = ''): (readonly [string, string])[] {
  return Object.entries(messages).flatMap(([key, value]: [string, unknown]): (readonly [string, string])[] => {
    const here = `${place}${key}`;
    if (typeof value === 'function') return [[here, String((value as (...all: unknown[]) => unknown)('1', 2))]];
    return typeof value === 'object' && value !== null ? texts(value, `${here}.`) : [[here, String(value)]];
  });
}

/** Names that are the same in every language. */
const NAMES = /\b(LAD|LCX|RCA|SD|FWHM|Otsu|Dice|LVEF|PSIR|mL|g|ms)\b|\d|\W/g;

describe('the teaching room in Chinese', () => {
  it('has Chinese wherever there is more than a name or a number', () => {
    const english = texts(teachZh).filter(([, text]) => !/[一-鿿]/.test(text) && text.replace(NAMES, '') !== '');
    expect(english).toEqual([]);
  });
});
