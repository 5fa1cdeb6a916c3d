/**
 * What guidelines say about a defibrillator for primary prevention in ischaemic heart disease, independently of the
 * networks, by the clinician's own answers. Each requires that more than a year of life with good function is expected,
 * which is not asked. Sources: 2017 AHA/ACC/HRS, Al-Khatib et al., Circulation 2018;138:e272, section 7.1.2 (its third
 * class I recommendation has the same words in the 2008 ACC/AHA/HRS guideline, Circulation 2008;117:e350); 2022
 * AHA/ACC/HFSA, Heidenreich et al., Circulation 2022;145:e895, section 7.4.1; 2022 ESC, Zeppenfeld et al., Eur Heart J
 * 2022;43:3997.
 */
import type { ApplicabilityFacts, CovariateId, Covariates } from './covariates.ts';

/** A criterion is met, is not, or an answer is missing. */
export type Met = boolean | null;

/** Not met where one is not, open where it depends on a missing answer. */
export function all(criteria: readonly Met[]): Met {
  if (criteria.includes(false)) return false;
  return criteria.includes(null) ? null : true;
}

export type AnswerId = CovariateId | keyof ApplicabilityFacts;

export type CriterionId =
  | 'ischaemic'
  | 'lvef35'
  | 'lvef30'
  | 'lvef40'
  | 'nyha2or3'
  | 'nyha1'
  | 'daysSinceInfarct'
  | 'afterInfarct'
  | 'daysSinceRevascularisation'
  | 'treatment'
  | 'treatedThreeMonths'
  | 'infarct'
  | 'nsvt'
  | 'inducible';

export interface Criterion {
  readonly id: CriterionId;
  readonly met: Met;
  /** The answers that would settle it; empty where it is settled. */
  readonly closedBy: readonly AnswerId[];
}

export const GUIDELINES = ['aha2017', 'aha2022', 'esc2022'] as const;
export type GuidelineId = (typeof GUIDELINES)[number];

export interface Recommendation {
  readonly guideline: GuidelineId;
  readonly id: 'lvef35' | 'lvef30' | 'nsvt40';
  /** Class of recommendation and level of evidence, as the guideline writes them. */
  readonly grade: 'I A' | 'I B-R' | '1 A' | '1 B-R' | 'IIa B';
  readonly criteria: readonly Criterion[];
  /** All met; false where one is not; null where it depends on a missing answer. */
  readonly met: Met;
}

/** The LVEF to decide by: by the usual methods, or by CMR where there is no other. */
export function decidingLvef({ lvef, lvefCmr }: Covariates): {
  readonly from: 'lvef' | 'lvefCmr';
  readonly percent: number;
} | null {
  if (lvef !== undefined) return { from: 'lvef', percent: lvef };
  return lvefCmr === undefined ? null : { from: 'lvefCmr', percent: lvefCmr };
}

/** Whether the patient ever had an infarct: an answer to how long ago it was means yes. */
export function hadInfarct({ priorInfarct, daysSinceInfarct }: ApplicabilityFacts): boolean | undefined {
  return priorInfarct ?? (daysSinceInfarct === undefined ? undefined : true);
}

const MIN_DAYS_SINCE_INFARCT = 40;
const MIN_DAYS_SINCE_REVASCULARISATION = 90;

const answered = (value: boolean | undefined): Met => value ?? null;

