import { describe, expect, it } from 'vitest';
import { fitEffectCurves, imageEffects } from '../../../src/core/patient/imageEffects.ts';
import { scarLogOdds, simulatePatients } from '../../../src/core/phantom/cohort.ts';
import { Random } from '../../../src/core/random.ts';

/** Rank correlation above which three branches could learn nothing beyond a curve for each effect. */
const SAME_ORDER = 0.9995;

const random = new Random(4);
/** Scars whose law adds x at the middle effect, and half and one and a half of it at the ends; the branch sees x with noise. */
const hearts = Array.from({ length: 2000 }, () => {
  const x = random.normal();
  return { logOdds: x + 0.3 * random.normal() - 2, scarLogOdds: { low: x / 2, mid: x, high: 1.5 * x } };
});
const curves = fitEffectCurves(hearts);

describe('what the image says of a scar', () => {
  it('is a factor of about 1 for the average one, more for a worse, and more so the stronger the effect', () => {
    const average = imageEffects(curves, -2);
    for (const id of ['low', 'mid', 'high'] as const) expect(Math.abs(Math.log(average[id].factor))).toBeLessThan(0.1);
    const worse = imageEffects(curves, -1);
    expect(worse.low.factor).toBeGreaterThan(1.2);
    expect(worse.mid.factor).toBeGreaterThan(worse.low.factor);
    expect(worse.high.factor).toBeGreaterThan(worse.mid.factor);
    expect(imageEffects(curves, -3).mid.factor).toBeLessThan(0.8);
  });

  it('never falls with what the branch says, and stays level beyond what was seen', () => {
    const at = Array.from({ length: 100 }, (_, k) => imageEffects(curves, -7 + k / 10).mid.factor);
    at.slice(1).forEach((value, k) => expect(value).toBeGreaterThanOrEqual(at[k]));
    expect(at[0]).toBe(at[5]);
  });

  it('holds nine of ten of the true factors in its interval', () => {
    const held = hearts.filter(({ logOdds, scarLogOdds }) => {
      const [low, high] = imageEffects(curves, logOdds).mid.interval;
      return Math.exp(scarLogOdds.mid) >= low && Math.exp(scarLogOdds.mid) <= high;
    });
    // The mean of the law over 2,000 hearts is not 0 exactly.
    expect(held.length / hearts.length).toBeCloseTo(0.9, 1);
  });

  it('needs one branch for all three effects, since their laws put scars in the same order', () => {
    const scars = simulatePatients(1000, 'mid', 1).map(({ greyZoneG, scarPercent, greyFraction }) => ({
      greyZoneG,
      corePercent: scarPercent * (1 - greyFraction),
    }));
    const places = (effect: 'low' | 'mid' | 'high'): number[] => {
      const added = scars.map(({ greyZoneG, corePercent }) => scarLogOdds(greyZoneG, corePercent, effect));
      const sorted = [...added].sort((a, b) => a - b);
      return added.map((value) => sorted.indexOf(value));
    };
    const mid = places('mid');
    for (const effect of ['low', 'high'] as const) {
      const squares = places(effect).map((place, k) => (place - mid[k]) ** 2);
      const spearman = 1 - (6 * squares.reduce((sum, square) => sum + square)) / (mid.length * (mid.length ** 2 - 1));
      expect(spearman, effect).toBeGreaterThan(SAME_ORDER);
    }
  });
});
