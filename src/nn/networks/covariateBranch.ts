/**
 * SSCAR's covariate branch: an averaged ensemble of small log-logistic networks. Written in plain float64 TypeScript
 * without tensors: it is some thousand multiplications. So its answer does not depend on the backend, and is ready
 * before one is loaded.
 */
import type { Band } from '../../core/patient/interval.ts';
import { recalibrated, type RecalibratedPatient, type Recalibration } from '../../core/patient/recalibration.ts';
import { Random } from '../../core/random.ts';
import {
  type ApplicabilityFacts,
  type CovariateId,
  type Covariates,
  COVARIATES,
  type NetworkInput,
} from '../../core/patient/covariates.ts';
import { solveSymmetric } from '../../core/statistics/linearAlgebra.ts';
import { clipMu, floorSigma, type LogLogistic } from '../../core/patient/logLogistic.ts';

/** Hidden layers (0: a linear member), each `width` units wide. */
export interface MemberShape {
  readonly inputs: number;
  readonly depth: number;
  readonly width: number;
}

/**
 * One member's parameters in one array: for each hidden layer its weights [width][inputs of the layer] and biases
 * [width], then the head's weights [mu, raw ln sigma][inputs + last hidden layer] and biases [2]. The head sees the
 * inputs too, so that hidden layers only add to the linear member.
 */
export type MemberParameters = Float64Array;

/** Where the head's weights start. */
export function headOffset({ inputs, depth, width }: MemberShape): number {
  return depth === 0 ? 0 : width * (inputs + 1) + (depth - 1) * width * (width + 1);
}

export function parameterCount(shape: MemberShape): number {
  return headOffset(shape) + 2 * (shape.inputs + (shape.depth > 0 ? shape.width : 0)) + 2;
}

/**
 * How one input's value becomes a number for the network, and its range in the training patients. All in the
 * covariate's unit.
 */
export interface InputScaling {
  /** Subtracted, then divided: the training mean and SD, or 0 and 1 for yes/no. */
  readonly shift: number;
  readonly scale: number;
  readonly min: number;
  readonly max: number;
}

/** ln hazard per year of other death = intercept + age (y), LVEF (%) and the ischaemic flag, each times its slope. */
export interface OtherDeathModel {
  readonly intercept: number;
  readonly age: number;
  readonly lvef: number;
  readonly ischaemic: number;
}

/** The network alone, which a hospital's refit has too. */
export interface PlainNetwork {
  readonly inputs: readonly NetworkInput[];
  readonly scaling: readonly InputScaling[];
  readonly depth: number;
  readonly width: number;
  readonly members: readonly MemberParameters[];
  /** Training mean and covariance (row-major) of the inputs as the network sees them. */
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
  readonly band: Band;
  /** How long the training patients were followed: beyond it the curve is extrapolated. */
  readonly followUpYears: number;
}

/** The shipped branch: with its recalibration to its training cohort's risks, and the other deaths there. */
export interface CovariateNetwork extends PlainNetwork {
  readonly otherDeath: OtherDeathModel;
  readonly recalibration: Recalibration;
  /** For as long as 100 of the ischaemic patients were followed. */
  readonly followUpYears: number;
}

/** A law with its alternatives. */
export interface UncertainLaw extends LogLogistic {
  /**
   * What each member says, a refit on a bootstrap sample of the patients: how the answer depends on who was in the
   * study.
   */
  readonly refits: readonly LogLogistic[];
  /**
   * What the ensemble says for draws of the missing inputs: how the answer depends on them. Empty where none is
   * missing.
   */
  readonly imputations: readonly LogLogistic[];
}

/** Which of the answers a network could use. */
interface UsedAnswers {
  /** Given, but these weights never learned from them: they change nothing. */
  readonly unusedInputs: readonly CovariateId[];
  /** Used by these weights, but not given. */
  readonly missingInputs: readonly CovariateId[];
  /** Given and used, but beyond the least or greatest value among the training patients. */
  readonly outOfTrainingRange: readonly CovariateId[];
}

/** What a network says about a patient. */
export interface PlainOutput extends UncertainLaw, UsedAnswers {
  /** The inputs, and the draws of those that are missing, as the network sees them. */
  readonly x: Float64Array;
  readonly draws: readonly Float64Array[];
}

