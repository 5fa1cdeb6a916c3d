import type { RateId } from '../../../core/patient/rates.ts';
import type { Prediction, RatedPredictions, Survival } from '../../../pipeline/analysing/analysis.ts';

/** The predictions that rest on patients, then SSCAR's fused one. */
export const BRANCHES = ['covariates', 'fiveAnswers', 'fused'] as const;
export type BranchId = (typeof BRANCHES)[number];

/** What was learned from simulated outcomes, in part or whole. */
export const isSimulated = (id: BranchId | 'image'): boolean => id === 'fused' || id === 'image';

/** The predictions as they stand at a rate. */
export function atRate({ covariates, fiveAnswers, fused, atRate: rated }: Survival, rate: RateId): RatedPredictions {
  return rate === 'music' || rated === null ? { covariates, fiveAnswers, fused } : rated[rate];
}

/** The branch that is shown first, at a rate. */
export function leading(survival: Survival, rate: RateId): { readonly id: BranchId; readonly prediction: Prediction } {
  const { covariates, fiveAnswers } = atRate(survival, rate);
  return survival.leads === 'fiveAnswers' && fiveAnswers !== null
    ? { id: 'fiveAnswers', prediction: fiveAnswers }
    : { id: 'covariates', prediction: covariates };
}
