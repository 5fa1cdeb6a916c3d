import {
  customGrad,
  scalar,
  tensor,
  tensor4d,
  tidy,
  variable,
  variableGrads,
  type GradSaveFunc,
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

/** How long and how fast; part of a recipe. */
export interface Schedule {
  readonly steps: number;
  readonly learningRate: number;
  readonly warmUpSteps: number;
  readonly weightDecay: number;
  readonly maxGradientNorm: number;
  readonly averageDecay: number;
}

/** A loss and its gradient by each of the network's outputs, same layout as these. */
export interface Loss {
  readonly value: number;
  readonly gradients: readonly Float32Array[];
}

/** One batch: the network's input, and the loss of its outputs as a plain function. */
export interface Batch {
  readonly input: Float32Array;
  readonly shape: readonly [number, number, number, number];
  loss(outputs: readonly Float32Array[]): Loss;
}

export interface TrainingHooks {
  /** Called after each step; returns true to stop here (time is up); the state can be continued later. */
  afterStep(step: number, loss: number): boolean;
}

/**
 * Trains a network from a state, in place, on the current tfjs backend, until the schedule's last step or until told to
 * stop. The batch of step k depends on k alone, so a run that was interrupted and resumed equals one that was not.
 * @returns true if the schedule is done.
 */
export function trainNetwork(
  specs: readonly ParameterSpec[],
  forward: (parameters: ParameterTensors, x: Tensor4D) => Tensor[],
  state: TrainingState,
  schedule: Schedule,
  batchAt: (step: number) => Batch,
  hooks: TrainingHooks,
): boolean {
  const variables: Record<string, Variable> = {};
  const start = effectiveParameters(specs, state.parameters);
  tidy(() => {
    // A variable outlives the tidy; the tensor that it starts from does not.
    for (const { name, shape } of specs) variables[name] = variable(tensor(start[name], [...shape], 'float32'));
  });
  try {
    while (state.step < schedule.steps) {
      const batch = batchAt(state.step);
      let lossValue = NaN;
      const gradients: ParameterArrays = {};
      tidy(() => {
        const result = variableGrads(() => {
          const outputs = forward(variables, tensor4d(batch.input, [...batch.shape]));
          const asLoss = customGrad((...args: (Tensor | GradSaveFunc)[]) => {
            const given = args.slice(0, outputs.length) as Tensor[];
            const loss = batch.loss(given.map((output) => output.dataSync() as Float32Array));
            lossValue = loss.value;
            const gradFunc = (): Tensor[] => given.map((output, i) => tensor(loss.gradients[i], output.shape));
            return { value: scalar(loss.value), gradFunc };
          });
          return asLoss(...outputs);
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
