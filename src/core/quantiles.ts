/**
 * Quantiles of finite values, by linear interpolation between order statistics (Hyndman and Fan, type 7).
 * @throws RangeError if there is no value.
 */
export function quantiles(values: ArrayLike<number>, fractions: readonly number[]): number[] {
  const sorted = new Float64Array(values).sort();
  if (sorted.length === 0) throw new RangeError('A quantile needs at least one value.');
  return fractions.map((fraction) => {
    const at = fraction * (sorted.length - 1);
    const low = Math.floor(at);
    const high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
  });
}
