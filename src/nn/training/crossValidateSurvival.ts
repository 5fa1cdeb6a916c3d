/** Survival models on the same folds of one cohort, and their scores. */
import { Random } from '../../core/random.ts';
import { brierScore, integratedBrierScore } from '../../core/statistics/brier.ts';
import { harrellC, unoC, type Concordance } from '../../core/statistics/concordance.ts';
import type { RightCensored } from '../../core/statistics/rightCensored.ts';
import {
  balancedAccuracy,
  bestF1Threshold,
  confusionAt,
  f1,
  timeDependentRoc,
  youdenThreshold,
  type Confusion,
} from '../../core/statistics/timeDependentRoc.ts';
import { quantiles } from '../../core/quantiles.ts';
import type { FitSurvival, SurvivalAt } from './survivalModels.ts';
import { inFold, stratifiedFolds } from './survivalTable.ts';

/** One repeat: every patient is tested once, by models that had not seen them. */
export interface OutOfFold<Model extends string> {
  /** In which fold each patient is tested. */
  readonly fold: Uint8Array;
  /** By fold, what each model learned from its training part. */
  readonly fitted: readonly Readonly<Record<Model, SurvivalAt>>[];
}

/**
 * One repeat of stratified cross-validation. Each model has its own random numbers, so adding a model changes nothing
 * in the others.
 */
export function crossValidate<Model extends string>(
  strata: ArrayLike<number>,
  folds: number,
  seed: number,
  models: Readonly<Record<Model, FitSurvival>>,
): OutOfFold<Model> {
  const fold = stratifiedFolds(strata, folds, new Random(seed));
  const names = Object.keys(models) as Model[];
  return {
    fold,
    fitted: Array.from({ length: folds }, (_, k) => {
      const { training } = inFold(fold, k);
      const one = names.map((name) => [name, models[name](training, new Random(seed * folds + k))]);
      return Object.fromEntries(one) as Record<Model, SurvivalAt>;
    }),
  };
}

/**
 * A model's scores in one repeat. C, AUC and the two at thresholds are counted within a fold, whose predictions come
 * from one model, and summed over the folds; the others use a repeat's pooled predictions.
 */
export interface Scores {
  readonly harrell: number;
  readonly uno: number;
  readonly auc: number;
  /** At the horizon, and its mean from 0 to there. */
  readonly brier: number;
  readonly ibs: number;
  /** At Youden's and at the best F1's threshold of each training part. */
  readonly balancedAccuracy: number;
  readonly f1: number;
  /** Mean of the predicted risk at the horizon. */
  readonly meanRisk: number;
}

/** Scores of one model over the rows `scored`, all at the horizon (years). */
export function scoreModel<Model extends string>(
  cohort: RightCensored,
  { fold, fitted }: OutOfFold<Model>,
  model: Model,
  scored: ArrayLike<number>,
  horizonYears: number,
): Scores {
  const rows = Array.from(scored);
  const part = partOf(cohort, rows);
  const survivalAt: SurvivalAt = (row, t) => fitted[fold[row]][model](row, t);
  const concordances: { harrell: Concordance; uno: Concordance }[] = [];
  let pairs = 0;
  let ordered = 0;
  let atYouden = NOBODY;
  let atF1 = NOBODY;
  fitted.forEach((_, k) => {
    const test = rows.filter((i) => fold[i] === k);
    const training = rows.filter((i) => fold[i] !== k);
    const seen = partOf(cohort, training);
    const unseen = partOf(cohort, test);
    const riskOf = (i: number): number => 1 - fitted[k][model](i, horizonYears);
    const risks = Float64Array.from(test, riskOf);
    concordances.push({
      harrell: harrellC(unseen.time, unseen.event, risks),
      uno: unoC(unseen.time, unseen.event, risks, horizonYears, part),
    });
    const roc = timeDependentRoc(unseen, risks, horizonYears, part);
    const weight = roc.cases * roc.controls;
    pairs += weight;
    if (weight > 0) ordered += roc.auc * weight;
    const trainingRoc = timeDependentRoc(seen, Float64Array.from(training, riskOf), horizonYears, seen);
    const counts = (threshold: number): Confusion =>
      confusionAt(
        unseen,
        Uint8Array.from(risks, (value) => (value >= threshold ? 1 : 0)),
        horizonYears,
        part,
      );
    atYouden = added(atYouden, counts(youdenThreshold(trainingRoc)));
    atF1 = added(atF1, counts(bestF1Threshold(trainingRoc)));
  });
  const free = Float64Array.from(rows, (i) => survivalAt(i, horizonYears));
  return {
    harrell: joined(concordances.map(({ harrell }) => harrell)),
    uno: joined(concordances.map(({ uno }) => uno)),
    auc: ordered / pairs,
    brier: brierScore(part.time, part.event, free, horizonYears, part),
    ibs: integratedBrierScore(part.time, part.event, (row, t) => survivalAt(rows[row], t), horizonYears, part),
    balancedAccuracy: balancedAccuracy(atYouden),
    f1: f1(atF1),
    meanRisk: 1 - free.reduce((sum, value) => sum + value, 0) / free.length,
  };
}

function partOf({ time, event }: RightCensored, rows: readonly number[]): RightCensored {
  return { time: Float64Array.from(rows, (i) => time[i]), event: Uint8Array.from(rows, (i) => event[i]) };
}

function joined(counts: readonly Concordance[]): number {
  const sum = (of: (one: Concordance) => number): number => counts.reduce((total, one) => total + of(one), 0);
  const agreeing = sum(({ concordant, tiedRisk }) => concordant + tiedRisk / 2);
  return agreeing / sum(({ concordant, discordant, tiedRisk }) => concordant + discordant + tiedRisk);
}

const NOBODY: Confusion = { truePositive: 0, falseNegative: 0, falsePositive: 0, trueNegative: 0 };

function added(a: Confusion, b: Confusion): Confusion {
  return {
    truePositive: a.truePositive + b.truePositive,
    falseNegative: a.falseNegative + b.falseNegative,
    falsePositive: a.falsePositive + b.falsePositive,
    trueNegative: a.trueNegative + b.trueNegative,
  };
}

/**
 * The default horizon: when nine of ten observed events have occurred. Later, too few are followed for a score to mean
 * anything.
 */
export function usualHorizonYears({ time, event }: RightCensored): number {
  return quantiles(
    [...time].filter((_, i) => event[i] === 1),
    [0.9],
  )[0];
}
