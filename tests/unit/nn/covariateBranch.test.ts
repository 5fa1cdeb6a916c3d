import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { survival } from '../../../src/core/patient/logLogistic.ts';
import { covariateBranch, type CovariateNetwork, parameterCount } from '../../../src/nn/networks/covariateBranch.ts';
import { covariateNetwork, packCovariateNetwork } from '../../../src/nn/networks/covariateFile.ts';
import { unpackWeights } from '../../../src/nn/weights.ts';

const inputs = ['age', 'lvef', 'diabetes', 'ischaemic'] as const;
const random = new Random(3);
const parameters = (): Float64Array => {
  const values = Float64Array.from(
    { length: parameterCount({ inputs: 4, depth: 2, width: 3 }) },
    () => 0.3 * random.normal(),
  );
  values[values.length - 2] += 4;
  return values;
};
const network: CovariateNetwork = {
  inputs,
  depth: 2,
  width: 3,
  members: Array.from({ length: 20 }, parameters),
  scaling: [
    { shift: 65, scale: 12, min: 18, max: 89 },
    { shift: 37, scale: 14, min: 10, max: 70 },
    { shift: 0, scale: 1, min: 0, max: 1 },
    { shift: 0, scale: 1, min: 0, max: 1 },
  ],
  mean: Float64Array.from([0, 0, 0.36, 0.46]),
  covariance: Float64Array.from([1, 0.2, 0.05, 0.1, 0.2, 1, 0, -0.1, 0.05, 0, 0.23, 0.02, 0.1, -0.1, 0.02, 0.25]),
  otherDeath: { intercept: -3, age: 0.03, lvef: -0.02, ischaemic: 0.1 },
  recalibration: {
    spread: 1.2,
    ischaemic: { low: 0.3, high: -0.6 },
    other: { low: 0.1, high: -0.1 },
    rates: { afterInfarct: { low: -1.4, high: -1.7 }, heartFailure: { low: -0.4, high: -0.4 } },
  },
  band: { refits: 1.1, shrinkage: 0.8, centre: -2.4 },
  followUpYears: 5.2,
};
const patient = { age: 70, lvef: 25, diabetes: 1 };

function spreadAt5Years(samples: readonly { mu: number; sigma: number }[]): number {
  const values = samples.map((law) => survival(law, 5)).sort((a, b) => a - b);
  return values[Math.floor(0.95 * values.length)] - values[Math.floor(0.05 * values.length)];
}

describe('the covariate branch', () => {
  it('answers with the mean of its members, with nothing to impute where nothing is missing', () => {
    const answer = covariateBranch(network, patient, {});
    expect(answer.refits).toHaveLength(20);
    expect(answer.imputations).toEqual([]);
    const { uncalibrated } = answer;
    expect(uncalibrated.mu).toBeCloseTo(uncalibrated.refits.reduce((sum, { mu }) => sum + mu, 0) / 20, 12);
    expect(answer.missingInputs).toEqual([]);
    expect(answer.otherDeathHazardPerYear).toBeCloseTo(Math.exp(-3 + 0.03 * 70 - 0.02 * 25 + 0.1), 12);
  });

  it('takes an unknown aetiology for ischaemic', () => {
    expect(covariateBranch(network, patient, {})).toEqual(covariateBranch(network, patient, { ischaemic: true }));
    expect(covariateBranch(network, patient, {}).mu).not.toBe(
      covariateBranch(network, patient, { ischaemic: false }).mu,
    );
  });

  it('is not moved by an input that its weights never saw, and lists it', () => {
    const plain = covariateBranch(network, patient, {});
    for (const lvMassCmr of [90, 300]) {
      const answer = covariateBranch(network, { ...patient, lvMassCmr, ethnicity: 1 }, {});
      expect({ ...answer, unusedInputs: [] }).toEqual(plain);
      expect(answer.unusedInputs).toEqual(['ethnicity', 'lvMassCmr']);
    }
  });

  it('takes the training mean for what is missing, draws what it could be, and draws the same again', () => {
    const unknown = covariateBranch(network, { age: 70 }, {});
    const atMean = covariateBranch(network, { age: 70, lvef: 37, diabetes: 0.36 }, {});
    // The recalibration uses the mean LVEF too, 37%.
    expect(unknown.mu).toBeCloseTo(atMean.mu, 12);
    expect(unknown.missingInputs).toEqual(['lvef', 'diabetes']);
    expect(unknown.refits).toEqual(atMean.refits);
    expect(spreadAt5Years(unknown.imputations)).toBeGreaterThan(0.01);
    expect(covariateBranch(network, { age: 70 }, {})).toEqual(unknown);
  });

  it('says which value lies outside what the training patients had', () => {
    expect(covariateBranch(network, { ...patient, age: 95 }, {}).outOfTrainingRange).toEqual(['age']);
    expect(covariateBranch(network, patient, {}).outOfTrainingRange).toEqual([]);
  });

  it('survives being written to files and read again', () => {
    const { model, weights } = packCovariateNetwork(network, '0.1.0');
    const file = JSON.parse(JSON.stringify(model)) as typeof model;
    const read = covariateNetwork({ file, arrays: unpackWeights(file, weights) });
    const before = covariateBranch(network, { age: 70 }, {});
    const after = covariateBranch(read, { age: 70 }, {});
    // float32 keeps 7 digits.
    expect(after.mu).toBeCloseTo(before.mu, 5);
    expect(after.sigma).toBeCloseTo(before.sigma, 5);
    expect(after.imputations).toHaveLength(before.imputations.length);
  });
});
