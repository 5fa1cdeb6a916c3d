import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeHeart } from '../../../src/core/phantom/heart.ts';
import { Random } from '../../../src/core/random.ts';
import { findRemotePlaces, measureRemote, type RemoteReference } from '../../../src/core/scar/remote.ts';
import {
  GREY_ZONE_DEFINITIONS,
  measureGreyZones,
  otsuThreshold,
  readSignal,
  thresholdLabels,
  thresholdScar,
  type WallSignal,
  Zone,
  zoneVoxels,
} from '../../../src/core/scar/thresholds.ts';
import { readWall } from '../../../src/core/scar/wall.ts';
import { isScar, Label, type LabelVolume, type Volume } from '../../../src/core/volume/volume.ts';
import { SPEC } from '../phantom/specs.ts';
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
const MIDDLE = (SIDE - 1) / 2;

/** An image of the ring: remote wall 90 and 110 in turn (mean 100, SD 10), pool bright. */
function painted(inBlock: (x: number, y: number, slice: number) => number | null, over: LabelVolume = labels): Volume {
  const voxels = Float32Array.from(over.labels, (label, at) => {
    const column = at % SIDE;
    const row = Math.floor(at / SIDE) % SIDE;
    const slice = Math.floor(at / SIDE / SIDE);
    if (label === Label.bloodPool) return 300;
    if (label !== Label.viable) return 0;
    return inBlock(column - MIDDLE, row - MIDDLE, slice) ?? REMOTE_MEAN + ((column + row) % 2 ? REMOTE_SD : -REMOTE_SD);
  });
  return { size: over.size, spacing: over.spacing, frame: null, voxels };
}

const healthy = painted(() => null);

/** The upper left quarter of the first slice's wall, through the whole wall. */
const inQuarter = (x: number, y: number, slice: number): boolean => slice === 0 && x < 0 && y < 0;

const wallCount = labels.labels.filter((label) => label === Label.viable).length;
const quarterCount = wallCount / SLICES / 4;
const quarterPercent = (100 * quarterCount) / wallCount;

function remoteOf(image: Volume, over: LabelVolume = labels, reference: RemoteReference = 'oneRegion') {
  const wall = readWall(over);
  const places = findRemotePlaces(image, over, wall, reference);
  return { wall, places, remote: measureRemote(image, wall, places) };
}

function signalOf(image: Volume, over: LabelVolume = labels, reference: RemoteReference = 'oneRegion'): WallSignal {
  const { wall, remote } = remoteOf(image, over, reference);
  if (remote === null) throw new Error('no remote myocardium');
  return readSignal(image, over, wall, remote);
}

const percents = (signal: WallSignal): Record<string, number> =>
  Object.fromEntries(Object.entries(thresholdScar(signal)).map(([key, scar]) => [key, scar.burdenPercent]));

// The checkerboard within an arc need not be balanced to the pixel: its mean is off by a few of a hundred pixels.
const REMOTE_TOLERANCE = 1;

