import { describe, expect, it } from 'vitest';
import { Tissue } from '../../../../src/core/phantom/constants.ts';
import { drawHeart } from '../../../../src/core/phantom/heart.ts';
import { contrastT1Ms } from '../../../../src/core/phantom/inversionRecovery.ts';
import {
  contrastOf,
  GALLERY,
  GALLERY_IDS,
  heartOf,
  inSegment,
  inTerritory,
  nulled,
  nullMsOf,
  NUMBER_KNOB_IDS,
  NUMBER_KNOBS,
  territoryAt,
  type Knobs,
} from '../../../../src/core/phantom/knobs.ts';
import { Random } from '../../../../src/core/random.ts';
import { Label } from '../../../../src/core/volume/volume.ts';
import { TeachingScanner, type TeachingHeart } from '../../../../src/pipeline/teaching/teachingHeart.ts';

/** Of pure noise: sqrt(pi/2) / sqrt(2 - pi/2). */
const RICIAN_MEAN_OVER_SD = Math.sqrt(Math.PI / (4 - Math.PI));
/** The wall is a few pixels thick: blood and fat blur into its edges and spread it more. */
const FLOOR_TOLERANCE = 0.7;

const scanner = new TeachingScanner();
const HEART = GALLERY.wideBorder;
const made = new Map<string, TeachingHeart>();
function heartWith(change: Partial<Knobs>): TeachingHeart {
  const key = JSON.stringify(change);
  const heart = made.get(key) ?? scanner.stack({ ...HEART, ...change });
  made.set(key, heart);
  return heart;
}
const scarMl = (change: Partial<Knobs>, method: '2SD' | '5SD' | 'FWHM'): number =>
  heartWith(change).thresholds?.[method].scarMl ?? NaN;

