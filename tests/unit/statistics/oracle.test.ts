/** Every metric against R's answers on the same patients (shared data folder, oracle/): see its NOTE. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aalenJohansen } from '../../../src/core/statistics/aalenJohansen.ts';
import { brierScore, integratedBrierScore } from '../../../src/core/statistics/brier.ts';
import { harrellC, unoC } from '../../../src/core/statistics/concordance.ts';
import { coxLogLikelihood, coxSurvival, fitCoxRidge } from '../../../src/core/statistics/coxRidge.ts';
import { kaplanMeier, stepAt } from '../../../src/core/statistics/kaplanMeier.ts';
import { dataWith } from '../../realData.ts';
import { numbers, readColumns } from './csv.ts';

const DATA = dataWith('oracle', 'survival');

/** R's files hold 15 digits, its printed summary 7 to 10. */
const SAME = 1e-6;

function expectSame(ours: ArrayLike<number>, theirs: ArrayLike<number>): void {
  expect(ours.length).toBe(theirs.length);
  let worst = 0;
  for (let i = 0; i < ours.length; i++) worst = Math.max(worst, Math.abs(ours[i] - theirs[i]));
  expect(worst).toBeLessThan(SAME);
}

describe.skipIf(!DATA)('agrees with R', () => {
  const oracle = (name: string): Record<string, string[]> => readColumns(join(DATA ?? '', 'oracle', name));
  const music = DATA ? oracle('music_analysis_table.csv') : {};
  const time = numbers(music['time'] ?? []);
  const status = Uint8Array.from(music['status'] ?? [], Number);

  it('Kaplan-Meier of all deaths on MUSIC, with Greenwood errors and limits', () => {
    const theirs = oracle('music_km_allcause.csv');
    const ours = kaplanMeier(
      time,
      status.map((s) => (s > 0 ? 1 : 0)),
    );
    expectSame(ours.time, numbers(theirs['time']));
    expectSame(ours.atRisk, numbers(theirs['n.risk']));
    expectSame(ours.survival, numbers(theirs['surv']));
    expectSame(ours.logStandardError, numbers(theirs['se']));
    expectSame(ours.lower, numbers(theirs['lower']));
    expectSame(ours.upper, numbers(theirs['upper']));
  });

  it('Kaplan-Meier on WHAS500', () => {
    const theirs = oracle('whas500_km.csv');
    const whas = readColumns(join(DATA ?? '', 'survival', 'whas500.csv'));
    const ours = kaplanMeier(numbers(whas['lenfol']), Uint8Array.from(whas['fstat'], Number));
    expectSame(ours.survival, numbers(theirs['surv']));
  });

  it('Aalen-Johansen of sudden and other death on MUSIC', () => {
    const theirs = oracle('music_aalen_johansen.csv');
    const ours = aalenJohansen(time, status, 2);
    expectSame(ours.free, numbers(theirs['pstate0']));
    expectSame(ours.incidence[0], numbers(theirs['SCD']));
    expectSame(ours.incidence[1], numbers(theirs['other']));
  });

  it('gives the crude and the net risk of the ischaemic at 4 years', () => {
    const ischaemic = [...status.keys()].filter((i) => music['etiology'][i] === '2');
    const t = Float64Array.from(ischaemic, (i) => time[i]);
    const s = Uint8Array.from(ischaemic, (i) => status[i]);
    const crude = aalenJohansen(t, s, 2);
    const net = kaplanMeier(
      t,
      s.map((value) => (value === 1 ? 1 : 0)),
    );
    expect(ischaemic).toHaveLength(453);
    expect(stepAt(crude.time, crude.incidence[0], 1461, 0)).toBeCloseTo(0.116, 3);
    expect(stepAt(crude.time, crude.incidence[1], 1461, 0)).toBeCloseTo(0.194, 3);
    expect(1 - stepAt(net.time, net.survival, 1461, 1)).toBeCloseTo(0.125, 3);
  });

  describe('Cox on MUSIC, complete cases', () => {
    const predictions = DATA ? oracle('music_cox_scd_predictions.csv') : {};
    const rows = (predictions['id'] ?? []).map((id) => music['id'].indexOf(id));
    const t = Float64Array.from(rows, (i) => time[i]);
    const event = Uint8Array.from(rows, (i) => (status[i] === 1 ? 1 : 0));
    const cohort = { time: t, event };
    const inputs = Float64Array.from(
      rows.flatMap((i) => {
        const value = (name: string): number => Number(music[name][i]);
        return [
          value('age'),
          value('male'),
          value('nyha') === 3 ? 1 : 0,
          ...['lvef', 'priorMI', 'diab', 'creat', 'qrs'].map(value),
        ];
      }),
    );

    it("gives coxph's coefficients, log likelihood and each patient's curve (Efron)", () => {
      const model = fitCoxRidge(inputs, t, event, 0);
      expectSame(model.coefficients, numbers(oracle('music_cox_scd.csv')['coef']));
      expect(Math.abs(model.logLikelihood - -615.9509944)).toBeLessThan(SAME);
      for (const days of [365, 730, 1095, 1460]) {
        const ours = rows.map((_, row) => coxSurvival(model, inputs.subarray(row * 8, row * 8 + 8), days));
        expectSame(ours, numbers(predictions[`S${days}`]));
      }
    });

    it("gives coxph's coefficients under a ridge penalty", () => {
      // R's coxph(Surv(time, event) ~ ridge(age, ..., qrs, theta = 10, scale = FALSE), ties = "efron").
      const theirs = [
        0.00958407674245, 0.18931333709509, 0.30098764983337, -0.02419835143071, 0.37811542368852, 0.1406990305481,
        0.00512896098472, 0.00221818876179,
      ];
      const { coefficients, logLikelihood } = fitCoxRidge(inputs, t, event, 10);
      expectSame(coefficients, theirs);
      expect(coxLogLikelihood(inputs, t, event, coefficients)).toBeCloseTo(logLikelihood, 8);
    });

    it('shrinks towards nothing under a penalty', () => {
      const small = fitCoxRidge(inputs, t, event, 10).coefficients;
      const large = fitCoxRidge(inputs, t, event, 1e9).coefficients;
      expect(Math.abs(small[1])).toBeLessThan(0.32932706);
      for (const b of large) expect(Math.abs(b)).toBeLessThan(1e-4);
    });

    it('Harrell C and Uno C', () => {
      const lp = numbers(predictions['lp']);
      const harrell = harrellC(t, event, lp);
      expect(harrell).toMatchObject({ concordant: 54803, discordant: 25835, tiedRisk: 0 });
      expect(Math.abs(harrell.c - 0.6796176)).toBeLessThan(SAME);
      const uno = unoC(t, event, lp, 1460, cohort);
      expect(Math.abs(uno.c - 0.6793496)).toBeLessThan(SAME);
      expect(uno.concordant).toBeCloseTo(63543.13, 1);
    });

    it('Brier scores of the null model and of Cox, and their integral', () => {
      const km = kaplanMeier(t, event);
      const nullAt = (days: number): number => stepAt(km.time, km.survival, days, 1);
      const nullBrier = { 365: 0.03783687362, 730: 0.06352632693, 1095: 0.07945924307, 1460: 0.09061359189 };
      const coxBrier = { 365: 0.03709943348, 730: 0.06164235215, 1095: 0.07555244342, 1460: 0.08560116279 };
      for (const days of [365, 730, 1095, 1460] as const) {
        const ours = brierScore(t, event, new Float64Array(t.length).fill(nullAt(days)), days, cohort);
        expect(Math.abs(ours - nullBrier[days])).toBeLessThan(SAME);
        const cox = brierScore(t, event, numbers(predictions[`S${days}`]), days, cohort);
        expect(Math.abs(cox - coxBrier[days])).toBeLessThan(SAME);
      }
      // pec's 'Reference' and 'cox' over [0, 1460), to the three digits that it prints.
      expect(integratedBrierScore(t, event, (_, days) => nullAt(days), 1460, cohort)).toBeCloseTo(0.058, 3);
      const model = fitCoxRidge(inputs, t, event, 0);
      const survivalAt = (row: number, days: number): number =>
        coxSurvival(model, inputs.subarray(row * 8, row * 8 + 8), days);
      expect(integratedBrierScore(t, event, survivalAt, 1460, cohort)).toBeCloseTo(0.056, 3);
    });
  });
});
