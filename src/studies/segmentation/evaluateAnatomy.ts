/**
 * What each way to make the networks' labels anatomically possible does, and how well a slice's plausibility predicts
 * its Dice.
 */
import { group, quantile } from 'd3';
import { SentenceError } from '../../core/errors.ts';
import { Random } from '../../core/random.ts';
import { closeWalls, clearTraces, keepVentricle, tidyLabels } from '../../core/segmentation/anatomy.ts';
import { dice, STRUCTURES } from '../../core/segmentation/agreement.ts';
import { DOUBTFUL_PLAUSIBILITY, isDoubtful, plausibilityOf } from '../../core/segmentation/reliability.ts';
import { evaluateCase, meanOf, type CaseEvaluation } from './caseEvaluation.ts';
import { nearestLabel, squareMap, type Square } from '../../core/volume/plane.ts';
import { isHeart, isMyocardium, isScar, Label, LABEL_COUNT, type LabelVolume } from '../../core/volume/volume.ts';
import { anatomy, anatomyInput, ANATOMY_INPUT, ANATOMY_PARAMETERS, toSquare } from '../../nn/networks/anatomy.ts';
import { effectiveParameters } from '../../nn/networks/parameters.ts';
import { SEGMENT } from '../../nn/networks/segmentation.ts';
import { placeNetwork, runNetwork, type Network } from '../../nn/runNetwork.ts';
import { confidenceOf, readStack, type SegmentationNetworks, type StackReading } from '../../nn/segmentStack.ts';
import { readCase } from '../files/caseFolder.ts';

/** A slice whose wall agrees less than this with the expert's is one that a reader should check. */
const POOR_DICE = 0.7;
/** A slice that agrees less than this with the auto-encoder's answer does not count as one of its ventricles. */
const UNLIKE_AGREEMENT = 0.8;
const SLICES_A_RUN = 8;
const BOOTSTRAP = { samples: 500, seed: 31, tail: 0.05 };
const USED_MEASURE = 'mean confidence (used)';

/** Cases and the networks that read them, which did not learn from them. */
export interface Reader {
  readonly ids: readonly string[];
  readonly networks: SegmentationNetworks;
  readonly encoder: Network | null;
}

/** One segmented slice: its measures of plausibility, and the Dice that they should predict. */
interface JudgedSlice {
  readonly id: string;
  readonly measures: Readonly<Record<string, number>>;
  readonly wall: number;
  /** null where neither mask holds scar. */
  readonly scar: number | null;
}

/** A case's plausibility by two measures, and the Dice of its wall. */
interface JudgedCase {
  readonly mean: number;
  readonly least: number;
  readonly wall: number;
}

/** Nothing can be compared on a case in which the networks find no ventricle. */
class NoVentricleError extends SentenceError {
  constructor(id: string) {
    super(`No left ventricle was found in ${id}: leave it out with --cases.`);
  }
}

/** Each reader on its cases in `folder`: Dice and impossible slices by each way, and each measure's rank correlation with the Dice of a slice. */
export async function evaluateAnatomy(
  folder: string,
  readers: readonly Reader[],
  log: (line: string) => void,
): Promise<Record<string, unknown>> {
  const evaluated = new Map<string, { evaluation: CaseEvaluation; impossible: number }[]>();
  const judged: JudgedSlice[] = [];
  const judgedCases: JudgedCase[] = [];
  let expertImpossible = 0;
  for (const { networks, encoder, id } of readers.flatMap(({ ids, ...reader }) =>
    ids.map((id) => ({ ...reader, id })),
  )) {
    const { image, labels: expert } = await readCase(folder, id);
    const reading = await readStack(image, networks, {});
    if (reading === null) throw new NoVentricleError(id);
    expertImpossible += impossibleSlices(expert).length;
    const { ways, closed, seenClosed } = await repairs(reading, encoder);
    for (const [way, labels] of Object.entries(ways)) {
      if (labels === null) continue;
      const one = {
        evaluation: evaluateCase(clearTraces(labels).labels, expert),
        impossible: impossibleSlices(labels).length,
      };
      evaluated.set(way, [...(evaluated.get(way) ?? []), one]);
    }
    const { labels: found } = clearTraces(closed);
    const { plausibility, casePlausibility } = plausibilityOf(
      found,
      confidenceOf(found, reading, image, networks.confidence),
    );
    const { square, probabilities } = reading;
    judged.push(...judgeSlices(id, found, expert, { square, probabilities, plausibility, seen: seenClosed }));
    const known = plausibility.filter((value) => value !== null);
    judgedCases.push({
      mean: casePlausibility ?? NaN,
      least: Math.min(...known),
      wall: dice(found, expert, STRUCTURES.myocardium),
    });
    log(id);
  }

  const byWay = [...evaluated].map(([way, cases]) => ({
    way,
    dice: Object.fromEntries(
      (['cavity', 'myocardium', 'scar'] as const).map((name) => [
        name,
        round(meanOf(cases.map(({ evaluation }) => evaluation.dice[name]))),
      ]),
    ),
    impossibleSlices: cases.reduce((sum, { impossible }) => sum + impossible, 0),
  }));
  const flagged = judged.filter(({ measures }) => isDoubtful(measures[USED_MEASURE]));
  const caseWalls = judgedCases.map(({ wall }) => wall);
  const ofCases = (measure: (one: JudgedCase) => number): number | null =>
    round(spearman(judgedCases.map(measure), caseWalls));
  return {
    cases: judgedCases.length,
    repairs: byWay,
    impossibleSlicesOfTheExpert: expertImpossible,
    slices: judged.length,
    poorSlices: judged.filter(isPoor).length,
    plausibility: Object.keys(judged[0]?.measures ?? {}).map((measure) => foretells(measure, judged)),
    flagged: { below: DOUBTFUL_PLAUSIBILITY, slices: flagged.length, poorSlices: flagged.filter(isPoor).length },
    rankCorrelationOfCasesWithWall: {
      'mean confidence (used)': ofCases(({ mean }) => mean),
      'least plausibility of a slice': ofCases(({ least }) => least),
    },
  };
}

