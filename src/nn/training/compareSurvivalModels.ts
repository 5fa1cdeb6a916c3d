/** Kaplan-Meier, ridge Cox and the log-logistic networks on the same folds of one cohort. */
import { Random } from '../../core/random.ts';
import { integratedBrierScore } from '../../core/survival/brier.ts';
import { harrellC, unoC, type Concordance } from '../../core/survival/concordance.ts';
import { coxPredictor, coxSurvival, fitCoxRidge } from '../../core/survival/coxRidge.ts';
import { kaplanMeier, stepAt } from '../../core/survival/kaplanMeier.ts';
import { survival, type RightCensored } from '../../core/survival/logLogistic.ts';
import { quantiles } from '../../core/volume/intensity.ts';
import {
  chooseRecipe,
  fitEnsemble,
  inFold,
  learnScaling,
  predictEnsemble,
  rowsOf,
  scaledInputs,
  stratifiedFolds,
  type SurvivalTable,
} from './trainCovariates.ts';

export const SURVIVAL_MODELS = ['km', 'coxRidge', 'logLogisticNet'] as const;
export type SurvivalModel = (typeof SURVIVAL_MODELS)[number];

/** Probability of being free of the event at t years, for the patient of a row. */
type SurvivalAt = (row: number, t: number) => number;

/** A model's scores in one repeat: predictions for all patients, each by a model that had not seen them. */
export interface Scores {
  readonly harrell: number;
  readonly uno: number;
  readonly ibs: number;
  /** Mean of the predicted risk at the horizon. */
  readonly meanRisk: number;
}

export interface ComparisonOptions {
  readonly folds: number;
  readonly repeats: number;
  readonly seed: number;
  /** Where C, Brier's score and the mean risk are taken, years. */
  readonly horizonYears: number;
  /** Members of an ensemble of networks. */
  readonly members: number;
  /** Rows that the scores are taken over; all are learned from. */
  readonly scored: readonly number[];
}

/**
 * Repeated nested cross-validation, folds stratified by the event: whatever a model learns (scaling, imputation, penalty,
 * width, calibration) it learns inside each training part. C counts pairs within a fold, whose predictions come from one
 * model; the other scores are over a repeat's pooled predictions.
 * @param onRepeat told each repeat's scores
 */
export function compareSurvivalModels(
  table: SurvivalTable,
  options: ComparisonOptions,
  onRepeat: (repeat: number, scores: Readonly<Record<SurvivalModel, Scores>>) => void,
): Record<SurvivalModel, Scores>[] {
  return Array.from({ length: options.repeats }, (_, repeat) => {
    const random = new Random(options.seed + repeat);
    const fold = stratifiedFolds(table.event, options.folds, random);
    const predictors: Record<SurvivalModel, SurvivalAt[]> = { km: [], coxRidge: [], logLogisticNet: [] };
    for (let k = 0; k < options.folds; k++) {
      const { training, test } = inFold(fold, k);
      const seen = rowsOf(table, training);
      const unseen = rowsOf(table, test);
      const fitted: Record<SurvivalModel, SurvivalAt> = {
        km: kaplanMeierModel(seen),
        coxRidge: coxRidgeModel(seen, unseen, random),
        logLogisticNet: networkModel(seen, unseen, options, random),
      };
      for (const model of SURVIVAL_MODELS) {
        test.forEach((patient, row) => (predictors[model][patient] = (_row, t) => fitted[model](row, t)));
      }
    }
    const scores = Object.fromEntries(
      SURVIVAL_MODELS.map((model) => [model, score(table, fold, options, (i, t) => predictors[model][i](i, t))]),
    ) as Record<SurvivalModel, Scores>;
    onRepeat(repeat, scores);
    return scores;
  });
}

function score(
  table: SurvivalTable,
  fold: Uint8Array,
  { folds, scored, horizonYears }: ComparisonOptions,
  survivalAt: SurvivalAt,
): Scores {
  const part = rowsOf(table, scored);
  const byFold = Array.from({ length: folds }, (_, k) => scored.filter((i) => fold[i] === k));
  const concordance = (count: (rows: SurvivalTable, risks: Float64Array) => Concordance): number => {
    const counts = byFold.map((rows) =>
      count(
        rowsOf(table, rows),
        Float64Array.from(rows, (i) => 1 - survivalAt(i, horizonYears)),
      ),
    );
    const sum = (of: (one: Concordance) => number): number => counts.reduce((total, one) => total + of(one), 0);
    const agreeing = sum(({ concordant, tiedRisk }) => concordant + tiedRisk / 2);
    return agreeing / sum(({ concordant, discordant, tiedRisk }) => concordant + discordant + tiedRisk);
  };
  return {
    harrell: concordance(({ time, event }, risks) => harrellC(time, event, risks)),
    uno: concordance(({ time, event }, risks) => unoC(time, event, risks, horizonYears, part)),
    ibs: integratedBrierScore(part.time, part.event, (row, t) => survivalAt(scored[row], t), horizonYears, part),
    meanRisk: scored.reduce((sum, i) => sum + 1 - survivalAt(i, horizonYears), 0) / scored.length,
  };
}

