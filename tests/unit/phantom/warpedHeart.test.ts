import { describe, expect, it } from 'vitest';
import { scarLogOdds, simulatePatients, type SimulatedPatient } from '../../../src/core/phantom/cohort.ts';
import { makeHeart } from '../../../src/core/phantom/heart.ts';
import { readAnatomy, type Anatomy } from '../../../src/core/phantom/realAnatomy.ts';
import { warpedHeart } from '../../../src/core/phantom/warpedHeart.ts';
import { Random } from '../../../src/core/random.ts';
import { measureBurden } from '../../../src/core/scar/burden.ts';
import { heartImage } from '../../../src/core/patient/heartImage.ts';
import { quantiles } from '../../../src/core/quantiles.ts';
import { isMyocardium, isScar, Label, type LabelVolume, type Volume } from '../../../src/core/volume/volume.ts';
import { SPEC } from './specs.ts';

/** A stack as from a scan: the phantom represents a patient, its labels the expert's. */
const { volume: IMAGE, labels: LABELS } = makeHeart(SPEC, new Random(3));
const HEALTHY = makeHeart({ ...SPEC, scar: { kind: 'none' } }, new Random(3));
/**
 * Stretched by smoothed outlines, counted in pixels of 1.5 mm: where the pool has corners beyond its outline they are stretched as
 * wall, and wall within it as pool. The measures of the heart are what counts.
 */
const VOLUME_TOLERANCE = 0.15;
/** Half a pixel's share of a wall of thousands. */
const SHARE_TOLERANCE = 0.05;
/** Float32 intensities, scaled and shifted by thousands. */
const INTENSITY_TOLERANCE = 1e-3;

const read = (image: Volume, labels: LabelVolume): Anatomy => {
  const anatomy = readAnatomy(image, labels);
  if (anatomy === null) throw new Error('The stack has a ventricle.');
  return anatomy;
};
const anatomy = read(IMAGE, LABELS);
const cohort = simulatePatients(60, 'mid', 4);
/** Patients whose heart the stack can be warped to: those of the cohort near its size. */
const near = cohort.filter(({ edvMl, lvMassG }) => Math.abs(edvMl - 180) < 60 && Math.abs(lvMassG - 135) < 35);
const scarred = near.filter(({ scarG }) => scarG > 0).slice(0, 6);
const heartOf = (patient: SimulatedPatient, of = anatomy): ReturnType<typeof warpedHeart> =>
  warpedHeart(of, patient, 'mid', new Random(patient.imageSeed));

