/** Trains SSCAR's image branch on simulated hearts, and the fusion of both branches, and writes their models and cards. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { drawOutcome, type SimulatedPatient } from '../../core/phantom/cohort.ts';
import { Random } from '../../core/random.ts';
import { fuse } from '../../core/patient/fusion.ts';
import { fitNull, patientWeights, type LogLogistic } from '../../core/patient/logLogistic.ts';
import { quantiles } from '../../core/quantiles.ts';
import type { CovariateNetwork } from '../../nn/networks/covariateBranch.ts';
import { covariateNetwork, type CovariateModelFile } from '../../nn/networks/covariateFile.ts';
import { imageBranch, IMAGE_BRANCH_PARAMETERS } from '../../nn/networks/imageBranch.ts';
import { effectiveParameters } from '../../nn/networks/parameters.ts';
import type { ImageModelFile } from '../../nn/readHeart.ts';
import { placeNetwork } from '../../nn/runNetwork.ts';
import { fitFusion, type FusionCase } from '../../nn/training/fitFusion.ts';
import type { TrainingState } from '../../nn/training/adamW.ts';
import type { ImageRecipe } from '../../nn/training/imageRecipe.ts';
import {
  restoreHeart,
  startImageBranch,
  trainImageBranch,
  type NullModel,
  type SimulatedHeart,
} from '../../nn/training/trainImageBranch.ts';
import { packWeights, unpackWeights } from '../../nn/weights.ts';
import type { FusionModelFile } from '../../pipeline/analysing/models.ts';
import {
  covered,
  flagged,
  READ_BATCH,
  readPatients,
  simulatedFigures,
  type ReadPatient,
} from '../simulation/simulatedFigures.ts';
import { effectCurvesOf, widthOver } from '../simulation/imageLimits.ts';
import type { RecipeAnatomies } from '../simulation/anatomies.ts';
import { anatomyHearts, simulatedHearts } from '../simulation/simulatedHearts.ts';
import { runTraining, type Deadline } from '../files/trainingRun.ts';
import { writeModel } from '../files/writeModel.ts';
import { startNodeWasm } from '../files/shippedModels.ts';

const VERSION = '0.4.0';
const NO_EFFECT = { logFactor: [], halfWidth: 0 };
const NO_EFFECTS = { low: NO_EFFECT, mid: NO_EFFECT, high: NO_EFFECT };
const RECONSTRUCTED_SHARE = 0.99;
/** EMIDEC's licence requires that derived work be shared under the same licence. */
const LICENCE = { phantoms: 'Apache-2.0', anatomies: 'CC-BY-NC-SA-4.0' };

export interface SurvivalImageRun {
  readonly recipe: ImageRecipe;
  /** Real anatomies from which hearts are warped in addition to phantoms, by part of the recipe; null: only phantoms. */
  readonly anatomies: RecipeAnatomies | null;
  readonly runFolder: string;
  readonly modelsFolder: string;
  readonly resume: boolean;
  readonly deadline: Deadline;
  readonly log: (line: string) => void;
}

/**
 * Trains, and writes the models 'image' and 'fusion'; the covariate branch must be there. The image branch learns from the
 * recipe's first patients, the fusion from the next, whom neither branch has seen; the next ones set the intervals, and the last give the
 * card's figures.
 * @returns false if time ran out first
 */
