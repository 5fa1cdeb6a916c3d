/**
 * Convolutions of 3 x 3, stride 1, zeros around ('same'), channels last, by Winograd's F(4 x 4, 3 x 3): Lavin and Gray, Fast
 * Algorithms for Convolutional Neural Networks, CVPR 2016. A tile of 4 x 4 outputs takes 36 products per channel where
 * the direct sum takes 144.
 */
import { FLOAT, madd, panelAt, product, rectify, VECTOR } from './vectors';

export const TILE: usize = 4;
/** A tile's inputs along a side; squared, the number of matrix products. */
export const SPAN: usize = 6;
export const POINTS: usize = 36;

/** Channels padded to whole vectors. */
// @ts-ignore: decorator
@inline
export function wholeVectors(channels: usize): usize {
  return (channels + 3) & ~3;
}

// @ts-ignore: decorator
@inline
export function times(value: v128, factor: f32): v128 {
  return f32x4.mul(value, f32x4.splat(factor));
}

/** value + factor other */
// @ts-ignore: decorator
@inline
export function plus(value: v128, other: v128, factor: f32): v128 {
  return madd(other, f32x4.splat(factor), value);
}

/** Bytes of a kernel that `transformKernel` has transformed. */
export function transformedBytes(inputs: usize, outputs: usize): usize {
  return POINTS * wholeVectors(inputs) * outputs * FLOAT;
}

/** Four values `step` bytes apart. */
// @ts-ignore: decorator
@inline
function loadApart(at: usize, step: usize): v128 {
  let value = v128.load32_zero(at);
  value = v128.load32_lane(at + step, value, 1);
  value = v128.load32_lane(at + 2 * step, value, 2);
  return v128.load32_lane(at + 3 * step, value, 3);
}

/**
 * u = G g G' for each pair of channels: POINTS matrices inputs x outputs in panels.
 * @param g [3][3][inputs][outputs]; outputs a multiple of 4
 * @param reversed g is [3][3][outputs][inputs] instead, and is flipped in both axes: the kernel of the gradient by the
 * input of a convolution with g
 * @param work `workBytes`
 */
export function transformKernel(
  g: usize,
  u: usize,
  inputs: usize,
  outputs: usize,
  reversed: bool,
  work: usize,
): void {
  const depth = wholeVectors(inputs);
  const size = depth * outputs * FLOAT;
  memory.fill(u, 0, POINTS * size);
  const tap = inputs * outputs * FLOAT;
  for (let c: usize = 0; c < inputs; c++) {
    for (let k: usize = 0; k < outputs; k += 4) {
      // Columns of the kernel first: work[row][0..2].
      for (let j: usize = 0; j < 3; j++) {
        if (reversed) {
          const last = g + (k * inputs + c) * FLOAT + (2 - j) * tap;
          const step = inputs * FLOAT;
          const g0 = loadApart(last + 6 * tap, step);
          const g1 = loadApart(last + 3 * tap, step);
          storeSix(g0, g1, loadApart(last, step), work + j * VECTOR, 3 * VECTOR);
        } else {
          const from = g + (c * outputs + k) * FLOAT + j * tap;
          const g1 = v128.load(from + 3 * tap);
          storeSix(v128.load(from), g1, v128.load(from + 6 * tap), work + j * VECTOR, 3 * VECTOR);
        }
      }
      const whole = outputs & ~7;
      const to = k < whole
        ? u + panelAt(k & ~7, depth) + c * 32 + (k & 7) * FLOAT
        : u + panelAt(whole, depth) + c * VECTOR;
      for (let i: usize = 0; i < SPAN; i++) {
        const row = work + i * 3 * VECTOR;
        storeSix(v128.load(row), v128.load(row, 16), v128.load(row, 32), to + i * SPAN * size, size);
      }
    }
  }
}

/** G applied to three values. */
// @ts-ignore: decorator
@inline
function storeSix(g0: v128, g1: v128, g2: v128, to: usize, step: usize): void {
  const outer = times(f32x4.add(g0, g2), -1.0 / 6);
  const inner = times(g1, 1.0 / 6);
  const wide = plus(times(g0, 1.0 / 24), g2, 1.0 / 6);
  const half = times(g1, 1.0 / 12);
  v128.store(to, times(g0, 0.25));
  v128.store(to + step, f32x4.sub(outer, inner));
  v128.store(to + 2 * step, f32x4.add(outer, inner));
  v128.store(to + 3 * step, f32x4.add(wide, half));
  v128.store(to + 4 * step, f32x4.sub(wide, half));
  v128.store(to + 5 * step, g2);
}

