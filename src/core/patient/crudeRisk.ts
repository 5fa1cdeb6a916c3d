import { hazard, type LogLogistic, survival } from './logLogistic.ts';

/** Steps of Simpson's rule in ln t: the error stays below 1e-6 for a sigma of 0.1 and more. */
const STEPS = 400;
/** Where the integral starts, years: an hour or so. Before that, S_other = 1 is assumed. */
const START_YEARS = 1e-4;

/**
 * Probability of the event by t years while other deaths compete: the integral from 0 to t of
 * S_net(u) h_net(u) S_other(u), with the hazard of other death constant in time (per year). The net risk 1 - S_net(t) is its
 * value without other deaths. Assumes the two independent given the covariates. Source: cumulative incidence, Kalbfleisch
 * and Prentice, 2nd ed., section 8.2.
 */
export function crudeRisk(net: LogLogistic, otherDeathHazardPerYear: number, tYears: number): number {
  if (tYears <= START_YEARS) return 1 - survival(net, tYears);
  const from = Math.log(START_YEARS);
  const step = (Math.log(tYears) - from) / STEPS;
  let sum = 0;
  for (let i = 0; i <= STEPS; i++) {
    const u = Math.exp(from + i * step);
    const weight = i === 0 || i === STEPS ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * survival(net, u) * hazard(net, u) * Math.exp(-otherDeathHazardPerYear * u) * u;
  }
  return 1 - survival(net, START_YEARS) + (sum * step) / 3;
}

/**
 * Probability of another death by t years, before the event: what is left of 1 after the event and being alive without
 * it, S_net(t) S_other(t).
 */
export function otherDeathRisk(net: LogLogistic, otherDeathHazardPerYear: number, tYears: number): number {
  const alive = survival(net, tYears) * Math.exp(-otherDeathHazardPerYear * tYears);
  return Math.max(0, 1 - alive - crudeRisk(net, otherDeathHazardPerYear, tYears));
}
