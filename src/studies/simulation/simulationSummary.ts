/** A simulated cohort in figures: its risks, and the published effects refitted on it. */
import type { SimulatedPatient } from '../../core/phantom/cohort.ts';
import { PUBLISHED, type Effect, type PublishedEffect } from '../../core/phantom/constants.ts';
import { aalenJohansen } from '../../core/statistics/aalenJohansen.ts';
import { harrellC } from '../../core/statistics/concordance.ts';
import { fitCoxRidge } from '../../core/statistics/coxRidge.ts';
import { stepAt } from '../../core/statistics/kaplanMeier.ts';
import { risk } from '../../core/patient/logLogistic.ts';

/** The refits end here, near the follow-up of the published cohorts. */
export const REFIT_YEARS = 6;
const SHOWN_YEARS = [1, 3, 5, 10] as const;
const CRUDE_YEARS = [5, 10] as const;

interface Refit extends PublishedEffect {
  readonly refit: number;
  readonly verdict: 'inside' | 'below' | 'above';
}

export interface SimulationSummary {
  readonly effect: Effect;
  readonly patients: number;
  readonly seed: number;
  /** By year. */
  readonly netRisk: Readonly<Record<string, number>>;
  readonly crudeRisk: Readonly<Record<string, number>>;
  readonly eventShare: number;
  readonly medianFollowUpYears: number;
  readonly eventsPer100PatientYears: number;
  readonly trueC: number;
  readonly refits: readonly Refit[];
}

/** @param patients as drawn, or with their own hearts */
export function summariseSimulation(
  patients: readonly SimulatedPatient[],
  effect: Effect,
  seed: number,
): SimulationSummary {
  const count = patients.length;
  const time = Float64Array.from(patients, (patient) => patient.timeYears);
  const status = Uint8Array.from(patients, (patient) => patient.status);
  const event = status.map((s) => (s === 1 ? 1 : 0));
  const incidence = aalenJohansen(time, status, 2);
  const mean = (of: (patient: SimulatedPatient) => number): number =>
    patients.reduce((sum, p) => sum + of(p), 0) / count;
  const byYear = (years: readonly number[], of: (year: number) => number): Record<string, number> =>
    Object.fromEntries(years.map((year) => [String(year), of(year)]));

  return {
    effect,
    patients: count,
    seed,
    netRisk: byYear(SHOWN_YEARS, (t) => mean((p) => risk({ mu: p.trueMu, sigma: p.trueSigma }, t))),
    crudeRisk: byYear(CRUDE_YEARS, (t) => stepAt(incidence.time, incidence.incidence[0], t, 0)),
    eventShare: mean((p) => (p.status === 1 ? 1 : 0)),
    medianFollowUpYears: [...time].sort((a, b) => a - b)[Math.floor(count / 2)],
    eventsPer100PatientYears: (100 * event.reduce((sum, e) => sum + e, 0)) / time.reduce((sum, t) => sum + t, 0),
    trueC: harrellC(
      time,
      event,
      Float64Array.from(patients, (patient) => -patient.trueMu),
    ).c,
    refits: publishedRefits(patients),
  };
}

/** Each published effect, refitted on simulated patients selected as in its study. */
function publishedRefits(patients: readonly SimulatedPatient[]): Refit[] {
  const has = (condition: (patient: SimulatedPatient) => boolean) => (patient: SimulatedPatient) =>
    condition(patient) ? 1 : 0;
  const lvef = ({ covariates }: SimulatedPatient): number => covariates.lvef ?? NaN;
  const everyone = (): boolean => true;
  const hasScar = ({ scarG }: SimulatedPatient): boolean => scarG > 0;
  const greyOver5 = has(({ greyZoneG }) => greyZoneG > 5);
  const lvefUnder35 = has((p) => lvef(p) < 35);
  return [
    refit(patients, PUBLISHED.greyOver5, hasScar, greyOver5),
    refit(patients, PUBLISHED.greyOver5Scd, hasScar, greyOver5),
    refit(
      patients,
      PUBLISHED.greyPer10,
      (p) => lvef(p) <= 35,
      (p) => p.greyZoneG / 10,
    ),
    refit(
      patients,
      PUBLISHED.greyOver5PreservedLvef,
      (p) => lvef(p) > 35,
      has((p) => p.greyZoneG >= 5),
    ),
    refit(patients, PUBLISHED.lvefUnder35, everyone, lvefUnder35),
    refit(patients, PUBLISHED.lvefUnder35Scd, everyone, lvefUnder35),
    refit(patients, PUBLISHED.lvefPerPercent, everyone, lvef),
    refit(patients, PUBLISHED.lgePresent, everyone, has(hasScar)),
    refit(
      patients,
      PUBLISHED.scarOver5,
      everyone,
      has((p) => p.scarPercent > 5),
    ),
  ];
}

/** Univariable Cox over the first REFIT_YEARS among patients selected as in the published study. */
function refit(
  patients: readonly SimulatedPatient[],
  published: PublishedEffect,
  taken: (patient: SimulatedPatient) => boolean,
  input: (patient: SimulatedPatient) => number,
): Refit {
  const chosen = patients.filter(taken);
  const model = fitCoxRidge(
    Float64Array.from(chosen, input),
    Float64Array.from(chosen, (patient) => Math.min(patient.timeYears, REFIT_YEARS)),
    Uint8Array.from(chosen, (patient) => (patient.status === 1 && patient.timeYears <= REFIT_YEARS ? 1 : 0)),
    0,
  );
  const ratio = Math.exp(model.coefficients[0]);
  return {
    ...published,
    refit: ratio,
    verdict: ratio < published.low ? 'below' : ratio > published.high ? 'above' : 'inside',
  };
}
