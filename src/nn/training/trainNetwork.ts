import {
  customGrad,
  scalar,
  tensor,
  tidy,
  variable,
  variableGrads,
  type GradSaveFunc,
  type Scalar,
  type Tensor,
  type Tensor4D,
  type Variable,
} from '@tensorflow/tfjs-core';
import {
  effectiveParameters,
  standardiseGradient,
  type ParameterArrays,
  type ParameterSpec,
  type ParameterTensors,
} from '../networks/parameters.ts';
import { adamWStep, cosineSchedule, type TrainingState } from './adamW.ts';
import type { Loss } from './segmentationLoss.ts';

/** How long and how fast; part of a recipe. */
export interface Schedule {
  readonly steps: number;
  readonly learningRate: number;
  readonly warmUpSteps: number;
  readonly weightDecay: number;
  readonly maxGradientNorm: number;
  readonly averageDecay: number;
}

/** One batch: the network's input, and the loss of its output as a plain function. */
export interface Batch {
  readonly input: Float32Array;
  readonly shape: readonly [number, number, number, number];
  loss(output: Float32Array): Loss;
}

export interface TrainingHooks {
  /** Called after each step; returns true to stop here (time is up); the state can go on later. */
  afterStep(step: number, loss: number): boolean;
}

/**
 * Trains a network from a state, in place, on the current tfjs backend, until the schedule's last step or until told to
 * stop. The batch of step k depends on k alone, so a run that was cut off and resumed equals one that was not.
 * @returns true if the schedule is done.
 */
export function trainNetwork(
  specs: readonly ParameterSpec[],
  forward: (parameters: ParameterTensors, x: Tensor4D) => Tensor,
  state: TrainingState,
  schedule: Schedule,
  batchAt: (step: number) => Batch,
  hooks: TrainingHooks,
): boolean {
  const variables: Record<string, Variable> = {};
  const start = effectiveParameters(specs, state.parameters);
  for (const { name, shape } of specs) variables[name] = variable(tensor(start[name], [...shape], 'float32'), true);
  try {
    while (state.step < schedule.steps) {
      const batch = batchAt(state.step);
      let lossValue = NaN;
      const gradients: ParameterArrays = {};
      tidy(() => {
        const result = variableGrads(() => {
          const output = forward(variables, tensor(batch.input, [...batch.shape]) as Tensor4D);
          const asLoss = customGrad((input: Tensor | GradSaveFunc) => {
            const logits = input as Tensor;
            const loss = batch.loss(logits.dataSync() as Float32Array);
            lossValue = loss.value;
            return { value: scalar(loss.value), gradFunc: () => tensor(loss.gradient, logits.shape) };
          });
          return asLoss(output) as Scalar;
        }, Object.values(variables));
        for (const { name, shape, standardised } of specs) {
          const gradient = result.grads[variables[name].name].dataSync() as Float32Array;
          gradients[name] = standardised
            ? standardiseGradient(state.parameters[name], gradient, shape[shape.length - 1])
            : gradient;
        }
      });
      if (!Number.isFinite(lossValue)) throw new RangeError(`The loss is ${lossValue} at step ${state.step}.`);
      adamWStep(state, gradients, {
        ...schedule,
        learningRate: cosineSchedule(state.step, schedule.steps, schedule.learningRate, schedule.warmUpSteps),
      });
      const next = effectiveParameters(specs, state.parameters);
      tidy(() => {
        for (const { name, shape } of specs) variables[name].assign(tensor(next[name], [...shape], 'float32'));
      });
      if (hooks.afterStep(state.step, lossValue)) break;
    }
    return state.step >= schedule.steps;
  } finally {
    for (const v of Object.values(variables)) v.dispose();
  }
}
