import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowest } from '../../../src/core/phantom/rankScar.ts';

describe('the lowest of some values', () => {
  it('are those that a sort puts first, the first of equals before the others', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }), fc.nat(70), (values, count) => {
        const sorted = [...values.keys()].sort((a, b) => values[a] - values[b] || a - b).slice(0, count);
        expect([...lowest(Float64Array.from(values), count)]).toEqual(sorted.sort((a, b) => a - b));
      }),
    );
  });
});
