import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/core/random.ts';
import type { Clinical } from '../../../../src/core/patient/covariates.ts';
import { proposeColumns } from '../../../../src/pipeline/cohort/columns.ts';
import { cohortRows } from '../../../../src/pipeline/cohort/cohortRows.ts';
import { FIGURES_IN_R } from '../../../../src/pipeline/cohort/figuresInR.ts';
import { cohortOf, type CohortPatient } from '../../../../src/pipeline/cohort/patients.ts';
import { readTable } from '../../../../src/pipeline/cohort/table.ts';
import { validateCohort } from '../../../../src/pipeline/cohort/validateCohort.ts';
import { wideCsv } from '../../../../src/pipeline/cohort/wideTable.ts';
import { loadNodeModels, MODELS_FOLDER } from '../../../../src/studies/files/shippedModels.ts';
import { dataWith } from '../../../realData.ts';

const models = await loadNodeModels(MODELS_FOLDER);
const hasR = spawnSync('Rscript', ['-e', 'library(survival)']).status === 0;
/** R prints fifteen digits. */
const R_DIGITS = 1e-9;
/** Two standard errors of C with 50 events. */
const NOISE_IN_C = 0.08;
const QUESTION = { rate: 'music', onlyApplicable: true, samples: 20, calibration: null } as const;

const patient = (k: number, clinical: Clinical): CohortPatient => ({
  id: `p${k}`,
  row: k + 2,
  timeYears: 1 + (k % 5),
  outcome: k % 6 === 0 ? 'event' : k % 7 === 0 ? 'otherDeath' : 'none',
  clinical,
  study: null,
});
/** Of MUSIC's kind; those with the event have the lower LVEF. */
const like = (k: number): Clinical => ({
  covariates: { age: 60 + (k % 9), male: 1, lvef: k % 6 === 0 ? 25 : 30 + (k % 20) },
  facts: { ischaemic: true, heartFailure: true, nyha: 2 },
});
const patients = Array.from({ length: 60 }, (_, k) => patient(k, like(k)));

