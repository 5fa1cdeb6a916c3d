/** Intensity scaling that does not depend on an image's own scale or zero. */
import { quantiles } from '../quantiles.ts';

/** A map of intensities to about [0, 1]: (value - zero) / range. */
export interface IntensityWindow {
  readonly zero: number;
  readonly range: number;
}

/** More values than this are thinned at regular steps before they are sorted: percentiles of two million do not need more. */
const MOST_SORTED = 2_000_000;

/** The window from the 1st to the 99th percentile; range 0 if the image is constant. */
export function robustWindow(values: ArrayLike<number>): IntensityWindow {
  const step = Math.ceil(values.length / MOST_SORTED);
  const [low, high] = quantiles(step > 1 ? thinned(values, step) : values, [0.01, 0.99]);
  return { zero: low, range: high - low };
}

function thinned(values: ArrayLike<number>, step: number): Float64Array {
  return Float64Array.from({ length: Math.ceil(values.length / step) }, (_, i) => values[i * step]);
}
