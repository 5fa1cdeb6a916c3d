import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dice, hausdorff95Mm, STRUCTURES } from '../../../src/core/segmentation/agreement.ts';
import { evaluateCase, meanOf } from '../../../src/studies/segmentation/caseEvaluation.ts';
import type { LabelVolume, Vector3 } from '../../../src/core/volume/volume.ts';
import { drawn, rings } from '../scar/drawn.ts';

const UNIT: Vector3 = [1, 1, 1];

describe('Dice', () => {
  const a = drawn(UNIT, ['oowwss', 'n.....']);
  const b = drawn(UNIT, ['o.wwws', 'ns....']);

  it('is twice the overlap over the sum of both sizes', () => {
    expect(dice(a, b, STRUCTURES.cavity)).toBeCloseTo(2 / 3, 12);
    // Myocardium: columns 3 to 6 and no-reflow in both, and one more of scar in b.
    expect(dice(a, b, STRUCTURES.myocardium)).toBeCloseTo(10 / 11, 12);
    expect(dice(a, b, STRUCTURES.scar)).toBeCloseTo(4 / 6, 12);
    expect(dice(a, b, STRUCTURES.noReflow)).toBe(1);
  });

  it('is 1 with itself, 0 without overlap, NaN where neither holds it, and symmetric', () => {
    expect(dice(a, a, STRUCTURES.scar)).toBe(1);
    expect(dice(drawn(UNIT, ['s.']), drawn(UNIT, ['.s']), STRUCTURES.scar)).toBe(0);
    expect(dice(drawn(UNIT, ['w.']), drawn(UNIT, ['.w']), STRUCTURES.scar)).toBeNaN();
    expect(dice(b, a, STRUCTURES.scar)).toBe(dice(a, b, STRUCTURES.scar));
  });
});

describe('the 95th percentile Hausdorff distance', () => {
  it('is the shift of two single points, in mm along each axis', () => {
    const spacing: Vector3 = [2, 3, 10];
    expect(
      hausdorff95Mm(drawn(spacing, ['o....', '.....']), drawn(spacing, ['...o.', '.....']), STRUCTURES.cavity),
    ).toBe(6);
    expect(
      hausdorff95Mm(drawn(spacing, ['o....', '.....']), drawn(spacing, ['.....', 'o....']), STRUCTURES.cavity),
    ).toBe(3);
  });

  it('is the difference of radius of two discs, to a pixel', () => {
    const spacing: Vector3 = [1.5, 1.5, 8];
    const small = rings(64, [[10, 10]], spacing);
    const large = rings(64, [[16, 16]], spacing);
    // A painted disc's border is up to a pixel inside its radius.
    expect(Math.abs((hausdorff95Mm(small, large, STRUCTURES.cavity) ?? NaN) - 9)).toBeLessThan(1.5);
  });

  it('ignores slices that only one holds, and is null where there is no other', () => {
    const a = drawn(UNIT, ['o...'], ['o...']);
    const b = drawn(UNIT, ['.o..'], ['....']);
    expect(hausdorff95Mm(a, b, STRUCTURES.cavity)).toBe(1);
    expect(hausdorff95Mm(a, b, STRUCTURES.scar)).toBeNull();
  });

  it('forgives one outlier in forty', () => {
    const line = (extra: string): LabelVolume => drawn(UNIT, ['o'.repeat(40) + extra]);
    expect(hausdorff95Mm(line('..........'), line('.........o'), STRUCTURES.cavity)).toBe(0);
  });

  it('is symmetric and 0 with itself', () => {
    const volumes = fc.array(fc.constantFrom(0, 1, 2), { minLength: 60, maxLength: 60 }).map((labels): LabelVolume => ({
      size: [5, 6, 2],
      spacing: [1.5, 2, 8],
      frame: null,
      labels: Uint8Array.from(labels),
    }));
    fc.assert(
      fc.property(volumes, volumes, (a, b) => {
        expect(hausdorff95Mm(a, b, STRUCTURES.cavity)).toBe(hausdorff95Mm(b, a, STRUCTURES.cavity));
        expect(hausdorff95Mm(a, a, STRUCTURES.myocardium) ?? 0).toBe(0);
      }),
    );
  });
});

describe('evaluating a case', () => {
  // Voxels of 0.1 mL.
  const spacing: Vector3 = [2, 5, 10];
  const normal = drawn(spacing, ['oowwww', '......']);
  const infarct = drawn(spacing, ['oowwss', '......']);

  it('counts empty against empty 1 by EMIDEC and null by ours', () => {
    const evaluation = evaluateCase(normal, normal);
    expect(evaluation.diceEmidec).toEqual({ myocardium: 1, infarct: 1, noReflow: 1 });
    expect(evaluation.dice).toEqual({ cavity: 1, myocardium: 1, scar: null, noReflow: null });
    expect(evaluation.falsePositiveMl).toEqual({ scar: 0, noReflow: 0 });
  });

  it('counts scar where the expert sees none 0 by EMIDEC, and as false mL by ours', () => {
    const evaluation = evaluateCase(infarct, normal);
    expect(evaluation.diceEmidec.infarct).toBe(0);
    expect(evaluation.dice.scar).toBeNull();
    expect(evaluation.falsePositiveMl.scar).toBeCloseTo(0.2, 12);
    expect(evaluation.volumeErrorMl.scar).toBeCloseTo(0.2, 12);
    expect(evaluation.scarBurdenErrorPercent).toBeCloseTo(50, 12);
    expect(evaluation.diceEmidec.myocardium).toBe(1);
  });

  it('counts a missed infarct 0 in both, and as too little scar', () => {
    const evaluation = evaluateCase(normal, infarct);
    expect([evaluation.dice.scar, evaluation.diceEmidec.infarct]).toEqual([0, 0]);
    expect(evaluation.falsePositiveMl).toEqual({ scar: null, noReflow: 0 });
    expect(evaluation.volumeErrorMl.scar).toBeCloseTo(-0.2, 12);
    expect(evaluation.scarBurdenErrorPercent).toBeCloseTo(-50, 12);
  });

  it('gives numbers for an empty prediction', () => {
    const nothing = drawn(spacing, ['......', '......']);
    const evaluation = evaluateCase(nothing, infarct);
    expect(evaluation.dice).toEqual({ cavity: 0, myocardium: 0, scar: 0, noReflow: null });
    expect(evaluation.hd95mm).toEqual({ cavity: null, myocardium: null });
    expect(evaluation.volumeErrorMl.myocardium).toBeCloseTo(-0.4, 12);
  });

  it('takes means over what is known only', () => {
    expect(meanOf([1, null, 0])).toBe(0.5);
    expect(meanOf([null, null])).toBeNull();
  });
});