/** The labels by each way to make them possible; null where a way needs the auto-encoder and there is none. */
async function repairs(
  { labels, square }: StackReading,
  encoder: Network | null,
): Promise<{
  readonly ways: Readonly<Record<string, LabelVolume | null>>;
  readonly closed: LabelVolume;
  /** The auto-encoder's answer to the closed ones. */
  readonly seenClosed: Awaited<ReturnType<typeof seenBy>> | null;
}> {
  const kept = keepVentricle(labels);
  const closed = closeWalls(kept);
  const seenKept = encoder && (await seenBy(encoder, kept, square));
  const seenClosed = encoder && (await seenBy(encoder, closed, square));
  const every = planesOf(closed).map((_, slice) => slice);
  const ways = {
    'as the networks give it': labels,
    'largest ventricle, holes filled, one pool': kept,
    'and the wall closed by rule (used)': closed,
    'or impossible slices from the auto-encoder instead':
      seenKept && redrawn(kept, square, seenKept, impossibleSlices(kept)),
    'or, after the rules, slices unlike its ventricles from the auto-encoder':
      seenClosed && redrawn(closed, square, seenClosed, unlikeSlices(closed, square, seenClosed)),
    'or, after the rules, every slice from the auto-encoder': seenClosed && redrawn(closed, square, seenClosed, every),
  };
  return { ways, closed, seenClosed };
}

function isPoor({ wall }: JudgedSlice): boolean {
  return wall < POOR_DICE;
}

/**
 * How well a measure predicts the Dice of slices, and what it gains over the one used: 90% intervals from resampled
 * cases.
 */
function foretells(measure: string, slices: readonly JudgedSlice[]): Record<string, unknown> {
  const wall = (sample: readonly JudgedSlice[], by: string): number =>
    spearman(
      sample.map(({ measures }) => measures[by]),
      sample.map((one) => one.wall),
    );
  const roc = (sample: readonly JudgedSlice[], by: string): number =>
    areaUnderRoc(
      sample.map(({ measures }) => measures[by]),
      sample.map(isPoor),
    );
  const withScar = slices.filter(({ scar }) => scar !== null);
  const scar = spearman(
    withScar.map(({ measures }) => measures[measure]),
    withScar.map((one) => one.scar ?? NaN),
  );
  const samples = measure === USED_MEASURE ? [] : resampled(slices);
  const gain = (of: typeof wall): (number | null)[] => {
    const gains = samples
      .map((sample) => of(sample, measure) - of(sample, USED_MEASURE))
      .filter((value) => !Number.isNaN(value));
    return [BOOTSTRAP.tail, 1 - BOOTSTRAP.tail].map((share) => round(quantile(gains, share) ?? null));
  };
  return {
    measure,
    rankCorrelationWithWall: round(wall(slices, measure)),
    areaUnderRocForPoorWall: round(roc(slices, measure)),
    rankCorrelationWithScar: round(scar),
    ...(samples.length > 0 && { gainInRankCorrelation: gain(wall), gainInAreaUnderRoc: gain(roc) }),
  };
}

