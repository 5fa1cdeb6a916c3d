/**
 * Every constant of the synthetic hearts and of the simulated cohorts, each with its basis:
 * [pub] published, [music] measured on the MUSIC cohort (PhysioNet, 992 patients with heart failure), [choice] ours.
 * Times of the physics in ms, of the cohort in years; lengths in mm, masses in g.
 */

// ---------------------------------------------------------------- inversion recovery

export type FieldTesla = 1.5 | 3;

/** Efficiency of the adiabatic inversion. [choice], textbook range */
export const INVERSION_EFFICIENCY: Readonly<Record<FieldTesla, number>> = { 1.5: 0.95, 3: 0.92 };

/** T1 of blood before contrast, ms. [pub] Sharma 2006 */
export const BLOOD_NATIVE_T1_MS: Readonly<Record<FieldTesla, number>> = { 1.5: 1580, 3: 1660 };

/** T1 of blood 10 to 15 minutes after contrast: the one random number that sets every tissue's T1, ms. [choice] */
export const BLOOD_T1_MS: Readonly<Record<FieldTesla, { readonly mean: number; readonly sd: number }>> = {
  1.5: { mean: 400, sd: 40 },
  3: { mean: 430, sd: 40 },
};

/**
 * How fast contrast is washed out of the blood: its change of relaxation rate falls as exp(-minutes/60), through
 * BLOOD_T1_MS at 12.5 minutes. [choice], between the quick spread into tissue and the kidneys' half-life of some 90
 * minutes
 */
export const WASH_OUT = { minutes: 60, atMinutes: 12.5 } as const;

/** What a point of the phantom is made of. */
export const Tissue = {
  air: 0,
  lung: 1,
  fat: 2,
  skeletalMuscle: 3,
  bone: 4,
  blood: 5,
  myocardium: 6,
  greyZone: 7,
  core: 8,
  noReflow: 9,
  liver: 10,
  spleen: 11,
  kidneyCortex: 12,
  kidneyMedulla: 13,
  fluid: 14,
  vessel: 15,
} as const;
export const TISSUE_COUNT = 16;

interface TissueProperties {
  /** Before contrast, ms. */
  readonly nativeT1Ms: Readonly<Record<FieldTesla, number>>;
  /**
   * Share of the blood's change of relaxation rate that the tissue has: 1/T1 = 1/T1native + lambda (1/T1blood -
   * 1/T1blood,native).
   */
  readonly lambda: Readonly<Record<FieldTesla, number>>;
  /** Signal that a fully relaxed tissue gives; flip angle and T2* fold into it. */
  readonly protonDensity: number;
}

const tissue = (
  t1: number,
  t1At3: number,
  lambda: number,
  lambdaAt3 = lambda,
  protonDensity = 1,
): TissueProperties => ({
  nativeT1Ms: { 1.5: t1, 3: t1At3 },
  lambda: { 1.5: lambda, 3: lambdaAt3 },
  protonDensity,
});

/**
 * Myocardial lambda guided by Sharma 2006 [pub]; the other native T1 are textbook values and the other lambda [choice].
 * `core` is for chronic scar; ACUTE_CORE takes its place in an acute infarct.
 */
export const TISSUES: Readonly<Record<number, TissueProperties>> = {
  [Tissue.air]: tissue(1000, 1000, 0, 0, 0),
  [Tissue.lung]: tissue(1200, 1270, 0.3, 0.3, 0.15),
  [Tissue.fat]: tissue(260, 370, 0.02),
  [Tissue.skeletalMuscle]: tissue(950, 1400, 0.2),
  [Tissue.bone]: tissue(500, 600, 0.1, 0.1, 0.35), // marrow within cortex, [choice]
  [Tissue.blood]: tissue(1580, 1660, 1),
  [Tissue.myocardium]: tissue(1000, 1200, 0.46, 0.5),
  [Tissue.greyZone]: tissue(1030, 1230, 0.7),
  [Tissue.core]: tissue(1080, 1280, 1),
  [Tissue.noReflow]: tissue(1100, 1300, 0.15),
  [Tissue.liver]: tissue(580, 810, 0.5),
  [Tissue.spleen]: tissue(1050, 1330, 0.6), // [choice]
  [Tissue.kidneyCortex]: tissue(1000, 1150, 2), // gadolinium gathers there, [choice]
  [Tissue.kidneyMedulla]: tissue(1400, 1600, 0.9), // [choice]
  [Tissue.fluid]: tissue(2000, 2300, 0.02, 0.02, 0.8), // stomach and bowel, [choice]
  [Tissue.vessel]: tissue(1580, 1660, 1, 1, 0.8), // of lung and liver
};