export async function trainSurvivalImage(run: SurvivalImageRun): Promise<boolean> {
  const { recipe, anatomies } = run;
  await startNodeWasm();
  const phantoms = await simulatedHearts(recipe, run.runFolder, run.resume);
  const real = anatomies && (await anatomyHearts(recipe, anatomies, run.runFolder, run.resume));
  const learning = [phantoms, real ?? []].flatMap((hearts) => hearts.slice(0, recipe.patients.branch));
  const nullModel = nullFit(learning.map(({ patient }) => patient));
  const state = await runTraining(
    'image',
    path.join(run.runFolder, `image-${recipe.effect}${real ? '-anatomies' : ''}.state`),
    run.resume,
    run.deadline,
    () => startImageBranch(recipe),
    (current, hooks) => trainImageBranch(recipe, learning, nullModel, current, hooks),
  );
  if (state === null) return false;

  const hearts = { phantoms, real };
  const { image, weights, fusion, parts, fused } = await fitLimits(run, hearts, nullModel, state.average);
  const four = [fusion.covariateWeight, fusion.imageWeight, fusion.muOffset, fusion.lnSigmaOffset];
  const packed = packWeights([{ name: 'fusion', shape: [4] }], { fusion: Float32Array.from(four) }, 'float32');
  const fusionFile: FusionModelFile = {
    name: 'fusion',
    version: VERSION,
    tensors: packed.tensors,
    logOddsHalfWidth: widthOver([parts.calibration], fused),
  };
  const figures = (some: readonly ReadPatient[], made: string): object =>
    figuresOf(some, made, { image, fused, fusedHalfWidth: fusionFile.logOddsHalfWidth });
  const results = {
    ...figures(parts.test, 'phantom hearts'),
    ...(parts.realTest && anatomies
      ? {
          onRealAnatomies: figures(
            parts.realTest,
            `hearts warped from ${anatomies.test.length} real anatomies of their own`,
          ),
        }
      : {}),
  };
  run.log(JSON.stringify({ fusion, results }, null, 2));
  await writeModel(run.modelsFolder, {
    model: image,
    weights,
    card: imageCard(recipe, anatomies, state.step, results),
  });
  await writeModel(run.modelsFolder, {
    model: fusionFile,
    weights: packed.weights,
    card: fusionCard(recipe, anatomies, fusion, results),
  });
  return true;
}

interface Hearts {
  readonly phantoms: readonly SimulatedHeart[];
  readonly real: readonly SimulatedHeart[] | null;
}

/**
 * Reads the recipe's later patients with a trained image branch: the fusion and the limits are fitted to them, and the last give figures.
 */
async function fitLimits(
  { recipe, modelsFolder }: SurvivalImageRun,
  { phantoms, real }: Hearts,
  nullModel: NullModel,
  trained: TrainingState['average'],
) {
  const { tensors, weights } = packWeights(
    IMAGE_BRANCH_PARAMETERS,
    effectiveParameters(IMAGE_BRANCH_PARAMETERS, trained),
    'float16',
  );
  const draft: ImageModelFile = {
    name: 'image',
    version: VERSION,
    tensors,
    ...nullModel,
    reconstructionLimit: 0,
    logOddsHalfWidth: 0,
    effectCurves: { at: [], effects: NO_EFFECTS },
  };
  const covariates = await readCovariateNetwork(modelsFolder);
  const network = placeNetwork(IMAGE_BRANCH_PARAMETERS, unpackWeights(draft, weights), imageBranch);
  const branches = { covariates, image: draft, network };
  const { branch, fusion: fusions, calibration: calibrations } = recipe.patients;
  const part = async (hearts: readonly SimulatedHeart[], from: number, to?: number): Promise<ReadPatient[]> => {
    const some = hearts.slice(from, to);
    const patients: ReadPatient[] = [];
    for (let start = 0; start < some.length; start += READ_BATCH) {
      const batch = some.slice(start, start + READ_BATCH);
      const restored = batch.map(({ patient, stored }) => ({ patient, heart: restoreHeart(stored) }));
      patients.push(...(await readPatients(branches, restored)));
    }
    return patients;
  };
  // The page reads real hearts: if there are any, they set the fusion and the limits.
  const fusing = await part(real ?? phantoms, branch, branch + fusions);
  const calibration = await part(real ?? phantoms, branch + fusions, branch + fusions + calibrations);
  const test = await part(phantoms, branch + fusions + calibrations);
  const realTest = real && (await part(real, branch + fusions + calibrations));
  const errors = calibration.map((one) => one.image.reconstructionError);
  const image: ImageModelFile = {
    ...draft,
    reconstructionLimit: quantiles(errors, [RECONSTRUCTED_SHARE])[0],
    logOddsHalfWidth: widthOver([calibration], (one) => one.image),
    effectCurves: effectCurvesOf(calibration),
  };
  const fusion = fitFusion(outcomesOf(fusing, recipe));
  const fused = (one: ReadPatient): LogLogistic => fuse(fusion, one.covariates, one.image);
  return { image, weights, fusion, fused, parts: { calibration, test, realTest } };
}

