/** Numbers as the page writes them. A number that is not there is a dash. */

export const oneDecimal = (value: number): string => value.toFixed(1);

export const twoDecimals = (value: number): string => value.toFixed(2);

/** A share of 1 as a percentage with its unit. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** '8.1–17.9%' of two shares of 1. */
export const percentRange = ([low, high]: readonly [number, number]): string =>
  `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}%`;

/** The curve's horizon: a median beyond it is not a number that anyone has seen. */
const HORIZON_YEARS = 10;

/** Median time in years from its logarithm. */
export function medianYears(mu: number): string {
  const years = Math.exp(mu);
  return years > HORIZON_YEARS ? `> ${HORIZON_YEARS} years` : `${years.toFixed(1)} years`;
}

export const count = (n: number, noun: string, plural = `${noun}s`): string => `${n} ${n === 1 ? noun : plural}`;
