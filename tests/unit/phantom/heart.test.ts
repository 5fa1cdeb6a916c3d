import { describe, expect, it } from 'vitest';
import { demoPatient } from '../../../src/core/phantom/demoPatient.ts';
import { drawHeartSpec } from '../../../src/core/phantom/drawHeart.ts';
import { type Heart, makeHeart } from '../../../src/core/phantom/heart.ts';
import type { HeartSpec } from '../../../src/core/phantom/heartSpec.ts';
import { Random } from '../../../src/core/random.ts';
import { isHeart, isMyocardium, isScar, Label, voxelVolumeMl } from '../../../src/core/volume/volume.ts';
import { INFARCT, SPEC } from './specs.ts';

/** The wall is solved on contours and then sampled at points: a few points of some ten thousand. */
const TRUTH_TOLERANCE = 0.01;
/** A voxel is all or nothing: at 1.9 mm a wall of 8 mm is four voxels thick. */
const LABEL_TOLERANCE = 0.04;
const SCAR_LABEL_TOLERANCE = 0.1;
/** Half of a sampling point. */
const POINT_G = (((1.9 * 1.9 * 10) / 1000 / 4) * 1.05) / 2 + 1e-9;

const seeded = (spec: HeartSpec, seed = 7): Heart => makeHeart(spec, new Random(seed));
const acquired = (change: Partial<HeartSpec['acquisition']>): HeartSpec => ({
  ...SPEC,
  acquisition: { ...SPEC.acquisition, ...change },
});
const heart = seeded(SPEC);

/** Quicker than toEqual on a hundred thousand voxels. */
const same = (one: Float32Array | Uint8Array, other: Float32Array | Uint8Array): boolean =>
  one.length === other.length && one.every((value, v) => value === other[v]);

function countMl(of: Heart, take: (label: number) => boolean): number {
  return of.labels.labels.reduce((sum, label) => sum + (take(label) ? 1 : 0), 0) * voxelVolumeMl(of.labels);
}

function meanWhere(of: Heart, take: (label: number) => boolean): number {
  let sum = 0;
  let count = 0;
  of.labels.labels.forEach((label, v) => {
    if (!take(label)) return;
    sum += of.volume.voxels[v];
    count++;
  });
  return sum / count;
}

/** Share of voxels of one kind that touch one of another within their slice. */
function touching(of: Heart, take: (label: number) => boolean, other: (label: number) => boolean): number {
  const [columns, rows] = of.labels.size;
  const labels = of.labels.labels;
  let touches = 0;
  let count = 0;
  labels.forEach((label, v) => {
    if (!take(label)) return;
    count++;
    const row = Math.floor(v / columns) % rows;
    const around = [v - 1, v + 1, row > 0 ? v - columns : v, row < rows - 1 ? v + columns : v];
    if (around.some((n) => other(labels[n]))) touches++;
  });
  return touches / count;
}

/** Centre of the scar in the patient, mm. */
function scarCentre(of: Heart): number[] {
  const [columns, rows] = of.volume.size;
  const { origin, columnStep, rowStep, sliceStep } = of.volume.frame;
  const sum = [0, 0, 0];
  let count = 0;
  of.labels.labels.forEach((label, v) => {
    if (!isScar(label)) return;
    const u = (v % columns) * of.volume.spacing[0];
    const w = (Math.floor(v / columns) % rows) * of.volume.spacing[1];
    const z = Math.floor(v / (columns * rows)) * of.volume.spacing[2];
    for (let i = 0; i < 3; i++) sum[i] += origin[i] + u * columnStep[i] + w * rowStep[i] + z * sliceStep[i];
    count++;
  });
  return sum.map((value) => value / count);
}

describe('a synthetic heart', () => {
  it('is the same for the same seed and another for another', () => {
    const again = seeded(SPEC);
    expect(same(again.volume.voxels, heart.volume.voxels)).toBe(true);
    expect(same(again.labels.labels, heart.labels.labels)).toBe(true);
    expect(same(seeded(SPEC, 8).labels.labels, heart.labels.labels)).toBe(false);
  });

  it('has the cavity, the wall and the scar that were asked for', () => {
    expect(Math.abs(heart.truth.bloodPoolMl / SPEC.bloodPoolMl - 1)).toBeLessThan(TRUTH_TOLERANCE);
    expect(Math.abs(heart.truth.myocardiumG / SPEC.myocardiumG - 1)).toBeLessThan(TRUTH_TOLERANCE);
    expect(Math.abs(heart.truth.scarG - INFARCT.scarG)).toBeLessThan(POINT_G);
    expect(Math.abs(heart.truth.greyZoneG - INFARCT.scarG * INFARCT.greyFraction)).toBeLessThan(2 * POINT_G);
    expect(heart.truth.coreG).toBeCloseTo(heart.truth.scarG - heart.truth.greyZoneG, 9);
  });

  it('has labels whose volumes are those of the tissue', () => {
    const labelledG = (take: (label: number) => boolean): number => 1.05 * countMl(heart, take);
    const pool = countMl(heart, (label) => label === Label.bloodPool);
    expect(Math.abs(pool / heart.truth.bloodPoolMl - 1)).toBeLessThan(LABEL_TOLERANCE);
    expect(Math.abs(labelledG(isMyocardium) / heart.truth.myocardiumG - 1)).toBeLessThan(LABEL_TOLERANCE);
    expect(Math.abs(labelledG(isScar) / heart.truth.scarG - 1)).toBeLessThan(SCAR_LABEL_TOLERANCE);
  });

  it('has a wall that closes around the blood pool, and none above the base or below the apex', () => {
    expect(
      touching(
        heart,
        (label) => label === Label.bloodPool,
        (label) => label === Label.background,
      ),
    ).toBe(0);
    const area = SPEC.size[0] * SPEC.size[1];
    const inSlice = (slice: number): number =>
      heart.labels.labels.subarray(slice * area, (slice + 1) * area).filter(isHeart).length;
    expect(inSlice(0)).toBe(0);
    expect(inSlice(SPEC.size[2] - 1)).toBe(0);
    expect(inSlice(2)).toBeGreaterThan(0);
    expect(inSlice(SPEC.size[2] - 3)).toBeGreaterThan(inSlice(2));
  });

  it('keeps its place in the patient when the picture is turned', () => {
    const turned = seeded({ ...SPEC, rotation: 1, centreMm: [-6, 9] });
    const there = scarCentre(turned);
    scarCentre(heart).forEach((mm, i) => {
      expect(Math.abs(mm - there[i])).toBeLessThan(SPEC.spacing[0] / 2);
    });
  });

  it('thins the wall under a chronic infarct but not under an acute one', () => {
    const edge = (of: Heart): number =>
      touching(
        of,
        (label) => isScar(label),
        (label) => label === Label.background,
      );
    const acute = seeded({ ...SPEC, scar: { ...INFARCT, acute: true } });
    expect(edge(heart)).toBeGreaterThan(edge(acute));
  });
});

