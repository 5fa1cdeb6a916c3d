import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defibrillatorRecommendations, madit2Score } from '../../../src/core/patient/guideline.ts';

const FACTS = { ischaemic: true, nyha: 2, daysSinceInfarct: 40, revascularised: false } as const;
const metBy = (lvef: number, facts: Parameters<typeof defibrillatorRecommendations>[1]): unknown =>
  Object.fromEntries(defibrillatorRecommendations({ lvef }, facts).map(({ id, met }) => [id, met]));

describe('the guideline on a defibrillator', () => {
  it('asks LVEF of 35% or less with NYHA II or III, or 30% or less with NYHA I, from 40 days after the infarct', () => {
    expect(metBy(35, FACTS)).toEqual({ lvef35: true, lvef30: false });
    expect(metBy(36, FACTS)).toEqual({ lvef35: false, lvef30: false });
    expect(metBy(30, { ...FACTS, nyha: 1 })).toEqual({ lvef35: false, lvef30: true });
    expect(metBy(31, { ...FACTS, nyha: 1 })).toEqual({ lvef35: false, lvef30: false });
    expect(metBy(30, { ...FACTS, nyha: 4 })).toEqual({ lvef35: false, lvef30: false });
    expect(metBy(30, { ...FACTS, daysSinceInfarct: 39 })).toEqual({ lvef35: false, lvef30: false });
  });

  it('says neither yes nor no where it turns on what is unknown', () => {
    expect(metBy(30, {})).toEqual({ lvef35: null, lvef30: null });
    expect(metBy(60, {})).toEqual({ lvef35: false, lvef30: false });
    expect(metBy(30, { ...FACTS, revascularised: true })).toEqual({ lvef35: null, lvef30: false });
  });

  it('takes the LVEF of CMR only where there is no other', () => {
    const met = (covariates: { lvef?: number; lvefCmr?: number }): unknown =>
      defibrillatorRecommendations(covariates, FACTS)[0].met;
    expect(met({ lvefCmr: 30 })).toBe(true);
    expect(met({ lvef: 40, lvefCmr: 30 })).toBe(false);
  });
});

describe("MADIT-II's score", () => {
  it('counts one point for each factor beyond its limit', () => {
    const at = { age: 70, qrs: 120, atrialFibrillation: 0, lvef: 30 };
    const none = madit2Score(at, { nyha: 2, ureaNitrogen: 26, creatinine: 2.4, daysSinceInfarct: 100 });
    expect([none.least, none.most, none.veryHighRisk, none.likeThem]).toEqual([0, 0, false, true]);
    const all = madit2Score({ age: 71, qrs: 121, atrialFibrillation: 1, lvef: 31 }, { nyha: 3, ureaNitrogen: 27 });
    expect([all.least, all.most, all.likeThem]).toEqual([5, 5, false]);
    expect(madit2Score({ lvef: 30 }, { daysSinceInfarct: 29 }).likeThem, 'within a month of the infarct').toBe(false);
    expect(madit2Score({ lvef: 30 }, {}).likeThem, 'no infarct known').toBeNull();
    expect(madit2Score({}, { creatinine: 2.5 }).veryHighRisk).toBe(true);
    expect(madit2Score({}, { ureaNitrogen: 50 }).veryHighRisk).toBe(true);
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
