/**
 * SSCAR's covariate branch: an averaged ensemble of small log-logistic networks. Written in plain float64 TypeScript without
 * tensors: it is some thousand multiplications, and so its answer does not depend on the
 * backend, and stands before one is loaded.
 */
import { Random } from '../../core/random.ts';
import type { ApplicabilityFacts, CovariateId, Covariates } from '../../core/survival/covariates.ts';
import { COVARIATES } from '../../core/survival/covariates.ts';
import { solveSymmetric } from '../../core/survival/linearAlgebra.ts';
import type { LogLogistic } from '../../core/survival/logLogistic.ts';
import { clipMu, sigmaFloor } from '../../core/survival/logLogistic.ts';
import type { LoadedModel, ModelFile } from '../weights.ts';
import { packWeights } from '../weights.ts';

/** What the network can see. Ethnicity is not among them: a choice is no number, and no training data here holds it. */
export type NetworkInput = Exclude<CovariateId, 'ethnicity'> | 'ischaemic';

/** Hidden units of a member; 0 is a linear one. */
export interface MemberShape {
  readonly inputs: number;
  readonly hiddenUnits: number;
}

/**
 * One member's parameters in one array: hidden weights [hidden][inputs] and biases [hidden], then head weights
 * [mu, raw ln sigma][inputs + hidden] and biases [2]. The head sees the inputs too, so that a hidden layer only adds to the
 * linear member.
 */
export type MemberParameters = Float64Array;

export function parameterCount({ inputs, hiddenUnits }: MemberShape): number {
  return hiddenUnits * (inputs + 1) + 2 * (inputs + hiddenUnits) + 2;
}

/** How one input's value becomes a number for the network, and what the training patients had. All in the covariate's unit. */
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

export interface CovariateNetwork {
  readonly inputs: readonly NetworkInput[];
  readonly scaling: readonly InputScaling[];
  readonly hiddenUnits: number;
  readonly members: readonly MemberParameters[];
  /** Training mean and covariance (row-major) of the inputs as the network sees them. */
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
  readonly otherDeath: OtherDeathModel;
  /** Where the last event of the training data lies: beyond it the curve is extrapolated. */
  readonly followUpYears: number;
}

export interface CovariateOutput extends LogLogistic {
  /** Members x imputations of what is missing: the interval is their 5th to 95th percentile. */
  readonly samples: readonly LogLogistic[];
  readonly otherDeathHazardPerYear: number;
  /** Given, but these weights never learned from them: they change nothing. */
  readonly unusedInputs: readonly CovariateId[];
  /** Used by these weights, but not given. */
  readonly missingInputs: readonly CovariateId[];
  /** Given and used, but beyond the least or greatest value among the training patients. */
  readonly outOfTrainingRange: readonly CovariateId[];
}

/** Draws of the missing inputs for each member; a fixed seed makes the interval a function of the patient alone. */
const IMPUTATIONS = 20;
const IMPUTATION_SEED = 2024;

/**
 * A member's raw output [mu, ln sigma] for the patient whose inputs start at `offset` of x, written into `raw`; the hidden
 * units' activations into `hidden`.
 */
export function memberOutput(
  parameters: MemberParameters,
  { inputs, hiddenUnits }: MemberShape,
  x: Float64Array,
  offset: number,
  hidden: Float64Array,
  raw: Float64Array,
): void {
  const biases = hiddenUnits * inputs;
  const head = biases + hiddenUnits;
  const width = inputs + hiddenUnits;
  let mu = parameters[head + 2 * width];
  let logSigma = parameters[head + 2 * width + 1];
  for (let j = 0; j < inputs; j++) {
    mu += parameters[head + j] * x[offset + j];
    logSigma += parameters[head + width + j] * x[offset + j];
  }
  for (let h = 0; h < hiddenUnits; h++) {
    let sum = parameters[biases + h];
    for (let j = 0; j < inputs; j++) sum += parameters[h * inputs + j] * x[offset + j];
    // tanh, not SSCAR's ReLU: smooth, as L-BFGS needs it, and bounded outside the training range.
    hidden[h] = Math.tanh(sum);
    mu += parameters[head + inputs + h] * hidden[h];
    logSigma += parameters[head + width + inputs + h] * hidden[h];
  }
  raw[0] = mu;
  raw[1] = logSigma;
}

/** The law that a raw output [mu, ln sigma] stands for: mu clipped and sigma floored, inside each member, as in the paper. */
export function lawOf(raw: Float64Array): LogLogistic {
  const mu = clipMu(raw[0]);
  return { mu, sigma: Math.max(Math.exp(raw[1]), sigmaFloor(mu)) };
}

/** The ensemble's answer: the mean of mu and of sigma over its members. */
export function meanLaw(laws: readonly LogLogistic[]): LogLogistic {
  return {
    mu: laws.reduce((sum, law) => sum + law.mu, 0) / laws.length,
    sigma: laws.reduce((sum, law) => sum + law.sigma, 0) / laws.length,
  };
}

function membersAt(network: CovariateNetwork, x: Float64Array): LogLogistic[] {
  const shape = { inputs: network.inputs.length, hiddenUnits: network.hiddenUnits };
  const hidden = new Float64Array(shape.hiddenUnits);
  const raw = new Float64Array(2);
  return network.members.map((parameters) => {
    memberOutput(parameters, shape, x, 0, hidden, raw);
    return lawOf(raw);
  });
}

