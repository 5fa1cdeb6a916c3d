import { casesAndControls } from './censoringWeights.ts';

/**
 * Brier score at t of each patient's predicted probability of being free of the event at t, for right-censored data, with
 * inverse-probability-of-censoring weights as in `casesAndControls`. Source: Graf et al., Stat Med 1999; as R's
 * riskRegression::Score. Throws BeyondFollowUpError.
 */
export function brierScore(
  time: Float64Array,
  event: Uint8Array,
  predictedSurvival: Float64Array,
  t: number,
  censoringFrom: { readonly time: Float64Array; readonly event: Uint8Array },
): number {
  const { caseWeight, controlWeight } = casesAndControls({ time, event }, t, censoringFrom);
  let sum = 0;
  for (let i = 0; i < time.length; i++) {
    sum += controlWeight[i] * (1 - predictedSurvival[i]) ** 2 + caseWeight[i] * predictedSurvival[i] ** 2;
  }
  return sum / time.length;
}

/** Times at which the integrated score is taken: SSCAR's 100. */
const GRID = 100;

/**
 * Integrated Brier score from 0 to tau. Convention: the mean over [0, tau] (the integral divided by tau) by the trapezoid
 * rule over 100 equal steps, the score at 0 being 0. `survivalAt(i, t)` is patient i's predicted probability of being free of
 * the event at t. Source: Graf et al., Stat Med 1999.
 */
export function integratedBrierScore(
  time: Float64Array,
  event: Uint8Array,
  survivalAt: (patient: number, t: number) => number,
  tau: number,
  censoringFrom: { readonly time: Float64Array; readonly event: Uint8Array },
): number {
  let sum = 0;
  const predicted = new Float64Array(time.length);
  for (let k = 1; k <= GRID; k++) {
    const t = (k * tau) / GRID;
    for (let i = 0; i < predicted.length; i++) predicted[i] = survivalAt(i, t);
    sum += brierScore(time, event, predicted, t, censoringFrom) * (k === GRID ? 0.5 : 1);
  }
  return sum / GRID;
}
