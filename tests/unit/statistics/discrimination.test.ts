/** ROC, classification, calibration, decision curve and log-rank on answers known by hand or from R 4.2.2. */
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { aalenJohansen } from '../../../src/core/statistics/aalenJohansen.ts';
import { brierScore } from '../../../src/core/statistics/brier.ts';
import { calibrationCurve, calibrationGroups, observedRisk } from '../../../src/core/statistics/calibration.ts';
import { decisionCurve } from '../../../src/core/statistics/decisionCurve.ts';
import { kaplanMeier } from '../../../src/core/statistics/kaplanMeier.ts';
import { chiSquareTail, logRank } from '../../../src/core/statistics/logRank.ts';
import {
  balancedAccuracy,
  bestF1Threshold,
  confusionAt,
  f1,
  timeDependentRoc,
  youdenThreshold,
} from '../../../src/core/statistics/timeDependentRoc.ts';
import { dataWith } from '../../realData.ts';
import { numbers, readColumns } from './csv.ts';

const DATA = dataWith('oracle', 'survival');
/** R printed 12 digits. */
const SAME = 1e-6;

function expectNear(ours: ArrayLike<number>, theirs: readonly number[]): void {
  expect(ours.length).toBe(theirs.length);
  theirs.forEach((value, i) => expect(Math.abs(ours[i] - value)).toBeLessThan(SAME));
}

/** Nobody is censored before 3: three events by 3, three free of it. */
const SMALL = { time: Float64Array.from([1, 2, 3, 4, 5, 6]), event: Uint8Array.from([1, 1, 1, 1, 0, 1]) };
const RISK = Float64Array.from([0.9, 0.4, 0.6, 0.5, 0.45, 0.1]);

describe('ROC at a time', () => {
  it('without censoring is the plain one', () => {
    const roc = timeDependentRoc(SMALL, RISK, 3, SMALL);
    // Of nine pairs two are the wrong way round: 0.4 (event at 2) below 0.5 and 0.45 (free at 3).
    expect(roc.auc).toBeCloseTo(7 / 9, 12);
    expect([...roc.threshold]).toEqual([0.9, 0.6, 0.5, 0.45, 0.4, 0.1]);
    expect([...roc.truePositive].map((value) => value / roc.cases)).toEqual([1, 2, 2, 2, 3, 3].map((k) => k / 3));
  });

  it('has thresholds that the confusion counts confirm', () => {
    const roc = timeDependentRoc(SMALL, RISK, 3, SMALL);
    const at = (threshold: number): ReturnType<typeof confusionAt> =>
      confusionAt(
        SMALL,
        Uint8Array.from(RISK, (value) => (value >= threshold ? 1 : 0)),
        3,
        SMALL,
      );
    expect(youdenThreshold(roc)).toBe(0.6);
    expect(at(0.6)).toEqual({ truePositive: 2, falseNegative: 1, falsePositive: 0, trueNegative: 3 });
    expect(balancedAccuracy(at(0.6))).toBeCloseTo(5 / 6, 12);
    expect(bestF1Threshold(roc)).toBe(0.6);
    expect(f1(at(0.6))).toBeCloseTo(4 / 5, 12);
  });

  it('depends on the order of the risks alone, and turns round with it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const random = new Random(seed);
        const draw = (): Float64Array => Float64Array.from({ length: 60 }, () => random.next());
        const data = { time: draw(), event: Uint8Array.from({ length: 60 }, () => (random.next() < 0.6 ? 1 : 0)) };
        const risk = draw();
        const area = (values: Float64Array): number => timeDependentRoc(data, values, 0.5, data).auc;
        expect(area(risk.map((value) => value ** 3))).toBeCloseTo(area(risk), 12);
        expect(area(risk.map((value) => -value))).toBeCloseTo(1 - area(risk), 12);
        expect(area(risk.map(() => 0.3))).toBeCloseTo(0.5, 12);
      }),
      { numRuns: 20 },
    );
  });

  it('refuses a time beyond everyone', () => {
    const censored = { time: Float64Array.from([1, 2, 3]), event: Uint8Array.from([1, 0, 0]) };
    const longer = { time: Float64Array.from([1, 2, 9]), event: Uint8Array.from([1, 0, 0]) };
    expect(() => brierScore(longer.time, longer.event, new Float64Array(3), 5, censored)).toThrow(
      expect.objectContaining({ reason: { code: 'beyondFollowUp', years: 5 } }) as Error,
    );
  });
});

