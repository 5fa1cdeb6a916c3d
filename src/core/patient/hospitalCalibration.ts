/**
 * A hospital's own calibration: what brings the shipped models to the risks of its own patients. It stands in place of the published
 * rates. Source of the method: updating of a prediction model by its intercept and slope, Steyerberg, Clinical Prediction Models,
 * 2nd ed. 2019, section 20.2; for a log-logistic law these are a shift of mu and a factor of sigma.
 */
import { fuse, type Fusion } from './fusion.ts';
import type { LogLogistic } from './logLogistic.ts';

/** On whom it was fitted, and what it is worth. */
export interface CalibrationFit {
  readonly patients: number;
  readonly events: number;
  /** What cross-validation chose to fit. */
  readonly chosen: 'none' | 'level' | 'levelAndSpread' | 'weights';
  /** 95% limits of the shift of mu and of the factor of sigma; null where they were not fitted. */
  readonly muLimits: readonly [number, number] | null;
  readonly sigmaLimits: readonly [number, number] | null;
  /** On patients that it was not fitted to, with the standard error; below 0 it makes the predictions worse. */
  readonly gain: { readonly logLikelihoodAPatient: number; readonly standardError: number };
}

/** Of one branch: mu + muShift and sigma x sigmaFactor. */
export interface LawCalibration extends CalibrationFit {
  readonly muShift: number;
  readonly sigmaFactor: number;
}

/** Of the fused prediction: the fusion's four numbers in place of the shipped ones. */
export interface FusionCalibration extends CalibrationFit {
  readonly fusion: Fusion;
}

/** Who made it and when, as they typed it, and what for each model; null where it stays as it is shipped. */
export interface HospitalCalibration {
  readonly madeBy: string;
  readonly madeOn: string;
  readonly covariates: LawCalibration | null;
  readonly fiveAnswers: LawCalibration | null;
  readonly image: LawCalibration | null;
  readonly fused: FusionCalibration | null;
}

/** The law as the calibration has it; as it is where there is none. */
export function calibratedLaw(law: LogLogistic, calibration: LawCalibration | null): LogLogistic {
  if (calibration === null) return law;
  return { mu: law.mu + calibration.muShift, sigma: law.sigma * calibration.sigmaFactor };
}

/** The fused law with the calibration's weights, or the shipped ones where it has none. */
export function calibratedFusion(
  shipped: Fusion,
  calibration: FusionCalibration | null,
  covariates: LogLogistic,
  image: LogLogistic,
): LogLogistic {
  return fuse(calibration?.fusion ?? shipped, covariates, image);
}
