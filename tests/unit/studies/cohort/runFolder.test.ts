/** A folder of studies on the command line: found, analysed, stopped, resumed, gathered and validated. */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyReason } from '../../../../src/app/messages/everyReason.ts';
import { CancelledError } from '../../../../src/core/errors.ts';
import { LATENT } from '../../../../src/core/patient/heartImage.ts';
import { proposeColumns } from '../../../../src/pipeline/cohort/columns.ts';
import { patientsOf } from '../../../../src/pipeline/cohort/patients.ts';
import {
  readSavedCohort,
  SavedCohortError,
  withStudies,
  writeSavedCohort,
} from '../../../../src/pipeline/cohort/savedCohort.ts';
import { studiesByPath } from '../../../../src/pipeline/cohort/studies.ts';
import { readTable } from '../../../../src/pipeline/cohort/table.ts';
import { validateCohort } from '../../../../src/pipeline/cohort/validateCohort.ts';
import { readStudies } from '../../../../src/studies/cohort/cohortFolder.ts';
import { runFolder } from '../../../../src/studies/cohort/runFolder.ts';
import { inputFiles } from '../../../../src/studies/files/inputFiles.ts';
import { loadNodeModels, MODELS_FOLDER } from '../../../../src/studies/files/shippedModels.ts';
import { smallTable, writeStudies } from '../../../syntheticCohort.ts';

const PATIENTS = 3;
const TIMEOUT_MS = 120_000;
const models = await loadNodeModels(MODELS_FOLDER);
/** The third has no images that can be read, the fourth none at all. */
const table = readTable(smallTable(PATIENTS + 1));
const { patients } = patientsOf(table, proposeColumns(table, { id: 'pid', time: 'years', outcome: 'scd' }));

let folder: string;
let dir: string;
let out: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scarcast-cohort-'));
  dir = join(folder, 'studies');
  out = join(folder, 'out');
  writeStudies(dir, PATIENTS - 1);
  mkdirSync(join(dir, 'north/p03'));
  writeFileSync(join(dir, 'north/p03/notes.txt'), 'no image');
  writeFileSync(join(folder, 'table.csv'), smallTable(PATIENTS + 1));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(onDone: () => void): Promise<number> {
  const { studies } = studiesByPath(await inputFiles(dir), new Set(patients.map(({ id }) => id)));
  return runFolder({ studies, patients, out, say: everyReason.en, onDone }, models);
}

