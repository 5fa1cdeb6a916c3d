import { area, curveStepAfter, line, scaleLinear } from 'd3';
import type { CohortPoint } from '../../core/statistics/cohortSummary.ts';
import type { CurvePoint, Prediction } from '../../pipeline/analysing/analysis.ts';

export interface CurvePlot {
  readonly xTicks: readonly { readonly at: number; readonly label: string }[];
  readonly yTicks: readonly { readonly at: number; readonly label: string }[];
  /** Edges of the plotting area, px. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly curves: readonly {
    readonly name: string;
    /** SVG path of S(t). */
    readonly line: string;
    /** SVG path of the band between the 5th and 95th percentile. */
    readonly band: string;
    /** S at 1, 4 and 10 years. */
    readonly marks: readonly { readonly x: number; readonly y: number }[];
  }[];
  /** SVG path of the cohort's own curve, as far as it was followed. */
  readonly cohort: string;
  /** SVG path of what is tried in addition to the first curve; empty if nothing is. */
  readonly tried: string;
  /** The position of a time, px; and the time at a position, years within the plot. */
  readonly x: (years: number) => number;
  readonly yearsAt: (px: number) => number;
  /** Where the first of the curves goes beyond its data; null where none does. */
  readonly extrapolatedFrom: { readonly at: number; readonly years: number } | null;
}

const HORIZON_YEARS = 10;
const MARKED_YEARS = [1, 4, 10];
const MARGIN = { left: 44, right: 12, top: 8, bottom: 40 };

/** Curves of S(t) over 10 years, and the cohort's, in a picture of width x height px. A pure function of its arguments. */
export function curvePlot(
  curves: readonly { readonly name: string; readonly points: readonly CurvePoint[]; readonly followUpYears: number }[],
  cohort: readonly CohortPoint[],
  width: number,
  height: number,
  tried: readonly CurvePoint[],
): CurvePlot {
  const right = Math.max(MARGIN.left, width - MARGIN.right);
  const x = scaleLinear([0, HORIZON_YEARS], [MARGIN.left, right]);
  const y = scaleLinear([0, 1], [height - MARGIN.bottom, MARGIN.top]);
  const path = line<CurvePoint>(
    (point) => x(point.t),
    (point) => y(point.s),
  );
  const band = area<CurvePoint>(
    (point) => x(point.t),
    (point) => y(point.low),
    (point) => y(point.high),
  );
  const limit = Math.min(HORIZON_YEARS, ...curves.map(({ followUpYears }) => followUpYears));
  return {
    xTicks: x.ticks(5).map((years) => ({ at: x(years), label: String(years) })),
    yTicks: [0, 0.25, 0.5, 0.75, 1].map((share) => ({ at: y(share), label: `${100 * share}%` })),
    left: MARGIN.left,
    right,
    top: MARGIN.top,
    bottom: height - MARGIN.bottom,
    curves: curves.map(({ name, points }) => ({
      name,
      line: path(points) ?? '',
      band: band(points) ?? '',
      marks: MARKED_YEARS.flatMap((years) => {
        const point = nearest(points, years);
        return point ? [{ x: x(point.t), y: y(point.s) }] : [];
      }),
    })),
    cohort:
      line<CohortPoint>(
        (point) => x(point.years),
        (point) => y(point.free),
      ).curve(curveStepAfter)(cohort) ?? '',
    tried: path(tried) ?? '',
    x,
    yearsAt: (px) => Math.min(HORIZON_YEARS, Math.max(0, x.invert(px))),
    extrapolatedFrom: limit < HORIZON_YEARS ? { at: x(limit), years: limit } : null,
  };
}

/** Whether a figure at this many years is beyond the data that it rests on. */
export const isExtrapolated = ({ followUpYears }: Prediction, years: number): boolean => years > followUpYears;

/** The point of a curve nearest to a time. */
export function nearest(points: readonly CurvePoint[], years: number): CurvePoint | undefined {
  return points.reduce<CurvePoint | undefined>(
    (best, point) => (best && Math.abs(best.t - years) <= Math.abs(point.t - years) ? best : point),
    undefined,
  );
}
