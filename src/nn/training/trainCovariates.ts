/**
 * Fits the covariate branch: ridge-penalised log-logistic networks, linear or with one small hidden layer, penalty and width
 * from inner cross-validation on the likelihood, refitted on bootstrap samples and averaged. Everything is a function of the
 * data and the random numbers passed in.
 */
import type { Random } from '../../core/random.ts';
import { solveSymmetric } from '../../core/survival/linearAlgebra.ts';
import { kaplanMeier, stepAt } from '../../core/survival/kaplanMeier.ts';
import type { LogLogistic, RightCensored } from '../../core/survival/logLogistic.ts';
import { fitNull, negativeLogLikelihood, patientWeights, risk } from '../../core/survival/logLogistic.ts';
import type { MemberParameters, MemberShape } from '../networks/covariateBranch.ts';
import { lawOf, meanLaw, memberOutput, parameterCount } from '../networks/covariateBranch.ts';
import { minimise } from './lbfgs.ts';

/** Patients by inputs. `values` is row-major, NaN where unknown. */
export interface SurvivalTable extends RightCensored {
  readonly inputs: readonly { readonly name: string; readonly yesNo: boolean }[];
  readonly values: Float64Array;
}

/** What turns a table's values into network inputs: learned from the training patients alone. */
export interface TableScaling {
  /** Columns with variation, by index: the others do not exist in the weights. */
  readonly columns: readonly number[];
  readonly shift: Float64Array;
  readonly scale: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** Mean as the network sees it: what stands in for a missing value. */
  readonly mean: Float64Array;
}

export interface Recipe {
  readonly hiddenUnits: number;
  /** Half the weight of the squared parameters (biases apart) in the mean loss. */
  readonly penalty: number;
}

export interface CovariateEnsemble {
  readonly scaling: TableScaling;
  readonly recipe: Recipe;
  readonly members: readonly MemberParameters[];
}

export function rowsOf(table: SurvivalTable, rows: ArrayLike<number>): SurvivalTable {
  const p = table.inputs.length;
  const values = new Float64Array(rows.length * p);
  const time = new Float64Array(rows.length);
  const event = new Uint8Array(rows.length);
  for (let r = 0; r < rows.length; r++) {
    values.set(table.values.subarray(rows[r] * p, (rows[r] + 1) * p), r * p);
    time[r] = table.time[rows[r]];
    event[r] = table.event[rows[r]];
  }
  return { inputs: table.inputs, values, time, event };
}

export function learnScaling(table: SurvivalTable): TableScaling {
  const p = table.inputs.length;
  const kept = table.inputs.flatMap(({ yesNo }, column) => {
    const values: number[] = [];
    for (let i = column; i < table.values.length; i += p)
      if (!Number.isNaN(table.values[i])) values.push(table.values[i]);
    if (values.length === 0) return [];
    const min = Math.min(...values);
    const max = Math.max(...values);
    if (min === max) return [];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    return [{ column, min, max, shift: yesNo ? 0 : mean, scale: yesNo ? 1 : sd, mean: yesNo ? mean : 0 }];
  });
  const pick = (field: 'shift' | 'scale' | 'min' | 'max' | 'mean'): Float64Array =>
    Float64Array.from(kept, (column) => column[field]);
  return {
    columns: kept.map(({ column }) => column),
    shift: pick('shift'),
    scale: pick('scale'),
    min: pick('min'),
    max: pick('max'),
    mean: pick('mean'),
  };
}

/** The table as network inputs, row-major: scaled, a missing value at the training mean. */
export function scaledInputs(table: SurvivalTable, scaling: TableScaling): Float64Array {
  const n = table.time.length;
  const p = scaling.columns.length;
  const x = new Float64Array(n * p);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < p; j++) {
      const value = table.values[i * table.inputs.length + scaling.columns[j]];
      x[i * p + j] = Number.isNaN(value) ? scaling.mean[j] : (value - scaling.shift[j]) / scaling.scale[j];
    }
  }
  return x;
}

/** Of the mean loss; a tenth of it moves no held-out figure in its fourth digit. */
const SLOPE_TOLERANCE = 1e-4;
const MAX_ITERATIONS = 300;
/** Spread of a hidden layer's first weights, over sqrt(inputs): small, so that tanh starts in its linear part. */
const START_SPREAD = 0.5;

/** Where a member's search starts: the null fit, so that the biases need not first travel there. */
function startParameters(shape: MemberShape, data: RightCensored, random: Random): MemberParameters {
  const parameters = new Float64Array(parameterCount(shape));
  const hiddenWeights = shape.hiddenUnits * shape.inputs;
  const spread = START_SPREAD / Math.sqrt(shape.inputs);
  for (let k = 0; k < hiddenWeights; k++) parameters[k] = spread * random.normal();
  const nullFit = fitNull(data, patientWeights(data.event, 'plain'));
  parameters[parameters.length - 2] = nullFit.mu;
  parameters[parameters.length - 1] = Math.log(nullFit.sigma);
  return parameters;
}

