/** Trains SSCAR's covariate branch on MUSIC and writes its model, weights and card. */
import path from 'node:path';
import { Random } from '../../core/random.ts';
import { aalenJohansen } from '../../core/statistics/aalenJohansen.ts';
import { observedRisk } from '../../core/statistics/calibration.ts';
import { crudeRisk } from '../../core/patient/crudeRisk.ts';
import { logOddsOfRisk } from '../../core/patient/logLogistic.ts';
import { recalibrated } from '../../core/patient/recalibration.ts';
import { stepAt } from '../../core/statistics/kaplanMeier.ts';
import { covariateBranch, type CovariateNetwork } from '../../nn/networks/covariateBranch.ts';
import { packCovariateNetwork } from '../../nn/networks/covariateFile.ts';
import { scaledInputs, type SurvivalTable } from '../../nn/training/survivalTable.ts';
import {
  chooseRecipe,
  HIDDEN_DEPTHS,
  type CovariateEnsemble,
  fitEnsemble,
  fitExponentialHazard,
  predictEnsemble,
  type Recipe,
  WIDTH,
} from '../../nn/training/trainCovariates.ts';
import type { ModelCardJson } from '../../nn/weights.ts';
import { musicCard, type MusicPatient, readMusic } from './music.ts';
import { HORIZON_YEARS } from '../../core/patient/rates.ts';
import { fitRecalibration } from '../../nn/training/fitRecalibration.ts';
import { bandStudy, covariatesBandRecipe } from './bandRecipes.ts';
import { fitBand } from './bandStudy.ts';
import {
  CALIBRATION,
  fiveAnswersCohort,
  FOLDS,
  followUpYears,
  INPUTS,
  MEMBERS,
  musicStudy,
  musicTable,
  REPEATS,
} from './musicStudy.ts';
import { runStudy, spreadOf, type StudyRepeat, type SurvivalStudy } from './survivalStudy.ts';
import { trainSurvivalFiveAnswers } from './trainSurvivalFiveAnswers.ts';
import type { Deadline } from '../files/trainingRun.ts';
import { writeModel } from '../files/writeModel.ts';

const VERSION = '0.3.0';
const SEED = 2020;

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}

/** The card's figures for one group of patients; for a group of one aetiology, Kaplan-Meier is that of the same aetiology. */
function figures(
  { cohort, groups, horizonYears }: SurvivalStudy,
  runs: readonly StudyRepeat[],
  group: 'all' | 'ischaemic',
): Record<string, unknown> {
  const { rows } = groups[group];
  const event = Uint8Array.from(rows, (i) => cohort.event[i]);
  const of = (model: string, score: Parameters<typeof spreadOf>[3]): number =>
    rounded(spreadOf(runs, group, model, score).mean);
  const c = spreadOf(runs, group, 'logLogisticNet', 'harrell');
  return {
    patients: rows.length,
    suddenDeaths: event.reduce((sum, d) => sum + d, 0),
    harrellC: {
      network: { mean: rounded(c.mean), p5: rounded(c.p5), p95: rounded(c.p95) },
      ridgeCox: of('coxRidge', 'harrell'),
      lvef35OrLess: of('lvef35', 'harrell'),
      lvefNyhaPriorInfarct: of('lvefNyhaInfarct', 'harrell'),
    },
    integratedBrierScore0to4Years: {
      network: of('logLogisticNet', 'ibs'),
      ridgeCox: of('coxRidge', 'ibs'),
      kaplanMeier: of(group === 'all' ? 'km' : 'kmByAetiology', 'ibs'),
    },
    netRiskAt4Years: {
      meanPredicted: of('logLogisticNet', 'meanRisk'),
      observedKaplanMeier: rounded(
        observedRisk({ time: Float64Array.from(rows, (i) => cohort.time[i]), event }, horizonYears).observed,
      ),
    },
  };
}

function covarianceOf(x: Float64Array, center: Float64Array): Float64Array {
  const p = center.length;
  const n = x.length / p;
  const covariance = new Float64Array(p * p);
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < p; a++) {
      for (let b = 0; b < p; b++) {
        covariance[a * p + b] += ((x[i * p + a] - center[a]) * (x[i * p + b] - center[b])) / n;
      }
    }
  }
  return covariance;
}