/** B' applied to six values. */
// @ts-ignore: decorator
@inline
function storeInput(d: usize, dStep: usize, to: usize, step: usize): void {
  const d0 = v128.load(d);
  const d1 = v128.load(d + dStep);
  const d2 = v128.load(d + 2 * dStep);
  const d3 = v128.load(d + 3 * dStep);
  const d4 = v128.load(d + 4 * dStep);
  const d5 = v128.load(d + 5 * dStep);
  const even = plus(d4, d2, -4);
  const odd = plus(d3, d1, -4);
  const even2 = f32x4.sub(d4, d2);
  const odd2 = f32x4.sub(d3, d1);
  v128.store(to, plus(plus(d4, d2, -5), d0, 4));
  v128.store(to + step, f32x4.add(even, odd));
  v128.store(to + 2 * step, f32x4.sub(even, odd));
  v128.store(to + 3 * step, plus(even2, odd2, 2));
  v128.store(to + 4 * step, plus(even2, odd2, -2));
  v128.store(to + 5 * step, plus(plus(d5, d3, -5), d1, 4));
}

/** Bytes that a block of tiles may take, inputs and outputs together: it stays in the second cache. */
const BLOCK_BYTES: usize = 384 * 1024;

// @ts-ignore: decorator
@inline
export function tilesAlong(side: usize): usize {
  return (side + TILE - 1) / TILE;
}

/** Tiles that are processed at once, a multiple of 4. */
export function tilesABlock(inputs: usize, outputs: usize): usize {
  const tiles = BLOCK_BYTES / (POINTS * FLOAT * (wholeVectors(inputs) + outputs));
  return max<usize>(8, tiles & ~3);
}

/** Bytes of working memory for `convolve` and `kernelGradient`. */
export function workBytes(inputs: usize, outputs: usize): usize {
  const depth = wholeVectors(inputs);
  const tiles = tilesABlock(inputs, outputs);
  return POINTS * (VECTOR + FLOAT * (max<usize>(depth, outputs) + tiles * (depth + outputs)));
}

/** Copies a tile's inputs, zeros beyond the image's edge and above the last channel: `span` rows of as many pixels of `depth` channels. */
export function copyPatch(
  image: usize,
  rows: isize,
  columns: isize,
  channels: usize,
  depth: usize,
  top: isize,
  left: isize,
  span: isize,
  patch: usize,
): void {
  const pixel = channels * FLOAT;
  const wide = depth * FLOAT;
  // Written out: for pieces as small as these, calls of memory.copy and memory.fill take longer than all the rest.
  for (let i: isize = 0; i < span; i++) {
    const row = top + i;
    for (let j: isize = 0; j < span; j++) {
      const column = left + j;
      const to = patch + <usize>(i * span + j) * wide;
      if (row < 0 || row >= rows || column < 0 || column >= columns) {
        for (let c: usize = 0; c < wide; c += VECTOR) v128.store(to + c, f32x4.splat(0));
        continue;
      }
      const from = image + <usize>(row * columns + column) * pixel;
      if (depth == channels) {
        for (let c: usize = 0; c < wide; c += VECTOR) v128.store(to + c, v128.load(from + c));
      } else {
        v128.store(to + wide - VECTOR, f32x4.splat(0));
        for (let c: usize = 0; c < pixel; c += FLOAT) store<f32>(to + c, load<f32>(from + c));
      }
    }
  }
}

/** v = B' d B for each of `count` tiles from `first` on: POINTS matrices tiles x depth, `step` bytes apart. */
export function gatherInputs(
  x: usize,
  rows: usize,
  columns: usize,
  channels: usize,
  first: usize,
  count: usize,
  v: usize,
  step: usize,
  work: usize,
  patch: usize,
): void {
  const depth = wholeVectors(channels);
  const across = tilesAlong(columns);
  const inImage = tilesAlong(rows) * across;
  for (let t: usize = 0; t < count; t++) {
    const tile = (first + t) % inImage;
    const image = x + ((first + t) / inImage) * rows * columns * channels * FLOAT;
    const top = <isize>((tile / across) * TILE) - 1;
    const left = <isize>((tile % across) * TILE) - 1;
    const inside =
      depth == channels &&
      top >= 0 &&
      left >= 0 &&
      top + <isize>SPAN <= <isize>rows &&
      left + <isize>SPAN <= <isize>columns;
    let from = patch;
    let rowStep = SPAN * depth * FLOAT;
    if (inside) {
      from = image + (<usize>top * columns + <usize>left) * channels * FLOAT;
      rowStep = columns * channels * FLOAT;
    } else {
      copyPatch(image, rows, columns, channels, depth, top, left, SPAN, patch);
    }
    const pixel = depth * FLOAT;
    let to = v + t * pixel;
    for (let c: usize = 0; c < pixel; c += VECTOR) {
      for (let j: usize = 0; j < SPAN; j++) storeInput(from + c + j * pixel, rowStep, work + j * VECTOR, SPAN * VECTOR);
      for (let i: usize = 0; i < SPAN; i++) storeInput(work + i * SPAN * VECTOR, VECTOR, to + c + i * SPAN * step, step);
    }
  }
}

