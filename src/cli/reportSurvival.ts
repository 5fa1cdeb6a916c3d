import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { simulatePatients } from '../core/phantom/cohort.ts';
import { covariateNetwork, type CovariateModelFile } from '../nn/networks/covariateFile.ts';
import { fiveAnswersModel, type FiveAnswersFile } from '../nn/networks/fiveAnswers.ts';
import { usualHorizonYears } from '../nn/training/crossValidateSurvival.ts';
import { loadIndex, loadModel } from '../nn/weights.ts';
import type { ImageModelFile } from '../nn/readHeart.ts';
import type { FusionModelFile } from '../pipeline/analysing/models.ts';
import { anatomyStudy } from '../studies/simulation/anatomyStudy.ts';
import { cohortStudy } from '../studies/survival/cohortStudy.ts';
import { readCohort } from '../pipeline/cohort/readCohort.ts';
import { DATA_FOLDER } from '../studies/files/dataFolder.ts';
import { readMusic } from '../studies/survival/music.ts';
import { FOLDS, musicStudy, REPEATS } from '../studies/survival/musicStudy.ts';
import { helpText } from './support/help.ts';
import { runCommand, say, UsageError, writeWhole } from './support/output.ts';
import { fileReader, MODELS_FOLDER } from '../studies/files/shippedModels.ts';
import { summariseSimulation } from '../studies/simulation/simulationSummary.ts';
import type { ReportInput } from '../studies/survival/report/reportInput.ts';
import { survivalReport } from '../studies/survival/report/survivalReport.ts';
import { runStudy } from '../studies/survival/survivalStudy.ts';

/** Without the patients with a device: the question is whether anything changes, not the third digit. */
const SENSITIVITY_REPEATS = 2;
const WHAS_REPEATS = 10;
const WHAS_SEED = 2020;
const SIMULATED_PATIENTS = 20_000;
const SIMULATION_SEED = 1;
/** Where `npm run train -- survival` keeps its repeats too. */
const RUN_FOLDER = path.join('.train', 'survival');

const log = say;

const HELP = helpText({
  use: 'report:survival --',
  does: 'Cross-validates the survival models on MUSIC, and the same networks on WHAS500, and writes docs/validation-survival.md with its figures. It takes hours and keeps its state in .train.',
  options: {
    '--data DIR': 'The folder of the public data, ../shared/data by default. docs/data.md describes it.',
    '--minutes N': 'Stops after so many minutes, 600 by default.',
    '--resume': 'Goes on from where an earlier run stopped.',
    '--out DIR': 'The folder to write to, docs by default.',
  },
});

await runCommand(HELP, async () => {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: DATA_FOLDER },
      minutes: { type: 'string', default: '600' },
      resume: { type: 'boolean', default: false },
      out: { type: 'string', default: 'docs' },
    },
  });
  const deadline = Date.now() + Number(values.minutes) * 60_000;
  if (Number.isNaN(deadline)) throw new UsageError(`--minutes takes a number, not ${values.minutes}.`);
  // Before hours of work.
  await mkdir(values.out, { recursive: true });
  const patients = await readMusic(values.data);
  const withoutDevices = patients.filter(({ device }) => !device);
  const { table: whas } = readCohort(await readFile(path.join(values.data, 'survival', 'whas500.csv'), 'utf8'), {
    time: 'lenfol',
    event: 'fstat',
    eventValue: '1',
    noEventValues: null,
    timeUnit: 'days',
    covariates: null,
    categories: [],
  });
  const studies = {
    music: musicStudy(patients, REPEATS),
    withoutDevices: musicStudy(withoutDevices, SENSITIVITY_REPEATS),
    whas: cohortStudy(
      whas,
      {},
      { folds: FOLDS, repeats: WHAS_REPEATS, seed: WHAS_SEED, horizonYears: usualHorizonYears(whas) },
    ),
  };
  const run = async (name: keyof typeof studies): Promise<ReportInput['music'] | null> => {
    const study = studies[name];
    const runs = await runStudy(study, path.join(RUN_FOLDER, name), values.resume, deadline, log);
    return runs && { study, runs };
  };
  const music = await run('music');
  const sensitivity = music && (await run('withoutDevices'));
  const other = sensitivity && (await run('whas'));
  if (!other) {
    log('The time is up; --resume goes on from here.');
    return;
  }
  const read = fileReader(MODELS_FOLDER);
  const index = await loadIndex(read);
  const [covariates, fiveAnswers, image, fusion] = await Promise.all([
    loadModel<CovariateModelFile>('covariates', index, read),
    loadModel<FiveAnswersFile>('fiveAnswers', index, read),
    loadModel<ImageModelFile>('image', index, read),
    loadModel<FusionModelFile>('fusion', index, read),
  ]);
  const anatomyFolder = path.join(values.data, 'emidec');
  if (!existsSync(anatomyFolder)) log(`No ${anatomyFolder}: the report has no figures on real anatomies.`);
  const { markdown, figures } = survivalReport({
    patients,
    music,
    withoutDevices: sensitivity,
    whas: other,
    network: covariateNetwork(covariates),
    fiveAnswers: fiveAnswersModel(fiveAnswers),
    anatomies: existsSync(anatomyFolder) ? await anatomyStudy(anatomyFolder, { covariates, image, fusion }, log) : null,
    cards: { covariates: covariates.card, fiveAnswers: fiveAnswers.card, image: image.card, fusion: fusion.card },
    simulations: (['low', 'mid', 'high'] as const).map((effect) =>
      summariseSimulation(simulatePatients(SIMULATED_PATIENTS, effect, SIMULATION_SEED), effect, SIMULATION_SEED),
    ),
  });
  for (const [name, svg] of Object.entries(figures)) await writeWhole(path.join(values.out, name), svg);
  await writeWhole(path.join(values.out, 'validation-survival.md'), markdown);
  log(`Wrote ${path.join(values.out, 'validation-survival.md')} and ${Object.keys(figures).length} figures.`);
});