/** Many outcomes for each patient, as in the branch's training: with only one, the mean risk is known to within a tenth. */
function outcomesOf(patients: readonly ReadPatient[], { seed, outcomesPerView }: ImageRecipe): FusionCase[] {
  const random = new Random(seed);
  return patients.flatMap(({ patient, covariates, image }) =>
    Array.from({ length: outcomesPerView }, () => {
      const { timeYears, status } = drawOutcome(patient, random);
      return { covariates, image, timeYears, event: status === 1 ? 1 : 0 };
    }),
  );
}

/** A card's figures on patients to whom no part was fitted. */
function figuresOf(
  some: readonly ReadPatient[],
  hearts: string,
  by: {
    readonly image: ImageModelFile;
    readonly fused: (one: ReadPatient) => LogLogistic;
    readonly fusedHalfWidth: number;
  },
): object {
  return {
    how:
      `${some.length} simulated patients that no part was fitted on, ${hearts}. C is Harrell's, of the 5-year risk; 'truth' is the C of ` +
      'the risk that the outcomes were drawn from, the most that any model can reach. The coverage is that of the fixed width ' +
      'on the log-odds; the fused interval on the page is wider, for the refits and the missing inputs add to it.',
    ...simulatedFigures(some, by.fused),
    intervalCoversTruthPercent: {
      image: covered(some, (one) => one.image, by.image.logOddsHalfWidth),
      fused: covered(some, by.fused, by.fusedHalfWidth),
    },
    flaggedUnlikePercent: flagged(some, by.image.reconstructionLimit),
  };
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

const limits = (anatomies: RecipeAnatomies | null): string[] => [
  'No patient’s outcome is in it: outcomes were drawn from a law of ours, whose constants follow published effects. ' +
    'How well it would do on patients is not known.',
  'Simulated hearts with true contours; real images come with a network’s contours.',
  'Chronic infarcts of one coronary territory; no other heart disease.',
  anatomies
    ? 'The real ventricles are of one hospital and one sequence (PSIR), and were stored in 8 bits; the scar in them is drawn.'
    : 'Learned from phantoms alone: real images are noisier, and it does much worse on them.',
];

/** The sources of the hearts, for a card. */
function heartsOf(anatomies: RecipeAnatomies | null): object {
  if (anatomies === null) return { trainedOn: 'phantoms' };
  const { branch, fusion, test } = anatomies;
  return {
    trainedOn:
      'phantoms, and hearts warped from real labelled stacks of EMIDEC (CC BY-NC-SA 4.0; Lalande et al., Data 2020), one of each a patient',
    realAnatomies: { branch: branch.length, fusionAndCalibration: fusion.length, test: test.length },
  };
}

function imageCard(
  recipe: ImageRecipe,
  anatomies: RecipeAnatomies | null,
  steps: number,
  results: object,
): Parameters<typeof writeModel>[1]['card'] {
  const { branch } = recipe.patients;
  return {
    title: 'Image branch: sudden arrhythmic death from the image',
    licence: anatomies ? LICENCE.anatomies : LICENCE.phantoms,
    restsOn: {
      code: 'simulatedOutcomes',
      hearts: branch,
      warped: anatomies ? branch : 0,
      realHearts: anatomies?.branch.length ?? 0,
      effect: recipe.effect,
    },
    whatItIs:
      'SSCAR’s encoder-decoder with a survival head on the heart image (64 x 64 x 12, 2.25 x 2.25 x 10 mm, intensity in the ' +
      'myocardium and label map).',
    intendedUse: 'Research and teaching. Not a medical device, not for decisions about a patient.',
    ...heartsOf(anatomies),
    recipe: { ...recipe, stepsTrained: steps },
    results,
    limits: limits(anatomies),
  };
}

function fusionCard(
  recipe: ImageRecipe,
  anatomies: RecipeAnatomies | null,
  fusion: object,
  results: object,
): Parameters<typeof writeModel>[1]['card'] {
  return {
    title: 'Fusion of the covariate and the image branch',
    licence: anatomies ? LICENCE.anatomies : LICENCE.phantoms,
    restsOn: { code: 'realAndSimulatedOutcomes', simulatedPatients: recipe.patients.fusion },
    whatItIs:
      '[mu, ln sigma] = w1 x covariate branch + w2 x image branch + b: four numbers, both branches held as they are.',
    intendedUse: 'Research and teaching. Not a medical device, not for decisions about a patient.',
    ...heartsOf(anatomies),
    fusion,
    results,
    limits: limits(anatomies),
  };
}
