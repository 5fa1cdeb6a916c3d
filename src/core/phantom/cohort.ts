import { Random } from '../random.ts';
import type { Covariates } from '../patient/covariates.ts';
import type { LogLogistic } from '../patient/logLogistic.ts';
import {
  AGE_YEARS,
  CENSORING,
  COVARIATE_LOG_ODDS,
  EDV_ML,
  type Effect,
  GREY_FRACTION_LOGIT,
  HEART_RATE_PER_MIN,
  type Latent,
  LATENT_CORRELATIONS,
  LATENTS,
  LAW_SIGMA,
  LGE_PRESENT,
  LV_MASS_G,
  LVEF_PERCENT,
  OTHER_DEATH,
  PREVALENCE,
  QRS_MS,
  SCAR_LAW,
  SCAR_PERCENT,
} from './constants.ts';
import { between, drawAcquisition, drawTerritory, lengthForVolume } from './drawHeart.ts';
import type { HeartSpec } from './heartSpec.ts';

/** One simulated patient: what a clinic would know, what the heart is like, what happens, and the truth behind it. */
export interface SimulatedPatient {
  /** Index in the cohort, from 0: pair image and covariates by it. */
  readonly id: number;
  /** The covariates that the law knows, and heart rate; by their ids in the schema. */
  readonly covariates: Covariates & Required<Pick<Covariates, LawCovariate>>;
  readonly lvMassG: number;
  readonly edvMl: number;
  /** 0 in a patient without late enhancement. */
  readonly scarPercent: number;
  readonly scarG: number;
  /** Grey zone's share of the scar. */
  readonly greyFraction: number;
  readonly greyZoneG: number;
  /** ln of the median time in years: the truth that a model should find. */
  readonly trueMu: number;
  readonly trueSigma: number;
  /** Hazard of other death, per year. */
  readonly otherDeathPerYear: number;
  readonly timeYears: number;
  /** 0 censored, 1 sudden arrhythmic death, 2 other death: at timeYears. */
  readonly status: 0 | 1 | 2;
  /** Seed of this patient's image. */
  readonly imageSeed: number;
}

/**
 * Log-odds that scar adds, the same at all times: a Hill curve and a line in grey zone, a line in core. Sources in
 * constants.ts.
 * @param corePercent scar less grey zone, % of the left ventricle's mass
 */
export function scarLogOdds(greyZoneG: number, corePercent: number, effect: Effect): number {
  const law = SCAR_LAW[effect];
  const squared = greyZoneG * greyZoneG;
  const hill = (law.hillMax * squared) / (squared + law.hillHalfG * law.hillHalfG);
  return hill + law.greyPerG * greyZoneG + law.corePerPercent * corePercent;
}

/** Log-odds that the covariates add, 0 at their means. */
function covariateLogOdds(covariates: Required<Pick<Covariates, LawCovariate>>): number {
  const k = COVARIATE_LOG_ODDS;
  return (
    k.lvefPerPercent * (covariates.lvef - LVEF_PERCENT.mean) +
    k.agePerYear * (covariates.age - AGE_YEARS.mean) +
    k.qrsPerMs * (covariates.qrs - QRS_MS.mean) +
    k.male * (covariates.male - PREVALENCE.male) +
    k.diabetes * (covariates.diabetes - PREVALENCE.diabetes) +
    k.smoker * (covariates.smoker - PREVALENCE.smoker) +
    k.atrialFibrillation * (covariates.atrialFibrillation - PREVALENCE.atrialFibrillation) +
    k.betaBlocker * (covariates.betaBlocker - PREVALENCE.betaBlocker) +
    k.aceInhibitorOrArb * (covariates.aceInhibitorOrArb - PREVALENCE.aceInhibitorOrArb)
  );
}

/** ln of the median time of a patient: the law. */
function lawMu(
  covariates: Required<Pick<Covariates, LawCovariate>>,
  { greyZoneG, corePercent }: { readonly greyZoneG: number; readonly corePercent: number },
  effect: Effect,
): number {
  const { mu0 } = SCAR_LAW[effect];
  return mu0 - LAW_SIGMA * (covariateLogOdds(covariates) + scarLogOdds(greyZoneG, corePercent, effect));
}

/** What each part of a heart and its patient adds to the log-odds of the law, and the resulting law. */
export interface LawParts {
  readonly greyZone: number;
  readonly core: number;
  readonly covariates: number;
  readonly law: LogLogistic;
}

/** The law broken down: log-odds of grey zone, core and covariates, which add up. */
export function lawParts(
  covariates: Required<Pick<Covariates, LawCovariate>>,
  { greyZoneG, corePercent }: { readonly greyZoneG: number; readonly corePercent: number },
  effect: Effect,
): LawParts {
  return {
    greyZone: scarLogOdds(greyZoneG, 0, effect),
    core: scarLogOdds(0, corePercent, effect),
    covariates: covariateLogOdds(covariates),
    law: { mu: lawMu(covariates, { greyZoneG, corePercent }, effect), sigma: LAW_SIGMA },
  };
}

