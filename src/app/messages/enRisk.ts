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
  headline: (suddenly: string, interval: string) =>
    `Of 100 with this predicted risk about ${suddenly} would die suddenly within 4 years if no other death occurred (${interval}).`,
  leads: {
    fiveAnswers:
      'From the five answers beyond SSCAR, of which as great a part is known as of SSCAR’s covariates, or a greater.',
    covariates: 'From SSCAR’s covariates, of which a greater part is known than of the five answers beyond it.',
  },
  sscar: {
    title: 'SSCAR’s own answer: covariates and image',
    about:
      'The method’s fused curve. What its image branch learned is a law that we wrote from published effects, not patients; its event, sudden arrhythmic death, is not quite MUSIC’s.',
  },
  imageFactor: {
    title: 'What if: the image',
    effect: 'If a scar’s effect is, as published,',
    factor: 'Odds',
    effects: { low: 'at the low end', mid: 'in the middle', high: 'at the high end' },
    about:
      'A factor of the odds against the average scar of simulated ischaemic patients. How much a scar weighs was written from published effects and never learned from patients: multiply the odds of the risk above by it only to see what the image would say if it were so.',
  },

  uncertainty: {
    title: 'What the intervals are made of',
    column: '90% interval of the net risk, were this alone uncertain',
    kinds: {
      refits:
        'Which patients it was learned from: how members fitted on other draws of them disagree, widened until the band held the true risk of nine in ten simulated patients',
      shrinkage: 'What the penalty of the fit may have taken from a risk far from the average',
      missingInputs: 'What is unknown of this patient',
      image: 'How far the image tells, in simulated patients with real hearts',
      rate: 'Which contemporary cohort is taken',
      calibration: 'How well the calibration was fitted to the hospital’s patients',
    } satisfies Record<Uncertainty, string>,
    all: 'All together',
  },

  icons: {
    title: 'Of 100 with this predicted risk',
    within: (years: number) => `in ${years} ${years === 1 ? 'year' : 'years'}`,
    sudden: 'died suddenly',
    other: 'died otherwise first',
    alive: 'alive',
    alt: (years: string, sudden: number, other: number, alive: number) =>
      `${years}: ${sudden} died suddenly, ${other} died otherwise first, ${alive} alive`,
    extrapolated: 'extrapolated',
    about:
      'If the prediction were right, and allowing for other deaths. Other deaths: from age, LVEF and aetiology, at a rate that stays the same.',
  },

  why: {
    title: 'What drives this prediction',
    covariates: 'By covariate',
    covariate: 'Covariate',
    answer: 'Answer',
    adds: 'Adds to the log-odds',
    odds: 'Odds ×',
    lowers: 'lowers',
    raises: 'raises',
    none: 'Nothing that the weights use has been answered.',
    sum: (mean: string, sum: string, total: string) =>
      `Log-odds of sudden cardiac death by 4 years, from SSCAR’s covariates, as in MUSIC: ${mean} on average in ischaemic patients, ${sum} by these answers, ${total} in all.`,
    about:
      'Shapley values: how far this prediction lies from the average of ischaemic patients, shared out among the answers. They describe the prediction. They do not say what would happen if the answer were changed, and a drug’s bar reflects why it was given.',
    background:
      'The average is over 500 drawn ischaemic patients with the training cohort’s means, ranges and correlations: no real patient is in it.',
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
    net: 'net risk by 4 years',
    own: 'As answered',
    other: 'As tried',
    points: (text: string) => `${text} points`,
  },

  form: {
    unit: (label: string) => `Unit of ${label}`,
    live: 'Net risk by 4 years',
    notApplicable: 'does not apply',
    costs: (points: string) => `Unknown: widens the 4-year interval by ${points} points`,
    costsLittle: 'Unknown: costs less than 0.1 points',
  },

  units: {
    mgPerDl: 'mg/dL',
    ngPerL: 'ng/L',
    pmolPerL: 'pmol/L',
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