describe('a folder of studies', () => {
  it(
    'is analysed study by study, goes on where it was stopped, and a study that fails is one row',
    async () => {
      await expect(
        run(() => {
          throw new CancelledError();
        }),
      ).rejects.toThrow(CancelledError);
      expect(readdirSync(join(out, 'studies'))).toEqual(['p01.json']);
      const done: string[] = [];
      expect(await run(() => done.push('one'))).toBe(1);
      expect(done).toHaveLength(2);
      // What failed is tried again, because its files may be complete by now; what gave a result is not.
      expect(await run(() => done.push('again'))).toBe(2);
      const studies = await readStudies(out, models.cards);
      expect(studies.map(({ id, failed }) => [id, failed?.code ?? null])).toEqual([
        ['p01', null],
        ['p02', null],
        ['p03', 'studyWithoutStack'],
      ]);
      expect(studies[0].result?.heart).not.toBeNull();
      expect(studies[0].result?.burden.myocardiumG).toBeGreaterThan(50);
    },
    TIMEOUT_MS,
  );

  it('of other networks is analysed again, and none of its numbers are taken', async () => {
    const others = models.cards.map((card) => ({ ...card, sha256: '0'.repeat(64) }));
    expect(await readStudies(out, others)).toEqual([]);
  });

  it(
    'gives a table with ids, and a file that validates to the same figures as the patients themselves',
    async () => {
      const cohort = (...args: readonly string[]): { status: number | null; stderr: string } =>
        spawnSync(process.execPath, ['--import', 'tsx', 'src/cli/cohort.ts', ...args], { encoding: 'utf8' });
      const columns = ['--table', join(folder, 'table.csv'), '--id', 'pid', '--time', 'years', '--event', 'scd'];
      const ran = cohort('run', dir, ...columns, '--out', out);
      expect(ran.status, ran.stderr).toBe(0);
      expect(ran.stderr).toContain('Patient p04 has no study.');
      const [header, ...rows] = readFileSync(join(out, 'cohort.csv'), 'utf8').trimEnd().split('\r\n');
      expect(header).toMatch(/^id,status,reason,table_row,time,outcome,age/);
      expect(rows.map((row) => row.split(',').slice(0, 2).join(' '))).toEqual([
        'p01 analysed',
        'p02 analysed',
        'p03 failed',
        'p04 noStudy',
      ]);
      const dictionary = readFileSync(join(out, 'dictionary.csv'), 'utf8').trimEnd().split('\r\n');
      expect(dictionary).toHaveLength(header.split(',').length + 1);

      const file = join(folder, 'validation.json');
      const validated = cohort('validate', out, '--samples', '20', '--out', file);
      expect(validated.status, validated.stderr).toBe(0);
      const told = JSON.parse(readFileSync(file, 'utf8')) as {
        n: number;
        models: { covariates: { harrell: { value: number } } };
      };
      const here = validateCohort(withStudies(patients, await readStudies(out, models.cards)), models, {
        rate: 'usual',
        onlyApplicable: true,
        samples: 20,
        calibration: null,
      });
      expect(told.n).toBe(here.followUp.patients);
      expect(told.models.covariates.harrell.value).toBe(here.models.covariates?.harrell?.value);
      expect(here.images.patients).toBe(2);
    },
    TIMEOUT_MS,
  );

  it('as a file holds no id unless it is asked for, and is refused once it was changed, is newer or of other networks', async () => {
    const studies = await readStudies(out, models.cards);
    const weights = models.cards.map(({ name, version, sha256 }) => ({ name, version, sha256 }));
    const cohort = { salt: 'salt', columns: null, rows: { read: 4, leftOut: 0 }, patients, studies, weights };
    const text = writeSavedCohort(cohort, false);
    expect(text).not.toContain('p01');
    const read = readSavedCohort(text, models.cards);
    expect(withStudies(read.patients, read.studies).map(({ study }) => study !== null)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(readSavedCohort(writeSavedCohort(cohort, true), models.cards).patients[0].id).toBe('p01');

    const fault = (changed: string, cards = models.cards): unknown => {
      try {
        readSavedCohort(changed, cards);
        return null;
      } catch (error) {
        return error instanceof SavedCohortError ? error.reason.code : error;
      }
    };
    expect(fault(text.replace('"timeYears":1,', '"timeYears":2,'))).toBe('savedCohortChanged');
    expect(fault(text.slice(0, 500))).toBe('notASavedCohort');
    expect(fault(text.replace('"version":1', '"version":2'))).toBe('savedCohortNewer');
    const others = models.cards.map((card) => ({ ...card, sha256: '0'.repeat(64) }));
    expect(fault(text, others)).toBe('savedCohortOtherWeights');
  });

  it('keeps what the image branch’s head reads, and a file of before it was kept opens without', async () => {
    const studies = await readStudies(out, models.cards);
    const weights = models.cards.map(({ name, version, sha256 }) => ({ name, version, sha256 }));
    const text = writeSavedCohort(
      { salt: 'salt', columns: null, rows: { read: 4, leftOut: 0 }, patients, studies, weights },
      true,
    );
    const latentOf = (file: string): readonly number[] | null | undefined =>
      readSavedCohort(file, models.cards).studies.find(({ id }) => id === 'p01')?.result?.heart?.latent;
    expect(latentOf(text)).toHaveLength(LATENT);
    const inside = JSON.stringify((JSON.parse(text) as { content: unknown }).content, (key, value: unknown) =>
      key === 'latent' ? undefined : value,
    );
    const sha256 = createHash('sha256').update(inside).digest('hex');
    expect(latentOf(`{"format":"scarcast-cohort","version":1,"sha256":"${sha256}","content":${inside}}`)).toBeNull();
  });
});
