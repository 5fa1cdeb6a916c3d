import { describe, expect, it } from 'vitest';
import { findCutEnds } from '../../../src/core/segmentation/cutEnds.ts';
import { Label, type LabelVolume } from '../../../src/core/volume/volume.ts';

const SIDE = 20;

/** One row of blood in each slice, of a given number of voxels. */
function stackOf(cavities: readonly number[]): LabelVolume {
  const labels = new Uint8Array(SIDE * SIDE * cavities.length);
  cavities.forEach((cavity, slice) => labels.fill(Label.bloodPool, slice * SIDE * SIDE, slice * SIDE * SIDE + cavity));
  return { size: [SIDE, SIDE, cavities.length], spacing: [1.5, 1.5, 8], frame: null, labels };
}

describe('a stack', () => {
  it('from the apex to a wide base is whole, whichever way it runs', () => {
    expect(findCutEnds(stackOf([40, 80, 100, 100]), false)).toEqual([]);
    expect(findCutEnds(stackOf([100, 100, 80, 40]), false)).toEqual([]);
    expect(findCutEnds(stackOf([0, 0, 40, 90, 100, 0]), false)).toEqual([]);
  });

  it('that begins where the cavity is wide lacks the apex', () => {
    expect(findCutEnds(stackOf([70, 90, 100, 95]), false)).toEqual([{ slice: 0, sharePercent: 70 }]);
    expect(findCutEnds(stackOf([95, 100, 90, 70]), false)).toEqual([{ slice: 3, sharePercent: 70 }]);
    expect(findCutEnds(stackOf([100]), false)).toEqual([{ slice: 0, sharePercent: 100 }]);
  });

  it('cut out of a volume reaches beyond both ends, or lacks what is there', () => {
    expect(findCutEnds(stackOf([0, 40, 100, 90, 0]), true)).toEqual([]);
    expect(findCutEnds(stackOf([0, 40, 100, 90]), true)).toEqual([{ slice: 3, sharePercent: 90 }]);
  });

  it('without a cavity says nothing', () => {
    expect(findCutEnds(stackOf([0, 0, 0]), false)).toEqual([]);
  });
});