/** Cases drawn with replacement, each with its slices. */
function resampled(slices: readonly JudgedSlice[]): JudgedSlice[][] {
  const random = new Random(BOOTSTRAP.seed);
  const byCase = [...group(slices, ({ id }) => id).values()];
  return Array.from({ length: BOOTSTRAP.samples }, () =>
    byCase.flatMap(() => byCase[Math.floor(random.next() * byCase.length)]),
  );
}

function round(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(3));
}

function planesOf({ labels, size: [columns, rows, slices] }: LabelVolume): Uint8Array[] {
  const plane = columns * rows;
  return Array.from({ length: slices }, (_, k) => labels.subarray(k * plane, (k + 1) * plane));
}

/**
 * The slices that no ventricle can show: pool open to the background, or more than one piece of heart, pool or wall (so also
 * scar that does not adjoin the wall). Pieces of wall may touch at corners: they still close a ring.
 */
function impossibleSlices(volume: LabelVolume): number[] {
  const [columns, rows] = volume.size;
  return planesOf(volume).flatMap((labels, slice) => {
    const pieces = (holds: (label: number) => boolean, corners: boolean): number =>
      countPieces(
        labels.map((label) => (holds(label) ? 1 : 0)),
        columns,
        corners,
      );
    const isPool = (label: number): boolean => label === Label.bloodPool;
    const walls = pieces(isMyocardium, true);
    const [hearts, pools] = [pieces(isHeart, false), pieces(isPool, false)];
    const open = labels.some(
      (label, at) => isPool(label) && besides(at, columns, rows).some((next) => labels[next] === 0),
    );
    const impossible = hearts > 1 || pools > 1 || walls > 1 || open;
    return impossible ? [slice] : [];
  });
}

function besides(at: number, columns: number, rows: number, corners = false): number[] {
  const [column, row] = [at % columns, Math.floor(at / columns)];
  const found: number[] = [];
  for (let r = row - 1; r <= row + 1; r++) {
    for (let c = column - 1; c <= column + 1; c++) {
      if (r < 0 || c < 0 || r >= rows || c >= columns || (r === row && c === column)) continue;
      if (corners || r === row || c === column) found.push(c + columns * r);
    }
  }
  return found;
}

function countPieces(mask: Uint8Array, columns: number, corners: boolean): number {
  const left = mask.slice();
  let pieces = 0;
  for (let start = 0; start < left.length; start++) {
    if (!left[start]) continue;
    pieces += 1;
    left[start] = 0;
    const stack = [start];
    while (stack.length > 0) {
      for (const next of besides(stack.pop() as number, columns, mask.length / columns, corners)) {
        if (!left[next]) continue;
        left[next] = 0;
        stack.push(next);
      }
    }
  }
  return pieces;
}

export function placeAnatomy(average: Parameters<typeof effectiveParameters>[1]): Network {
  const arrays = effectiveParameters(ANATOMY_PARAMETERS, average);
  return placeNetwork(ANATOMY_PARAMETERS, arrays, (parameters, x) => [anatomy(parameters, x)]);
}

/** A stack's labels as the second stage's squares. */
function squaresOf(volume: LabelVolume, square: Square): Uint8Array[] {
  const [columns, rows] = volume.size;
  const map = squareMap(square, volume);
  return planesOf(volume).map((labels) =>
    Uint8Array.from({ length: square.size ** 2 }, (_, p) =>
      nearestLabel(
        labels,
        0,
        columns,
        rows,
        map.a * (p % square.size) + map.c,
        map.e * Math.floor(p / square.size) + map.f,
      ),
    ),
  );
}

/** The auto-encoder's answer to each slice's square, as labels. */
async function seenBy(encoder: Network, volume: LabelVolume, square: Square): Promise<Uint8Array[]> {
  const squares = squaresOf(volume, square);
  const [, side, , channels] = ANATOMY_INPUT;
  const input = new Float32Array(squares.length * side * side * channels);
  squares.forEach((here, k) => {
    const neighbours = [squares[k - 1], squares[k + 1]].filter((one) => one !== undefined);
    anatomyInput(here, neighbours, input, k * side * side * channels);
  });
  const logits = toSquare((await runNetwork(encoder, input, ANATOMY_INPUT, SLICES_A_RUN, {}))[0]);
  const likeliest = (p: number): number => {
    const here = logits.subarray(p * LABEL_COUNT, (p + 1) * LABEL_COUNT);
    return here.indexOf(Math.max(...here));
  };
  const pixels = square.size ** 2;
  return squares.map((_, k) => Uint8Array.from({ length: pixels }, (__, p) => likeliest(k * pixels + p)));
}

