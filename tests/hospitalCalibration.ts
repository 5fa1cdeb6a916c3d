import {
  calibratedWeights,
  type CalibrationFit,
  type HospitalCalibration,
  type NamedWeights,
} from '../src/core/patient/hospitalCalibration.ts';
import { HEAD_INPUTS, HEAD_PARAMETERS } from '../src/nn/networks/imageHead.ts';
import type { RefitComparison, HospitalRefit, RefitFigures } from '../src/core/patient/hospitalRefit.ts';

const FIT: CalibrationFit = {
  patients: 212,
  events: 31,
  chosen: 'levelAndSpread',
  muLimits: [0.2, 0.8],
  sigmaLimits: [1.1, 1.5],
  gain: { logLikelihoodAPatient: 0.02, standardError: 0.01 },
};

const FIGURES: RefitFigures = {
  harrell: { value: 0.7, low: 0.65, high: 0.75 },
  ratio: null,
  slope: 0.9,
  ici: 0.02,
};

const COMPARISON: RefitComparison = {
  patients: 800,
  events: 120,
  refitted: FIGURES,
  shipped: { ...FIGURES, slope: null },
  gain: { logLikelihoodAPatient: 0.02, standardError: 0.01 },
};

/** Of one member, on age and the QRS, with a fusion of its own and a head of the image branch. */
export const hospitalRefit: HospitalRefit = {
  patients: 900,
  events: 130,
  otherDeaths: 40,
  horizonYears: 4,
  recipe: { members: 1, penalty: 0.1, epochs: 40, effectiveParameters: 1.7 },
  network: {
    inputs: ['age', 'qrs'],
    scaling: Float32Array.of(65, 10, 45, 82, 115, 20, 80, 160),
    mean: Float32Array.of(0, 0),
    covariance: Float32Array.of(1, 0.125, 0.125, 1),
    members: Float32Array.of(-0.5, -0.25, 0, 0, 3, 0.125),
    band: { refits: 1.25, shrinkage: 0.5, centre: -2 },
    followUpYears: 5,
  },
  covariates: COMPARISON,
  fused: { ...COMPARISON, fusion: { covariateWeight: 0.8, imageWeight: 0.4, muOffset: -0.3, lnSigmaOffset: 0.1 } },
  image: {
    recipe: { members: 1, penalty: 0.5, effectiveParameters: 4.5 },
    head: {
      scaling: Float32Array.from({ length: 2 * HEAD_INPUTS }, (_, at) => 0.25 * (at % 2) + 0.5),
      members: Float32Array.from({ length: HEAD_PARAMETERS }, (_, at) => (at === HEAD_INPUTS ? 3 : 0.0625)),
    },
    alone: COMPARISON,
    fused: { ...COMPARISON, fusion: { covariateWeight: 0.7, imageWeight: 0.5, muOffset: -0.4, lnSigmaOffset: 0.2 } },
  },
  headNotRefitted: null,
};

/** A later median and a wider spread, another fusion, and no word on the five answers. */
export const hospitalCalibration = (cards: readonly NamedWeights[]): HospitalCalibration => ({
  weights: calibratedWeights(cards),
  madeBy: 'A hospital',
  madeOn: 'today',
  covariates: { ...FIT, muShift: 0.5, sigmaFactor: 1.3 },
  fiveAnswers: null,
  image: { ...FIT, chosen: 'none', muLimits: null, sigmaLimits: null, muShift: 0, sigmaFactor: 1 },
  fused: {
    ...FIT,
    chosen: 'weights',
    fusion: { covariateWeight: 0.8, imageWeight: 0.4, muOffset: -0.3, lnSigmaOffset: 0.1 },
  },
  refit: null,
});
