/** Trains SSCAR's covariate branch on MUSIC and writes its model, weights and card. */
import { Random } from '../core/random.ts';
import { aalenJohansen } from '../core/survival/aalenJohansen.ts';
import { integratedBrierScore } from '../core/survival/brier.ts';
import { harrellC } from '../core/survival/concordance.ts';
import { COVARIATES } from '../core/survival/covariates.ts';
import { crudeRisk } from '../core/survival/crudeRisk.ts';
import { kaplanMeier, stepAt } from '../core/survival/kaplanMeier.ts';
import type { LogLogistic } from '../core/survival/logLogistic.ts';
import { risk, survival } from '../core/survival/logLogistic.ts';
import type { CovariateNetwork, NetworkInput } from '../nn/networks/covariateBranch.ts';
import { covariateBranch, packCovariateNetwork } from '../nn/networks/covariateBranch.ts';
import type { CovariateEnsemble, Recipe, SurvivalTable } from '../nn/training/trainCovariates.ts';
import {
  chooseRecipe,
  fitEnsemble,
  fitExponentialHazard,
  inFold,
  predictEnsemble,
  rowsOf,
  scaledInputs,
  stratifiedFolds,
} from '../nn/training/trainCovariates.ts';
import type { ModelCardJson } from '../nn/weights.ts';
import type { MusicPatient } from './music.ts';
import { readMusic } from './music.ts';
import { writeModel } from './writeModel.ts';

const VERSION = '0.1.0';
const SEED = 2020;
const MEMBERS = 30;
const FOLDS = 10;
const REPEATS = 2;
/** Where MUSIC's own analysis ends: 703 of the 992 are still followed then, few much longer. */
const HORIZON_YEARS = 4;
const CALIBRATION = { atYears: HORIZON_YEARS, byInput: 'ischaemic' } as const;

/** Everything the schema knows, and the ischaemic flag; a column that MUSIC lacks is empty, and so never reaches the weights. */
const INPUTS: readonly { readonly name: NetworkInput; readonly yesNo: boolean }[] = [
  ...COVARIATES.flatMap(({ id, kind }) => (id === 'ethnicity' ? [] : [{ name: id, yesNo: kind === 'yesNo' }])),
  { name: 'ischaemic', yesNo: true },
];

function musicTable(patients: readonly MusicPatient[]): SurvivalTable {
  const value = (patient: MusicPatient, name: NetworkInput): number =>
    name === 'ischaemic' ? Number(patient.ischaemic) : (patient.covariates[name] ?? NaN);
  return {
    inputs: INPUTS,
    values: Float64Array.from(patients.flatMap((patient) => INPUTS.map(({ name }) => value(patient, name)))),
    time: Float64Array.from(patients, ({ timeYears }) => timeYears),
    event: Uint8Array.from(patients, ({ status }) => (status === 1 ? 1 : 0)),
  };
}

interface OutOfFold {
  readonly recipes: readonly Recipe[];
  /** By patient: the ensemble's law, and Kaplan-Meier's S(t), of all and of the ischaemic, from the same training patients. */
  readonly laws: readonly LogLogistic[];
  readonly kmOfAll: readonly ((t: number) => number)[];
  readonly kmOfIschaemic: readonly ((t: number) => number)[];
}

