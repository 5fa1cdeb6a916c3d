/** A convolution's activation in the backward pass. */
import { FLOAT, VECTOR } from './vectors';

/**
 * The gradient by a ReLU's input, and its sum over the pixels, in one pass.
 * @param dy [pixels][channels], the gradient by the ReLU's output; channels a multiple of 4
 * @param y [pixels][channels], that output
 * @param d [pixels][channels], written: dy where y is above 0
 * @param dBias [channels], written
 */
export function activationGradient(dy: usize, y: usize, d: usize, pixels: usize, channels: usize, dBias: usize): void {
  const row = channels * FLOAT;
  memory.fill(dBias, 0, row);
  const zero = f32x4.splat(0);
  for (let pixel: usize = 0; pixel < pixels; pixel++) {
    const at = pixel * row;
    for (let c: usize = 0; c < row; c += VECTOR) {
      const value = v128.and(v128.load(dy + at + c), f32x4.gt(v128.load(y + at + c), zero));
      v128.store(d + at + c, value);
      v128.store(dBias + c, f32x4.add(v128.load(dBias + c), value));
    }
  }
}