/** Mean and SD of the voxels of a label, in units of the stored image less its zero. */
function signalOf({ stack, labels }: TeachingHeart, label: number): { mean: number; sd: number } {
  const values = [...stack.volume.voxels].filter((_, i) => labels.labels[i] === label);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, sd: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

describe('the knobs', () => {
  it('begin within their limits in each heart of the gallery', () => {
    for (const id of GALLERY_IDS) {
      for (const knob of NUMBER_KNOB_IDS) {
        const { min, max } = NUMBER_KNOBS[knob];
        expect(GALLERY[id][knob], `${id} ${knob}`).toBeGreaterThanOrEqual(min);
        expect(GALLERY[id][knob], `${id} ${knob}`).toBeLessThanOrEqual(max);
      }
    }
  });

  it('put an infarct where the artery or the segment is', () => {
    for (const territory of ['LAD', 'LCX', 'RCA'] as const) expect(territoryAt(inTerritory(territory))).toBe(territory);
    const most = (segment: number): number => {
      const { segments } = heartWith({ ...inSegment(segment), scarG: 6 });
      const shares = (segments ?? []).map(({ scarPercent }) => scarPercent ?? 0);
      return 1 + shares.indexOf(Math.max(...shares));
    };
    expect([7, 10, 11].map(most)).toEqual([7, 10, 11]);
  });

  it('null the wall to within a step, and earlier or later as physics has it', () => {
    const { field, bloodT1Ms, repetitionMs } = contrastOf(HEART);
    const nullMs = nullMsOf(HEART, Tissue.myocardium);
    expect(Math.abs(nulled({ ...HEART, inversionMs: 200 }).inversionMs - nullMs)).toBeLessThanOrEqual(2.5);
    const t1 = contrastT1Ms(Tissue.myocardium, field, bloodT1Ms);
    expect(nullMs).toBeCloseTo(t1 * Math.log((1 + 0.95) / (1 + 0.95 * Math.exp(-repetitionMs / t1))), 9);
    expect(nullMsOf({ ...HEART, minutesAfterContrast: 30 }, Tissue.myocardium)).toBeGreaterThan(nullMs);
    expect(nullMsOf({ ...HEART, fieldTesla: 3 }, Tissue.myocardium)).toBeGreaterThan(nullMs);
  });
});

describe('a teaching heart', () => {
  it('has the scar, grey zone and no-reflow that its knobs ask for', () => {
    const { truth } = heartWith({ acute: true, scarG: 24, greyPercent: 25, noReflowPercent: 25 });
    expect(truth.scarG).toBeCloseTo(24, 1);
    expect(truth.greyZoneG).toBeCloseTo(6, 1);
    expect(truth.noReflowG).toBeCloseTo(6, 1);
    expect(heartWith({ pattern: 'none' }).truth.scarG).toBe(0);
  });

  it('has the same slice alone as in its stack', () => {
    const alone = new TeachingScanner().slice(HEART, 4);
    const area = alone.image.voxels.length;
    const { stack, labels, greyZone } = heartWith({});
    const here = <T extends Float32Array | Uint8Array>(whole: T): T => whole.subarray(4 * area, 5 * area) as T;
    expect(alone.image.voxels.every((value, i) => value === here(stack.volume.voxels)[i])).toBe(true);
    expect(alone.labels.labels.every((value, i) => value === here(labels.labels)[i])).toBe(true);
    expect(alone.greyZone.every((value, i) => value === here(greyZone)[i])).toBe(true);
  });

  it('has the same truth however much of it is drawn', () => {
    const { truth } = drawHeart(heartOf(HEART), new Random(HEART.seed), () => false);
    expect(truth).toEqual(heartWith({}).truth);
  });

  it('is scanned anew after a knob of the scan as after a new drawing', () => {
    const changed = { ...HEART, inversionMs: 300, ghostingPercent: 8, contrast: 'magnitude' as const };
    const kept = new TeachingScanner();
    kept.stack(HEART);
    const [again, anew] = [kept.stack(changed), new TeachingScanner().stack(changed)];
    expect(again.stack.volume.voxels.every((value, i) => value === anew.stack.volume.voxels[i])).toBe(true);
  });

  it('at the null has a magnitude wall at the noise’s floor: Rician, mean over SD 1.91', () => {
    const { mean, sd } = signalOf(heartWith({ pattern: 'none', contrast: 'magnitude', bloodSnr: 4 }), Label.viable);
    expect(mean).toBeGreaterThan(0);
    expect(Math.abs(mean / sd - RICIAN_MEAN_OVER_SD)).toBeLessThan(FLOOR_TOLERANCE);
  });

  it('turns its wall bright in magnitude, and dark in PSIR, when the inversion time is too short', () => {
    const gap = (contrast: Knobs['contrast'], inversionMs: number): number => {
      const heart = heartWith({ pattern: 'none', contrast, inversionMs });
      return signalOf(heart, Label.viable).mean - signalOf(heart, Label.bloodPool).mean;
    };
    const late = HEART.inversionMs;
    expect(gap('magnitude', 180)).toBeGreaterThan(0);
    expect(gap('magnitude', late)).toBeLessThan(0);
    expect(gap('PSIR', 180)).toBeLessThan(0);
  });

  it('has no-reflow that is darker than its scar', () => {
    const heart = heartWith({ acute: true, scarG: 24, greyPercent: 25, noReflowPercent: 25 });
    expect(signalOf(heart, Label.noReflow).mean).toBeLessThan(signalOf(heart, Label.scar).mean);
  });
});

describe('measured scar', () => {
  it('is never less for a lower threshold, and 2 SD overcalls', () => {
    for (const scarG of [0, 10, 30]) {
      expect(scarMl({ scarG }, '2SD')).toBeGreaterThanOrEqual(scarMl({ scarG }, '5SD'));
      expect(scarMl({ scarG }, '2SD')).toBeGreaterThan(scarG / 1.05);
    }
  });

  it.each(['2SD', '5SD', 'FWHM'] as const)('grows with the true scar, by %s', (method) => {
    const found = [10, 20, 30, 45].map((scarG) => scarMl({ scarG }, method));
    expect(found).toEqual([...found].sort((a, b) => a - b));
  });

  it('by 5 SD falls as noise grows, for the wall’s SD rises', () => {
    const found = [30, 10, 5, 3].map((bloodSnr) => scarMl({ bloodSnr }, '5SD'));
    expect(found).toEqual([...found].sort((a, b) => b - a));
  });

  it('agrees less with the truth as pixels grow: partial volume', () => {
    const agreed = [1.4, 2.4, 4].map((acquiredMm) => heartWith({ acquiredMm }).thresholds?.Otsu.dice ?? NaN);
    expect(agreed).toEqual([...agreed].sort((a, b) => b - a));
  });
});
