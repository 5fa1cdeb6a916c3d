import { Random } from '../random.ts';
import type { ApplicabilityFacts, Covariates } from '../patient/covariates.ts';
import type { LabelVolume } from '../volume/volume.ts';
import { type HeartTruth, makeHeart, type PlacedVolume } from './heart.ts';
import type { HeartSpec } from './heartSpec.ts';

export interface DemoPatient {
  readonly volume: PlacedVolume;
  readonly labels: LabelVolume;
  readonly truth: HeartTruth;
  readonly covariates: Covariates;
  readonly facts: ApplicabilityFacts;
  /** The stored value that means no signal. */
  readonly zero: number;
}

const DEMO_SEED = 4;

/** A dilated ventricle four years after an anterior infarct, four fifths through the wall at its centre. */
export const DEMO_HEART: HeartSpec = {
  size: [224, 224, 10],
  spacing: [1.4, 1.4, 9],
  sliceThicknessMm: 8,
  slicesAboveBase: 0,
  lengthMm: 88,
  bloodPoolMl: 178,
  myocardiumG: 138,
  centreMm: [-22, -14],
  rotation: 0.05,
  scar: {
    kind: 'infarct',
    territory: 'LAD',
    scarG: 30,
    greyFraction: 0.33,
    noReflowFraction: 0,
    transmurality: 0.8,
    acute: false,
  },
  acquisition: {
    fieldTesla: 1.5,
    contrast: 'PSIR',
    bloodT1Ms: 470,
    noReflowLambda: 0.15,
    repetitionMs: 1800,
    inversionOffsetMs: 12,
    bloodSnr: 16,
    acquiredMm: 1.8,
    coilShading: 0.5,
    breathHoldShiftMm: 1.2,
    ghosting: 0.01,
    motionBlurMm: 0,
    storedOffset: 4096,
    storedScale: 600,
  },
};

/** What is made up about the patient apart from the heart. */
export const DEMO_COVARIATES = {
  age: 63,
  male: 1,
  heartRate: 68,
  qrs: 112,
  lbbb: 0,
  atrialFibrillation: 0,
  smoker: 0,
  diabetes: 1,
  hypertension: 1,
  hypercholesterolaemia: 1,
  betaBlocker: 1,
  aceInhibitorOrArb: 1,
  lipidLowering: 1,
  diuretic: 1,
  antiarrhythmic: 0,
  digoxin: 0,
} as const satisfies Covariates;

/** The demo: a patient who does not exist, the same on every machine, with the image, its true labels and made-up covariates. */
export function demoPatient(): DemoPatient {
  const { volume, labels, truth } = makeHeart(DEMO_HEART, new Random(DEMO_SEED));
  return {
    volume,
    labels,
    truth,
    covariates: {
      ...DEMO_COVARIATES,
      lvef: 33,
      lvMassCmr: Math.round(truth.myocardiumG),
      infarctPercent: Math.round((100 * truth.scarG) / truth.myocardiumG),
      yearsSinceIschaemia: 4,
    },
    facts: { ischaemic: true, daysSinceInfarct: 1460, icd: false, revascularised: true },
    zero: DEMO_HEART.acquisition.storedOffset,
  };
}