/** Recalibrated to the training cohort. */
export interface CovariateOutput extends UncertainLaw, UsedAnswers {
  /** As the network itself says: SSCAR's fusion combines these. */
  readonly uncalibrated: UncertainLaw;
  /** What the recalibration uses: the mean LVEF where none is known. */
  readonly patient: RecalibratedPatient;
  readonly otherDeathHazardPerYear: number;
}

/** Draws of the missing inputs; a fixed seed makes the interval a function of the patient alone. */
const IMPUTATIONS = 100;
const IMPUTATION_SEED = 2024;

/**
 * A member's raw output [mu, ln sigma] for the patient whose inputs start at `offset` of x, written into `raw`; the hidden
 * units' activations, layer by layer, into `hidden`.
 */
export function memberOutput(
  parameters: MemberParameters,
  shape: MemberShape,
  x: Float64Array,
  offset: number,
  hidden: Float64Array,
  raw: Float64Array,
): void {
  const { inputs, depth, width } = shape;
  let at = 0;
  for (let layer = 0; layer < depth; layer++) {
    const fanIn = layer === 0 ? inputs : width;
    const from = layer === 0 ? x : hidden;
    const first = layer === 0 ? offset : (layer - 1) * width;
    for (let h = 0; h < width; h++) {
      let sum = parameters[at + width * fanIn + h];
      for (let j = 0; j < fanIn; j++) sum += parameters[at + h * fanIn + j] * from[first + j];
      // tanh, not SSCAR's ReLU: smooth, as L-BFGS needs, and bounded outside the training range.
      hidden[layer * width + h] = Math.tanh(sum);
    }
    at += width * (fanIn + 1);
  }
  const last = depth > 0 ? width : 0;
  const seen = inputs + last;
  let mu = parameters[at + 2 * seen];
  let logSigma = parameters[at + 2 * seen + 1];
  for (let j = 0; j < inputs; j++) {
    mu += parameters[at + j] * x[offset + j];
    logSigma += parameters[at + seen + j] * x[offset + j];
  }
  for (let h = 0; h < last; h++) {
    const a = hidden[(depth - 1) * width + h];
    mu += parameters[at + inputs + h] * a;
    logSigma += parameters[at + seen + inputs + h] * a;
  }
  raw[0] = mu;
  raw[1] = logSigma;
}

/**
 * The law that a raw output [mu, ln sigma] represents: mu clipped and sigma floored, inside each member, as in the
 * paper.
 */
export function lawOf(raw: Float64Array): LogLogistic {
  const mu = clipMu(raw[0]);
  return { mu, sigma: floorSigma(Math.exp(raw[1]), mu) };
}

/** The ensemble's answer: the mean of mu and of sigma over its members. */
export function meanLaw(laws: readonly LogLogistic[]): LogLogistic {
  return {
    mu: laws.reduce((sum, law) => sum + law.mu, 0) / laws.length,
    sigma: laws.reduce((sum, law) => sum + law.sigma, 0) / laws.length,
  };
}

/** `meanLaw` of `membersAt`, for one set of inputs after another: explaining a curve needs tens of thousands. */
export function meanLawOf(network: PlainNetwork): (x: Float64Array) => LogLogistic {
  const raws = network.depth === 0 ? linearMembers(network) : deepMembers(network);
  return (x) => {
    const { mus, logSigmas } = raws(x);
    let mu = 0;
    let sigma = 0;
    for (let m = 0; m < mus.length; m++) {
      const clipped = clipMu(mus[m]);
      mu += clipped;
      sigma += floorSigma(Math.exp(logSigmas[m]), clipped);
    }
    return { mu: mu / mus.length, sigma: sigma / mus.length };
  };
}

/** Each member's raw output. */
interface RawOutputs {
  readonly mus: Float64Array;
  readonly logSigmas: Float64Array;
}

function deepMembers(network: PlainNetwork): (x: Float64Array) => RawOutputs {
  const shape = { inputs: network.inputs.length, depth: network.depth, width: network.width };
  const hidden = new Float64Array(shape.depth * shape.width);
  const raw = new Float64Array(2);
  const outputs = {
    mus: new Float64Array(network.members.length),
    logSigmas: new Float64Array(network.members.length),
  };
  return (x) => {
    network.members.forEach((parameters, m) => {
      memberOutput(parameters, shape, x, 0, hidden, raw);
      outputs.mus[m] = raw[0];
      outputs.logSigmas[m] = raw[1];
    });
    return outputs;
  };
}

