import { expect, it } from 'vitest';
import type { Burden } from '../../../../src/core/scar/burden.ts';
import { measureIntervals } from '../../../../src/pipeline/analysing/measureIntervals.ts';

it('an interval around a share of the wall ends at the whole wall, and one around a volume does not', () => {
  const wide = { below: 2, above: 3 };
  const margins = { scarMl: wide, noReflowMl: wide, myocardiumMl: wide, bloodPoolMl: wide, burdenPercent: wide };
  const { burdenPercent, scarMl } = measureIntervals(
    { scarMl: 120, noReflowMl: 0, myocardiumMl: 200, bloodPoolMl: 200, burdenPercent: 60 } as Burden,
    margins,
  );
  expect(burdenPercent[1]).toBe(100);
  expect(burdenPercent[0]).toBeLessThan(60);
  expect(scarMl[1]).toBeGreaterThan(100);
});
