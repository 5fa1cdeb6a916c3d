/**
 * Trains the head of the image branch anew on patients with known outcomes, from the shipped head's output for each and from the latent
 * vector that it reads. The level, the weight of the shipped mu and the spread are free; a ridge holds the latent vector's weights, so that
 * a strong penalty gives the shipped head back at the level and spread of these patients, as few events are little evidence against it.
 */
import type { RefittedHead } from '../../core/patient/hospitalRefit.ts';
import { negativeLogLikelihood, type LogLogistic } from '../../core/patient/logLogistic.ts';
import type { Random } from '../../core/random.ts';
import { meanLaw } from '../networks/covariateBranch.ts';
import {
  HEAD_INPUTS,
  HEAD_PARAMETERS,
  headInputs,
  headLaws,
  headMember,
  type HeadReading,
} from '../networks/imageHead.ts';
import { minimise } from './lbfgs.ts';
import { balancedSamples, inFold, stratifiedFolds } from './survivalTable.ts';
import { effectiveParameters } from './trainCovariates.ts';

/** A heart that the shipped branch has read, and what happened to the patient. */
export interface HeadCase {
  readonly reading: HeadReading;
  readonly timeYears: number;
  /** 1 sudden arrhythmic death, 0 censored. */
  readonly event: number;
}

/** Penalties of the latent vector's weights, from strong to weak: twice the weight of their squares in the mean loss. */
export const HEAD_PENALTIES: readonly number[] = [8, 2, 0.5, 0.125, 0.03];
const FOLDS = 5;
const REPEATS = 2;
const SLOPE_TOLERANCE = 1e-5;
const MOST_STEPS = 200;
const MU_WEIGHT = 0;
const LEVEL = HEAD_INPUTS;

/**
 * The effective parameters of a head without level and spread: the weight of the shipped mu, and `effectiveParameters` of the latent
 * vector's weights.
 */
export function headEffectiveParameters(cases: readonly HeadCase[], penalty: number): number {
  return (
    1 +
    effectiveParameters(
      {
        inputs: cases[0].reading.latent.map((_, k) => ({ name: `latent ${k}`, yesNo: false })),
        values: Float64Array.from(cases.flatMap(({ reading }) => reading.latent)),
        time: Float64Array.from(cases, ({ timeYears }) => timeYears),
        event: Uint8Array.from(cases, ({ event }) => event),
      },
      penalty,
    )
  );
}

/** The penalty with the least loss on cases that the fit had not seen, by twice repeated five-fold cross-validation. */
export function chooseHeadPenalty(cases: readonly HeadCase[], penalties: readonly number[], random: Random): number {
  const losses = penalties.map(() => 0);
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const fold = foldsOf(cases, random);
    for (let k = 0; k < FOLDS; k++) {
      const { training, test } = inFold(fold, k);
      const seen = Array.from(training, (i) => cases[i]);
      penalties.forEach((penalty, p) => {
        const head = fitMembers(seen, penalty, [null]);
        for (const i of test) losses[p] += lossOf(headLaws(head, cases[i].reading)[0], cases[i]);
      });
    }
  }
  return penalties[losses.indexOf(Math.min(...losses))];
}

/** Refits on balanced bootstrap samples; as float32, so that a file gives back what was fitted. */
export function fitHead(cases: readonly HeadCase[], penalty: number, members: number, random: Random): RefittedHead {
  return fitMembers(cases, penalty, balancedSamples(cases.length, members, random));
}

/** The head's law for each case, by fits that had not seen it. */
export function headLawsOutOfFold(
  cases: readonly HeadCase[],
  penalty: number,
  members: number,
  random: Random,
): LogLogistic[] {
  const fold = foldsOf(cases, random);
  const laws: LogLogistic[] = [];
  for (let k = 0; k < FOLDS; k++) {
    const { training, test } = inFold(fold, k);
    const head = fitHead(
      Array.from(training, (i) => cases[i]),
      penalty,
      members,
      random,
    );
    for (const i of test) laws[i] = meanLaw(headLaws(head, cases[i].reading));
  }
  return laws;
}

const foldsOf = (cases: readonly HeadCase[], random: Random): Uint8Array =>
  stratifiedFolds(
    cases.map(({ event }) => event),
    FOLDS,
    random,
  );

const lossOf = (law: LogLogistic, { timeYears, event }: HeadCase): number =>
  negativeLogLikelihood(law, timeYears, event).value;

/** @param samples the rows that each member learns from; null: all of them */
function fitMembers(
  cases: readonly HeadCase[],
  penalty: number,
  samples: readonly (Uint32Array | null)[],
): RefittedHead {
  const scaling = scalingOf(cases);
  const inputs = cases.map(({ reading }) => headInputs(scaling, reading));
  // Start from the shipped head itself.
  const start = new Float64Array(HEAD_PARAMETERS);
  start[MU_WEIGHT] = scaling[1];
  start[LEVEL] = scaling[0];
  const members = new Float32Array(samples.length * HEAD_PARAMETERS);
  samples.forEach((rows, m) => {
    const drawn = rows ?? Uint32Array.from(cases.keys());
    const objective = (at: Float64Array, gradient: Float64Array): number =>
      penalisedLoss(cases, inputs, drawn, penalty, at, gradient);
    const options = { slopeTolerance: SLOPE_TOLERANCE, maxIterations: MOST_STEPS };
    members.set(minimise(objective, start, options), m * HEAD_PARAMETERS);
  });
  return { scaling, members };
}

/** Mean and standard deviation of each input; 1 where it does not vary. */
function scalingOf(cases: readonly HeadCase[]): Float32Array {
  const scaling = new Float32Array(2 * HEAD_INPUTS);
  for (let k = 0; k < HEAD_INPUTS; k++) {
    const values = cases.map(({ reading }) => (k === 0 ? reading.mu : reading.latent[k - 1]));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    scaling.set([mean, variance > 0 ? Math.sqrt(variance) : 1], 2 * k);
  }
  return scaling;
}

/** The mean negative log-likelihood of the rows and the ridge's share; its slopes into `gradient`. */
function penalisedLoss(
  cases: readonly HeadCase[],
  inputs: readonly Float64Array[],
  rows: Uint32Array,
  penalty: number,
  at: Float64Array,
  gradient: Float64Array,
): number {
  gradient.fill(0);
  let value = 0;
  for (const row of rows) {
    const { reading, timeYears, event } = cases[row];
    const law = headMember(at, 0, inputs[row], reading.sigma);
    const loss = negativeLogLikelihood(law, timeYears, event);
    value += loss.value / rows.length;
    const byMu = loss.byMu / rows.length;
    for (let k = 0; k < HEAD_INPUTS; k++) gradient[k] += byMu * inputs[row][k];
    gradient[LEVEL] += byMu;
    gradient[LEVEL + 1] += loss.byLogSigma / rows.length;
  }
  for (let k = MU_WEIGHT + 1; k < HEAD_INPUTS; k++) {
    value += (penalty / 2) * at[k] ** 2;
    gradient[k] += penalty * at[k];
  }
  return value;
}
