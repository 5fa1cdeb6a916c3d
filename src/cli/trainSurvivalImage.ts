/** Trains SSCAR's image branch on simulated hearts, and the fusion of both branches, and writes their models and cards. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { drawOutcome, type SimulatedPatient } from '../core/phantom/cohort.ts';
import { Random } from '../core/random.ts';
import { harrellC } from '../core/survival/concordance.ts';
import { fuse } from '../core/survival/fusion.ts';
import { pairedBootstrapC } from '../core/survival/pairedBootstrap.ts';
import { fitNull, patientWeights, risk, type LogLogistic } from '../core/survival/logLogistic.ts';
import { quantiles } from '../core/volume/intensity.ts';
import { startWasm } from '../nn/backends/wasm.ts';
import {
  covariateBranch,
  covariateNetwork,
  type CovariateModelFile,
  type CovariateNetwork,
} from '../nn/networks/covariateBranch.ts';
import {
  blockBrightness,
  imageBranch,
  IMAGE_BRANCH_PARAMETERS,
  INPUT_SHAPE,
  reconstructionLoss,
} from '../nn/networks/imageBranch.ts';
import { effectiveParameters } from '../nn/networks/parameters.ts';
import { headLaw, type HeartReading, type ImageModelFile } from '../nn/readHeart.ts';
import { placeNetwork, runNetwork } from '../nn/runNetwork.ts';
import { fitFusion } from '../nn/training/fitFusion.ts';
import type { ImageRecipe } from '../nn/training/imageRecipe.ts';
import {
  restoreHeart,
  startImageBranch,
  trainImageBranch,
  type NullModel,
  type SimulatedHeart,
} from '../nn/training/trainImageBranch.ts';
import { packWeights, unpackWeights } from '../nn/weights.ts';
import type { FusionModelFile } from '../pipeline/models.ts';
import { simulatedHearts } from './simulatedHearts.ts';
import { wasmFolder } from './shippedModels.ts';
import { runTraining, type Deadline } from './trainingRun.ts';
import { writeModel } from './writeModel.ts';

const VERSION = '0.2.0';
const HORIZONS_YEARS = [1, 5, 10] as const;
/** Share of held-out patients whose truth the shown interval covers. */
const COVERAGE = 0.9;
const RECONSTRUCTED_SHARE = 0.99;
/** Hearts that are read in one run of the network. */
const READ_BATCH = 16;
const BOOTSTRAP = { samples: 1000, seed: 5 };
const LICENCE = 'Apache-2.0';

export interface SurvivalImageRun {
  readonly recipe: ImageRecipe;
  readonly runFolder: string;
  readonly modelsFolder: string;
  readonly resume: boolean;
  readonly deadline: Deadline;
  readonly log: (line: string) => void;
}

/** A simulated patient as both branches see them. */
interface ReadPatient {
  readonly patient: SimulatedPatient;
  readonly covariates: LogLogistic;
  readonly image: Omit<HeartReading, 'attention'>;
}

/**
 * Trains, and writes the models 'image' and 'fusion'; the covariate branch must be there. The image branch learns from the
 * recipe's first patients, the fusion from the next, which neither branch has seen; the next set the intervals, and the last
 * give the card's figures.
 * @returns false if the time ran out first
 */
