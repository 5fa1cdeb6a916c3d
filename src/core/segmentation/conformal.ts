/**
 * Prediction intervals for a case's volumes from the errors on cases that the weights never saw: conformal at the level of
 * the case (Vovk, Gammerman and Shafer 2005; Lei et al., JASA 2018). An interval summed from voxels would be far too
 * narrow, because the errors of one case are correlated.
 */

/** Share of new cases that an interval should hold, if they are drawn like those that it was made from. */
export const INTERVAL_COVERAGE = 0.9;

/** What a network measured in a case, and what the expert measured. */
export interface MeasuredCase {
  readonly predicted: number;
  readonly expert: number;
}

/** How far the truth may be below and above a measure, on the scale of its square root (both 0 or more). */
export interface Margins {
  readonly below: number;
  readonly above: number;
}

/**
 * Margins from cases held out of training. Errors are taken between square roots: a large volume has a larger error in
 * mL than a small one, but about the same in the root. Each end is the conformal quantile of order (n + 1)(1 +
 * coverage) / 2 of n signed errors.
 * @throws RangeError if there are too few cases for the coverage (19 for 90%).
 */
export function fitMargins(cases: readonly MeasuredCase[]): Margins {
  const rank = Math.ceil(((cases.length + 1) * (1 + INTERVAL_COVERAGE)) / 2);
  if (rank > cases.length) throw new RangeError(`${cases.length} cases are too few for an interval.`);
  const errors = cases.map(({ predicted, expert }) => Math.sqrt(expert) - Math.sqrt(predicted)).sort((a, b) => a - b);
  return {
    below: Math.max(0, -errors[cases.length - rank]),
    above: Math.max(0, errors[rank - 1]),
  };
}

/** The interval around a measure of 0 or more. */
export function intervalAround(predicted: number, { below, above }: Margins): [low: number, high: number] {
  const root = Math.sqrt(predicted);
  return [Math.max(0, root - below) ** 2, (root + above) ** 2];
}

/** Share of the cases that are within the interval that all the others give. */
export function leaveOneOutCoverage(cases: readonly MeasuredCase[]): number {
  const held = cases.filter(({ predicted, expert }, k) => {
    const [low, high] = intervalAround(predicted, fitMargins(cases.filter((_, other) => other !== k)));
    // Squaring a root again may miss the end by rounding.
    return expert >= low - 1e-9 && expert <= high + 1e-9;
  });
  return held.length / cases.length;
}