/**
 * At most this many inputs may have changed since the last answer; with more, the sums are recomputed, which discards
 * their rounding.
 */
const FEW_CHANGES = 2;

/** Without hidden layers the outputs are sums, and only what changed since the last inputs is added. */
function linearMembers({ inputs, members }: PlainNetwork): (x: Float64Array) => RawOutputs {
  const n = inputs.length;
  const count = members.length;
  const weightsOf = (first: number): Float64Array[] =>
    inputs.map((_, j) => Float64Array.from(members, (parameters) => parameters[first + j]));
  const muWeights = weightsOf(0);
  const logSigmaWeights = weightsOf(n);
  const mus = new Float64Array(count);
  const logSigmas = new Float64Array(count);
  const last = new Float64Array(n).fill(NaN);
  const add = (j: number, difference: number): void => {
    const [toMu, toLogSigma] = [muWeights[j], logSigmaWeights[j]];
    for (let m = 0; m < count; m++) {
      mus[m] += toMu[m] * difference;
      logSigmas[m] += toLogSigma[m] * difference;
    }
  };
  return (x) => {
    let changes = 0;
    for (let j = 0; j < n; j++) if (x[j] !== last[j]) changes++;
    // The first answer has nothing to change, however few inputs there are.
    if (changes > FEW_CHANGES || Number.isNaN(last[0])) {
      members.forEach((parameters, m) => {
        mus[m] = parameters[2 * n];
        logSigmas[m] = parameters[2 * n + 1];
      });
      for (let j = 0; j < n; j++) add(j, x[j]);
    } else {
      for (let j = 0; j < n; j++) if (x[j] !== last[j]) add(j, x[j] - last[j]);
    }
    last.set(x);
    return { mus, logSigmas };
  };
}

/** Each member's law for inputs as the network sees them. */
export function membersAt(network: PlainNetwork, x: Float64Array): LogLogistic[] {
  const shape = { inputs: network.inputs.length, depth: network.depth, width: network.width };
  const hidden = new Float64Array(shape.depth * shape.width);
  const raw = new Float64Array(2);
  return network.members.map((parameters) => {
    memberOutput(parameters, shape, x, 0, hidden, raw);
    return lawOf(raw);
  });
}

/** A patient as the network sees one: the training mean where a value is unknown, and ischaemic unless said otherwise. */
export function networkInputs(
  network: PlainNetwork,
  covariates: Covariates,
  facts: Pick<ApplicabilityFacts, 'ischaemic'>,
): Float64Array {
  return Float64Array.from(network.inputs, (id, j) => {
    const value = id === 'ischaemic' ? Number(facts.ischaemic ?? true) : covariates[id];
    const { shift, scale } = network.scaling[j];
    return value === undefined ? network.mean[j] : (value - shift) / scale;
  });
}

/** The law of one patient by the shipped branch: as in `plainBranch`, recalibrated to the training cohort. */
export function covariateBranch(
  network: CovariateNetwork,
  covariates: Covariates,
  facts: Pick<ApplicabilityFacts, 'ischaemic'>,
): CovariateOutput {
  const { x, draws, ...plain } = plainBranch(network, covariates, facts);
  const patient = recalibratedPatient(network, x);
  const recalibrate = (law: LogLogistic, of: RecalibratedPatient): LogLogistic =>
    recalibrated(law, network.recalibration, of, 'music');
  const { mu, sigma, refits, imputations } = plain;
  return {
    ...plain,
    ...recalibrate(plain, patient),
    refits: refits.map((law) => recalibrate(law, patient)),
    imputations: imputations.map((law, d) => recalibrate(law, recalibratedPatient(network, draws[d]))),
    uncalibrated: { mu, sigma, refits, imputations },
    patient,
    otherDeathHazardPerYear: otherDeathHazard(network, x),
  };
}

/**
 * The log-logistic law of one patient from the covariates alone. A missing value counts as the training mean in the curve,
 * and for the interval is drawn from what the training patients with the same known values would have (multiple imputation,
 * Rubin 1987). Unknown aetiology counts as ischaemic, as these patients are.
 */
