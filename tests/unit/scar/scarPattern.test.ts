import { describe, expect, it } from 'vitest';
import { listCases, readCase } from '../../../src/studies/files/caseFolder.ts';
import { makeHeart } from '../../../src/core/phantom/heart.ts';
import type { HeartSpec } from '../../../src/core/phantom/heartSpec.ts';
import { Random } from '../../../src/core/random.ts';
import { isNonIschaemicPattern, readScarPattern } from '../../../src/core/scar/scarPattern.ts';
import { dataWith } from '../../realData.ts';
import { INFARCT, SPEC } from '../phantom/specs.ts';

const DATA = dataWith('emidec');
/** A few of the 100: reading them takes most of the time. */
const REAL_CASES = 4;

const patternOf = (scar: HeartSpec['scar'], seed: number): boolean =>
  isNonIschaemicPattern(readScarPattern(makeHeart({ ...SPEC, scar }, new Random(seed)).labels));

describe('the pattern of the scar', () => {
  it('is an infarct’s however far it reaches through the wall', () => {
    for (const [seed, transmurality] of [0.3, 0.5, 0.75, 1].entries()) {
      expect(patternOf({ ...INFARCT, transmurality }, seed)).toBe(false);
    }
  });

  it.each(['midWall', 'subepicardial', 'insertionPoints'] as const)('is no infarct’s where it is %s', (pattern) => {
    for (const scarG of [6, 14]) {
      expect(patternOf({ kind: 'nonIschaemic', pattern, scarG, greyFraction: 0.3 }, scarG)).toBe(true);
    }
  });

  it('is none without scar, and none of a few pixels', () => {
    expect(patternOf({ kind: 'none' }, 1)).toBe(false);
    expect(isNonIschaemicPattern({ scarMl: 0.5, subendocardialShare: 0 })).toBe(false);
    expect(isNonIschaemicPattern({ scarMl: 5, subendocardialShare: null })).toBe(false);
  });

  it.skipIf(!DATA)('is an infarct’s in real infarcts as experts drew them', async () => {
    const folder = `${DATA}/emidec`;
    for (const id of (await listCases(folder)).filter((name) => name.includes('_P')).slice(0, REAL_CASES)) {
      expect(isNonIschaemicPattern(readScarPattern((await readCase(folder, id)).labels)), id).toBe(false);
    }
  });
});
