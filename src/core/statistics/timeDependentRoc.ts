import { casesAndControls } from './censoringWeights.ts';
import { ascending } from './kaplanMeier.ts';
import type { RightCensored } from './rightCensored.ts';

/** One point for each distinct risk, from the highest down; 'positive' is a risk of at least that threshold. */
export interface TimeDependentRoc {
  readonly threshold: Float64Array;
  /** Weighted counts of the positive: with the event by t, and free of it. */
  readonly truePositive: Float64Array;
  readonly falsePositive: Float64Array;
  /** Weighted counts of all with the event by t, and of all free of it. */
  readonly cases: number;
  readonly controls: number;
  readonly auc: number;
}

/**
 * Cumulative/dynamic ROC curve at t: those with the event by t against those still free of it, weighted for censoring. The
 * area is the weighted share of such pairs in which the case has the higher risk, ties counting half. Sources: Uno et al.,
 * JASA 2007; Hung and Chiang, Can J Stat 2010; as R's riskRegression::Score. Throws BeyondFollowUpError.
 */
export function timeDependentRoc(
  data: RightCensored,
  risk: Float64Array,
  t: number,
  censoringFrom: RightCensored,
): TimeDependentRoc {
  const { caseWeight, controlWeight } = casesAndControls(data, t, censoringFrom);
  const order = ascending(risk).reverse();
  const threshold: number[] = [];
  const truePositive: number[] = [];
  const falsePositive: number[] = [];
  let cases = 0;
  let controls = 0;
  let area = 0;
  for (let start = 0; start < order.length;) {
    const value = risk[order[start]];
    const casesBefore = cases;
    const controlsBefore = controls;
    let end = start;
    for (; end < order.length && risk[order[end]] === value; end++) {
      cases += caseWeight[order[end]];
      controls += controlWeight[order[end]];
    }
    area += ((controls - controlsBefore) * (cases + casesBefore)) / 2;
    threshold.push(value);
    truePositive.push(cases);
    falsePositive.push(controls);
    start = end;
  }
  return {
    threshold: Float64Array.from(threshold),
    truePositive: Float64Array.from(truePositive),
    falsePositive: Float64Array.from(falsePositive),
    cases,
    controls,
    auc: area / (cases * controls),
  };
}

function thresholdOfMost(roc: TimeDependentRoc, merit: (at: number) => number): number {
  let best = 0;
  for (let k = 1; k < roc.threshold.length; k++) if (merit(k) > merit(best)) best = k;
  return roc.threshold[best];
}

/** The threshold of the greatest sensitivity + specificity - 1 (Youden, Cancer 1950). Pick it on training data. */
export function youdenThreshold(roc: TimeDependentRoc): number {
  return thresholdOfMost(roc, (k) => roc.truePositive[k] / roc.cases - roc.falsePositive[k] / roc.controls);
}

/** The threshold of the greatest F1. Pick it on training data. */
export function bestF1Threshold(roc: TimeDependentRoc): number {
  return thresholdOfMost(
    roc,
    (k) => (2 * roc.truePositive[k]) / (roc.truePositive[k] + roc.falsePositive[k] + roc.cases),
  );
}

/** Weighted counts at a threshold. */
export interface Confusion {
  readonly truePositive: number;
  readonly falseNegative: number;
  readonly falsePositive: number;
  readonly trueNegative: number;
}

/**
 * Who was called positive (`positive[i]` 1, else 0) against who had the event by t, weighted for censoring as in
 * `casesAndControls`. Throws BeyondFollowUpError.
 */
export function confusionAt(
  data: RightCensored,
  positive: Uint8Array,
  t: number,
  censoringFrom: RightCensored,
): Confusion {
  const { caseWeight, controlWeight } = casesAndControls(data, t, censoringFrom);
  const sum = (weights: Float64Array, of: number): number =>
    weights.reduce((total, weight, i) => total + (positive[i] === of ? weight : 0), 0);
  return {
    truePositive: sum(caseWeight, 1),
    falseNegative: sum(caseWeight, 0),
    falsePositive: sum(controlWeight, 1),
    trueNegative: sum(controlWeight, 0),
  };
}

/** Mean of sensitivity and specificity (Brodersen et al., ICPR 2010). */
export function balancedAccuracy({ truePositive, falseNegative, falsePositive, trueNegative }: Confusion): number {
  return truePositive / (truePositive + falseNegative) / 2 + trueNegative / (trueNegative + falsePositive) / 2;
}

/** Harmonic mean of sensitivity and positive predictive value (van Rijsbergen, Information Retrieval, 1979, with equal weights). */
export function f1({ truePositive, falseNegative, falsePositive }: Confusion): number {
  return (2 * truePositive) / (2 * truePositive + falseNegative + falsePositive);
}
