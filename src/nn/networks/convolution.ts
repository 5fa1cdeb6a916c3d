/**
 * The few operations of our networks, each with a gradient that the WASM backend can run fast.
 * tfjs's own gradients need kernels that WASM lacks (Conv2DBackpropFilter, MaxPoolGrad) or has only slowly, and none of them
 * is registered by tfjs-core alone.
 */
import {
  add,
  avgPool,
  concat,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  customGrad,
  engine,
  FusedConv2D,
  getBackend,
  getKernel,
  image,
  mean,
  mul,
  pad,
  registerGradient,
  relu,
  reshape,
  slice,
  step,
  sum,
  tile,
  type GradSaveFunc,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { ACTIVATION_GRADIENT } from '../kernels/convolutionKernels.ts';

export type Activation = 'relu' | 'linear';

const STEPS = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] };

const run = <Result extends Tensor | Tensor[]>(
  kernel: string,
  inputs: Record<string, Tensor>,
  attributes: Record<string, unknown>,
): Result => engine().runKernel<Result>(kernel, inputs as NamedTensorMap, attributes as NamedAttrMap);

/**
 * activation(x * kernel + bias), stride 1, 'same' padding, odd square kernels. It uses the fused kernel directly:
 * tf.fused.conv2d splits into three while a gradient is being recorded.
 */
export function convolution(x: Tensor4D, kernel: Tensor4D, bias: Tensor1D, activation: Activation): Tensor4D {
  return run<Tensor4D>(FusedConv2D, { x, filter: kernel, bias }, { ...STEPS, activation });
}

/** d: the gradient by the sums that enter a ReLU, from that by its output y; and its sum over all pixels. */
function throughRelu(dy: Tensor4D, y: Tensor4D): [Tensor4D, Tensor] {
  if (getKernel(ACTIVATION_GRADIENT, getBackend()) && dy.shape[3] % 4 === 0) {
    return run<Tensor[]>(ACTIVATION_GRADIENT, { dy, y }, {}) as [Tensor4D, Tensor];
  }
  const d = mul(dy, step(y)) as Tensor4D;
  return [d, sum(d, [0, 1, 2])];
}

// The three are computed separately, so that unneeded ones, such as by the first layer's input, are not computed.
registerGradient({
  kernelName: FusedConv2D,
  inputsToSave: ['x', 'filter'],
  outputsToSave: [true],
  gradFunc: (dy, saved, attributes) => {
    const given = dy as Tensor4D;
    const [x, filter, y] = saved as [Tensor4D, Tensor4D, Tensor4D];
    const [d, dBias] = attributes['activation'] === 'relu' ? throughRelu(given, y) : [given, sum(given, [0, 1, 2])];
    return {
      x: () => run<Tensor>(Conv2DBackpropInput, { dy: d, filter }, { ...STEPS, inputShape: x.shape }),
      filter: () => run<Tensor>(Conv2DBackpropFilter, { x, dy: d }, { ...STEPS, filterShape: filter.shape }),
      bias: () => dBias,
    };
  },
});

/** A linear operation given with its transpose, which is its gradient. */
function linear(x: Tensor4D, forward: (x: Tensor4D) => Tensor4D, transposed: (dy: Tensor4D) => Tensor4D): Tensor4D {
  const op = customGrad((input: Tensor | GradSaveFunc) => ({
    value: forward(input as Tensor4D),
    gradFunc: (dy: Tensor) => transposed(dy as Tensor4D),
  }));
  return op(x) as Tensor4D;
}

const meanOf2x2 = (x: Tensor4D): Tensor4D => avgPool(x, 2, 2, 'valid');
const repeat2x2 = (x: Tensor4D): Tensor4D => image.resizeNearestNeighbor(x, [x.shape[1] * 2, x.shape[2] * 2]);

/** Mean over blocks of 2 x 2. */
export function halve(x: Tensor4D): Tensor4D {
  return linear(x, meanOf2x2, (dy) => mul(repeat2x2(dy), 0.25));
}

