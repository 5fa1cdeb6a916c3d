/**
 * Writes JSON schemas of the files that the cohort room and `npm run cohort` read and write into docs/schemas: for
 * those that are read, from the same schemas that check them on reading. `npm run schemas`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { aggregatesFile, modelAggregates } from '../src/pipeline/cohort/aggregates.ts';
import { COHORT_MODELS, LAW_MODELS } from '../src/pipeline/cohort/cohortModels.ts';
import { mappingFile } from '../src/pipeline/cohort/mappingFile.ts';
import { savedCohortFile } from '../src/pipeline/cohort/savedCohort.ts';
import { warning } from '../src/pipeline/saving/caseSchema.ts';
import { calibrationFile, calibrationSchema } from '../src/pipeline/saving/calibrationFile.ts';
import { refitCard, refitIndex, refitModel, toldRefitSchema } from '../src/pipeline/saving/refitFile.ts';
import { count, list, number, sha256, words } from '../src/pipeline/saving/schemaParts.ts';
import { studyFile } from '../src/studies/cohort/cohortFolder.ts';

const limits = { value: number, low: number, high: number };
const measure = v.nullable(v.strictObject(limits));
const reason = { code: words };
const model = v.strictObject({
  patients: count,
  events: count,
  harrell: measure,
  uno: measure,
  at: list(
    v.strictObject({
      years: count,
      observed: v.strictObject(limits),
      meanPredicted: v.nullable(number),
      ratio: measure,
      auc: measure,
      brier: measure,
      scaledBrier: measure,
    }),
  ),
  integratedBrier: measure,
  groups: v.nullable(
    list(v.strictObject({ patients: count, meanPredicted: number, observed: number, low: number, high: number })),
  ),
  curve: v.nullable(
    v.strictObject({
      predicted: list(number),
      observed: list(number),
      low: list(number),
      high: list(number),
      ici: number,
      e50: number,
      e90: number,
      slope: number,
    }),
  ),
  decision: v.nullable(
    list(v.strictObject({ threshold: number, netBenefit: number, netBenefitOfTreatingAll: number })),
  ),
  precision: v.nullable(v.strictObject({ halfWidth: number, eventsFor005: count })),
});
const ofEach = <Id extends string, T extends v.GenericSchema>(ids: readonly Id[], one: T) =>
  v.strictObject(Object.fromEntries(ids.map((id) => [id, one])) as Record<Id, T>);

/** What `validate` writes. */
export const validation = v.strictObject({
  n: count,
  events: count,
  rate: words,
  onlyApplicable: v.boolean(),
  calibration: v.nullable(v.object({ ...calibrationSchema.entries, refit: v.nullable(toldRefitSchema) })),
  followUp: v.strictObject({ patients: count, events: count, medianYears: v.nullable(number), longestYears: number }),
  otherDeaths: count,
  years: list(count),
  notApplicable: list(v.strictObject({ code: words, patients: count })),
  leftOut: count,
  images: v.strictObject({ patients: count, withheld: list(v.strictObject({ code: words, patients: count })) }),
  models: ofEach(COHORT_MODELS, v.nullable(model)),
  thirds: v.nullable(
    v.strictObject({
      groups: list(
        v.strictObject({
          patients: count,
          events: count,
          meanPredicted: number,
          steps: list(v.strictObject({ t: number, s: number })),
        }),
      ),
      chiSquare: number,
      p: number,
    }),
  ),
  subgroups: list(
    v.strictObject({ id: words, patients: count, events: count, few: v.boolean(), harrell: measure, ratio: measure }),
  ),
  incidence: list(v.strictObject({ years: count, event: v.nullable(number), otherDeath: v.nullable(number) })),
  rows: v.strictObject({
    read: count,
    leftOutCount: count,
    leftOut: v.nullable(list(v.object({ row: count, why: words, ...reason }))),
  }),
  notes: list(v.object({ sentence: words, ...reason })),
  weights: list(v.strictObject({ name: words, version: words, sha256 })),
});

const limited = v.strictObject(limits);
const mergedModel = v.strictObject({
  hospitals: count,
  patients: count,
  ratio: v.nullable(v.strictObject({ ...limits, hospitals: count })),
  recalibration: v.nullable(v.strictObject({ muShift: limited, sigmaFactor: limited })),
  harrell: v.nullable(
    v.strictObject({ ...limits, studies: count, tauSquared: number, iSquared: number, each: list(number) }),
  ),
  bins: list(
    v.strictObject({
      from: number,
      to: number,
      hospitals: count,
      patients: count,
      events: v.nullable(count),
      expected: number,
    }),
  ),
});
/** What `merge` writes. */
export const merged = v.strictObject({
  hospitals: count,
  patients: count,
  events: count,
  eventsWithheld: count,
  rate: words,
  models: ofEach(LAW_MODELS, v.nullable(mergedModel)),
});

interface FileSchema {
  readonly about: string;
  readonly schema: v.GenericSchema;
  /** What occurs in it more than once, by its name. */
  readonly parts: Readonly<Record<string, v.GenericSchema>>;
}

const FILES: Readonly<Record<string, FileSchema>> = {
  columns: { about: 'What the columns of a table are (columns.json).', schema: mappingFile, parts: {} },
  cohort: { about: 'A cohort without pixels (FILE.scarcohort).', schema: savedCohortFile, parts: { count, warning } },
  study: {
    about: 'The outcome of one study (OUT/studies/ID.json), in addition to what `npm run predict` writes.',
    schema: studyFile,
    parts: { count, warning },
  },
  validation: {
    about: 'What `npm run cohort -- validate` writes.',
    schema: validation,
    parts: { count, measure, model },
  },
  calibration: {
    about: 'A calibration to a hospital’s own patients (calibration.json).',
    schema: calibrationFile,
    parts: { count },
  },
  refit: { about: 'What the files of a refitted model must be (its index.json).', schema: refitIndex, parts: {} },
  'refit-model': { about: 'The network of a refitted model (its model.json).', schema: refitModel, parts: { count } },
  'refit-card': {
    about: 'On whom a refitted model was trained and what it is worth (its card.json, which says more).',
    schema: refitCard,
    parts: { count },
  },
  hospital: {
    about: 'Sums of a cohort that other hospitals may see (hospital.json).',
    schema: aggregatesFile,
    parts: { count, sums: modelAggregates },
  },
  merged: { about: 'What `npm run cohort -- merge` writes.', schema: merged, parts: { count, model: mergedModel } },
};

/** Checks that JSON Schema cannot express. */
const WITHOUT_WORDS = ['check', 'finite'];

/** By file name, the text of each schema. */
export function cohortSchemas(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(FILES).map(([name, { about, schema, parts }]) => {
      const made = toJsonSchema(schema, {
        // A list is checked for its length before its entries are: what comes out is the array.
        typeMode: 'output',
        target: 'draft-2020-12',
        definitions: parts,
        overrideAction: ({ valibotAction, jsonSchema }) =>
          WITHOUT_WORDS.includes(valibotAction.type) ? jsonSchema : null,
      });
      return [
        `${name}.json`,
        `${JSON.stringify({ title: `Scarcast: ${name}`, description: about, ...made }, null, 1)}\n`,
      ];
    }),
  );
}

export const SCHEMAS_FOLDER = fileURLToPath(new URL('../docs/schemas', import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(SCHEMAS_FOLDER, { recursive: true });
  for (const [name, text] of Object.entries(cohortSchemas())) writeFileSync(join(SCHEMAS_FOLDER, name), text);
}
