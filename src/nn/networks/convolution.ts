/**
 * The few operations that our networks are made of, each with a gradient that the WASM backend can run fast.
 * tfjs's own gradients need kernels that WASM lacks (Conv2DBackpropFilter, MaxPoolGrad) or has only slowly, and none of them
 * is registered by tfjs-core alone.
 */
import {
  add,
  avgPool,
  conv2d,
  customGrad,
  engine,
  FusedConv2D,
  image,
  mul,
  reverse,
  step,
  sum,
  transpose,
  type GradSaveFunc,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';

export type Activation = 'relu' | 'linear';

/** The fused kernel directly: tf.fused.conv2d splits itself into three kernels while a gradient is being recorded. */
function fusedConvolution(x: Tensor4D, kernel: Tensor4D, bias: Tensor1D, activation: Activation): Tensor4D {
  const inputs = { x, filter: kernel, bias } as unknown as NamedTensorMap;
  const attributes = {
    strides: [1, 1],
    pad: 'same',
    dataFormat: 'NHWC',
    dilations: [1, 1],
    activation,
  } as unknown as NamedAttrMap;
  return engine().runKernel(FusedConv2D, inputs, attributes) as Tensor4D;
}

/**
 * activation(x * kernel + bias), stride 1, 'same' padding, odd square kernels.
 * Gradients: dx is the convolution of dy with the kernel reversed in both axes and transposed; dkernel is the convolution
 * of x with dy as the kernel, batch and channels exchanged.
 */
export function convolution(x: Tensor4D, kernel: Tensor4D, bias: Tensor1D, activation: Activation): Tensor4D {
  const op = customGrad((...args: (Tensor | GradSaveFunc)[]) => {
    const [input, filter, offset, save] = args as [Tensor4D, Tensor4D, Tensor1D, GradSaveFunc];
    const value = fusedConvolution(input, filter, offset, activation);
    save([input, filter, value]);
    return {
      value,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [savedInput, savedFilter, savedValue] = saved as [Tensor4D, Tensor4D, Tensor4D];
        const d = (activation === 'relu' ? mul(dy, step(savedValue)) : dy) as Tensor4D;
        const side = savedFilter.shape[0];
        const dInput = () => conv2d(d, transpose(reverse(savedFilter, [0, 1]), [0, 1, 3, 2]), 1, 'same');
        const dFilter = () =>
          transpose(
            conv2d(transpose(savedInput, [3, 1, 2, 0]), transpose(d, [1, 2, 0, 3]), 1, (side - 1) / 2),
            [1, 2, 0, 3],
          );
        return [dInput(), dFilter(), sum(d, [0, 1, 2])];
      },
    };
  });
  return op(x, kernel, bias) as Tensor4D;
}

/** Mean over blocks of 2 x 2. */
export function halve(x: Tensor4D): Tensor4D {
  const op = customGrad((input: Tensor | GradSaveFunc) => ({
    value: avgPool(input as Tensor4D, 2, 2, 'valid'),
    gradFunc: (dy: Tensor) => mul(repeatTwice(dy as Tensor4D), 0.25),
  }));
  return op(x) as Tensor4D;
}

/** Each pixel repeated 2 x 2. */
export function double(x: Tensor4D): Tensor4D {
  const op = customGrad((input: Tensor | GradSaveFunc) => ({
    value: repeatTwice(input as Tensor4D),
    gradFunc: (dy: Tensor) => mul(avgPool(dy as Tensor4D, 2, 2, 'valid'), 4),
  }));
  return op(x) as Tensor4D;
}

/** a + b, of the same shape. */
export function sumOf(a: Tensor4D, b: Tensor4D): Tensor4D {
  const op = customGrad((...args: (Tensor | GradSaveFunc)[]) => ({
    value: add(args[0] as Tensor, args[1] as Tensor),
    gradFunc: (dy: Tensor) => [dy, dy],
  }));
  return op(a, b) as Tensor4D;
}

function repeatTwice(x: Tensor4D): Tensor4D {
  return image.resizeNearestNeighbor(x, [x.shape[1] * 2, x.shape[2] * 2]);
}
