/**
 * A cohort as a file, '.scarcohort': what its columns are, its patients, and the result of each study. It holds no pixels and, unless the
 * reader wants them, no identities: each id is then a salted hash by which the studies are found again.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import * as v from 'valibot';
import { ScarcastError } from '../../core/errors.ts';
import { parseClinicalFile } from '../../core/patient/clinicalFile.ts';
import type { ModelCard } from '../analysing/models.ts';
import { burden, findings, warning } from '../saving/caseSchema.ts';
import type { WeightsId } from '../saving/caseFile.ts';
import { contrast, fileReason } from '../saving/readingSchema.ts';
import { byName, count, latent, list, number, sha256 as hash, share, vector, words } from '../saving/schemaParts.ts';
import type { ColumnMapping } from './columns.ts';
import { columnUse } from './mappingFile.ts';
import type { CohortPatient } from './patients.ts';
import { labelsOfDrawing, MOST_ACROSS, MOST_PICTURED } from './studyPicture.ts';
import type { StudyFailure, StudyOutcome } from './studyResult.ts';

export type SavedCohortFault =
  | { readonly code: 'notASavedCohort' }
  | { readonly code: 'savedCohortNewer'; readonly itsFormat: number; readonly latestFormat: number }
  | { readonly code: 'savedCohortChanged' }
  | { readonly code: 'savedCohortOtherWeights' };

/** The file is not a cohort, is of another version, was changed by hand, or was made by other networks. */
export class SavedCohortError extends ScarcastError<SavedCohortFault> {}

export interface SavedCohort {
  /** Whether ids are kept as they are. */
  readonly identity: boolean;
  /** The salt of the ids' hashes; different for each cohort. */
  readonly salt: string;
  /** null without a table. */
  readonly columns: ColumnMapping | null;
  /** Rows of the table, and how many of them are not patients. */
  readonly rows: { readonly read: number; readonly leftOut: number };
  readonly patients: readonly Omit<CohortPatient, 'study'>[];
  readonly studies: readonly StudyOutcome[];
  /** The networks that analysed the studies. */
  readonly weights: readonly WeightsId[];
}

const FORMAT = 'scarcast-cohort';
const VERSION = 1;
/** Length of a hashed id: short, but enough for no two of ten thousand to collide. */
const HASH_CHARACTERS = 16;
/** The networks that a study's result comes from. */
const ANALYSED_BY: readonly string[] = ['locate', 'segment', 'image'];

const side = v.pipe(count, v.minValue(1), v.maxValue(MOST_ACROSS));
const drawing = v.pipe(
  v.object({
    columns: side,
    rows: side,
    slices: v.pipe(
      v.array(v.pipe(v.string(), v.maxLength(2 * MOST_ACROSS ** 2), v.regex(/^(?:\d{0,4}[a-e])*$/))),
      v.maxLength(MOST_PICTURED),
    ),
  }),
  v.check(({ columns, rows, slices }) => slices.every((slice) => labelsOfDrawing(slice).length === columns * rows)),
);

const result = v.object({
  slices: count,
  spacing: v.nullable(vector),
  contrast,
  drawnBy: v.picklist(['network', 'file', 'reader']),
  burden: v.object(burden),
  greyZonesG: byName(v.nullable(number)),
  casePlausibility: v.nullable(share),
  heart: v.nullable(v.object({ mu: number, sigma: number, reconstructionError: number, latent })),
  findings,
  warnings: list(warning),
  drawing: v.optional(v.nullable(drawing), null),
});

const failure = v.union([
  v.object({ code: v.literal('studyInSeveralPlaces'), places: count }),
  v.object({ code: v.literal('studyWithoutStack'), series: count }),
  v.object({ code: v.literal('studyOfSeveralPatients'), patients: count }),
  v.object({ code: v.literal('unexpected'), detail: words }),
  fileReason,
]);

/** The outcome of one study, in the form that files hold. */
export const outcome: v.GenericSchema<unknown, StudyOutcome> = v.object({
  id: words,
  files: count,
  bytes: count,
  result: v.nullable(result),
  failed: v.nullable(failure),
});