describe('the log-rank test', () => {
  it("of Freireich's leukaemia trial has chi-square 16.79 (Kalbfleisch and Prentice)", () => {
    const mercaptopurine = [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35];
    const placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23];
    const all = [...mercaptopurine, ...placebo];
    const result = logRank(
      { time: Float64Array.from(all, Math.abs), event: Uint8Array.from(all, (t) => (t > 0 ? 1 : 0)) },
      Uint8Array.from(all, (_, i) => (i < mercaptopurine.length ? 0 : 1)),
      2,
    );
    expect(result.chiSquare).toBeCloseTo(16.793, 3);
    expect([...result.observed]).toEqual([9, 21]);
    expect(result.expected[0]).toBeCloseTo(19.25, 2);
    expect(result.p).toBeLessThan(1e-4);
  });

  it("has R's pchisq", () => {
    expectNear(
      [1, 2, 3, 7].map((df) => chiSquareTail(3.84, df)),
      [0.0500435212487, 0.14660696213, 0.279267617119, 0.798010915036],
    );
    expectNear(
      [1, 2, 3, 7].map((df) => chiSquareTail(0.5, df)),
      [0.479500122187, 0.778800783071, 0.918891411655, 0.99944648139],
    );
    expect(chiSquareTail(60, 1) / 9.48573757107e-15).toBeCloseTo(1, 10);
  });
});

describe('incidence with limits', () => {
  it('of one cause has the error of Kaplan-Meier', () => {
    const km = kaplanMeier(SMALL.time, SMALL.event);
    const incidence = aalenJohansen(SMALL.time, SMALL.event, 1);
    for (let i = 0; i < 5; i++) {
      expect(incidence.standardError[0][i]).toBeCloseTo(km.survival[i] * km.logStandardError[i], 12);
      expect(incidence.lower[0][i]).toBeLessThan(incidence.incidence[0][i]);
      expect(incidence.upper[0][i]).toBeGreaterThan(incidence.incidence[0][i]);
    }
  });

  it('of one of two causes without censoring has the error of a share', () => {
    const time = Float64Array.from({ length: 40 }, (_, i) => i + 1);
    const status = Uint8Array.from(time, (t) => (t % 3 === 0 ? 2 : 1));
    const { incidence, standardError } = aalenJohansen(time, status, 2);
    for (const i of [5, 20, 38]) {
      const f = incidence[1][i];
      expect(standardError[1][i]).toBeCloseTo(Math.sqrt((f * (1 - f)) / 40), 12);
    }
  });
});

describe('decision curve', () => {
  it('counts true positives less false ones at the odds of the threshold', () => {
    const [at] = decisionCurve(SMALL, RISK, 3, [0.5]);
    // Positive: 0.9 and 0.6 (events) and 0.5 (free): (2 - 1 x 1)/6. Treating all: (3 - 3)/6.
    expect(at.netBenefit).toBeCloseTo(1 / 6, 12);
    expect(at.netBenefitOfTreatingAll).toBeCloseTo(0, 12);
    expect(decisionCurve(SMALL, RISK, 3, [0.95])[0].netBenefit).toBe(0);
  });
});

