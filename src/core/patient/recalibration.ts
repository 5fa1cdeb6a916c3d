/**
 * Fits a network's law to the observed risks: the log-odds by a shift, and sigma by a factor. On the log-odds a shift
 * is the same at all times, since they are (ln t - mu)/sigma. Source of the method: updating of a prediction model by
 * its intercept and slope, Steyerberg, Clinical Prediction Models, 2nd ed. 2019, section 20.2.
 */
import { logOddsOfRisk, type LogLogistic } from './logLogistic.ts';
import { shiftAt, type LvefShift } from './lvefShift.ts';
import { HORIZON_YEARS, type ContemporaryRate, type RateId } from './rates.ts';

export interface Recalibration {
  /** Of sigma, with the risk by the horizon fixed. */
  readonly spread: number;
  /** To the training cohort's own Kaplan-Meier by the horizon. */
  readonly ischaemic: LvefShift;
  readonly other: LvefShift;
  /** From there to a contemporary rate; fitted on ischaemic patients. */
  readonly rates: Readonly<Record<ContemporaryRate, LvefShift>>;
}

/** What the recalibration uses of a patient. */
export interface RecalibratedPatient {
  readonly lvefPercent: number;
  readonly ischaemic: boolean;
}

/** The patient's law as the training cohort's risks were, or at a contemporary rate. */
export function recalibrated(
  law: LogLogistic,
  { spread, ischaemic, other, rates }: Recalibration,
  patient: RecalibratedPatient,
  rate: RateId,
): LogLogistic {
  const own = shiftAt(patient.ischaemic ? ischaemic : other, patient.lvefPercent);
  const widened = shifted(withSpread(law, spread, HORIZON_YEARS), own);
  return rate === 'music' ? widened : shifted(widened, shiftAt(rates[rate], patient.lvefPercent));
}

/** The law whose log-odds are higher by `logOdds` at all times: mu' = mu - sigma logOdds. */
export function shifted(law: LogLogistic, logOdds: number): LogLogistic {
  return { mu: law.mu - law.sigma * logOdds, sigma: law.sigma };
}

/** The law with another sigma and the same risk by `atYears`. */
export function withSpread(law: LogLogistic, factor: number, atYears: number): LogLogistic {
  const sigma = factor * law.sigma;
  return { mu: Math.log(atYears) - sigma * logOddsOfRisk(law, atYears), sigma };
}