/** Every criterion that the guidelines name. */
function criteriaOf(covariates: Covariates, facts: ApplicabilityFacts): Readonly<Record<CriterionId, Criterion>> {
  const lvef = decidingLvef(covariates)?.percent;
  const { nyha, daysSinceInfarct, revascularised, daysSinceRevascularisation } = facts;
  const infarct = hadInfarct(facts);
  const criterion = (id: CriterionId, met: Met, ...closedBy: AnswerId[]): Criterion => {
    return { id, met, closedBy: met === null ? closedBy : [] };
  };
  const atMost = (id: CriterionId, percent: number): Criterion =>
    criterion(id, lvef === undefined ? null : lvef <= percent, 'lvef');
  const inClass = (id: CriterionId, ...classes: number[]): Criterion =>
    criterion(id, nyha === undefined ? null : classes.includes(nyha), 'nyha');
  const waited = daysSinceInfarct === undefined ? null : daysSinceInfarct >= MIN_DAYS_SINCE_INFARCT;
  const waitedAfterRevascularisation =
    daysSinceRevascularisation === undefined ? null : daysSinceRevascularisation >= MIN_DAYS_SINCE_REVASCULARISATION;
  const treated = answered(facts.treatedThreeMonths);
  return {
    ischaemic: criterion('ischaemic', answered(facts.ischaemic), 'ischaemic'),
    lvef35: atMost('lvef35', 35),
    lvef30: atMost('lvef30', 30),
    lvef40: atMost('lvef40', 40),
    nyha2or3: inClass('nyha2or3', 2, 3),
    nyha1: inClass('nyha1', 1),
    // Without an infarct there is nothing to wait for.
    daysSinceInfarct: criterion(
      'daysSinceInfarct',
      infarct === false ? true : waited,
      ...(infarct === undefined ? (['priorInfarct', 'daysSinceInfarct'] as const) : (['daysSinceInfarct'] as const)),
    ),
    afterInfarct: criterion('afterInfarct', infarct === false ? false : waited, 'daysSinceInfarct'),
    daysSinceRevascularisation: criterion(
      'daysSinceRevascularisation',
      revascularised === false ? true : waitedAfterRevascularisation,
      revascularised === undefined ? 'revascularised' : 'daysSinceRevascularisation',
    ),
    treatment: criterion('treatment', treated, 'treatedThreeMonths'),
    treatedThreeMonths: criterion('treatedThreeMonths', treated, 'treatedThreeMonths'),
    infarct: criterion('infarct', answered(infarct), 'priorInfarct'),
    nsvt: criterion('nsvt', answered(facts.nsvt), 'nsvt'),
    inducible: criterion('inducible', answered(facts.inducible), 'inducible'),
  };
}

const RECOMMENDATIONS: readonly (Pick<Recommendation, 'guideline' | 'id' | 'grade'> & {
  readonly criteria: readonly CriterionId[];
})[] = [
  {
    guideline: 'aha2017',
    id: 'lvef35',
    grade: 'I A',
    criteria: ['ischaemic', 'lvef35', 'nyha2or3', 'daysSinceInfarct', 'daysSinceRevascularisation', 'treatment'],
  },
  {
    guideline: 'aha2017',
    id: 'lvef30',
    grade: 'I A',
    criteria: ['ischaemic', 'lvef30', 'nyha1', 'daysSinceInfarct', 'daysSinceRevascularisation', 'treatment'],
  },
  { guideline: 'aha2017', id: 'nsvt40', grade: 'I B-R', criteria: ['infarct', 'lvef40', 'nsvt', 'inducible'] },
  {
    guideline: 'aha2022',
    id: 'lvef35',
    grade: '1 A',
    criteria: ['ischaemic', 'lvef35', 'nyha2or3', 'daysSinceInfarct', 'treatment'],
  },
  { guideline: 'aha2022', id: 'lvef30', grade: '1 B-R', criteria: ['afterInfarct', 'lvef30', 'nyha1', 'treatment'] },
  {
    guideline: 'esc2022',
    id: 'lvef35',
    grade: 'I A',
    criteria: ['ischaemic', 'lvef35', 'nyha2or3', 'treatedThreeMonths'],
  },
  {
    guideline: 'esc2022',
    id: 'lvef30',
    grade: 'IIa B',
    criteria: ['ischaemic', 'lvef30', 'nyha1', 'treatedThreeMonths'],
  },
];

/**
 * Each guideline's recommendations, with each criterion met, not met, or open with the answers that would settle it.
 */
export function defibrillatorRecommendations(covariates: Covariates, facts: ApplicabilityFacts): Recommendation[] {
  const known = criteriaOf(covariates, facts);
  return RECOMMENDATIONS.map(({ criteria, ...recommendation }) => {
    const found = criteria.map((id) => known[id]);
    return { ...recommendation, criteria: found, met: all(found.map(({ met }) => met)) };
  });
}
