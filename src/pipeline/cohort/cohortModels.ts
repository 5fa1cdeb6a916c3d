/** Our models and those that they are compared with; only 'coxRidge' is learned from the cohort itself. */
export const COHORT_MODELS = [
  'covariates',
  'fiveAnswers',
  'image',
  'fused',
  'lvef35',
  'scarPercent',
  'greyZone5g',
  'madit2',
  'coxRidge',
] as const;
export type CohortModel = (typeof COHORT_MODELS)[number];
/** Folds of the cross-validation by which the ridge Cox is learned and judged. */
export const RIDGE_COX_FOLDS = 5;
/** Models that give each patient a law of the event's time. */
export const LAW_MODELS = ['covariates', 'fiveAnswers', 'image', 'fused'] as const;
export type LawModel = (typeof LAW_MODELS)[number];
/** Models that give each patient a number, the higher the worse. */
export type ScoreModel = Exclude<CohortModel, LawModel | 'coxRidge'>;