type LawCovariate = 'lvef' | 'age' | 'qrs' | keyof typeof PREVALENCE;

/** Lower triangle L with L L' = the latents' correlations. */
function latentFactor(): number[][] {
  const size = LATENTS.length;
  const matrix: number[][] = LATENTS.map((_, i) => LATENTS.map((_, j) => (i === j ? 1 : 0)));
  for (const [one, other, correlation] of LATENT_CORRELATIONS) {
    const i = LATENTS.indexOf(one);
    const j = LATENTS.indexOf(other);
    matrix[i][j] = correlation;
    matrix[j][i] = correlation;
  }
  const factor = matrix.map((row) => row.map(() => 0));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i][j];
      for (let k = 0; k < j; k++) rest -= factor[i][k] * factor[j][k];
      factor[i][j] = i === j ? Math.sqrt(rest) : rest / factor[j][j];
    }
  }
  return factor;
}

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value));

/**
 * Draws a cohort of patients with ischaemic heart disease, with outcomes by a log-logistic law of known parameters and
 * competing deaths of other causes. The same count, effect and seed give the same patients. The law and its constants
 * are in constants.ts; `npm run simulate` prints the figures that it gives.
 */
export function simulatePatients(count: number, effect: Effect, seed: number): SimulatedPatient[] {
  const random = new Random(seed);
  const factor = latentFactor();
  return Array.from({ length: count }, (_, id) => simulatePatient(id, effect, factor, random));
}

function simulatePatient(id: number, effect: Effect, factor: readonly number[][], random: Random): SimulatedPatient {
  const normals = LATENTS.map(() => random.normal());
  const latent = (name: Latent): number =>
    factor[LATENTS.indexOf(name)].reduce((sum, weight, k) => sum + weight * normals[k], 0);
  const yes = (share: number): 0 | 1 => (random.next() < share ? 1 : 0);

  const covariates = {
    age: AGE_YEARS.mean + AGE_YEARS.sd * latent('age'),
    male: yes(PREVALENCE.male),
    lvef: clamp(LVEF_PERCENT.mean + LVEF_PERCENT.sd * latent('lvef'), LVEF_PERCENT.min, LVEF_PERCENT.max),
    heartRate: HEART_RATE_PER_MIN.mean + HEART_RATE_PER_MIN.sd * latent('heartRate'),
    qrs: QRS_MS.median * Math.exp(QRS_MS.logSd * latent('qrs')),
    diabetes: yes(PREVALENCE.diabetes),
    smoker: yes(PREVALENCE.smoker),
    atrialFibrillation: yes(PREVALENCE.atrialFibrillation),
    betaBlocker: yes(PREVALENCE.betaBlocker),
    aceInhibitorOrArb: yes(PREVALENCE.aceInhibitorOrArb),
  };
  const meanMassG = covariates.male === 1 ? LV_MASS_G.male : LV_MASS_G.female;
  const lvMassG = Math.max(LV_MASS_G.min, meanMassG + LV_MASS_G.sd * latent('mass'));
  const edvMl = Math.max(EDV_ML.min, EDV_ML.mean + EDV_ML.sd * latent('edv'));
  const drawnPercent = SCAR_PERCENT.median * Math.exp(SCAR_PERCENT.logSd * latent('scar'));
  const scarPercent = yes(LGE_PRESENT) === 1 ? clamp(drawnPercent, SCAR_PERCENT.min, SCAR_PERCENT.max) : 0;
  const greyLogit = GREY_FRACTION_LOGIT.mean + GREY_FRACTION_LOGIT.sd * random.normal();
  const greyFraction = 1 / (1 + Math.exp(-greyLogit));
  const scarG = (scarPercent / 100) * lvMassG;
  const greyZoneG = greyFraction * scarG;

  const trueMu = lawMu(covariates, { greyZoneG, corePercent: scarPercent * (1 - greyFraction) }, effect);
  const otherDeathPerYear =
    OTHER_DEATH.basePerYear *
    Math.exp(
      OTHER_DEATH.agePerYear * (covariates.age - AGE_YEARS.mean) +
        OTHER_DEATH.lvefPerPercent * (covariates.lvef - LVEF_PERCENT.mean),
    );

  const outcome = drawOutcome({ trueMu, otherDeathPerYear }, random);
  const imageSeed = Math.floor(random.next() * 2 ** 32);
  return {
    id,
    covariates,
    lvMassG,
    edvMl,
    scarPercent,
    scarG,
    greyFraction,
    greyZoneG,
    trueMu,
    trueSigma: LAW_SIGMA,
    otherDeathPerYear,
    ...outcome,
    imageSeed,
  };
}

/**
 * What happens to a patient of known law: sudden death, other death or the end of observation, whichever comes first.
 * Another draw gives another patient with the same heart and covariates.
 */
