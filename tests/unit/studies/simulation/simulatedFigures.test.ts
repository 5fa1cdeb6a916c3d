import { describe, expect, it } from 'vitest';
import { simulatedFigures, type ReadPatient } from '../../../../src/studies/simulation/simulatedFigures.ts';
import { simulatePatients } from '../../../../src/core/phantom/cohort.ts';
import { risk } from '../../../../src/core/patient/logLogistic.ts';

/** Figures are given to four decimals. */
const ROUNDING = 6e-5;

const patients = simulatePatients(400, 'mid', 3);
/** Branches that know the truth, except for what is added to the median's logarithm. */
const read = (error: number): ReadPatient[] =>
  patients.map((patient) => {
    const law = { mu: patient.trueMu + error, sigma: patient.trueSigma };
    return { patient, covariates: law, image: { ...law, reconstructionError: 0 } };
  });

describe('figures on simulated patients', () => {
  const right = simulatedFigures(read(0), (one) => one.image);

  it('of a model that knows the truth are the best there are', () => {
    expect(right.shareOfTrueC).toEqual({ image: 1, fused: 1 });
    expect(right.slopeOfTruthOnPrediction).toEqual({ image: 1, fused: 1 });
    expect(right.meanRiskAt5Years.image).toBe(right.meanRiskAt5Years.truth);
    expect(right.fusedLessBranchC.image).toEqual({ difference: 0, low: 0, high: 0 });
  });

  it('by tenths lie on the diagonal then, rise, and hold all patients', () => {
    const { predicted, truth, truthP5, truthP95 } = right.riskAt5YearsByTenths.image;
    expect(predicted).toEqual(truth);
    expect(predicted).toHaveLength(10);
    predicted.forEach((value, k) => {
      expect(truthP5[k]).toBeLessThanOrEqual(value);
      expect(truthP95[k]).toBeGreaterThanOrEqual(value);
      if (k > 0) expect(value).toBeGreaterThan(predicted[k - 1]);
    });
    const mean =
      patients.reduce((sum, one) => sum + risk({ mu: one.trueMu, sigma: one.trueSigma }, 5), 0) / patients.length;
    expect(Math.abs(predicted.reduce((sum, value) => sum + value, 0) / 10 - mean)).toBeLessThan(ROUNDING);
  });

  it('show a model that expects deaths too late as one whose truth lies above', () => {
    const { riskAt5YearsByTenths: tenths, meanRiskAt5Years: mean } = simulatedFigures(read(0.5), (one) => one.image);
    expect(mean.image).toBeLessThan(mean.truth);
    tenths.fused.truth.forEach((truth, k) => expect(truth).toBeGreaterThan(tenths.fused.predicted[k]));
  });
});
