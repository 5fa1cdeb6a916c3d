/**
 * A question with a known answer for each network: every backend gets it at its start, so that a driver that computes
 * wrongly is found before a patient's study is read. The answers, computed by WASM in Node, are stored with the
 * weights.
 */
import { Random } from '../core/random.ts';
import type { Covariates } from '../core/patient/covariates.ts';
import { fuse, type Fusion } from '../core/patient/fusion.ts';
import { HEART_IMAGE } from '../core/patient/heartImage.ts';
import type { LogLogistic } from '../core/patient/logLogistic.ts';
import { covariateBranch, type CovariateNetwork } from './networks/covariateBranch.ts';
import { fiveAnswersBranch, type FiveAnswersModel } from './networks/fiveAnswers.ts';
import type { CascadeStage } from './networks/segmentation.ts';
import { readHeart, type ImageModel } from './readHeart.ts';
import { runNetwork, type Network } from './runNetwork.ts';

/** An output in a few numbers: its root mean square, then `SUMS` sums of it with random signs over the root of its length. */
export type OutputDigest = readonly number[];
export type KnownAnswer = readonly OutputDigest[];

/**
 * The greatest difference of a digest from the known one, as a share of the output's root mean square. Float32 summed in another
 * order, by WebGPU or another WASM engine, differs by some 1e-6; a backend that keeps floats in 16 bits differs by some
 * 1e-3 and is refused, as is one that gets a pixel in ten thousand wrong.
 */
export const ANSWER_TOLERANCE = 1e-4;

const SUMS = 16;
const SEED = 20;
/** Enough digits for a float32. */
const DIGITS = 8;

/** The logits for a slice of noise. Shaders do not depend on the number of slices: the test compiles what a case needs. */
export async function stageAnswer(
  { network: { inputChannels }, size }: CascadeStage,
  network: Network,
): Promise<KnownAnswer> {
  const random = new Random(SEED);
  const input = Float32Array.from({ length: size * size * inputChannels }, () => random.normal());
  return (await runNetwork(network, input, [1, size, size, inputChannels], 1, {})).map(digest);
}

/** The reading of a tube of wall with noise in it. */
export async function imageAnswer(model: ImageModel): Promise<KnownAnswer> {
  const { mu, sigma, reconstructionError, attention } = await readHeart(model, tube(), {});
  return [digest([mu, sigma, reconstructionError]), digest(attention)];
}

/** Radii of the tube's pool and wall, pixels. */
const POOL = 9;
const WALL = 14;

function tube(): Float32Array {
  const { side, slices, channels } = HEART_IMAGE;
  const random = new Random(SEED);
  const image = new Float32Array(slices * side * side * channels);
  for (let at = 0; at < image.length; at += channels) {
    const pixel = (at / channels) % (side * side);
    const radius = Math.hypot((pixel % side) - side / 2, Math.floor(pixel / side) - side / 2);
    if (radius >= WALL) continue;
    image[at] = radius < POOL ? 0 : random.next();
    image[at + 1] = radius < POOL ? 0.25 : 1;
  }
  return image;
}

const PATIENT: Covariates = { age: 64, male: 1, lvef: 30, heartRate: 70, qrs: 110, diabetes: 0, betaBlocker: 1 };

/** A patient with some answers missing, so that the draws of what is missing are tested too. */
export function covariateAnswer(network: CovariateNetwork): KnownAnswer {
  const { mu, sigma, otherDeathHazardPerYear, imputations } = covariateBranch(network, PATIENT, { ischaemic: true });
  const drawn = imputations.map((law) => law.mu);
  return [digest([mu, sigma, otherDeathHazardPerYear]), ...(drawn.length > 0 ? [digest(drawn)] : [])];
}

/** All five answers, then some of them: two of the patterns. */
export function fiveAnswersAnswer(model: FiveAnswersModel): KnownAnswer {
  const laws = [
    { lvef: 30, nyha: 3, priorInfarct: 1, leftAtrium: 48, ntProBnp: 7.2 },
    { lvef: 30, nyha: 2 },
  ].map((values) => fiveAnswersBranch(model, values, { ischaemic: true }));
  return [digest(laws.flatMap(({ mu, sigma }) => [mu, sigma]))];
}

const COVARIATE_LAW: LogLogistic = { mu: 4, sigma: 1.2 };
const IMAGE_LAW: LogLogistic = { mu: 3, sigma: 0.8 };

export function fusionAnswer(fusion: Fusion): KnownAnswer {
  const { mu, sigma } = fuse(fusion, COVARIATE_LAW, IMAGE_LAW);
  return [digest([mu, sigma])];
}

/**
 * @throws RangeError for an output that is empty
 */
export function digest(output: ArrayLike<number>): OutputDigest {
  if (output.length === 0) throw new RangeError('A network gave an empty output.');
  const random = new Random(SEED);
  const sums = new Float64Array(SUMS);
  let square = 0;
  for (let at = 0; at < output.length; at++) {
    const value = output[at];
    const signs = random.next() * 2 ** 32;
    square += value * value;
    for (let s = 0; s < SUMS; s++) sums[s] += (signs >>> s) & 1 ? value : -value;
  }
  const scale = 1 / Math.sqrt(output.length);
  return [Math.sqrt(square) * scale, ...[...sums].map((sum) => sum * scale)].map((value) =>
    Number(value.toPrecision(DIGITS)),
  );
}

/**
 * How far an answer is from the known one, in units of `ANSWER_TOLERANCE`; Infinity for one of another shape or NaN.
 */
export function distance(answer: KnownAnswer, known: KnownAnswer): number {
  if (answer.length !== known.length) return Infinity;
  const shares = answer.flatMap((output, i) =>
    output.map((value, k) => Math.abs(value - known[i][k]) / (ANSWER_TOLERANCE * known[i][0])),
  );
  const worst = shares.reduce((most, share) => Math.max(most, share), 0);
  return Number.isNaN(worst) ? Infinity : worst;
}