export function plainBranch(
  network: PlainNetwork,
  covariates: Covariates,
  facts: Pick<ApplicabilityFacts, 'ischaemic'>,
): PlainOutput {
  const x = networkInputs(network, covariates, facts);
  const missing: number[] = [];
  const missingInputs: CovariateId[] = [];
  const outOfTrainingRange: CovariateId[] = [];
  network.inputs.forEach((id, j) => {
    if (id === 'ischaemic') return;
    const { min, max } = network.scaling[j];
    const value = covariates[id];
    if (value === undefined) {
      missing.push(j);
      missingInputs.push(id);
    } else if (value < min || value > max) {
      outOfTrainingRange.push(id);
    }
  });
  const used: readonly string[] = network.inputs;
  const members = membersAt(network, x);
  const draws = missing.length === 0 ? [] : drawMissing(network, x, missing, IMPUTATIONS, new Random(IMPUTATION_SEED));
  return {
    x,
    draws,
    ...meanLaw(members),
    refits: members,
    imputations: draws.map((draw) => meanLaw(membersAt(network, draw))),
    unusedInputs: COVARIATES.map(({ id }) => id).filter((id) => covariates[id] !== undefined && !used.includes(id)),
    missingInputs,
    outOfTrainingRange,
  };
}

/** The ensemble's law for inputs as the network sees them, recalibrated to the training cohort. */
export function recalibratedLawOf(network: CovariateNetwork): (x: Float64Array) => LogLogistic {
  const law = meanLawOf(network);
  return (x) => recalibrated(law(x), network.recalibration, recalibratedPatient(network, x), 'music');
}

function recalibratedPatient(network: CovariateNetwork, x: Float64Array): RecalibratedPatient {
  return { lvefPercent: valueOf(network, x, 'lvef'), ischaemic: valueOf(network, x, 'ischaemic') === 1 };
}

/** An input in its own unit. */
function valueOf({ inputs, scaling }: CovariateNetwork, x: Float64Array, id: NetworkInput): number {
  const j = inputs.indexOf(id);
  return x[j] * scaling[j].scale + scaling[j].shift;
}

function otherDeathHazard(network: CovariateNetwork, x: Float64Array): number {
  const { intercept, age, lvef, ischaemic } = network.otherDeath;
  const of = (id: NetworkInput): number => valueOf(network, x, id);
  return Math.exp(intercept + age * of('age') + lvef * of('lvef') + ischaemic * of('ischaemic'));
}

/**
 * Draws the missing entries of x `count` times, one after another, each from the training data's Gaussian given the known
 * ones and those drawn before it; a yes/no is drawn as yes or no with that mean, and a number is kept within the training
 * range. With nothing known these are invented patients, distributed as the training patients are.
 */
export function drawMissing(
  network: PlainNetwork,
  x: Float64Array,
  missing: readonly number[],
  count: number,
  random: Random,
): Float64Array[] {
  const p = x.length;
  const given = network.inputs.map((_, j) => j).filter((j) => !missing.includes(j));
  const steps = missing.map((j) => {
    const k = given.length;
    const sub = new Float64Array(k * k);
    const cross = new Float64Array(k);
    for (let a = 0; a < k; a++) {
      for (let b = 0; b < k; b++) sub[a * k + b] = network.covariance[given[a] * p + given[b]];
      cross[a] = network.covariance[given[a] * p + j];
    }
    const weights = solveSymmetric(sub, cross);
    const explained = weights.reduce((sum, w, a) => sum + w * cross[a], 0);
    const step = { j, on: [...given], weights, sd: Math.sqrt(Math.max(0, network.covariance[j * p + j] - explained)) };
    given.push(j);
    return step;
  });
  const isYesNo = network.inputs.map(
    (id) => id === 'ischaemic' || COVARIATES.find((spec) => spec.id === id)?.kind === 'yesNo',
  );
  return Array.from({ length: count }, () => {
    const draw = Float64Array.from(x);
    for (const { j, on, weights, sd } of steps) {
      const expected = on.reduce((sum, i, a) => sum + weights[a] * (draw[i] - network.mean[i]), network.mean[j]);
      if (isYesNo[j]) {
        draw[j] = random.next() < expected ? 1 : 0;
      } else {
        const { shift, scale, min, max } = network.scaling[j];
        const low = (min - shift) / scale;
        const high = (max - shift) / scale;
        draw[j] = Math.min(high, Math.max(low, expected + sd * random.normal()));
      }
    }
    return draw;
  });
}
