/**
 * Compares the shipped models with a hospital's own patients. The commands are those of USE; docs/cohort.md describes
 * their files.
 */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { version } from '../../package.json';
import { everyReason } from '../app/messages/everyReason.ts';
import { REFIT_WORDS } from '../app/messages/refitWords.ts';
import { CONTEMPORARY_RATES } from '../core/patient/rates.ts';
import type { RefitComparison, RefitFigures } from '../core/patient/hospitalRefit.ts';
import type { Models } from '../pipeline/analysing/models.ts';
import { mergeAggregates, readAggregates, writeAggregates } from '../pipeline/cohort/aggregates.ts';
import { writeCalibration } from '../pipeline/saving/calibrationFile.ts';
import { writeRefit } from '../pipeline/saving/refitFile.ts';
import { LAW_MODELS } from '../pipeline/cohort/cohortModels.ts';
import type { CohortRate } from '../pipeline/cohort/judgePatient.ts';
import { writeMapping } from '../pipeline/cohort/mappingFile.ts';
import { withStudies, writeSavedCohort } from '../pipeline/cohort/savedCohort.ts';
import { recalibrate } from '../pipeline/cohort/recalibrate.ts';
import { refitCohort } from '../pipeline/cohort/refit.ts';
import { aggregatesOf } from '../pipeline/cohort/sumsOfCohort.ts';
import { ID_RULES, studiesByPath, type FoundStudies } from '../pipeline/cohort/studies.ts';
import { studiesByPatientId } from '../pipeline/cohort/studiesByPatientId.ts';
import { cellsOf } from '../pipeline/cohort/table.ts';
import { validateCohort } from '../pipeline/cohort/validateCohort.ts';
import { writeValidation } from '../pipeline/cohort/validationFile.ts';
import { cohortReport } from '../pipeline/cohort/cohortReport.ts';
import { cohortRows } from '../pipeline/cohort/cohortRows.ts';
import { FIGURES_IN_R } from '../pipeline/cohort/figuresInR.ts';
import { dictionaryCsv, wideCsv, type CohortRow } from '../pipeline/cohort/wideTable.ts';
import type { InputFile } from '../pipeline/reading/study.ts';
import { COHORT_FILE, readStudies } from '../studies/cohort/cohortFolder.ts';
import { runFolder } from '../studies/cohort/runFolder.ts';
import { DATA_FOLDER } from '../studies/files/dataFolder.ts';
import { inputFiles } from '../studies/files/inputFiles.ts';
import { loadNodeModels, MODELS_FOLDER } from '../studies/files/shippedModels.ts';
import { lockRun } from '../studies/files/trainingRun.ts';
import { writeCohort } from '../studies/survival/summariseCohort.ts';
import { readCalibrationInput, tryRefitOutput, writeRefitOutput } from './support/calibrationInput.ts';
import { cohortReportText } from './support/cohortReportText.ts';
import { readCohortInput, readTableOfPatients, type ReadTable, type TableOptions } from './support/cohortInput.ts';
import { runCommand, say, tryOutputs, UsageError, writeJson, writeText, writeWhole } from './support/output.ts';
import { readText } from './support/readText.ts';

