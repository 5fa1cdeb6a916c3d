import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  derivateIcmScore,
  estimatedGfr,
  greyZoneAgreement,
  greyZoneMark,
  hersAgreement,
  hersCount,
  madit2Score,
} from '../../../src/core/patient/scores.ts';

describe("MADIT-II's score", () => {
  const kidney = { ureaNitrogen: 26, creatinine: 2.4 } as const;
  it('counts one point for each factor beyond its limit', () => {
    const at = { age: 70, qrs: 120, atrialFibrillation: 0, lvef: 30 };
    const none = madit2Score(at, { nyha: 2, ...kidney, daysSinceInfarct: 100 });
    expect([none.least, none.most, none.veryHighRisk, none.likeThem]).toEqual([0, 0, false, true]);
    const all = madit2Score({ age: 71, qrs: 121, atrialFibrillation: 1, lvef: 31 }, { nyha: 3, ureaNitrogen: 27 });
    expect([all.least, all.most, all.likeThem]).toEqual([5, 5, false]);
    expect(madit2Score({ lvef: 30 }, { daysSinceInfarct: 29 }).likeThem, 'within a month of the infarct').toBe(false);
    expect(madit2Score({ lvef: 30 }, {}).likeThem, 'no infarct known').toBeNull();
    expect(madit2Score({}, { creatinine: 2.5 }).veryHighRisk).toBe(true);
    expect(madit2Score({}, { ureaNitrogen: 50 }).veryHighRisk).toBe(true);
  });

  it("gives the trial's deaths and the survival by 8 years that were published, and none while they are open", () => {
    const none = { age: 60, qrs: 100, atrialFibrillation: 0 };
    expect(madit2Score(none, { nyha: 2, ...kidney })).toMatchObject({
      trialDeathShare: 0.08,
      aliveAt8Years: { withIcd: 0.75, without: 0.58 },
    });
    expect(madit2Score({ ...none, age: 75 }, { nyha: 3, ...kidney })).toMatchObject({
      trialDeathShare: 0.28,
      aliveAt8Years: { withIcd: 0.47, without: 0.31 },
    });
    expect(madit2Score({ ...none, age: 75, qrs: 130 }, { nyha: 3, ...kidney }).aliveAt8Years).toEqual({
      withIcd: 0.19,
      without: 0.17,
    });
    expect(madit2Score({}, { creatinine: 3 })).toMatchObject({ trialDeathShare: 0.43, aliveAt8Years: null });
    expect(madit2Score({}, {})).toMatchObject({ trialDeathShare: null, aliveAt8Years: null });
  });

  it('gives a range as wide as what is unknown', () => {
    const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
    fc.assert(
      fc.property(
        maybe(fc.integer({ min: 18, max: 100 })),
        maybe(fc.integer({ min: 40, max: 300 })),
        maybe(fc.integer({ min: 1, max: 4 })),
        (age, qrs, nyha) => {
          const given = [age, qrs, nyha].filter((value) => value !== undefined).length;
          const { least, most } = madit2Score(
            { ...(age !== undefined && { age }), ...(qrs !== undefined && { qrs }) },
            { ...(nyha !== undefined && { nyha }) },
          );
          expect(most - least).toBe(5 - given);
        },
      ),
    );
  });
});

describe('DERIVATE-ICM', () => {
  it('is 0.005 EDV/BSA - 0.029 LVEF + 0.010 g of enhancement, and nothing where one is missing', () => {
    const score = derivateIcmScore({ lvefCmr: 30, lvef: 35 }, { edvIndex: 120, ischaemic: true }, 20);
    expect(score.value).toBeCloseTo(0.6 - 0.87 + 0.2, 12);
    expect(score.likeThem).toBe(true);
    expect(derivateIcmScore({}, {}, 20)).toMatchObject({ value: null, closedBy: ['edvIndex', 'lvefCmr'] });
    expect(derivateIcmScore({ lvef: 50 }, { ischaemic: true }, 20).likeThem).toBe(false);
  });
});

describe('the grey zone by 3 SD', () => {
  it('is beyond its cut-off above 5.0 g, and may point another way than the image', () => {
    expect(greyZoneMark(5, {}).beyond).toBe(false);
    expect(greyZoneMark(5.1, {}).beyond).toBe(true);
    expect(greyZoneMark(null, {}).beyond).toBeNull();
    expect(greyZoneAgreement(greyZoneMark(8, {}), 1.3).code).toBe('sameWay');
    expect(greyZoneAgreement(greyZoneMark(2, {}), 1.3).code).toBe('otherWay');
    expect(greyZoneAgreement(greyZoneMark(2, {}), null).code).toBe('open');
  });
});

describe('HERS', () => {
  const woman = { male: 0, age: 65, atrialFibrillation: 0, diabetes: 0 };
  const clear = { ischaemic: true, priorInfarct: false, heartFailure: false, inactive: false, creatinine: 0.8 };

  it('counts six factors, of women with coronary disease alone', () => {
    expect(hersCount(woman, clear)).toMatchObject({ least: 0, most: 0, ratePerYear: [0.003, 0.003], likeThem: true });
    const two = hersCount({ ...woman, diabetes: 1 }, { ...clear, daysSinceInfarct: 900, priorInfarct: true });
    expect(two).toMatchObject({ least: 2, ratePerYear: [0.012, 0.012] });
    expect(hersCount({ ...woman, male: 1 }, clear).likeThem).toBe(false);
    const all = hersCount(
      { ...woman, diabetes: 1, atrialFibrillation: 1 },
      { ischaemic: true, priorInfarct: true, nyha: 3, inactive: true, creatinine: 2.5 },
    );
    expect(all).toMatchObject({ least: 6, ratePerYear: [0.029, 0.029] });
  });

  it('gives the range of what is open, and its risk over as many years as ours', () => {
    const open = hersCount({}, {});
    expect(open.ratePerYear).toEqual([0.003, 0.029]);
    expect(hersAgreement(open, 4, 0.05)).toMatchObject({
      code: 'risks',
      theirs: [expect.closeTo(0.0119, 4), expect.closeTo(0.1095, 4)],
      ours: 0.05,
    });
  });
});

it("CKD-EPI 2021 gives what the National Kidney Foundation's calculator does", () => {
  expect(estimatedGfr(1, 60, false)).toBeCloseTo(64.5, 0);
  expect(estimatedGfr(1, 60, true)).toBeCloseTo(86, 0);
  expect(estimatedGfr(0.6, 40, false)).toBeCloseTo(116.1, 0);
});
