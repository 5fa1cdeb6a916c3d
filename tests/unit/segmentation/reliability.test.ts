import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import {
  addReliability,
  calibrated,
  countReliability,
  expectedCalibrationError,
  fitConfidenceMap,
  isDoubtful,
  plausibilityOf,
  type ReliabilityCounts,
} from '../../../src/core/segmentation/reliability.ts';
import { drawn } from '../scar/drawn.ts';

/** A network that says c and is right with probability c^2. */
function overconfident(seed: number): ReliabilityCounts {
  const random = new Random(seed);
  const count = 40_000;
  const confidence = Float32Array.from({ length: count }, () => random.next());
  const labels = new Uint8Array(count).fill(2);
  const expert = Uint8Array.from(confidence, (c) => (random.next() < c * c ? 2 : 1));
  return countReliability(labels, confidence, expert, (label) => label === 2);
}

/** A share of 4,000 voxels per bin has an SD of 0.008. */
const SHARE_SD = 0.008;

describe('confidence put right', () => {
  it('is the share that was right', () => {
    const map = fitConfidenceMap(overconfident(1));
    for (const stated of [0.25, 0.5, 0.75, 0.9]) {
      expect(Math.abs(calibrated(stated, map) - stated ** 2)).toBeLessThan(4 * SHARE_SD);
    }
    // The integral of c - c^2 is 1/6.
    expect(Math.abs(expectedCalibrationError(overconfident(2)) - 1 / 6)).toBeLessThan(0.01);
  });

  it('never falls as the stated confidence rises, and stays within its ends', () => {
    const map = fitConfidenceMap({
      voxels: [0, 0, 0, 500, 600, 10, 400, 900, 1000, 5000],
      confidence: [0, 0, 0, 175, 270, 5.5, 260, 675, 850, 4800],
      right: [0, 0, 0, 200, 150, 9, 200, 180, 900, 4700],
    });
    let before = 0;
    for (let stated = 0; stated <= 1; stated += 0.01) {
      const here = calibrated(stated, map);
      expect(here).toBeGreaterThanOrEqual(before);
      before = here;
    }
    expect(calibrated(0, map)).toBe(map.right[0]);
    expect(calibrated(1, map)).toBe(map.right.at(-1));
  });

  it('counts nothing twice over several cases', () => {
    const one = overconfident(3);
    const both = addReliability([one, overconfident(4)]);
    expect(both.voxels.reduce((sum, count) => sum + count, 0)).toBe(80_000);
    expect(addReliability([one])).toEqual(one);
  });

  it('cannot be learned from nothing', () => {
    expect(() => fitConfidenceMap(addReliability([]))).toThrow(RangeError);
  });
});

describe('plausibility', () => {
  it('is the mean confidence over the heart of each slice and of the case; a slice without one has none', () => {
    const labels = drawn([1, 1, 10], ['.os.'], ['....'], ['ww..']);
    const confidence = Float32Array.of(0.9, 1, 0.5, 0.9, 0, 0, 0, 0, 0.25, 0.25, 0.9, 0.9);
    expect(plausibilityOf(labels, confidence)).toEqual({ plausibility: [0.75, null, 0.25], casePlausibility: 0.5 });
    expect(plausibilityOf(drawn([1, 1, 10], ['..']), new Float32Array(2)).casePlausibility).toBeNull();
  });

  it('asks for a check where it is low, not where nothing was found', () => {
    expect([0.3, 0.95, null, undefined].map(isDoubtful)).toEqual([true, false, false, false]);
  });
});