describe('the remote region', () => {
  it('is healthy wall away from its edges, with its mean and SD', () => {
    const { wall, remote } = remoteOf(painted((x, y, slice) => (inQuarter(x, y, slice) ? 200 : null)));
    expect(remote?.regions).toHaveLength(1);
    const [region] = remote?.regions ?? [];
    expect(Math.abs(region.mean - REMOTE_MEAN)).toBeLessThan(REMOTE_TOLERANCE);
    expect(Math.abs((remote?.sd ?? NaN) - REMOTE_SD)).toBeLessThan(REMOTE_TOLERANCE);
    const inner = new Set(wall.voxels.filter((_, i) => wall.inner[i]));
    expect(region.voxels.every((at) => inner.has(at))).toBe(true);
  });

  it('is not a smooth scar, though its SD is less', () => {
    const image = painted((x, y, slice) => (inQuarter(x, y, slice) ? 200 + ((x + y) % 3) : null));
    expect(remoteOf(image).remote?.regions[0].mean).toBeLessThan(110);
  });

  it('is not where the labels say scar, as long as there is wall without', () => {
    const halves = labels.labels.map((label, at) =>
      label === Label.viable && (at % SIDE) - MIDDLE < 0 ? Label.scar : label,
    );
    // Nothing in the image distinguishes the labelled half from the rest.
    for (const reference of ['oneRegion', 'eachSlice'] as const) {
      const { remote } = remoteOf(healthy, { ...labels, labels: halves }, reference);
      expect(remote?.regions.flatMap(({ voxels }) => voxels).every((at) => halves[at] === Label.viable)).toBe(true);
    }
  });

  it('is missing in a wall of one value, whatever the value, in a wall too thin, and without any heart', () => {
    for (const value of [0, 0.1, 1 / 3, 1e6 + 0.1]) {
      const flat = { ...healthy, voxels: new Float32Array(labels.labels.length).fill(value) };
      expect(remoteOf(flat).remote).toBeNull();
    }
    expect(remoteOf(healthy, rings(SIDE, [[18, 20], null], labels.spacing)).remote).toBeNull();
    expect(remoteOf(healthy, { ...labels, labels: new Uint8Array(labels.labels.length) }).remote).toBeNull();
  });

  it('of each slice follows what changes between slices', () => {
    // The second slice is brighter as a whole, by more than 5 SD: with one region all of it would be scar, or none of the first.
    const image = painted(() => null);
    const half = image.voxels.length / SLICES;
    const drifted = { ...image, voxels: image.voxels.map((value, at) => (at < half ? value : value + 60)) };
    const { remote } = remoteOf(drifted, labels, 'eachSlice');
    expect(remote?.regions.map(({ slice }) => slice)).toEqual([0, 1]);
    expect((remote?.means[1] ?? NaN) - (remote?.means[0] ?? NaN)).toBeCloseTo(60, 0);
    expect(percents(signalOf(drifted, labels, 'eachSlice'))['5SD']).toBe(0);
    const one = remoteOf(drifted, labels, 'oneRegion').remote;
    expect(one?.means[0]).toBe(one?.means[1]);
  });

  it('lends its mean to slices without one: on the line between two, the nearest beyond', () => {
    const five = rings(
      SIDE,
      Array.from({ length: 5 }, () => [12, 20] as const),
      [1.5, 1.5, 8],
    );
    const image = painted((x, y, slice) => 100 + 20 * slice + ((x + y) % 2 ? 10 : -10), five);
    const means = measureRemote(image, readWall(five), [null, 0, null, 0, null])?.means ?? [];
    expect(means[2]).toBeCloseTo((means[1] + means[3]) / 2, 9);
    expect([means[0], means[4]]).toEqual([means[1], means[3]]);
  });

  it('moved onto scar raises what counts as scar', () => {
    const random = new Random(11);
    const image = painted((x, y, slice) => 100 + 10 * random.normal() + (inQuarter(x, y, slice) ? 80 : 0));
    const wall = readWall(labels);
    const found = (angle: number): number => {
      const remote = measureRemote(image, wall, [angle, null]);
      return remote ? thresholdScar(readSignal(image, labels, wall, remote))['2SD'].burdenPercent : NaN;
    };
    // Upper left is -3/4 pi, lower right its opposite.
    expect(found(Math.PI / 4)).toBeGreaterThan(quarterPercent - 1);
    expect(found((-3 * Math.PI) / 4)).toBeLessThan(quarterPercent / 2);
  });
});

