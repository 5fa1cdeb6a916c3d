import type { Uncertainty } from '../../pipeline/analysing/analysis.ts';

/** The words around the curve: cohort, icons, explanation and what-if. */
export const enRisk = {
  cohort: (patients: number) =>
    `The curve of those ${patients} patients (Kaplan-Meier), for as long as 30 were followed`,
  cohortColumn: (patients: number) => `MUSIC, ${patients} ischaemic`,
  cohortCrude: 'of them died suddenly, otherwise',
  cohortEnd: '– not followed',
  percentile: (percent: number, patients: number) =>
    percent === 0
      ? `Fewer than 1% of MUSIC’s ${patients} ischaemic patients have a lower risk by their covariates.`
      : `Higher than the risk by covariates of ${percent}% of MUSIC’s ${patients} ischaemic patients.`,
  otherDeath: 'other death first',
  headline: (suddenly: string, interval: string) =>
    `Of 100 patients with this predicted risk, about ${suddenly} would die suddenly within 4 years if no other death occurred (${interval}).`,
  leads: {
    fiveAnswers:
      'From the five answers beyond SSCAR: at least as many of them are known as of SSCAR’s covariates, in proportion.',
    covariates: 'From SSCAR’s covariates: more of them are known than of the five answers beyond it, in proportion.',
  },
  sscar: {
    title: 'SSCAR’s own answer: covariates and image',
    about:
      'The method’s fused curve. Its image branch learned a law that we wrote from published effects, not from patients; its event, sudden arrhythmic death, is not quite MUSIC’s.',
  },
  imageFactor: {
    title: 'What if: the image',
    effect: 'If the published effect of scar is',
    factor: 'Odds',
    effects: { low: 'at the low end', mid: 'in the middle', high: 'at the high end' },
    about:
      'A factor by which the odds change relative to the average scar of simulated ischaemic patients. The weight of scar was set from published effects and never learned from patients: multiply the odds of the risk above by it only to see what the image would say if that weight were right.',
  },

  uncertainty: {
    title: 'What the intervals are made of',
    column: '90% interval of the net risk if only this were uncertain',
    kinds: {
      refits:
        'Which patients the model learned from: how far fits on other samples of them disagree, widened until the band held the true risk of nine in ten simulated patients',
      shrinkage: 'How much the penalty of the fit may have pulled an extreme risk towards the average',
      missingInputs: 'What is unknown about this patient',
      image: 'How much the image tells, in simulated patients with real hearts',
      rate: 'Which contemporary cohort is used',
      calibration: 'How well the calibration was fitted to the hospital’s patients',
    } satisfies Record<Uncertainty, string>,
    all: 'All together',
  },

  icons: {
    title: 'Of 100 patients with this predicted risk',
    within: (years: number) => `in ${years} ${years === 1 ? 'year' : 'years'}`,
    sudden: 'died suddenly',
    other: 'died otherwise first',
    alive: 'alive',
    alt: (years: string, sudden: number, other: number, alive: number) =>
      `${years}: ${sudden} died suddenly, ${other} died otherwise first, ${alive} alive`,
    extrapolated: 'extrapolated',
    about:
      'If the prediction is right, allowing for other deaths. Those are estimated from age, LVEF and aetiology, at a constant rate.',
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
    none: 'None of the questions that the weights use has been answered.',
    sum: (mean: string, sum: string, total: string) =>
      `Log-odds of sudden cardiac death by 4 years, from SSCAR’s covariates, as in MUSIC: ${mean} on average in ischaemic patients, ${sum} by these answers, ${total} in all.`,
    about:
      'Shapley values share out among the answers how far this prediction is from the average of ischaemic patients. They describe the prediction. They do not say what would happen if an answer changed, and a drug’s bar reflects why the drug was given.',
    background: (cohort: 'training' | 'hospital') =>
      `The average is over 500 generated ischaemic patients with the means, ranges and correlations of the ${cohort === 'training' ? 'training cohort' : 'hospital’s cohort'}. No real patient is among them.`,
    image: 'On the image',
    show: 'Show on the slices',
    noHeart: 'No ventricle was found in the image.',
    earlier: 'earlier events',
    later: 'later events',
    caption:
      'Where the image branch sees reasons to expect events earlier or later than in this same heart with an evenly grey wall (integrated Grad-CAM). It is coarse (9 mm, 10 mm across slices); deeper colour means more, relative to this heart’s strongest place. It shows an association learned from simulated outcomes. It is not a map of arrhythmia, and not a target.',
  },

  whatIf: {
    title: 'What if',
    open: 'Try other answers',
    about:
      'Other answers in the same model. They show an association among patients who differed, not the effect of a treatment or a change. Nothing here is saved or reported.',
    drugs: 'Include drugs',
    drugsAbout:
      'Drugs are given for a reason, and the reason carries the risk: sicker patients get more of them. This does not show what a drug would do.',
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
    costs: (points: string) => `Unknown: this widens the 4-year interval by ${points} points`,
    costsLittle: 'Unknown: this widens the interval by less than 0.1 points',
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
