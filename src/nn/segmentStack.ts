/** From an image to labels: ACSNet's first two stages, then what anatomy allows. */
import { largestComponent } from '../core/volume/components.ts';
import { robustWindow, type IntensityWindow } from '../core/volume/intensity.ts';
import { samplePlane, squareMap, type Square } from '../core/volume/plane.ts';
import {
  gridOf,
  knownVoxels,
  HEART_LABELS,
  isHeart,
  Label,
  LABEL_COUNT,
  type HeartLabel,
  type LabelVolume,
  type Volume,
} from '../core/volume/volume.ts';
import { calibrated, plausibilityOf, type ConfidenceMap, type Plausibility } from '../core/segmentation/reliability.ts';
import { clearTraces, tidyLabels } from '../core/segmentation/anatomy.ts';
import {
  LOCATE,
  regionIntensities,
  scaleIntensity,
  SEGMENT,
  squareAround,
  ventricleDiameterMm,
  writeChannels,
  type Stage,
  type VentriclePlace,
} from './networks/segmentation.ts';
import type { ParameterArrays } from './networks/parameters.ts';
import type { RunOptions } from './runNetwork.ts';
import { placeStage, runHere, type RunStage } from './runStage.ts';

export interface SegmentationNetworks {
  readonly locate: RunStage;
  readonly segment: RunStage;
  /** Puts each label's confidence right; null leaves it as the network states it. */
  readonly confidence: ConfidenceMaps | null;
}

export type ConfidenceMaps = Readonly<Record<HeartLabel, ConfidenceMap>>;

export interface StackSegmentation extends Plausibility {
  readonly labels: LabelVolume;
  /** For each voxel that is heart, how often a label given with such confidence is right; 0 elsewhere. */
  readonly confidence: Float32Array;
  /** What the network called scar but is too little in the whole stack to be told from none, mL: `labels` does not hold it. */
  readonly clearedScarMl: number;
}

/** Puts both stages on the current backend. */
export function placeSegmentation(
  locate: ParameterArrays,
  segment: ParameterArrays,
  confidence: ConfidenceMaps | null,
): SegmentationNetworks {
  return {
    locate: runHere(LOCATE, placeStage(LOCATE, locate)),
    segment: runHere(SEGMENT, placeStage(SEGMENT, segment)),
    confidence,
  };
}

/**
 * Segments a short-axis stack. All labels are background where no left ventricle is found.
 * predict(a I + b) = predict(I) for a > 0: intensities enter through percentile windows only.
 */
export async function segmentStack(
  image: Volume,
  networks: SegmentationNetworks,
  options: RunOptions,
): Promise<StackSegmentation> {
  const reading = await readStack(image, networks, options);
  if (reading === null) {
    return {
      labels: { ...gridOf(image), labels: new Uint8Array(image.voxels.length) },
      confidence: new Float32Array(image.voxels.length),
      plausibility: Array.from({ length: image.size[2] }, () => null),
      casePlausibility: null,
      clearedScarMl: 0,
    };
  }
  const { labels, clearedScarMl } = clearTraces(tidyLabels(reading.labels));
  const confidence = confidenceOf(labels, reading, image, networks.confidence);
  return { labels, confidence, clearedScarMl, ...plausibilityOf(labels, confidence) };
}

/** What the networks make of a stack, before anatomy is asked. */
export interface StackReading {
  /** Where the second stage looked. */
  readonly square: Square;
  /** slices x 80 x 80 x labels, label fastest. */
  readonly probabilities: Float32Array;
  /** As `labelOf` gives them, on the image's grid. */
  readonly labels: LabelVolume;
}

/** Runs both stages; null where no left ventricle is found. */
export async function readStack(
  image: Volume,
  networks: SegmentationNetworks,
  options: RunOptions,
): Promise<StackReading | null> {
  const place = await locateVentricle(image, networks.locate, options);
  if (place === null) return null;
  const square = squareAround(SEGMENT, place);
  const region = regionIntensities(image, square);
  if (region.length === 0) return null;
  const window = robustWindow(region);
  if (window.range <= 0) return null;
  const probabilities = await segmentSquares(stageInput(image, square, window, SEGMENT), networks.segment, {
    signal: options.signal,
    onProgress: (fraction) => options.onProgress?.(0.25 + 0.75 * fraction),
  });
  const labels = { ...gridOf(image), labels: labelsOf(probabilities, image, square) };
  return { square, probabilities, labels };
}

/** A square as it is, and flipped along its columns, its rows and both. */
const FLIPS: readonly (readonly [boolean, boolean])[] = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
];

/**
 * The class probabilities of the second stage, the mean over the square and its flips: a flipped image gives the flipped
 * answer, and four looks err less than one.
 * @param input as `stageInput` gives it
 */