const content = v.object({
  identity: v.boolean(),
  salt: words,
  columns: v.nullable(v.record(v.string(), columnUse)),
  rows: v.object({ read: count, leftOut: count }),
  patients: list(
    v.object({
      id: words,
      row: count,
      timeYears: v.pipe(number, v.gtValue(0)),
      outcome: v.picklist(['event', 'otherDeath', 'none']),
      clinical: v.object({ covariates: byName(number), facts: byName(v.union([number, v.boolean()])) }),
    }),
  ),
  studies: v.array(outcome),
  weights: list(v.object({ name: words, version: words, sha256: hash })),
});

/** The whole file; `sha256` is that of the JSON of `content`. */
export const savedCohortFile = v.object({
  format: v.literal(FORMAT),
  version: v.literal(VERSION),
  sha256: hash,
  content,
});

const digest = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));

const HIDDEN = new RegExp(`^#[0-9a-f]{${HASH_CHARACTERS}}$`);

/** An id as a file without identity holds it; a hidden id stays as it is. */
export const hiddenId = (salt: string, id: string): string =>
  HIDDEN.test(id) ? id : `#${digest(`${salt}\n${id}`).slice(0, HASH_CHARACTERS)}`;

/** A reason without file names, which may name the patient; of a reason unknown to the file's schema only the code is kept. */
export function plainFailure(failed: StudyFailure): StudyFailure {
  const plain = { ...failed, ...('path' in failed ? { path: '' } : {}), ...('file' in failed ? { file: '' } : {}) };
  const known = v.safeParse(failure, plain);
  return known.success ? known.output : { code: 'unexpected', detail: failed.code };
}

/** The text of the file. @param identity whether it holds ids as they are */
export function writeSavedCohort(cohort: Omit<SavedCohort, 'identity'>, identity: boolean): string {
  const shown = (id: string): string => (identity ? id : hiddenId(cohort.salt, id));
  const written: SavedCohort = {
    ...cohort,
    identity,
    patients: cohort.patients.map(({ id, row, timeYears, outcome: end, clinical }) => {
      return { id: shown(id), row, timeYears, outcome: end, clinical };
    }),
    studies: cohort.studies.map((study) => ({
      ...study,
      id: shown(study.id),
      failed: study.failed && plainFailure(study.failed),
    })),
  };
  const inside = JSON.stringify(v.parse(content, written));
  return `{"format":"${FORMAT}","version":${VERSION},"sha256":"${digest(inside)}","content":${inside}}\n`;
}

/**
 * Reads a '.scarcohort' file.
 * @param weights those of the networks here: other networks would have given other numbers
 * @throws SavedCohortError
 */
export function readSavedCohort(text: string, weights: readonly Pick<ModelCard, 'name' | 'sha256'>[]): SavedCohort {
  const json = parsed(text);
  const head = v.safeParse(v.object({ format: v.literal(FORMAT), version: v.number(), sha256: v.string() }), json);
  if (!head.success) throw new SavedCohortError({ code: 'notASavedCohort' });
  const { version: itsFormat } = head.output;
  if (itsFormat > VERSION) throw new SavedCohortError({ code: 'savedCohortNewer', itsFormat, latestFormat: VERSION });
  const whole = v.safeParse(v.object({ content: v.unknown() }), json);
  const inside = whole.success ? whole.output.content : null;
  const read = v.safeParse(content, inside);
  if (digest(JSON.stringify(inside)) !== head.output.sha256 || !read.success) {
    throw new SavedCohortError({ code: 'savedCohortChanged' });
  }
  const { patients, studies, ...rest } = read.output;
  const others = rest.weights.some(
    ({ name, sha256: its }) => ANALYSED_BY.includes(name) && weights.find((one) => one.name === name)?.sha256 !== its,
  );
  if (others && studies.some((one) => one.result !== null)) {
    throw new SavedCohortError({ code: 'savedCohortOtherWeights' });
  }
  return {
    ...rest,
    studies,
    patients: patients.map(({ clinical: { covariates, facts }, ...one }) => ({
      ...one,
      clinical: parseClinicalFile({ ...covariates, ...facts }),
    })),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The patients with the results of their images. */
export function withStudies(
  patients: readonly Omit<CohortPatient, 'study'>[],
  studies: readonly Pick<StudyOutcome, 'id' | 'result'>[],
): CohortPatient[] {
  const results = new Map(studies.map(({ id, result: one }) => [id, one]));
  return patients.map((patient) => ({ ...patient, study: results.get(patient.id) ?? null }));
}