export async function trainSurvivalImage(run: SurvivalImageRun): Promise<boolean> {
  const { recipe } = run;
  await startWasm(wasmFolder());
  const hearts = await simulatedHearts(recipe, run.runFolder);
  const learning = hearts.slice(0, recipe.patients.branch);
  const nullModel = nullFit(learning.map(({ patient }) => patient));
  const state = await runTraining(
    'image',
    path.join(run.runFolder, `image-${recipe.effect}.state`),
    run.resume,
    run.deadline,
    () => startImageBranch(recipe),
    (current, hooks) => trainImageBranch(recipe, learning, nullModel, current, hooks),
  );
  if (state === null) return false;

  const { tensors, weights } = packWeights(
    IMAGE_BRANCH_PARAMETERS,
    effectiveParameters(IMAGE_BRANCH_PARAMETERS, state.average),
    'float16',
  );
  const draft: ImageModelFile = {
    name: 'image',
    version: VERSION,
    tensors,
    ...nullModel,
    reconstructionLimit: 0,
    logOddsHalfWidth: 0,
  };
  const covariates = await readCovariateNetwork(run.modelsFolder);
  const network = placeNetwork(IMAGE_BRANCH_PARAMETERS, unpackWeights(draft, weights), imageBranch);
  const read = async (some: readonly SimulatedHeart[]): Promise<ReadPatient[]> => {
    const patients: ReadPatient[] = [];
    for (let start = 0; start < some.length; start += READ_BATCH) {
      const batch = some.slice(start, start + READ_BATCH);
      const images = batch.map(({ stored }) => restoreHeart(stored));
      const [head, rebuilt] = await runNetwork(network, blockBrightness(images), INPUT_SHAPE, READ_BATCH, {});
      const each = rebuilt.length / batch.length;
      batch.forEach(({ patient }, i) => {
        const reconstruction = rebuilt.subarray(i * each, (i + 1) * each);
        patients.push({
          patient,
          covariates: covariateBranch(covariates, patient.covariates, { ischaemic: true }),
          image: {
            ...headLaw(draft, head[2 * i], head[2 * i + 1]),
            reconstructionError: reconstructionLoss(reconstruction, [images[i]]).value,
          },
        });
      });
    }
    return patients;
  };
  let next = recipe.patients.branch;
  const following = (count: number): Promise<ReadPatient[]> => read(hearts.slice(next, (next += count)));
  const fusing = await following(recipe.patients.fusion);
  const calibration = await following(recipe.patients.calibration);
  const test = await following(recipe.patients.test);

  const image: ImageModelFile = {
    ...draft,
    reconstructionLimit: quantiles(
      calibration.map((one) => one.image.reconstructionError),
      [RECONSTRUCTED_SHARE],
    )[0],
    logOddsHalfWidth: halfWidth(calibration, (one) => one.image),
  };
  // Many outcomes of each, as the branch learned: of one alone the mean risk is known to a tenth.
  const random = new Random(recipe.seed);
  const fusion = fitFusion(
    fusing.flatMap(({ patient, covariates: law, image: reading }) =>
      Array.from({ length: recipe.outcomesPerView }, () => {
        const { timeYears, status } = drawOutcome(patient, random);
        return { covariates: law, image: reading, timeYears, event: status === 1 ? 1 : 0 };
      }),
    ),
  );
  const fused = (one: ReadPatient): LogLogistic => fuse(fusion, one.covariates, one.image);
  const four = [fusion.covariateWeight, fusion.imageWeight, fusion.muOffset, fusion.lnSigmaOffset];
  const packed = packWeights([{ name: 'fusion', shape: [4] }], { fusion: Float32Array.from(four) }, 'float32');
  const fusionFile: FusionModelFile = {
    name: 'fusion',
    version: VERSION,
    tensors: packed.tensors,
    logOddsHalfWidth: halfWidth(calibration, fused),
  };

  const results = {
    how:
      `${test.length} simulated patients that no part was fitted on. C is Harrell's, of the 5-year risk; 'truth' is the C of ` +
      'the risk that the outcomes were drawn from, the most that any model can reach. The coverage is that of the fixed width ' +
      'on the log-odds; the fused interval on the page is wider, for the refits and the missing inputs add to it.',
    patients: test.length,
    suddenDeaths: test.filter(({ patient }) => patient.status === 1).length,
    c: {
      truth: concordance(test, ({ patient }) => trueLaw(patient)),
      covariates: concordance(test, (one) => one.covariates),
      image: concordance(test, (one) => one.image),
      fused: concordance(test, fused),
    },
    shareOfTrueC: {
      image: shareOfTruth(test, (one) => one.image),
      fused: shareOfTruth(test, fused),
    },
    // Of logit true F(5) on logit predicted F(5), least squares.
    slopeOfTruthOnPrediction: {
      image: slope(test, (one) => one.image),
      fused: slope(test, fused),
    },
    // C of the fused risk less that of a branch, on the same patients, with its 95% limits.
    fusedLessBranchC: {
      covariates: cDifference(test, fused, (one) => one.covariates),
      image: cDifference(test, fused, (one) => one.image),
    },
    meanRiskAt5Years: {
      truth: meanRisk(test, ({ patient }) => trueLaw(patient)),
      covariates: meanRisk(test, (one) => one.covariates),
      image: meanRisk(test, (one) => one.image),
      fused: meanRisk(test, fused),
    },
    intervalCoversTruthPercent: {
      image: covered(test, (one) => one.image, image.logOddsHalfWidth),
      fused: covered(test, fused, fusionFile.logOddsHalfWidth),
    },
  };
  run.log(JSON.stringify({ fusion, results }, null, 2));
  await writeModel(run.modelsFolder, { model: image, weights, card: imageCard(recipe, state.step, results) });
  await writeModel(run.modelsFolder, {
    model: fusionFile,
    weights: packed.weights,
    card: fusionCard(recipe, fusion, results),
  });
  return true;
}

