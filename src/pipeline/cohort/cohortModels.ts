/** Ours, and what stands beside them. */
export const COHORT_MODELS = [
  'covariates',
  'fiveAnswers',
  'image',
  'fused',
  'lvef35',
  'scarPercent',
  'greyZone5g',
  'madit2',
] as const;
export type CohortModel = (typeof COHORT_MODELS)[number];
/** Those that give each patient a law of the event's time. */
export const LAW_MODELS = ['covariates', 'fiveAnswers', 'image', 'fused'] as const;
export type LawModel = (typeof LAW_MODELS)[number];
