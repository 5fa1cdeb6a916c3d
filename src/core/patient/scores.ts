/**
 * Published scores, independent of the networks: by the clinician's own answers and the scar's measures. Where points
 * or a risk were not published, none are filled in.
 */
import type { ApplicabilityFacts, Covariates } from './covariates.ts';
import { all, decidingLvef, hadInfarct, type AnswerId, type Met } from './guideline.ts';
import { hasHeartFailure, netRisk } from './rates.ts';

export interface ScorePoint<Id extends string> {
  readonly id: Id;
  readonly met: Met;
  /** The answers that would settle it; empty where it is settled. */
  readonly closedBy: readonly AnswerId[];
}

function point<Id extends string>(id: Id, met: Met, ...closedBy: AnswerId[]): ScorePoint<Id> {
  return { id, met, closedBy: met === null ? closedBy : [] };
}

const above = (value: number | undefined, limit: number): Met => (value === undefined ? null : value > limit);

/** Points that are certain, and points that could be. */
function counted(points: readonly ScorePoint<string>[]): { readonly least: number; readonly most: number } {
  const least = points.filter(({ met }) => met === true).length;
  return { least, most: least + points.filter(({ met }) => met === null).length };
}

export interface Madit2Score {
  readonly points: readonly ScorePoint<'nyha' | 'age' | 'ureaNitrogen' | 'qrs' | 'atrialFibrillation'>[];
  readonly least: number;
  readonly most: number;
  /** Renal failure, which the score excludes. */
  readonly veryHighRisk: Met;
  /** The patient is as the trial's were: an infarct a month ago or longer, and LVEF <= 30%. */
  readonly likeThem: Met;
  /** Of death of any cause in the trial's arm without a defibrillator, a median of 1.5 years; null where the points are open. */
  readonly trialDeathShare: number | null;
  /** Alive after 8 years, with a defibrillator and without; null where the group is open, or the points do not apply. */
  readonly aliveAt8Years: { readonly withIcd: number; readonly without: number } | null;
}

/** MADIT-II took patients from a month after their infarct. */
const MIN_TRIAL_DAYS_SINCE_INFARCT = 30;
const TRIAL_DEATHS = { none: 0.08, some: 0.28, renal: 0.43 };
/** By points: 0, 1 or 2, 3 and more. */
const ALIVE_AT_8_YEARS = [
  { withIcd: 0.75, without: 0.58 },
  { withIcd: 0.47, without: 0.31 },
  { withIcd: 0.19, without: 0.17 },
];
const groupAt8Years = (points: number): number => (points === 0 ? 0 : points <= 2 ? 1 : 2);

/**
 * MADIT-II's risk score: a point each for NYHA class > II, age > 70 years, blood urea nitrogen > 26 mg/dL, QRS > 120 ms and
 * atrial fibrillation; urea nitrogen >= 50 or creatinine >= 2.5 mg/dL is a separate group. Its outcome is death of any
 * cause. Sources: Goldenberg et al., J Am Coll Cardiol 2008;51:288; by 8 years Barsheshet et al., J Am Coll Cardiol
 * 2012;59:2075.
 */