/** Each pixel repeated 2 x 2. */
export function double(x: Tensor4D): Tensor4D {
  return linear(x, repeat2x2, (dy) => mul(meanOf2x2(dy), 4));
}

/** The same values in another shape. */
export function reshaped(x: Tensor4D, shape: [number, number, number, number]): Tensor4D {
  return linear(
    x,
    (value) => reshape(value, shape),
    (dy) => reshape(dy, x.shape),
  );
}

/**
 * Joins each slice's channels with those of the slice before and of the slice after (0 beyond the ends): [before, here,
 * after]. A 3 x 3 x 3 convolution is then a 3 x 3 convolution of it; tfjs's own conv3d is a naive loop on WASM and WebGPU.
 * @param x [batch * depth, rows, columns, channels]
 * @returns [batch * depth, rows, columns, 3 * channels]
 */
export function withDepthNeighbours(x: Tensor4D, depth: number): Tensor4D {
  const [, rows, columns, channels] = x.shape;
  return linear(
    x,
    (value) => concat([shiftDepth(value, depth, 1), value, shiftDepth(value, depth, -1)], 3),
    (dy) => {
      const part = (index: number): Tensor4D =>
        slice(dy, [0, 0, 0, index * channels], [dy.shape[0], rows, columns, channels]);
      return add(add(shiftDepth(part(0), depth, -1), part(1)), shiftDepth(part(2), depth, 1));
    },
  );
}

/** Slice k takes the value of slice k - by; 0 where there is none. */
function shiftDepth(x: Tensor4D, depth: number, by: 1 | -1): Tensor4D {
  const batch = x.shape[0] / depth;
  const rest = x.shape[1] * x.shape[2] * x.shape[3];
  const slices = reshape(x, [batch, depth, rest]);
  const kept = slice(slices, [0, by === 1 ? 0 : 1, 0], [batch, depth - 1, rest]);
  return reshape(pad(kept, [[0, 0], by === 1 ? [1, 0] : [0, 1], [0, 0]]), x.shape);
}

/** Mean over groups of `by` neighbouring slices. x: [batch * depth, ...], depth divisible by `by`. */
export function poolDepth(x: Tensor4D, by: number): Tensor4D {
  return linear(
    x,
    (value) => meanOverDepth(value, by),
    (dy) => mul(repeatOverDepth(dy, by), 1 / by),
  );
}

/** Each slice repeated `by` times. */
export function repeatDepth(x: Tensor4D, by: number): Tensor4D {
  return linear(
    x,
    (value) => repeatOverDepth(value, by),
    (dy) => mul(meanOverDepth(dy, by), by),
  );
}

function meanOverDepth(x: Tensor4D, by: number): Tensor4D {
  const [slices, rows, columns, channels] = x.shape;
  const groups = slices / by;
  const rest = rows * columns * channels;
  return reshape(mean(reshape(x, [groups, by, rest]), 1), [groups, rows, columns, channels]);
}

function repeatOverDepth(x: Tensor4D, by: number): Tensor4D {
  const [slices, rows, columns, channels] = x.shape;
  const rest = rows * columns * channels;
  return reshape(tile(reshape(x, [slices, 1, rest]), [1, by, 1]), [slices * by, rows, columns, channels]);
}

/** a + b, of the same shape. */
export function sumOf(a: Tensor4D, b: Tensor4D): Tensor4D {
  const op = customGrad((...args: (Tensor | GradSaveFunc)[]) => ({
    value: add(args[0] as Tensor, args[1] as Tensor),
    gradFunc: (dy: Tensor) => [dy, dy],
  }));
  return op(a, b) as Tensor4D;
}

/** Negative values become 0. */
export function rectified(x: Tensor4D): Tensor4D {
  const op = customGrad((...args: (Tensor | GradSaveFunc)[]) => {
    const [input, save] = args as [Tensor4D, GradSaveFunc];
    const value = relu(input);
    save([value]);
    return { value, gradFunc: (dy: Tensor, [saved]: Tensor[]) => mul(dy, step(saved)) };
  });
  return op(x) as Tensor4D;
}
