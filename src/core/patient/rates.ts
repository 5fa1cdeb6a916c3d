/**
 * How often patients die suddenly, as published: the level of a curve that is shown at a contemporary rate. MUSIC's
 * patients, from whom the networks learned who is at more risk than whom, were enrolled in 2003 and 2004; since then the rate has
 * fallen (by 44% over twelve trials from 1995 to 2014, Shen et al., N Engl J Med 2017;377:41), and most patients who have had an
 * infarct have no heart failure. Each constant is here once, with its source.
 */
import type { ApplicabilityFacts } from './covariates.ts';
import { lowLvefShare, type LvefShift } from './lvefShift.ts';

/** As the training cohort, or a level that is published for patients of a kind. */
export const CONTEMPORARY_RATES = ['afterInfarct', 'heartFailure'] as const;
export type ContemporaryRate = (typeof CONTEMPORARY_RATES)[number];
export type RateId = 'music' | ContemporaryRate;

interface PublishedRate {
  /** Sudden cardiac deaths without a defibrillator per patient-year at risk, by LVEF up to 35% and above. */
  readonly suddenDeathsPerYear: LvefShift;
  /** Where each number is from; 'ours' is derived here. */
  readonly sources: Readonly<Record<keyof LvefShift, string>>;
}

/** PARADIGM-HF 3.3 and DAPA-HF 2.9 per 100 patient-years (206 in 4,744 patients over a median of 18.2 months): their geometric mean. */
const HEART_FAILURE_LOW_LVEF_PER_YEAR = Math.sqrt(0.033 * 0.029);
/** MUSIC's ischaemic, sudden deaths per patient-year by LVEF up to 35% (44) and above (11). */
const MUSIC_PER_YEAR: LvefShift = { low: 0.0421, high: 0.0148 };

export const PUBLISHED_RATES: Readonly<Record<ContemporaryRate, PublishedRate>> = {
  afterInfarct: {
    // Events over patients x mean follow-up: 1,193 / (25,058 x 46.5/12 y), 1,567 / (107,603 x 57.6/12 y).
    suddenDeathsPerYear: { low: 1193 / (25_058 * (46.5 / 12)), high: 1567 / (107_603 * (57.6 / 12)) },
    sources: {
      low: 'PROFID, Eur Heart J 2024;45:4616: 25,058 patients after an infarct, LVEF 35% or less, no defibrillator',
      high: 'PROFID, Eur Heart J 2024;45:4616: 107,603 patients after an infarct, LVEF above 35%, no defibrillator',
    },
  },
  heartFailure: {
    suddenDeathsPerYear: {
      low: HEART_FAILURE_LOW_LVEF_PER_YEAR,
      high: (MUSIC_PER_YEAR.high * HEART_FAILURE_LOW_LVEF_PER_YEAR) / MUSIC_PER_YEAR.low,
    },
    sources: {
      low:
        'PARADIGM-HF (in Shen et al., N Engl J Med 2017;377:41) and DAPA-HF (Eur Heart J 2021, ehab560): ' +
        'heart failure with reduced LVEF; the geometric mean of their rates',
      high:
        'none published for ischaemic heart failure with LVEF above 35%: MUSIC’s own, less by as much as the rate at 35% or less ' +
        'is less than MUSIC’s (an assumption of ours)',
    },
  },
};

/** Where the networks were validated: the horizon at which they are matched to a rate. */
export const HORIZON_YEARS = 4;

/** A rate over person-time at risk is a hazard with other deaths censored, so that 1 - exp(-rate t) is a net risk. */
export function netRisk(ratePerYear: number, tYears: number): number {
  return 1 - Math.exp(-ratePerYear * tYears);
}

/** Mean net risks by the horizon that a rate implies, by LVEF. */
export function risksAtRate(rate: ContemporaryRate): LvefShift {
  const { low, high } = PUBLISHED_RATES[rate].suddenDeathsPerYear;
  return { low: netRisk(low, HORIZON_YEARS), high: netRisk(high, HORIZON_YEARS) };
}

/**
 * Half-width, on the log-odds, of the 90% interval that the choice of a contemporary cohort adds. Four of them at LVEF up to 35%
 * (PROFID 1.23, STICH 2.1, DAPA-HF 2.9, PARADIGM-HF 3.3 per 100 patient-years) have an SD of the logarithm of 0.44; 1.645 SD.
 */
export const RATE_HALF_WIDTH = 0.72;

/**
 * What the hazard of other death is multiplied by at a contemporary rate. 1 at low LVEF: MUSIC's 6.9 per 100
 * patient-years against EU-CERT-ICD's 9.2 of any cause (Eur Heart J 2020). 0.6 above: MUSIC's 3.4 against
 * PRE-DETERMINE's 2.0 (JAMA Cardiol 2018;3:591).
 */
const OTHER_DEATH_FACTOR: LvefShift = { low: 1, high: 0.6 };

export function otherDeathFactor(rate: RateId, lvefPercent: number): number {
  if (rate === 'music') return 1;
  const share = lowLvefShare(lvefPercent);
  return share * OTHER_DEATH_FACTOR.low + (1 - share) * OTHER_DEATH_FACTOR.high;
}

/** Whether the patient has heart failure: as answered, or as a NYHA class of II or more says. */
export function hasHeartFailure({ heartFailure, nyha }: ApplicabilityFacts): boolean | undefined {
  return heartFailure ?? (nyha !== undefined && nyha >= 2 ? true : undefined);
}

/**
 * The rate for the kind of patient: after an infarct if there is no heart failure; that of symptomatic heart failure if
 * there is, or if it is not known, since all of MUSIC's patients had it.
 */
export function usualRate(facts: ApplicabilityFacts): ContemporaryRate {
  return hasHeartFailure(facts) === false || facts.nyha === 1 ? 'afterInfarct' : 'heartFailure';
}