export function madit2Score(covariates: Covariates, facts: ApplicabilityFacts): Madit2Score {
  const { age, qrs, atrialFibrillation } = covariates;
  const { nyha, ureaNitrogen, creatinine, daysSinceInfarct } = facts;
  const points = [
    point('nyha', above(nyha, 2), 'nyha'),
    point('age', above(age, 70), 'age'),
    point('ureaNitrogen', above(ureaNitrogen, 26), 'ureaNitrogen'),
    point('qrs', above(qrs, 120), 'qrs'),
    point('atrialFibrillation', above(atrialFibrillation, 0), 'atrialFibrillation'),
  ];
  const { least, most } = counted(points);
  const lvef = decidingLvef(covariates)?.percent;
  const isRenal = (ureaNitrogen !== undefined && ureaNitrogen >= 50) || (creatinine !== undefined && creatinine >= 2.5);
  const veryHighRisk = isRenal ? true : ureaNitrogen === undefined || creatinine === undefined ? null : false;
  const deaths = (): number | null => {
    if (veryHighRisk === true) return TRIAL_DEATHS.renal;
    if (veryHighRisk === null) return null;
    return least > 0 ? TRIAL_DEATHS.some : most === 0 ? TRIAL_DEATHS.none : null;
  };
  const group = groupAt8Years(least);
  return {
    points,
    least,
    most,
    veryHighRisk,
    likeThem: all([
      lvef === undefined ? null : lvef <= 30,
      hadInfarct(facts) === false
        ? false
        : daysSinceInfarct === undefined
          ? null
          : daysSinceInfarct >= MIN_TRIAL_DAYS_SINCE_INFARCT,
    ]),
    trialDeathShare: deaths(),
    aliveAt8Years: group === groupAt8Years(most) && veryHighRisk === false ? ALIVE_AT_8_YEARS[group] : null,
  };
}

export interface DerivateScore {
  /** The linear predictor; null where an answer is missing. Neither a cut-off nor a risk is published with it. */
  readonly value: number | null;
  readonly closedBy: readonly AnswerId[];
  /** Ischaemic, and LVEF by echocardiography below 50%. */
  readonly likeThem: Met;
}

/**
 * DERIVATE-ICM's score from CMR: 0.005 EDV/BSA (mL/m2) - 0.029 LVEF (%) + 0.010 LGE mass (g). Event: sudden death, aborted sudden
 * death or sustained ventricular tachycardia; 88 of 861 in a median of 1,054 days. Source: Pontone et al., JACC Cardiovasc
 * Imaging 2023;16:1387; the equation in the congress abstract, Eur Heart J 2022.
 * @param scarG mass of late enhancement; null where none was measured
 */
export function derivateIcmScore(
  { lvef, lvefCmr }: Covariates,
  { ischaemic, edvIndex }: ApplicabilityFacts,
  scarG: number | null,
): DerivateScore {
  const likeThem = all([ischaemic ?? null, lvef === undefined ? null : lvef < 50]);
  if (edvIndex === undefined || lvefCmr === undefined || scarG === null) {
    const closedBy: AnswerId[] = [];
    if (edvIndex === undefined) closedBy.push('edvIndex');
    if (lvefCmr === undefined) closedBy.push('lvefCmr');
    return { value: null, closedBy, likeThem };
  }
  return { value: 0.005 * edvIndex - 0.029 * lvefCmr + 0.01 * scarG, closedBy: [], likeThem };
}

export interface GreyZoneMark {
  /** Grams of grey zone; null where there is no remote myocardium to find it by. */
  readonly greyG: number | null;
  /** Beyond the published cut-off. */
  readonly beyond: Met;
  /** Coronary disease: the patients in whom it was found. */
  readonly likeThem: Met;
}

const GREY_ZONE_CUT_G = 5;

/**
 * Grey zone 'by the 3 SD method' beyond 5.0 g: subdistribution hazard ratio of sudden death 10.8 (3.74 to 30.9) among 832 patients
 * with coronary disease and fibrosis, 29 sudden deaths in a median of 5.8 years. The abstract does not say what the 3
 * SD bounds; here it is compared with the zone from 2 to 3 SD. Source: Zegard et al., J Am Coll Cardiol 2021;77:29.
 * @param greyG grey zone from 2 to 3 SD
 */
export function greyZoneMark(greyG: number | null, { ischaemic }: ApplicabilityFacts): GreyZoneMark {
  return { greyG, beyond: greyG === null ? null : greyG > GREY_ZONE_CUT_G, likeThem: ischaemic ?? null };
}

/**
 * Glomerular filtration rate, mL/min per 1.73 m2, by CKD-EPI 2021 without race.
 * @param creatinineMgPerDl in serum
 * Source: Inker et al., N Engl J Med 2021;385:1737.
 */
