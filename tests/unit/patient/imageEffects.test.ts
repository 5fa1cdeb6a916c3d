import { describe, expect, it } from 'vitest';
import { fitEffectCurves, imageEffects } from '../../../src/core/patient/imageEffects.ts';
import { Random } from '../../../src/core/random.ts';

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
});
