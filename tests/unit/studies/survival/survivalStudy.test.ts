import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runStudy, spreadOf, type SurvivalStudy } from '../../../../src/studies/survival/survivalStudy.ts';
import { Random } from '../../../../src/core/random.ts';
import { coxRidgeModel, kaplanMeierModel } from '../../../../src/nn/training/survivalModels.ts';

const random = new Random(5);
const n = 80;
const values = Float64Array.from({ length: n }, () => random.normal());
const time = values.map((x) => Math.exp(-x + 0.5 * random.normal()));
const event = Uint8Array.from(time, () => (random.next() < 0.7 ? 1 : 0));
const table = { inputs: [{ name: 'x', yesNo: false }], values, time, event };

let fits = 0;
const study: SurvivalStudy = {
  cohort: table,
  strata: event,
  folds: 4,
  repeats: 3,
  seed: 1,
  horizonYears: 1,
  curves: { models: ['coxRidge'], years: [0.5, 1] },
  models: () => {
    const cox = coxRidgeModel(table);
    return {
      km: kaplanMeierModel(table),
      coxRidge: (training, numbers) => {
        fits++;
        return cox(training, numbers);
      },
    };
  },
  groups: { all: { rows: [...time.keys()], models: ['km', 'coxRidge'] } },
};

let folder: string;
beforeAll(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'study-')), 'run');
});
afterAll(async () => {
  await rm(path.dirname(folder), { recursive: true });
});
const quiet = (): void => undefined;

describe('a study that is cut off', () => {
  it('keeps its repeats, goes on from them, and starts anew unless told to go on', async () => {
    expect(await runStudy(study, folder, false, 0, quiet)).toBeNull();
    const runs = (await runStudy(study, folder, true, Infinity, quiet)) ?? [];
    expect(runs).toHaveLength(3);
    expect(fits).toBe(12);
    const again = await runStudy(study, folder, true, 0, quiet);
    expect(again).toEqual(runs);
    expect(fits).toBe(12);
    expect(await runStudy(study, folder, false, Infinity, quiet)).toEqual(runs);
    expect(fits).toBe(24);

    const c = spreadOf(runs, 'all', 'coxRidge', 'harrell');
    expect(c.mean).toBeGreaterThan(0.7);
    expect(c.p5).toBeLessThanOrEqual(c.mean);
    expect(c.p95).toBeGreaterThanOrEqual(c.mean);
    expect(runs[0].risks['coxRidge']).toHaveLength(n);
  });
});
