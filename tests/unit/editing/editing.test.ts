import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clearSlice,
  copySlice,
  fillContour,
  interpolateSlices,
  paintStroke,
  thresholdWall,
} from '../../../src/core/editing/tools.ts';
import {
  applyEdit,
  NO_EDITS,
  recordCorrections,
  redoEdit,
  undoEdit,
  type EditHistory,
} from '../../../src/core/editing/edits.ts';
import { measureBurden } from '../../../src/core/scar/burden.ts';
import { isHeart, Label, type LabelVolume } from '../../../src/core/volume/volume.ts';

const SIZE = [40, 40, 5] as const;
const PLANE = 1600;

/** In each slice a pool of 8 mm radius in a wall of 6 mm; 1 x 2 x 8 mm voxels. */
function ventricle(poolMm: (slice: number) => number): LabelVolume {
  const labels = new Uint8Array(PLANE * SIZE[2]);
  for (let at = 0; at < labels.length; at++) {
    const r = Math.hypot((at % 40) - 20, 2 * (Math.floor((at % PLANE) / 40) - 20));
    const pool = poolMm(Math.floor(at / PLANE));
    if (r < pool) labels[at] = Label.bloodPool;
    else if (r < pool + 6) labels[at] = Label.viable;
  }
  return { size: [...SIZE], spacing: [1, 2, 8], frame: null, labels };
}

const plain = ventricle(() => 8);
const areaMm2 = (labels: LabelVolume, slice: number, belongs: (label: number) => boolean): number =>
  labels.labels.subarray(slice * PLANE, (slice + 1) * PLANE).filter(belongs).length * 2;

describe('the brush', () => {
  it('draws a disc of its radius in mm, whatever the pixels', () => {
    const empty = { ...plain, labels: new Uint8Array(plain.labels.length) };
    const { voxels } = paintStroke(empty, 2, [[20, 20]], 9, Label.viable);
    expect(Math.abs((voxels.length * 2) / (Math.PI * 81) - 1)).toBeLessThan(0.05);
    for (const at of voxels) {
      expect(Math.floor(at / PLANE)).toBe(2);
      expect(Math.hypot((at % 40) - 20, 2 * (Math.floor((at % PLANE) / 40) - 20))).toBeLessThanOrEqual(9);
    }
  });

  it('leaves no gap along a fast stroke', () => {
    const empty = { ...plain, labels: new Uint8Array(plain.labels.length) };
    const { voxels } = paintStroke(empty, 0, [[4, 10], [35, 10]], 1, Label.viable); // prettier-ignore
    for (let column = 4; column <= 35; column++) expect(voxels).toContain(10 * 40 + column);
  });

  it('draws scar in the wall only, and stays within the image', () => {
    const { voxels } = paintStroke(plain, 1, [[0, 0], [39, 39]], 30, Label.scar); // prettier-ignore
    expect(voxels.every((at) => plain.labels[at] === Label.viable)).toBe(true);
    expect(voxels.length).toBe(plain.labels.subarray(PLANE, 2 * PLANE).filter((l) => l === Label.viable).length);
  });
});

describe('a contour', () => {
  it('fills what it encloses', () => {
    const square = [[10, 10], [20, 10], [20, 15], [10, 15]] as const; // prettier-ignore
    const empty = { ...plain, labels: new Uint8Array(plain.labels.length) };
    const { voxels } = fillContour(empty, 0, square, Label.bloodPool);
    expect(voxels.length).toBeGreaterThanOrEqual(50);
    expect(voxels.length).toBeLessThanOrEqual(66);
    expect(fillContour(empty, 0, square.slice(0, 2), Label.bloodPool).voxels).toEqual([]);
  });
});

