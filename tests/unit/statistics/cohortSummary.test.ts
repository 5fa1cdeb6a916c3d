import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMusic } from '../../../src/studies/survival/music.ts';
import { percentileIn, summariseCohort } from '../../../src/core/statistics/cohortSummary.ts';
import { Random } from '../../../src/core/random.ts';
import { kaplanMeier, stepAt } from '../../../src/core/statistics/kaplanMeier.ts';
import { cohortSummary, packCohort, type CohortFile } from '../../../src/nn/cohortFile.ts';
import { unpackWeights, type ModelIndex } from '../../../src/nn/weights.ts';
import { dataWith } from '../../realData.ts';

const DATA = dataWith('music');
const FLOAT32 = 1e-6;

const folder = new URL('../../../public/models/', import.meta.url);
const index = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')) as ModelIndex;
const file = JSON.parse(readFileSync(new URL('cohort/model.json', folder), 'utf8')) as CohortFile;
const shipped = cohortSummary({
  file,
  arrays: unpackWeights(file, readFileSync(new URL('cohort/weights.bin', folder))),
});

const random = new Random(1);
const time = Float64Array.from({ length: 200 }, () => 8 * random.next());
const status = Uint8Array.from({ length: 200 }, () => Math.floor(3 * random.next()));
const risks = Float64Array.from({ length: 200 }, (_, i) => (i + 0.5) / 200);
const summary = summariseCohort(time, status, risks);

describe('a cohort in numbers', () => {
  it('starts whole, falls, and ends where few are left', () => {
    const [first] = summary.curve;
    expect(first).toMatchObject({ years: 0, atRisk: 200, free: 1, suddenDeath: 0, otherDeath: 0 });
    for (const { atRisk } of summary.curve) expect(atRisk).toBeGreaterThanOrEqual(30);
    summary.curve.slice(1).forEach((point, i) => {
      const before = summary.curve[i];
      expect(point.years).toBe(before.years + 0.25);
      expect(point.free).toBeLessThanOrEqual(before.free);
      expect(point.suddenDeath).toBeGreaterThanOrEqual(before.suddenDeath);
      expect(point.low).toBeLessThanOrEqual(point.free);
      expect(point.high).toBeGreaterThanOrEqual(point.free);
      // Competing deaths leave less room for sudden ones.
      expect(point.suddenDeath).toBeLessThanOrEqual(1 - point.free + FLOAT32);
    });
  });

  it('counts the share of patients whose risk is lower', () => {
    expect(percentileIn(summary, 0)).toBe(0);
    expect(percentileIn(summary, 0.501)).toBe(50);
    expect(percentileIn(summary, 1)).toBe(99);
  });

  it('survives being written to files and read again', () => {
    const { model, weights } = packCohort(summary, 'hash', '1.0.0');
    const back = cohortSummary({ file: model, arrays: unpackWeights(model, weights) });
    expect(back.patients).toBe(200);
    expect(back.curve).toHaveLength(summary.curve.length);
    back.curve.forEach((point, i) => expect(Math.abs(point.free - summary.curve[i].free)).toBeLessThan(FLOAT32));
  });

  it('is shipped for the weights that are shipped: else run npm run cohort', () => {
    const weights = index.models.find(({ name }) => name === 'covariates')?.files['weights.bin'].sha256;
    expect(file.risksBy).toBe(weights);
  });

  it.skipIf(!DATA)('is shipped as Kaplan-Meier finds it in MUSIC', async () => {
    const ischaemic = (await readMusic(DATA ?? '')).filter((patient) => patient.ischaemic);
    const km = kaplanMeier(
      Float64Array.from(ischaemic, ({ timeYears }) => timeYears),
      Uint8Array.from(ischaemic, (patient) => Number(patient.status === 1)),
    );
    expect(shipped.patients).toBe(ischaemic.length);
    for (const { years, free } of shipped.curve) {
      expect(Math.abs(free - stepAt(km.time, km.survival, years, 1))).toBeLessThan(FLOAT32);
    }
  });
});
