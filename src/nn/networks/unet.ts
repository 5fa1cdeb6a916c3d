/**
 * A small U-Net (Ronneberger et al., MICCAI 2015) with additive skips (as LinkNet, Chaurasia and Culurciello 2017): on the
 * WASM backend a concatenation costs more than a convolution, an addition next to nothing. No normalisation layers: the
 * kernels are trained standardised instead (`standardise`), which costs nothing at run time.
 */
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { convolution, double, halve, sumOf, type Activation } from './convolution.ts';
import { convolutionParameters, type ParameterSpec, type ParameterTensors } from './parameters.ts';

export interface UNetSpec {
  readonly inputChannels: number;
  /** Channels at each level, finest first; each level halves the side. */
  readonly widths: readonly number[];
  readonly outputChannels: number;
}

export function unetParameters(spec: UNetSpec): ParameterSpec[] {
  const parameters: ParameterSpec[] = [];
  const { widths } = spec;
  widths.forEach((width, level) => {
    const input = level === 0 ? spec.inputChannels : widths[level - 1];
    parameters.push(...convolutionParameters(`down${level}/a`, 3, input, width, true));
    parameters.push(...convolutionParameters(`down${level}/b`, 3, width, width, true));
  });
  for (let level = widths.length - 2; level >= 0; level--) {
    const width = widths[level];
    parameters.push(...convolutionParameters(`up${level}/project`, 1, widths[level + 1], width, true));
    parameters.push(...convolutionParameters(`up${level}/a`, 3, width, width, true));
    parameters.push(...convolutionParameters(`up${level}/b`, 3, width, width, true));
  }
  parameters.push(...convolutionParameters('out', 1, widths[0], spec.outputChannels, false));
  return parameters;
}

/**
 * @param x [batch, side, side, inputChannels], side divisible by 2^(levels - 1)
 * @returns logits [batch, side, side, outputChannels]
 */
export function unet(spec: UNetSpec, parameters: ParameterTensors, x: Tensor4D): Tensor4D {
  const layer = (name: string, input: Tensor4D, activation: Activation): Tensor4D =>
    convolution(input, parameters[`${name}/kernel`] as Tensor4D, parameters[`${name}/bias`] as Tensor1D, activation);
  const block = (name: string, input: Tensor4D): Tensor4D =>
    layer(`${name}/b`, layer(`${name}/a`, input, 'relu'), 'relu');

  const skips: Tensor4D[] = [];
  let features = x;
  spec.widths.forEach((_, level) => {
    features = block(`down${level}`, level === 0 ? features : halve(features));
    skips.push(features);
  });
  for (let level = spec.widths.length - 2; level >= 0; level--) {
    const projected = layer(`up${level}/project`, features, 'linear');
    features = block(`up${level}`, sumOf(double(projected), skips[level]));
  }
  return layer('out', features, 'linear');
}
