/**
 * Fits the covariate branch: ridge-penalised log-logistic networks, linear or with up to five hidden layers, penalty, epochs
 * and depth from inner cross-validation on the likelihood, refitted on bootstrap samples and averaged. Everything is a
 * function of the data and the random numbers passed in.
 */
import type { Random } from '../../core/random.ts';
import { solveSymmetric } from '../../core/statistics/linearAlgebra.ts';
import { kaplanMeier, stepAt } from '../../core/statistics/kaplanMeier.ts';
import {
  fitNull,
  type LogLogistic,
  negativeLogLikelihood,
  patientWeights,
  risk,
} from '../../core/patient/logLogistic.ts';
import type { RightCensored } from '../../core/statistics/rightCensored.ts';
import {
  headOffset,
  lawOf,
  meanLaw,
  memberOutput,
  type MemberParameters,
  type MemberShape,
  parameterCount,
} from '../networks/covariateBranch.ts';
import { columnVariances, fitMember, startParameters } from './fitMember.ts';
import {
  balancedSamples,
  inFold,
  learnScaling,
  rowsOf,
  scaledInputs,
  stratifiedFolds,
  type SurvivalTable,
  type TableScaling,
} from './survivalTable.ts';

export interface Recipe {
  /** Hidden layers: 0 is a linear network. */
  readonly depth: number;
  /** Twice the weight of the squared parameters in the mean loss, each as `fitMember` shares it. */
  readonly penalty: number;
  /** Steps of L-BFGS over all patients, at most. */
  readonly epochs: number;
}

export interface CovariateEnsemble {
  readonly scaling: TableScaling;
  readonly recipe: Recipe;
  readonly members: readonly MemberParameters[];
}

/** Adds each patient's negative log likelihood, for patients whom the member has not seen, to `losses` at `places`. */
function addHeldOutLosses(
  x: Float64Array,
  data: RightCensored,
  shape: MemberShape,
  parameters: MemberParameters,
  losses: Float64Array,
  places: Uint32Array,
): void {
  const hidden = new Float64Array(shape.depth * shape.width);
  const raw = new Float64Array(2);
  for (let i = 0; i < data.time.length; i++) {
    memberOutput(parameters, shape, x, i * shape.inputs, hidden, raw);
    losses[places[i]] += negativeLogLikelihood(lawOf(raw), data.time[i], data.event[i]).value;
  }
}

/** From strong to weak. */
export const LINEAR_PENALTIES: readonly number[] = [0.25, 0.15, 0.1, 0.06, 0.04, 0.025, 0.016];
/** Fewer, because a hidden layer costs far more to fit. */
const HIDDEN_PENALTIES = [0.15, 0.05];
export const HIDDEN_DEPTHS = [1, 2, 3, 4, 5];
/** Units in each hidden layer: the least of SSCAR's 4 to 24, because it had more events. */
export const WIDTH = 4;
const EPOCHS = [20, 40, 80];
const MOST_EPOCHS = 80;
const INNER_FOLDS = 5;
const INNER_REPEATS = 2;
/** The difference of mu over which the slope's change is taken. */
const STEP = 1e-4;
/** Limit of mu's shift, either way: no calibration comes near it. */
const MAX_SHIFT = 5;

interface Candidate extends Recipe {
  /** By patient, summed over the repeats. */
  readonly losses: Float64Array;
}

function total(losses: Float64Array): number {
  return losses.reduce((sum, loss) => sum + loss, 0);
}

function leastLoss(candidates: readonly Candidate[]): Candidate | null {
  return candidates.reduce<Candidate | null>(
    (best, candidate) => (best === null || total(candidate.losses) < total(best.losses) ? candidate : best),
    null,
  );
}

/** The best of dozens of candidates gains one by chance. */
const STANDARD_ERRORS = 2;

