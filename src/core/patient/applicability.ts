/** Whether a prediction applies to a patient at all. */
import type { ApplicabilityFacts, CovariateId } from './covariates.ts';

/** An infarct is chronic from here on: guidelines wait this long before the risk of sudden death is judged. */
const MIN_CHRONIC_DAYS = 40;

/** Less than this, a few voxels, is more often an error of the segmentation than no-reflow. */
const MIN_NO_REFLOW_ML = 0.1;

/** What the image says about whether a prediction applies. */
export interface HeartFindings {
  readonly noReflowMl: number;
  /** As `isNonIschaemicPattern` finds. */
  readonly nonIschaemicPattern: boolean;
  /**
   * Why the image says nothing: no ventricle was found in it, or the file does not give its lengths. Absent where the
   * image says something.
   */
  readonly withheld?: 'noVentricle' | 'lengthsNotKnown';
}

/** Why a prediction does not apply to a patient. */
export type NotApplicable =
  | { readonly code: 'recentInfarct'; readonly days: number; readonly minDays: number }
  | { readonly code: 'noReflow' }
  | { readonly code: 'notIschaemic' }
  /** All of the training patients had it, in NYHA class II or III. */
  | { readonly code: 'noHeartFailure' }
  | { readonly code: 'otherNyhaClass'; readonly nyha: number }
  | { readonly code: 'nonIschaemicScar' }
  | { readonly code: 'defibrillator' }
  | { readonly code: 'outOfTrainingRange'; readonly covariate: CovariateId };

/**
 * Whether a prediction applies: the models are for chronic ischaemic heart failure without a defibrillator, as the training
 * patients had it, and know nothing outside the range of their training data. Unknown facts do not count against it.
 * `why` holds each reason against it, and is empty where it applies.
 */
export function applies(
  facts: ApplicabilityFacts,
  findings: HeartFindings & {
    /** As `covariateBranch` returns it. */
    readonly outOfTrainingRange: readonly CovariateId[];
  },
): { readonly yes: boolean; readonly why: readonly NotApplicable[] } {
  const why: NotApplicable[] = [];
  if (facts.daysSinceInfarct !== undefined && facts.daysSinceInfarct < MIN_CHRONIC_DAYS) {
    why.push({ code: 'recentInfarct', days: Math.floor(facts.daysSinceInfarct), minDays: MIN_CHRONIC_DAYS });
  }
  // In an infarct known to be old, dark pixels in the scar are something else (calcium, fat, or the network's mistake).
  const mayBeFresh = facts.daysSinceInfarct === undefined || facts.daysSinceInfarct < MIN_CHRONIC_DAYS;
  if (mayBeFresh && findings.noReflowMl >= MIN_NO_REFLOW_ML) {
    why.push({ code: 'noReflow' });
  }
  if (facts.ischaemic === false) why.push({ code: 'notIschaemic' });
  if (facts.heartFailure === false) why.push({ code: 'noHeartFailure' });
  if (facts.nyha !== undefined && (facts.nyha < 2 || facts.nyha > 3))
    why.push({ code: 'otherNyhaClass', nyha: facts.nyha });
  if (findings.nonIschaemicPattern) why.push({ code: 'nonIschaemicScar' });
  if (facts.icd === true) why.push({ code: 'defibrillator' });
  for (const covariate of findings.outOfTrainingRange) why.push({ code: 'outOfTrainingRange', covariate });
  return { yes: why.length === 0, why };
}
