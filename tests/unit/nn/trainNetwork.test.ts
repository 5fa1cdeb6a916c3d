import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startNodeWasm } from '../../../src/studies/files/shippedModels.ts';
import { Random } from '../../../src/core/random.ts';
import { startParameters } from '../../../src/nn/networks/parameters.ts';
import { unet, unetParameters, type UNetSpec } from '../../../src/nn/networks/unet.ts';
import { adamWStep, cosineSchedule, startTraining, type TrainingState } from '../../../src/nn/training/adamW.ts';
import { segmentationLoss, type LossSpec } from '../../../src/nn/training/segmentationLoss.ts';
import { trainNetwork, type Batch, type Schedule } from '../../../src/nn/training/trainNetwork.ts';

const NETWORK: UNetSpec = { inputChannels: 3, widths: [4, 4], outputChannels: 2 };
const SPECS = unetParameters(NETWORK);
const SIDE = 8;
const BATCH = 4;
const LOSS: LossSpec = { classWeights: [1, 1], groups: [{ classes: [1], weight: 1 }] };
const SCHEDULE: Schedule = {
  steps: 200,
  learningRate: 0.05,
  warmUpSteps: 5,
  weightDecay: 0.01,
  maxGradientNorm: 1,
  averageDecay: 0.9,
};

/** The toy problem: a pixel is 1 where its first channel is positive. */
function batchAt(step: number): Batch {
  const random = new Random(1000 + step);
  const pixels = BATCH * SIDE * SIDE;
  const input = Float32Array.from({ length: pixels * 3 }, () => random.normal());
  const labels = Uint8Array.from({ length: pixels }, (_, p) => (input[3 * p] > 0 ? 1 : 0));
  return { input, shape: [BATCH, SIDE, SIDE, 3], loss: ([output]) => segmentationLoss(output, labels, 2, LOSS) };
}

function train(state: TrainingState, stopAt: number, losses: number[] = []): boolean {
  return trainNetwork(SPECS, (parameters, x) => [unet(NETWORK, parameters, x)], state, SCHEDULE, batchAt, {
    afterStep: (step, loss) => {
      losses.push(loss);
      return step >= stopAt;
    },
  });
}

const start = (): TrainingState => startTraining(startParameters(SPECS, new Random(2)));

beforeAll(() => startNodeWasm());

describe('training a network', () => {
  it('that was cut off and resumed from a copy of its state equals one that was not, to the last bit', () => {
    const whole = start();
    expect(train(whole, SCHEDULE.steps)).toBe(true);
    const cut = start();
    expect(train(cut, 7)).toBe(false);
    expect(cut.step).toBe(7);
    const resumed = structuredClone(cut);
    expect(train(resumed, 31)).toBe(false);
    expect(train(resumed, SCHEDULE.steps)).toBe(true);
    expect(resumed).toEqual(whole);
  });

  it('makes the loss of a toy problem fall', () => {
    const losses: number[] = [];
    train(start(), SCHEDULE.steps, losses);
    const mean = (part: readonly number[]): number => part.reduce((sum, value) => sum + value, 0) / part.length;
    expect(losses.length).toBe(SCHEDULE.steps);
    expect(mean(losses.slice(-10))).toBeLessThan(0.5 * mean(losses.slice(0, 5)));
  });

  it('leaves no tensor behind, also when a loss ends it', () => {
    const before = memory().numTensors;
    train(start(), 2);
    expect(memory().numTensors).toBe(before);
    const broken = (step: number): Batch => ({
      ...batchAt(step),
      loss: ([output]) => ({ value: NaN, gradients: [new Float32Array(output.length)] }),
    });
    const run = (): boolean =>
      trainNetwork(SPECS, (parameters, x) => [unet(NETWORK, parameters, x)], start(), SCHEDULE, broken, {
        afterStep: () => false,
      });
    expect(run).toThrow(RangeError);
    expect(memory().numTensors).toBe(before);
  });
});

describe('AdamW', () => {
  const size = { learningRate: 0.1, weightDecay: 0, maxGradientNorm: 100, averageDecay: 0.99 };

  it('takes a first step of the learning rate against the sign of each gradient, whatever its size', () => {
    const state = startTraining({ 'a/kernel': Float32Array.of(1, 1, 1) });
    adamWStep(state, { 'a/kernel': Float32Array.of(1e-3, -5, 0) }, size);
    // Float32 parameters, and epsilon against a gradient of 1e-3.
    [0.9, 1.1, 1].forEach((value, i) => expect(state.parameters['a/kernel'][i]).toBeCloseTo(value, 5));
  });

  it('decays kernels towards 0 and leaves biases', () => {
    const state = startTraining({ 'a/kernel': Float32Array.of(2), 'a/bias': Float32Array.of(2) });
    const zero = { 'a/kernel': new Float32Array(1), 'a/bias': new Float32Array(1) };
    adamWStep(state, zero, { ...size, weightDecay: 0.5 });
    expect(state.parameters['a/kernel'][0]).toBeCloseTo(1.9, 6);
    expect(state.parameters['a/bias'][0]).toBe(2);
  });

  it('cuts a gradient by its norm over all parameters', () => {
    const gradients = { a: Float32Array.of(3), b: Float32Array.of(4) };
    const cut = startTraining({ a: Float32Array.of(0), b: Float32Array.of(0) });
    expect(adamWStep(cut, gradients, { ...size, maxGradientNorm: 1 })).toBeCloseTo(5, 6);
    expect(cut.first['a'][0]).toBeCloseTo(0.06, 6);
    expect(cut.first['b'][0]).toBeCloseTo(0.08, 6);
  });

  it('averages the parameters that it went through', () => {
    const state = startTraining({ a: Float32Array.of(0) });
    for (let step = 0; step < 2000; step++)
      adamWStep(state, { a: Float32Array.of(state.parameters['a'][0] - 3) }, size);
    expect(state.parameters['a'][0]).toBeCloseTo(3, 2);
    expect(state.average['a'][0]).toBeCloseTo(3, 2);
  });

  it('warms up linearly, then falls all the way', () => {
    const rates = Array.from({ length: 100 }, (_, step) => cosineSchedule(step, 100, 2, 10));
    expect(rates[0]).toBeCloseTo(0.2, 12);
    expect(rates[9]).toBeCloseTo(2, 12);
    expect(rates[55]).toBeCloseTo(1, 12);
    for (let step = 11; step < 100; step++) expect(rates[step]).toBeLessThan(rates[step - 1]);
    expect(rates[99]).toBeLessThan(0.001);
  });
});