/** `other` has a smaller loss than `simple` by more than STANDARD_ERRORS of the patients' paired differences. */
function clearlyBetter(other: Candidate, simple: Candidate): boolean {
  const gains = simple.losses.map((loss, i) => loss - other.losses[i]);
  const n = gains.length;
  const mean = total(gains) / n;
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (n - 1);
  return mean > STANDARD_ERRORS * Math.sqrt(variance / n);
}

/**
 * Depth, penalty and epochs by repeated five-fold cross-validation: those of the least held-out loss, and hidden layers
 * only if they gain more than two standard errors (after Breiman et al. 1984), because with few events the least loss
 * picks by chance. Of the depths above 0 only the best of the first repeat is continued, to save time.
 * @param hiddenDepths those that are tried in addition to a linear network
 * @param linearPenalties those that are tried for a linear network
 */
export function chooseRecipe(
  table: SurvivalTable,
  random: Random,
  hiddenDepths: readonly number[],
  linearPenalties = LINEAR_PENALTIES,
): Recipe {
  let paths = [
    ...linearPenalties.map((penalty) => ({ depth: 0, penalty })),
    ...hiddenDepths.flatMap((depth) => HIDDEN_PENALTIES.map((penalty) => ({ depth, penalty }))),
  ].map(({ depth, penalty }): Candidate[] =>
    EPOCHS.map((epochs) => ({ depth, penalty, epochs, losses: new Float64Array(table.time.length) })),
  );
  const best = (hidden: boolean): Candidate | null =>
    leastLoss(paths.flat().filter(({ depth }) => depth > 0 === hidden));
  for (let repeat = 0; repeat < INNER_REPEATS; repeat++) {
    addRepeat(table, paths, random);
    const bestDepth = best(true)?.depth;
    paths = paths.filter(([{ depth }]) => depth === 0 || depth === bestDepth);
  }
  const [linear, other] = [best(false), best(true)];
  if (linear === null) throw new RangeError('A search of recipes has no linear network in it.');
  const { depth, penalty, epochs } = other !== null && clearlyBetter(other, linear) ? other : linear;
  return { depth, penalty, epochs };
}

/**
 * The effective number of parameters, besides the bias, of a linear network's mu at a penalty: the trace of (H + P)^-1
 * H, with H the information of the weights at the law that fits all alike and P the ridge. The weights of ln sigma are
 * shrunk a hundred times harder and left out. Source: Hastie, Tibshirani and Friedman, The Elements of Statistical
 * Learning, 2nd ed. 2009, section 3.4.1.
 */
export function effectiveParameters(table: SurvivalTable, penalty: number): number {
  const scaling = learnScaling(table);
  const x = scaledInputs(table, scaling);
  const p = scaling.columns.length;
  const n = table.time.length;
  const law = fitNull(table, patientWeights(table.event, 'plain'));
  const slopeAt = (mu: number, i: number): number =>
    negativeLogLikelihood({ ...law, mu }, table.time[i], table.event[i]).byMu;
  const weights = Float64Array.from(
    table.time,
    (_, i) => (slopeAt(law.mu + STEP, i) - slopeAt(law.mu - STEP, i)) / (2 * STEP),
  );
  const weight = weights.reduce((sum, one) => sum + one, 0);
  const centres = Float64Array.from(
    { length: p },
    (_, j) => weights.reduce((sum, one, i) => sum + one * x[i * p + j], 0) / weight,
  );
  const information = new Float64Array(p * p);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < p; j++) {
      const share = (weights[i] / n) * (x[i * p + j] - centres[j]);
      for (let k = 0; k < p; k++) information[j * p + k] += share * (x[i * p + k] - centres[k]);
    }
  }
  const ridge = columnVariances(x, p).map((variance) => penalty * variance);
  const penalised = information.map((value, at) => (at % (p + 1) === 0 ? value + ridge[at / (p + 1)] : value));
  return ridge.reduce((sum, of, j) => {
    const unit = Float64Array.from({ length: p }, (_, k) => Number(k === j));
    return sum + 1 - of * solveSymmetric(penalised, unit)[j];
  }, 0);
}