function nullFit(patients: readonly SimulatedPatient[]): NullModel {
  const event = Uint8Array.from(patients, ({ status }) => (status === 1 ? 1 : 0));
  const { mu, sigma } = fitNull(
    { time: Float64Array.from(patients, ({ timeYears }) => timeYears), event },
    patientWeights(event, 'plain'),
  );
  return { nullMu: mu, nullLnSigma: Math.log(sigma) };
}

async function readCovariateNetwork(modelsFolder: string): Promise<CovariateNetwork> {
  const folder = path.join(modelsFolder, 'covariates');
  const file = JSON.parse(await readFile(path.join(folder, 'model.json'), 'utf8')) as CovariateModelFile;
  return covariateNetwork({ file, arrays: unpackWeights(file, await readFile(path.join(folder, 'weights.bin'))) });
}

const trueLaw = ({ trueMu, trueSigma }: SimulatedPatient): LogLogistic => ({ mu: trueMu, sigma: trueSigma });
const logOdds = (law: LogLogistic, years: number): number => Math.log(risk(law, years) / (1 - risk(law, years)));

/** How far the predicted log-odds lie from the true ones, at the worst of the three horizons. */
function worstError(one: ReadPatient, predicted: LogLogistic): number {
  return Math.max(
    ...HORIZONS_YEARS.map((years) => Math.abs(logOdds(predicted, years) - logOdds(trueLaw(one.patient), years))),
  );
}

function halfWidth(patients: readonly ReadPatient[], law: (one: ReadPatient) => LogLogistic): number {
  // Split conformal prediction (Lei et al., JASA 2018): the finite-sample quantile.
  const share = Math.min(1, (Math.ceil((patients.length + 1) * COVERAGE) - 1) / (patients.length - 1));
  return quantiles(
    patients.map((one) => worstError(one, law(one))),
    [share],
  )[0];
}

function covered(patients: readonly ReadPatient[], law: (one: ReadPatient) => LogLogistic, width: number): number {
  const inside = patients.filter((one) => worstError(one, law(one)) <= width).length;
  return Number(((100 * inside) / patients.length).toFixed(1));
}

function concordance(patients: readonly ReadPatient[], law: (one: ReadPatient) => LogLogistic): number {
  const { c } = harrellC(
    Float64Array.from(patients, ({ patient }) => patient.timeYears),
    Uint8Array.from(patients, ({ patient }) => (patient.status === 1 ? 1 : 0)),
    Float64Array.from(patients, (one) => risk(law(one), 5)),
  );
  return Number(c.toFixed(4));
}

