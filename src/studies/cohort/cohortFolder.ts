/**
 * Where a cohort's run keeps what it has done: one JSON per study, and at the end the cohort as a table and as a file.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { SentenceError } from '../../core/errors.ts';
import type { ModelCard } from '../../pipeline/analysing/models.ts';
import { outcome } from '../../pipeline/cohort/savedCohort.ts';
import type { StudyOutcome } from '../../pipeline/cohort/studyResult.ts';

/** A file of the folder is not in the form that a run writes. */
export class StudyFileError extends SentenceError {}

export const COHORT_FILE = 'cohort.scarcohort';

const studiesIn = (folder: string): string => path.join(folder, 'studies');

/** An id that can be a file's name is the name; any other is replaced by its hash, and is inside the file. */
const nameOf = (id: string): string =>
  /^[A-Za-z0-9][\w.-]{0,99}$/.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 32);

/** What a study's file holds besides the numbers of `predict`. */
export const studyFile = v.object({
  id: v.string(),
  reason: v.nullable(v.string()),
  study: outcome,
  models: v.record(v.string(), v.string()),
});

export async function makeFolder(folder: string): Promise<void> {
  await mkdir(studiesIn(folder), { recursive: true });
}

/**
 * Writes the result of one study, whole or not at all.
 * @param numbers what `npm run predict` writes; null where it failed
 */
export async function writeStudy(
  folder: string,
  study: StudyOutcome,
  cards: readonly Pick<ModelCard, 'name' | 'sha256'>[],
  numbers: object | null,
  reason: string | null,
): Promise<void> {
  const models = Object.fromEntries(cards.map(({ name, sha256 }) => [name, sha256]));
  const file = path.join(studiesIn(folder), `${nameOf(study.id)}.json`);
  const part = `${file}.${process.pid}.part`;
  await writeFile(part, `${JSON.stringify({ id: study.id, reason, study, ...numbers, models })}\n`);
  await rename(part, file);
}

/**
 * What an earlier run has done with these networks; results of other networks are left out, to be done again.
 * @throws StudyFileError for a file that no run wrote
 */
export async function readStudies(
  folder: string,
  cards: readonly Pick<ModelCard, 'name' | 'sha256'>[],
): Promise<StudyOutcome[]> {
  if (!existsSync(studiesIn(folder))) return [];
  const names = (await readdir(studiesIn(folder))).filter((name) => name.endsWith('.json')).sort();
  const found: StudyOutcome[] = [];
  for (const name of names) {
    const file = path.join(studiesIn(folder), name);
    const read = v.safeParse(studyFile, parsed(await readFile(file, 'utf8')));
    if (!read.success) throw new StudyFileError(`${file} is not as a run writes it: take it away, and run again.`);
    const { study, models } = read.output;
    if (cards.every((card) => models[card.name] === card.sha256)) found.push(study);
  }
  return found;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