async function segmentSquares(input: Float32Array, run: RunStage, options: RunOptions): Promise<Float32Array> {
  const { size } = SEGMENT;
  const channels = SEGMENT.network.inputChannels;
  const looks = new Float32Array(FLIPS.length * input.length);
  FLIPS.forEach((flip, look) => looks.set(flipped(input, size, channels, flip), look * input.length));
  const logits = await run(looks, options);
  softmaxInPlace(logits, LABEL_COUNT);
  const mean = new Float32Array((input.length / channels) * LABEL_COUNT);
  FLIPS.forEach((flip, look) => {
    const back = flipped(logits.subarray(look * mean.length, (look + 1) * mean.length), size, LABEL_COUNT, flip);
    for (let at = 0; at < mean.length; at++) mean[at] += back[at] / FLIPS.length;
  });
  return mean;
}

/** Squares one after another, channel fastest, flipped along columns, rows or both; its own inverse. */
function flipped(
  values: Float32Array,
  size: number,
  channels: number,
  [alongColumns, alongRows]: readonly [boolean, boolean],
): Float32Array {
  if (!alongColumns && !alongRows) return values;
  const result = new Float32Array(values.length);
  const rows = values.length / (size * channels);
  for (let row = 0; row < rows; row++) {
    const inSquare = row % size;
    const from = alongRows ? row - inSquare + (size - 1 - inSquare) : row;
    for (let column = 0; column < size; column++) {
      const source = (from * size + (alongColumns ? size - 1 - column : column)) * channels;
      const target = (row * size + column) * channels;
      for (let c = 0; c < channels; c++) result[target + c] = values[source + c];
    }
  }
  return result;
}

/** A pixel counts as ventricle for finding its centre from this probability. */
const LOCATE_PROBABILITY = 0.5;
/** A breath-hold may shift a slice by this many of the first stage's pixels (4 mm). */
const LOCATE_REACH = 2;

/** Where the left ventricle is and how large, or null where the network sees none. */
async function locateVentricle(image: Volume, run: RunStage, options: RunOptions): Promise<VentriclePlace | null> {
  const window = robustWindow(knownVoxels(image));
  if (!(window.range > 0)) return null;
  const { size } = LOCATE;
  const [columns, rows] = image.size;
  const centre: [number, number] = [(columns - 1) / 2, (rows - 1) / 2];
  const { pixelMm } = squareAround(LOCATE, { centre, diameterMm: NaN });
  // A field larger than the square is seen smaller rather than cut.
  const field = Math.max(columns * image.spacing[0], rows * image.spacing[1]);
  const look = async (square: Square, from: number): Promise<VentriclePlace | null> => {
    const logits = await run(stageInput(image, square, window, LOCATE), {
      signal: options.signal,
      onProgress: (fraction) => options.onProgress?.(from + 0.125 * fraction),
    });
    softmaxInPlace(logits, 2);
    return placeIn(logits, square, image);
  };
  const first = await look({ centre, size, pixelMm: Math.max(pixelMm, field / size) }, 0);
  if (first === null) return null;
  // Looked at again where it was found and at the size best known: small, large and half-found ventricles are then seen whole.
  const again = { centre: first.centre, size, pixelMm: (pixelMm * first.diameterMm) / USUAL_DIAMETER_MM };
  const second = await look(again, 0.125);
  return second === null || agree(first, second, image) ? first : second;
}

/** Of the ventricles that the first stage learned from (EMIDEC), pool and wall: the median. */
const USUAL_DIAMETER_MM = 71;
/** Two looks agree if centre and diameter differ by less than this share of the diameter. */
const AGREEMENT = 0.15;

function agree(one: VentriclePlace, other: VentriclePlace, { spacing }: Volume): boolean {
  const apartMm = Math.hypot(
    (one.centre[0] - other.centre[0]) * spacing[0],
    (one.centre[1] - other.centre[1]) * spacing[1],
  );
  return Math.max(apartMm, Math.abs(one.diameterMm - other.diameterMm)) < AGREEMENT * one.diameterMm;
}

/** Where the ventricle lies by the first stage's probabilities over a square; null if it is nowhere. */
function placeIn(probabilities: Float32Array, square: Square, image: Volume): VentriclePlace | null {
  const { size } = square;
  const slices = image.size[2];
  const probability = probabilities.filter((_, at) => at % 2 === 1);
  const probable = new Uint8Array(probability.length).map((_, at) => Number(probability[at] > LOCATE_PROBABILITY));
  const found = largestComponent(probable, [size, size, slices], LOCATE_REACH);
  const areas = new Float64Array(slices);
  let weight = 0;
  let x = 0;
  let y = 0;
  found.forEach((inside, at) => {
    if (!inside) return;
    areas[Math.floor(at / (size * size))] += square.pixelMm ** 2;
    weight += probability[at];
    x += probability[at] * (at % size);
    y += probability[at] * (Math.floor(at / size) % size);
  });
  if (weight === 0) return null;
  const map = squareMap(square, image);
  return {
    centre: [map.c + (map.a * x) / weight, map.f + (map.e * y) / weight],
    diameterMm: ventricleDiameterMm([...areas].filter((area) => area > 0)),
  };
}