export const ACUTE_CORE: TissueProperties = tissue(1150, 1350, 0.9);

/** The range of a no-reflow core's lambda: how much contrast reaches it differs between infarcts. [choice] */
export const NO_REFLOW_LAMBDA = { min: 0.1, max: 0.3 } as const;

/** Inversion times about the myocardium's null, ms: spread of the operator's choice and drift as contrast washes out. [choice] */
export const INVERSION_TIME_SD_MS = 25;
export const INVERSION_TIME_DRIFT_MS_PER_SLICE = 2;

/** Flip angles of the read-out and of PSIR's reference, degrees. [choice], usual protocols */
export const FLIP_DEGREES = 25;
export const REFERENCE_FLIP_DEGREES = 7;

// ---------------------------------------------------------------- cohort

export const EFFECTS = ['low', 'mid', 'high'] as const;
/** How strongly scar and grey zone act: no single effect size should be taken for a fact. */
export type Effect = (typeof EFFECTS)[number];

export interface ScarLaw {
  /** Log-odds that grey zone adds at most: hillMax G^2 / (G^2 + hillHalfG^2). Roes 2009, Zegard 2021 [pub] */
  readonly hillMax: number;
  readonly hillHalfG: number;
  /** Log-odds per g of grey zone in addition to the Hill curve. */
  readonly greyPerG: number;
  /** Log-odds per % of the left ventricle that is scar core. [choice] */
  readonly corePerPercent: number;
  /** ln of the median time in years of a patient with every covariate at its mean and no scar. */
  readonly mu0: number;
}

/**
 * mid tuned to about 3 events per 100 patient-years (LVSPSCD: 3.3). `npm run simulate` prints what each gives, with C
 * of the truth.
 */
export const SCAR_LAW: Readonly<Record<Effect, ScarLaw>> = {
  low: { hillMax: 1.6, hillHalfG: 5, greyPerG: 0.01, corePerPercent: 0.005, mu0: 4.51 },
  mid: { hillMax: 2.6, hillHalfG: 5, greyPerG: 0.02, corePerPercent: 0.01, mu0: 5.39 },
  high: { hillMax: 3.6, hillHalfG: 5, greyPerG: 0.03, corePerPercent: 0.015, mu0: 6.34 },
};

/** Spread of ln t of the log-logistic law, the same for everyone. [choice] */
export const LAW_SIGMA = 1;

/** Log-odds of the covariates, each centred at its mean. LVEF's is the direct effect: its univariable refit meets MUSIC's. [music], rounded */
export const COVARIATE_LOG_ODDS = {
  lvefPerPercent: -0.022,
  agePerYear: 0.01,
  male: 0.3,
  diabetes: 0.25,
  smoker: 0.3,
  atrialFibrillation: 0.3,
  qrsPerMs: 0.002,
  betaBlocker: -0.2,
  aceInhibitorOrArb: -0.3,
} as const;

/** Shares of patients. [music] */
export const PREVALENCE = {
  male: 0.81,
  diabetes: 0.46,
  smoker: 0.1,
  atrialFibrillation: 0.13,
  betaBlocker: 0.74,
  aceInhibitorOrArb: 0.87,
} as const;

/** Mean, spread and limits. [music] */
export const LVEF_PERCENT = { mean: 33.7, sd: 10.6, min: 10, max: 70 } as const;
export const AGE_YEARS = { mean: 65.6, sd: 10 } as const;
export const QRS_MS = { median: 119, logSd: 0.26, mean: 123 } as const;
export const HEART_RATE_PER_MIN = { mean: 68.5, sd: 13.5 } as const;

/**
 * Share of patients with late enhancement (Zegard: 85% [pub]) and how much of the left ventricle is enhanced, %.
 * [choice]
 */
