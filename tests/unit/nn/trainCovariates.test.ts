import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { harrellC } from '../../../src/core/statistics/concordance.ts';
import { kaplanMeier, stepAt } from '../../../src/core/statistics/kaplanMeier.ts';
import { risk } from '../../../src/core/patient/logLogistic.ts';
import { minimise } from '../../../src/nn/training/lbfgs.ts';
import {
  inFold,
  learnScaling,
  scaledInputs,
  stratifiedFolds,
  type SurvivalTable,
} from '../../../src/nn/training/survivalTable.ts';
import { fitEnsemble, fitExponentialHazard, predictEnsemble } from '../../../src/nn/training/trainCovariates.ts';

/** Log-logistic patients: mu = 1.5 - 0.8 z - 0.6 flag, sigma 0.7; a column without variation and one all unknown. */
function simulated(n: number, seed: number): SurvivalTable & { readonly trueMu: Float64Array } {
  const random = new Random(seed);
  const values: number[] = [];
  const time = new Float64Array(n);
  const event = new Uint8Array(n);
  const trueMu = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const z = random.normal();
    const flag = random.next() < 0.4 ? 1 : 0;
    trueMu[i] = 1.5 - 0.8 * z - 0.6 * flag;
    const u = random.next();
    const t = Math.exp(trueMu[i] + 0.7 * Math.log(u / (1 - u)));
    const censoring = 1 + 6 * random.next();
    time[i] = Math.min(t, censoring);
    event[i] = t <= censoring ? 1 : 0;
    values.push(i % 50 === 0 ? NaN : 100 + 20 * z, flag, 7, NaN);
  }
  const inputs = [
    { name: 'z', yesNo: false },
    { name: 'flag', yesNo: true },
    { name: 'constant', yesNo: false },
    { name: 'absent', yesNo: false },
  ];
  return { inputs, values: Float64Array.from(values), time, event, trueMu };
}

const calibration = { atYears: 3, byInput: 'flag' } as const;

describe('minimise', () => {
  it('finds the bottom of the Rosenbrock valley', () => {
    const bottom = minimise(
      ([x, y], gradient) => {
        gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
        gradient[1] = 200 * (y - x * x);
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
      },
      Float64Array.from([-1.2, 1]),
      { slopeTolerance: 1e-8, maxIterations: 200 },
    );
    expect(bottom[0]).toBeCloseTo(1, 6);
    expect(bottom[1]).toBeCloseTo(1, 6);
  });
});

describe('scaling', () => {
  it('drops what has no variation, z-scores numbers, leaves yes/no, and puts the mean for a missing value', () => {
    const table = simulated(500, 1);
    const scaling = learnScaling(table);
    expect(scaling.columns).toEqual([0, 1]);
    const x = scaledInputs(table, scaling);
    expect(x[0]).toBe(0);
    const z = x.filter((_, k) => k % 2 === 0);
    expect(z.reduce((sum, value) => sum + value, 0) / 490).toBeCloseTo(0, 9);
    expect(z.reduce((sum, value) => sum + value ** 2, 0) / 490).toBeCloseTo(1, 9);
    expect(new Set(x.filter((_, k) => k % 2 === 1))).toEqual(new Set([0, 1]));
  });
});

describe('folds', () => {
  it('test everyone once, with each stratum spread evenly', () => {
    const strata = Uint8Array.from({ length: 203 }, (_, i) => (i % 10 === 0 ? 1 : 0));
    const fold = stratifiedFolds(strata, 10, new Random(5));
    const seen = Array.from({ length: 10 }, (_, k) => inFold(fold, k).test);
    expect(seen.flatMap((test) => [...test]).sort((a, b) => a - b)).toEqual([...strata.keys()]);
    for (const test of seen) expect(test.filter((i) => strata[i] === 1).length).toBeGreaterThanOrEqual(2);
  });
});

describe.each([0, 1, 3])('an ensemble with %i hidden layers', (depth) => {
  const table = simulated(600, 2);
  const test = simulated(600, 9);
  const recipe = { depth, penalty: 0.003, epochs: 40 };
  const ensemble = fitEnsemble(table, recipe, 3, calibration, new Random(4));

  it('ranks new patients nearly as well as the truth does', () => {
    const laws = predictEnsemble(ensemble, test);
    const c = harrellC(
      test.time,
      test.event,
      Float64Array.from(laws, (law) => risk(law, 3)),
    ).c;
    const best = harrellC(
      test.time,
      test.event,
      test.trueMu.map((mu) => -mu),
    ).c;
    expect(c).toBeGreaterThan(best - 0.02);
  });

  it('has the mean risk of Kaplan-Meier for both values of the flag', () => {
    const laws = predictEnsemble(ensemble, table);
    for (const flag of [0, 1]) {
      const rows = [...laws.keys()].filter((i) => table.values[i * 4 + 1] === flag);
      const km = kaplanMeier(
        Float64Array.from(rows, (i) => table.time[i]),
        Uint8Array.from(rows, (i) => table.event[i]),
      );
      const mean = rows.reduce((sum, i) => sum + risk(laws[i], 3), 0) / rows.length;
      expect(mean).toBeCloseTo(1 - stepAt(km.time, km.survival, 3, 1), 6);
    }
  });

  it('is the same again from the same seed', () => {
    expect(fitEnsemble(table, recipe, 3, calibration, new Random(4)).members).toEqual(ensemble.members);
  });
});

describe('the exponential hazard', () => {
  it('is events over time at risk, apart for each group', () => {
    const beta = fitExponentialHazard(Float64Array.from([0, 0, 0, 1, 1, 1]), {
      time: Float64Array.from([1, 2, 3, 1, 1, 2]),
      event: Uint8Array.from([1, 0, 0, 1, 0, 1]),
    });
    expect(Math.exp(beta[0])).toBeCloseTo(1 / 6, 9);
    expect(Math.exp(beta[0] + beta[1])).toBeCloseTo(2 / 4, 9);
  });
});