/** The input of a stage for all slices: count x size x size x 3. */
export function stageInput(image: Volume, square: Square, window: IntensityWindow, stage: Stage): Float32Array {
  const [columns, rows, slices] = image.size;
  const map = squareMap(square, image);
  const pixels = stage.size * stage.size;
  const planes = Array.from({ length: slices }, (_, slice) => {
    const plane = new Float32Array(pixels);
    samplePlane(image.voxels, slice * columns * rows, columns, rows, map, stage.size, window.zero, plane);
    return plane.map((value) => scaleIntensity((value - window.zero) / window.range));
  });
  const channels = stage.network.inputChannels;
  const input = new Float32Array(slices * pixels * channels);
  planes.forEach((plane, slice) => {
    const before = planes[Math.max(0, slice - 1)];
    const after = planes[Math.min(slices - 1, slice + 1)];
    writeChannels(plane, before, after, input, slice * pixels * channels);
  });
  return input;
}

function softmaxInPlace(logits: Float32Array, classes: number): void {
  for (let at = 0; at < logits.length; at += classes) {
    let largest = -Infinity;
    for (let c = 0; c < classes; c++) largest = Math.max(largest, logits[at + c]);
    let total = 0;
    for (let c = 0; c < classes; c++) total += logits[at + c] = Math.exp(logits[at + c] - largest);
    for (let c = 0; c < classes; c++) logits[at + c] /= total;
  }
}

/** Calls back for each native voxel inside the square with the class probabilities interpolated there (one array, reused). */
function forEachVoxel(
  probabilities: Float32Array,
  image: Volume,
  square: Square,
  each: (voxel: number, here: Float64Array) => void,
): void {
  const [columns, rows, slices] = image.size;
  const { size } = square;
  const map = squareMap(square, image);
  const here = new Float64Array(LABEL_COUNT);
  for (let slice = 0; slice < slices; slice++) {
    for (let row = 0; row < rows; row++) {
      const y = (row - map.f) / map.e;
      if (!(y >= 0 && y <= size - 1)) continue;
      const y0 = Math.min(Math.floor(y), size - 2);
      const fy = y - y0;
      for (let column = 0; column < columns; column++) {
        const x = (column - map.c) / map.a;
        if (!(x >= 0 && x <= size - 1)) continue;
        const x0 = Math.min(Math.floor(x), size - 2);
        const fx = x - x0;
        const at = (slice * size * size + y0 * size + x0) * LABEL_COUNT;
        const below = at + size * LABEL_COUNT;
        for (let c = 0; c < LABEL_COUNT; c++) {
          here[c] =
            (1 - fy) * ((1 - fx) * probabilities[at + c] + fx * probabilities[at + LABEL_COUNT + c]) +
            fy * ((1 - fx) * probabilities[below + c] + fx * probabilities[below + LABEL_COUNT + c]);
        }
        each(column + columns * (row + rows * slice), here);
      }
    }
  }
}

/** A label for each native voxel; background outside the square. */
function labelsOf(probabilities: Float32Array, image: Volume, square: Square): Uint8Array {
  const labels = new Uint8Array(image.voxels.length);
  forEachVoxel(probabilities, image, square, (voxel, here) => {
    labels[voxel] = labelOf(here);
  });
  return labels;
}

/**
 * Wall is scar from this share of the wall's probability on: on the cases kept out for decisions the burden then errs least, for
 * less than a hundredth of scar's Dice.
 */
const SCAR_SHARE = 0.55;
/** The network finds too little no-reflow: within scar it is given the label from this share of scar's probability on. */
const NO_REFLOW_SHARE = 0.3;

/**
 * The label of a voxel. Wall, pool or background is asked first, the wall's classes together, so that a wall divided between
 * them is not lost; then scar or viable within the wall, then no-reflow within scar.
 * @param probabilities of each label
 */
export function labelOf(probabilities: ArrayLike<number>): number {
  const scar = probabilities[Label.scar] + probabilities[Label.noReflow];
  const wall = probabilities[Label.viable] + scar;
  const pool = probabilities[Label.bloodPool];
  const background = probabilities[Label.background];
  if (background >= Math.max(pool, wall)) return Label.background;
  if (pool >= wall) return Label.bloodPool;
  if (scar <= SCAR_SHARE * wall) return Label.viable;
  return probabilities[Label.noReflow] > NO_REFLOW_SHARE * scar ? Label.noReflow : Label.scar;
}

/**
 * The probability of the class that each voxel of the heart was given in the end, which need not be the most probable; with
 * maps, how often a label given with such confidence is right. 0 elsewhere.
 */
export function confidenceOf(
  { labels }: LabelVolume,
  { probabilities, square }: StackReading,
  image: Volume,
  maps: ConfidenceMaps | null,
): Float32Array {
  const confidence = new Float32Array(labels.length);
  forEachVoxel(probabilities, image, square, (voxel, here) => {
    if (isHeart(labels[voxel])) confidence[voxel] = here[labels[voxel]];
  });
  if (maps === null) return confidence;
  for (const name of HEART_LABELS) {
    labels.forEach((label, at) => {
      if (label === Label[name]) confidence[at] = calibrated(confidence[at], maps[name]);
    });
  }
  return confidence;
}
