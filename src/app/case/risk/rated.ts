import type { RateId } from '../../../core/patient/rates.ts';
import type { Prediction, RatedPredictions, Survival } from '../../../pipeline/analysing/analysis.ts';

/** The predictions that rest on patients, then SSCAR's fused one. */
export const BRANCHES = ['covariates', 'fiveAnswers', 'fused'] as const;
export type BranchId = (typeof BRANCHES)[number];

/** The predictions that were learned from simulated outcomes, wholly or in part. */
export const isSimulated = (id: BranchId | 'image'): boolean => id === 'fused' || id === 'image';

/** A rate, or the hospital's own level where its calibration is on. */
export type LevelId = RateId | 'hospital';

/** The level that is shown: the reader's choice, else the hospital's own, else the one meant for such a patient. */
export const levelOf = ({ rate }: { readonly rate: RateId | null }, { hospital, usualRate }: Survival): LevelId =>
  rate ?? (hospital ? 'hospital' : usualRate);

/** The predictions at a level. The image's own rests on simulated patients: no rate changes it. */
export function atLevel(survival: Survival, level: LevelId): RatedPredictions & Pick<Survival, 'image'> {
  const { covariates, fiveAnswers, fused, image, atRate, hospital } = survival;
  const asInMusic = { covariates, fiveAnswers, fused, image };
  if (level === 'hospital') return hospital ?? asInMusic;
  return level === 'music' || atRate === null ? asInMusic : { ...atRate[level], image };
}

/** The branch that is shown first, at a level. */
export function leading(
  survival: Survival,
  level: LevelId,
): { readonly id: BranchId; readonly prediction: Prediction } {
  const { covariates, fiveAnswers } = atLevel(survival, level);
  return survival.leads === 'fiveAnswers' && fiveAnswers !== null
    ? { id: 'fiveAnswers', prediction: fiveAnswers }
    : { id: 'covariates', prediction: covariates };
}

/** Whether a refitted head of the image branch is on, but this case was saved before what the head reads was kept. */
export function headUnread({ hospital }: Survival): boolean {
  if (!hospital?.calibration.refit?.image) return false;
  return hospital.image !== null && !hospital.image.recalibrated;
}
