import { censoringCurve, stepAt } from './kaplanMeier.ts';

/**
 * Brier score at t of each patient's predicted probability of being free of the event at t, for right-censored data, with
 * inverse-probability-of-censoring weights: events by t weigh 1/G(T-), those still at risk 1/G(t), those censored before t
 * nothing. G is the censoring curve of `censoringFrom`. Source: Graf et al., Stat Med 1999; as R's riskRegression::Score.
 */
export function brierScore(
  time: Float64Array,
  event: Uint8Array,
  predictedSurvival: Float64Array,
  t: number,
  censoringFrom: { readonly time: Float64Array; readonly event: Uint8Array },
): number {
  const g = censoringCurve(censoringFrom.time, censoringFrom.event);
  const gAtT = stepAt(g.time, g.survival, t, 1);
  let sum = 0;
  for (let i = 0; i < time.length; i++) {
    if (time[i] > t) sum += (1 - predictedSurvival[i]) ** 2 / gAtT;
    else if (event[i] === 1) sum += predictedSurvival[i] ** 2 / stepAt(g.time, g.survival, time[i], 1, 'before');
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