/** Recipe, scaling, imputation, members and calibration are all learned inside each training part. */
function crossValidate(patients: readonly MusicPatient[], table: SurvivalTable, seed: number): OutOfFold {
  const random = new Random(seed);
  const strata = patients.map(({ status, ischaemic }) => (status === 1 ? 2 : 0) + Number(ischaemic));
  const fold = stratifiedFolds(strata, FOLDS, random);
  const recipes: Recipe[] = [];
  const laws: LogLogistic[] = [];
  const kmOfAll: ((t: number) => number)[] = [];
  const kmOfIschaemic: ((t: number) => number)[] = [];
  const curve = (rows: Uint32Array): ((t: number) => number) => {
    const { time, event } = rowsOf(table, rows);
    const km = kaplanMeier(time, event);
    return (t) => stepAt(km.time, km.survival, t, 1);
  };
  for (let k = 0; k < FOLDS; k++) {
    const { training, test } = inFold(fold, k);
    const seen = rowsOf(table, training);
    const recipe = chooseRecipe(seen, random);
    const ensemble = fitEnsemble(seen, recipe, MEMBERS, CALIBRATION, random);
    const all = curve(training);
    const ischaemic = curve(training.filter((i) => patients[i].ischaemic));
    recipes.push(recipe);
    predictEnsemble(ensemble, rowsOf(table, test)).forEach((law, row) => {
      laws[test[row]] = law;
      kmOfAll[test[row]] = all;
      kmOfIschaemic[test[row]] = ischaemic;
    });
  }
  return { recipes, laws, kmOfAll, kmOfIschaemic };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}

