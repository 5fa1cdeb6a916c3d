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
  /** Means of the inputs, at which the baseline hazard is given. */
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
 * (penalty 0: plain Cox), by Newton with step halving. `inputs` is row-major, one row per patient; a penalty needs
 * standardised inputs. The baseline hazard is Efron's. Sources: Cox 1972; Efron, JASA 1977; Verweij and van
 * Houwelingen, Stat Med 1994. Checked against R's coxph and survfit. Throws CoxNotConvergedError,
 * NotPositiveDefiniteError.
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

/** Weighted sums over patients: of 1, of their inputs, and of products of two inputs (lower triangle). */
interface RiskSums {
  s0: number;
  readonly s1: Float64Array;
  readonly s2: Float64Array;
}

const noSums = (p: number): RiskSums => ({ s0: 0, s1: new Float64Array(p), s2: new Float64Array(p * p) });

function addPatient(sums: RiskSums, weight: number, x: Float64Array, row: number): void {
  const p = sums.s1.length;
  sums.s0 += weight;
  for (let j = 0; j < p; j++) {
    const wx = weight * x[row * p + j];
    sums.s1[j] += wx;
    for (let k = 0; k <= j; k++) sums.s2[j * p + k] += wx * x[row * p + k];
  }
}

/** Cox's partial likelihood with Efron's ties and a ridge penalty, its score and its information. */
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
  const atRisk = noSums(p);
  const dying = noSums(p);
  for (let start = 0; start < latestFirst.length;) {
    const t = time[latestFirst[start]];
    let deaths = 0;
    dying.s0 = 0;
    dying.s1.fill(0);
    dying.s2.fill(0);
    let end = start;
    for (; end < latestFirst.length && time[latestFirst[end]] === t; end++) {
      const i = latestFirst[end];
      let predictor = 0;
      for (let j = 0; j < p; j++) predictor += coefficients[j] * x[i * p + j];
      const weight = Math.exp(predictor);
      addPatient(atRisk, weight, x, i);
      if (event[i] !== 1) continue;
      deaths++;
      addPatient(dying, weight, x, i);
      logLikelihood += predictor;
      for (let j = 0; j < p; j++) score[j] += x[i * p + j];
    }
    let increment = 0;
    for (let m = 0; m < deaths; m++) {
      const share = m / deaths;
      const total = atRisk.s0 - share * dying.s0;
      logLikelihood -= Math.log(total);
      increment += 1 / total;
      for (let j = 0; j < p; j++) {
        const meanJ = (atRisk.s1[j] - share * dying.s1[j]) / total;
        score[j] -= meanJ;
        for (let k = 0; k <= j; k++) {
          const meanK = (atRisk.s1[k] - share * dying.s1[k]) / total;
          const product = (atRisk.s2[j * p + k] - share * dying.s2[j * p + k]) / total;
          information[j * p + k] += product - meanJ * meanK;
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
  const penalised = logLikelihood - (penalty / 2) * squares;
  return { logLikelihood, penalised, score, information, hazardSteps: hazardSteps.reverse() };
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