/** A' applied to six values. */
// @ts-ignore: decorator
@inline
function storeOutput(m: usize, mStep: usize, to: usize, step: usize): void {
  const m1 = v128.load(m + mStep);
  const m2 = v128.load(m + 2 * mStep);
  const m3 = v128.load(m + 3 * mStep);
  const m4 = v128.load(m + 4 * mStep);
  const even = f32x4.add(m1, m2);
  const odd = f32x4.sub(m1, m2);
  const even2 = f32x4.add(m3, m4);
  const odd2 = f32x4.sub(m3, m4);
  v128.store(to, f32x4.add(f32x4.add(v128.load(m), even), even2));
  v128.store(to + step, plus(odd, odd2, 2));
  v128.store(to + 2 * step, plus(even, even2, 4));
  v128.store(to + 3 * step, f32x4.add(plus(odd, odd2, 8), v128.load(m + 5 * mStep)));
}

/** y = activation(A' m A + bias) for each of `count` tiles from `first` on. */
function scatterOutputs(
  m: usize,
  step: usize,
  bias: usize,
  rectified: bool,
  y: usize,
  rows: usize,
  columns: usize,
  channels: usize,
  first: usize,
  count: usize,
  work: usize,
): void {
  const across = tilesAlong(columns);
  const inImage = tilesAlong(rows) * across;
  const pixel = channels * FLOAT;
  // Four rows of SPAN, then four of TILE.
  const tileWork = work + TILE * SPAN * VECTOR;
  for (let t: usize = 0; t < count; t++) {
    const tile = (first + t) % inImage;
    const top = (tile / across) * TILE;
    const left = (tile % across) * TILE;
    const high = min<usize>(TILE, rows - top);
    const wide = min<usize>(TILE, columns - left);
    const to = y + (((first + t) / inImage) * rows * columns + top * columns + left) * pixel;
    const from = m + t * pixel;
    for (let k: usize = 0; k < pixel; k += VECTOR) {
      const offset = bias ? v128.load(bias + k) : f32x4.splat(0);
      for (let j: usize = 0; j < SPAN; j++) storeOutput(from + k + j * step, SPAN * step, work + j * VECTOR, SPAN * VECTOR);
      for (let i: usize = 0; i < high; i++) {
        storeOutput(work + i * SPAN * VECTOR, VECTOR, tileWork, VECTOR);
        const row = to + k + i * columns * pixel;
        for (let j: usize = 0; j < wide; j++) {
          let value = f32x4.add(v128.load(tileWork + j * VECTOR), offset);
          if (rectified) value = rectify(value);
          v128.store(row + j * pixel, value);
        }
      }
    }
  }
}

/**
 * y = activation(x * g + bias).
 * @param x [images][rows][columns][inputs]
 * @param u g as `transformKernel` gives it
 * @param bias [outputs], or 0 for none
 * @param y [images][rows][columns][outputs]; outputs a multiple of 4
 * @param work `workBytes`
 */
export function convolve(
  x: usize,
  images: usize,
  rows: usize,
  columns: usize,
  inputs: usize,
  u: usize,
  bias: usize,
  outputs: usize,
  rectified: bool,
  y: usize,
  work: usize,
): void {
  const depth = wholeVectors(inputs);
  const tiles = images * tilesAlong(rows) * tilesAlong(columns);
  const block = tilesABlock(inputs, outputs);
  const patch = work + POINTS * VECTOR;
  const v = patch + POINTS * max<usize>(depth, outputs) * FLOAT;
  const vStep = block * depth * FLOAT;
  const m = v + POINTS * vStep;
  const mStep = block * outputs * FLOAT;
  for (let first: usize = 0; first < tiles; first += block) {
    const count = min<usize>(block, tiles - first);
    gatherInputs(x, rows, columns, inputs, first, count, v, vStep, work, patch);
    // The rows that pad the last four hold old values: their products are never read.
    const filled = (count + 3) & ~3;
    for (let p: usize = 0; p < POINTS; p++) {
      product(v + p * vStep, depth * FLOAT, u + p * depth * outputs * FLOAT, m + p * mStep, filled, depth, outputs);
    }
    scatterOutputs(m, mStep, bias, rectified, y, rows, columns, outputs, first, count, work);
  }
}