describe('threshold methods', () => {
  it('find a block at 4 SD by 2 and 3 SD and by Otsu, and not by 5 and 6', () => {
    const found = percents(
      signalOf(painted((x, y, slice) => (inQuarter(x, y, slice) ? REMOTE_MEAN + 4 * REMOTE_SD : null))),
    );
    for (const method of ['2SD', '3SD', 'Otsu']) expect(found[method]).toBeCloseTo(quarterPercent, 9);
    for (const method of ['5SD', '6SD', 'FWHM']) expect(found[method]).toBe(0);
  });

  it('give mL and g of what they count', () => {
    const scar = thresholdScar(signalOf(painted((x, y, slice) => (inQuarter(x, y, slice) ? 300 : null))))['5SD'];
    const ml = (quarterCount * 1.5 * 1.5 * 8) / 1000;
    expect(scar.scarMl).toBeCloseTo(ml, 9);
    expect(scar.scarG).toBeCloseTo(1.05 * ml, 9);
  });

  it('count half of the maximum from the remote mean, not from zero', () => {
    // Core at 300, rim at 190: over half of the core from zero (150), under half way from the remote mean (200).
    const inCore = (x: number, y: number, slice: number): boolean => inQuarter(x, y, slice) && x < y - 2;
    const found = percents(
      signalOf(painted((x, y, slice) => (inCore(x, y, slice) ? 300 : inQuarter(x, y, slice) ? 190 : null))),
    );
    let core = 0;
    for (let p = 0; p < SIDE * SIDE; p++) {
      if (labels.labels[p] === Label.viable && inCore((p % SIDE) - MIDDLE, Math.floor(p / SIDE) - MIDDLE, 0)) core += 1;
    }
    // An edge pixel at the core's border may be next to rim only.
    expect(Math.abs(found['FWHM'] - (100 * core) / wallCount)).toBeLessThan((100 * 3) / wallCount);
    expect(found['5SD']).toBeCloseTo(quarterPercent, 9);
  });

  it('do not count an edge that is bright by itself, but do where the wall is too thin for an inside', () => {
    const wall = readWall(labels);
    const rim = { ...healthy, voxels: healthy.voxels.slice() };
    wall.voxels.forEach((at, i) => {
      if (!wall.inner[i]) rim.voxels[at] = 200;
    });
    expect(percents(signalOf(rim))['5SD']).toBe(0);

    const thin = rings(
      SIDE,
      [
        [12, 20],
        [18.6, 20],
      ],
      [1.5, 1.5, 8],
    );
    const bright = painted((x, _, slice) => (slice === 1 && x < 0 ? 200 : null), thin);
    const found = thresholdLabels(signalOf(bright, thin), thin, '5SD');
    const second = Array.from(found.labels.subarray(SIDE * SIDE));
    const left = second.filter((label, at) => label >= Label.viable && (at % SIDE) - MIDDLE < 0);
    expect(left.length).toBeGreaterThan(0);
    expect(left.every((label) => label === Label.scar)).toBe(true);
  });

  it('count labelled no-reflow as scar, dark as it is, and leave it labelled', () => {
    const acute = {
      ...labels,
      labels: labels.labels.map((label, at) =>
        label === Label.viable &&
        inQuarter((at % SIDE) - MIDDLE, (Math.floor(at / SIDE) % SIDE) - MIDDLE, Math.floor(at / SIDE / SIDE))
          ? Label.noReflow
          : label,
      ),
    };
    const signal = signalOf(healthy, acute);
    expect(percents(signal)['5SD']).toBeCloseTo(quarterPercent, 9);
    expect(thresholdLabels(signal, acute, '5SD').labels).toEqual(acute.labels);
  });

  it('mark in the labels what they count', () => {
    const signal = signalOf(painted((x, y, slice) => (inQuarter(x, y, slice) ? 200 : null)));
    const marked = thresholdLabels(signal, labels, '3SD').labels;
    expect(marked.filter(isScar)).toHaveLength(quarterCount);
    expect(marked.filter((label) => label === Label.bloodPool)).toHaveLength(
      labels.labels.filter((label) => label === Label.bloodPool).length,
    );
  });

  it('find less the more SD they ask for', () => {
    const random = new Random(5);
    const found = percents(
      signalOf(
        painted((x, y, slice) => 100 + 10 * random.normal() + (inQuarter(x, y, slice) ? 60 * random.next() : 0)),
      ),
    );
    expect(found['2SD']).toBeGreaterThan(found['3SD']);
    expect(found['3SD']).toBeGreaterThan(found['5SD']);
    expect(found['5SD']).toBeGreaterThanOrEqual(found['6SD']);
  });
});

describe("Otsu's threshold", () => {
  it('parts two clusters, whatever their sizes', () => {
    const threshold = otsuThreshold(Float64Array.from([1, 2, 3, 2, 1, 2, 3, 20, 22]));
    expect(threshold).toBe((3 + 20) / 2);
  });

  it('is the best of all cuts', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 30 }), (values) => {
        const within = (cut: number): number =>
          [values.filter((v) => v <= cut), values.filter((v) => v > cut)].reduce((sum, part) => {
            const mean = part.reduce((a, b) => a + b, 0) / part.length;
            return sum + part.reduce((a, b) => a + (b - mean) ** 2, 0);
          }, 0);
        const cuts = [...new Set(values)].sort((a, b) => a - b).slice(0, -1);
        const threshold = otsuThreshold(Float64Array.from(values));
        if (cuts.length === 0) return threshold === Infinity;
        return within(threshold) <= Math.min(...cuts.map(within)) + 1e-9;
      }),
    );
  });
});

