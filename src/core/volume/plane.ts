/** Resampling of single slices: from native pixels to a network's square input and back. */
import type { Grid } from './volume.ts';

/** Maps output pixel (x, y) to input pixel: inX = a x + b y + c, inY = d x + e y + f (pixel centres at integers). */
export interface PlaneMap {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** Where a square of `size` x `size` pixels of `pixelMm` is on a stack's slices; the same on each. */
export interface Square {
  /** Native column and row of the square's centre (may be fractional or outside the image). */
  readonly centre: readonly [number, number];
  readonly size: number;
  readonly pixelMm: number;
}

/** The map from the square's pixels to native pixels of a grid. */
export function squareMap(square: Square, grid: Grid): PlaneMap {
  const half = (square.size - 1) / 2;
  const a = square.pixelMm / grid.spacing[0];
  const e = square.pixelMm / grid.spacing[1];
  return { a, b: 0, c: square.centre[0] - half * a, d: 0, e, f: square.centre[1] - half * e };
}

/**
 * Samples a plane through a map, bilinearly. Where the output's pixel is larger than the input's, it averages a regular
 * set of points inside the output pixel, so that noise does not alias. Outside the input it takes `outside`.
 * @param input columns x rows, column fastest, starting at `offset`
 * @param output size x size, written from `outputOffset` in steps of `outputStride`
 */
export function samplePlane(
  input: Float32Array,
  offset: number,
  columns: number,
  rows: number,
  map: PlaneMap,
  size: number,
  outside: number,
  output: Float32Array,
  outputOffset = 0,
  outputStride = 1,
): void {
  const points = pointsPerPixel(map);
  const shift = (points - 1) / 2;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let sum = 0;
      for (let j = 0; j < points; j++) {
        for (let i = 0; i < points; i++) {
          const u = x + (i - shift) / points;
          const v = y + (j - shift) / points;
          const inX = map.a * u + map.b * v + map.c;
          const inY = map.d * u + map.e * v + map.f;
          sum += bilinear(input, offset, columns, rows, inX, inY, outside);
        }
      }
      output[outputOffset + (x + size * y) * outputStride] = sum / (points * points);
    }
  }
}

/** Points along each axis of an output pixel, so that they are about 1.2 input pixels apart. */
export function pointsPerPixel(map: PlaneMap): number {
  const reach = Math.max(Math.hypot(map.a, map.d), Math.hypot(map.b, map.e));
  return Math.max(1, Math.round(reach / 1.2));
}

/** Bilinear value at (x, y) of a plane; `outside` beyond half a pixel from its border. */
export function bilinear(
  input: Float32Array,
  offset: number,
  columns: number,
  rows: number,
  x: number,
  y: number,
  outside: number,
): number {
  if (!(x >= -0.5 && y >= -0.5 && x <= columns - 0.5 && y <= rows - 0.5)) return outside;
  const cx = Math.min(Math.max(x, 0), columns - 1);
  const cy = Math.min(Math.max(y, 0), rows - 1);
  const x0 = Math.min(Math.floor(cx), Math.max(columns - 2, 0));
  const y0 = Math.min(Math.floor(cy), Math.max(rows - 2, 0));
  const x1 = Math.min(x0 + 1, columns - 1);
  const y1 = Math.min(y0 + 1, rows - 1);
  const fx = cx - x0;
  const fy = cy - y0;
  const top = input[offset + y0 * columns + x0] * (1 - fx) + input[offset + y0 * columns + x1] * fx;
  const bottom = input[offset + y1 * columns + x0] * (1 - fx) + input[offset + y1 * columns + x1] * fx;
  return top * (1 - fy) + bottom * fy;
}

/** Nearest label at (x, y); background outside. */
export function nearestLabel(
  labels: Uint8Array,
  offset: number,
  columns: number,
  rows: number,
  x: number,
  y: number,
): number {
  const column = Math.round(x);
  const row = Math.round(y);
  if (!(column >= 0 && row >= 0 && column < columns && row < rows)) return 0;
  return labels[offset + row * columns + column];
}
