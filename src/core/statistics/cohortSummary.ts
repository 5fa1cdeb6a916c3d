import { quantiles } from '../quantiles.ts';
import { aalenJohansen } from './aalenJohansen.ts';
import { kaplanMeier, stepAt } from './kaplanMeier.ts';

/** A real cohort at one time, without any of its patients. */
export interface CohortPoint {
  readonly years: number;
  readonly atRisk: number;
  /** Kaplan-Meier: free of sudden death, other deaths censored, with 95% limits. */
  readonly free: number;
  readonly low: number;
  readonly high: number;
  /** Aalen-Johansen: died suddenly, and died otherwise, each with the other competing. */
  readonly suddenDeath: number;
  readonly otherDeath: number;
}

export interface CohortSummary {
  readonly patients: number;
  readonly suddenDeaths: number;
  readonly otherDeaths: number;
  /** By quarter years, as long as enough are at risk. */
  readonly curve: readonly CohortPoint[];
  /** 1st to 99th percentile of the net risk by 4 years that the covariate branch gives its patients. */
  readonly riskPercentiles: readonly number[];
}

const STEPS_A_YEAR = 4;
/** With fewer at risk the curve says more about single patients than about the cohort. */
const LEAST_AT_RISK = 30;

/**
 * @param time years
 * @param status 0 censored, 1 sudden death, 2 other death
 * @param risks the covariate branch's net risk by 4 years of each
 */
export function summariseCohort(time: Float64Array, status: Uint8Array, risks: Float64Array): CohortSummary {
  const km = kaplanMeier(
    time,
    status.map((value) => Number(value === 1)),
  );
  const aj = aalenJohansen(time, status, 2);
  const atRiskAt = (years: number): number => time.reduce((count, t) => count + Number(t >= years), 0);
  const curve: CohortPoint[] = [];
  for (let step = 0; atRiskAt(step / STEPS_A_YEAR) >= LEAST_AT_RISK; step++) {
    const years = step / STEPS_A_YEAR;
    curve.push({
      years,
      atRisk: atRiskAt(years),
      free: stepAt(km.time, km.survival, years, 1),
      low: stepAt(km.time, km.lower, years, 1),
      high: stepAt(km.time, km.upper, years, 1),
      suddenDeath: stepAt(aj.time, aj.incidence[0], years, 0),
      otherDeath: stepAt(aj.time, aj.incidence[1], years, 0),
    });
  }
  const count = (kind: number): number => status.reduce((sum, value) => sum + Number(value === kind), 0);
  return {
    patients: time.length,
    suddenDeaths: count(1),
    otherDeaths: count(2),
    curve,
    riskPercentiles: quantiles(
      risks,
      Array.from({ length: 99 }, (_, i) => (i + 1) / 100),
    ),
  };
}

/** The share of the cohort, in whole percent from 0 to 99, whose risk is lower. */
export function percentileIn({ riskPercentiles }: Pick<CohortSummary, 'riskPercentiles'>, risk: number): number {
  return riskPercentiles.filter((value) => value < risk).length;
}
