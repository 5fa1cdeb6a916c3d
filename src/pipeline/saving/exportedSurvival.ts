import type { Bare } from '../../core/errors.ts';
import { isKnown, type Clinical } from '../../core/patient/covariates.ts';
import type { ContemporaryRate } from '../../core/patient/rates.ts';
import type { Prediction, RatedPredictions, Survival } from '../analysing/analysis.ts';

/** Why a risk that rests on answers is not exported. */
export type WhyWithheld = Bare<'noAnswers'>;

type ExportedRated = Readonly<Record<keyof RatedPredictions, Prediction | null>>;

/** The predictions as exported; those that rest on answers are null if there are none. */
export interface ExportedSurvival extends Omit<
  Survival,
  'covariates' | 'atRate' | 'hospital' | 'percentile' | 'explanation'
> {
  readonly covariates: Prediction | null;
  readonly atRate: Readonly<Record<ContemporaryRate, ExportedRated>> | null;
  readonly hospital:
    (ExportedRated & Pick<NonNullable<Survival['hospital']>, 'image' | 'calibration' | 'explanation'>) | null;
  readonly percentile: number | null;
  readonly explanation: Survival['explanation'] | null;
  readonly withheld: WhyWithheld | null;
}

/**
 * A patient about whom nothing is known has no curve: what the models give then is the training cohort's, the same for
 * everyone.
 */
export function exportedSurvival(survival: Survival, clinical: Clinical): ExportedSurvival {
  if (isKnown(clinical)) return { ...survival, withheld: null };
  return {
    ...survival,
    covariates: null,
    fiveAnswers: null,
    fused: null,
    atRate: null,
    hospital: survival.hospital && {
      ...survival.hospital,
      covariates: null,
      fiveAnswers: null,
      fused: null,
      explanation: null,
    },
    percentile: null,
    explanation: null,
    withheld: { code: 'noAnswers' },
  };
}
