import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { safeParse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { cohortSchemas, merged, SCHEMAS_FOLDER, validation } from '../../../scripts/cohortSchemas.ts';
import { mergeAggregates } from '../../../src/pipeline/cohort/aggregates.ts';
import type { CohortPatient } from '../../../src/pipeline/cohort/patients.ts';
import { aggregatesOf } from '../../../src/pipeline/cohort/sumsOfCohort.ts';
import { validateCohort } from '../../../src/pipeline/cohort/validateCohort.ts';
import { writeValidation } from '../../../src/pipeline/cohort/validationFile.ts';
import { loadNodeModels, MODELS_FOLDER } from '../../../src/studies/files/shippedModels.ts';
import { hospitalCalibration } from '../../hospitalCalibration.ts';

const models = await loadNodeModels(MODELS_FOLDER);
const patients = Array.from({ length: 40 }, (_, k): CohortPatient => ({
  id: `p${k}`,
  row: k + 2,
  timeYears: 1 + (k % 5),
  outcome: k % 3 === 0 ? 'event' : 'none',
  clinical: { covariates: { lvef: 20 + k, male: k % 2 }, facts: { ischaemic: true, nyha: 1 + (k % 3) } },
  study: null,
}));
const issues = (schema: typeof validation | typeof merged, text: string): unknown[] =>
  (safeParse(schema, JSON.parse(text)).issues ?? []).map(({ message, path }) => [message, path?.map(({ key }) => key)]);

describe('the JSON schemas of a cohort’s files', () => {
  it('stand in docs as the code has them (npm run schemas)', () => {
    const made = cohortSchemas();
    const help = readFileSync('src/cli/cohort.ts', 'utf8');
    expect(readdirSync(SCHEMAS_FOLDER).sort()).toEqual(Object.keys(made).sort());
    for (const [name, text] of Object.entries(made)) {
      expect(help, 'the command’s --help names it').toContain(name);
      expect(readFileSync(join(SCHEMAS_FOLDER, name), 'utf8'), name).toBe(text);
    }
  });

  it('know every field that a validation and a merge write', () => {
    for (const calibration of [null, hospitalCalibration(models.cards)]) {
      const question = { rate: 'music', onlyApplicable: true, samples: 20, calibration } as const;
      const result = validateCohort(patients, models, question);
      const content = {
        result,
        question,
        rows: { read: 41, leftOutCount: 1, leftOut: [{ row: 42, why: { code: 'sameId', id: 'p1', firstRow: 3 } }] },
        notes: [{ code: 'timeOfZero', rows: 1 }],
        weights: models.cards,
      } as const;
      const text = writeValidation(content, ({ code }) => code);
      expect(issues(validation, text)).toEqual([]);
      expect(JSON.parse(text)).toMatchObject({ rows: { leftOut: [{ row: 42, firstRow: 3 }] } });
    }
    const question = { rate: 'music', onlyApplicable: true, samples: 20, calibration: null } as const;
    const sums = aggregatesOf(patients, models, question, validateCohort(patients, models, question));
    expect(issues(merged, JSON.stringify(mergeAggregates([sums, sums])))).toEqual([]);
  });
});
