/** Convolutions of 1 x 1: products of a matrix of pixels. */
import { FLOAT, madd, panelAt, product, rectify, VECTOR } from './vectors';

/** Bytes of a kernel that `packPointwise` has packed. */
export function packedBytes(inputs: usize, outputs: usize): usize {
  return inputs * ((outputs + 3) & ~3) * FLOAT;
}

/**
 * A kernel [inputs][outputs] in panels, zeros above the last output.
 * @param reversed g is [outputs][inputs] instead
 */
export function packPointwise(g: usize, u: usize, inputs: usize, outputs: usize, reversed: bool): void {
  const wide = (outputs + 3) & ~3;
  const whole = wide & ~7;
  for (let c: usize = 0; c < inputs; c++) {
    for (let k: usize = 0; k < wide; k++) {
      const to = k < whole
        ? u + panelAt(k & ~7, inputs) + c * 32 + (k & 7) * FLOAT
        : u + panelAt(whole, inputs) + c * VECTOR + (k & 3) * FLOAT;
      const from = reversed ? k * inputs + c : c * outputs + k;
      store<f32>(to, k < outputs ? load<f32>(g + from * FLOAT) : 0);
    }
  }
}

/** Pixels that are processed at once. */
const PIXELS: usize = 64;

/** Bytes of working memory for `convolvePointwise`: products, and the last pixels padded to four. */
export function pointwiseWorkBytes(inputs: usize, outputs: usize): usize {
  return (PIXELS * ((outputs + 3) & ~3) + 4 * inputs) * FLOAT;
}

/**
 * y = activation(x g + bias).
 * @param x [pixels][inputs]
 * @param u g as `packPointwise` gives it
 * @param bias [outputs], or 0 for none
 * @param y [pixels][outputs]
 * @param work `pointwiseWorkBytes`
 */
export function convolvePointwise(
  x: usize,
  pixels: usize,
  inputs: usize,
  u: usize,
  bias: usize,
  outputs: usize,
  rectified: bool,
  y: usize,
  work: usize,
): void {
  const wide = (outputs + 3) & ~3;
  const stride = inputs * FLOAT;
  const last = work + PIXELS * wide * FLOAT;
  for (let first: usize = 0; first < pixels; first += PIXELS) {
    const count = min<usize>(PIXELS, pixels - first);
    const fours = count & ~3;
    const from = x + first * stride;
    product(from, stride, u, work, fours, inputs, wide);
    if (fours < count) {
      memory.copy(last, from + fours * stride, (count - fours) * stride);
      product(last, stride, u, work + fours * wide * FLOAT, 4, inputs, wide);
    }
    for (let pixel: usize = 0; pixel < count; pixel++) {
      const sums = work + pixel * wide * FLOAT;
      const to = y + (first + pixel) * outputs * FLOAT;
      let k: usize = 0;
      for (; k + 4 <= outputs; k += 4) {
        let value = v128.load(sums + k * FLOAT);
        if (bias) value = f32x4.add(value, v128.load(bias + k * FLOAT));
        if (rectified) value = rectify(value);
        v128.store(to + k * FLOAT, value);
      }
      for (; k < outputs; k++) {
        let value = load<f32>(sums + k * FLOAT);
        if (bias) value += load<f32>(bias + k * FLOAT);
        // As in `rectify`: NaN stays NaN.
        store<f32>(to + k * FLOAT, rectified && value < 0 ? 0 : value);
      }
    }
  }
}

/**
 * The gradient by g of the sum of dy * (x g).
 * @param x [pixels][inputs]
 * @param dy [pixels][outputs]
 * @param dg [inputs][outputs]
 */
export function pointwiseGradient(x: usize, pixels: usize, inputs: usize, dy: usize, outputs: usize, dg: usize): void {
  const xStep = inputs * FLOAT;
  const dyStep = outputs * FLOAT;
  const whole = inputs & ~3;
  for (let c: usize = 0; c < whole; c += 4) {
    for (let k: usize = 0; k < outputs; k += 4) {
      const last = outputs - k - 1;
      // Where fewer than four outputs are left, the last one is repeated.
      const at1 = min<usize>(1, last) * FLOAT;
      const at2 = min<usize>(2, last) * FLOAT;
      const at3 = min<usize>(3, last) * FLOAT;
      let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
      let p = x + c * FLOAT;
      let q = dy + k * FLOAT;
      for (let pixel: usize = 0; pixel < pixels; pixel++) {
        const value = v128.load(p);
        s0 = madd(v128.load32_splat(q), value, s0);
        s1 = madd(v128.load32_splat(q + at1), value, s1);
        s2 = madd(v128.load32_splat(q + at2), value, s2);
        s3 = madd(v128.load32_splat(q + at3), value, s3);
        p += xStep;
        q += dyStep;
      }
      const to = dg + (c * outputs + k) * FLOAT;
      storeColumn(to, dyStep, s0);
      storeColumn(to + at1, dyStep, s1);
      storeColumn(to + at2, dyStep, s2);
      storeColumn(to + at3, dyStep, s3);
    }
  }
  for (let c = whole; c < inputs; c++) {
    for (let k: usize = 0; k < outputs; k++) {
      let sum: f32 = 0;
      for (let pixel: usize = 0; pixel < pixels; pixel++) {
        sum += load<f32>(x + pixel * xStep + c * FLOAT) * load<f32>(dy + pixel * dyStep + k * FLOAT);
      }
      store<f32>(dg + (c * outputs + k) * FLOAT, sum);
    }
  }
}

// @ts-ignore: decorator
@inline
function storeColumn(to: usize, step: usize, value: v128): void {
  v128.store_lane<f32>(to, value, 0);
  v128.store_lane<f32>(to + step, value, 1);
  v128.store_lane<f32>(to + 2 * step, value, 2);
  v128.store_lane<f32>(to + 3 * step, value, 3);
}