export const LGE_PRESENT = 0.88;
export const SCAR_PERCENT = { median: 16, logSd: 0.6, min: 1, max: 50 } as const;
/** Grey zone's share of the scar: logistic(mean + sd z), independent of the rest. [choice] */
export const GREY_FRACTION_LOGIT = { mean: -0.7, sd: 0.7 } as const;

/** [choice] */
export const LV_MASS_G = { male: 142, female: 112, sd: 30, min: 60 } as const;
export const EDV_ML = { mean: 205, sd: 50, min: 80 } as const;

/** Correlations of the latent normals; pairs not named are independent. [choice] */
export const LATENTS = ['lvef', 'scar', 'edv', 'mass', 'qrs', 'heartRate', 'age'] as const;
export type Latent = (typeof LATENTS)[number];
export const LATENT_CORRELATIONS: readonly (readonly [Latent, Latent, number])[] = [
  ['lvef', 'scar', -0.4],
  ['lvef', 'edv', -0.7],
  ['lvef', 'mass', -0.2],
  ['lvef', 'qrs', -0.26],
  ['lvef', 'heartRate', -0.22],
  ['scar', 'edv', 0.3],
  ['mass', 'edv', 0.45],
  ['mass', 'qrs', 0.25],
  ['edv', 'qrs', 0.25],
  ['age', 'qrs', 0.2],
];

/** Hazard of death of another cause, per year: base exp(agePerYear (age - 65.6) + lvefPerPercent (LVEF - 33.7)). Near MUSIC's 5.4 per 100 patient-years [music] */
export const OTHER_DEATH = { basePerYear: 0.05, agePerYear: 0.03, lvefPerPercent: -0.018 } as const;

/** Censoring: the end of the study, uniform, or loss to follow-up at a constant rate, whichever is first. [choice] */
export const CENSORING = { endMinYears: 2, endMaxYears: 12, lossPerYear: 0.01 } as const;

/** A published effect, to compare with a refit on simulated patients. */
export interface PublishedEffect {
  readonly name: string;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly source: string;
}

/** [pub], and one [music]. Zegard's are Fine-Gray subdistribution ratios (sHR), the refits are Cox's. */
export const PUBLISHED = {
  greyOver5: {
    name: 'grey zone > 5 g, of patients with LGE',
    ratio: 7.4,
    low: 4.29,
    high: 12.8,
    source: 'Zegard 2021, arrhythmic (sHR)',
  },
  greyOver5Scd: {
    name: 'grey zone > 5 g, of patients with LGE',
    ratio: 10.8,
    low: 3.74,
    high: 30.9,
    source: 'Zegard 2021, sudden death (sHR)',
  },
  greyPer10: { name: 'grey zone, per 10 g, LVEF <= 35%', ratio: 1.49, low: 1.01, high: 2.2, source: 'Roes 2009' },
  greyOver5PreservedLvef: {
    name: 'grey zone >= 5 g, LVEF > 35%',
    ratio: 17.4,
    low: 6.64,
    high: 45.5,
    source: 'Europace 2022 (sHR)',
  },
  lvefUnder35: { name: 'LVEF < 35%', ratio: 4.71, low: 2.97, high: 7.47, source: 'Zegard 2021, arrhythmic (sHR)' },
  lvefUnder35Scd: { name: 'LVEF < 35%', ratio: 2.99, low: 1.42, high: 6.31, source: 'Zegard 2021, sudden death (sHR)' },
  lvefPerPercent: {
    name: 'LVEF, per %',
    ratio: 0.965,
    low: 0.94,
    high: 0.991,
    source: 'MUSIC, 452 ischaemic, 55 sudden deaths',
  },
  lgePresent: {
    name: 'LGE present',
    ratio: 5.62,
    low: 4.2,
    high: 7.51,
    source: 'meta-analysis, 2850 patients, 423 events (odds ratio)',
  },
  scarOver5: {
    name: 'scar > 5% of the left ventricle',
    ratio: 4.6,
    low: 1.8,
    high: 11.8,
    source: 'Klem 2012, death or ICD discharge',
  },
} as const satisfies Record<string, PublishedEffect>;
