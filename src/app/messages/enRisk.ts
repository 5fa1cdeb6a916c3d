import type { Uncertainty } from '../../pipeline/analysing/analysis.ts';

/** The words of what stands beside the curve: cohort, icons, explanation, what-if, guideline and score. */
export const enRisk = {
  cohort: (patients: number) => `Those ${patients} patients’ own curve (Kaplan-Meier), as far as 30 were followed`,
  cohortColumn: (patients: number) => `MUSIC, ${patients} ischaemic`,
  cohortCrude: 'of them died suddenly, otherwise',
  cohortEnd: '– not followed',
  percentile: (percent: number, patients: number) =>
    percent === 0
      ? `Among MUSIC’s ${patients} ischaemic patients, less than 1% have a lower risk from their covariates.`
      : `Higher than the risk, from their covariates, of ${percent}% of MUSIC’s ${patients} ischaemic patients.`,
  otherDeath: 'other death first',

  uncertainty: {
    title: 'What the intervals are made of',
    column: '90% interval of the net risk, were this alone uncertain',
    kinds: {
      refits:
        'Which patients it was learned from: the disagreement between members, each fitted on another draw of them',
      missingInputs: 'What is unknown of this patient',
      image: 'How far the image tells, in simulated patients',
    } satisfies Record<Uncertainty, string>,
    all: 'All together',
  },

  icons: {
    title: 'Of 100 such people',
    within: (years: number) => `in ${years} ${years === 1 ? 'year' : 'years'}`,
    sudden: 'died suddenly',
    other: 'died otherwise first',
    alive: 'alive',
    alt: (years: string, sudden: number, other: number, alive: number) =>
      `${years}: ${sudden} died suddenly, ${other} died otherwise first, ${alive} alive`,
    extrapolated: 'extrapolated',
    about:
      'If the prediction were right, and with other deaths at work. Other deaths: from age, LVEF and aetiology, at a rate that stays the same.',
  },

  why: {
    title: 'What speaks for this risk',
    covariates: 'By covariate',
    covariate: 'Covariate',
    answer: 'Answer',
    adds: 'Adds to the log-odds',
    odds: 'Odds ×',
    lowers: 'lowers',
    raises: 'raises',
    none: 'Nothing that the weights use has been answered.',
    sum: (mean: string, sum: string, total: string) =>
      `Log-odds of sudden death by 5 years, from covariates alone: ${mean} on average in the training cohort, ${sum} by these answers, ${total} in all.`,
    about:
      'Shapley values: each answer’s fair share of how far this prediction lies from the cohort’s average. They describe the prediction. They do not say what would happen if the answer were changed, and a drug’s bar reflects why it was given.',
    background:
      'The average is over 500 drawn patients with the training cohort’s means, ranges and correlations: no real patient is in it.',
    image: 'On the image',
    show: 'Show on the slices',
    noHeart: 'No ventricle was found in the image.',
    earlier: 'earlier events',
    later: 'later events',
    caption:
      'Why the image branch expects events earlier or later than in this same heart with an even grey wall, by place (integrated Grad-CAM): coarse (9 mm, 10 mm across slices), and the deeper the colour the more, of this heart’s strongest place. It shows an association that was learned from simulated outcomes: no map of arrhythmia, and no target.',
  },

  whatIf: {
    title: 'What if',
    open: 'Try other answers',
    about:
      'Other answers in the same model: an association among patients who differed, not the effect of a treatment or of a change. Nothing here is saved or reported.',
    drugs: 'Drugs, too',
    drugsAbout:
      'Drugs are given for a reason, and the reason carries the risk: sicker patients get more of them. What moves here is not what a drug would do.',
    given: 'as answered',
    tried: 'as tried',
    difference: 'difference',
    unknown: 'unknown',
    back: 'As answered',
    net: (extrapolated: boolean) => `net risk by 5 years${extrapolated ? ', extrapolated' : ''}`,
    own: 'As answered',
    other: 'As tried',
    points: (text: string) => `${text} points`,
  },

  beside: {
    title: 'What others would say',
    guideline: 'A defibrillator, by guideline',
    about:
      'Class I for primary prevention in ischaemic heart disease, on guideline treatment and with more than a year to live expected (neither is asked here).',
    source:
      '2017 AHA/ACC/HRS guideline on ventricular arrhythmias and sudden cardiac death, section 7.1.2. Al-Khatib et al., Circulation 2018;138:e272.',
    recommendations: {
      lvef35: 'LVEF ≤ 35% and NYHA II or III',
      lvef30: 'LVEF ≤ 30% and NYHA I',
    },
    criteria: {
      ischaemic: 'Ischaemic heart disease',
      lvef: 'LVEF low enough',
      nyha: 'NYHA class',
      daysSinceInfarct: 'At least 40 days after an infarct',
      revascularised: 'Not revascularised, or at least 90 days ago (the day is not asked)',
    },
    met: 'met',
    notMet: 'not met',
    open: 'open',
    score: 'A published score: MADIT-II',
    scoreSource:
      'Goldenberg et al., J Am Coll Cardiol 2008;51:288. Its patients: MADIT-II, infarct more than a month ago and LVEF ≤ 30%, enrolled 1997 to 2001. Its outcome is death of any cause, not sudden death.',
    points: (least: number, most: number) =>
      least === most ? `${least} of 5 points` : `${least} to ${most} of 5 points`,
    factors: {
      nyha: 'NYHA class above II',
      age: 'Age above 70 years',
      ureaNitrogen: 'Blood urea nitrogen above 26 mg/dL (urea 9.3 mmol/L)',
      qrs: 'QRS above 120 ms',
      atrialFibrillation: 'Atrial fibrillation',
    },
    rates:
      'In the trial’s arm without defibrillator 8% died with no point and 28% with one or more; 43% with renal failure (urea nitrogen ≥ 50 or creatinine ≥ 2.5 mg/dL), whom the points leave out.',
    noRenal: 'No renal failure: the points apply',
    renal: 'Renal failure: the points do not apply.',
    unlike: 'This patient is unlike the trial’s: LVEF above 30%, or an infarct within the last month.',
    likenessOpen: 'Whether this patient is like the trial’s turns on LVEF and infarct, not both answered.',
    others:
      'Not shown: MAGGIC and the Seattle models, which need answers that are not asked here (blood pressure, sodium, haemoglobin and more).',
    othersSaid: 'Neither reads the image, and neither is this page’s advice.',
  },

  form: {
    unit: (label: string) => `Unit of ${label}`,
    live: 'Risk by 5 years',
    extrapolated: '(extrapolated)',
    notApplicable: 'does not apply',
    costs: (points: string) => `Unknown: widens the 5-year interval by ${points} points`,
    costsLittle: 'Unknown: costs less than 0.1 points',
  },

  units: {
    mgPerDl: 'mg/dL',
    mmolPerL: 'mmol/L',
    umolPerL: 'µmol/L',
    days: 'days',
    weeks: 'weeks',
    months: 'months',
    years: 'years',
    ms: 'ms',
    s: 's',
  },
};