export function estimatedGfr(creatinineMgPerDl: number, ageYears: number, isMale: boolean): number {
  const { kappa, alpha, sex } = isMale
    ? { kappa: 0.9, alpha: -0.302, sex: 1 }
    : { kappa: 0.7, alpha: -0.241, sex: 1.012 };
  const ratio = creatinineMgPerDl / kappa;
  return 142 * Math.min(ratio, 1) ** alpha * Math.max(ratio, 1) ** -1.2 * 0.9938 ** ageYears * sex;
}

export interface HersCount {
  readonly factors: readonly ScorePoint<
    'infarct' | 'heartFailure' | 'gfr' | 'atrialFibrillation' | 'inactive' | 'diabetes'
  >[];
  readonly least: number;
  readonly most: number;
  /** Sudden deaths per woman-year, by the number of factors. */
  readonly ratePerYear: readonly [number, number];
  /** A woman with coronary disease. */
  readonly likeThem: Met;
}

/** By factors: 0, 1, 2, 3 and more. */
const HERS_PER_YEAR = [0.003, 0.005, 0.012, 0.029];

/**
 * HERS: sudden death in women with coronary disease after the menopause, by how many of six they have: infarct, heart failure,
 * glomerular filtration rate below 40, atrial fibrillation, physical inactivity, diabetes. 136 sudden deaths of 2,763 in a mean
 * of 6.8 years. Source: Deo et al., Arch Intern Med 2011;171:1703.
 */
export function hersCount(covariates: Covariates, facts: ApplicabilityFacts): HersCount {
  const { age, male, atrialFibrillation, diabetes } = covariates;
  const { creatinine, ischaemic, inactive } = facts;
  const gfr =
    creatinine === undefined || age === undefined || male === undefined
      ? null
      : estimatedGfr(creatinine, age, male === 1);
  const missingForGfr = [
    ...(creatinine === undefined ? (['creatinine'] as const) : []),
    ...(age === undefined ? (['age'] as const) : []),
    ...(male === undefined ? (['male'] as const) : []),
  ];
  const factors = [
    point('infarct', hadInfarct(facts) ?? null, 'priorInfarct'),
    point('heartFailure', hasHeartFailure(facts) ?? null, 'heartFailure'),
    point('gfr', gfr === null ? null : gfr < 40, ...missingForGfr),
    point('atrialFibrillation', above(atrialFibrillation, 0), 'atrialFibrillation'),
    point('inactive', inactive ?? null, 'inactive'),
    point('diabetes', above(diabetes, 0), 'diabetes'),
  ];
  const { least, most } = counted(factors);
  const rate = (count: number): number => HERS_PER_YEAR[Math.min(count, HERS_PER_YEAR.length - 1)];
  return {
    factors,
    least,
    most,
    ratePerYear: [rate(least), rate(most)],
    likeThem: all([male === undefined ? null : male === 0, ischaemic ?? null]),
  };
}

/** How a score's answer compares with ours. */
export type ScoreAgreement =
  /** Its event differs, or it gives no risk: not to be compared. */
  | { readonly code: 'otherEvent' }
  | { readonly code: 'noRisk' }
  | { readonly code: 'open' }
  /** Both say more than the average, or both less. */
  | { readonly code: 'sameWay' }
  | { readonly code: 'otherWay' }
  /** Net risk by `years` of both. */
  | {
      readonly code: 'risks';
      readonly years: number;
      readonly theirs: readonly [number, number];
      readonly ours: number;
    };

/** HERS's net risk by `years` and ours. */
export function hersAgreement({ ratePerYear }: HersCount, years: number, ours: number): ScoreAgreement {
  const [low, high] = ratePerYear;
  return { code: 'risks', years, theirs: [netRisk(low, years), netRisk(high, years)], ours };
}

/** The grey zone's side of its cut-off against the image branch's odds, which are 1 for the average scar. */
export function greyZoneAgreement({ beyond }: GreyZoneMark, imageOdds: number | null): ScoreAgreement {
  if (beyond === null || imageOdds === null) return { code: 'open' };
  return { code: beyond === imageOdds > 1 ? 'sameWay' : 'otherWay' };
}
