import { ScarcastError } from '../errors.ts';
import type { Random } from '../random.ts';
import { quantiles } from '../quantiles.ts';
import { coxSurvival, fitCoxRidge, type CoxModel } from './coxRidge.ts';
import { ascending, kaplanMeier, stepAt } from './kaplanMeier.ts';
import type { RightCensored } from './rightCensored.ts';

/** The predicted risks have too few different values for a calibration curve. */
export class TooFewRisksError extends ScarcastError<{ readonly code: 'tooFewRisks' }> {
  constructor() {
    super({ code: 'tooFewRisks' });
  }
}

export interface CalibrationGroup {
  readonly patients: number;
  readonly meanPredicted: number;
  /** Risk by t of the group by Kaplan-Meier, with 95% limits. */
  readonly observed: number;
  readonly low: number;
  readonly high: number;
}

/** A cohort's risk by t by Kaplan-Meier, with 95% limits (Kaplan and Meier, JASA 1958; limits on ln S). */
export function observedRisk(
  { time, event }: RightCensored,
  t: number,
): Pick<CalibrationGroup, 'observed' | 'low' | 'high'> {
  const km = kaplanMeier(time, event);
  return {
    observed: 1 - stepAt(km.time, km.survival, t, 1),
    low: 1 - stepAt(km.time, km.upper, t, 1),
    high: 1 - stepAt(km.time, km.lower, t, 1),
  };
}

/**
 * Mean predicted against observed risk by t in `groups` groups of equal size, by rising predicted risk (D'Agostino and Nam,
 * Handbook of Statistics 23, 2003: Hosmer and Lemeshow's groups, observed by Kaplan-Meier).
 */
export function calibrationGroups(
  data: RightCensored,
  risk: Float64Array,
  t: number,
  groups: number,
): CalibrationGroup[] {
  const order = ascending(risk);
  return Array.from({ length: groups }, (_, g) => {
    const rows = order.subarray(Math.round((g * order.length) / groups), Math.round(((g + 1) * order.length) / groups));
    return {
      patients: rows.length,
      meanPredicted: rows.reduce((sum, i) => sum + risk[i], 0) / rows.length,
      ...observedRisk(
        { time: Float64Array.from(rows, (i) => data.time[i]), event: Uint8Array.from(rows, (i) => data.event[i]) },
        t,
      ),
    };
  });
}

export interface CalibrationCurve {
  /** Predicted risks at which the curve is given, from the 1st to the 99th percentile of the patients'. */
  readonly predicted: Float64Array;
  readonly observed: Float64Array;
  /** 95% band, by the percentile bootstrap over patients. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Integrated calibration index: mean distance between a patient's predicted and smoothed observed risk. */
  readonly ici: number;
  /** Median and 90th percentile of that distance. */
  readonly e50: number;
  readonly e90: number;
  /** Slope of the log cumulative hazard on the predicted one: 1 is right, below 1 the predictions are too extreme. */
  readonly slope: number;
}

const GRID = 50;
const BOOTSTRAPS = 200;
/** Risks of 0 and 1 have no log(-log). */
const LEAST_RISK = 1e-9;

/**
 * Smoothed observed against predicted risk by t: Cox regression on a restricted cubic spline of ln(-ln(1 - risk)), three knots
 * at its 10th, 50th and 90th percentile. Source: Austin, Harrell and van Klaveren, Stat Med 2020;39:2714 (curve, ICI, E50,
 * E90); Crowson et al., Stat Methods Med Res 2016 (slope). Throws TooFewRisksError, CoxNotConvergedError.
 */
export function calibrationCurve(data: RightCensored, risk: Float64Array, t: number, random: Random): CalibrationCurve {
  const n = risk.length;
  const x = risk.map(logCumulativeHazard);
  const knots = quantiles(x, [0.1, 0.5, 0.9]);
  if (!(knots[0] < knots[1] && knots[1] < knots[2])) throw new TooFewRisksError();
  const fit = (rows: Uint32Array): CoxModel =>
    fitCoxRidge(
      Float64Array.from({ length: 2 * rows.length }, (_, at) => splineAt(x[rows[at >> 1]], knots)[at & 1]),
      Float64Array.from(rows, (i) => data.time[i]),
      Uint8Array.from(rows, (i) => data.event[i]),
      0,
    );
  const observedAt = (model: CoxModel, predictor: number): number =>
    1 - coxSurvival(model, splineAt(predictor, knots), t);

  const [least, most] = quantiles(risk, [0.01, 0.99]);
  const predicted = Float64Array.from({ length: GRID }, (_, k) => least + (k * (most - least)) / (GRID - 1));
  const model = fit(Uint32Array.from(risk.keys()));
  const curves = Array.from({ length: BOOTSTRAPS }, () => {
    const drawn = fit(Uint32Array.from({ length: n }, () => Math.floor(random.next() * n)));
    return predicted.map((p) => observedAt(drawn, logCumulativeHazard(p)));
  });
  const limit = (fraction: number): Float64Array =>
    predicted.map(
      (_, k) =>
        quantiles(
          curves.map((curve) => curve[k]),
          [fraction],
        )[0],
    );
  const distances = risk.map((p, i) => Math.abs(p - observedAt(model, x[i])));
  const [e50, e90] = quantiles(distances, [0.5, 0.9]);
  return {
    predicted,
    observed: predicted.map((p) => observedAt(model, logCumulativeHazard(p))),
    low: limit(0.025),
    high: limit(0.975),
    ici: distances.reduce((sum, d) => sum + d, 0) / n,
    e50,
    e90,
    slope: fitCoxRidge(x, data.time, data.event, 0).coefficients[0],
  };
}

function logCumulativeHazard(risk: number): number {
  return Math.log(-Math.log1p(-Math.min(1 - LEAST_RISK, Math.max(LEAST_RISK, risk))));
}

/** Harrell's restricted cubic spline with three knots: linear beyond the outer two. */
function splineAt(x: number, [a, b, c]: readonly number[]): [number, number] {
  const cube = (value: number): number => Math.max(0, value) ** 3;
  const bend = cube(x - a) - (cube(x - b) * (c - a)) / (c - b) + (cube(x - c) * (b - a)) / (c - b);
  return [x, bend / (c - a) ** 2];
}
