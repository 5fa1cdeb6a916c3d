import { ScarcastError } from '../errors.ts';
import { ascending, stepAt } from './kaplanMeier.ts';
import { solveSymmetric } from './linearAlgebra.ts';

/** Some input separates events from the rest: a higher ridge penalty is needed. */
export class CoxNotConvergedError extends ScarcastError<{ readonly code: 'coxNotConverged' }> {
  constructor() {
    super({ code: 'coxNotConverged' });
  }
}

export interface CoxModel {
  /** By input, on the inputs' own scale. */
  readonly coefficients: Float64Array;
  /** Means of the inputs, at which the baseline hazard stands. */
  readonly means: Float64Array;
  readonly logLikelihood: number;
  /** Cumulative baseline hazard at the inputs' means: a right-continuous step function. */
  readonly baselineTime: Float64Array;
  readonly baselineHazard: Float64Array;
}

const MAX_ITERATIONS = 50;
const CONVERGED = 1e-10;

/**
 * Cox's proportional hazards by partial likelihood with Efron's ties, less penalty/2 times the sum of squared coefficients
 * (penalty 0: plain Cox), by Newton with step halving. `inputs` is row-major, one row a patient; a penalty wants standardised
 * inputs. The baseline hazard is Efron's. Sources: Cox 1972; Efron, JASA 1977; Verweij and van Houwelingen, Stat Med 1994.
 * Checked against R's coxph and survfit. Throws CoxNotConvergedError, NotPositiveDefiniteError.
 */
export function fitCoxRidge(inputs: Float64Array, time: Float64Array, event: Uint8Array, penalty: number): CoxModel {
  const n = time.length;
  const p = inputs.length / n;
  const means = new Float64Array(p);
  for (let i = 0; i < n; i++) for (let j = 0; j < p; j++) means[j] += inputs[i * p + j] / n;
  const x = inputs.map((value, index) => value - means[index % p]);
  const latestFirst = ascending(time).reverse();

  let coefficients = new Float64Array(p);
  let state = partialLikelihood(x, time, event, latestFirst, coefficients, penalty);
  for (let iteration = 0; ; iteration++) {
    if (iteration === MAX_ITERATIONS) throw new CoxNotConvergedError();
    const step = solveSymmetric(state.information, state.score);
    let scale = 1;
    let next = coefficients.map((b, j) => b + step[j]);
    let nextState = partialLikelihood(x, time, event, latestFirst, next, penalty);
    while (!(nextState.penalised >= state.penalised - CONVERGED) && scale > 1e-4) {
      scale /= 2;
      next = coefficients.map((b, j) => b + scale * step[j]);
      nextState = partialLikelihood(x, time, event, latestFirst, next, penalty);
    }
    const gain = nextState.penalised - state.penalised;
    coefficients = next;
    state = nextState;
    if (Math.abs(gain) < CONVERGED * (1 + Math.abs(state.penalised))) break;
  }
  let cumulative = 0;
  return {
    coefficients,
    means,
    logLikelihood: state.logLikelihood,
    baselineTime: Float64Array.from(state.hazardSteps.map((step) => step.time)),
    baselineHazard: Float64Array.from(state.hazardSteps, (step) => (cumulative += step.increment)),
  };
}

interface PartialLikelihood {
  readonly logLikelihood: number;
  readonly penalised: number;
  readonly score: Float64Array;
  readonly information: Float64Array;
  readonly hazardSteps: readonly { readonly time: number; readonly increment: number }[];
}

