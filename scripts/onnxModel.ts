/** A U-Net of ours as an ONNX model, so that `npm run bench` can run the same weights elsewhere. Format: onnx.proto of ONNX 1.17. */
import type { ParameterArrays } from '../src/nn/networks/parameters.ts';
import type { UNetSpec } from '../src/nn/networks/unet.ts';

const IR_VERSION = 8;
const OPSET = 13;
const FLOAT = 1;
const ATTRIBUTE = { int: 2, string: 3, ints: 7 };
const VARINT = 0;
const BYTES = 2;

type Bytes = readonly number[] | Uint8Array;

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
const number = (field: number, value: number): number[] => [...varint(field * 8 + VARINT), ...varint(value)];

function message(field: number, ...parts: readonly Bytes[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = [...varint(field * 8 + BYTES), ...varint(length)];
  const result = new Uint8Array(head.length + length);
  result.set(head);
  let at = head.length;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

const text = (field: number, value: string): Uint8Array => message(field, new TextEncoder().encode(value));

function tensor(name: string, shape: readonly number[], values: Float32Array): Uint8Array {
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return message(5, ...shape.map((side) => number(1, side)), number(2, FLOAT), text(8, name), message(9, raw));
}

function valueInfo(field: number, name: string, shape: readonly number[]): Uint8Array {
  const sides = message(2, ...shape.map((side) => message(1, number(1, side))));
  return message(field, text(1, name), message(2, message(1, number(1, FLOAT), sides)));
}

const ints = (name: string, values: readonly number[]): Uint8Array =>
  message(5, text(1, name), ...values.map((value) => number(8, value)), number(20, ATTRIBUTE.ints));
const word = (name: string, value: string): Uint8Array =>
  message(5, text(1, name), text(4, value), number(20, ATTRIBUTE.string));

/** [height][width][in][out], out fastest, as [out][in][height][width]. */
function outputsFirst(kernel: Float32Array, side: number, inputs: number, outputs: number): Float32Array {
  const result = new Float32Array(kernel.length);
  for (let tap = 0; tap < side * side; tap++) {
    for (let c = 0; c < inputs; c++) {
      for (let k = 0; k < outputs; k++) {
        result[(k * inputs + c) * side * side + tap] = kernel[(tap * inputs + c) * outputs + k];
      }
    }
  }
  return result;
}

/**
 * The network of `unet` with these weights: input 'x' [batch, channels, size, size], output 'y', channels first.
 */
export function onnxModel(spec: UNetSpec, arrays: ParameterArrays, batch: number, size: number): Uint8Array {
  const nodes: Uint8Array[] = [];
  const weights: Uint8Array[] = [];
  let last = 0;
  const node = (
    operator: string,
    inputs: readonly string[],
    attributes: readonly Uint8Array[],
    output = `t${++last}`,
  ) => {
    nodes.push(message(1, ...inputs.map((name) => text(1, name)), text(2, output), text(4, operator), ...attributes));
    return output;
  };
  const convolution = (name: string, x: string, side: number, inputs: number, outputs: number, output?: string) => {
    const kernel = outputsFirst(arrays[`${name}/kernel`], side, inputs, outputs);
    weights.push(tensor(`${name}/kernel`, [outputs, inputs, side, side], kernel));
    weights.push(tensor(`${name}/bias`, [outputs], arrays[`${name}/bias`]));
    const edge = (side - 1) / 2;
    const attributes = [ints('kernel_shape', [side, side]), ints('pads', [edge, edge, edge, edge])];
    return node('Conv', [x, `${name}/kernel`, `${name}/bias`], attributes, output);
  };
  const block = (name: string, x: string, inputs: number, outputs: number): string => {
    const first = node('Relu', [convolution(`${name}/a`, x, 3, inputs, outputs)], []);
    return node('Relu', [convolution(`${name}/b`, first, 3, outputs, outputs)], []);
  };
  weights.push(tensor('twice', [4], Float32Array.of(1, 1, 2, 2)));

  const { widths } = spec;
  const skips: string[] = [];
  let features = 'x';
  widths.forEach((width, level) => {
    const halved = [ints('kernel_shape', [2, 2]), ints('strides', [2, 2])];
    const input = level === 0 ? features : node('AveragePool', [features], halved);
    features = block(`down${level}`, input, level === 0 ? spec.inputChannels : widths[level - 1], width);
    skips.push(features);
  });
  for (let level = widths.length - 2; level >= 0; level--) {
    const width = widths[level];
    const projected = convolution(`up${level}/project`, features, 1, widths[level + 1], width);
    const repeated = [
      word('mode', 'nearest'),
      word('coordinate_transformation_mode', 'asymmetric'),
      word('nearest_mode', 'floor'),
    ];
    const doubled = node('Resize', [projected, '', 'twice'], repeated);
    features = block(`up${level}`, node('Add', [doubled, skips[level]], []), width, width);
  }
  convolution('out', features, 1, widths[0], spec.outputChannels, 'y');

  const graph = message(
    7,
    ...nodes,
    text(2, 'unet'),
    ...weights,
    valueInfo(11, 'x', [batch, spec.inputChannels, size, size]),
    valueInfo(12, 'y', [batch, spec.outputChannels, size, size]),
  );
  return Uint8Array.from([...number(1, IR_VERSION), ...graph, ...message(8, number(2, OPSET))]);
}