function toNetwork(
  patients: readonly MusicPatient[],
  table: SurvivalTable,
  ensemble: CovariateEnsemble,
  harrellC: number,
): CovariateNetwork {
  const { scaling, recipe, members } = ensemble;
  const inputs = scaling.columns.map((column) => INPUTS[column].name);
  const x = scaledInputs(table, scaling);
  const p = inputs.length;
  const other = ['age', 'lvef', 'ischaemic'] as const;
  const places = other.map((name) => inputs.indexOf(name));
  const [intercept, age, lvef, ischaemic] = fitExponentialHazard(
    Float64Array.from(
      patients.flatMap((_, i) => places.map((j) => x[i * p + j] * scaling.scale[j] + scaling.shift[j])),
    ),
    { time: table.time, event: Uint8Array.from(patients, ({ status }) => (status === 2 ? 1 : 0)) },
  );
  const { lvefPercent, ischaemic: isIschaemic } = fiveAnswersCohort(patients);
  const laws = predictEnsemble(ensemble, table);
  const recalibration = fitRecalibration(laws, { ...table, lvefPercent, ischaemic: isIschaemic }, true);
  const logOdds = laws.map((law, i) => {
    const patient = { lvefPercent: lvefPercent[i], ischaemic: isIschaemic[i] };
    return logOddsOfRisk(recalibrated(law, recalibration, patient, 'music'), HORIZON_YEARS);
  });
  const { cases } = bandStudy(covariatesBandRecipe(patients, recipe, harrellC), patients, 'fit');
  return {
    inputs,
    depth: recipe.depth,
    width: WIDTH,
    members,
    scaling: inputs.map((_, j) => ({
      shift: scaling.shift[j],
      scale: scaling.scale[j],
      min: scaling.min[j],
      max: scaling.max[j],
    })),
    mean: scaling.mean,
    covariance: covarianceOf(x, scaling.mean),
    otherDeath: { intercept, age, lvef, ischaemic },
    recalibration,
    band: { ...fitBand(cases), centre: mean(logOdds) },
    followUpYears: followUpYears(patients),
  };
}