function kaplanMeierModel({ time, event }: RightCensored): SurvivalAt {
  const km = kaplanMeier(time, event);
  return (_row, t) => stepAt(km.time, km.survival, t, 1);
}

/** From strong to weak; inputs have SD 1. */
const COX_PENALTIES = [1000, 500, 250, 120, 60, 30, 15, 7, 3, 1];
const INNER_FOLDS = 5;

/** Ridge Cox; the penalty of the greatest cross-validated partial likelihood (Verweij and van Houwelingen, Stat Med 1993). */
function coxRidgeModel(seen: SurvivalTable, unseen: SurvivalTable, random: Random): SurvivalAt {
  const scaling = learnScaling(seen);
  const p = scaling.columns.length;
  const raw = scaledInputs(seen, scaling);
  const sd = columnSds(raw, p);
  const standardised = (x: Float64Array): Float64Array => x.map((value, at) => value / sd[at % p]);
  const x = standardised(raw);
  const inner = stratifiedFolds(seen.event, INNER_FOLDS, random);
  const gains = COX_PENALTIES.map((penalty) => {
    let gain = 0;
    for (let k = 0; k < INNER_FOLDS; k++) {
      const { training } = inFold(inner, k);
      const part = rowsOf(seen, training);
      const rows = Float64Array.from({ length: training.length * p }, (_, at) => {
        return x[training[Math.floor(at / p)] * p + (at % p)];
      });
      // Of the whole less that of the training part: what the patients left out add.
      const model = fitCoxRidge(rows, part.time, part.event, penalty);
      gain += partialLogLikelihood(x, seen, model.coefficients) - model.logLikelihood;
    }
    return gain;
  });
  const best = COX_PENALTIES[gains.indexOf(Math.max(...gains))];
  const model = fitCoxRidge(x, seen.time, seen.event, best);
  const test = standardised(scaledInputs(unseen, scaling));
  return (row, t) => coxSurvival(model, test.subarray(row * p, (row + 1) * p), t);
}

function columnSds(x: Float64Array, p: number): Float64Array {
  const n = x.length / p;
  return Float64Array.from({ length: p }, (_, j) => {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      sum += x[i * p + j];
      squares += x[i * p + j] ** 2;
    }
    // A column that a training part holds constant tells nothing there.
    return Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2)) || 1;
  });
}

/** Cox's partial log-likelihood with Breslow's ties. */
function partialLogLikelihood(x: Float64Array, { time, event }: RightCensored, coefficients: Float64Array): number {
  const p = coefficients.length;
  const zero = { coefficients, means: new Float64Array(p) };
  const order = [...time.keys()].sort((a, b) => time[b] - time[a]);
  const predictor = Float64Array.from(time, (_, i) => coxPredictor(zero, x.subarray(i * p, (i + 1) * p)));
  let atRisk = 0;
  let value = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && time[order[end]] === time[order[start]]) atRisk += Math.exp(predictor[order[end++]]);
    for (let k = start; k < end; k++) if (event[order[k]] === 1) value += predictor[order[k]] - Math.log(atRisk);
    start = end;
  }
  return value;
}

function networkModel(
  seen: SurvivalTable,
  unseen: SurvivalTable,
  { members, horizonYears }: ComparisonOptions,
  random: Random,
): SurvivalAt {
  const calibration = { atYears: horizonYears, byInput: null };
  const ensemble = fitEnsemble(seen, chooseRecipe(seen, random), members, calibration, random);
  const laws = predictEnsemble(ensemble, unseen);
  return (row, t) => survival(laws[row], t);
}

/**
 * The horizon where none is asked for: when nine of ten of the events that were seen had come. Later, too few are followed for
 * a score to mean anything.
 */
export function usualHorizonYears({ time, event }: RightCensored): number {
  return quantiles(
    [...time].filter((_, i) => event[i] === 1),
    [0.9],
  )[0];
}