describe('its signal', () => {
  it('is brightest in scar core, less in grey zone, dark in normal myocardium and black in no-reflow', () => {
    const core = seeded({ ...SPEC, scar: { ...INFARCT, greyFraction: 0 } });
    const grey = seeded({ ...SPEC, scar: { ...INFARCT, greyFraction: 1 } });
    const acute = seeded({ ...SPEC, scar: { ...INFARCT, greyFraction: 0, acute: true, noReflowFraction: 0.3 } });
    const viable = meanWhere(core, (label) => label === Label.viable);
    expect(meanWhere(core, isScar)).toBeGreaterThan(meanWhere(grey, isScar));
    expect(meanWhere(grey, isScar)).toBeGreaterThan(viable);
    expect(countMl(acute, (label) => label === Label.noReflow)).toBeGreaterThan(0);
    expect(meanWhere(acute, (label) => label === Label.noReflow)).toBeLessThan(
      meanWhere(acute, (label) => label === Label.viable),
    );
  });

  it('moves with the stored offset of a PSIR image and with nothing else', () => {
    const other = seeded(acquired({ storedOffset: 2048 }));
    const moved = other.volume.voxels.map((value) => value + 2048);
    expect(same(moved, heart.volume.voxels)).toBe(true);
    expect(same(other.labels.labels, heart.labels.labels)).toBe(true);
  });

  it('is never negative in a magnitude image, where no-reflow is bright', () => {
    const change = acquired({ contrast: 'magnitude', storedOffset: 0, storedScale: 2500 });
    const magnitude = seeded({ ...change, scar: { ...INFARCT, acute: true, noReflowFraction: 0.3 } });
    expect(magnitude.volume.voxels.reduce((least, value) => Math.min(least, value))).toBeGreaterThanOrEqual(0);
    expect(meanWhere(magnitude, (label) => label === Label.noReflow)).toBeGreaterThan(
      meanWhere(magnitude, (label) => label === Label.viable),
    );
  });
});

describe('non-ischaemic enhancement', () => {
  const atPool = (of: Heart): number => touching(of, isScar, (label) => label === Label.bloodPool);

  it('spares the endocardium where an infarct starts from it', () => {
    const nonIschaemic = (pattern: 'midWall' | 'subepicardial'): Heart =>
      seeded({ ...SPEC, scar: { kind: 'nonIschaemic', pattern, scarG: 12, greyFraction: 0.3 } });
    expect(atPool(nonIschaemic('midWall'))).toBeLessThan(0.1);
    expect(atPool(nonIschaemic('subepicardial'))).toBeLessThan(0.05);
    expect(atPool(seeded({ ...SPEC, scar: { ...INFARCT, acute: true, scarG: 12 } }))).toBeGreaterThan(0.3);
  });
});

describe('drawn hearts', () => {
  it('are of every kind, each with scar only where it should have some', () => {
    const random = new Random(3);
    const specs = Array.from({ length: 60 }, () => drawHeartSpec([48, 48, 11], [3, 3, 10], random));
    for (const kind of ['none', 'infarct', 'nonIschaemic']) {
      const spec = specs.find((drawn) => drawn.scar.kind === kind) ?? specs[0];
      expect(spec.scar.kind).toBe(kind);
      const drawn = makeHeart(spec, random);
      expect(drawn.volume.voxels.every(Number.isFinite)).toBe(true);
      expect(countMl(drawn, isScar) > 0).toBe(kind !== 'none');
    }
  });
});

describe('the demo patient', () => {
  it('has the covariates of its heart', () => {
    const demo = demoPatient();
    expect(demo.covariates.lvMassCmr).toBe(Math.round(demo.truth.myocardiumG));
    expect(demo.truth.scarG).toBeGreaterThan(20);
  });
});
