import { quantiles } from '../quantiles.ts';
import { logOddsOfRisk, type LogLogistic } from './logLogistic.ts';

/** Of the 90% intervals that are shown. */
const COVERED = 0.9;

/**
 * Half the width, on the log-odds of the risk by t years, of the narrowest interval about the shown law that holds nine
 * of ten of the laws that it might have been instead: the 5th to 95th percentile of these and their mirror images. If
 * they are all to one side, as draws of the unknown given the known may be, that is an error of the shown law, and
 * widens the interval both ways. Without such laws, 0.
 */
export function halfWidthAbout(shown: LogLogistic, instead: readonly LogLogistic[], tYears: number): number {
  if (instead.length === 0) return 0;
  const centre = logOddsOfRisk(shown, tYears);
  return quantiles(
    instead.map((law) => Math.abs(logOddsOfRisk(law, tYears) - centre)),
    [COVERED],
  )[0];
}

/**
 * The interval of the risk by t years about a law, from the half-widths on the log-odds of independent kinds of uncertainty:
 * they add in squares.
 */
export function riskInterval(
  shown: LogLogistic,
  tYears: number,
  halfWidths: readonly number[],
): readonly [number, number] {
  const centre = logOddsOfRisk(shown, tYears);
  const half = Math.hypot(...halfWidths);
  const riskAt = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));
  return [riskAt(centre - half), riskAt(centre + half)];
}

/**
 * How a band of refits is widened until it covers. A ridge draws each patient's risk towards the mean, and every refit
 * does the same: their spread does not show it. Fitted on simulated patients whose true risk is known.
 */
export interface Band {
  /** What the half-width of the refits is multiplied by. */
  readonly refits: number;
  /** The share of the log-odds' distance from their mean that the ridge may have removed. */
  readonly shrinkage: number;
  /** Mean log-odds of the training patients' risk by the horizon, about which the ridge shrinks. */
  readonly centre: number;
}

/** The two half-widths of a band on the log-odds: of the refits by t years, and of the shrinkage, the same at all times. */
export function bandHalfWidths(
  { refits, shrinkage, centre }: Band,
  logOddsAtHorizon: number,
  refitsHalfWidth: number,
): { readonly refits: number; readonly shrinkage: number } {
  return { refits: refits * refitsHalfWidth, shrinkage: shrinkage * Math.abs(logOddsAtHorizon - centre) };
}
