import { parseArgs } from 'node:util';
import { everyReason } from '../app/messages/everyReason.ts';
import { SentenceError } from '../core/errors.ts';
import { observedRisk } from '../core/statistics/calibration.ts';
import { usualHorizonYears, type Scores } from '../nn/training/crossValidateSurvival.ts';
import { coxRidgeModel, type FitSurvival } from '../nn/training/survivalModels.ts';
import type { SurvivalTable } from '../nn/training/survivalTable.ts';
import { cohortStudy } from '../studies/survival/cohortStudy.ts';
import { asPercentages, readCohort, type CohortColumns } from '../pipeline/cohort/readCohort.ts';
import { helpText } from './support/help.ts';
import { runCommand, say, tryOutputs, UsageError, writeJson } from './support/output.ts';
import { readText } from './support/readText.ts';
import { runRepeat, spreadOf } from '../studies/survival/survivalStudy.ts';

const HELP = helpText({
  use: 'evaluate:survival -- FILE.csv --time COL --event COL',
  does: "Trains and tests the survival networks on your own cohort by cross-validation, with Kaplan-Meier, ridge Cox and the guideline's rule in the same folds. FILE.csv has one row a patient. Prints JSON.",
  options: {
    '--time COL': 'The column of the time to the event or to the end of follow-up.',
    '--event COL': 'The column that says whether the event happened.',
    '--event-value V': 'The value that means an event, where it is not 1.',
    '--no-event-value A,B':
      'The values that mean no event. By default 0, no, false and the like do, and with a numeric --event-value any other whole number. Any other value is unknown, and its row is left out.',
    '--time-unit days|months|years': 'The unit of the time, years by default.',
    '--covariates A,B': 'The columns to learn from. By default all others.',
    '--categories A,B': 'Those of them that are categories and not numbers.',
    '--lvef COL': 'The column of the ejection fraction in percent, for the rule LVEF <= 35%.',
    '--nyha COL': "The column of the NYHA class, for the guideline's rule.",
    '--prior-infarct COL': "The column of a prior infarct, for the guideline's rule.",
    '--horizon YEARS': 'The horizon of the measures. By default the latest that the follow-up supports.',
    '--folds N': 'The number of folds, 10 by default.',
    '--repeats N': 'The number of repeats, 10 by default.',
    '--seed N': 'The seed, 2020 by default.',
    '--out FILE': 'The file to write the JSON to. Without it, the JSON goes to standard output.',
  },
});
/** With fewer, the inner folds of a training part may hold none at all. */
const FEWEST_EVENTS = 20;
const LOW_LVEF_PERCENT = 35;

/** The cohort is too small, or its follow-up too short, for the request. */
class TooFewError extends SentenceError {}

/** What the command line requests. Throws UsageError where that is impossible. */
function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      time: { type: 'string' },
      event: { type: 'string' },
      'event-value': { type: 'string' },
      'no-event-value': { type: 'string' },
      'time-unit': { type: 'string', default: 'years' },
      covariates: { type: 'string' },
      categories: { type: 'string' },
      lvef: { type: 'string' },
      nyha: { type: 'string' },
      'prior-infarct': { type: 'string' },
      horizon: { type: 'string' },
      folds: { type: 'string', default: '10' },
      repeats: { type: 'string', default: '10' },
      seed: { type: 'string', default: '2020' },
      out: { type: 'string' },
    },
  });
  const timeUnit = values['time-unit'];
  if (positionals.length !== 1 || values.time === undefined || values.event === undefined) throw new UsageError(HELP);
  if (timeUnit !== 'days' && timeUnit !== 'months' && timeUnit !== 'years')
    throw new UsageError(`--time-unit takes days, months or years, not ${timeUnit}.`);
  const whole = (name: 'folds' | 'repeats' | 'seed', least: number): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < least) {
      throw new UsageError(`--${name} takes a whole number of ${least} or more, not ${values[name]}.`);
    }
    return value;
  };
  const columns: CohortColumns = {
    time: values.time,
    event: values.event,
    eventValue: values['event-value'] ?? null,
    noEventValues: values['no-event-value'] === undefined ? null : listed(values['no-event-value']),
    timeUnit,
    covariates: values.covariates === undefined ? null : listed(values.covariates),
    categories: listed(values.categories ?? ''),
  };
  const horizonYears = values.horizon === undefined ? null : Number(values.horizon);
  if (horizonYears !== null && !(horizonYears > 0)) {
    throw new UsageError(`--horizon takes years above 0, not ${values.horizon}.`);
  }
  const guidelines = { lvef: values.lvef, nyha: values.nyha, priorInfarct: values['prior-infarct'] };
  const runs = { folds: whole('folds', 2), repeats: whole('repeats', 1), seed: whole('seed', 0) };
  return { file: positionals[0], columns, guidelines, runs, horizonYears, out: values.out };
}

