import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { findRemoteRegion, thresholdScar } from '../../../src/core/scar/thresholds.ts';
import { Label, type LabelVolume, type Volume } from '../../../src/core/volume/volume.ts';
import { rings } from './drawn.ts';

const SIDE = 64;
const SLICES = 2;
const labels = rings(
  SIDE,
  Array.from({ length: SLICES }, () => [12, 20] as const),
  [1.5, 1.5, 8],
);

const REMOTE_MEAN = 100;
const REMOTE_SD = 10;

/** An image of the ring: remote wall 90 and 110 in turn (mean 100, SD 10), pool bright. */
function painted(inBlock: (x: number, y: number, slice: number) => number | null): Volume {
  const middle = (SIDE - 1) / 2;
  const voxels = Float32Array.from(labels.labels, (label, at) => {
    const column = at % SIDE;
    const row = Math.floor(at / SIDE) % SIDE;
    const slice = Math.floor(at / SIDE / SIDE);
    if (label === Label.bloodPool) return 300;
    if (label !== Label.viable) return 0;
    return inBlock(column - middle, row - middle, slice) ?? REMOTE_MEAN + ((column + row) % 2 ? REMOTE_SD : -REMOTE_SD);
  });
  return { size: labels.size, spacing: labels.spacing, frame: null, voxels };
}

/** The upper left quarter of the first slice's wall. */
const inQuarter = (x: number, y: number, slice: number): boolean => slice === 0 && x < 0 && y < 0;

const wallCount = labels.labels.filter((label) => label === Label.viable).length;
const quarterCount = wallCount / SLICES / 4;
const quarterPercent = (100 * quarterCount) / wallCount;

const percents = (image: Volume, over: LabelVolume = labels): Record<string, number> =>
  Object.fromEntries(
    Object.entries(thresholdScar(image, over, findRemoteRegion(image, over))).map(([key, scar]) => [
      key,
      scar.burdenPercent,
    ]),
  );

// The checkerboard within a sector need not be balanced to the pixel: its mean is off by a few of a hundred pixels.
const REMOTE_TOLERANCE = 1;

describe('the remote region', () => {
  it('is healthy wall, with its mean and SD', () => {
    const remote = findRemoteRegion(
      painted((x, y, slice) => (inQuarter(x, y, slice) ? 200 : null)),
      labels,
    );
    expect(Math.abs((remote?.mean ?? NaN) - REMOTE_MEAN)).toBeLessThan(REMOTE_TOLERANCE);
    expect(Math.abs((remote?.sd ?? NaN) - REMOTE_SD)).toBeLessThan(REMOTE_TOLERANCE);
    expect(remote?.voxels.every((at) => labels.labels[at] === Label.viable)).toBe(true);
  });

  it('is not a smooth scar, though its SD is less', () => {
    const image = painted((x, y, slice) => (inQuarter(x, y, slice) ? 200 + ((x + y) % 3) : null));
    expect(findRemoteRegion(image, labels)?.mean).toBeLessThan(110);
  });

  it('is not where the labels say scar, as long as there is wall without', () => {
    const quarters = labels.labels.map((label, at) => {
      const x = (at % SIDE) - (SIDE - 1) / 2;
      return label === Label.viable && x < 0 ? Label.scar : label;
    });
    // Nothing in the image tells the labelled half from the rest.
    const remote = findRemoteRegion(
      painted(() => null),
      { ...labels, labels: quarters },
    );
    expect(remote?.voxels.every((at) => quarters[at] === Label.viable)).toBe(true);
  });

  it('is missing in a wall of one value, whatever the value, and in a wall too thin', () => {
    for (const value of [0, 0.1, 1 / 3, 1e6 + 0.1]) {
      const flat = { ...painted(() => 0), voxels: new Float32Array(labels.labels.length).fill(value) };
      expect(findRemoteRegion(flat, labels)).toBeNull();
    }
    const thin = rings(SIDE, [[18, 20], null], labels.spacing);
    expect(
      findRemoteRegion(
        painted(() => null),
        thin,
      ),
    ).toBeNull();
    expect(
      thresholdScar(
        painted(() => null),
        thin,
        null,
      ),
    ).toEqual({});
  });

  it('is missing without any heart', () => {
    const none = { ...labels, labels: new Uint8Array(labels.labels.length) };
    expect(
      findRemoteRegion(
        painted(() => null),
        none,
      ),
    ).toBeNull();
  });
});

describe('threshold methods', () => {
  it('find a block at 4 SD by 2 and 3 SD, and not by 5 and 6', () => {
    const image = painted((x, y, slice) => (inQuarter(x, y, slice) ? REMOTE_MEAN + 4 * REMOTE_SD : null));
    const found = percents(image);
    for (const method of ['2SD', '3SD']) expect(found[method]).toBeCloseTo(quarterPercent, 9);
    for (const method of ['5SD', '6SD', 'FWHM']) expect(found[method]).toBe(0);
  });

  it('give mL and g of what they count', () => {
    const image = painted((x, y, slice) => (inQuarter(x, y, slice) ? 300 : null));
    const scar = thresholdScar(image, labels, findRemoteRegion(image, labels))['5SD'];
    const ml = (quarterCount * 1.5 * 1.5 * 8) / 1000;
    expect(scar.scarMl).toBeCloseTo(ml, 9);
    expect(scar.scarG).toBeCloseTo(1.05 * ml, 9);
  });

  it('count half of the maximum from the remote mean, not from zero', () => {
    // Core at 300, rim at 190: over half of the core from zero (150), under half way from the remote mean (200).
    const image = painted((x, y, slice) => (inQuarter(x, y, slice) ? (x < y ? 300 : 190) : null));
    const wallOf = (inside: (x: number, y: number) => boolean): number => {
      let count = 0;
      for (let p = 0; p < SIDE * SIDE; p++) {
        const x = (p % SIDE) - (SIDE - 1) / 2;
        const y = Math.floor(p / SIDE) - (SIDE - 1) / 2;
        if (labels.labels[p] === Label.viable && inQuarter(x, y, 0) && inside(x, y)) count += 1;
      }
      return (100 * count) / wallCount;
    };
    expect(percents(image)['FWHM']).toBeCloseTo(
      wallOf((x, y) => x < y),
      9,
    );
    expect(percents(image)['5SD']).toBeCloseTo(quarterPercent, 9);
  });

  it('find less the more SD they ask for', () => {
    const random = new Random(5);
    const image = painted(
      (x, y, slice) => 100 + 10 * random.normal() + (inQuarter(x, y, slice) ? 60 * random.next() : 0),
    );
    const found = percents(image);
    expect(found['2SD']).toBeGreaterThan(found['3SD']);
    expect(found['3SD']).toBeGreaterThan(found['5SD']);
    expect(found['5SD']).toBeGreaterThanOrEqual(found['6SD']);
  });

  it('do not see the scale or the zero of the intensities', () => {
    const random = new Random(6);
    const image = painted((x, y, slice) => 100 + 10 * random.normal() + (inQuarter(x, y, slice) ? 100 : 0));
    const plain = percents(image);
    // float32 rounds a moved voxel by up to 1e-4 SD: one that close to a threshold could change sides, and none lies there.
    fc.assert(
      fc.property(fc.constantFrom(0.25, 1, 3, 16), fc.constantFrom(-4096, -100, 0, 1024), (a, b) => {
        const moved = { ...image, voxels: image.voxels.map((value) => a * value + b) };
        expect(percents(moved)).toEqual(plain);
      }),
    );
  });
});
