/** Intensity scaling that does not depend on an image's own scale or zero. */

/**
 * Quantiles of finite values, by linear interpolation between order statistics (Hyndman and Fan, type 7).
 * @throws RangeError if there is no value.
 */
export function quantiles(values: ArrayLike<number>, fractions: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) throw new RangeError('A quantile needs at least one value.');
  return fractions.map((fraction) => {
    const at = fraction * (sorted.length - 1);
    const low = Math.floor(at);
    const high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
  });
}

/** A map of intensities to about [0, 1]: (value - zero) / range. */
export interface IntensityWindow {
  readonly zero: number;
  readonly range: number;
}

/** The window from the 1st to the 99th percentile; range 0 if the image is constant. */
export function robustWindow(values: ArrayLike<number>): IntensityWindow {
  const [low, high] = quantiles(values, [0.01, 0.99]);
  return { zero: low, range: high - low };
}
