import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeHeart } from '../../../src/core/phantom/heart.ts';
import { Random } from '../../../src/core/random.ts';
import { measureBurden } from '../../../src/core/scar/burden.ts';
import { HEART_IMAGE, heartImage } from '../../../src/core/patient/heartImage.ts';
import { Label, type LabelVolume, type Volume } from '../../../src/core/volume/volume.ts';
import { SPEC } from '../phantom/specs.ts';

// A stored value of up to 2^14 keeps about 1e-3 of a unit in float32, of a range of some hundred units.
const FLOAT32_ROUNDING = 1e-4;

const { side, slices, channels } = HEART_IMAGE;
const at = (z: number, y: number, x: number, channel: number): number =>
  ((z * side + y) * side + x) * channels + channel;

const heart = makeHeart(SPEC, new Random(8));

function reversed<T extends Float32Array | Uint8Array>(values: T, [columns, rows, count]: readonly number[]): T {
  const plane = columns * rows;
  const result = values.slice() as T;
  for (let k = 0; k < count; k++) result.set(values.subarray(k * plane, (k + 1) * plane), (count - 1 - k) * plane);
  return result;
}

/** How many values differ; a matcher over 98,304 numbers takes seconds. */
function differences(a: Float32Array | null, b: Float32Array | null): number {
  if (a === null || b === null) return Infinity;
  return a.reduce((count, value, i) => (value === b[i] ? count : count + 1), 0);
}

/** A tube of 11 x 11 pixels, pool within wall, apex first; the values of each slice's pool and wall are given. */
function tube(
  poolBySlice: readonly (number | null)[],
  wall: (column: number, slice: number) => number,
): [Volume, LabelVolume] {
  const size = [32, 32, poolBySlice.length] as const;
  const labels = new Uint8Array(32 * 32 * poolBySlice.length);
  const voxels = new Float32Array(labels.length);
  poolBySlice.forEach((pool, slice) => {
    for (let row = 10; row <= 20; row++) {
      for (let column = 10; column <= 20; column++) {
        const voxel = column + 32 * (row + 32 * slice);
        const inner = Math.max(Math.abs(row - 15), Math.abs(column - 15)) <= 3;
        labels[voxel] = inner && pool !== null ? Label.bloodPool : Label.viable;
        voxels[voxel] = inner && pool !== null ? pool : wall(column, slice);
      }
    }
  });
  const grid = { size, spacing: [2.25, 2.25, 10] as const, frame: null };
  return [
    { ...grid, voxels },
    { ...grid, labels },
  ];
}

/** A slice's intensity at the pixel that shows a native pixel of the tube (its pool's centre is (15, 15)). */
function shown(image: Float32Array, z: number, column: number, row: number): number {
  const x = Math.floor(column - 15 + (side - 1) / 2);
  const y = Math.floor(row - 15 + (side - 1) / 2);
  return image[at(z, y, x, 0)];
}

