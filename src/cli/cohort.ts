/** Holds the shipped models against a hospital's own patients. The commands are those of USE; docs/cohort.md describes their files. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { everyReason } from '../app/messages/everyReason.ts';
import { CONTEMPORARY_RATES } from '../core/patient/rates.ts';
import type { Models } from '../pipeline/analysing/models.ts';
import type { CohortRate } from '../pipeline/cohort/judgePatient.ts';
import { writeMapping } from '../pipeline/cohort/mappingFile.ts';
import { withStudies, writeSavedCohort } from '../pipeline/cohort/savedCohort.ts';
import { ID_RULES, studiesByPath, type FoundStudies } from '../pipeline/cohort/studies.ts';
import { studiesByPatientId } from '../pipeline/cohort/studiesByPatientId.ts';
import { cellsOf } from '../pipeline/cohort/table.ts';
import { validateCohort } from '../pipeline/cohort/validateCohort.ts';
import { cohortRows, dictionaryCsv, wideCsv } from '../pipeline/cohort/wideTable.ts';
import type { InputFile } from '../pipeline/reading/study.ts';
import { COHORT_FILE, readStudies } from '../studies/cohort/cohortFolder.ts';
import { runFolder } from '../studies/cohort/runFolder.ts';
import { DATA_FOLDER } from '../studies/files/dataFolder.ts';
import { inputFiles } from '../studies/files/inputFiles.ts';
import { loadNodeModels, MODELS_FOLDER } from '../studies/files/shippedModels.ts';
import { lockRun } from '../studies/files/trainingRun.ts';
import { writeCohort } from '../studies/survival/summariseCohort.ts';
import { readCohortInput, readTableOfPatients, type ReadTable, type TableOptions } from './support/cohortInput.ts';
import { runCommand, say, tryOutputs, UsageError, writeJson, writeWhole } from './support/output.ts';

const USE = `Use: npm run cohort -- COMMAND
  run DIR --out OUT [--table T --id COL --time COL --event COL | --table T --mapping FILE.json] [--ids table|folder|patientId]
      [--part K/N] [--rate RATE] [--identity]
    analyses each study in DIR, whatever lies how deep; goes on where it was stopped. OUT gets studies/ID.json, cohort.csv with
    dictionary.csv, columns.json and cohort.scarcohort. --part analyses a K-th of N parts and gathers nothing.
  validate TABLE|OUT|FILE.scarcohort [--mapping FILE.json | --id COL --time COL --event COL] [--save-mapping FILE.json]
      [--rate usual|music|afterInfarct|heartFailure] [--everyone] [--samples 200] [--out FILE]
    holds the shipped models against the outcomes.
  summarise [--data DIR]
    summarises the real cohort beside the shipped covariate branch.`;
const RATES: readonly CohortRate[] = ['usual', 'music', ...CONTEMPORARY_RATES];

const OPTIONS = {
  data: { type: 'string', default: DATA_FOLDER },
  table: { type: 'string' },
  id: { type: 'string' },
  time: { type: 'string' },
  event: { type: 'string' },
  ids: { type: 'string' },
  part: { type: 'string' },
  identity: { type: 'boolean', default: false },
  mapping: { type: 'string' },
  'save-mapping': { type: 'string' },
  rate: { type: 'string', default: 'usual' },
  everyone: { type: 'boolean', default: false },
  samples: { type: 'string', default: '200' },
  out: { type: 'string' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values'];

await runCommand(USE, async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const [what, ...paths] = positionals;
  if (what === 'run' && paths.length === 1) await run(paths[0], values);
  else if (what === 'validate' && paths.length === 1) await validate(paths[0], values);
  else if (what === 'summarise' && paths.length === 0) await writeCohort(values.data, MODELS_FOLDER);
  else throw new UsageError(USE);
});

/** @throws UsageError */
function rateOf(asked: string): CohortRate {
  const rate = RATES.find((one) => one === asked);
  if (rate === undefined) throw new UsageError(`--rate takes ${RATES.join(', ')}, not ${asked}.`);
  return rate;
}

function tableOptions({ mapping, id, time, event }: Values): TableOptions {
  return { mapping, id, time, outcome: event };
}

async function run(folder: string, values: Values): Promise<void> {
  const { out } = values;
  if (out === undefined) throw new UsageError('Say with --out where the results go.');
  const rate = rateOf(values.rate);
  const part = partOf(values.part);
  const read = values.table === undefined ? null : await readTableOfPatients(values.table, tableOptions(values), false);
  const { studies, unplaced } = await findStudies(await inputFiles(folder), values.ids, read);
  if (unplaced > 0) say(`${unplaced} files are of no study that could be told.`);
  const patients = read?.cohort.patients ?? [];
  const known = new Set(patients.map(({ id }) => id));
  const found = new Set(studies.map(({ id }) => id));
  for (const { id } of studies)
    if (read && !known.has(id)) say(`Study ${id} has no row that is a patient: it is left alone.`);
  for (const { id } of patients) if (!found.has(id)) say(`Patient ${id} has no study.`);

  lockRun(path.join(out, part === null ? 'run' : `part-${part.number}-of-${part.of}`));
  const models = await loadNodeModels(MODELS_FOLDER);
  const wanted = studies.filter(({ id }) => !read || known.has(id));
  const mine = part === null ? wanted : wanted.filter((_, i) => i % part.of === part.number - 1);
  const before = await runFolder(
    {
      studies: mine,
      patients,
      out,
      say: everyReason.en,
      onDone: ({ id, failed }, { done, of, seconds }) =>
        say(`${done} of ${of}: ${id}${failed ? ` failed: ${everyReason.en(failed)}` : ''}; ${timeLeft(seconds)}`),
    },
    models,
  );
  if (before > 0) say(`${before} studies were analysed before.`);
  if (part === null) await gather(out, { rate, identity: values.identity, models, read, wanted });
}

