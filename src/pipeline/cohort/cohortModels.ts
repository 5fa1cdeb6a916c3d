/** Ours, and what stands beside them. */
export const COHORT_MODELS = ['covariates', 'fiveAnswers', 'lvef35', 'madit2'] as const;
export type CohortModel = (typeof COHORT_MODELS)[number];