/**
 * How much harder the ridge shrinks the weights of ln sigma than those of mu. So few events say almost nothing of how the
 * spread differs between patients, while they do say who is at more risk: with one penalty for both, the spread's noise asks
 * for so strong a one that mu is shrunk too far (on MUSIC a hundredth of C). 100 leaves nearly one sigma for all.
 */
const LOG_SIGMA_PENALTY = 100;

/** The ridge's share for each parameter: 1 for weights, 0 for biases, LOG_SIGMA_PENALTY for the weights of ln sigma. */
function penaltyShares(shape: MemberShape): Float64Array {
  const { inputs, hiddenUnits } = shape;
  const shares = new Float64Array(parameterCount(shape)).fill(1);
  const head = hiddenUnits * (inputs + 1);
  const width = inputs + hiddenUnits;
  shares.fill(0, hiddenUnits * inputs, head);
  shares.fill(LOG_SIGMA_PENALTY, head + width, head + 2 * width);
  shares.fill(0, head + 2 * width);
  return shares;
}

function fitMember(
  x: Float64Array,
  data: RightCensored,
  shape: MemberShape,
  penalty: number,
  start: MemberParameters,
): MemberParameters {
  const { inputs, hiddenUnits } = shape;
  const n = data.time.length;
  const shares = penaltyShares(shape);
  const hidden = new Float64Array(hiddenUnits);
  const raw = new Float64Array(2);
  const biases = hiddenUnits * inputs;
  const head = biases + hiddenUnits;
  const width = inputs + hiddenUnits;
  return minimise(
    (parameters, gradient) => {
      gradient.fill(0);
      let loss = 0;
      for (let i = 0; i < n; i++) {
        memberOutput(parameters, shape, x, i * inputs, hidden, raw);
        const law = lawOf(raw);
        const nll = negativeLogLikelihood(law, data.time[i], data.event[i]);
        loss += nll.value / n;
        // Nothing flows back through the clip and the floor.
        const gMu = law.mu === raw[0] ? nll.byMu / n : 0;
        const gLogSigma = law.sigma === Math.exp(raw[1]) ? nll.byLogSigma / n : 0;
        gradient[head + 2 * width] += gMu;
        gradient[head + 2 * width + 1] += gLogSigma;
        for (let j = 0; j < inputs; j++) {
          gradient[head + j] += gMu * x[i * inputs + j];
          gradient[head + width + j] += gLogSigma * x[i * inputs + j];
        }
        for (let h = 0; h < hiddenUnits; h++) {
          gradient[head + inputs + h] += gMu * hidden[h];
          gradient[head + width + inputs + h] += gLogSigma * hidden[h];
          const back =
            (gMu * parameters[head + inputs + h] + gLogSigma * parameters[head + width + inputs + h]) *
            (1 - hidden[h] ** 2);
          gradient[biases + h] += back;
          for (let j = 0; j < inputs; j++) gradient[h * inputs + j] += back * x[i * inputs + j];
        }
      }
      for (let k = 0; k < parameters.length; k++) {
        loss += ((penalty * shares[k]) / 2) * parameters[k] ** 2;
        gradient[k] += penalty * shares[k] * parameters[k];
      }
      return loss;
    },
    start,
    { slopeTolerance: SLOPE_TOLERANCE, maxIterations: MAX_ITERATIONS },
  );
}

/** Adds each patient's negative log likelihood, of patients whom the member has not seen, to `losses` at `places`. */
function addHeldOutLosses(
  x: Float64Array,
  data: RightCensored,
  shape: MemberShape,
  parameters: MemberParameters,
  losses: Float64Array,
  places: Uint32Array,
): void {
  const hidden = new Float64Array(shape.hiddenUnits);
  const raw = new Float64Array(2);
  for (let i = 0; i < data.time.length; i++) {
    memberOutput(parameters, shape, x, i * shape.inputs, hidden, raw);
    losses[places[i]] += negativeLogLikelihood(lawOf(raw), data.time[i], data.event[i]).value;
  }
}

