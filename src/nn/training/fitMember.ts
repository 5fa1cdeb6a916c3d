/** Fits one log-logistic network: penalised likelihood, all patients in each step. */
import type { Random } from '../../core/random.ts';
import { negativeLogLikelihood, type LogLogistic } from '../../core/patient/logLogistic.ts';
import type { RightCensored } from '../../core/statistics/rightCensored.ts';
import {
  headOffset,
  lawOf,
  memberOutput,
  type MemberParameters,
  type MemberShape,
  parameterCount,
} from '../networks/covariateBranch.ts';
import { minimise, type Objective } from './lbfgs.ts';

/** Of the mean loss; with a tenth of it no held-out figure changes in its fourth digit. */
const SLOPE_TOLERANCE = 1e-4;
/**
 * Spread of a hidden layer's initial weights, over the root of its number of inputs: small, so that tanh starts in its
 * linear part.
 */
const START_SPREAD = 0.5;

/** Where a member's search starts: at the law that fits all alike, so that the biases need not get there first. */
export function startParameters(shape: MemberShape, nullFit: LogLogistic, random: Random): MemberParameters {
  const parameters = new Float64Array(parameterCount(shape));
  let at = 0;
  for (let layer = 0; layer < shape.depth; layer++) {
    const fanIn = layer === 0 ? shape.inputs : shape.width;
    for (let k = 0; k < shape.width * fanIn; k++)
      parameters[at++] = (START_SPREAD / Math.sqrt(fanIn)) * random.normal();
    at += shape.width;
  }
  parameters[parameters.length - 2] = nullFit.mu;
  parameters[parameters.length - 1] = Math.log(nullFit.sigma);
  return parameters;
}

/**
 * How much harder the ridge shrinks the weights of ln sigma than those of mu. So few events say almost nothing of how the
 * spread differs between patients, while they do say who is at more risk: with one penalty for both, the spread's noise
 * requires one so strong that mu is shrunk too far (on MUSIC a hundredth of C). 100 leaves nearly one sigma for all.
 */
const LOG_SIGMA_PENALTY = 100;

/**
 * The ridge's share for each parameter: 0 for biases, LOG_SIGMA_PENALTY for the weights of ln sigma, the input's variance for the
 * other weights of an input, 1 within the network. So mu's weight is shrunk by its effect over one SD of its input, for
 * a yes/no (which stays 0 or 1) as for a number: a plain share of 1 would suppress rare inputs (on MUSIC's ischaemic
 * patients a hundredth of C).
 */
function penaltyShares(shape: MemberShape, x: Float64Array): Float64Array {
  const { inputs, depth, width } = shape;
  const shares = new Float64Array(parameterCount(shape)).fill(1);
  const variances = columnVariances(x, inputs);
  let at = 0;
  for (let layer = 0; layer < depth; layer++) {
    if (layer === 0) for (let h = 0; h < width; h++) shares.set(variances, h * inputs);
    at += width * (layer === 0 ? inputs : width);
    shares.fill(0, at, at + width);
    at += width;
  }
  const seen = inputs + (depth > 0 ? width : 0);
  shares.set(variances, at);
  shares.fill(LOG_SIGMA_PENALTY, at + seen, at + 2 * seen);
  shares.fill(0, at + 2 * seen);
  return shares;
}

export function columnVariances(x: Float64Array, columns: number): Float64Array {
  const n = x.length / columns;
  return Float64Array.from({ length: columns }, (_, j) => {
    let sum = 0;
    let squares = 0;
    for (let i = j; i < x.length; i += columns) {
      sum += x[i];
      squares += x[i] ** 2;
    }
    return squares / n - (sum / n) ** 2;
  });
}

/**
 * What a member minimises: the mean negative log likelihood of the patients plus the ridge's share, with its slopes.
 * @param x inputs as the network sees them, row-major
 */
export function penalisedLoss(
  x: Float64Array,
  { time, event }: RightCensored,
  shape: MemberShape,
  penalty: number,
): Objective {
  const { inputs, depth, width } = shape;
  const n = time.length;
  const shares = penaltyShares(shape, x);
  const hidden = new Float64Array(depth * width);
  const raw = new Float64Array(2);
  const firstBiases = width * inputs;
  const layerSize = width * (width + 1);
  const head = headOffset(shape);
  const seen = inputs + (depth > 0 ? width : 0);
  /** Slopes of the loss by the sums that enter two neighbouring layers. */
  let above = new Float64Array(width);
  let below = new Float64Array(width);
  return (parameters, gradient) => {
    gradient.fill(0);
    let loss = 0;
    for (let i = 0; i < n; i++) {
      const row = i * inputs;
      memberOutput(parameters, shape, x, row, hidden, raw);
      const law = lawOf(raw);
      const nll = negativeLogLikelihood(law, time[i], event[i]);
      loss += nll.value / n;
      // Nothing flows back through the clip and the floor.
      const gMu = law.mu === raw[0] ? nll.byMu / n : 0;
      const gLogSigma = law.sigma === Math.exp(raw[1]) ? nll.byLogSigma / n : 0;
      gradient[head + 2 * seen] += gMu;
      gradient[head + 2 * seen + 1] += gLogSigma;
      for (let j = 0; j < inputs; j++) {
        gradient[head + j] += gMu * x[row + j];
        gradient[head + seen + j] += gLogSigma * x[row + j];
      }
      if (depth === 0) continue;
      let layer = depth - 1;
      let activations = layer * width;
      for (let h = 0; h < width; h++) {
        const a = hidden[activations + h];
        gradient[head + inputs + h] += gMu * a;
        gradient[head + seen + inputs + h] += gLogSigma * a;
        above[h] =
          (gMu * parameters[head + inputs + h] + gLogSigma * parameters[head + seen + inputs + h]) * (1 - a * a);
      }
      for (; layer > 0; layer--) {
        const weights = firstBiases + width + (layer - 1) * layerSize;
        activations -= width;
        below.fill(0);
        for (let h = 0; h < width; h++) {
          const back = above[h];
          gradient[weights + width * width + h] += back;
          for (let k = 0; k < width; k++) {
            gradient[weights + h * width + k] += back * hidden[activations + k];
            below[k] += back * parameters[weights + h * width + k];
          }
        }
        for (let k = 0; k < width; k++) below[k] *= 1 - hidden[activations + k] ** 2;
        [above, below] = [below, above];
      }
      for (let h = 0; h < width; h++) {
        const back = above[h];
        gradient[firstBiases + h] += back;
        for (let j = 0; j < inputs; j++) gradient[h * inputs + j] += back * x[row + j];
      }
    }
    for (let k = 0; k < parameters.length; k++) {
      loss += ((penalty * shares[k]) / 2) * parameters[k] ** 2;
      gradient[k] += penalty * shares[k] * parameters[k];
    }
    return loss;
  };
}

/**
 * A member's parameters after `epochs` steps of L-BFGS over all patients (fewer if it has converged), from `start`.
 * @param afterEpoch called with the parameters after each epoch, counted from 1
 */
export function fitMember(
  x: Float64Array,
  data: RightCensored,
  shape: MemberShape,
  { penalty, epochs }: { readonly penalty: number; readonly epochs: number },
  start: MemberParameters,
  afterEpoch?: (epoch: number, parameters: MemberParameters) => void,
): MemberParameters {
  const options = { slopeTolerance: SLOPE_TOLERANCE, maxIterations: epochs };
  return minimise(penalisedLoss(x, data, shape, penalty), start, options, afterEpoch);
}
