import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import {
  convolutionParameters,
  effectiveParameters,
  standardise,
  standardiseGradient,
  startParameters,
} from '../../../src/nn/networks/parameters.ts';

// Kernels are float32: sums of some tens of them.
const FLOAT32_ROUNDING = 1e-5;
// Central differences with a step of 2^-10 of float32 values: rounding 1e-7 / 2e-3, curvature 1e-6.
const DIFFERENCE_STEP = 2 ** -10;
const DIFFERENCE_TOLERANCE = 2e-3;
/** Variance of standardised weights times their fan-in: 2 / (1 - 1/pi). */
const GAIN_SQUARED = 2 / (1 - 1 / Math.PI);

const OUTPUTS = 3;
const FAN_IN = 18;

function kernelOf(seed: number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: FAN_IN * OUTPUTS }, () => 0.4 + 0.8 * random.normal());
}

const channel = (values: Float32Array, output: number): number[] =>
  [...values].filter((_, i) => i % OUTPUTS === output);

describe('standardised kernels', () => {
  it('have mean 0 and variance gain squared over fan-in in each output channel', () => {
    const kernel = standardise(kernelOf(1), OUTPUTS);
    for (let o = 0; o < OUTPUTS; o++) {
      const values = channel(kernel, o);
      expect(Math.abs(values.reduce((sum, value) => sum + value, 0))).toBeLessThan(FLOAT32_ROUNDING);
      const variance = values.reduce((sum, value) => sum + value * value, 0) / FAN_IN;
      // The 1e-6 that keeps a constant kernel finite is of order 1e-6 of the variance.
      expect(Math.abs((variance * FAN_IN) / GAIN_SQUARED - 1)).toBeLessThan(FLOAT32_ROUNDING);
    }
  });

  it('keep the variance of a signal through ReLU, which is what the gain is for', () => {
    const random = new Random(3);
    const fanIn = 400;
    const kernel = standardise(
      Float32Array.from({ length: fanIn }, () => random.normal()),
      1,
    );
    let sum = 0;
    let square = 0;
    const draws = 4000;
    for (let k = 0; k < draws; k++) {
      let value = 0;
      for (let i = 0; i < fanIn; i++) value += kernel[i] * Math.max(0, random.normal());
      sum += value;
      square += value * value;
    }
    // Relative error of a variance from 4000 draws: sqrt(2 / 4000) = 2%; five of them.
    expect(Math.abs(square / draws - (sum / draws) ** 2 - 1)).toBeLessThan(0.11);
  });

  it('do not see the scale and the zero of what is trained', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 4, noNaN: true }), fc.double({ min: -2, max: 2, noNaN: true }), (a, b) => {
        const kernel = kernelOf(2);
        const plain = standardise(kernel, OUTPUTS);
        standardise(
          kernel.map((value) => a * value + b),
          OUTPUTS,
        ).forEach((value, i) => expect(Math.abs(value - plain[i])).toBeLessThan(FLOAT32_ROUNDING));
      }),
    );
  });

  it('stay finite for a kernel of one value', () => {
    expect(standardise(new Float32Array(12).fill(0.3), 2).every(Number.isFinite)).toBe(true);
    expect(
      standardiseGradient(new Float32Array(12).fill(0.3), new Float32Array(12).fill(1), 2).every(Number.isFinite),
    ).toBe(true);
  });

  it('have the gradient that finite differences give', () => {
    const kernel = kernelOf(4);
    const random = new Random(5);
    const slope = Float32Array.from(kernel, () => random.normal());
    const loss = (at: Float32Array): number =>
      standardise(at, OUTPUTS).reduce((sum, value, i) => sum + value * slope[i], 0);
    const gradient = standardiseGradient(kernel, slope, OUTPUTS);
    kernel.forEach((value, i) => {
      const moved = (by: number): number => loss(kernel.map((v, j) => (i === j ? value + by : v)));
      const difference = (moved(DIFFERENCE_STEP) - moved(-DIFFERENCE_STEP)) / (2 * DIFFERENCE_STEP);
      expect(Math.abs(difference - gradient[i])).toBeLessThan(DIFFERENCE_TOLERANCE);
    });
  });
});

describe("a network's parameters", () => {
  const specs = [...convolutionParameters('a', 3, 2, 3, true), ...convolutionParameters('b', 1, 3, 2, false)];

  it('start the same from the same seed, biases at 0', () => {
    const start = startParameters(specs, new Random(1));
    expect(startParameters(specs, new Random(1))).toEqual(start);
    expect(startParameters(specs, new Random(2))).not.toEqual(start);
    expect([...start['a/bias'], ...start['b/bias']].every((value) => value === 0)).toBe(true);
    expect(start['a/kernel'].length).toBe(3 * 3 * 2 * 3);
  });

  it('run standardised where they are trained so, and as they are elsewhere', () => {
    const start = startParameters(specs, new Random(1));
    const effective = effectiveParameters(specs, start);
    expect(effective['a/kernel']).toEqual(standardise(start['a/kernel'], 3));
    expect(effective['b/kernel']).toEqual(start['b/kernel']);
    expect(effective['a/bias']).toEqual(start['a/bias']);
  });
});