describe('a heart warped from a labelled stack', () => {
  it("has the patient's cavity, mass, and shares of scar and grey zone", () => {
    expect(scarred).toHaveLength(6);
    for (const patient of scarred) {
      const { labels, patient: measured } = heartOf(patient);
      const burden = measureBurden(labels);
      expect(burden.myocardiumG).toBeCloseTo(measured.lvMassG, 6);
      expect(burden.bloodPoolMl).toBeCloseTo(measured.edvMl, 6);
      expect(burden.scarG).toBeCloseTo(measured.scarG, 6);
      expect(Math.abs(measured.lvMassG / patient.lvMassG - 1)).toBeLessThan(VOLUME_TOLERANCE);
      expect(Math.abs(measured.edvMl / patient.edvMl - 1)).toBeLessThan(VOLUME_TOLERANCE);
      expect(Math.abs(burden.burdenPercent - patient.scarPercent)).toBeLessThan(SHARE_TOLERANCE);
      expect(measured.greyZoneG / measured.scarG).toBeCloseTo(patient.greyFraction, 1);
    }
  });

  it('has the risk that the law gives its measures', () => {
    const [patient] = scarred;
    const { patient: measured } = heartOf(patient);
    const core = (of: SimulatedPatient): number => (100 * (of.scarG - of.greyZoneG)) / of.lvMassG;
    const fromScar = (of: SimulatedPatient): number => scarLogOdds(of.greyZoneG, core(of), 'mid');
    expect(measured.greyZoneG).not.toBe(patient.greyZoneG);
    expect(measured.trueMu - patient.trueMu).toBeCloseTo(fromScar(patient) - fromScar(measured), 9);
    expect(measured.covariates).toEqual(patient.covariates);
  });

  it('has no scar of its own left in a patient without any', () => {
    const none: SimulatedPatient = { ...scarred[0], scarPercent: 0, scarG: 0, greyZoneG: 0 };
    const brightest = (of: Anatomy): number => {
      const { volume, labels } = heartOf(none, of);
      expect(labels.labels.some(isScar)).toBe(false);
      const image = heartImage(volume, labels, 'first') as Float32Array;
      const wall: number[] = [];
      for (let at = 0; at < image.length; at += 2) if (image[at + 1] === 1) wall.push(image[at]);
      return quantiles(wall, [0.95])[0];
    };
    const scarOfItsOwn = IMAGE.voxels.filter((_, at) => LABELS.labels[at] === Label.scar).length;
    expect(scarOfItsOwn).toBeGreaterThan(0);
    expect(brightest(anatomy)).toBeLessThan(brightest(read(HEALTHY.volume, HEALTHY.labels)) + 0.05);
  });

  it('grows scar from where the expert drew it, and in a coronary territory where the expert drew none', () => {
    const small: SimulatedPatient = { ...scarred[0], scarPercent: 5, scarG: 6, greyZoneG: 1, greyFraction: 0.2 };
    const large: SimulatedPatient = { ...small, scarPercent: 30 };
    for (const of of [anatomy, read(HEALTHY.volume, HEALTHY.labels)]) {
      const [few, many] = [heartOf(small, of), heartOf(large, of)];
      const within = few.labels.labels.filter((label, at) => isScar(label) && isScar(many.labels.labels[at])).length;
      const all = few.labels.labels.filter(isScar).length;
      expect(within / all).toBeGreaterThan(0.95);
    }
  });

  it('is the same for the same seed, another for another, and whichever way the stack runs and its intensities are stored', () => {
    const [patient] = scarred;
    const first = heartOf(patient);
    expect(heartOf(patient).volume.voxels).toEqual(first.volume.voxels);
    expect(heartOf({ ...patient, imageSeed: 1 }).labels.labels).not.toEqual(first.labels.labels);

    const plane = IMAGE.size[0] * IMAGE.size[1];
    const turned = <T extends Float32Array | Uint8Array>(values: T): T => {
      const other = values.slice() as T;
      for (let z = 0; z < IMAGE.size[2]; z++)
        other.set(values.subarray(z * plane, (z + 1) * plane), (IMAGE.size[2] - 1 - z) * plane);
      return other;
    };
    const fromBase = read({ ...IMAGE, voxels: turned(IMAGE.voxels) }, { ...LABELS, labels: turned(LABELS.labels) });
    expect(heartOf(patient, fromBase).labels.labels).toEqual(first.labels.labels);

    const rescaled = read({ ...IMAGE, voxels: IMAGE.voxels.map((value) => 3 * value - 1000) }, LABELS);
    const other = heartOf(patient, rescaled);
    const image = heartImage(first.volume, first.labels, 'first') as Float32Array;
    heartImage(other.volume, other.labels, 'first')?.forEach((value, at) => {
      expect(Math.abs(value - image[at])).toBeLessThan(INTENSITY_TOLERANCE);
    });
  });

  it('cannot be made of a stack without a ventricle', () => {
    expect(readAnatomy(IMAGE, { ...LABELS, labels: LABELS.labels.map(() => 0) })).toBeNull();
    const noPool = LABELS.labels.map((label) => (isMyocardium(label) ? label : 0));
    expect(readAnatomy(IMAGE, { ...LABELS, labels: noPool })).toBeNull();
  });
});
