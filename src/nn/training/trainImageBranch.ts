/**
 * Trains SSCAR's image branch on simulated hearts and simulated outcomes, by the plain likelihood. New outcomes are
 * drawn each time a heart is seen: the law is known, so each heart represents many patients.
 */
import { drawOutcome, type SimulatedPatient } from '../../core/phantom/cohort.ts';
import { Random } from '../../core/random.ts';
import { HEART_IMAGE } from '../../core/patient/heartImage.ts';
import { negativeLogLikelihood } from '../../core/patient/logLogistic.ts';
import { headLaw } from '../readHeart.ts';
import {
  blockBrightness,
  imageBranch,
  IMAGE_BRANCH_PARAMETERS,
  INPUT_SHAPE,
  reconstructionLoss,
} from '../networks/imageBranch.ts';
import { startParameters } from '../networks/parameters.ts';
import { startTraining, type TrainingState } from './adamW.ts';
import type { ImageRecipe } from './imageRecipe.ts';
import { trainNetwork, type Batch, type Loss, type TrainingHooks } from './trainNetwork.ts';

/** A simulated patient with the heart image, stored in bytes (`storeHeart`). */
export interface SimulatedHeart {
  readonly patient: SimulatedPatient;
  readonly stored: Uint8Array;
}

/** The null model's fit of the cohort, to which the head adds. */
export interface NullModel {
  readonly nullMu: number;
  readonly nullLnSigma: number;
}

const STORED_STEPS = 100;

/** A heart image in bytes: hundredths, up to 2.55; thousands of them fit into memory. */
export function storeHeart(image: Float32Array): Uint8Array {
  return Uint8Array.from(image, (value) => Math.min(255, Math.round(value * STORED_STEPS)));
}

export function startImageBranch(recipe: ImageRecipe): TrainingState {
  return startTraining(startParameters(IMAGE_BRANCH_PARAMETERS, new Random(recipe.seed)));
}

/** Trains on hearts; see `trainNetwork`. */
export function trainImageBranch(
  recipe: ImageRecipe,
  hearts: readonly SimulatedHeart[],
  nullModel: NullModel,
  state: TrainingState,
  hooks: TrainingHooks,
): boolean {
  return trainNetwork(
    IMAGE_BRANCH_PARAMETERS,
    imageBranch,
    state,
    recipe.schedule,
    (step) => drawBatch(recipe, hearts, nullModel, step),
    hooks,
  );
}

function drawBatch(recipe: ImageRecipe, hearts: readonly SimulatedHeart[], nullModel: NullModel, step: number): Batch {
  const random = new Random(Math.imul(recipe.seed, 1_000_003) + Math.imul(step, 7919));
  const drawn = Array.from({ length: recipe.batch }, () => hearts[Math.floor(random.next() * hearts.length)]);
  const images = drawn.map((heart) => randomView(heart.stored, recipe.shiftPixels, random));
  const outcomes = drawn.map((heart) =>
    Array.from({ length: recipe.outcomesPerView }, () => drawOutcome(heart.patient, random)),
  );
  const [slices, rows, columns, channels] = INPUT_SHAPE;
  return {
    input: blockBrightness(images),
    shape: [recipe.batch * slices, rows, columns, channels],
    loss: ([head, reconstruction]) => {
      const likelihood = likelihoodLoss(head, outcomes, nullModel);
      const rebuilt = reconstructionLoss(reconstruction, images);
      return {
        value: likelihood.value + recipe.reconstructionWeight * rebuilt.value,
        gradients: [likelihood.gradients[0], rebuilt.gradient.map((g) => g * recipe.reconstructionWeight)],
      };
    },
  };
}

/**
 * Mean negative log-likelihood of the log-logistic law over all outcomes, and its gradient by the head's [mu, ln sigma].
 * Other death is a censoring.
 * @param head two numbers per heart
 * @param outcomes those of each heart
 */
export function likelihoodLoss(
  head: Float32Array,
  outcomes: readonly (readonly Pick<SimulatedPatient, 'timeYears' | 'status'>[])[],
  nullModel: NullModel,
): Loss {
  const gradient = new Float32Array(head.length);
  const count = outcomes.reduce((sum, some) => sum + some.length, 0);
  let value = 0;
  outcomes.forEach((some, i) => {
    const law = headLaw(nullModel, head[2 * i], head[2 * i + 1]);
    for (const { timeYears, status } of some) {
      const loss = negativeLogLikelihood(law, timeYears, status === 1 ? 1 : 0);
      value += loss.value / count;
      // Where mu is clipped or sigma floored the gradient should vanish; both are far from any simulated patient.
      gradient[2 * i] += loss.byMu / count;
      gradient[2 * i + 1] += loss.byLogSigma / count;
    }
  });
  return { value, gradients: [gradient] };
}

/** A heart rotated by quarter turns, mirrored and shifted: none of this says anything about risk. */
function randomView(stored: Uint8Array, shiftPixels: number, random: Random): Float32Array {
  const { side, slices, channels } = HEART_IMAGE;
  const turns = Math.floor(random.next() * 4);
  const mirrored = random.next() < 0.5;
  const shiftX = Math.round((2 * random.next() - 1) * shiftPixels);
  const shiftY = Math.round((2 * random.next() - 1) * shiftPixels);
  const image = new Float32Array(stored.length);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let u = (mirrored ? side - 1 - x : x) + shiftX;
      let v = y + shiftY;
      for (let turn = 0; turn < turns; turn++) [u, v] = [v, side - 1 - u];
      if (u < 0 || v < 0 || u >= side || v >= side) continue;
      for (let z = 0; z < slices; z++) {
        const out = ((z * side + y) * side + x) * channels;
        const from = ((z * side + v) * side + u) * channels;
        for (let c = 0; c < channels; c++) image[out + c] = stored[from + c] / STORED_STEPS;
      }
    }
  }
  return image;
}

/** The image as `storeHeart` stored it. */
export function restoreHeart(stored: Uint8Array): Float32Array {
  return Float32Array.from(stored, (value) => value / STORED_STEPS);
}
