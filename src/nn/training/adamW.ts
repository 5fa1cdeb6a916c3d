import type { ParameterArrays } from '../networks/parameters.ts';

/** The state of training: enough to continue from exactly here. */
export interface TrainingState {
  step: number;
  readonly parameters: ParameterArrays;
  /** Running means of the gradient and of its square. */
  readonly first: ParameterArrays;
  readonly second: ParameterArrays;
  /** Exponential average of the parameters over steps: these are the weights that are used. */
  readonly average: ParameterArrays;
}

export function startTraining(parameters: ParameterArrays): TrainingState {
  const zeros = (): ParameterArrays =>
    Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, new Float32Array(values.length)]));
  const copy = Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, values.slice()]));
  return { step: 0, parameters, first: zeros(), second: zeros(), average: copy };
}

export interface StepSize {
  readonly learningRate: number;
  readonly weightDecay: number;
  /** The gradient's norm over all parameters is clipped to this. */
  readonly maxGradientNorm: number;
  /** Weight of the past in the running average of the parameters. */
  readonly averageDecay: number;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** One step of AdamW (Loshchilov and Hutter, ICLR 2019), in place; biases do not decay. Returns the gradient's norm. */
export function adamWStep(state: TrainingState, gradients: ParameterArrays, size: StepSize): number {
  state.step += 1;
  let square = 0;
  for (const gradient of Object.values(gradients)) for (const g of gradient) square += g * g;
  const norm = Math.sqrt(square);
  const cut = norm > size.maxGradientNorm ? size.maxGradientNorm / norm : 1;
  const correct1 = 1 - BETA1 ** state.step;
  const correct2 = 1 - BETA2 ** state.step;
  // Early on the average would mostly remember the random start, so it forgets faster there.
  const keep = Math.min(size.averageDecay, state.step / (state.step + 10));
  for (const [name, gradient] of Object.entries(gradients)) {
    const values = state.parameters[name];
    const first = state.first[name];
    const second = state.second[name];
    const average = state.average[name];
    const decay = name.endsWith('/bias') ? 0 : size.learningRate * size.weightDecay;
    for (let i = 0; i < values.length; i++) {
      const g = gradient[i] * cut;
      first[i] = BETA1 * first[i] + (1 - BETA1) * g;
      second[i] = BETA2 * second[i] + (1 - BETA2) * g * g;
      const change = first[i] / correct1 / (Math.sqrt(second[i] / correct2) + EPSILON);
      values[i] -= decay * values[i] + size.learningRate * change;
      average[i] = keep * average[i] + (1 - keep) * values[i];
    }
  }
  return norm;
}

/** Linear warm-up, then half a cosine down to zero at the last step. */
export function cosineSchedule(step: number, steps: number, peak: number, warmUp: number): number {
  if (step < warmUp) return (peak * (step + 1)) / warmUp;
  return (peak / 2) * (1 + Math.cos((Math.PI * (step - warmUp)) / Math.max(1, steps - warmUp)));
}