/** Crude risks of the ischaemic at the horizon: the model's mean over patients, and Aalen-Johansen's. */
function crudeFigures(network: CovariateNetwork, patients: readonly MusicPatient[]): Record<string, unknown> {
  const ischaemic = patients.filter((patient) => patient.ischaemic);
  const observed = aalenJohansen(
    Float64Array.from(ischaemic, ({ timeYears }) => timeYears),
    Uint8Array.from(ischaemic, ({ status }) => status),
    2,
  );
  const predicted = ischaemic.map((patient) => {
    const law = covariateBranch(network, patient.covariates, { ischaemic: true });
    return crudeRisk(law, law.otherDeathHazardPerYear, HORIZON_YEARS);
  });
  return {
    suddenDeathMeanPredicted: rounded(mean(predicted)),
    suddenDeathAalenJohansen: rounded(stepAt(observed.time, observed.incidence[0], HORIZON_YEARS, 0)),
    otherDeathAalenJohansen: rounded(stepAt(observed.time, observed.incidence[1], HORIZON_YEARS, 0)),
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function card(
  patients: readonly MusicPatient[],
  network: CovariateNetwork,
  recipe: Recipe,
  results: Record<string, unknown>,
): ModelCardJson {
  const ofEach = (id: 'age' | 'male' | 'lvef'): number[] => patients.flatMap(({ covariates }) => covariates[id] ?? []);
  const shared = musicCard(patients);
  return {
    title: 'Covariate branch: sudden cardiac death from clinical covariates',
    licence: shared.licence,
    restsOn: shared.restsOn,
    whatItIs:
      'An averaged ensemble of ridge-penalised log-logistic networks on clinical covariates: the law of the time to sudden ' +
      'cardiac death, other deaths taken away, with a constant hazard of other death beside it.',
    intendedUse:
      'Research and teaching, in chronic ischaemic heart disease without a defibrillator. Not a medical device, not for ' +
      'decisions about a patient.',
    data: {
      ...shared.data,
      medianAgeYears: median(ofEach('age')),
      malePercent: rounded(100 * mean(ofEach('male'))),
      medianLvefPercent: median(ofEach('lvef')),
      patientYears: rounded(patients.reduce((sum, { timeYears }) => sum + timeYears, 0)),
      lastSuddenDeathYears: rounded(
        Math.max(...patients.filter(({ status }) => status === 1).map(({ timeYears }) => timeYears)),
      ),
      hundredIschaemicFollowedYears: rounded(network.followUpYears),
    },
    inputs: network.inputs,
    recipe: {
      members: MEMBERS,
      membersAre: 'refits on bootstrap samples of the patients, averaged on mu and sigma',
      hiddenLayers: recipe.depth,
      ridgePenalty: recipe.penalty,
      epochs: recipe.epochs,
      chosenBy: 'repeated five-fold cross-validation of the likelihood, among 0 to 5 hidden layers',
      loss: 'plain log-logistic likelihood; mu clipped to [-3, 9], sigma floored so that 90% of events span a month at least',
      calibration:
        'by LVEF up to 35% and above (a ramp from 30 to 40%) and by aetiology, so that the mean 4-year risk is Kaplan-Meier\u2019s; ' +
        'sigma times the factor whose mean risks by 1 to 5 years come nearest to Kaplan-Meier\u2019s',
      recalibration: network.recalibration,
      band: network.band,
      missing: 'training mean in the curve; multiple imputation by the training covariance in its interval',
      seed: SEED,
    },
    results,
    limits: [
      'The patients were treated as some twenty years ago, with few defibrillators and before the drugs of today: risks today ' +
        'are likely lower.',
      'Some had a defibrillator at entry, in whom sudden death may have been aborted.',
      'Beyond 5.25 years, when 100 of the ischaemic were still followed, the curve is extrapolated.',
      'Cross-validated within one cohort; never tested on another.',
      'A drug\u2019s weight is confounded by why it was given: it is not the effect of giving it.',
      'LVEF is by echocardiography. LVEF and mass by CMR, infarct size, time since ischaemia and ethnicity are not in the data.',
    ],
  };
}

/**
 * Trains on MUSIC in `dataFolder` and writes 'covariates' and 'fiveAnswers' below `modelsFolder`: the same files for the same data on every run.
 * Cross-validation keeps its repeats in `runFolder`. `log` is called with progress.
 * @returns false if the deadline came first
 */
export async function trainSurvivalCovariates({
  dataFolder,
  runFolder,
  modelsFolder,
  resume,
  deadline,
  log,
}: {
  readonly dataFolder: string;
  readonly runFolder: string;
  readonly modelsFolder: string;
  readonly resume: boolean;
  readonly deadline: Deadline;
  readonly log: (line: string) => void;
}): Promise<boolean> {
  const patients = await readMusic(dataFolder);
  const study = musicStudy(patients, REPEATS);
  const runs = await runStudy(study, path.join(runFolder, 'music'), resume, deadline, log);
  if (runs === null) return false;
  const table = musicTable(patients);
  const random = new Random(SEED);
  const recipe = chooseRecipe(table, random, HIDDEN_DEPTHS);
  const network = toNetwork(
    patients,
    table,
    fitEnsemble(table, recipe, MEMBERS, CALIBRATION, random),
    spreadOf(runs, 'all', 'logLogisticNet', 'harrell').mean,
  );
  const recipes = runs.flatMap((run) => run.recipes);
  const results = {
    how:
      `${FOLDS}-fold cross-validation, ${REPEATS} repeats, stratified by event and aetiology; recipe, scaling, imputation ` +
      'and calibration inside each training part; C of the 4-year risk over pairs within a fold; p5 and p95 over repeats',
    all: figures(study, runs, 'all'),
    ischaemic: figures(study, runs, 'ischaemic'),
    ischaemicCrudeRiskAt4YearsInSample: crudeFigures(network, patients),
    recipesChosenInFolds: {
      linear: recipes.filter(({ depth }) => depth === 0).length,
      hiddenLayers: recipes.filter(({ depth }) => depth > 0).length,
      medianPenalty: median(recipes.map(({ penalty }) => penalty)),
    },
  };
  log(JSON.stringify({ recipe, results }, null, 2));

  const { model, weights } = packCovariateNetwork(network, VERSION);
  await writeModel(modelsFolder, { model, weights, card: card(patients, network, recipe, results) });
  await trainSurvivalFiveAnswers(patients, study, runs, modelsFolder, log);
  return true;
}
