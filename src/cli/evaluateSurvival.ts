/**
 * npm run evaluate:survival -- FILE.csv --time COL --event COL [--event-value V] [--time-unit days|years] [--covariates a,b]
 * [--horizon YEARS] [--folds N] [--repeats N] [--seed N] [--out FILE]: Kaplan-Meier, ridge Cox and the log-logistic networks
 * on anybody's cohort, in the same folds.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { quantiles } from '../core/volume/intensity.ts';
import {
  compareSurvivalModels,
  SURVIVAL_MODELS,
  usualHorizonYears,
  type Scores,
} from '../nn/training/compareSurvivalModels.ts';
import { CohortFileError, readCohort } from './cohortTable.ts';
import { runCommand, UsageError, writeJson } from './output.ts';

const USE =
  'Use: npm run evaluate:survival -- FILE.csv --time COL --event COL [--event-value V] [--time-unit days|years] ' +
  '[--covariates a,b] [--horizon YEARS] [--folds 10] [--repeats 10] [--seed N] [--out FILE]';
const MEMBERS = 10;

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      time: { type: 'string' },
      event: { type: 'string' },
      'event-value': { type: 'string', default: '1' },
      'time-unit': { type: 'string', default: 'years' },
      covariates: { type: 'string' },
      horizon: { type: 'string' },
      folds: { type: 'string', default: '10' },
      repeats: { type: 'string', default: '10' },
      seed: { type: 'string', default: '2020' },
      out: { type: 'string' },
    },
  });
  const timeUnit = values['time-unit'];
  if (positionals.length !== 1 || values.time === undefined || values.event === undefined) throw new UsageError(USE);
  if (timeUnit !== 'days' && timeUnit !== 'years')
    throw new UsageError(`--time-unit takes days or years, not ${timeUnit}.`);
  const whole = (name: 'folds' | 'repeats' | 'seed', least: number): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < least) {
      throw new UsageError(`--${name} takes a whole number of ${least} or more, not ${values[name]}.`);
    }
    return value;
  };
  const [folds, repeats, seed] = [whole('folds', 2), whole('repeats', 1), whole('seed', 0)];
  const { table, leftOut } = readCohort(await readFile(positionals[0], 'utf8'), {
    time: values.time,
    event: values.event,
    eventValue: values['event-value'],
    timeUnit,
    covariates: values.covariates?.split(',').map((name) => name.trim()) ?? null,
  });
  const events = table.event.reduce((sum, d) => sum + d, 0);
  if (events < folds || table.event.length - events < folds) {
    throw new CohortFileError(
      `${events} events among ${table.event.length} patients are too few for ${folds} folds: ask for fewer with --folds.`,
    );
  }
  const horizonYears = values.horizon === undefined ? usualHorizonYears(table) : Number(values.horizon);
  if (!(horizonYears > 0)) throw new UsageError(`--horizon takes years above 0, not ${values.horizon}.`);

  const runs = compareSurvivalModels(
    table,
    { folds, repeats, seed, horizonYears, members: MEMBERS, scored: [...table.time.keys()] },
    (repeat, scores) => {
      const c = SURVIVAL_MODELS.map((model) => `${model} ${scores[model].harrell.toFixed(3)}`);
      process.stderr.write(`repeat ${repeat + 1} of ${repeats}: Harrell's C ${c.join(', ')}\n`);
    },
  );
  const models = Object.fromEntries(
    SURVIVAL_MODELS.map((model) => {
      const spread = (name: keyof Scores): { mean: number; p5: number; p95: number } => {
        const found = runs.map((scores) => scores[model][name]);
        const [p5, p95] = quantiles(found, [0.05, 0.95]);
        return { mean: found.reduce((sum, value) => sum + value, 0) / found.length, p5, p95 };
      };
      return [
        model,
        { harrell: spread('harrell'), uno: spread('uno'), ibs: spread('ibs'), meanRisk: spread('meanRisk') },
      ];
    }),
  );
  await writeJson(
    {
      n: table.time.length,
      events,
      leftOut,
      inputs: table.inputs.map(({ name }) => name),
      horizonYears,
      folds,
      repeats,
      seed,
      models,
    },
    values.out,
  );
});