function figures(
  table: SurvivalTable,
  rows: readonly number[],
  repeats: readonly OutOfFold[],
  baseline: 'kmOfAll' | 'kmOfIschaemic',
): Record<string, unknown> {
  const part = rowsOf(table, rows);
  const { time, event } = part;
  const km = kaplanMeier(time, event);
  const ibs = (survivalAt: (row: number, t: number) => number): number =>
    integratedBrierScore(time, event, survivalAt, HORIZON_YEARS, part);
  const risks = repeats.map(({ laws }) => Float64Array.from(rows, (i) => risk(laws[i], HORIZON_YEARS)));
  const c = risks.map((values) => harrellC(time, event, values).c);
  return {
    patients: rows.length,
    suddenDeaths: event.reduce((sum, d) => sum + d, 0),
    harrellC: { mean: rounded(mean(c)), byRepeat: c.map(rounded) },
    integratedBrierScore0to4Years: {
      network: rounded(mean(repeats.map(({ laws }) => ibs((row, t) => survival(laws[rows[row]], t))))),
      kaplanMeier: rounded(mean(repeats.map((repeat) => ibs((row, t) => repeat[baseline][rows[row]](t))))),
    },
    netRiskAt4Years: {
      meanPredicted: rounded(mean(risks.map((values) => mean([...values])))),
      observedKaplanMeier: rounded(1 - stepAt(km.time, km.survival, HORIZON_YEARS, 1)),
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
  const eventTimes = [...table.time].filter((_, i) => table.event[i] === 1);
  return {
    inputs,
    hiddenUnits: recipe.hiddenUnits,
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
    followUpYears: Math.max(...eventTimes),
  };
}

/** Crude risks of the ischaemic at the horizon: the mean of what the model says of each, beside Aalen-Johansen's. */
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
  const ischaemic = patients.filter((patient) => patient.ischaemic).length;
  return {
    title: 'Covariate branch: sudden cardiac death from clinical covariates',
    licence: 'ODbL-1.0',
    restsOn:
      `Learned from real outcomes: ${patients.length} patients with chronic heart failure (MUSIC, Spain), ` +
      `${ischaemic} of them ischaemic, ${patients.filter(({ status }) => status === 1).length} sudden deaths. No image.`,
    whatItIs:
      'An averaged ensemble of ridge-penalised log-logistic networks on clinical covariates: the law of the time to sudden ' +
      'cardiac death, other deaths taken away, with a constant hazard of other death beside it.',
    intendedUse:
      'Research and teaching, in chronic ischaemic heart disease without a defibrillator. Not a medical device, not for ' +
      'decisions about a patient.',
    data: {
      name: 'MUSIC: sudden cardiac death in chronic heart failure, version 1.0.0',
      source: 'Martin-Yebra, Martinez, Laguna. PhysioNet 2024. doi 10.13026/cec2-9w70',
      licence: 'Open Database License (ODbL) 1.0',
      patients: patients.length,
      ischaemic,
      medianAgeYears: median(ofEach('age')),
      malePercent: rounded(100 * mean(ofEach('male'))),
      medianLvefPercent: median(ofEach('lvef')),
      patientYears: rounded(patients.reduce((sum, { timeYears }) => sum + timeYears, 0)),
      lastSuddenDeathYears: rounded(network.followUpYears),
      event: 'Sudden cardiac death (cause 3). Censored: alive, lost, transplanted, other death.',
    },
    inputs: network.inputs,
    recipe: {
      members: MEMBERS,
      membersAre: 'refits on bootstrap samples of the patients, averaged on mu and sigma',
      hiddenUnits: recipe.hiddenUnits,
      ridgePenalty: recipe.penalty,
      chosenBy: 'repeated five-fold cross-validation of the likelihood',
      loss: 'plain log-logistic likelihood; mu clipped to [-3, 9], sigma floored so that 90% of events span a month at least',
      calibration:
        'mu shifted so that the mean 4-year risk is Kaplan-Meier\u2019s, apart for ischaemic and other patients',
      missing: 'training mean in the curve; multiple imputation by the training covariance in its interval',
      seed: SEED,
    },
    results,
    limits: [
      'The patients were treated as some twenty years ago, with few defibrillators and before the drugs of today: risks today ' +
        'are likely lower.',
      'Some had a defibrillator at entry, in whom sudden death may have been aborted.',
      'Beyond the last sudden death the curve is extrapolated.',
      'Cross-validated within one cohort; never tested on another.',
      'A drug\u2019s weight is confounded by why it was given: it is not the effect of giving it.',
      'LVEF is by echocardiography. LVEF and mass by CMR, infarct size, time since ischaemia and ethnicity are not in the data.',
    ],
  };
}

/**
 * Trains on MUSIC in `dataFolder` and writes the model below `modelsFolder`: the same files for the same data on every run.
 * `log` takes progress.
 */
export async function trainSurvivalCovariates({
  dataFolder,
  modelsFolder,
  log,
}: {
  readonly dataFolder: string;
  readonly modelsFolder: string;
  readonly log: (line: string) => void;
}): Promise<void> {
  const patients = await readMusic(dataFolder);
  const table = musicTable(patients);
  const all = [...patients.keys()];
  const ischaemic = all.filter((i) => patients[i].ischaemic);

  const repeats: OutOfFold[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const start = performance.now();
    repeats.push(crossValidate(patients, table, SEED + 1 + repeat));
    log(`cross-validation, repeat ${repeat + 1} of ${REPEATS}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
  const random = new Random(SEED);
  const recipe = chooseRecipe(table, random);
  const network = toNetwork(patients, table, fitEnsemble(table, recipe, MEMBERS, CALIBRATION, random));
  const recipes = repeats.flatMap((repeat) => repeat.recipes);
  const results = {
    how:
      `${FOLDS}-fold cross-validation, ${REPEATS} repeats, stratified by event and aetiology; recipe, scaling, imputation ` +
      'and calibration inside each training part; C of the 4-year risk over the pooled out-of-fold predictions of a repeat',
    all: figures(table, all, repeats, 'kmOfAll'),
    ischaemic: figures(table, ischaemic, repeats, 'kmOfIschaemic'),
    ischaemicCrudeRiskAt4YearsInSample: crudeFigures(network, patients),
    recipesChosenInFolds: {
      linear: recipes.filter(({ hiddenUnits }) => hiddenUnits === 0).length,
      hiddenLayer: recipes.filter(({ hiddenUnits }) => hiddenUnits > 0).length,
      medianPenalty: median(recipes.map(({ penalty }) => penalty)),
    },
  };
  log(JSON.stringify({ recipe: { hiddenUnits: recipe.hiddenUnits, penalty: recipe.penalty }, results }, null, 2));

  const { model, weights } = packCovariateNetwork(network, VERSION);
  await writeModel(modelsFolder, { model, weights, card: card(patients, network, recipe, results) });
}