export function drawOutcome(
  { trueMu, otherDeathPerYear }: Pick<SimulatedPatient, 'trueMu' | 'otherDeathPerYear'>,
  random: Random,
): Pick<SimulatedPatient, 'timeYears' | 'status'> {
  const u = openUniform(random);
  const arrhythmic = Math.exp(trueMu + LAW_SIGMA * Math.log(u / (1 - u)));
  const otherDeath = -Math.log(openUniform(random)) / otherDeathPerYear;
  const end = CENSORING.endMinYears + (CENSORING.endMaxYears - CENSORING.endMinYears) * random.next();
  const censored = Math.min(end, -Math.log(openUniform(random)) / CENSORING.lossPerYear);
  const timeYears = Math.min(arrhythmic, otherDeath, censored);
  return { timeYears, status: timeYears === censored ? 0 : timeYears === otherDeath ? 2 : 1 };
}

/**
 * The patient with a measured heart in place of the drawn one: the risk that the law gives for those measures, and an
 * outcome drawn from it.
 */
export function withMeasuredHeart(
  patient: SimulatedPatient,
  measured: Pick<SimulatedPatient, 'lvMassG' | 'edvMl' | 'scarG' | 'greyZoneG'>,
  effect: Effect,
  random: Random,
): SimulatedPatient {
  const { lvMassG, scarG, greyZoneG } = measured;
  const trueMu = lawMu(patient.covariates, { greyZoneG, corePercent: (100 * (scarG - greyZoneG)) / lvMassG }, effect);
  return {
    ...patient,
    ...measured,
    scarPercent: (100 * scarG) / lvMassG,
    greyFraction: scarG > 0 ? greyZoneG / scarG : patient.greyFraction,
    trueMu,
    ...drawOutcome({ trueMu, otherDeathPerYear: patient.otherDeathPerYear }, random),
  };
}

/** Uniform in (0, 1): a logarithm of it is finite. */
const openUniform = (random: Random): number => (Math.floor(random.next() * 2 ** 32) + 0.5) / 2 ** 32;

/** Limits of the infarct's transmurality at its centre in a cohort. [choice] */
const TRANSMURALITY = { min: 0.5, max: 1 } as const;

/** The scar of a simulated patient: a chronic infarct of a coronary territory, or none. */
export function patientScar({ scarG, greyFraction }: SimulatedPatient, random: Random): HeartSpec['scar'] {
  const transmurality = between(random, TRANSMURALITY.min, TRANSMURALITY.max);
  const territory = drawTerritory(random);
  if (scarG === 0) return { kind: 'none' };
  return { kind: 'infarct', territory, scarG, greyFraction, noReflowFraction: 0, transmurality, acute: false };
}

/**
 * How a cohort's stacks are sliced, mm. [choice], usual protocols. Scanners show pixels of 0.7 mm and more, but acquire them at
 * 1.3 to 2 mm: finer ones than these hold no more detail. The field is the part of the image that the image branch
 * sees, and a little more.
 */
const STACK = {
  pixelMm: { min: 1.2, max: 1.7 },
  fieldMm: 146,
  thicknessMm: { min: 6, max: 10 },
  gapMm: { min: 0, max: 5 },
  slices: { min: 7, max: 12 },
} as const;

/** Slices from the base plane to the apex, of a thickness and gap that cover the ventricle with a usual number of them. */
function drawStack(lengthMm: number, random: Random): Pick<HeartSpec, 'size' | 'spacing' | 'sliceThicknessMm'> {
  const pixelMm = between(random, STACK.pixelMm.min, STACK.pixelMm.max);
  const side = Math.ceil(STACK.fieldMm / pixelMm);
  for (;;) {
    const sliceThicknessMm = between(random, STACK.thicknessMm.min, STACK.thicknessMm.max);
    const spacingMm = sliceThicknessMm + between(random, STACK.gapMm.min, STACK.gapMm.max);
    const slices = Math.ceil(lengthMm / spacingMm);
    if (slices >= STACK.slices.min && slices <= STACK.slices.max) {
      return { size: [side, side, slices], spacing: [pixelMm, pixelMm, spacingMm], sliceThicknessMm };
    }
  }
}

/**
 * The heart of a simulated patient, with a chronic infarct, upright and near the middle, in its own stack.
 * @param random seeded with the patient's imageSeed; pass the same one on to makeHeart
 */
export function patientHeart(patient: SimulatedPatient, random: Random): HeartSpec {
  const scar = patientScar(patient, random);
  const lengthMm = lengthForVolume(patient.edvMl, random);
  return {
    ...drawStack(lengthMm, random),
    slicesAboveBase: 0,
    lengthMm,
    bloodPoolMl: patient.edvMl,
    myocardiumG: patient.lvMassG,
    centreMm: [6 * random.normal(), 6 * random.normal()],
    rotation: 0.25 * random.normal(),
    scar,
    acquisition: drawAcquisition(random),
  };
}