/** In which fold each patient is tested: shuffled, with every stratum spread evenly over the folds. */
export function stratifiedFolds(strata: ArrayLike<number>, folds: number, random: Random): Uint8Array {
  const order = Array.from({ length: strata.length }, (_, i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  order.sort((a, b) => strata[a] - strata[b]);
  const fold = new Uint8Array(strata.length);
  order.forEach((patient, place) => (fold[patient] = place % folds));
  return fold;
}

export function inFold(fold: Uint8Array, k: number): { readonly training: Uint32Array; readonly test: Uint32Array } {
  const all = Uint32Array.from(fold.keys());
  return { training: all.filter((i) => fold[i] !== k), test: all.filter((i) => fold[i] === k) };
}

/** From strong to weak. */
const PENALTIES = [0.1, 0.06, 0.04, 0.025, 0.016, 0.01, 0.006];
const HIDDEN_UNITS = [0, 4] as const;
const INNER_FOLDS = 5;
const INNER_REPEATS = 2;
/** Of mu, either way: no calibration comes near it. */
const MAX_SHIFT = 5;

interface Candidate extends Recipe {
  /** By patient, summed over the repeats. */
  readonly losses: Float64Array;
}

function total(losses: Float64Array): number {
  return losses.reduce((sum, loss) => sum + loss, 0);
}

function leastLoss(candidates: readonly Candidate[]): Candidate {
  return candidates.reduce((best, candidate) => (total(candidate.losses) < total(best.losses) ? candidate : best));
}

/** `other` loses less than `simple` by more than one standard error of the patients' paired differences. */
function clearlyBetter(other: Candidate, simple: Candidate): boolean {
  const gains = simple.losses.map((loss, i) => loss - other.losses[i]);
  const n = gains.length;
  const mean = total(gains) / n;
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (n - 1);
  return mean > Math.sqrt(variance / n);
}

/**
 * Penalty and width by repeated five-fold cross-validation: the penalty of the least held-out loss, and a hidden layer only
 * where it gains more than one standard error (Breiman et al. 1984), for with few events the least loss picks by chance.
 */
export function chooseRecipe(table: SurvivalTable, random: Random): Recipe {
  const candidates: readonly Candidate[] = HIDDEN_UNITS.flatMap((hiddenUnits) =>
    PENALTIES.map((penalty) => ({ hiddenUnits, penalty, losses: new Float64Array(table.time.length) })),
  );
  for (let repeat = 0; repeat < INNER_REPEATS; repeat++) {
    const fold = stratifiedFolds(table.event, INNER_FOLDS, random);
    for (let k = 0; k < INNER_FOLDS; k++) {
      const { training, test } = inFold(fold, k);
      const seen = rowsOf(table, training);
      const unseen = rowsOf(table, test);
      const scaling = learnScaling(seen);
      const x = scaledInputs(seen, scaling);
      const xUnseen = scaledInputs(unseen, scaling);
      for (const { hiddenUnits, penalty, losses } of candidates) {
        const shape = { inputs: scaling.columns.length, hiddenUnits };
        const parameters = fitMember(x, seen, shape, penalty, startParameters(shape, seen, random));
        addHeldOutLosses(xUnseen, unseen, shape, parameters, losses, test);
      }
    }
  }
  const [linear, hidden] = HIDDEN_UNITS.map((units) =>
    leastLoss(candidates.filter(({ hiddenUnits }) => hiddenUnits === units)),
  );
  const { hiddenUnits, penalty } = clearlyBetter(hidden, linear) ? hidden : linear;
  return { hiddenUnits, penalty };
}

/** The mean risk at `atYears` is made that of Kaplan-Meier, in all or apart for the two values of a yes/no input. */
export interface Calibration {
  readonly atYears: number;
  readonly byInput: string | null;
}

/** Refits of the recipe on bootstrap samples of the patients, each from its own start; then calibrated. */
export function fitEnsemble(
  table: SurvivalTable,
  recipe: Recipe,
  members: number,
  calibration: Calibration,
  random: Random,
): CovariateEnsemble {
  const scaling = learnScaling(table);
  const shape = { inputs: scaling.columns.length, hiddenUnits: recipe.hiddenUnits };
  const n = table.time.length;
  const ensemble = {
    scaling,
    recipe,
    members: Array.from({ length: members }, () => {
      const drawn = rowsOf(
        table,
        Uint32Array.from({ length: n }, () => Math.floor(random.next() * n)),
      );
      const start = startParameters(shape, drawn, random);
      return fitMember(scaledInputs(drawn, scaling), drawn, shape, recipe.penalty, start);
    }),
  };
  calibrate(ensemble, shape, table, calibration);
  return ensemble;
}

/**
 * Shifts mu of every member alike. The penalty pulls both values of a flag towards their common risk, averaging mu pulls the
 * mean risk down, and a log-logistic curve does not follow a cohort's exactly: together up to a sixth of the 4-year risk.
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
  const head = shape.hiddenUnits * (shape.inputs + 1);
  const bias = head + 2 * (shape.inputs + shape.hiddenUnits);
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

/** The ensemble's law for each patient of a table. */
export function predictEnsemble(ensemble: CovariateEnsemble, table: SurvivalTable): LogLogistic[] {
  const x = scaledInputs(table, ensemble.scaling);
  const inputs = ensemble.scaling.columns.length;
  const shape = { inputs, hiddenUnits: ensemble.recipe.hiddenUnits };
  const hidden = new Float64Array(shape.hiddenUnits);
  const raw = new Float64Array(2);
  return Array.from(table.time, (_, i) =>
    meanLaw(
      ensemble.members.map((parameters) => {
        memberOutput(parameters, shape, x, i * inputs, hidden, raw);
        return lawOf(raw);
      }),
    ),
  );
}

/**
 * A constant hazard of an event per year, log-linear in the inputs: [intercept, one slope an input], by maximum likelihood
 * (Poisson regression with the time at risk as exposure, Newton). `x` row-major, no missing values.
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