interface Gathered {
  readonly rate: CohortRate;
  readonly identity: boolean;
  readonly models: Models;
  readonly read: ReadTable | null;
  readonly wanted: FoundStudies<InputFile>['studies'];
}

/** Writes the cohort as a table and as a file from what each study gave. */
async function gather(out: string, { rate, identity, models, read, wanted }: Gathered): Promise<void> {
  const ids = new Set(wanted.map(({ id }) => id));
  const outcomes = (await readStudies(out, models.cards)).filter(({ id }) => ids.has(id));
  const patients = withStudies(read?.cohort.patients ?? [], outcomes);
  const rows = cohortRows(patients, outcomes, models, rate, null);
  await writeWhole(path.join(out, 'cohort.csv'), wideCsv(rows, everyReason.en));
  await writeWhole(path.join(out, 'dictionary.csv'), dictionaryCsv());
  if (read) await writeWhole(path.join(out, 'columns.json'), writeMapping(read.mapping));
  const saved = {
    salt: randomBytes(16).toString('hex'),
    columns: read?.mapping ?? null,
    rows: { read: read?.table.rows.length ?? 0, leftOut: read?.cohort.leftOut.length ?? 0 },
    patients,
    studies: outcomes,
    weights: models.cards.map(({ name, version, sha256 }) => ({ name, version, sha256 })),
  };
  await writeWhole(path.join(out, COHORT_FILE), writeSavedCohort(saved, identity));
  const failed = outcomes.filter((one) => one.failed !== null).length;
  say(`${outcomes.length - failed} studies were analysed, ${failed} failed; ${out}/cohort.csv has a row for each.`);
}

async function findStudies(
  files: readonly InputFile[],
  asked: string | undefined,
  read: ReadTable | null,
): Promise<FoundStudies<InputFile>> {
  const rule = ID_RULES.find((one) => one === (asked ?? (read ? 'table' : 'folder')));
  if (rule === undefined) throw new UsageError(`--ids takes ${ID_RULES.join(', ')}, not ${asked ?? ''}.`);
  if (rule === 'patientId') return studiesByPatientId(files, {});
  if (rule === 'folder') return studiesByPath(files, null);
  const column = read?.table.columns.find((one) => read.mapping[one].use === 'id');
  if (!read || column === undefined) throw new UsageError('Say with --table and --id which column holds the ids.');
  return studiesByPath(files, new Set(cellsOf(read.table, column)));
}

/** '3/40' */
function partOf(text: string | undefined): { readonly number: number; readonly of: number } | null {
  if (text === undefined) return null;
  const [, number, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (!(number >= 1 && number <= of)) throw new UsageError(`--part takes K/N with K from 1 to N, not ${text}.`);
  return { number, of };
}

function timeLeft(seconds: number | null): string {
  if (seconds === null) return '';
  return seconds < 90 ? `about ${seconds} s left` : `about ${Math.round(seconds / 60)} min left`;
}

async function validate(given: string, values: Values): Promise<void> {
  await tryOutputs(values.out, values['save-mapping']);
  const rate = rateOf(values.rate);
  const samples = Number(values.samples);
  if (!Number.isInteger(samples) || samples < 20) {
    throw new UsageError(`--samples takes a whole number of 20 or more, not ${values.samples}.`);
  }
  const models = await loadNodeModels(MODELS_FOLDER);
  const { patients, rows, notes, mapping } = await readCohortInput(given, tableOptions(values), models.cards);
  if (values['save-mapping'] !== undefined && mapping) await writeWhole(values['save-mapping'], writeMapping(mapping));
  const onlyApplicable = !values.everyone;
  const result = validateCohort(patients, models, { rate, onlyApplicable, samples, calibration: null });
  await writeJson(
    {
      n: result.followUp.patients,
      events: result.followUp.events,
      rate,
      onlyApplicable,
      ...result,
      rows: {
        read: rows.read,
        leftOut: (rows.leftOut ?? []).map(({ row, why }) => ({ row, why: everyReason.en(why), ...why })),
      },
      notes: notes.map((note) => ({ sentence: everyReason.en(note), ...note })),
      weights: models.cards.map(({ name, version, sha256 }) => ({ name, version, sha256 })),
    },
    values.out,
  );
}