const USE = `Use: npm run cohort -- COMMAND
  run DIR --out OUT [--table T --id COL --time COL --event COL | --table T --mapping FILE.json] [--ids table|folder|patientId]
      [--part K/N] [--rate RATE] [--identity]
    analyses each study in DIR, at any depth, and goes on where it was stopped. OUT gets studies/ID.json, cohort.csv with
    dictionary.csv and cohort.R, columns.json and cohort.scarcohort. --part analyses a K-th of N parts and gathers nothing.
  validate COHORT [--save-mapping FILE.json] [--rate usual|music|afterInfarct|heartFailure] [--everyone] [--samples 200]
      [--calibration FILE.json|REFIT] [--share FILE.json] [--predictions DIR] [--report FILE.md] [--out FILE]
    compares the shipped models, or the calibrated or refitted ones, with the outcomes. --share writes sums that other hospitals may see;
    --predictions writes each patient's in cohort.csv, with dictionary.csv, and cohort.R, which draws the figures anew;
    --report the report, with the sheets of TRIPOD+AI and PROBAST+AI.
  recalibrate COHORT --by NAME --on DATE [--everyone] --out FILE.json
    fits level and spread of each model, and the fusion's weights, to the cohort.
  refit COHORT --by NAME --on DATE [--everyone] --out REFIT
    trains the covariate branch, the head of the image branch, and their fusion anew on the cohort, and compares them with the shipped
    ones on patients that they had not seen. Needs 50 events (40 with images for the fusion, 50 for the head), and 10 for each effective
    parameter. REFIT is a folder, or a FILE.scarmodel.
  merge FILE.json FILE.json ... [--out FILE]
    pools what several hospitals wrote with --share.
  COHORT is a table (with --mapping FILE.json, or --id COL --time COL --event COL), the OUT of a run, or a FILE.scarcohort.
  docs/cohort.md describes each file and gives runs on a cluster by workflow/Snakefile. JSON schemas in docs/schemas: study.json (run's
  studies/ID.json), columns.json (columns.json, --mapping, --save-mapping), cohort.json (FILE.scarcohort), validation.json (validate's
  --out), calibration.json (recalibrate's --out, --calibration), refit.json, refit-model.json, refit-card.json (files of a REFIT),
   hospital.json (--share, what merge reads), merged.json (merge's --out).
  summarise [--data DIR]
    summarises the real cohort, in a file next to the shipped covariate branch.`;
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
  calibration: { type: 'string' },
  share: { type: 'string' },
  predictions: { type: 'string' },
  report: { type: 'string' },
  by: { type: 'string' },
  on: { type: 'string' },
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
  else if (what === 'recalibrate' && paths.length === 1) await fitCalibration(paths[0], values);
  else if (what === 'refit' && paths.length === 1) await fitAnew(paths[0], values);
  else if (what === 'merge' && paths.length > 1) await merge(paths, values.out);
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
  const start = performance.now();
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
  const now = mine.length - before;
  const hours = (performance.now() - start) / 3_600_000;
  if (now > 0) say(`${now} studies were read in this run, at a rate of ${Math.floor(now / hours)} an hour.`);
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
  await writeRows(out, rows);
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

