import { describe, expect, it } from 'vitest';
import { logOddsOfRisk, risk } from '../../../src/core/patient/logLogistic.ts';
import { lowLvefShare, shiftAt, solveLvefShift, solveShift } from '../../../src/core/patient/lvefShift.ts';
import {
  hasHeartFailure,
  netRisk,
  otherDeathFactor,
  PUBLISHED_RATES,
  risksAtRate,
  usualRate,
} from '../../../src/core/patient/rates.ts';
import { recalibrated, shifted, withSpread } from '../../../src/core/patient/recalibration.ts';

const law = { mu: 3.66, sigma: 1.14 };

describe('a shift by LVEF', () => {
  it('runs from one value at 30% to the other at 40%, without a step at 35%', () => {
    expect([20, 30, 32.5, 35, 40, 60].map(lowLvefShare)).toEqual([1, 1, 0.75, 0.5, 0, 0]);
    const shift = { low: -1, high: -2 };
    expect(Math.abs(shiftAt(shift, 35) - shiftAt(shift, 36))).toBeCloseTo(0.1, 12);
  });

  it('is found so that both classes have the mean risk that was asked for', () => {
    const lvef = Array.from({ length: 60 }, (_, i) => 12 + i);
    const logOdds = lvef.map((percent) => -2 - 0.03 * (percent - 35));
    const shift = solveLvefShift(logOdds, lvef, { low: 0.05, high: 0.012 });
    const mean = (low: boolean): number => {
      const rows = lvef.map((_, i) => i).filter((i) => lvef[i] <= 35 === low);
      return rows.reduce((sum, i) => sum + 1 / (1 + Math.exp(-logOdds[i] - shiftAt(shift, lvef[i]))), 0) / rows.length;
    };
    expect(mean(true)).toBeCloseTo(0.05, 9);
    expect(mean(false)).toBeCloseTo(0.012, 9);
    expect(solveShift([0, 0], 0.5)).toBeCloseTo(0, 9);
  });
});

describe('a law brought to another level', () => {
  it('has its log-odds shifted alike at all times, and its risk by the horizon held when sigma changes', () => {
    for (const t of [1, 4, 10])
      expect(logOddsOfRisk(shifted(law, -1.19), t)).toBeCloseTo(logOddsOfRisk(law, t) - 1.19, 12);
    const wider = withSpread(law, 1.3, 4);
    expect(risk(wider, 4)).toBeCloseTo(risk(law, 4), 12);
    expect(risk(wider, 1)).toBeGreaterThan(risk(law, 1));
    expect(risk(wider, 10)).toBeLessThan(risk(law, 10));
  });

  it('gives the worked example: net risks by 1, 4, 5 and 10 years at the rates of PROFID, STICH and PARADIGM-HF', () => {
    const at = (delta: number): number[] => [1, 4, 5, 10].map((t) => 100 * risk(shifted(law, delta), t));
    const expected: [number, number[]][] = [
      [-1.19, [1.2, 4.0, 4.8, 8.5]],
      [-0.63, [2.1, 6.8, 8.1, 14.0]],
      [-0.14, [3.4, 10.6, 12.5, 20.9]],
    ];
    for (const [delta, risks] of expected) {
      // The example and its deltas are written to one and two digits.
      at(delta).forEach((value, k) => expect(Math.abs(value - risks[k])).toBeLessThan(0.1));
    }
  });

  it('goes by aetiology to the training cohort, and from there to a rate', () => {
    const recalibration = {
      spread: 1,
      ischaemic: { low: 0.3, high: -0.6 },
      other: { low: 0, high: 0 },
      rates: { afterInfarct: { low: -1.4, high: -1.7 }, heartFailure: { low: -0.4, high: -0.4 } },
    };
    const at = (lvefPercent: number, ischaemic: boolean, rate: 'music' | 'afterInfarct'): number =>
      logOddsOfRisk(recalibrated(law, recalibration, { lvefPercent, ischaemic }, rate), 4) - logOddsOfRisk(law, 4);
    expect(at(25, true, 'music')).toBeCloseTo(0.3, 12);
    expect(at(50, true, 'music')).toBeCloseTo(-0.6, 12);
    expect(at(25, false, 'music')).toBeCloseTo(0, 12);
    expect(at(25, true, 'afterInfarct')).toBeCloseTo(-1.1, 12);
  });
});

describe('the published rates', () => {
  it("are PROFID's 1.23 and 0.303 per 100 patient-years, and 4.8 and 1.2% net by 4 years", () => {
    const { low, high } = PUBLISHED_RATES.afterInfarct.suddenDeathsPerYear;
    expect(100 * low).toBeCloseTo(1.23, 2);
    expect(100 * high).toBeCloseTo(0.303, 3);
    expect(100 * risksAtRate('afterInfarct').low).toBeCloseTo(4.8, 1);
    expect(100 * risksAtRate('afterInfarct').high).toBeCloseTo(1.2, 1);
    expect(100 * netRisk(high, 5), 'a well survivor by 5 years').toBeCloseTo(1.5, 1);
  });

  it('lie between PARADIGM-HF and DAPA-HF in heart failure, and keep the ratio above 35%', () => {
    const { low, high } = PUBLISHED_RATES.heartFailure.suddenDeathsPerYear;
    expect(low).toBeGreaterThan(0.029);
    expect(low).toBeLessThan(0.033);
    expect(high / low).toBeCloseTo(1.48 / 4.21, 9);
  });
});

describe('the rate for whom the patient is', () => {
  it('is that after an infarct where there is no heart failure, else that of heart failure', () => {
    expect(usualRate({ heartFailure: false })).toBe('afterInfarct');
    expect(usualRate({ nyha: 1 })).toBe('afterInfarct');
    expect(usualRate({ nyha: 2 })).toBe('heartFailure');
    expect(usualRate({ heartFailure: true })).toBe('heartFailure');
    expect(usualRate({})).toBe('heartFailure');
    expect(hasHeartFailure({ nyha: 1 })).toBeUndefined();
  });

  it('lowers the hazard of other death above 40%, and not as in MUSIC', () => {
    expect(otherDeathFactor('afterInfarct', 25)).toBe(1);
    expect(otherDeathFactor('afterInfarct', 50)).toBeCloseTo(0.6, 12);
    expect(otherDeathFactor('music', 50)).toBe(1);
  });
});