function shareOfTruth(patients: readonly ReadPatient[], law: (one: ReadPatient) => LogLogistic): number {
  return Number((concordance(patients, law) / concordance(patients, ({ patient }) => trueLaw(patient))).toFixed(4));
}

function slope(patients: readonly ReadPatient[], law: (one: ReadPatient) => LogLogistic): number {
  const x = patients.map((one) => logOdds(law(one), 5));
  const y = patients.map(({ patient }) => logOdds(trueLaw(patient), 5));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  const covariance = mean(x.map((value, i) => (value - meanX) * (y[i] - meanY)));
  return Number((covariance / mean(x.map((value) => (value - meanX) ** 2))).toFixed(3));
}

function cDifference(
  patients: readonly ReadPatient[],
  law: (one: ReadPatient) => LogLogistic,
  otherLaw: (one: ReadPatient) => LogLogistic,
): { difference: number; low: number; high: number } {
  const outcomes = {
    time: Float64Array.from(patients, ({ patient }) => patient.timeYears),
    event: Uint8Array.from(patients, ({ patient }) => (patient.status === 1 ? 1 : 0)),
  };
  const risks = (of: (one: ReadPatient) => LogLogistic): Float64Array =>
    Float64Array.from(patients, (one) => risk(of(one), 5));
  const { difference } = pairedBootstrapC(
    outcomes,
    risks(law),
    risks(otherLaw),
    BOOTSTRAP.samples,
    new Random(BOOTSTRAP.seed),
  );
  const [value, low, high] = [difference.value, difference.low, difference.high].map((c) => Number(c.toFixed(4)));
  return { difference: value, low, high };
}

function meanRisk(patients: readonly ReadPatient[], law: (one: ReadPatient) => LogLogistic): number {
  return Number((patients.reduce((sum, one) => sum + risk(law(one), 5), 0) / patients.length).toFixed(4));
}

const LIMITS = [
  'No patient’s outcome is in it: outcomes were drawn from a law of ours, whose constants follow published effects. ' +
    'How well it would do on patients is not known.',
  'Simulated hearts with true contours; real images come with a network’s contours.',
  'Chronic infarcts of one coronary territory; no other heart disease.',
];

function imageCard(recipe: ImageRecipe, steps: number, results: object): Parameters<typeof writeModel>[1]['card'] {
  return {
    title: 'Image branch: sudden arrhythmic death from the image',
    licence: LICENCE,
    restsOn:
      `Learned from simulated outcomes: ${recipe.patients.branch} simulated hearts, effect size '${recipe.effect}' from ` +
      'published studies. No patient’s outcome.',
    whatItIs:
      'SSCAR’s encoder-decoder with a survival head on the heart image (64 x 64 x 12, 2.25 x 2.25 x 10 mm, intensity in the ' +
      'myocardium and label map).',
    intendedUse: 'Research and teaching. Not a medical device, not for decisions about a patient.',
    recipe: { ...recipe, stepsTrained: steps },
    results,
    limits: LIMITS,
  };
}

function fusionCard(recipe: ImageRecipe, fusion: object, results: object): Parameters<typeof writeModel>[1]['card'] {
  return {
    title: 'Fusion of the covariate and the image branch',
    licence: LICENCE,
    restsOn:
      `Covariates from real outcomes (MUSIC), image from simulated outcomes; joined on ${recipe.patients.fusion} simulated ` +
      'patients. It restates our constants, not data.',
    whatItIs:
      '[mu, ln sigma] = w1 x covariate branch + w2 x image branch + b: four numbers, both branches held as they are.',
    intendedUse: 'Research and teaching. Not a medical device, not for decisions about a patient.',
    fusion,
    results,
    limits: LIMITS,
  };
}