describe('whole slices', () => {
  it('are cleared, copied and moved', () => {
    const cleared = applyEdit(plain, NO_EDITS, 'clear', clearSlice(plain, 3)).labels;
    expect(areaMm2(cleared, 3, isHeart)).toBe(0);
    const copied = applyEdit(cleared, NO_EDITS, 'copy', copySlice(cleared, 2, 3, [0, 0])).labels;
    expect(copied.labels).toEqual(plain.labels);
    const moved = applyEdit(plain, NO_EDITS, 'copy', copySlice(plain, 2, 2, [3, -1])).labels;
    expect(areaMm2(moved, 2, isHeart)).toBe(areaMm2(plain, 2, isHeart));
    expect(moved.labels[2 * PLANE + 19 * 40 + 23]).toBe(plain.labels[2 * PLANE + 20 * 40 + 20]);
  });

  it('between two are shaped between them', () => {
    const cone = ventricle((slice) => 4 + 2 * slice);
    const gap = [1, 2, 3].reduce(
      (labels, slice) => applyEdit(labels, NO_EDITS, 'clear', clearSlice(labels, slice)).labels,
      cone,
    );
    const filled = applyEdit(gap, NO_EDITS, 'interpolate', interpolateSlices(gap, 0, 4)).labels;
    for (const slice of [1, 2, 3]) {
      const share = areaMm2(filled, slice, isHeart) / areaMm2(cone, slice, isHeart);
      // Pixels of 1 x 2 mm on a radius of 12 to 16 mm.
      expect(Math.abs(share - 1)).toBeLessThan(0.12);
    }
    expect(() => interpolateSlices(gap, 0, 1)).toThrow(RangeError);
    expect(() => interpolateSlices(gap, 1, 4)).toThrow(RangeError);
  });

  it('have scar where the wall is bright', () => {
    const image = { ...plain, voxels: Float32Array.from(plain.labels, (_, at) => at % 40) };
    const edited = applyEdit(plain, NO_EDITS, 'threshold', thresholdWall(image, plain, 2, 20)).labels;
    const scar = measureBurden(edited, 2, 3);
    expect(scar.burdenPercent).toBeGreaterThan(45);
    expect(scar.burdenPercent).toBeLessThan(55);
    expect(measureBurden(edited, 1, 2).scarMl).toBe(0);
  });
});

describe('edits', () => {
  const anyEdit = fc.record({
    voxels: fc.uniqueArray(fc.nat(plain.labels.length - 1), { minLength: 1, maxLength: 30 }),
    label: fc.nat(4),
  });

  it('are taken back and made again, exactly', () => {
    fc.assert(
      fc.property(fc.array(anyEdit, { maxLength: 8 }), (edits) => {
        const states = [plain];
        let history: EditHistory = NO_EDITS;
        for (const { voxels, label } of edits) {
          const next = applyEdit(states[states.length - 1], history, 'brush', {
            voxels,
            labels: voxels.map(() => label),
          });
          states.push(next.labels);
          history = next.history;
        }
        let here = { labels: states[states.length - 1], history };
        for (let back = states.length - 2; back >= 0; back--) {
          here = undoEdit(here.labels, here.history);
          expect(Buffer.compare(here.labels.labels, states[back].labels)).toBe(0);
        }
        expect(undoEdit(here.labels, here.history)).toEqual(here);
        for (let forth = 1; forth < states.length; forth++) {
          here = redoEdit(here.labels, here.history);
          expect(Buffer.compare(here.labels.labels, states[forth].labels)).toBe(0);
        }
        expect(redoEdit(here.labels, here.history)).toEqual(here);
      }),
      { numRuns: 40 },
    );
  });

  it('never change what they were given, and say what differs from the network', () => {
    const before = plain.labels.slice();
    const edit = paintStroke(plain, 3, [[20, 24]], 4, Label.scar); // prettier-ignore
    const { labels, history } = applyEdit(plain, NO_EDITS, 'brush', edit);
    expect(plain.labels).toEqual(before);
    expect(recordCorrections(plain, labels, history)).toEqual({
      edits: 1,
      slices: [3],
      voxels: edit.voxels.length,
      tools: ['brush'],
    });
    const back = undoEdit(labels, history);
    expect(recordCorrections(plain, back.labels, back.history)).toBeNull();
  });
});
