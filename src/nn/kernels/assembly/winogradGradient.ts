/** The gradient of a 3 x 3 convolution by its kernel, by the transposes of Winograd's transforms (winograd.ts). */
import { FLOAT, transposedProduct, VECTOR } from './vectors';
import {
  copyPatch,
  gatherInputs,
  plus,
  POINTS,
  SPAN,
  TILE,
  tilesABlock,
  tilesAlong,
  times,
  wholeVectors,
  workBytes,
} from './winograd';

/** Bytes that `kernelGradient` takes beyond `workBytes`: the gradient of the transformed kernel. */
function gradientBytes(inputs: usize, outputs: usize): usize {
  return POINTS * wholeVectors(inputs) * outputs * FLOAT;
}

/** Bytes of working memory for `kernelGradient`. */
export function gradientWorkBytes(inputs: usize, outputs: usize): usize {
  return workBytes(inputs, outputs) + gradientBytes(inputs, outputs);
}

/** A applied to four values: the transpose of `storeOutput`. */
// @ts-ignore: decorator
@inline
function storeOutputGradient(dy: usize, dyStep: usize, to: usize, step: usize): void {
  const y0 = v128.load(dy);
  const y1 = v128.load(dy + dyStep);
  const y2 = v128.load(dy + 2 * dyStep);
  const y3 = v128.load(dy + 3 * dyStep);
  const even = f32x4.add(y0, y2);
  const odd = f32x4.add(y1, y3);
  const even2 = plus(y0, y2, 4);
  const odd2 = times(plus(y1, y3, 4), 2);
  v128.store(to, y0);
  v128.store(to + step, f32x4.add(even, odd));
  v128.store(to + 2 * step, f32x4.sub(even, odd));
  v128.store(to + 3 * step, f32x4.add(even2, odd2));
  v128.store(to + 4 * step, f32x4.sub(even2, odd2));
  v128.store(to + 5 * step, y3);
}

/** m = A dy A' for each of `count` tiles from `first` on. */
function gatherOutputGradients(
  dy: usize,
  rows: usize,
  columns: usize,
  channels: usize,
  first: usize,
  count: usize,
  m: usize,
  step: usize,
  work: usize,
  patch: usize,
): void {
  const across = tilesAlong(columns);
  const inImage = tilesAlong(rows) * across;
  const pixel = channels * FLOAT;
  for (let t: usize = 0; t < count; t++) {
    const tile = (first + t) % inImage;
    const image = dy + ((first + t) / inImage) * rows * columns * pixel;
    const top = (tile / across) * TILE;
    const left = (tile % across) * TILE;
    let from = patch;
    let rowStep = TILE * pixel;
    if (top + TILE <= rows && left + TILE <= columns) {
      from = image + (top * columns + left) * pixel;
      rowStep = columns * pixel;
    } else {
      copyPatch(image, rows, columns, channels, channels, top, left, TILE, patch);
    }
    const to = m + t * pixel;
    for (let k: usize = 0; k < pixel; k += VECTOR) {
      for (let j: usize = 0; j < TILE; j++) {
        storeOutputGradient(from + k + j * pixel, rowStep, work + j * VECTOR, TILE * VECTOR);
      }
      for (let i: usize = 0; i < SPAN; i++) {
        storeOutputGradient(work + i * TILE * VECTOR, VECTOR, to + k + i * SPAN * step, step);
      }
    }
  }
}

/** G' applied to six values: the transpose of `storeSix`. */
// @ts-ignore: decorator
@inline
function storeThree(u: usize, uStep: usize, to: usize, step: usize): void {
  const u1 = v128.load(u + uStep);
  const u2 = v128.load(u + 2 * uStep);
  const u3 = v128.load(u + 3 * uStep);
  const u4 = v128.load(u + 4 * uStep);
  const outer = times(f32x4.add(u1, u2), -1.0 / 6);
  const wide = f32x4.add(u3, u4);
  v128.store(to, plus(plus(outer, wide, 1.0 / 24), v128.load(u), 0.25));
  v128.store(to + step, plus(times(f32x4.sub(u2, u1), 1.0 / 6), f32x4.sub(u3, u4), 1.0 / 12));
  v128.store(to + 2 * step, f32x4.add(plus(outer, wide, 1.0 / 6), v128.load(u + 5 * uStep)));
}

/**
 * The gradient by g of the sum of dy * (x * g).
 * @param x [images][rows][columns][inputs]
 * @param dy [images][rows][columns][outputs]; outputs a multiple of 4
 * @param dg [3][3][inputs][outputs]
 * @param work `gradientWorkBytes`
 */
export function kernelGradient(
  x: usize,
  images: usize,
  rows: usize,
  columns: usize,
  inputs: usize,
  dy: usize,
  outputs: usize,
  dg: usize,
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
  const du = m + POINTS * mStep;
  const duStep = depth * outputs * FLOAT;
  memory.fill(du, 0, gradientBytes(inputs, outputs));
  for (let first: usize = 0; first < tiles; first += block) {
    const count = min<usize>(block, tiles - first);
    gatherInputs(x, rows, columns, inputs, first, count, v, vStep, work, patch);
    gatherOutputGradients(dy, rows, columns, outputs, first, count, m, mStep, work, patch);
    for (let p: usize = 0; p < POINTS; p++) {
      transposedProduct(v + p * vStep, depth * FLOAT, m + p * mStep, du + p * duStep, count, depth, outputs);
    }
  }
  const tap = inputs * outputs * FLOAT;
  for (let c: usize = 0; c < inputs; c++) {
    for (let k: usize = 0; k < outputs; k += 4) {
      const from = du + (c * outputs + k) * FLOAT;
      for (let j: usize = 0; j < SPAN; j++) storeThree(from + j * duStep, SPAN * duStep, work + j * VECTOR, SPAN * VECTOR);
      const to = dg + (c * outputs + k) * FLOAT;
      for (let i: usize = 0; i < 3; i++) storeThree(work + i * SPAN * VECTOR, VECTOR, to + 3 * i * tap, tap);
    }
  }
}
