import { describe, expect, it } from 'vitest';
import { patientHeart, scarLogOdds, simulatePatients } from '../../../src/core/phantom/cohort.ts';
import { makeHeart } from '../../../src/core/phantom/heart.ts';
import { Random } from '../../../src/core/random.ts';
import { aalenJohansen } from '../../../src/core/statistics/aalenJohansen.ts';
import { harrellC } from '../../../src/core/statistics/concordance.ts';
import { stepAt } from '../../../src/core/statistics/kaplanMeier.ts';
import { risk } from '../../../src/core/patient/logLogistic.ts';

const COUNT = 8000;
/** Three standard errors of a share of COUNT patients, and half of the last digit of the figures that were given. */
const shareTolerance = (share: number): number => 3 * Math.sqrt((share * (1 - share)) / COUNT) + 0.0005;
/** Harrell's C of about 600 events varies by 0.01. */
const C_TOLERANCE = 0.03;
/** A patient's heart against what was drawn: the wall is solved on contours and sampled at points. */
const MASS_TOLERANCE = 0.01;
const SCAR_TOLERANCE_G = 0.02;

const patients = simulatePatients(COUNT, 'mid', 11);
const time = Float64Array.from(patients, (patient) => patient.timeYears);
const status = Uint8Array.from(patients, (patient) => patient.status);

describe('a simulated cohort', () => {
  it('has the net risks of the law', () => {
    for (const [year, net] of [
      [1, 0.039],
      [3, 0.102],
      [5, 0.151],
      [10, 0.241],
    ]) {
      const mean = patients.reduce((sum, p) => sum + risk({ mu: p.trueMu, sigma: p.trueSigma }, year), 0) / COUNT;
      expect(Math.abs(mean - net)).toBeLessThan(shareTolerance(net));
    }
  });

  it('has the crude risks, the events and the follow-up that competing deaths and censoring leave', () => {
    const { time: at, incidence } = aalenJohansen(time, status, 2);
    expect(Math.abs(stepAt(at, incidence[0], 5, 0) - 0.133)).toBeLessThan(shareTolerance(0.133));
    // few are still under observation at ten years
    expect(Math.abs(stepAt(at, incidence[0], 10, 0) - 0.193)).toBeLessThan(2 * shareTolerance(0.193));
    expect(Math.abs(status.filter((s) => s === 1).length / COUNT - 0.15)).toBeLessThan(shareTolerance(0.15));
    expect(time.slice().sort()[COUNT / 2]).toBeCloseTo(4.4, 0);
  });

  it('has a truth that orders patients as well as the effect says', () => {
    const trueC = (effect: 'low' | 'mid' | 'high'): number => {
      const some = simulatePatients(4000, effect, 5);
      return harrellC(
        Float64Array.from(some, (p) => p.timeYears),
        Uint8Array.from(some, (p) => (p.status === 1 ? 1 : 0)),
        Float64Array.from(some, (p) => -p.trueMu),
      ).c;
    };
    expect(Math.abs(trueC('low') - 0.7)).toBeLessThan(C_TOLERANCE);
    expect(Math.abs(trueC('mid') - 0.76)).toBeLessThan(C_TOLERANCE);
    expect(Math.abs(trueC('high') - 0.82)).toBeLessThan(C_TOLERANCE);
  });

  it('is the same for the same seed, and a longer one starts with a shorter one', () => {
    expect(simulatePatients(50, 'mid', 11)).toEqual(patients.slice(0, 50));
    expect(simulatePatients(50, 'mid', 12)).not.toEqual(patients.slice(0, 50));
    expect(patients.map((patient) => patient.id)).toEqual(patients.map((_, i) => i));
  });

  it('has less ejection fraction where there is more scar, and grey zone as a part of the scar', () => {
    const scarred = patients.filter((patient) => patient.scarG > 0);
    expect(Math.abs(scarred.length / COUNT - 0.88)).toBeLessThan(shareTolerance(0.88));
    const meanLvef = (some: typeof patients): number =>
      some.reduce((sum, p) => sum + (p.covariates.lvef ?? NaN), 0) / some.length;
    const large = scarred.filter((p) => p.scarPercent > 16);
    const small = scarred.filter((p) => p.scarPercent <= 16);
    expect(meanLvef(large)).toBeLessThan(meanLvef(small) - 3);
    for (const p of scarred) {
      expect(p.greyZoneG).toBeGreaterThan(0);
      expect(p.greyZoneG).toBeLessThan(p.scarG);
    }
  });
});

describe("scar's part of the law", () => {
  it('is nothing without scar, grows with grey zone and with core, and is greater for a higher effect', () => {
    expect(scarLogOdds(0, 0, 'mid')).toBe(0);
    // Hill curve at its half: 2.6 / 2, and 5 g at 0.020
    expect(scarLogOdds(5, 0, 'mid')).toBeCloseTo(1.4, 12);
    expect(scarLogOdds(5, 10, 'mid')).toBeCloseTo(1.5, 12);
    expect(scarLogOdds(5, 10, 'low')).toBeLessThan(1.5);
    expect(scarLogOdds(5, 10, 'high')).toBeGreaterThan(1.5);
  });
});

describe("a patient's heart", () => {
  it('lies in a stack of 7 to 12 slices, 6 to 10 mm thick with gaps of up to 5 mm, from apex to base', () => {
    for (const patient of patients.slice(0, 300)) {
      const { size, spacing, sliceThicknessMm, lengthMm } = patientHeart(patient, new Random(patient.imageSeed));
      expect(size[2]).toBeGreaterThanOrEqual(7);
      expect(size[2]).toBeLessThanOrEqual(12);
      expect(sliceThicknessMm).toBeGreaterThanOrEqual(6);
      expect(sliceThicknessMm).toBeLessThanOrEqual(10);
      expect(spacing[2] - sliceThicknessMm).toBeGreaterThanOrEqual(0);
      expect(spacing[2] - sliceThicknessMm).toBeLessThanOrEqual(5);
      expect(size[2] * spacing[2]).toBeGreaterThanOrEqual(lengthMm);
      expect((size[2] - 1) * spacing[2]).toBeLessThan(lengthMm);
    }
  });

  it('holds the scar, the grey zone, the mass and the volume that were drawn', () => {
    for (const patient of patients.slice(0, 4)) {
      const random = new Random(patient.imageSeed);
      const { truth } = makeHeart(patientHeart(patient, random), random);
      expect(Math.abs(truth.scarG - patient.scarG)).toBeLessThan(SCAR_TOLERANCE_G);
      expect(Math.abs(truth.greyZoneG - patient.greyZoneG)).toBeLessThan(SCAR_TOLERANCE_G);
      expect(Math.abs(truth.myocardiumG / patient.lvMassG - 1)).toBeLessThan(MASS_TOLERANCE);
      expect(Math.abs(truth.bloodPoolMl / patient.edvMl - 1)).toBeLessThan(MASS_TOLERANCE);
    }
  });
});
