import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keySlices, mostScar } from '../../../../src/app/case/saving/keySlices.ts';

const heart = (scarMl: number) => ({ myocardiumMl: 5, scarMl });
const empty = { myocardiumMl: 0, scarMl: 0 };
const MOST = 6;

describe('the slices of a report', () => {
  it('are all that hold the heart, where they are few', () => {
    expect(keySlices([empty, heart(0), heart(1), empty], MOST)).toEqual([1, 2]);
    expect(keySlices([empty, empty], MOST)).toEqual([]);
  });

  it('are spread from end to end, the one with most scar among them', () => {
    const slices = Array.from({ length: 13 }, (_, slice) => heart(slice === 4 ? 3 : 0.1));
    expect(keySlices(slices, MOST)).toEqual([0, 2, 4, 7, 10, 12]);
  });

  it('are at most so many, in order, each once, all with heart, and hold the most scar, in any stack', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ myocardiumMl: fc.constantFrom(0, 4), scarMl: fc.constantFrom(0, 1, 2) }), {
          maxLength: 40,
        }),
        (slices) => {
          const shown = keySlices(slices, MOST);
          expect(shown.length).toBeLessThanOrEqual(MOST);
          expect([...new Set(shown)].sort((a, b) => a - b)).toEqual(shown);
          expect(shown.every((slice) => slices[slice].myocardiumMl > 0)).toBe(true);
          const most = Math.max(0, ...slices.map(({ myocardiumMl, scarMl }) => (myocardiumMl > 0 ? scarMl : 0)));
          if (most > 0) expect(Math.max(...shown.map((slice) => slices[slice].scarMl))).toBe(most);
        },
      ),
    );
  });
});

describe('the slices that tell the most', () => {
  const slice = (scarMl: number, myocardiumMl = 10): { scarMl: number; myocardiumMl: number } => ({
    scarMl,
    myocardiumMl,
  });

  it('are those with the most scar, in the stack’s order', () => {
    expect(mostScar([slice(1), slice(5), slice(0), slice(4), slice(6), slice(0, 0)], 3)).toEqual([1, 3, 4]);
  });

  it('are the heart’s middle ones where there is no scar', () => {
    expect(mostScar([slice(0, 0), slice(0), slice(0), slice(0), slice(0), slice(0)], 3)).toEqual([2, 3, 4]);
  });
});
