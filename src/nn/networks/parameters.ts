import type { Tensor } from '@tensorflow/tfjs-core';
import type { Random } from '../../core/random.ts';

/** One trained array of a network. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** Standard deviation of its initial values; 0 for biases. */
  readonly startSd: number;
  /** Trained through `standardise`; what is stored and used is the standardised kernel. */
  readonly standardised: boolean;
}

/** A network's parameters by name, as plain arrays: what is stored, and what the optimiser works on. */
export type ParameterArrays = Record<string, Float32Array>;

/** The same on a backend. */
export type ParameterTensors = Record<string, Tensor>;

/** A convolution's kernel [height, width, in, out] and bias [out]. */
export function convolutionParameters(
  name: string,
  side: number,
  input: number,
  output: number,
  standardised: boolean,
): ParameterSpec[] {
  const fanIn = side * side * input;
  return [
    { name: `${name}/kernel`, shape: [side, side, input, output], startSd: Math.sqrt(1 / fanIn), standardised },
    { name: `${name}/bias`, shape: [output], startSd: 0, standardised: false },
  ];
}

/** Draws a network's initial parameters. */
export function startParameters(specs: readonly ParameterSpec[], random: Random): ParameterArrays {
  const arrays: ParameterArrays = {};
  for (const { name, shape, startSd } of specs) {
    const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
    if (startSd > 0) for (let i = 0; i < values.length; i++) values[i] = random.normal() * startSd;
    arrays[name] = values;
  }
  return arrays;
}

/** Makes the output of a ReLU of a standard normal have variance 1: sqrt(2 / (1 - 1/pi)). */
const RELU_GAIN = Math.sqrt(2 / (1 - 1 / Math.PI));
const STANDARDISE_EPSILON = 1e-6;

/**
 * Scaled weight standardisation (Brock, De and Smith, ICLR 2021): each output channel's kernel gets mean 0 and variance
 * gain^2 / fan-in, so that activations keep their scale without any normalisation layer. A function of the kernel alone:
 * once trained, the standardised kernel is the weight, and inference knows nothing of this.
 * @param kernel [height, width, in, out], out fastest
 */
export function standardise(kernel: Float32Array, outputs: number): Float32Array {
  const result = new Float32Array(kernel.length);
  const fanIn = kernel.length / outputs;
  for (let o = 0; o < outputs; o++) {
    const { mean, sd } = moments(kernel, o, outputs);
    const scale = RELU_GAIN / (sd * Math.sqrt(fanIn));
    for (let at = o; at < kernel.length; at += outputs) result[at] = (kernel[at] - mean) * scale;
  }
  return result;
}

/** The gradient of the loss by the kernel from that by its standardised form. */
export function standardiseGradient(kernel: Float32Array, gradient: Float32Array, outputs: number): Float32Array {
  const result = new Float32Array(kernel.length);
  const fanIn = kernel.length / outputs;
  for (let o = 0; o < outputs; o++) {
    const { mean, sd } = moments(kernel, o, outputs);
    const scale = RELU_GAIN / (sd * Math.sqrt(fanIn));
    let sum = 0;
    let along = 0;
    for (let at = o; at < kernel.length; at += outputs) {
      sum += gradient[at];
      along += (gradient[at] * (kernel[at] - mean)) / sd;
    }
    for (let at = o; at < kernel.length; at += outputs) {
      result[at] = scale * (gradient[at] - sum / fanIn - ((kernel[at] - mean) / sd) * (along / fanIn));
    }
  }
  return result;
}

function moments(kernel: Float32Array, output: number, outputs: number): { mean: number; sd: number } {
  const fanIn = kernel.length / outputs;
  let sum = 0;
  for (let at = output; at < kernel.length; at += outputs) sum += kernel[at];
  const mean = sum / fanIn;
  let square = 0;
  for (let at = output; at < kernel.length; at += outputs) square += (kernel[at] - mean) ** 2;
  return { mean, sd: Math.sqrt(square / fanIn + STANDARDISE_EPSILON) };
}

/** The weights that a network runs with, from the trained ones. */
export function effectiveParameters(specs: readonly ParameterSpec[], trained: ParameterArrays): ParameterArrays {
  return Object.fromEntries(
    specs.map(({ name, shape, standardised }) => [
      name,
      standardised ? standardise(trained[name], shape[shape.length - 1]) : trained[name],
    ]),
  );
}