function partialLikelihood(
  x: Float64Array,
  time: Float64Array,
  event: Uint8Array,
  latestFirst: Uint32Array,
  coefficients: Float64Array,
  penalty: number,
): PartialLikelihood {
  const p = coefficients.length;
  let logLikelihood = 0;
  const score = new Float64Array(p);
  const information = new Float64Array(p * p);
  const hazardSteps: { time: number; increment: number }[] = [];
  // Weighted sums over those at risk, and over those with the event at the present time.
  let s0 = 0;
  const s1 = new Float64Array(p);
  const s2 = new Float64Array(p * p);
  const d1 = new Float64Array(p);
  const d2 = new Float64Array(p * p);
  for (let start = 0; start < latestFirst.length;) {
    const t = time[latestFirst[start]];
    let deaths = 0;
    let d0 = 0;
    d1.fill(0);
    d2.fill(0);
    let end = start;
    for (; end < latestFirst.length && time[latestFirst[end]] === t; end++) {
      const i = latestFirst[end];
      let predictor = 0;
      for (let j = 0; j < p; j++) predictor += coefficients[j] * x[i * p + j];
      const weight = Math.exp(predictor);
      const isEvent = event[i] === 1;
      s0 += weight;
      if (isEvent) {
        deaths++;
        d0 += weight;
        logLikelihood += predictor;
      }
      for (let j = 0; j < p; j++) {
        const wx = weight * x[i * p + j];
        s1[j] += wx;
        if (isEvent) {
          d1[j] += wx;
          score[j] += x[i * p + j];
        }
        for (let k = 0; k <= j; k++) {
          const wxx = wx * x[i * p + k];
          s2[j * p + k] += wxx;
          if (isEvent) d2[j * p + k] += wxx;
        }
      }
    }
    let increment = 0;
    for (let m = 0; m < deaths; m++) {
      const share = m / deaths;
      const total = s0 - share * d0;
      logLikelihood -= Math.log(total);
      increment += 1 / total;
      for (let j = 0; j < p; j++) {
        const meanJ = (s1[j] - share * d1[j]) / total;
        score[j] -= meanJ;
        for (let k = 0; k <= j; k++) {
          const meanK = (s1[k] - share * d1[k]) / total;
          information[j * p + k] += (s2[j * p + k] - share * d2[j * p + k]) / total - meanJ * meanK;
        }
      }
    }
    if (deaths > 0) hazardSteps.push({ time: t, increment });
    start = end;
  }
  let squares = 0;
  for (let j = 0; j < p; j++) {
    squares += coefficients[j] ** 2;
    score[j] -= penalty * coefficients[j];
    information[j * p + j] += penalty;
    for (let k = 0; k < j; k++) information[k * p + j] = information[j * p + k];
  }
  return {
    logLikelihood,
    penalised: logLikelihood - (penalty / 2) * squares,
    score,
    information,
    hazardSteps: hazardSteps.reverse(),
  };
}

/** Score and information of Cox's partial likelihood with Efron's ties at some coefficients, without a penalty. */
export function coxDerivatives(
  inputs: Float64Array,
  time: Float64Array,
  event: Uint8Array,
  latestFirst: Uint32Array,
  coefficients: Float64Array,
): { readonly score: Float64Array; readonly information: Float64Array } {
  return partialLikelihood(inputs, time, event, latestFirst, coefficients, 0);
}

/** Partial log-likelihood of coefficients, with Efron's ties and no penalty; `inputs` as `fitCoxRidge` takes them. */
export function coxLogLikelihood(
  inputs: Float64Array,
  time: Float64Array,
  event: Uint8Array,
  coefficients: Float64Array,
): number {
  return partialLikelihood(inputs, time, event, ascending(time).reverse(), coefficients, 0).logLikelihood;
}

/** The linear predictor of one patient, centred at the training means: higher is earlier. */
export function coxPredictor(model: Pick<CoxModel, 'coefficients' | 'means'>, inputs: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < model.coefficients.length; j++) sum += model.coefficients[j] * (inputs[j] - model.means[j]);
  return sum;
}

/** Probability of being free of the event at t (in the units of the training times). */
export function coxSurvival(model: CoxModel, inputs: ArrayLike<number>, t: number): number {
  return Math.exp(-stepAt(model.baselineTime, model.baselineHazard, t, 0) * Math.exp(coxPredictor(model, inputs)));
}
