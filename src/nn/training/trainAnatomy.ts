/** Trains the auto-encoder of ventricles to see the whole mask behind a damaged one. It lost against rules (docs/models.md). */
import { Random } from '../../core/random.ts';
import { nearestLabel } from '../../core/volume/plane.ts';
import { isHeart, LABEL_COUNT } from '../../core/volume/volume.ts';
import { anatomy, anatomyInput, ANATOMY_INPUT, ANATOMY_PARAMETERS, toBlocks, toSquare } from '../networks/anatomy.ts';
import { startParameters } from '../networks/parameters.ts';
import { SEGMENT } from '../networks/segmentation.ts';
import { startTraining, type TrainingState } from './adamW.ts';
import { randomMap, randomWaves, type TrainingCase } from './augmentation.ts';
import { damaged } from './damagedMasks.ts';
import { segmentationLoss, type LossSpec } from './segmentationLoss.ts';
import { trainNetwork, type Batch, type Schedule, type TrainingHooks } from './trainNetwork.ts';

export interface AnatomyRecipe {
  readonly seed: number;
  readonly batch: number;
  readonly schedule: Schedule;
  readonly phantoms: number;
  /** Share of views that show a phantom. */
  readonly phantomShare: number;
  readonly loss: LossSpec;
  /** As for the segmentation: pixels of the square, SD of a normal. */
  readonly views: {
    readonly shift: number;
    readonly anywhere: number;
    readonly logScale: number;
    readonly logAspect: number;
  };
  readonly elastic: number;
  /** Neighbouring slices shifted against this one, as between breath-holds. */
  readonly neighbourShift: number;
}

export const ANATOMY_RECIPE: AnatomyRecipe = {
  seed: 17,
  batch: 16,
  schedule: {
    steps: 2000,
    learningRate: 3e-3,
    warmUpSteps: 100,
    weightDecay: 0.01,
    maxGradientNorm: 1,
    averageDecay: 0.99,
  },
  phantoms: 12,
  phantomShare: 0.2,
  loss: {
    classWeights: [1, 1, 1, 1.5, 2],
    groups: [
      { classes: [1], weight: 0.5 },
      { classes: [2, 3, 4], weight: 1 },
      { classes: [3, 4], weight: 0.5 },
    ],
  },
  views: { shift: 3, anywhere: 0, logScale: 0.14, logAspect: 0.08 },
  elastic: 1,
  neighbourShift: 1.5,
};

export function startAnatomy(recipe: AnatomyRecipe): TrainingState {
  return startTraining(startParameters(ANATOMY_PARAMETERS, new Random(recipe.seed)));
}

/** Trains on experts' masks and phantoms'; see `trainNetwork`. */
export function trainAnatomy(
  recipe: AnatomyRecipe,
  cases: readonly TrainingCase[],
  phantoms: readonly TrainingCase[],
  state: TrainingState,
  hooks: TrainingHooks,
): boolean {
  const [experts, drawn] = [slicesOf(cases), slicesOf(phantoms)];
  return trainNetwork(
    ANATOMY_PARAMETERS,
    (parameters, x) => [anatomy(parameters, x)],
    state,
    recipe.schedule,
    (step) => drawBatch(recipe, experts, drawn, step),
    hooks,
  );
}

interface HeartSlice {
  readonly training: TrainingCase;
  readonly slice: number;
}

/** The slices that hold a ventricle: the second stage decides whether there is one. */
function slicesOf(cases: readonly TrainingCase[]): HeartSlice[] {
  return cases.flatMap((training) => {
    const { labels, size } = training.labels;
    const plane = size[0] * size[1];
    return Array.from({ length: size[2] }, (_, slice) => ({ training, slice })).filter(({ slice }) =>
      labels.subarray(slice * plane, (slice + 1) * plane).some(isHeart),
    );
  });
}

function drawBatch(
  recipe: AnatomyRecipe,
  experts: readonly HeartSlice[],
  phantoms: readonly HeartSlice[],
  step: number,
): Batch {
  const random = new Random(Math.imul(recipe.seed, 1_000_003) + Math.imul(step, 7919));
  const [, side, , channels] = ANATOMY_INPUT;
  const { size } = SEGMENT;
  const input = new Float32Array(recipe.batch * side * side * channels);
  const target = new Uint8Array(recipe.batch * size * size);
  for (let b = 0; b < recipe.batch; b++) {
    const slices = random.next() < recipe.phantomShare ? phantoms : experts;
    const { training, slice } = slices[Math.floor(random.next() * slices.length)];
    const view = viewOf(training, recipe, random);
    const whole = view(slice, 0, 0);
    target.set(whole, b * size * size);
    const neighbours = [slice - 1, slice + 1]
      .filter((k) => k >= 0 && k < training.labels.size[2])
      .map((k) => view(k, recipe.neighbourShift * random.normal(), recipe.neighbourShift * random.normal()));
    anatomyInput(
      damaged(whole, size, random),
      neighbours.map((one) => damaged(one, size, random)),
      input,
      b * side * side * channels,
    );
  }
  return {
    input,
    shape: [recipe.batch, side, side, channels],
    loss: ([output]) => {
      const { value, gradients } = segmentationLoss(toSquare(output), target, LABEL_COUNT, recipe.loss);
      return { value, gradients: gradients.map(toBlocks) };
    },
  };
}

/** The same random view of any slice of a case, shifted by pixels of the square. */
function viewOf(
  training: TrainingCase,
  { views, elastic }: AnatomyRecipe,
  random: Random,
): (slice: number, shiftX: number, shiftY: number) => Uint8Array {
  const { size } = SEGMENT;
  const map = randomMap(training, SEGMENT, views, random);
  const { du, dv } = randomWaves(elastic, size, random).onSquare(size);
  const at = new Float32Array(2 * size * size);
  for (let p = 0; p < size * size; p++) {
    const [u, v] = [p % size, Math.floor(p / size)];
    at[2 * p] = map.a * (u + du[p]) + map.b * (v + dv[p]) + map.c;
    at[2 * p + 1] = map.d * (u + du[p]) + map.e * (v + dv[p]) + map.f;
  }
  const { labels } = training;
  const [columns, rows] = labels.size;
  return (slice, shiftX, shiftY) => {
    const x = map.a * shiftX + map.b * shiftY;
    const y = map.d * shiftX + map.e * shiftY;
    const view = new Uint8Array(size * size);
    for (let p = 0; p < view.length; p++) {
      view[p] = nearestLabel(labels.labels, slice * columns * rows, columns, rows, at[2 * p] + x, at[2 * p + 1] + y);
    }
    return view;
  };
}
