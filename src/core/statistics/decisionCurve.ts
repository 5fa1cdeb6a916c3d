import { kaplanMeier, stepAt } from './kaplanMeier.ts';
import type { RightCensored } from './rightCensored.ts';

export interface DecisionPoint {
  readonly threshold: number;
  /** Of treating those whose risk is the threshold or more; in true positives per patient. Treating none gives 0. */
  readonly netBenefit: number;
  readonly netBenefitOfTreatingAll: number;
}

/**
 * Decision curve at t: net benefit = P(positive) [F - (1 - F) p/(1 - p)] at threshold p, F the risk by t that Kaplan-Meier
 * finds among the positive. Source: Vickers et al., BMC Med Inform Decis Mak 2008;8:53 (extension to censored data).
 */
export function decisionCurve(
  { time, event }: RightCensored,
  risk: Float64Array,
  t: number,
  thresholds: readonly number[],
): DecisionPoint[] {
  const benefit = (rows: readonly number[], threshold: number): number => {
    if (rows.length === 0) return 0;
    const km = kaplanMeier(
      Float64Array.from(rows, (i) => time[i]),
      Uint8Array.from(rows, (i) => event[i]),
    );
    const observed = 1 - stepAt(km.time, km.survival, t, 1);
    return (rows.length / time.length) * (observed - ((1 - observed) * threshold) / (1 - threshold));
  };
  const all = [...time.keys()];
  return thresholds.map((threshold) => ({
    threshold,
    netBenefit: benefit(
      all.filter((i) => risk[i] >= threshold),
      threshold,
    ),
    netBenefitOfTreatingAll: benefit(all, threshold),
  }));
}
