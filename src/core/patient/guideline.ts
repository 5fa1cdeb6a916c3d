/**
 * What is said of a defibrillator for primary prevention, beside the networks and without them: one guideline's criteria and one
 * published bedside score. Both read the clinician's own answers.
 */
import type { ApplicabilityFacts, Covariates } from './covariates.ts';

/** A criterion is met, is not, or an answer is missing. */
export type Met = boolean | null;

/** Not met where one is not, open where it turns on a missing answer. */
function all(criteria: readonly Met[]): Met {
  if (criteria.includes(false)) return false;
  return criteria.includes(null) ? null : true;
}

export interface Criterion {
  readonly id: 'ischaemic' | 'lvef' | 'nyha' | 'daysSinceInfarct' | 'revascularised';
  readonly met: Met;
}

export interface Recommendation {
  readonly id: 'lvef35' | 'lvef30';
  readonly criteria: readonly Criterion[];
  /** All met; false where one is not; null where it turns on an answer that is missing. */
  readonly met: Met;
}

/** The LVEF to decide by: that of the usual methods, or of CMR where there is no other. */
const lvefOf = ({ lvef, lvefCmr }: Covariates): number | undefined => lvef ?? lvefCmr;

const LEAST_DAYS_SINCE_INFARCT = 40;
/** MADIT-II took patients from a month after their infarct. */
const TRIAL_DAYS_SINCE_INFARCT = 30;

/**
 * The two class I recommendations of a defibrillator for primary prevention in ischaemic heart disease: LVEF <= 35% with NYHA
 * II or III, and LVEF <= 30% with NYHA I; each at least 40 days after an infarct and 90 days after revascularisation, on guideline
 * treatment, where more than a year of life is expected. The day of a revascularisation, the treatment and the outlook are not
 * asked: who was revascularised has that criterion open. Source: 2017 AHA/ACC/HRS Guideline for Management of Patients With
 * Ventricular Arrhythmias, Al-Khatib et al., Circulation 2018;138:e272, section 7.1.2.
 */
export function defibrillatorRecommendations(covariates: Covariates, facts: ApplicabilityFacts): Recommendation[] {
  const lvef = lvefOf(covariates);
  const { nyha } = facts;
  const recommendation = (id: Recommendation['id'], mostLvef: number, classes: readonly number[]): Recommendation => {
    const criteria: Criterion[] = [
      { id: 'ischaemic', met: facts.ischaemic ?? null },
      { id: 'lvef', met: lvef === undefined ? null : lvef <= mostLvef },
      { id: 'nyha', met: nyha === undefined ? null : classes.includes(nyha) },
      {
        id: 'daysSinceInfarct',
        met: facts.daysSinceInfarct === undefined ? null : facts.daysSinceInfarct >= LEAST_DAYS_SINCE_INFARCT,
      },
      { id: 'revascularised', met: facts.revascularised === false ? true : null },
    ];
    return { id, criteria, met: all(criteria.map(({ met }) => met)) };
  };
  return [recommendation('lvef35', 35, [2, 3]), recommendation('lvef30', 30, [1])];
}

export interface ScorePoint {
  readonly id: 'nyha' | 'age' | 'ureaNitrogen' | 'qrs' | 'atrialFibrillation';
  readonly met: Met;
}

export interface Madit2Score {
  readonly points: readonly ScorePoint[];
  /** Points that are certain, and points that could be. */
  readonly least: number;
  readonly most: number;
  /** Renal failure that the score was made without. */
  readonly veryHighRisk: Met;
  /** The patient is as the trial's were: an infarct a month ago or longer, and LVEF <= 30%. */
  readonly likeThem: Met;
}

/**
 * MADIT-II's risk score: a point each for NYHA class > II, age > 70 years, blood urea nitrogen > 26 mg/dL, QRS > 120 ms and
 * atrial fibrillation; urea nitrogen >= 50 or creatinine >= 2.5 mg/dL is a group of its own. Its outcome is death of any cause.
 * Source: Goldenberg et al., J Am Coll Cardiol 2008;51:288.
 */
export function madit2Score(covariates: Covariates, facts: ApplicabilityFacts): Madit2Score {
  const { age, qrs, atrialFibrillation } = covariates;
  const { nyha, ureaNitrogen, creatinine } = facts;
  const above = (value: number | undefined, limit: number): Met => (value === undefined ? null : value > limit);
  const points: ScorePoint[] = [
    { id: 'nyha', met: above(nyha, 2) },
    { id: 'age', met: above(age, 70) },
    { id: 'ureaNitrogen', met: above(ureaNitrogen, 26) },
    { id: 'qrs', met: above(qrs, 120) },
    { id: 'atrialFibrillation', met: above(atrialFibrillation, 0) },
  ];
  const least = points.filter(({ met }) => met === true).length;
  const lvef = lvefOf(covariates);
  const isRenal = (ureaNitrogen !== undefined && ureaNitrogen >= 50) || (creatinine !== undefined && creatinine >= 2.5);
  const criteria: Met[] = [
    lvef === undefined ? null : lvef <= 30,
    facts.daysSinceInfarct === undefined ? null : facts.daysSinceInfarct >= TRIAL_DAYS_SINCE_INFARCT,
  ];
  return {
    points,
    least,
    most: least + points.filter(({ met }) => met === null).length,
    veryHighRisk: isRenal ? true : ureaNitrogen === undefined || creatinine === undefined ? null : false,
    likeThem: all(criteria),
  };
}
