import { ascending } from './kaplanMeier.ts';
import { solveSymmetric } from './linearAlgebra.ts';
import type { RightCensored } from './rightCensored.ts';

export interface LogRank {
  /** Events seen in each group, and expected there if all groups had one hazard. */
  readonly observed: Float64Array;
  readonly expected: Float64Array;
  readonly chiSquare: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
}

/**
 * The log-rank test, (O - E)' V^-1 (O - E) with E the sum over event times of each group's share of those at risk, that `groups` groups (numbered from 0 in `group`, none without patients) have one hazard: hypergeometric
 * variance at ties. Source: Mantel, Cancer Chemother Rep 1966; as R's survival::survdiff. Throws NotPositiveDefiniteError
 * where a group was never at risk at an event.
 */
export function logRank({ time, event }: RightCensored, group: Uint8Array, groups: number): LogRank {
  const latestFirst = ascending(time).reverse();
  const observed = new Float64Array(groups);
  const expected = new Float64Array(groups);
  const free = groups - 1;
  const variance = new Float64Array(free * free);
  const atRisk = new Float64Array(groups);
  for (let start = 0; start < latestFirst.length;) {
    const t = time[latestFirst[start]];
    let events = 0;
    let end = start;
    for (; end < latestFirst.length && time[latestFirst[end]] === t; end++) {
      const i = latestFirst[end];
      atRisk[group[i]]++;
      observed[group[i]] += event[i];
      events += event[i];
    }
    const n = end;
    for (let a = 0; a < groups; a++) expected[a] += (events * atRisk[a]) / n;
    if (n > 1) {
      const factor = (events * (n - events)) / (n - 1);
      for (let a = 0; a < free; a++) {
        for (let b = 0; b < free; b++) {
          variance[a * free + b] += (factor * atRisk[a] * ((a === b ? 1 : 0) - atRisk[b] / n)) / n;
        }
      }
    }
    start = end;
  }
  const difference = observed.slice(0, free).map((value, a) => value - expected[a]);
  const chiSquare = solveSymmetric(variance, difference).reduce((sum, value, a) => sum + value * difference[a], 0);
  return { observed, expected, chiSquare, degreesOfFreedom: free, p: chiSquareTail(chiSquare, free) };
}

/**
 * P(X > x) of the chi-square law: by the series of the incomplete gamma function where x is small, by its continued fraction
 * where large. Source: Abramowitz and Stegun, 6.5.29 and 6.5.31.
 */
export function chiSquareTail(x: number, degreesOfFreedom: number): number {
  if (x <= 0) return 1;
  const a = degreesOfFreedom / 2;
  const y = x / 2;
  // Gamma(a), a whole or half.
  let gamma = degreesOfFreedom % 2 === 0 ? 1 : Math.sqrt(Math.PI);
  for (let b = degreesOfFreedom % 2 === 0 ? 1 : 0.5; b < a; b++) gamma *= b;
  const front = Math.exp(-y + a * Math.log(y)) / gamma;
  if (y < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let k = 1; term > 1e-17 * sum; k++) {
      term *= y / (a + k);
      sum += term;
    }
    return 1 - front * sum;
  }
  // From the far end inwards: 200 levels are more than enough for y of a + 1 or more.
  let fraction = 0;
  for (let k = 200; k >= 1; k--) fraction = (k * (a - k)) / (y + 2 * k + 1 - a + fraction);
  return front / (y + 1 - a + fraction);
}
