import type { CriterionId, GuidelineId, Recommendation } from '../../core/patient/guideline.ts';
import type { ScoreAgreement } from '../../core/patient/scores.ts';

/** The words of the guidelines' criteria and of the published scores. */
export const enGuidelines = {
  title: 'Guidelines and published scores',
  about:
    'A defibrillator (ICD) for primary prevention in ischaemic heart disease, judged by the clinical answers. All recommendations require an expected survival of more than a year with good function, which is not asked here. None of this reads the image, and none of it is advice from this page.',
  lvefUsed: (from: 'lvef' | 'lvefCmr' | null): string =>
    from === null
      ? 'No LVEF has been given.'
      : from === 'lvef'
        ? 'LVEF: the one not measured by CMR.'
        : 'LVEF: the one measured by CMR, since no other was given; the trials behind the criteria used other methods.',
  guidelines: {
    aha2017: {
      name: '2017 AHA/ACC/HRS',
      source: 'Al-Khatib et al., Circulation 2018;138:e272, section 7.1.2.',
    },
    aha2022: {
      name: '2022 AHA/ACC/HFSA',
      source: 'Heidenreich et al., Circulation 2022;145:e895, section 7.4.1.',
    },
    esc2022: { name: '2022 ESC', source: 'Zeppenfeld et al., Eur Heart J 2022;43:3997.' },
  } satisfies Record<GuidelineId, object>,
  grade: (grade: Recommendation['grade']): string =>
    grade.startsWith('IIa') ? `class ${grade}: should be considered` : `class ${grade}`,
  recommendations: {
    lvef35: 'LVEF ≤ 35% and NYHA II or III',
    lvef30: 'LVEF ≤ 30% and NYHA I',
    nsvt40: 'NSVT, LVEF ≤ 40% and inducible',
  } satisfies Record<Recommendation['id'], string>,
  criteria: {
    ischaemic: 'Ischaemic heart disease',
    lvef35: 'LVEF 35% or less',
    lvef30: 'LVEF 30% or less',
    lvef40: 'LVEF 40% or less',
    nyha2or3: 'NYHA class II or III',
    nyha1: 'NYHA class I',
    daysSinceInfarct: 'At least 40 days after an infarct, or none ever',
    afterInfarct: 'At least 40 days after an infarct',
    daysSinceRevascularisation: 'At least 90 days after revascularisation, or none',
    treatment: 'On guideline treatment (three months or longer)',
    treatedThreeMonths: 'Three months or longer on guideline treatment',
    infarct: 'An infarct, ever',
    nsvt: 'Non-sustained ventricular tachycardia',
    inducible: 'VF or sustained VT induced at electrophysiological study',
  } satisfies Record<CriterionId, string>,
  met: 'met',
  notMet: 'not met',
  open: 'open',
  closedBy: (labels: readonly string[]) => `(open: answer ${labels.map((label) => `‘${label}’`).join(', ')})`,

  scoresTitle: 'Published scores',
  columns: {
    score: 'Score',
    forWhom: 'For whom',
    event: 'Event',
    years: 'Years',
    value: 'This patient',
    agreement: 'Compared with ours',
  },
  scores: {
    madit2: {
      name: 'MADIT-II',
      forWhom: 'an infarct more than a month ago, LVEF ≤ 30%, enrolled 1997 to 2001',
      event: 'death of any cause',
      years: '1.5 (median), and 8',
      source:
        'MADIT-II: Goldenberg et al., J Am Coll Cardiol 2008;51:288; by 8 years Barsheshet et al., J Am Coll Cardiol 2012;59:2075. A point each for NYHA above II, age above 70, urea nitrogen above 26 mg/dL, QRS above 120 ms, atrial fibrillation; renal failure is a group of its own.',
    },
    derivate: {
      name: 'DERIVATE-ICM, linear predictor',
      forWhom: 'ischaemic cardiomyopathy, LVEF by echocardiography below 50%',
      event: 'sudden death, aborted sudden death or sustained VT',
      years: '2.9 (median)',
      source:
        'DERIVATE-ICM: Pontone et al., JACC Cardiovasc Imaging 2023;16:1387. 0.005 EDV/BSA (mL/m²) − 0.029 LVEF by CMR (%) + 0.010 late enhancement (g), as in the congress abstract. No cut-off and no risk has been published with it, so none is given.',
    },
    greyZone: {
      name: 'Grey zone by 3 SD, beyond 5 g',
      forWhom: 'coronary disease with fibrosis, any LVEF (832 patients)',
      event: 'sudden cardiac death',
      years: '5.8 (median)',
      source:
        'Grey zone: Zegard et al., J Am Coll Cardiol 2021;77:29. Hazard ratio 10.8 (3.74 to 30.9), 29 sudden deaths; no risk has been published for either side. The abstract does not say what “by 3 SD” means exactly: the zone from 2 to 3 SD is used here.',
    },
    hers: {
      name: 'HERS, count of six',
      forWhom: 'women with coronary disease after the menopause',
      event: 'sudden cardiac death',
      years: '6.8 (mean)',
      source:
        'HERS: Deo et al., Arch Intern Med 2011;171:1703. Infarct, heart failure, glomerular filtration rate below 40 (here CKD-EPI 2021), atrial fibrillation, inactivity, diabetes: 0.3, 0.5, 1.2 and 2.9% a year for 0, 1, 2, and 3 or more.',
    },
  },
  likeThem: { false: 'This patient is not like them.', null: 'It is not known whether this patient is like them.' },
  points: (least: number, most: number, of: number): string =>
    least === most ? `${least} of ${of}` : `${least} to ${most} of ${of}`,
  renal: 'Renal failure: the points do not apply.',
  trialDeaths: (share: string) => `In the trial, ${share} of such patients without a defibrillator died.`,
  aliveAt8Years: (withIcd: string, without: string) => `Alive at 8 years: ${withIcd} with one, ${without} without.`,
  greyZone: (grams: string, beyond: boolean): string => `${grams} g: ${beyond ? 'beyond' : 'not beyond'} the cut-off`,
  agreements: {
    otherEvent: 'another event: not comparable',
    noRisk: 'no risk has been published: not comparable',
    open: 'open',
    sameWay: 'points the same way as the image’s factor',
    otherWay: 'points the opposite way to the image’s factor',
  } satisfies Record<Exclude<ScoreAgreement['code'], 'risks'>, string>,
  risks: (years: number, theirs: string, ours: string) => `by ${years} years ${theirs}, ours ${ours}`,
  notShown:
    'Not shown: the MADIT-ICD benefit, MUSIC, Shen, SPRM, MUSTT and Duke scores (the points or coefficients could not be read), PRE-DETERMINE’s score (its items are not in the abstract), ESTIMATED (not for ischaemic patients), MAGGIC and the Seattle models (answers that are not asked here).',
};