/** One cross-validation of the candidates; a path is one network at more and more epochs. */
function addRepeat(table: SurvivalTable, paths: readonly (readonly Candidate[])[], random: Random): void {
  const fold = stratifiedFolds(table.event, INNER_FOLDS, random);
  for (let k = 0; k < INNER_FOLDS; k++) {
    const { training, test } = inFold(fold, k);
    const seen = rowsOf(table, training);
    const unseen = rowsOf(table, test);
    const scaling = learnScaling(seen);
    const x = scaledInputs(seen, scaling);
    const xUnseen = scaledInputs(unseen, scaling);
    const nullFit = fitNull(seen, patientWeights(seen.event, 'plain'));
    for (const candidates of paths) {
      const recipe = { ...candidates[0], epochs: MOST_EPOCHS };
      const shape = shapeOf(scaling, recipe);
      const judge = (candidate: Candidate, parameters: MemberParameters): void =>
        addHeldOutLosses(xUnseen, unseen, shape, parameters, candidate.losses, test);
      let judged = 0;
      const last = fitMember(x, seen, shape, recipe, startParameters(shape, nullFit, random), (epoch, parameters) => {
        if (epoch === candidates[judged]?.epochs) judge(candidates[judged++], parameters);
      });
      // If the search converged early, more epochs give the same network.
      for (; judged < candidates.length; judged++) judge(candidates[judged], last);
    }
  }
}

/**
 * The mean risk at `atYears` is made equal to Kaplan-Meier's, overall or separately for the two values of a yes/no
 * input.
 */
export interface Calibration {
  readonly atYears: number;
  readonly byInput: string | null;
}

export function shapeOf(scaling: TableScaling, { depth }: Recipe): MemberShape {
  return { inputs: scaling.columns.length, depth, width: WIDTH };
}

/**
 * Refits of a network on balanced bootstrap samples of the patients, each from its own start.
 * @param x inputs as the network sees them, row-major
 */
export function fitRefits(
  x: Float64Array,
  data: RightCensored,
  shape: MemberShape,
  recipe: Recipe,
  members: number,
  random: Random,
): MemberParameters[] {
  const n = data.time.length;
  const nullFit = fitNull(data, patientWeights(data.event, 'plain'));
  return balancedSamples(n, members, random).map((rows) => {
    const drawn = new Float64Array(x.length);
    rows.forEach((row, r) => drawn.set(x.subarray(row * shape.inputs, (row + 1) * shape.inputs), r * shape.inputs));
    const outcomes = {
      time: Float64Array.from(rows, (row) => data.time[row]),
      event: Uint8Array.from(rows, (row) => data.event[row]),
    };
    return fitMember(drawn, outcomes, shape, recipe, startParameters(shape, nullFit, random));
  });
}

/** Refits of the recipe, then calibrated. */
export function fitEnsemble(
  table: SurvivalTable,
  recipe: Recipe,
  members: number,
  calibration: Calibration,
  random: Random,
): CovariateEnsemble {
  const scaling = learnScaling(table);
  const shape = shapeOf(scaling, recipe);
  const ensemble = {
    scaling,
    recipe,
    members: fitRefits(scaledInputs(table, scaling), table, shape, recipe, members, random),
  };
  calibrate(ensemble, shape, table, calibration);
  return ensemble;
}

/**
 * Shifts mu of every member alike. The penalty pulls both values of a flag towards their common risk, averaging mu pulls the
 * mean risk down, and a log-logistic curve does not follow a cohort's exactly: together these change the 4-year risk by
 * up to a sixth.
 */