/** The table of the patients with their predictions, what its columns are, and how to draw the figures from it in R. */
async function writeRows(folder: string, rows: readonly CohortRow[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeWhole(path.join(folder, 'cohort.csv'), wideCsv(rows, everyReason.en));
  await writeWhole(path.join(folder, 'dictionary.csv'), dictionaryCsv());
  await writeWhole(path.join(folder, 'cohort.R'), FIGURES_IN_R);
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
  await tryOutputs(values.out, values['save-mapping'], values.share, values.report);
  const rate = rateOf(values.rate);
  const samples = Number(values.samples);
  if (!Number.isInteger(samples) || samples < 20) {
    throw new UsageError(`--samples takes a whole number of 20 or more, not ${values.samples}.`);
  }
  const models = await loadNodeModels(MODELS_FOLDER);
  const { patients, rows, notes, mapping } = await readCohortInput(given, tableOptions(values), models.cards);
  if (values['save-mapping'] !== undefined && mapping) await writeWhole(values['save-mapping'], writeMapping(mapping));
  if (values.share !== undefined && values.calibration !== undefined) {
    throw new UsageError('--share is of the models as they are shipped: leave --calibration out.');
  }
  const calibration =
    values.calibration === undefined ? null : await readCalibrationInput(values.calibration, models.cards);
  const onlyApplicable = !values.everyone;
  const question = { rate, onlyApplicable, samples, calibration };
  const result = validateCohort(patients, models, question);
  if (values.report !== undefined) {
    const report = cohortReport(result, question, { read: rows.read, leftOut: rows.leftOutCount }, version);
    await writeWhole(values.report, cohortReportText(report, result, models.cards));
  }
  if (values.predictions !== undefined) {
    await writeRows(values.predictions, cohortRows(patients, [], models, rate, calibration));
  }
  if (values.share !== undefined) {
    await writeWhole(values.share, writeAggregates(aggregatesOf(patients, models, question, result)));
  }
  const content = {
    result,
    question,
    rows,
    notes,
    weights: models.cards,
  };
  await writeText(writeValidation(content, everyReason.en), values.out);
}

async function fitCalibration(given: string, values: Values): Promise<void> {
  const { by, on, out } = values;
  if (by === undefined || on === undefined || out === undefined) {
    throw new UsageError('Say with --by who recalibrates, with --on when, and with --out where the file goes.');
  }
  await tryOutputs(out);
  const models = await loadNodeModels(MODELS_FOLDER);
  const { patients } = await readCohortInput(given, tableOptions(values), models.cards);
  const made = recalibrate(patients, models, { onlyApplicable: !values.everyone, madeBy: by, madeOn: on });
  await writeWhole(out, writeCalibration(made));
  for (const model of LAW_MODELS) {
    const fit = made[model];
    if (fit === null) say(`${model}: stays as it is, for there are too few events.`);
    else {
      const { logLikelihoodAPatient: gain, standardError } = fit.gain;
      const per100 = (value: number): string => (100 * value).toFixed(2);
      say(
        `${model}: ${fit.chosen}, on ${fit.patients} patients and ${fit.events} events; gain out of fold ${per100(gain)} ` +
          `(standard error ${per100(standardError)}) in log-likelihood for 100 patients.`,
      );
    }
  }
}

async function fitAnew(given: string, values: Values): Promise<void> {
  const { by, on, out } = values;
  if (by === undefined || on === undefined || out === undefined) {
    throw new UsageError('Say with --by who refits, with --on when, and with --out where the model goes.');
  }
  await tryRefitOutput(out);
  const models = await loadNodeModels(MODELS_FOLDER);
  const { patients } = await readCohortInput(given, tableOptions(values), models.cards);
  const made = refitCohort(patients, models, { onlyApplicable: !values.everyone, madeBy: by, madeOn: on });
  await writeRefitOutput(out, writeRefit(made, made.refit, REFIT_WORDS));
  const { recipe, covariates, fused, image, headNotRefitted } = made.refit;
  say(
    `Penalty ${recipe.penalty}, ${recipe.epochs} epochs, ${recipe.effectiveParameters.toFixed(1)} effective parameters.`,
  );
  sayComparison('covariates', covariates);
  if (fused) sayComparison('fused', fused);
  else say('fused: stays as shipped, because too few events have an image.');
  if (image) {
    const { penalty, effectiveParameters } = image.recipe;
    say(`Head of the image branch: penalty ${penalty}, ${effectiveParameters.toFixed(1)} effective parameters.`);
    sayComparison('image by the refitted head', image.alone);
    sayComparison('fused by the refitted head', image.fused);
  }
  if (headNotRefitted) say(everyReason.en(headNotRefitted));
}

function sayComparison(model: string, { patients, events, refitted, shipped, gain }: RefitComparison): void {
  const c = ({ harrell }: RefitFigures): string => harrell?.value.toFixed(3) ?? 'not known';
  const { logLikelihoodAPatient, standardError } = gain;
  say(
    `${model}: on ${patients} patients and ${events} events; C out of fold ${c(refitted)}, shipped ${c(shipped)}; gain out of fold ` +
      `${(100 * logLikelihoodAPatient).toFixed(2)} (standard error ${(100 * standardError).toFixed(2)}) in log-likelihood for 100 patients.`,
  );
}

async function merge(files: readonly string[], out: string | undefined): Promise<void> {
  await tryOutputs(out);
  const hospitals = [];
  for (const file of files) hospitals.push(readAggregates(await readText(file)));
  await writeJson(mergeAggregates(hospitals), out);
}