/** Some slices as the auto-encoder sees them, with the scar that was where its wall is; the others unchanged. */
function redrawn(
  volume: LabelVolume,
  square: Square,
  seen: readonly Uint8Array[],
  slices: readonly number[],
): LabelVolume {
  const [columns, rows] = volume.size;
  const map = squareMap(square, volume);
  const labels = volume.labels.slice();
  for (const slice of slices) {
    for (let p = 0; p < columns * rows; p++) {
      const at = slice * columns * rows + p;
      const [x, y] = [((p % columns) - map.c) / map.a, (Math.floor(p / columns) - map.f) / map.e];
      const given = nearestLabel(seen[slice], 0, square.size, square.size, x, y);
      if (!isMyocardium(given)) labels[at] = given;
      else if (!isScar(labels[at])) labels[at] = Label.viable;
    }
  }
  return tidyLabels({ ...volume, labels });
}

/** Mean over pool and wall of the Dice between a slice and what the auto-encoder sees in it. */
function agreement(own: Uint8Array, seen: Uint8Array): number {
  const given = new Float32Array(seen.length * LABEL_COUNT);
  seen.forEach((label, p) => (given[p * LABEL_COUNT + label] = 1));
  return (expectedDice(given, own, STRUCTURES.cavity) + expectedDice(given, own, isMyocardium)) / 2;
}

function unlikeSlices(volume: LabelVolume, square: Square, seen: readonly Uint8Array[]): number[] {
  return squaresOf(volume, square).flatMap((own, slice) =>
    own.some(isHeart) && agreement(own, seen[slice]) < UNLIKE_AGREEMENT ? [slice] : [],
  );
}

/** Each slice that was found, with every measure of its plausibility. */
function judgeSlices(
  id: string,
  found: LabelVolume,
  expert: LabelVolume,
  {
    square,
    probabilities,
    plausibility,
    seen,
  }: {
    readonly square: Square;
    readonly probabilities: Float32Array;
    readonly plausibility: readonly (number | null)[];
    readonly seen: readonly Uint8Array[] | null;
  },
): JudgedSlice[] {
  const squares = squaresOf(found, square);
  const values = SEGMENT.size ** 2 * LABEL_COUNT;
  const theirs = planesOf(expert);
  return planesOf(found).flatMap((labels, slice) => {
    const mean = plausibility[slice];
    if (mean === null) return [];
    const own = squares[slice];
    const part = probabilities.subarray(slice * values, (slice + 1) * values);
    const measures: Record<string, number> = {
      [USED_MEASURE]: mean,
      'expected Dice of pool and wall':
        (expectedDice(part, own, STRUCTURES.cavity) + expectedDice(part, own, isMyocardium)) / 2,
      'expected Dice of wall': expectedDice(part, own, isMyocardium),
    };
    if (seen !== null) {
      measures['agreement with the auto-encoder'] = agreement(own, seen[slice]);
      measures['mean confidence x agreement with the auto-encoder'] = mean * agreement(own, seen[slice]);
    }
    const here = { ...found, size: [found.size[0], found.size[1], 1] as const, labels };
    const there = { ...here, labels: theirs[slice] };
    const [wall, scar] = [dice(here, there, STRUCTURES.myocardium), dice(here, there, STRUCTURES.scar)];
    return [{ id, measures, wall, scar: Number.isNaN(scar) ? null : scar }];
  });
}

/**
 * The expected Dice of a structure if each pixel belongs to it with the probability that the network states; 1 if
 * empty.
 */
function expectedDice(probabilities: Float32Array, labels: Uint8Array, structure: (label: number) => boolean): number {
  let both = 0;
  let sum = 0;
  labels.forEach((label, p) => {
    let probability = 0;
    for (let c = 0; c < LABEL_COUNT; c++) if (structure(c)) probability += probabilities[p * LABEL_COUNT + c];
    const inside = structure(label) ? 1 : 0;
    both += probability * inside;
    sum += probability + inside;
  });
  return sum > 0 ? (2 * both) / sum : 1;
}

/** Ranks from 0; equal values share their mean rank. */
function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal - 1) / 2;
  });
}

/** Spearman's rank correlation. */
function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)];
  const middle = (x.length - 1) / 2;
  const product = (p: readonly number[], q: readonly number[]): number =>
    p.reduce((sum, value, i) => sum + (value - middle) * (q[i] - middle), 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

/** The chance that a poor slice has the lower value than another one; ties count half. */
function areaUnderRoc(values: readonly number[], poor: readonly boolean[]): number {
  const of = (which: boolean): number[] => values.filter((_, i) => poor[i] === which);
  const [low, high] = [of(true), of(false)];
  if (low.length === 0 || high.length === 0) return NaN;
  const wins = low.reduce((sum, a) => sum + high.reduce((part, b) => part + (a < b ? 1 : a === b ? 0.5 : 0), 0), 0);
  return wins / (low.length * high.length);
}
