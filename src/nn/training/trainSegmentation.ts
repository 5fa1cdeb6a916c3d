import { Random } from '../../core/random.ts';
import { placeOf } from '../../core/segmentation/ventriclePlace.ts';
import { imagedBoxes, valuesWithin } from '../../core/volume/imaged.ts';
import { robustWindow } from '../../core/volume/intensity.ts';
import { isHeart, isScar, Label, type LabelVolume, type Vector3, type Volume } from '../../core/volume/volume.ts';
import { regionIntensities, SEGMENT, squareAround } from '../networks/segmentation.ts';
import { unet, unetParameters } from '../networks/unet.ts';
import { drawView, type TrainingCase } from './augmentation.ts';
import { startParameters } from '../networks/parameters.ts';
import { startTraining, type TrainingState } from './adamW.ts';
import { LOCATE_RECIPE, type StageRecipe } from './segmentationRecipe.ts';
import { segmentationLoss } from './segmentationLoss.ts';
import { trainNetwork, type Batch, type Schedule, type TrainingHooks } from './trainNetwork.ts';

/**
 * What training needs to know about a case besides its image and labels.
 * @throws RangeError if the labels hold no heart.
 */
export function prepareCase(id: string, image: Volume, labels: LabelVolume): TrainingCase {
  const place = placeOf(labels);
  if (place === null) throw new RangeError(`${id} holds no heart to learn from.`);
  const boxes = imagedBoxes(image);
  return {
    id,
    image,
    labels,
    place,
    stackWindow: robustWindow(valuesWithin(image, boxes)),
    regionWindow: robustWindow(regionIntensities(image, squareAround(SEGMENT, place), boxes)),
  };
}

/**
 * Two by two pixels as one: the first stage's own pixels are coarser still, and averaging once saves averaging in every
 * view. The label of a new pixel is that of the first of the four; an odd last row or column is left out.
 */
export function halved(image: Volume, labels: LabelVolume): { image: Volume; labels: LabelVolume } {
  const [columns, rows, slices] = image.size;
  const size: Vector3 = [columns >> 1, rows >> 1, slices];
  const spacing: Vector3 = [2 * image.spacing[0], 2 * image.spacing[1], image.spacing[2]];
  const voxels = new Float32Array(size[0] * size[1] * slices);
  const kept = new Uint8Array(voxels.length);
  for (let to = 0; to < voxels.length; to++) {
    const column = to % size[0];
    const row = Math.floor(to / size[0]) % size[1];
    const at = 2 * column + columns * (2 * row + rows * Math.floor(to / (size[0] * size[1])));
    const { voxels: v } = image;
    voxels[to] = (v[at] + v[at + 1] + v[at + columns] + v[at + columns + 1]) / 4;
    kept[to] = labels.labels[at];
  }
  return { image: { size, spacing, frame: null, voxels }, labels: { size, spacing, frame: null, labels: kept } };
}

/** An initial state from the recipe's seed. */
export function startStage(recipe: StageRecipe): TrainingState {
  return startTraining(startParameters(unetParameters(recipe.stage.network), new Random(recipe.seed)));
}

/** What a span of training learns from, and for how long. */
export interface StageCourse {
  readonly schedule: Schedule;
  readonly cases: readonly TrainingCase[];
  readonly phantoms: readonly TrainingCase[];
  /** Share of views that show a phantom. */
  readonly phantomShare: number;
}

/** Trains one stage on prepared cases; see `trainNetwork`. */
export function trainStage(
  recipe: StageRecipe,
  course: StageCourse,
  state: TrainingState,
  hooks: TrainingHooks,
): boolean {
  const slices = weighSlices(course.cases, recipe);
  const phantomSlices = weighSlices(course.phantoms, recipe);
  const { network } = recipe.stage;
  return trainNetwork(
    unetParameters(network),
    (parameters, x) => [unet(network, parameters, x)],
    state,
    course.schedule,
    (step) => drawBatch(recipe, (random) => (random.next() < course.phantomShare ? phantomSlices : slices), step),
    hooks,
  );
}

interface WeightedSlice {
  readonly training: TrainingCase;
  readonly slice: number;
  /** Sum of the weights up to and with this slice. */
  readonly cumulative: number;
}

function weighSlices(cases: readonly TrainingCase[], recipe: StageRecipe): WeightedSlice[] {
  const slices: WeightedSlice[] = [];
  let cumulative = 0;
  for (const training of cases) {
    const [columns, rows, count] = training.labels.size;
    const plane = columns * rows;
    for (let slice = 0; slice < count; slice++) {
      const labels = training.labels.labels.subarray(slice * plane, (slice + 1) * plane);
      cumulative += labels.includes(Label.noReflow)
        ? recipe.slicesWithNoReflow
        : labels.some(isScar)
          ? recipe.slicesWithScar
          : 1;
      slices.push({ training, slice, cumulative });
    }
  }
  return slices;
}

function drawBatch(recipe: StageRecipe, choose: (random: Random) => readonly WeightedSlice[], step: number): Batch {
  const { stage, batch } = recipe;
  const random = new Random(Math.imul(recipe.seed, 1_000_003) + Math.imul(step, 7919));
  const pixels = stage.size * stage.size;
  const input = new Float32Array(batch * pixels * stage.network.inputChannels);
  const labels = new Uint8Array(batch * pixels);
  const draw = (): WeightedSlice => {
    const slices = choose(random);
    const last = slices[slices.length - 1];
    const at = random.next() * last.cumulative;
    return slices.find((candidate) => at < candidate.cumulative) ?? last;
  };
  for (let b = 0; b < batch; b++) {
    const { training, slice } = draw();
    const view = drawView(training, slice, draw().training, stage, recipe.augmentation, random);
    input.set(view.input, b * view.input.length);
    labels.set(view.target, b * pixels);
  }
  const target = recipe === LOCATE_RECIPE ? labels.map((label) => (isHeart(label) ? 1 : 0)) : labels;
  return {
    input,
    shape: [batch, stage.size, stage.size, stage.network.inputChannels],
    loss: ([output]) => segmentationLoss(output, target, stage.network.outputChannels, recipe.loss),
  };
}
