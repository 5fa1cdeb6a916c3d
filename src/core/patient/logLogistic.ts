/**
 * The log-logistic law of an event time t in years: with z = (ln t - mu)/sigma, S(t) = 1/(1 + e^z). SSCAR's survival model
 * (Popescu et al. 2022, doi 10.1038/s44161-022-00041-9); textbook: Kalbfleisch and Prentice, The Statistical Analysis of
 * Failure Time Data, 2nd ed., section 2.2.6.
 */

import type { RightCensored } from '../statistics/rightCensored.ts';

/** mu: ln of the median time in years. sigma: spread of the event times on the log scale, not a confidence. */
export interface LogLogistic {
  readonly mu: number;
  readonly sigma: number;
}

/**
 * Limits of mu. SSCAR clips to [-3, 3], a median of at most 20 years; where events are rare the median is far beyond (a
 * heart failure cohort's null fit has mu 4.5), and that clip costs calibration.
 */
const MU_MIN = -3;
const MU_MAX = 9;

export function clipMu(mu: number): number {
  return Math.min(MU_MAX, Math.max(MU_MIN, mu));
}

/**
 * The least sigma at a given mu: it keeps the central 90% of event times at least a month wide (SSCAR):
 * e^mu (e^(sigma k) - e^(-sigma k)) = 1/12 with k = ln(0.95/0.05).
 */
export function sigmaFloor(mu: number): number {
  return Math.asinh(Math.exp(-mu) / 24) / Math.log(0.95 / 0.05);
}

/** No floor is higher, as it falls with mu: most sigmas are above it, and then it need not be computed. */
const HIGHEST_FLOOR = sigmaFloor(MU_MIN);

/** sigma, or its floor at this mu where that is higher. */
export function floorSigma(sigma: number, mu: number): number {
  return sigma > HIGHEST_FLOOR ? sigma : Math.max(sigma, sigmaFloor(mu));
}

/** ln(1 + e^x) without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

function standardised({ mu, sigma }: LogLogistic, tYears: number): number {
  return (Math.log(tYears) - mu) / sigma;
}

/** Probability of being free of the event at t (years, 0 allowed). */
export function survival(law: LogLogistic, tYears: number): number {
  return 1 / (1 + Math.exp(standardised(law, tYears)));
}

/** Probability of the event by t: 1 - S(t), without the cancellation. */
export function risk(law: LogLogistic, tYears: number): number {
  return 1 / (1 + Math.exp(-standardised(law, tYears)));
}

/** Log-odds of the event by t > 0: ln(F/(1 - F)). */
export function logOddsOfRisk(law: LogLogistic, tYears: number): number {
  return standardised(law, tYears);
}

/** Hazard per year at t > 0: F(t)/(sigma t). */
export function hazard(law: LogLogistic, tYears: number): number {
  return risk(law, tYears) / (law.sigma * tYears);
}

/** Density per year at t > 0: h(t) S(t). */
export function density(law: LogLogistic, tYears: number): number {
  return hazard(law, tYears) * survival(law, tYears);
}

/** Median time in years: e^mu. */
export function medianYears(law: LogLogistic): number {
  return Math.exp(law.mu);
}

/**
 * Negative log likelihood of one patient: -ln f(t) with the event, -ln S(t) without, each less ln t where it does not depend
 * on the parameters: z + d ln sigma + (1 + d) ln(1 + e^-z). With its derivatives by mu and by ln sigma.
 */
export function negativeLogLikelihood(
  law: LogLogistic,
  tYears: number,
  event: number,
): { readonly value: number; readonly byMu: number; readonly byLogSigma: number } {
  const z = standardised(law, tYears);
  const byZ = 1 - (1 + event) / (1 + Math.exp(z));
  return {
    value: z + event * Math.log(law.sigma) + (1 + event) * softplus(-z),
    byMu: -byZ / law.sigma,
    byLogSigma: event - z * byZ,
  };
}

/**
 * How much each patient counts in the mean loss. 'plain' is the likelihood: everyone 1/n. 'sscar' is the paper's 1/(2
 * N) with N of the same kind, events or censored, which makes rare events count as much as all the rest and so destroys
 * calibration; kept as a named variant, to compare.
 */
export function patientWeights(event: Uint8Array, variant: 'plain' | 'sscar'): Float64Array {
  const n = event.length;
  const events = event.reduce((sum, d) => sum + d, 0);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    weights[i] = variant === 'plain' ? 1 / n : 1 / (2 * (event[i] === 1 ? events : n - events));
  }
  return weights;
}

/**
 * The law that fits everyone alike, by maximum likelihood: Newton on (mu, ln sigma) with a damped step, from the median of the times. `weights` as
 * from patientWeights. Needs at least one event.
 */
export function fitNull(data: RightCensored, weights: Float64Array): LogLogistic {
  const loss = (mu: number, logSigma: number): number => {
    let sum = 0;
    for (let i = 0; i < data.time.length; i++) {
      sum += weights[i] * negativeLogLikelihood({ mu, sigma: Math.exp(logSigma) }, data.time[i], data.event[i]).value;
    }
    return sum;
  };
  const sorted = Float64Array.from(data.time).sort();
  let mu = Math.log(sorted[Math.floor(sorted.length / 2)]) + 1;
  let logSigma = 0;
  let current = loss(mu, logSigma);
  let damping = 1e-3;
  for (let iteration = 0; iteration < 200; iteration++) {
    const sigma = Math.exp(logSigma);
    let gMu = 0;
    let gLogSigma = 0;
    let hMuMu = 0;
    let hMuLs = 0;
    let hLsLs = 0;
    for (let i = 0; i < data.time.length; i++) {
      const z = (Math.log(data.time[i]) - mu) / sigma;
      const tail = 1 / (1 + Math.exp(z));
      const d = data.event[i];
      const byZ = 1 - (1 + d) * tail;
      const byZz = (1 + d) * tail * (1 - tail);
      const w = weights[i];
      gMu += (-w * byZ) / sigma;
      gLogSigma += w * (d - z * byZ);
      hMuMu += (w * byZz) / sigma ** 2;
      hMuLs += (w * (byZ + z * byZz)) / sigma;
      hLsLs += w * (z * byZ + z * z * byZz);
    }
    if (Math.hypot(gMu, gLogSigma) < 1e-12) break;
    const a = hMuMu + damping;
    const c = hLsLs + damping;
    const determinant = a * c - hMuLs ** 2;
    const stepMu = -(c * gMu - hMuLs * gLogSigma) / determinant;
    const stepLogSigma = -(a * gLogSigma - hMuLs * gMu) / determinant;
    const next = loss(mu + stepMu, logSigma + stepLogSigma);
    if (determinant > 0 && next <= current) {
      mu += stepMu;
      logSigma += stepLogSigma;
      current = next;
      damping /= 10;
    } else {
      damping *= 10;
      if (damping > 1e9) break;
    }
  }
  return { mu, sigma: Math.exp(logSigma) };
}