describe('the heart image', () => {
  it('does not see the scale or the zero of the intensities', () => {
    const plain = heartImage(heart.volume, heart.labels, 'first');
    fc.assert(
      fc.property(
        fc.double({ min: 0.3, max: 4, noNaN: true }),
        fc.double({ min: -5000, max: 5000, noNaN: true }),
        (a, b) => {
          const moved = { ...heart.volume, voxels: heart.volume.voxels.map((value) => a * value + b) };
          const image = heartImage(moved, heart.labels, 'first');
          const worst = image?.reduce((most, value, i) => Math.max(most, Math.abs(value - (plain?.[i] ?? NaN))), 0);
          expect(worst).toBeLessThan(FLOAT32_ROUNDING * Math.max(1, 4 / a));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('is exactly the same of a reversed stack with its apex at the other end', () => {
    const { volume, labels } = heart;
    const image = heartImage(volume, labels, 'last');
    const turned = heartImage(
      { ...volume, voxels: reversed(volume.voxels, volume.size) },
      { ...labels, labels: reversed(labels.labels, labels.size) },
      'first',
    );
    expect(differences(turned, image)).toBe(0);
    expect(differences(heartImage(volume, labels, 'first'), image)).toBeGreaterThan(0);
  });

  it('is exactly the same of a reversed stack where slices without pool are interpolated', () => {
    const pools = fc.array(fc.option(fc.double({ min: 1, max: 1000, noNaN: true })), { minLength: 3, maxLength: 8 });
    fc.assert(
      fc.property(pools, (poolBySlice) => {
        fc.pre(poolBySlice.some((pool) => pool !== null));
        const [volume, labels] = tube(poolBySlice, (column, slice) => Math.sin(column + 7 * slice));
        const turned = heartImage(
          { ...volume, voxels: reversed(volume.voxels, volume.size) },
          { ...labels, labels: reversed(labels.labels, labels.size) },
          'last',
        );
        expect(differences(turned, heartImage(volume, labels, 'first'))).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it("shows wall as bright as blood at a half, from the wall's own dark end at 0", () => {
    // Wall dark except for one column as bright as the blood; each slice has its own coil gain.
    const [volume, labels] = tube([300, 500, 900], (column, slice) => (column === 11 ? [300, 500, 900][slice] : 100));
    const image = heartImage(volume, labels, 'first') as Float32Array;
    for (let z = 0; z < 3; z++) {
      expect(shown(image, z, 11, 15)).toBeCloseTo(0.5, 6);
      expect(shown(image, z, 12, 11)).toBe(0);
    }
    expect(image.some((value) => value < 0)).toBe(false);
  });

  it('interpolates the blood of a slice without pool, or with a pool darker than the wall, from its neighbours', () => {
    for (const missing of [null, 50]) {
      const [volume, labels] = tube([300, missing, 500], (column) => (column === 11 ? 400 : 100));
      const image = heartImage(volume, labels, 'first') as Float32Array;
      // Between 300 and 500 is 400: the bright column is as bright as blood there.
      expect(shown(image, 1, 11, 15)).toBeCloseTo(0.5, 6);
    }
  });

  it('codes myocardium 1, pool 0.25 and all else 0, and shows nothing outside the myocardium', () => {
    const image = heartImage(heart.volume, heart.labels, 'last') as Float32Array;
    expect(image.length).toBe(slices * side * side * channels);
    const codes = new Set<number>();
    let outside = 0;
    for (let p = 0; p < image.length; p += 2) {
      codes.add(image[p + 1]);
      if (image[p + 1] !== 1 && image[p] !== 0) outside += 1;
    }
    expect(outside).toBe(0);
    expect([...codes].sort()).toEqual([0, 0.25, 1]);
  });

  it('holds the whole ventricle in its right size: the wall in mL is that of the labels', () => {
    const image = heartImage(heart.volume, heart.labels, 'last') as Float32Array;
    let count = 0;
    for (let p = 1; p < image.length; p += 2) if (image[p] === 1) count += 1;
    const ml = (count * HEART_IMAGE.pixelMm ** 2 * HEART_IMAGE.sliceMm) / 1000;
    // Nearest-neighbour sampling of a wall of 20 cm2: a few percent.
    expect(Math.abs(ml / measureBurden(heart.labels).myocardiumMl - 1)).toBeLessThan(0.04);
  });

  it('starts at the apex, and centres on the pool wherever the heart lies', () => {
    const [volume, labels] = tube([null, 300, 300, 300], () => 100);
    const away = { ...volume, size: [32, 32, 4] as const };
    const empty = labels.labels.slice();
    empty.fill(0, 0, 32 * 32);
    const image = heartImage(away, { ...labels, labels: empty }, 'first') as Float32Array;
    // The first slice shown is the first that holds a ventricle; three of them, then nothing.
    const held = Array.from({ length: slices }, (_, z) =>
      image.slice(at(z, 0, 0, 0), at(z + 1, 0, 0, 0)).some((v) => v > 0),
    );
    expect(held.slice(0, 4)).toEqual([true, true, true, false]);

    const shift = (values: Float32Array | Uint8Array): typeof values => {
      const moved = values.slice();
      const by = 5 + 3 * 32;
      values.forEach((value, i) => {
        if (value !== 0) moved[i + by] = value;
      });
      for (let i = 0; i < values.length; i++) if (i < by || values[i - by] === 0) moved[i] = 0;
      return moved;
    };
    const moved = heartImage(
      { ...away, voxels: shift(volume.voxels) as Float32Array },
      { ...labels, labels: shift(empty) as Uint8Array },
      'first',
    );
    expect(differences(moved, image)).toBe(0);
  });

  it('is null without myocardium, without pool, or without any heart', () => {
    const relabelled = (change: (label: number) => number): LabelVolume => ({
      ...heart.labels,
      labels: heart.labels.labels.map(change),
    });
    expect(
      heartImage(
        heart.volume,
        relabelled(() => 0),
        'first',
      ),
    ).toBeNull();
    expect(
      heartImage(
        heart.volume,
        relabelled((label) => (label === Label.bloodPool ? 1 : 0)),
        'first',
      ),
    ).toBeNull();
    expect(
      heartImage(
        heart.volume,
        relabelled((label) => (label === Label.bloodPool ? 0 : label)),
        'first',
      ),
    ).toBeNull();
  });

  it('has finite numbers where the pool is nowhere brighter than the wall', () => {
    const [volume, labels] = tube([50, 50], () => 100);
    expect(heartImage(volume, labels, 'first')?.every(Number.isFinite)).toBe(true);
  });
});
