/**
 * Convolutions as matrix products by whoever can multiply matrices fast, for training under Node: there the machine's own library
 * is several times as fast as WASM, whose vectors are of 128 bits. The page never sees it.
 */
import {
  Add,
  Conv2D,
  Conv2DBackpropFilter,
  FusedConv2D,
  getKernel,
  registerKernel,
  Relu,
  unregisterKernel,
  type KernelFunc,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** A matrix in a float array: row r begins at `start + r * stride`. */
export interface Rows {
  readonly values: Float32Array;
  readonly start: number;
  readonly stride: number;
}

/** c (m x n) = a (m x k, or its transpose where it lies as k x m) b (k x n), plus what c was if `further`. */
export type Multiply = (
  size: { m: number; n: number; k: number },
  a: Rows,
  transposed: boolean,
  b: Rows,
  c: Rows,
  further: boolean,
) => void;

type Shape4D = [number, number, number, number];
type Inputs = Record<'x' | 'filter' | 'bias' | 'dy', TensorInfo>;

/**
 * Takes the three kernels that training spends its time in from the running WASM backend, and gives it ours: stride 1, 'same'
 * padding and odd square filters, as `convolution` has them.
 */
export function convolveByProducts(multiply: Multiply): void {
  const register = (
    kernelName: string,
    run: (inputs: Inputs, wasm: BackendWasm, attrs: Record<string, unknown>) => TensorInfo,
  ) => {
    const kernelFunc: KernelFunc = ({ inputs, backend, attrs }) =>
      run(inputs as unknown as Inputs, backend as BackendWasm, attrs ?? {});
    registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
  };
  unregisterKernel(FusedConv2D, 'wasm');
  register(FusedConv2D, ({ x, filter, bias }, wasm, { activation }) => {
    // Bias and rectifier by WASM's own vectors: a loop here would cost as much as the convolution.
    const sums = convolve(multiply, wasm, x, filter);
    const shifted = byWasm(Add, { a: sums, b: bias }, wasm);
    wasm.disposeData(sums.dataId);
    if (activation !== 'relu') return shifted;
    const rectified = byWasm(Relu, { x: shifted }, wasm);
    wasm.disposeData(shifted.dataId);
    return rectified;
  });
  unregisterKernel(Conv2D, 'wasm');
  register(Conv2D, ({ x, filter }, wasm) => convolve(multiply, wasm, x, filter));
  register(Conv2DBackpropFilter, ({ x, dy }, wasm, { filterShape }) =>
    filterGradient(multiply, wasm, x, dy, filterShape as Shape4D),
  );
}

/**
 * A stack of images with a margin around each, as one list of pixels: the neighbour that a filter's tap asks for lies a fixed
 * number of pixels away, and a row of the filter sees `side` neighbouring pixels as one long row of a matrix. Such rows overlap,
 * which BLAS does not take, so they are taken in `side` turns, each of every `side`-th pixel.
 */
interface Padded {
  readonly values: Float32Array;
  readonly pixels: number;
  readonly width: number;
  readonly channels: number;
}

type Use = 'input' | 'gradient' | 'sums';

/** Fresh memory costs more here than the arithmetic on it. Only the pixels within the margins are ever written from outside. */
const kept = new Map<string, Float32Array>();

function padded(use: Use, [images, rows, columns, channels]: Shape4D, edge: number): Padded {
  const width = columns + 2 * edge;
  const pixels = images * (rows + 2 * edge) * width;
  const key = [use, images, rows, columns, channels, edge].join(' ');
  const values = kept.get(key) ?? new Float32Array(pixels * channels);
  kept.set(key, values);
  return { values, pixels, width, channels };
}

function paddedWith(use: Use, shape: Shape4D, edge: number, from: Float32Array): Padded {
  const stack = padded(use, shape, edge);
  const length = shape[2] * shape[3];
  eachRow(shape, edge, stack, (at, index) => stack.values.set(from.subarray(index * length, (index + 1) * length), at));
  return stack;
}

/** Calls `visit` for each row of the images within their margins: where it begins in `values`, and its number. */
function eachRow(
  [images, rows]: Shape4D,
  edge: number,
  { width, channels }: Padded,
  visit: (at: number, index: number) => void,
): void {
  for (let image = 0; image < images; image++) {
    for (let row = 0; row < rows; row++) {
      visit(((image * (rows + 2 * edge) + row + edge) * width + edge) * channels, image * rows + row);
    }
  }
}

/** Calls `visit` for each turn and each row of the filter: how many pixels, and the first one there and in the output. */
function eachTurn(
  { pixels, width }: Padded,
  side: number,
  visit: (count: number, first: number, output: number, filterRow: number, turn: number) => void,
): void {
  const edge = (side - 1) / 2;
  const margin = edge * (width + 1);
  for (let turn = 0; turn < side; turn++) {
    const output = margin + turn;
    const count = Math.ceil((pixels - margin - output) / side);
    for (let row = 0; row < side; row++) visit(count, output + (row - edge) * width - edge, output, row, turn);
  }
}

function byWasm(kernelName: string, inputs: Record<string, TensorInfo>, backend: BackendWasm): TensorInfo {
  const kernel = getKernel(kernelName, 'wasm');
  return kernel.kernelFunc({ inputs, backend, attrs: {} }) as TensorInfo;
}

function convolve(multiply: Multiply, wasm: BackendWasm, x: TensorInfo, filter: TensorInfo): TensorInfo {
  const shape = x.shape as Shape4D;
  const [side, , from, to] = filter.shape as Shape4D;
  const edge = (side - 1) / 2;
  const result = wasm.makeOutput([...shape.slice(0, 3), to], 'float32');
  const weights = wasm.typedArrayFromHeap(filter) as Float32Array;
  const input = paddedWith('input', shape, edge, wasm.typedArrayFromHeap(x) as Float32Array);
  const sums = padded('sums', [shape[0], shape[1], shape[2], to], edge);
  eachTurn(input, side, (m, first, output, row) => {
    multiply(
      { m, n: to, k: side * from },
      { values: input.values, start: first * from, stride: side * from },
      false,
      { values: weights, start: row * side * from * to, stride: to },
      { values: sums.values, start: output * to, stride: side * to },
      row > 0,
    );
  });
  const values = wasm.typedArrayFromHeap(result) as Float32Array;
  const length = shape[2] * to;
  eachRow(shape, edge, sums, (at, index) => values.set(sums.values.subarray(at, at + length), index * length));
  return result;
}

function filterGradient(
  multiply: Multiply,
  wasm: BackendWasm,
  x: TensorInfo,
  dy: TensorInfo,
  filterShape: Shape4D,
): TensorInfo {
  const [side, , from, to] = filterShape;
  const edge = (side - 1) / 2;
  const result = wasm.makeOutput([...filterShape], 'float32');
  const input = paddedWith('input', x.shape as Shape4D, edge, wasm.typedArrayFromHeap(x) as Float32Array);
  const outer = paddedWith('gradient', dy.shape as Shape4D, edge, wasm.typedArrayFromHeap(dy) as Float32Array);
  const values = wasm.typedArrayFromHeap(result) as Float32Array;
  eachTurn(input, side, (k, first, output, row, turn) => {
    multiply(
      { m: side * from, n: to, k },
      { values: input.values, start: first * from, stride: side * from },
      true,
      { values: outer.values, start: output * to, stride: side * to },
      { values, start: row * side * from * to, stride: to },
      turn > 0,
    );
  });
  return result;
}