describe.skipIf(!DATA)('agrees with R on real patients', () => {
  const oracle = (name: string): Record<string, string[]> => readColumns(join(DATA ?? '', 'oracle', name));
  const music = DATA ? oracle('music_analysis_table.csv') : {};
  const all = {
    time: numbers(music['time'] ?? []),
    event: Uint8Array.from(music['status'] ?? [], (status) => (status === '1' ? 1 : 0)),
  };
  const predictions = DATA ? oracle('music_cox_scd_predictions.csv') : {};
  const complete = {
    time: numbers(predictions['time'] ?? []),
    event: Uint8Array.from(predictions['scd'] ?? [], Number),
  };
  const risk = numbers(predictions['S1460'] ?? []).map((s) => 1 - s);

  it("AUC: riskRegression's in the oracle, at four times", () => {
    const theirs = { 365: 0.6938426921, 730: 0.6896893203, 1095: 0.7214360746, 1460: 0.7097976824 };
    for (const days of [365, 730, 1095, 1460] as const) {
      const r = numbers(predictions[`S${days}`]).map((s) => 1 - s);
      expect(Math.abs(timeDependentRoc(complete, r, days, complete).auc - theirs[days])).toBeLessThan(SAME);
    }
  });

  it("ROC: riskRegression's points at 1,460 days", () => {
    const roc = timeDependentRoc(complete, risk, 1460, complete);
    for (const [threshold, sensitivity, falsePositive] of [
      [0.1658472922024, 0.339641060113, 0.0782361308677],
      [0.0979080176385, 0.614391631665, 0.3641536273115],
      [0.062346068115, 0.909473443143, 0.6642958748222],
    ]) {
      const k = roc.threshold.findIndex((value) => Math.abs(value - threshold) < 1e-9);
      expectNear([roc.truePositive[k] / roc.cases, roc.falsePositive[k] / roc.controls], [sensitivity, falsePositive]);
    }
  });

  it('the integral that riskRegression makes of its four Brier scores', () => {
    const scores = [365, 730, 1095, 1460].map((days) =>
      brierScore(complete.time, complete.event, numbers(predictions[`S${days}`]), days, complete),
    );
    // Its convention: each score holds until the next time, and the first interval does not count.
    const integral = (upTo: number): number =>
      scores.slice(0, upTo).reduce((sum, score) => sum + score, 0) / (upTo + 1);
    expectNear([1, 2, 3].map(integral), [0.01854971674, 0.03291392855, 0.04357355726]);
  });

  it("standard errors of the incidence: prodlim's", () => {
    const status = Uint8Array.from(music['status'], Number);
    const { time, standardError } = aalenJohansen(all.time, status, 2);
    const at = [365, 730, 1460, 2000].map((t) => time.findLastIndex((value) => value <= t));
    expectNear(
      at.map((i) => standardError[0][i]),
      [0.0061316317996, 0.00790260523153, 0.00933382708762, 0.00949786595151],
    );
    expectNear(
      at.map((i) => standardError[1][i]),
      [0.00665503938307, 0.00911449981758, 0.0119242839409, 0.0127362359689],
    );
  });

  it("log-rank: survdiff's, of NYHA classes on MUSIC and of ages on WHAS500", () => {
    const nyha = logRank(
      all,
      Uint8Array.from(music['nyha'], (value) => Number(value) - 2),
      2,
    );
    expectNear(nyha.expected, [76.3395475536, 17.6604524464]);
    expectNear([nyha.chiSquare, nyha.p], [10.6414069857, 0.00110583511994]);
    const whas = readColumns(join(DATA ?? '', 'survival', 'whas500.csv'));
    const ages = logRank(
      { time: numbers(whas['lenfol']), event: Uint8Array.from(whas['fstat'], Number) },
      Uint8Array.from(whas['age'], (age) => [60, 70, 80].filter((limit) => Number(age) > limit).length),
      4,
    );
    expectNear([ages.chiSquare], [137.063799405]);
    expectNear(ages.expected, [73.4793119204, 44.0080419448, 51.8529068436, 45.6597392911]);
    expect(ages.p / 1.62371632859e-29).toBeCloseTo(1, 6);
  });

  it('calibration of a fit to itself: slope 1, ICI of coxph on the same spline, observed risk in its limits', () => {
    const curve = calibrationCurve(complete, risk, 1460, new Random(1));
    expectNear([curve.ici, curve.e50, curve.e90], [0.00938068598062, 0.00912581620093, 0.0122813445629]);
    // Its ties are Efron's as in the fit: what remains is the 15 digits of the file.
    expect(curve.slope).toBeCloseTo(1, 6);
    curve.observed.forEach((value, k) => {
      expect(value).toBeGreaterThan(curve.low[k] - 1e-3);
      expect(value).toBeLessThan(curve.high[k] + 1e-3);
    });
    const groups = calibrationGroups(complete, risk, 1460, 5);
    expect(groups.reduce((sum, { patients }) => sum + patients, 0)).toBe(989);
    for (let g = 1; g < 5; g++) expect(groups[g].meanPredicted).toBeGreaterThan(groups[g - 1].meanPredicted);
    expect(observedRisk(complete, 1460).observed).toBeCloseTo(0.101, 2);
  });
});
