import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromFloat16, toFloat16 } from '../../../src/nn/float16.ts';

const CODES = 65_536;
const isNaNCode = (code: number): boolean => (code & 0x7c00) === 0x7c00 && (code & 0x3ff) !== 0;

describe('binary16', () => {
  it('comes back from every one of its 65,536 codes', () => {
    const lost: number[] = [];
    for (let code = 0; code < CODES; code++) {
      const back = toFloat16(fromFloat16(code));
      if (isNaNCode(code) ? !isNaNCode(back) : back !== code) lost.push(code);
    }
    expect(lost).toEqual([]);
  });

  it('has the values of IEEE 754', () => {
    const known: [number, number][] = [
      [0x0000, 0],
      [0x0001, 2 ** -24],
      [0x03ff, (1023 / 1024) * 2 ** -14],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0x3c00, 1],
      [0xc000, -2],
      [0x7bff, 65504],
      [0x7c00, Infinity],
      [0xfc00, -Infinity],
    ];
    for (const [code, value] of known) {
      expect(fromFloat16(code)).toBe(value);
      expect(toFloat16(value)).toBe(code);
    }
    expect(fromFloat16(0x8000)).toBe(-0);
    expect(toFloat16(-0)).toBe(0x8000);
    expect(fromFloat16(toFloat16(NaN))).toBeNaN();
  });

  it('rounds half way to the even code, on every step between neighbours', () => {
    const wrong: number[] = [];
    for (let code = 0; code < 0x7bff; code++) {
      const low = fromFloat16(code);
      const high = fromFloat16(code + 1);
      const middle = (low + high) / 2;
      const even = code % 2 === 0 ? code : code + 1;
      // All three are exact in float32, as is a value just off the middle.
      const hair = (high - low) / 4096;
      if (toFloat16(middle) !== even) wrong.push(code);
      if (toFloat16(middle - hair) !== code || toFloat16(middle + hair) !== code + 1) wrong.push(code);
      if (toFloat16(-middle) !== (even | 0x8000)) wrong.push(code);
    }
    expect(wrong).toEqual([]);
  });

  it('becomes infinite from half a step beyond the largest number, and 0 from half the smallest', () => {
    expect(toFloat16(65519.99)).toBe(0x7bff);
    expect(toFloat16(65520)).toBe(0x7c00);
    expect(toFloat16(-1e30)).toBe(0xfc00);
    expect(toFloat16(2 ** -25)).toBe(0);
    expect(toFloat16(1.5 * 2 ** -25)).toBe(1);
    expect(toFloat16(-1e-40)).toBe(0x8000);
  });

  it('keeps weights to 2^-11 of themselves', () => {
    fc.assert(
      fc.property(fc.float({ min: Math.fround(2 ** -14), max: 60000, noNaN: true }), (value) => {
        expect(Math.abs(fromFloat16(toFloat16(value)) - value)).toBeLessThanOrEqual(value * 2 ** -11);
      }),
    );
  });
});
