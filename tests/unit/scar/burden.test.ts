import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureBurden } from '../../../src/core/scar/burden.ts';
import type { LabelVolume } from '../../../src/core/volume/volume.ts';
import { drawn } from './drawn.ts';

// Sums of a few hundred products in double precision.
const ROUNDING_DIGITS = 9;

const labelVolumes = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 }))
  .chain(([columns, rows, slices]) =>
    fc.record({
      size: fc.constant([columns, rows, slices] as const),
      spacing: fc.constant([1.5, 1.25, 8] as const),
      frame: fc.constant(null),
      labels: fc
        .array(fc.integer({ min: 0, max: 4 }), {
          minLength: columns * rows * slices,
          maxLength: columns * rows * slices,
        })
        .map((values) => Uint8Array.from(values)),
    }),
  );

describe('scar burden', () => {
  it('turns counts into mL, g and % of the myocardium; no-reflow is scar and myocardium', () => {
    // A voxel of 2 x 2.5 x 10 mm holds 0.05 mL: 4 pool, 10 wall of which 4 scar of which 1 no-reflow.
    const burden = measureBurden(drawn([2, 2.5, 10], ['wwwwww.', 'oooo...', 'sssn...']));
    expect(burden.bloodPoolMl).toBeCloseTo(0.2, ROUNDING_DIGITS);
    expect(burden.myocardiumMl).toBeCloseTo(0.5, ROUNDING_DIGITS);
    expect(burden.myocardiumG).toBeCloseTo(0.525, ROUNDING_DIGITS);
    expect(burden.scarMl).toBeCloseTo(0.2, ROUNDING_DIGITS);
    expect(burden.scarG).toBeCloseTo(0.21, ROUNDING_DIGITS);
    expect(burden.burdenPercent).toBeCloseTo(40, ROUNDING_DIGITS);
    expect(burden.noReflowMl).toBeCloseTo(0.05, ROUNDING_DIGITS);
    expect(burden.noReflowG).toBeCloseTo(0.0525, ROUNDING_DIGITS);
    expect(burden.noReflowPercent).toBeCloseTo(10, ROUNDING_DIGITS);
  });

  it('has 0 %, not NaN, where there is no myocardium', () => {
    const burden = measureBurden(drawn([1, 1, 1], ['oo.', '...']));
    expect([burden.burdenPercent, burden.noReflowPercent, burden.myocardiumMl]).toEqual([0, 0, 0]);
  });

  it('of the slices adds up to that of the whole', () => {
    fc.assert(
      fc.property(labelVolumes, (labels: LabelVolume) => {
        const whole = measureBurden(labels);
        const slices = Array.from({ length: labels.size[2] }, (_, slice) => measureBurden(labels, slice, slice + 1));
        for (const key of [
          'bloodPoolMl',
          'myocardiumMl',
          'myocardiumG',
          'scarMl',
          'scarG',
          'noReflowMl',
          'noReflowG',
        ] as const) {
          expect(slices.reduce((sum, slice) => sum + slice[key], 0)).toBeCloseTo(whole[key], ROUNDING_DIGITS);
        }
        const weighted = slices.reduce((sum, slice) => sum + slice.burdenPercent * slice.myocardiumMl, 0);
        if (whole.myocardiumMl > 0) {
          expect(weighted / whole.myocardiumMl).toBeCloseTo(whole.burdenPercent, ROUNDING_DIGITS);
        }
        expect(whole.noReflowMl).toBeLessThanOrEqual(whole.scarMl);
        expect(whole.scarMl).toBeLessThanOrEqual(whole.myocardiumMl);
      }),
    );
  });
});