/**
 * The log-logistic law of one patient from the covariates alone. A missing value counts as the training mean in the point
 * estimate, and for the samples is drawn from what the training patients with the same known values would have (multiple
 * imputation, Rubin 1987). Unknown aetiology counts as ischaemic, as these patients are.
 */
export function covariateBranch(
  network: CovariateNetwork,
  covariates: Covariates,
  facts: Pick<ApplicabilityFacts, 'ischaemic'>,
): CovariateOutput {
  const x = Float64Array.from(network.mean);
  const missing: number[] = [];
  const missingInputs: CovariateId[] = [];
  const outOfTrainingRange: CovariateId[] = [];
  network.inputs.forEach((id, j) => {
    const { shift, scale, min, max } = network.scaling[j];
    const value = id === 'ischaemic' ? (facts.ischaemic === false ? 0 : 1) : covariates[id];
    if (value !== undefined) x[j] = (value - shift) / scale;
    if (id === 'ischaemic') return;
    if (value === undefined) {
      missing.push(j);
      missingInputs.push(id);
    } else if (value < min || value > max) {
      outOfTrainingRange.push(id);
    }
  });
  const used: readonly string[] = network.inputs;
  const members = membersAt(network, x);
  return {
    ...meanLaw(members),
    samples:
      missing.length === 0 ? members : imputations(network, x, missing).flatMap((draw) => membersAt(network, draw)),
    otherDeathHazardPerYear: otherDeathHazard(network, x),
    unusedInputs: COVARIATES.map(({ id }) => id).filter((id) => covariates[id] !== undefined && !used.includes(id)),
    missingInputs,
    outOfTrainingRange,
  };
}

function otherDeathHazard(network: CovariateNetwork, x: Float64Array): number {
  const value = (id: NetworkInput): number => {
    const j = network.inputs.indexOf(id);
    return x[j] * network.scaling[j].scale + network.scaling[j].shift;
  };
  const { intercept, age, lvef, ischaemic } = network.otherDeath;
  return Math.exp(intercept + age * value('age') + lvef * value('lvef') + ischaemic * value('ischaemic'));
}

/**
 * Draws the missing entries of x one after another, each from the training data's Gaussian given the known ones and those
 * drawn before it; a yes/no is drawn as yes or no with that mean, and a number is kept within the training range.
 */
function imputations(network: CovariateNetwork, x: Float64Array, missing: readonly number[]): Float64Array[] {
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
  const random = new Random(IMPUTATION_SEED);
  const isYesNo = network.inputs.map((id) => COVARIATES.find((spec) => spec.id === id)?.kind === 'yesNo');
  return Array.from({ length: IMPUTATIONS }, () => {
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

/** model.json of the covariate branch; the rest is in its tensors. */
export interface CovariateModelFile extends ModelFile {
  readonly inputs: readonly NetworkInput[];
  readonly hiddenUnits: number;
  readonly otherDeath: OtherDeathModel;
  readonly followUpYears: number;
}

const SCALING_FIELDS = ['shift', 'scale', 'min', 'max'] as const;

/** The network as files. Parameters are stored as float32. */
export function packCovariateNetwork(
  network: CovariateNetwork,
  version: string,
): { readonly model: CovariateModelFile; readonly weights: Uint8Array } {
  const p = network.inputs.length;
  const shape = { inputs: p, hiddenUnits: network.hiddenUnits };
  const specs = [
    { name: 'scaling', shape: [p, SCALING_FIELDS.length] },
    { name: 'mean', shape: [p] },
    { name: 'covariance', shape: [p, p] },
    { name: 'members', shape: [network.members.length, parameterCount(shape)] },
  ];
  const { tensors, weights } = packWeights(
    specs,
    {
      scaling: Float32Array.from(network.scaling.flatMap((input) => SCALING_FIELDS.map((field) => input[field]))),
      mean: Float32Array.from(network.mean),
      covariance: Float32Array.from(network.covariance),
      members: Float32Array.from(network.members.flatMap((parameters) => [...parameters])),
    },
    'float32',
  );
  const { inputs, hiddenUnits, otherDeath, followUpYears } = network;
  return {
    model: { name: 'covariates', version, inputs, hiddenUnits, otherDeath, followUpYears, tensors },
    weights,
  };
}

/** The network from files that `loadModel('covariates', ...)` has checked. */
export function covariateNetwork({
  file,
  arrays,
}: Pick<LoadedModel<CovariateModelFile>, 'file' | 'arrays'>): CovariateNetwork {
  const { inputs, hiddenUnits, otherDeath, followUpYears } = file;
  const size = parameterCount({ inputs: inputs.length, hiddenUnits });
  const { scaling, members } = arrays;
  return {
    inputs,
    hiddenUnits,
    otherDeath,
    followUpYears,
    scaling: inputs.map((_, j) => {
      const [shift, scale, min, max] = scaling.subarray(j * SCALING_FIELDS.length);
      return { shift, scale, min, max };
    }),
    mean: Float64Array.from(arrays['mean']),
    covariance: Float64Array.from(arrays['covariance']),
    members: Array.from({ length: members.length / size }, (_, m) =>
      Float64Array.from(members.subarray(m * size, (m + 1) * size)),
    ),
  };
}
