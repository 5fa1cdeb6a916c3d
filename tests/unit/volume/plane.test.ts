import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bilinear, nearestLabel, samplePlane, squareMap, type PlaneMap } from '../../../src/core/volume/plane.ts';
import type { Grid } from '../../../src/core/volume/volume.ts';

const IDENTITY: PlaneMap = { a: 1, b: 0, c: 0, d: 0, e: 1, f: 0 };
// The result is stored as float32: 24 bits of values up to a few hundred.
const FLOAT32_ROUNDING = 1e-4;

const grid = (columns: number, rows: number, columnMm: number, rowMm: number): Grid => ({
  size: [columns, rows, 1],
  spacing: [columnMm, rowMm, 10],
  frame: null,
});

describe('sampling a plane', () => {
  it('returns the image under the identity map', () => {
    const image = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i) * 100);
    const output = new Float32Array(64);
    samplePlane(image, 0, 8, 8, IDENTITY, 8, NaN, output);
    expect(output).toEqual(image);
  });

  it('keeps a linear ramp linear under any map, finer or coarser than the image', () => {
    const columns = 60;
    const rows = 50;
    const turn = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
    const scale = fc.double({ min: 0.2, max: 4, noNaN: true });
    const slope = fc.integer({ min: -5, max: 5 });
    fc.assert(
      fc.property(turn, scale, scale, slope, slope, (angle, sx, sy, gx, gy) => {
        const ramp = Float32Array.from(
          { length: columns * rows },
          (_, p) => gx * (p % columns) + gy * Math.floor(p / columns),
        );
        const size = 8;
        const half = (size - 1) / 2;
        const [a, b, d, e] = [sx * Math.cos(angle), -sy * Math.sin(angle), sx * Math.sin(angle), sy * Math.cos(angle)];
        const map = { a, b, c: 30 - (a + b) * half, d, e, f: 25 - (d + e) * half };
        const output = new Float32Array(size * size);
        samplePlane(ramp, 0, columns, rows, map, size, 0, output);
        for (let y = 0; y < size; y++) {
          for (let x = 0; x < size; x++) {
            const inX = a * x + b * y + map.c;
            const inY = d * x + e * y + map.f;
            // Points of an output pixel reach up to half of it to each side.
            const reachX = (Math.abs(a) + Math.abs(b)) / 2;
            const reachY = (Math.abs(d) + Math.abs(e)) / 2;
            if (inX < reachX || inX > columns - 1 - reachX || inY < reachY || inY > rows - 1 - reachY) continue;
            expect(Math.abs(output[x + size * y] - (gx * inX + gy * inY))).toBeLessThan(FLOAT32_ROUNDING);
          }
        }
      }),
    );
  });

  it('averages noise where a pixel of the output covers many of the input', () => {
    const side = 80;
    const checkered = Float32Array.from({ length: side * side }, (_, p) => ((p % side) + Math.floor(p / side)) % 2);
    const output = new Float32Array(64);
    samplePlane(checkered, 0, side, side, { a: 8, b: 0, c: 11, d: 0, e: 8, f: 11 }, 8, 0, output);
    for (const value of output) expect(Math.abs(value - 0.5)).toBeLessThan(0.1);
  });

  it('takes the value for outside beyond half a pixel from the border, and the border within', () => {
    const image = Float32Array.of(1, 2, 3, 4);
    expect(bilinear(image, 0, 2, 2, -0.5, 0, 9)).toBe(1);
    expect(bilinear(image, 0, 2, 2, -0.51, 0, 9)).toBe(9);
    expect(bilinear(image, 0, 2, 2, 1.5, 1.5, 9)).toBe(4);
    expect(bilinear(image, 0, 2, 2, 0, 1.51, 9)).toBe(9);
    expect(bilinear(image, 0, 2, 2, 0.5, 0.5, 9)).toBe(2.5);
    expect(bilinear(image, 0, 2, 2, NaN, 0, 9)).toBe(9);
  });

  it('reads its own slice and writes to its own channel only', () => {
    const image = Float32Array.of(1, 2, 3, 4, 10, 20, 30, 40);
    const output = new Float32Array(9);
    samplePlane(image, 4, 2, 2, IDENTITY, 2, 0, output, 1, 2);
    expect([...output]).toEqual([0, 10, 0, 20, 0, 30, 0, 40, 0]);
  });

  it('works on an image of one column', () => {
    const image = Float32Array.of(5, 7);
    expect(bilinear(image, 0, 1, 2, 0.2, 0.5, 0)).toBe(6);
  });
});

describe('nearest label', () => {
  it('takes the pixel that the point falls on, background outside', () => {
    const labels = Uint8Array.of(1, 2, 3, 4);
    expect(nearestLabel(labels, 0, 2, 2, 0.6, 0.4)).toBe(2);
    expect(nearestLabel(labels, 0, 2, 2, 0.4, 0.6)).toBe(3);
    expect(nearestLabel(labels, 0, 2, 2, 1.6, 0)).toBe(0);
    expect(nearestLabel(labels, 0, 2, 2, 0, -0.6)).toBe(0);
    expect(nearestLabel(labels, 2, 2, 1, 1, 0)).toBe(4);
  });
});

describe('the map of a square', () => {
  it('puts the middle of the square on its centre, and its pixels their millimetres apart', () => {
    const map = squareMap({ centre: [40.25, 31.5], size: 96, pixelMm: 1.4 }, grid(100, 80, 0.7, 2));
    const middle = 47.5;
    expect(map.a * middle + map.c).toBeCloseTo(40.25, 12);
    expect(map.e * middle + map.f).toBeCloseTo(31.5, 12);
    // One pixel of the square is 1.4 mm: two columns of 0.7 mm, 0.7 rows of 2 mm.
    expect(map.a).toBeCloseTo(2, 12);
    expect(map.e).toBeCloseTo(0.7, 12);
    expect([map.b, map.d]).toEqual([0, 0]);
  });
});
