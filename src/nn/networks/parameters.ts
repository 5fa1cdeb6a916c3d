import type { Tensor } from '@tensorflow/tfjs-core';
import type { Random } from '../../core/random.ts';

/** One trained array of a network. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** Standard deviation of its start: He (2015) for kernels before a ReLU, 0 for biases. */
  readonly startSd: number;
}

/** A network's parameters by name, as plain arrays: what is stored, and what the optimiser works on. */
export type ParameterArrays = Record<string, Float32Array>;

/** The same on a backend. */
export type ParameterTensors = Record<string, Tensor>;

/** A convolution's kernel [height, width, in, out] and bias [out]. `gain` 2 before a ReLU, 1 before none. */
export function convolutionParameters(name: string, side: number, input: number, output: number, gain = 2): ParameterSpec[] {
  const fanIn = side * side * input;
  return [
    { name: `${name}/kernel`, shape: [side, side, input, output], startSd: Math.sqrt(gain / fanIn) },
    { name: `${name}/bias`, shape: [output], startSd: 0 },
  ];
}

/** Draws a network's start. */
export function startParameters(specs: readonly ParameterSpec[], random: Random): ParameterArrays {
  const arrays: ParameterArrays = {};
  for (const { name, shape, startSd } of specs) {
    const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
    if (startSd > 0) for (let i = 0; i < values.length; i++) values[i] = random.normal() * startSd;
    arrays[name] = values;
  }
  return arrays;
}
