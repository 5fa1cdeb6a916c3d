import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INVERSION_EFFICIENCY, NO_REFLOW_LAMBDA, Tissue } from '../../../src/core/phantom/constants.ts';
import {
  contrastT1Ms,
  magnetisation,
  nullingTimeMs,
  tissueSignals,
} from '../../../src/core/phantom/inversionRecovery.ts';

const REPETITION_MS = 1800;
/** The expected values are given to two decimals. */
const SIGNAL_TOLERANCE = 0.006;
/** And these to a whole ms. */
const TIME_TOLERANCE_MS = 0.6;

const ACUTE = { acute: true, noReflowLambda: 0.15 };

describe('T1 after contrast', () => {
  it.each([
    [Tissue.myocardium, 538, 590],
    [Tissue.core, 358, 399],
    [Tissue.greyZone, 439, 495],
    [Tissue.noReflow, 841, 973],
    [Tissue.fat, 257, 365],
    [Tissue.liver, 376, 477],
    [Tissue.skeletalMuscle, 701, 944],
    [Tissue.blood, 400, 430],
  ])('of tissue %i is %i ms at 1.5 T and %i ms at 3 T', (tissue, at15, at3) => {
    expect(Math.abs(contrastT1Ms(tissue, 1.5, 400) - at15)).toBeLessThan(TIME_TOLERANCE_MS);
    expect(Math.abs(contrastT1Ms(tissue, 3, 430) - at3)).toBeLessThan(TIME_TOLERANCE_MS);
  });

  it('of an acute core is longer than of a chronic one', () => {
    expect(contrastT1Ms(Tissue.core, 1.5, 400, ACUTE)).toBeCloseTo(392, 0);
    expect(contrastT1Ms(Tissue.core, 3, 430, ACUTE)).toBeCloseTo(436, 0);
  });

  it('of no-reflow is the shorter the more contrast reaches it, and never shorter than that of normal myocardium', () => {
    const t1 = (noReflowLambda: number): number =>
      contrastT1Ms(Tissue.noReflow, 1.5, 400, { acute: true, noReflowLambda });
    expect(t1(NO_REFLOW_LAMBDA.min)).toBeGreaterThan(t1(0.2));
    expect(t1(0.2)).toBeGreaterThan(t1(NO_REFLOW_LAMBDA.max));
    expect(t1(NO_REFLOW_LAMBDA.max)).toBeGreaterThan(contrastT1Ms(Tissue.myocardium, 1.5, 400));
  });
});

describe('the inversion time that nulls normal myocardium', () => {
  it('is 342 ms at 1.5 T and 360 ms at 3 T', () => {
    const nullMs = (field: 1.5 | 3, blood: number): number =>
      nullingTimeMs(contrastT1Ms(Tissue.myocardium, field, blood), REPETITION_MS, INVERSION_EFFICIENCY[field]);
    expect(nullMs(1.5, 400)).toBeCloseTo(342, 0);
    expect(nullMs(3, 430)).toBeCloseTo(360, 0);
  });

  it('nulls any tissue', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 200, max: 1500, noNaN: true }),
        fc.double({ min: 1200, max: 2400, noNaN: true }),
        (t1, tr) => {
          expect(magnetisation(nullingTimeMs(t1, tr, 0.95), t1, tr, 0.95)).toBeCloseTo(0, 12);
        },
      ),
    );
  });

  it('leaves blood, scar, grey zone, liver and fat above zero, no-reflow and muscle below it', () => {
    const contrast = {
      field: 1.5,
      bloodT1Ms: 400,
      repetitionMs: REPETITION_MS,
      acute: false,
      noReflowLambda: 0.15,
    } as const;
    const nullMs = nullingTimeMs(contrastT1Ms(Tissue.myocardium, 1.5, 400), REPETITION_MS, INVERSION_EFFICIENCY[1.5]);
    const signals = tissueSignals(contrast, nullMs);
    const expected: [number, number][] = [
      [Tissue.myocardium, 0],
      [Tissue.blood, 0.18],
      [Tissue.core, 0.25],
      [Tissue.greyZone, 0.12],
      [Tissue.noReflow, -0.17],
      [Tissue.liver, 0.22],
      [Tissue.fat, 0.48],
      [Tissue.skeletalMuscle, -0.12],
      [Tissue.air, 0],
    ];
    for (const [tissue, signal] of expected) expect(Math.abs(signals[tissue] - signal)).toBeLessThan(SIGNAL_TOLERANCE);
  });
});
