/**
 * A hospital's own calibration, which adjusts the shipped models to the risks of its own patients. It replaces the published rates. Source
 * of the method: updating of a prediction model by its intercept and slope, Steyerberg, Clinical Prediction Models, 2nd ed. 2019, section
 * 20.2; for a log-logistic law these are a shift of mu and a factor of sigma.
 */
import { fuse, type Fusion } from './fusion.ts';
import type { HospitalRefit, ToldRefit } from './hospitalRefit.ts';
import { logOddsOfRisk, type LogLogistic } from './logLogistic.ts';

/** A model's name, and the SHA-256 of its weights. */
export interface NamedWeights {
  readonly name: string;
  readonly sha256: string;
}

/** What is said with each number that a calibration changed. */
export interface RecalibratedOn {
  readonly code: 'recalibratedOn';
  readonly patients: number;
  readonly events: number;
  readonly madeBy: string;
  readonly madeOn: string;
}

/** Whom it was fitted to, and what it gains. */
export interface CalibrationFit {
  readonly patients: number;
  readonly events: number;
  /** What cross-validation chose to fit. */
  readonly chosen: 'none' | 'level' | 'levelAndSpread' | 'weights';
  /** 95% limits of the shift of mu and of the factor of sigma; null where they were not fitted. */
  readonly muLimits: readonly [number, number] | null;
  readonly sigmaLimits: readonly [number, number] | null;
  /** On patients whom it was not fitted to, with the standard error; below 0 it makes the predictions worse. */
  readonly gain: { readonly logLikelihoodAPatient: number; readonly standardError: number };
}

/** For one branch: mu + muShift and sigma x sigmaFactor. */
export interface LawCalibration extends CalibrationFit {
  readonly muShift: number;
  readonly sigmaFactor: number;
}

/** For the fused prediction: the fusion's four numbers in place of the shipped ones. */
export interface FusionCalibration extends CalibrationFit {
  readonly fusion: Fusion;
}

/** Author and date as typed, and the calibration of each model; null where it stays as shipped. */
export interface HospitalCalibration {
  /** The networks that it was fitted to; it would be wrong for any others. */
  readonly weights: readonly NamedWeights[];
  readonly madeBy: string;
  readonly madeOn: string;
  readonly covariates: LawCalibration | null;
  readonly fiveAnswers: LawCalibration | null;
  readonly image: LawCalibration | null;
  readonly fused: FusionCalibration | null;
  /** The covariate branch trained anew, in place of a calibration of it; null where it is the shipped one. */
  readonly refit: HospitalRefit | null;
}

/** For files that are not used to run it. */
export type ToldCalibration = Omit<HospitalCalibration, 'refit'> & { readonly refit: ToldRefit | null };

export const toldCalibration = ({ refit, ...rest }: HospitalCalibration): ToldCalibration => ({
  ...rest,
  refit: refit && toldRefit(refit),
});

function toldRefit({ network: _, image, ...told }: HospitalRefit): ToldRefit {
  return { ...told, image: image && { recipe: image.recipe, alone: image.alone, fused: image.fused } };
}

/** A refit as a calibration that changes nothing else. */
export const refitAlone = (
  made: Pick<HospitalCalibration, 'weights' | 'madeBy' | 'madeOn'>,
  refit: HospitalRefit,
): HospitalCalibration & { readonly refit: HospitalRefit } => ({
  ...made,
  covariates: null,
  fiveAnswers: null,
  image: null,
  fused: null,
  refit,
});

/** The calibrated law; unchanged where there is no calibration. */
export function calibratedLaw(law: LogLogistic, calibration: LawCalibration | null): LogLogistic {
  if (calibration === null) return law;
  return { mu: law.mu + calibration.muShift, sigma: law.sigma * calibration.sigmaFactor };
}

/** The fused law with the calibration's weights, or the shipped ones if it has none. */
export function calibratedFusion(
  shipped: Fusion,
  calibration: FusionCalibration | null,
  covariates: LogLogistic,
  image: LogLogistic,
): LogLogistic {
  return fuse(calibration?.fusion ?? shipped, covariates, image);
}

/** Models whose numbers a calibration changes. */
const CALIBRATED: readonly string[] = ['covariates', 'fiveAnswers', 'image', 'fusion'];

/** Of these networks, those whose numbers a calibration changes. */
export const calibratedWeights = (cards: readonly NamedWeights[]): NamedWeights[] =>
  cards.filter(({ name }) => CALIBRATED.includes(name)).map(({ name, sha256 }) => ({ name, sha256 }));

/** Whether it was fitted to these networks. */
export function isCalibrationOf(
  { weights }: Pick<HospitalCalibration, 'weights'>,
  cards: readonly NamedWeights[],
): boolean {
  return CALIBRATED.every((name) => {
    const of = (list: readonly NamedWeights[]): string | undefined => list.find((one) => one.name === name)?.sha256;
    return of(weights) !== undefined && of(weights) === of(cards);
  });
}

/** 90% limits are narrower than 95% limits by this factor: 1.645 over 1.960 standard deviations. */
const NARROWER = 1.6449 / 1.96;

/**
 * Half-width, on the log-odds (ln t - mu) / sigma of the risk by t years, of the 90% interval that the fit of the calibration adds:
 * from the limits of the shift of mu and of the factor of sigma, taken as independent. The uncertainty of a fusion's weights counts only by
 * its effect on a patient in the middle of the cohort.
 */
export function calibrationHalfWidth(
  { muLimits, sigmaLimits }: CalibrationFit,
  law: LogLogistic,
  tYears: number,
): number {
  const half = ([low, high]: readonly [number, number]): number => (NARROWER * (high - low)) / 2;
  const byMu = muLimits ? half(muLimits) / law.sigma : 0;
  const byLogSigma = sigmaLimits ? half([Math.log(sigmaLimits[0]), Math.log(sigmaLimits[1])]) : 0;
  return Math.hypot(byMu, byLogSigma * logOddsOfRisk(law, tYears));
}