/**
 * The horizon that the cohort supports. Throws TooFewError where it supports none, or has too few events for this many
 * folds.
 */
function horizonFor(table: SurvivalTable, asked: number | null, folds: number): number {
  const events = table.event.reduce((sum, d) => sum + d, 0);
  if (events < FEWEST_EVENTS) {
    throw new TooFewError(`${events} events are too few to learn from: at least ${FEWEST_EVENTS} are needed.`);
  }
  if (events < folds || table.event.length - events < folds) {
    throw new TooFewError(
      `${events} events among ${table.event.length} patients are too few for ${folds} folds: ask for fewer with --folds.`,
    );
  }
  const horizonYears = asked ?? usualHorizonYears(table);
  const longest = Math.max(...table.time);
  if (horizonYears >= longest) {
    throw new TooFewError(
      `Nobody is followed beyond ${longest.toFixed(2)} years: --horizon must be less (or is the time in days?).`,
    );
  }
  return horizonYears;
}

await runCommand(HELP, async () => {
  const { file, columns, guidelines, runs: asked, horizonYears: askedHorizon, out } = readOptions();
  await tryOutputs(out);
  const { folds, repeats, seed } = asked;
  const cohort = readCohort(await readText(file), columns);
  const { table, leftOut, constant, numbersOf, events: eventValues, notes } = cohort;
  for (const note of notes) say(everyReason.en(note));
  const horizonYears = horizonFor(table, askedHorizon, folds);

  const others = guidelineModels(table, numbersOf, guidelines);
  const study = cohortStudy(table, others, { folds, repeats, seed, horizonYears });
  const names = study.groups['all'].models;
  const runs = Array.from({ length: repeats }, (_, repeat) => {
    const run = runRepeat(study, repeat);
    const c = names.map((name) => `${name} ${run.scores['all'][name].harrell.toFixed(3)}`);
    process.stderr.write(`repeat ${repeat + 1} of ${repeats}: Harrell's C ${c.join(', ')}\n`);
    return run;
  });
  const depths = runs.flatMap(({ recipes }) => recipes.map(({ depth }) => depth));
  const scores = Object.keys(runs[0].scores['all']['km']) as (keyof Scores)[];
  await writeJson(
    {
      n: table.time.length,
      events: table.event.reduce((sum, d) => sum + d, 0),
      leftOut,
      eventValues,
      notes: notes.map(everyReason.en),
      noteCodes: notes,
      inputs: table.inputs.map(({ name }) => name),
      constant,
      horizonYears,
      observedRisk: observedRisk(table, horizonYears),
      folds,
      repeats,
      seed,
      depthsChosen: [0, 1, 2, 3, 4, 5].map((depth) => depths.filter((one) => one === depth).length),
      models: Object.fromEntries(
        names.map((model) => [
          model,
          Object.fromEntries(scores.map((score) => [score, spreadOf(runs, 'all', model, score)])),
        ]),
      ),
    },
    out,
  );
});

function listed(names: string): string[] {
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** What guidelines use: LVEF of 35% or less, and LVEF with NYHA's class and a prior infarct, each by Cox. */
function guidelineModels(
  { time, event }: SurvivalTable,
  numbersOf: (column: string) => Float64Array,
  columns: Readonly<Record<'lvef' | 'nyha' | 'priorInfarct', string | undefined>>,
): Record<string, FitSurvival> {
  const { lvef: lvefColumn, nyha: nyhaColumn, priorInfarct: infarctColumn } = columns;
  if (lvefColumn === undefined) {
    if (nyhaColumn === undefined && infarctColumn === undefined) return {};
    throw new UsageError('--nyha and --prior-infarct go with --lvef.');
  }
  const lvef = asPercentages(lvefColumn, numbersOf(lvefColumn));
  const low = lvef.map((value) => (Number.isNaN(value) ? NaN : Number(value <= LOW_LVEF_PERCENT)));
  const cox = (inputs: readonly { name: string; yesNo: boolean; values: Float64Array }[]): FitSurvival =>
    coxRidgeModel({
      inputs,
      values: Float64Array.from({ length: time.length * inputs.length }, (_, at) => {
        return inputs[at % inputs.length].values[Math.floor(at / inputs.length)];
      }),
      time,
      event,
    });
  const lvef35 = cox([{ name: 'LVEF <= 35%', yesNo: true, values: low }]);
  if (nyhaColumn === undefined && infarctColumn === undefined) return { lvef35 };
  if (nyhaColumn === undefined || infarctColumn === undefined) {
    throw new UsageError('--nyha and --prior-infarct go together.');
  }
  return {
    lvef35,
    lvefNyhaInfarct: cox([
      { name: 'LVEF', yesNo: false, values: lvef },
      { name: 'NYHA', yesNo: false, values: numbersOf(nyhaColumn) },
      { name: 'prior infarct', yesNo: true, values: numbersOf(infarctColumn) },
    ]),
  };
}
