import {
  calibratedWeights,
  type CalibrationFit,
  type HospitalCalibration,
  type NamedWeights,
} from '../src/core/patient/hospitalCalibration.ts';

const FIT: CalibrationFit = {
  patients: 212,
  events: 31,
  chosen: 'levelAndSpread',
  muLimits: [0.2, 0.8],
  sigmaLimits: [1.1, 1.5],
  gain: { logLikelihoodAPatient: 0.02, standardError: 0.01 },
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
});