describe.skipIf(!hasR)('the script for R (r-base-core and r-cran-survival)', () => {
  it('draws the same figures from the table of the patients alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'scarcast-r-'));
    try {
      const other = patient(60, { covariates: { lvef: 30 }, facts: { ischaemic: false } });
      const everyone = [...patients, other];
      const rows = cohortRows(everyone, [], models, 'music', null);
      writeFileSync(join(folder, 'cohort.csv'), wideCsv(rows, String));
      writeFileSync(join(folder, 'cohort.R'), FIGURES_IN_R);
      execFileSync('Rscript', [join(folder, 'cohort.R'), join(folder, 'cohort.csv')], { stdio: 'pipe' });
      const [, ...lines] = readFileSync(join(folder, 'figures.csv'), 'utf8').replaceAll('"', '').trim().split('\n');
      const inR = new Map(
        lines.map((line) => {
          const [figure, model, at, value] = line.split(',');
          return [[figure, model, at].join(' '), Number(value)] as const;
        }),
      );
      const result = validateCohort(everyone, models, QUESTION);
      const expectInR = (name: string, value: number | undefined): void =>
        expect(Math.abs((inR.get(name) ?? NaN) - (value ?? NaN)), name).toBeLessThan(R_DIGITS);
      expectInR('patients  NA', result.followUp.patients);
      expectInR('events  NA', result.followUp.events);
      for (const id of ['covariates', 'fiveAnswers'] as const) {
        const told = result.models[id];
        expectInR(`harrell ${id} NA`, told?.harrell?.value);
        for (const { years, observed, meanPredicted, ratio } of told?.at ?? []) {
          expectInR(`observed ${id} ${years}`, observed.value);
          expectInR(`meanPredicted ${id} ${years}`, meanPredicted ?? NaN);
          expectInR(`ratio ${id} ${years}`, ratio?.value);
        }
        told?.groups?.forEach(({ observed }, g) => expectInR(`calibration ${id} ${g + 1}`, observed));
        const decided = told?.decision?.find(({ threshold }) => threshold === 0.1);
        expectInR(`netBenefit ${id} 0.1`, decided?.netBenefit);
      }
      expectInR('logRankChiSquare covariates NA', result.thirds?.chiSquare);
      for (const { years, event, otherDeath } of result.incidence) {
        expectInR(`incidenceOfEvent  ${years}`, event);
        expectInR(`incidenceOfOtherDeath  ${years}`, otherDeath);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a cohort held against the shipped models', () => {
  it('is told with every model that it has the answers for', () => {
    const { models: told, followUp, otherDeaths, years, thirds } = validateCohort(patients, models, QUESTION);
    expect(followUp).toMatchObject({ patients: 60, events: 10 });
    expect(otherDeaths).toBe(7);
    expect(years).toEqual([1, 2, 3, 4]);
    expect(told.covariates?.harrell?.value).toBeGreaterThan(0.7);
    expect(told.lvef35).toMatchObject({ patients: 60, events: 10 });
    expect(told.fiveAnswers?.patients).toBe(60);
    expect(told.madit2).toBeNull();
    expect(thirds?.groups.map((group) => group.patients).reduce((a, b) => a + b)).toBe(60);
  });

  it('has a ridge Cox beside it that learned from the others, and finds nothing in noise', () => {
    const { models: told } = validateCohort(patients, models, QUESTION);
    expect(told.coxRidge).toMatchObject({ patients: 60, events: 10 });
    // LVEF parts those with the event from most others.
    expect(told.coxRidge?.harrell?.value).toBeGreaterThan(0.7);
    const random = new Random(5);
    const noise = Array.from({ length: 300 }, (_, k) => ({
      ...patient(k, { covariates: { age: 50 + 20 * random.next(), heartRate: 60 + 30 * random.next() }, facts: {} }),
      timeYears: 0.1 + 5 * random.next(),
    }));
    const c = validateCohort(noise, models, { ...QUESTION, onlyApplicable: false }).models.coxRidge?.harrell?.value;
    // Judged on the patients that it learned from it would be above a half.
    expect(c).toBeGreaterThan(0.5 - NOISE_IN_C);
    expect(c).toBeLessThan(0.5 + NOISE_IN_C);
    const few = patients.map((one, k) =>
      k > 20 && one.outcome === 'event' ? { ...one, outcome: 'none' as const } : one,
    );
    expect(validateCohort(few, models, QUESTION).models.coxRidge).toBeNull();
  });

  it('is told by subgroups that part it, and says where events are few', () => {
    const half = patients.map((one, k) => ({
      ...one,
      clinical: { ...one.clinical, covariates: { ...one.clinical.covariates, male: k % 2, age: 60 + (k % 9) } },
    }));
    const { subgroups } = validateCohort(half, models, QUESTION);
    const of = (id: string) => subgroups.find((one) => one.id === id);
    expect(of('men')).toMatchObject({ patients: 30, events: 0, harrell: null, ratio: null, few: true });
    expect(of('women')).toMatchObject({ patients: 30, events: 10, few: false });
    expect((of('under65')?.patients ?? 0) + (of('from65')?.patients ?? 0)).toBe(60);
    expect(of('other')).toBeUndefined();
    const women = validateCohort(
      half.filter((_, k) => k % 2 === 0),
      models,
      QUESTION,
    );
    expect(of('women')?.harrell?.value).toBe(women.models.covariates?.harrell?.value);
    expect(of('women')?.ratio?.value).toBe(women.models.covariates?.at.at(-1)?.ratio?.value);
  });

  it('leaves out whom the models are not for, counts them by reason, and takes them where that is asked', () => {
    const others = [60, 61, 62].map((k) =>
      patient(k, { covariates: { lvef: 30 }, facts: { ischaemic: false, nyha: 1 } }),
    );
    const { leftOut, notApplicable, followUp } = validateCohort([...patients, ...others], models, QUESTION);
    expect(leftOut).toBe(3);
    expect(notApplicable).toEqual([
      { code: 'notIschaemic', patients: 3 },
      { code: 'otherNyhaClass', patients: 3 },
    ]);
    expect(followUp.patients).toBe(60);
    const all = validateCohort([...patients, ...others], models, { ...QUESTION, onlyApplicable: false });
    expect(all.followUp.patients).toBe(63);
  });

  it('without any event in whom it may judge gives no model and does not fail', () => {
    const none = patients.map((one) => ({ ...one, outcome: 'none' }) as const);
    const told = validateCohort(none, models, QUESTION);
    expect(Object.values(told.models).every((one) => one === null)).toBe(true);
    expect(told.followUp.events).toBe(0);
  });
});

const DATA = dataWith('survival');

describe.skipIf(!DATA)('WHAS500 as a table', () => {
  it('is read by its own column names once its event is named, and is validated', async () => {
    const table = readTable(await readFile(join(DATA ?? '', 'survival', 'whas500.csv'), 'utf8'));
    const mapping = proposeColumns(table);
    expect(mapping).toMatchObject({
      age: { use: 'number', id: 'age' },
      hr: { use: 'number', id: 'heartRate' },
      lenfol: { use: 'time', unit: 'days' },
      fstat: { use: 'outcome', means: { '0': 'none', '1': 'event' } },
    });
    const { patients: read, leftOut } = cohortOf(table, mapping);
    expect(read).toHaveLength(500);
    expect(leftOut).toEqual([]);
    const { followUp, models: told } = validateCohort(read, models, { ...QUESTION, onlyApplicable: false });
    expect(followUp.events).toBe(215);
    // R 4.2's survival: concordance(Surv(lenfol, fstat) ~ age) is 0.73; heart rate and age alone must reach some of that.
    expect(told.covariates?.harrell?.value).toBeGreaterThan(0.5);
  });
});