describe('the grey zone', () => {
  // A quarter in three bands by direction: 2.5 SD, 4 SD and 15 SD above the remote mean.
  const bands = (x: number, y: number, slice: number): number | null => {
    if (!inQuarter(x, y, slice)) return null;
    const turn = Math.atan2(-y, -x) / (Math.PI / 2);
    return REMOTE_MEAN + REMOTE_SD * (turn < 1 / 3 ? 2.5 : turn < 2 / 3 ? 4 : 15);
  };
  const zones = measureGreyZones(signalOf(painted(bands)));
  const bandG = (quarterCount / 3) * ((1.5 * 1.5 * 8) / 1000) * 1.05;
  // A band's border runs through pixels, and its edge pixels may be next to the next band.
  const BAND_SHARE = 0.1;

  it('holds what lies between its limits, and the core what lies above', () => {
    const near = (grams: number, bandCount: number): void => {
      expect(Math.abs(grams - bandCount * bandG)).toBeLessThan(BAND_SHARE * bandG + 1e-9);
    };
    near(zones['2-3SD'].greyG, 1);
    near(zones['2-3SD'].coreG, 2);
    near(zones['2-5SD'].greyG, 2);
    near(zones['2-5SD'].coreG, 1);
    // 35% of the way to 15 SD is 5.25 SD, above both lower bands.
    near(zones['35-50%'].greyG, 0);
    near(zones['35-50%'].coreG, 1);
  });

  it('is painted where it is measured, and so is the core', () => {
    const signal = signalOf(painted(bands));
    const voxelG = ((1.5 * 1.5 * 8) / 1000) * 1.05;
    for (const definition of GREY_ZONE_DEFINITIONS) {
      const painting = zoneVoxels(signal, definition);
      const grams = (zone: number): number => painting.filter((one) => one === zone).length * voxelG;
      expect(grams(Zone.grey)).toBeCloseTo(zones[definition].greyG, 6);
      expect(grams(Zone.core)).toBeCloseTo(zones[definition].coreG, 6);
    }
  });

  it('names its definition', () => {
    for (const [definition, { name }] of Object.entries(zones)) {
      const [low, high] = definition.split(/[^\d]+/);
      expect(name).toContain(`${low} to ${high}`);
    }
  });
});

describe('on a phantom', () => {
  const { volume, labels: truth } = makeHeart(SPEC, new Random(3));
  const dice = (found: LabelVolume): number => {
    let both = 0;
    let sum = 0;
    found.labels.forEach((label, at) => {
      const [a, b] = [isScar(label), isScar(truth.labels[at])];
      both += a && b ? 1 : 0;
      sum += Number(a) + Number(b);
    });
    return (2 * both) / sum;
  };

  it('5 SD, FWHM and Otsu find the scar that was drawn', () => {
    const signal = signalOf(volume, truth, 'eachSlice');
    for (const method of ['5SD', 'FWHM', 'Otsu'] as const) {
      expect(dice(thresholdLabels(signal, truth, method)), method).toBeGreaterThan(0.7);
    }
  });

  it.each(['eachSlice', 'oneRegion'] as const)(
    'nothing sees the scale or the zero of the intensities (%s)',
    (reference) => {
      const plain = signalOf(volume, truth, reference);
      const [scar, zones] = [thresholdScar(plain), measureGreyZones(plain)];
      // Stored values are whole numbers: these moves are exact in float32, so no voxel may change sides.
      fc.assert(
        fc.property(fc.constantFrom(0.25, 1, 3, 16), fc.constantFrom(-4096, -100, 0, 1024), (a, b) => {
          const moved = { ...volume, voxels: volume.voxels.map((value) => a * value + b) };
          const signal = signalOf(moved, truth, reference);
          expect(thresholdScar(signal)).toEqual(scar);
          expect(measureGreyZones(signal)).toEqual(zones);
        }),
        { numRuns: 8 },
      );
    },
  );
});