function calibrate(
  ensemble: CovariateEnsemble,
  shape: MemberShape,
  table: SurvivalTable,
  calibration: Calibration,
): void {
  const laws = predictEnsemble(ensemble, table);
  const shiftFor = (patients: readonly number[]): number => {
    const { time, event } = rowsOf(table, patients);
    const km = kaplanMeier(time, event);
    const observed = 1 - stepAt(km.time, km.survival, calibration.atYears, 1);
    let low = -MAX_SHIFT;
    let high = MAX_SHIFT;
    for (let halving = 0; halving < 50; halving++) {
      const shift = (low + high) / 2;
      const mean =
        patients.reduce((sum, i) => sum + risk({ ...laws[i], mu: laws[i].mu + shift }, calibration.atYears), 0) /
        patients.length;
      if (mean > observed) low = shift;
      else high = shift;
    }
    return (low + high) / 2;
  };
  const bias = parameterCount(shape) - 2;
  const head = headOffset(shape);
  const input = ensemble.scaling.columns.findIndex((column) => table.inputs[column].name === calibration.byInput);
  const all = [...laws.keys()];
  if (input < 0) {
    const shift = shiftFor(all);
    for (const parameters of ensemble.members) parameters[bias] += shift;
    return;
  }
  const value = (i: number): number => table.values[i * table.inputs.length + ensemble.scaling.columns[input]];
  const shiftNo = shiftFor(all.filter((i) => value(i) === 0));
  const shiftYes = shiftFor(all.filter((i) => value(i) === 1));
  for (const parameters of ensemble.members) {
    parameters[bias] += shiftNo;
    parameters[head + input] += shiftYes - shiftNo;
  }
}

/** Each member's law for each patient of a table. */
export function memberLaws(ensemble: CovariateEnsemble, table: SurvivalTable): LogLogistic[][] {
  const x = scaledInputs(table, ensemble.scaling);
  const inputs = ensemble.scaling.columns.length;
  const shape = shapeOf(ensemble.scaling, ensemble.recipe);
  const hidden = new Float64Array(shape.depth * shape.width);
  const raw = new Float64Array(2);
  return Array.from(table.time, (_, i) =>
    ensemble.members.map((parameters) => {
      memberOutput(parameters, shape, x, i * inputs, hidden, raw);
      return lawOf(raw);
    }),
  );
}

/** The ensemble's law for each patient of a table. */
export function predictEnsemble(ensemble: CovariateEnsemble, table: SurvivalTable): LogLogistic[] {
  return memberLaws(ensemble, table).map(meanLaw);
}

/**
 * A constant hazard of an event per year, log-linear in the inputs: [intercept, one slope per input], by maximum
 * likelihood (Poisson regression with the time at risk as exposure, Newton). `x` row-major, no missing values.
 */
export function fitExponentialHazard(x: Float64Array, { time, event }: RightCensored): Float64Array {
  const n = time.length;
  const p = x.length / n + 1;
  const column = (i: number, j: number): number => (j === 0 ? 1 : x[i * (p - 1) + j - 1]);
  const total = time.reduce((sum, t) => sum + t, 0);
  const beta = new Float64Array(p);
  beta[0] = Math.log(event.reduce((sum, d) => sum + d, 0) / total);
  for (let iteration = 0; iteration < 25; iteration++) {
    const score = new Float64Array(p);
    const information = new Float64Array(p * p);
    for (let i = 0; i < n; i++) {
      let predictor = 0;
      for (let j = 0; j < p; j++) predictor += beta[j] * column(i, j);
      const expected = time[i] * Math.exp(predictor);
      for (let j = 0; j < p; j++) {
        score[j] += (event[i] - expected) * column(i, j);
        for (let k = 0; k < p; k++) information[j * p + k] += expected * column(i, j) * column(i, k);
      }
    }
    const step = solveSymmetric(information, score);
    for (let j = 0; j < p; j++) beta[j] += step[j];
    if (step.every((change) => Math.abs(change) < 1e-10)) break;
  }
  return beta;
}
