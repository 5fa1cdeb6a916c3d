import { describe, expect, it } from 'vitest';
import { poseOf, renderSurfaces, type Layer } from '../../../../src/app/case/viewer/renderSurfaces.ts';
import { surfaceNets } from '../../../../src/core/surface/surfaceNets.ts';
import type { Vector3 } from '../../../../src/core/volume/volume.ts';

const SIDE = 60;
const dot = (a: Vector3, b: Vector3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

function ball(centre: Vector3, radius: number, colour: [number, number, number], glass: boolean): Layer {
  const n = 32;
  const field = Float32Array.from({ length: n ** 3 }, (_, at) => {
    const place = [at % n, Math.floor(at / n) % n, Math.floor(at / (n * n))];
    return Math.hypot(...place.map((mm, axis) => mm - centre[axis])) - radius;
  });
  return { surface: surfaceNets(field, [n, n, n], [1, 1, 1]), colour, glass };
}

const wall = ball([16, 16, 16], 12, [0, 255, 0], true);
const scar = ball([16, 10, 22], 4, [255, 0, 0], false);
const at = (pixels: Uint8ClampedArray, x: number, y: number): number[] => [
  ...pixels.subarray(4 * (y * SIDE + x), 4 * (y * SIDE + x) + 4),
];

describe('a pose', () => {
  it('is a right-handed frame of unit vectors, whichever way the base lies', () => {
    for (const base of [1, -1] as const) {
      for (const [turn, tilt] of [
        [0, 0],
        [1, 0.5],
        [4, -1.2],
      ] as const) {
        // prettier-ignore
        const { right, up, towards } = poseOf(base, turn, tilt);
        for (const one of [right, up, towards]) expect(dot(one, one)).toBeCloseTo(1, 12);
        expect(dot(right, up)).toBeCloseTo(0, 12);
        const cross: Vector3 = [
          right[1] * up[2] - right[2] * up[1],
          right[2] * up[0] - right[0] * up[2],
          right[0] * up[1] - right[1] * up[0],
        ];
        expect(dot(cross, towards)).toBeCloseTo(1, 12);
        expect(Math.sign(up[2])).toBe(base);
      }
    }
  });
});

describe('the picture of surfaces', () => {
  it('shows scar through the wall, and nothing beside', () => {
    const pixels = renderSurfaces([wall, scar], poseOf(1, 0, 0), SIDE, SIDE);
    expect(at(pixels, 1, 1)[3]).toBe(0);
    const [red, green, , alpha] = at(pixels, 30, 20);
    expect(alpha).toBe(255);
    expect(red).toBeGreaterThan(green);
    const [noRed, wallGreen, , wallAlpha] = at(pixels, 30, 42);
    expect(noRed).toBe(0);
    expect(wallGreen).toBeGreaterThan(100);
    expect(wallAlpha).toBeLessThan(200);
  });

  it('hides what is solid behind what is solid, from both sides', () => {
    const front = ball([16, 6, 16], 4, [0, 0, 255], false);
    const back = ball([16, 26, 16], 4, [255, 0, 0], false);
    const middle = (turn: number): number[] =>
      at(renderSurfaces([front, back], poseOf(1, turn, 0), SIDE, SIDE), 30, 30);
    const [red, , blue] = middle(0);
    expect(red === 0 && blue > 100).toBe(true);
    const [turnedRed, , turnedBlue] = middle(Math.PI);
    expect(turnedRed > 100 && turnedBlue === 0).toBe(true);
  });
});
