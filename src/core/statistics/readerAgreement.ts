/** How two readers agree. */

/**
 * Cohen's kappa of two readers' categories, index by index (Cohen, Educ Psychol Meas 1960); with `weight`, the weighted one
 * (Cohen, Psychol Bull 1968): 1 - sum(w observed) / sum(w expected), w a disagreement, 0 for the same.
 * @returns null where there is nothing to agree on: no pair, or no disagreement expected by chance
 */
export function kappa<T>(
  one: readonly T[],
  other: readonly T[],
  weight = (a: T, b: T): number => (a === b ? 0 : 1),
): number | null {
  if (one.length !== other.length) throw new RangeError('Two readers of different numbers of things have no kappa.');
  let observed = 0;
  let expected = 0;
  one.forEach((a, i) => {
    observed += weight(a, other[i]);
    for (const b of other) expected += weight(a, b) / one.length;
  });
  return expected > 0 ? 1 - observed / expected : null;
}

/** For categories in order: the square of the distance between them. */
export const quadratic = (a: number, b: number): number => (a - b) ** 2;

/**
 * Mean difference, and the limits that contain 95% of the differences if they are normal (Bland and Altman, Lancet
 * 1986).
 */
export interface BlandAltman {
  readonly bias: number;
  /** bias -+ 1.96 SD; null for fewer than two. */
  readonly limits: readonly [number, number] | null;
}

/** @returns null where there is no difference */
export function blandAltman(differences: readonly number[]): BlandAltman | null {
  const n = differences.length;
  if (n === 0) return null;
  const bias = differences.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { bias, limits: null };
  const sd = Math.sqrt(differences.reduce((sum, value) => sum + (value - bias) ** 2, 0) / (n - 1));
  return { bias, limits: [bias - 1.96 * sd, bias + 1.96 * sd] };
}
