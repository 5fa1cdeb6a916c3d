/** What every model says about one patient of a cohort, and whether the models are for that patient at all. */
import { applies, type NotApplicable } from '../../core/patient/applicability.ts';
import { decidingLvef } from '../../core/patient/guideline.ts';
import { fuse } from '../../core/patient/fusion.ts';
import { calibratedFusion, calibratedLaw, type HospitalCalibration } from '../../core/patient/hospitalCalibration.ts';
import type { HospitalRefit } from '../../core/patient/hospitalRefit.ts';
import type { LogLogistic } from '../../core/patient/logLogistic.ts';
import { shiftAt } from '../../core/patient/lvefShift.ts';
import { usualRate, type RateId } from '../../core/patient/rates.ts';
import { shifted, type Recalibration } from '../../core/patient/recalibration.ts';
import { greyZoneMark, madit2Score } from '../../core/patient/scores.ts';
import { covariateBranch, plainBranch } from '../../nn/networks/covariateBranch.ts';
import { readByHead } from '../../nn/networks/imageHead.ts';
import { refittedNetwork } from '../../nn/networks/covariateFile.ts';
import { fiveAnswersBranch, fiveAnswersOf } from '../../nn/networks/fiveAnswers.ts';
import type { Models } from '../analysing/models.ts';
import type { LawModel, ScoreModel } from './cohortModels.ts';
import type { CohortPatient } from './patients.ts';
import type { StudyResult } from './studyResult.ts';

/** 'usual' uses for each patient the level of risk that the page shows first. */
export type CohortRate = RateId | 'usual';

/** The parts of a law of the fused prediction. */
export interface FusedParts {
  readonly covariates: LogLogistic;
  readonly image: LogLogistic;
}

/** Why the image of a patient who has one says nothing. */
export type NoImage = 'noVentricle' | 'lengthsNotKnown' | 'unlikeSimulatedHearts' | 'heartDoubtful';

export interface Judged {
  readonly why: readonly NotApplicable[];
  /** null without an image, and where the image says something. */
  readonly whyNoImage: NoImage | null;
  /** null where a branch has no input. */
  readonly laws: Readonly<Record<LawModel, LogLogistic | null>> & { readonly covariates: LogLogistic };
  /** Higher is worse; null where it is not known. */
  readonly scores: Readonly<Record<ScoreModel, number | null>>;
  /** Before the fusion's weights; null where the image says nothing. */
  readonly fusedParts: FusedParts | null;
}

/** The definition of grey zone that the page's 5 g mark uses. */
export const GREY_ZONE = '2-3SD';

/**
 * @param rate the level of risk; a calibration replaces it, since it comes from the hospital's own patients
 * @param calibration null takes the models as they are
 */
export function judgePatient(
  { clinical, study }: Pick<CohortPatient, 'clinical' | 'study'>,
  models: Models,
  rate: CohortRate,
  calibration: HospitalCalibration | null,
): Judged {
  const { covariates, facts } = clinical;
  const branch = covariateBranch(models.covariates, covariates, facts);
  const five = fiveAnswersBranch(models.fiveAnswers, fiveAnswersOf(covariates, facts), facts);
  const { why } = applies(facts, {
    ...(study?.findings ?? { noReflowMl: 0, nonIschaemicPattern: false }),
    outOfTrainingRange: branch.outOfTrainingRange,
  });
  const whyNoImage = study && imageWithheld(study, models.image.file.reconstructionLimit);
  const heart = whyNoImage === null ? (study?.heart ?? null) : null;
  const fusedParts = heart && { covariates: branch.uncalibrated, image: heart };
  const laws = {
    covariates: { mu: branch.mu, sigma: branch.sigma },
    fiveAnswers: five.known.length === 0 ? null : { mu: five.mu, sigma: five.sigma },
    image: heart && { mu: heart.mu, sigma: heart.sigma },
    fused: fusedParts && fuse(models.fusion, fusedParts.covariates, fusedParts.image),
  };
  const refit = calibration?.refit ?? null;
  const refitted = refit && lawsIn(refit, clinical, heart);
  const asked = rate === 'usual' ? usualRate(facts) : rate;
  const lvef = decidingLvef(covariates)?.percent ?? branch.patient.lvefPercent;
  const at = (law: LogLogistic, rates: Recalibration['rates']): LogLogistic =>
    asked === 'music' ? law : shifted(law, shiftAt(rates[asked], lvef));
  const ofCovariates = models.covariates.recalibration.rates;
  return {
    why,
    whyNoImage,
    laws: calibration
      ? {
          covariates: refitted?.covariates ?? calibratedLaw(laws.covariates, calibration.covariates),
          fiveAnswers: laws.fiveAnswers && calibratedLaw(laws.fiveAnswers, calibration.fiveAnswers),
          image: refitted?.image ?? (laws.image && calibratedLaw(laws.image, calibration.image)),
          fused:
            fusedParts &&
            (refitted?.fused ??
              calibratedFusion(models.fusion, calibration.fused, fusedParts.covariates, fusedParts.image)),
        }
      : {
          covariates: at(laws.covariates, ofCovariates),
          fiveAnswers: laws.fiveAnswers && at(laws.fiveAnswers, five.recalibration.rates),
          // It learned from simulated patients: there is no cohort to match it to.
          image: laws.image,
          fused: laws.fused && at(laws.fused, ofCovariates),
        },
    scores: scoresOf({ clinical, study }),
    fusedParts,
  };
}

/** null where the shipped model is used. */
function lawsIn(
  { network, fused, image }: HospitalRefit,
  { covariates, facts }: CohortPatient['clinical'],
  heart: NonNullable<StudyResult['heart']> | null,
): { readonly covariates: LogLogistic; readonly image: LogLogistic | null; readonly fused: LogLogistic | null } {
  const { mu, sigma } = plainBranch(refittedNetwork(network), covariates, facts);
  const byHead = image && heart && readByHead(image.head, heart);
  if (byHead)
    return { covariates: { mu, sigma }, image: byHead.law, fused: fuse(image.fused.fusion, { mu, sigma }, byHead.law) };
  return { covariates: { mu, sigma }, image: null, fused: fused && heart && fuse(fused.fusion, { mu, sigma }, heart) };
}

function imageWithheld(
  { heart, findings, warnings }: NonNullable<CohortPatient['study']>,
  reconstructionLimit: number,
): NoImage | null {
  if (findings.withheld) return findings.withheld;
  if (heart === null) return warnings.some(({ code }) => code === 'heartDoubtful') ? 'heartDoubtful' : 'noVentricle';
  return heart.reconstructionError > reconstructionLimit ? 'unlikeSimulatedHearts' : null;
}

function scoresOf({ clinical, study }: Pick<CohortPatient, 'clinical' | 'study'>): Judged['scores'] {
  const { covariates, facts } = clinical;
  const lvef = decidingLvef(covariates);
  const { least, most } = madit2Score(covariates, facts);
  const { beyond } = greyZoneMark(study?.greyZonesG[GREY_ZONE] ?? null, facts);
  return {
    // The guideline's threshold.
    lvef35: lvef && Number(lvef.percent <= 35),
    scarPercent: study?.burden.burdenPercent ?? covariates.infarctPercent ?? null,
    greyZone5g: beyond === null ? null : Number(beyond),
    // If an answer is missing there is no score.
    madit2: least === most ? least : null,
  };
}
