import type { HeartSpec, Infarct } from '../../../src/core/phantom/heartSpec.ts';

export const INFARCT: Infarct = {
  kind: 'infarct',
  territory: 'LAD',
  scarG: 26,
  greyFraction: 0.35,
  noReflowFraction: 0,
  transmurality: 0.75,
  acute: false,
};

/** A small image of a medium-sized heart: eleven slices, of which one is above the base and one below the apex. */
export const SPEC: HeartSpec = {
  size: [80, 80, 11],
  spacing: [1.9, 1.9, 10],
  sliceThicknessMm: 8,
  slicesAboveBase: 1,
  lengthMm: 84,
  bloodPoolMl: 150,
  myocardiumG: 130,
  centreMm: [4, -3],
  rotation: 0,
  scar: INFARCT,
  acquisition: {
    fieldTesla: 1.5,
    contrast: 'PSIR',
    bloodT1Ms: 400,
    noReflowLambda: 0.15,
    repetitionMs: 1800,
    inversionOffsetMs: 0,
    bloodSnr: 30,
    acquiredMm: 1.9,
    coilShading: 0.4,
    breathHoldShiftMm: 1,
    ghosting: 0.02,
    motionBlurMm: 0,
    storedOffset: 4096,
    storedScale: 600,
  },
};
