/** From an image to labels: ACSNet's first two stages, then what anatomy allows. */
import { filledBeyond, imagedBoxes, valuesWithin, type Box } from '../core/volume/imaged.ts';
import { robustWindow } from '../core/volume/intensity.ts';
import { FLIPS, lyingAnotherWay, lyingAsBefore, LYING_WAYS } from '../core/volume/lying.ts';
import { squareMap, type Square } from '../core/volume/plane.ts';
import {
  gridOf,
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
import type { VentriclePlace } from '../core/segmentation/ventriclePlace.ts';
import { findVentricle, MOST_CANDIDATES } from './findVentricle.ts';
import { LOCATE, regionIntensities, SEGMENT, squareAround } from './networks/segmentation.ts';
import type { ParameterArrays } from './networks/parameters.ts';
import type { RunOptions } from './runNetwork.ts';
import { BRIGHTNESS_VIEWS } from './segmentationViews.ts';
import { placeStage, runHere, type RunStage } from './runStage.ts';
import { softmaxInPlace, stageInput } from './stageInput.ts';

export interface SegmentationNetworks {
  readonly locate: RunStage;
  readonly segment: RunStage;
  /** Corrects each label's confidence; null leaves it as the network states it. */
  readonly confidence: ConfidenceMaps | null;
}

export type ConfidenceMaps = Readonly<Record<HeartLabel, ConfidenceMap>>;

export interface StackSegmentation extends Plausibility {
  readonly labels: LabelVolume;
  /** For each voxel that is heart, how often a label given with such confidence is right; 0 elsewhere. */
  readonly confidence: Float32Array;
  /** `StackReading.looksAgree`; null where nothing was found. */
  readonly looksAgree: number | null;
  /**
   * What the network called scar but is too little in the whole stack to be told from none, mL: it is not in `labels`.
   */
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

export interface SegmentOptions extends RunOptions {
  /** Where the heart is, if a reader has pointed it out: then the first stage is not used. */
  readonly place?: VentriclePlace | undefined;
  /**
   * The heart's orientation in the patient is not known: contours are then the mean over the eight possible
   * orientations.
   */
  readonly directionsUnknown?: boolean | undefined;
  /** Use only the stored brightness: for when many stacks of one volume are tried. */
  readonly onlyAsStored?: boolean | undefined;
}

/**
 * Segments a short-axis stack. All labels are background where no left ventricle is found.
 * predict(a I + b) = predict(I) for a > 0: intensities enter through percentile windows only.
 */
export async function segmentStack(
  image: Volume,
  networks: SegmentationNetworks,
  options: SegmentOptions,
): Promise<StackSegmentation> {
  const best = await readBest(image, networks, options);
  if (best === null) {
    return {
      labels: { ...gridOf(image), labels: new Uint8Array(image.voxels.length) },
      confidence: new Float32Array(image.voxels.length),
      plausibility: Array.from({ length: image.size[2] }, () => null),
      casePlausibility: null,
      clearedScarMl: 0,
      looksAgree: null,
    };
  }
  const { labels, confidence, clearedScarMl, plausibility, casePlausibility, reading } = best;
  return { labels, confidence, clearedScarMl, plausibility, casePlausibility, looksAgree: reading.looksAgree };
}

/** What the networks find in a stack, before the rules of anatomy are applied. */
export interface StackReading {
  /** Where the second stage looked. */
  readonly square: Square;
  /** slices x 80 x 80 x labels, label fastest. */
  readonly probabilities: Float32Array;
  /** As `labelOf` returns them, on the image's grid. */
  readonly labels: LabelVolume;
  /**
   * How well the second stage's looks at the square and its flips agree on what is heart: the mean Dice over pairs, 0
   * to 1.
   */
  readonly looksAgree: number;
}

/** A reading with the rules of anatomy applied. */
interface Candidate extends Omit<StackSegmentation, 'looksAgree'> {
  readonly reading: StackReading;
}

/** The reading that `segmentStack` goes on from; null where no left ventricle is found. */
export async function readStack(
  image: Volume,
  networks: SegmentationNetworks,
  options: RunOptions,
): Promise<StackReading | null> {
  return (await readBest(image, networks, options))?.reading ?? null;
}

/** A candidate that is as good as this is accepted without a look at others, as are nine of ten found ventricles. */
const CONVINCING = { looksAgree: 0.95, casePlausibility: 0.8 };
/**
 * A view of the brightness must be clearly better than the stored image: it may cut off a part of a heart that is only
 * hard to draw.
 */
const VIEWED_OTHERWISE = 0.95;
/** How many of the places are viewed with other brightness if none of them convinces. */
const MOST_VIEWED_OTHERWISE = 2;

/**
 * Runs both stages: the first on the whole field, the second at the first place that it gives and, if that does not
 * convince, at the others and then with other views of the brightness. A heart is where the looks agree and are sure.
 */
async function readBest(
  image: Volume,
  networks: SegmentationNetworks,
  { place, directionsUnknown, onlyAsStored, signal, onProgress }: SegmentOptions,
): Promise<Candidate | null> {
  const boxes = imagedBoxes(image);
  const inside = valuesWithin(image, boxes);
  const window = inside.length > 0 ? robustWindow(inside) : null;
  if (window === null || !(window.range > 0)) return null;
  const filled = filledBeyond(image, boxes, window.zero);
  const places = place
    ? [place]
    : findVentricle(filled, window, networks.locate, {
        directionsUnknown,
        signal,
        onProgress: (fraction) => onProgress?.(0.25 * fraction),
      });
  let tried = 0;
  let best: { readonly candidate: Candidate; readonly score: number } | null = null;
  for await (const { one, view } of attemptsAt(places, onlyAsStored ? 0 : MOST_VIEWED_OTHERWISE)) {
    const isFirst = tried++ === 0;
    // Where the looks at one place agree it is a heart, however hard to draw.
    if (view !== null && best && best.candidate.reading.looksAgree >= CONVINCING.looksAgree) break;
    const seen = view === null ? filled : view(filled, squareAround(SEGMENT, one), boxes);
    if (seen === null) continue;
    const candidate = await readAt(seen, boxes, one, networks, {
      directionsUnknown,
      signal,
      // How many will be read is known only after the first.
      onProgress: isFirst ? (fraction) => onProgress?.(0.25 + 0.75 * fraction) : undefined,
    });
    if (candidate === null) continue;
    const { casePlausibility, reading } = candidate;
    const score = (view === null ? 1 : VIEWED_OTHERWISE) * (casePlausibility ?? 0) * reading.looksAgree;
    if (best === null || score > best.score) best = { candidate, score };
    const { looksAgree, casePlausibility: least } = CONVINCING;
    if (reading.looksAgree >= looksAgree && (casePlausibility ?? 0) >= least) break;
  }
  return best?.candidate ?? null;
}

/** A place, and the view of its brightness; null for the stored one. */
interface Attempt {
  readonly one: VentriclePlace;
  readonly view: (typeof BRIGHTNESS_VIEWS)[number] | null;
}

/**
 * Where and how to look, in order. Further places are searched for only on demand: most ventricles are at the first.
 */
async function* attemptsAt(
  places: Iterable<VentriclePlace> | AsyncIterable<VentriclePlace>,
  viewedOtherwise: number,
): AsyncGenerator<Attempt, void, undefined> {
  const found: VentriclePlace[] = [];
  for await (const one of places) {
    found.push(one);
    yield { one, view: null };
    if (found.length === MOST_CANDIDATES) break;
  }
  // The places are seldom wrong if only the brightness is unusual.
  for (const one of found.slice(0, viewedOtherwise)) for (const view of BRIGHTNESS_VIEWS) yield { one, view };
}

/** The second stage at one place; null where it sees nothing. */
async function readAt(
  image: Volume,
  boxes: readonly Box[],
  place: VentriclePlace,
  networks: SegmentationNetworks,
  options: SegmentOptions,
): Promise<Candidate | null> {
  const square = squareAround(SEGMENT, place);
  const region = regionIntensities(image, square, boxes);
  if (region.length === 0) return null;
  const window = robustWindow(region);
  if (window.range <= 0) return null;
  const { probabilities, looksAgree } = await segmentSquares(
    stageInput(image, square, window, SEGMENT),
    networks.segment,
    options,
  );
  const labels = { ...gridOf(image), labels: labelsOf(probabilities, image, square) };
  const reading = { square, probabilities, labels, looksAgree };
  const { labels: tidy, clearedScarMl } = clearTraces(tidyLabels(labels));
  const confidence = confidenceOf(tidy, reading, image, networks.confidence);
  return { reading, labels: tidy, confidence, clearedScarMl, ...plausibilityOf(tidy, confidence) };
}

/**
 * The class probabilities of the second stage, the mean over the square and its flips: a flipped image gives the flipped
 * answer, and four looks err less than one. With unknown directions there are eight looks, so a rotated image gives the
 * same too.
 * @param input as `stageInput` returns it
 */
async function segmentSquares(
  input: Float32Array,
  run: RunStage,
  { directionsUnknown, ...options }: SegmentOptions,
): Promise<Pick<StackReading, 'probabilities' | 'looksAgree'>> {
  const { size } = SEGMENT;
  const channels = SEGMENT.network.inputChannels;
  const ways = directionsUnknown ? LYING_WAYS : FLIPS;
  const squares = new Float32Array(ways.length * input.length);
  ways.forEach((way, look) => squares.set(lyingAnotherWay(input, size, channels, way), look * input.length));
  const logits = await run(squares, options);
  softmaxInPlace(logits, LABEL_COUNT);
  const probabilities = new Float32Array((input.length / channels) * LABEL_COUNT);
  const looks = ways.map((way, look) => {
    const from = look * probabilities.length;
    return lyingAsBefore(logits.subarray(from, from + probabilities.length), size, LABEL_COUNT, way);
  });
  for (const look of looks) {
    for (let at = 0; at < probabilities.length; at++) probabilities[at] += look[at] / ways.length;
  }
  // Over each four flips, as when its limit was chosen.
  const fours = Array.from({ length: looks.length / FLIPS.length }, (_, k) =>
    agreementOf(looks.slice(k * FLIPS.length, (k + 1) * FLIPS.length)),
  );
  return { probabilities, looksAgree: fours.reduce((sum, one) => sum + one, 0) / fours.length };
}

/** The mean Dice over pairs of looks on what is heart, over all slices; 0 where one sees none. */
function agreementOf(looks: readonly Float32Array[]): number {
  const pixels = looks[0].length / LABEL_COUNT;
  const counts = new Float64Array(looks.length);
  const both = new Float64Array(looks.length ** 2);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const inHeart = looks.map((look) => look[pixel * LABEL_COUNT + Label.background] < 0.5);
    inHeart.forEach((one, i) => {
      if (!one) return;
      counts[i] += 1;
      for (let j = 0; j < i; j++) if (inHeart[j]) both[i * looks.length + j] += 1;
    });
  }
  let sum = 0;
  let pairs = 0;
  looks.forEach((_, i) => {
    for (let j = 0; j < i; j++) {
      const total = counts[i] + counts[j];
      sum += total > 0 ? (2 * both[i * looks.length + j]) / total : 0;
      pairs += 1;
    }
  });
  return sum / pairs;
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
 * Where wall borders on pool or background it must outweigh them by this much: the loss, which counts overlap, rewards
 * a border drawn too far out. Over the five folds this removes most of the mass's bias at a cost of two thousandths of
 * the wall's Dice.
 */
const WALL_SHARE = 0.8;
/**
 * Wall is scar from this share of the wall's probability on: over the five folds the burden then has the least error,
 * at a cost of less than a hundredth of scar's Dice.
 */
const SCAR_SHARE = 0.65;
/** The network finds too little no-reflow: within scar it is given the label from this share of scar's probability on. */
const NO_REFLOW_SHARE = 0.3;

/**
 * The label of a voxel. Wall, pool or background is decided first, with the wall's classes together, so that a wall
 * divided between them is not lost; then scar or viable within the wall, then no-reflow within scar.
 * @param probabilities of each label
 */
export function labelOf(probabilities: ArrayLike<number>): number {
  const scar = probabilities[Label.scar] + probabilities[Label.noReflow];
  const inWall = probabilities[Label.viable] + scar;
  const wall = WALL_SHARE * inWall;
  const pool = probabilities[Label.bloodPool];
  const background = probabilities[Label.background];
  if (background >= Math.max(pool, wall)) return Label.background;
  if (pool >= wall) return Label.bloodPool;
  if (scar <= SCAR_SHARE * inWall) return Label.viable;
  return probabilities[Label.noReflow] > NO_REFLOW_SHARE * scar ? Label.noReflow : Label.scar;
}

/**
 * The probability of the class that each voxel of the heart finally has, which need not be the most probable; with
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
