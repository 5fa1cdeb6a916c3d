import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clearSlice,
  copySlice,
  dragContour,
  eraseStroke,
  fillContour,
  interpolateSlices,
  paintStroke,
  restoreSlice,
  thresholdWall,
} from '../../../src/core/editing/tools.ts';
import {
  NO_EDITS,
  recordCorrections,
  recordStep,
  redoStep,
  undoStep,
  withEdit,
  type EditHistory,
} from '../../../src/core/editing/edits.ts';
import { measureBurden } from '../../../src/core/scar/burden.ts';
import {
  HEART_LABELS,
  isHeart,
  isMyocardium,
  Label,
  type HeartLabel,
  type LabelVolume,
} from '../../../src/core/volume/volume.ts';

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
    const cleared = withEdit(plain, clearSlice(plain, 3));
    expect(areaMm2(cleared, 3, isHeart)).toBe(0);
    const copied = withEdit(cleared, copySlice(cleared, 2, 3, [0, 0]));
    expect(copied.labels).toEqual(plain.labels);
    const moved = withEdit(plain, copySlice(plain, 2, 2, [3, -1]));
    expect(areaMm2(moved, 2, isHeart)).toBe(areaMm2(plain, 2, isHeart));
    expect(moved.labels[2 * PLANE + 19 * 40 + 23]).toBe(plain.labels[2 * PLANE + 20 * 40 + 20]);
  });

  it('between two are shaped between them', () => {
    const cone = ventricle((slice) => 4 + 2 * slice);
    const gap = [1, 2, 3].reduce((labels, slice) => withEdit(labels, clearSlice(labels, slice)), cone);
    const filled = withEdit(gap, interpolateSlices(gap, 0, 4));
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
    const edited = withEdit(plain, thresholdWall(image, plain, 2, 0.5));
    const scar = measureBurden(edited, 2, 3);
    expect(scar.burdenPercent).toBeGreaterThan(45);
    expect(scar.burdenPercent).toBeLessThan(55);
    expect(measureBurden(edited, 1, 2).scarMl).toBe(0);
    const none = withEdit(edited, thresholdWall(image, edited, 2, 1));
    expect(none.labels).toEqual(plain.labels);
  });
});

describe('the eraser', () => {
  it('takes one structure away and leaves what lies beneath', () => {
    const wall = plain.labels[2 * PLANE + 20 * 40 + 30];
    expect(wall).toBe(Label.viable);
    const scarred = withEdit(plain, paintStroke(plain, 2, [[30, 20]], 3, Label.scar)); // prettier-ignore
    const blocked = withEdit(scarred, paintStroke(scarred, 2, [[30, 20]], 1, Label.noReflow)); // prettier-ignore
    const erased = (structure: HeartLabel, from: LabelVolume): LabelVolume =>
      withEdit(from, eraseStroke(from, 2, [[30, 20]], 30, structure)); // prettier-ignore
    expect(erased('noReflow', blocked).labels).toEqual(scarred.labels);
    expect(erased('scar', blocked).labels).toEqual(plain.labels);
    expect(areaMm2(erased('viable', blocked), 2, isMyocardium)).toBe(0);
    expect(areaMm2(erased('viable', blocked), 2, isHeart)).toBe(areaMm2(plain, 2, (l) => l === Label.bloodPool));
    expect(areaMm2(erased('bloodPool', blocked), 2, isMyocardium)).toBe(areaMm2(plain, 2, isHeart));
  });
});

describe('dragging a contour', () => {
  const labelAt = (labels: LabelVolume, column: number, row: number): number =>
    labels.labels[2 * PLANE + row * 40 + column];

  it('brings the border from where it was taken to where it was let go, and leaves the far side', () => {
    const dragged = withEdit(plain, dragContour(plain, 2, 'viable', [33, 20], [37, 20], 6)); // prettier-ignore
    expect(labelAt(plain, 33, 20)).toBe(Label.viable);
    expect(labelAt(plain, 36, 20)).toBe(Label.background);
    expect(labelAt(dragged, 36, 20)).toBe(Label.viable);
    expect(labelAt(dragged, 38, 20)).toBe(Label.background);
    for (let column = 0; column < 14; column++) expect(labelAt(dragged, column, 20)).toBe(labelAt(plain, column, 20));
    expect(areaMm2(dragged, 2, (l) => l === Label.bloodPool)).toBe(areaMm2(plain, 2, (l) => l === Label.bloodPool));
    expect(areaMm2(dragged, 1, isHeart)).toBe(areaMm2(plain, 1, isHeart));
  });

  it('gives the wall what the pool gives up', () => {
    const dragged = withEdit(plain, dragContour(plain, 2, 'bloodPool', [27, 20], [24, 20], 6)); // prettier-ignore
    expect(areaMm2(dragged, 2, (l) => l === Label.bloodPool)).toBeLessThan(
      areaMm2(plain, 2, (l) => l === Label.bloodPool),
    );
    expect(areaMm2(dragged, 2, isHeart)).toBe(areaMm2(plain, 2, isHeart));
  });

  it('keeps scar in the wall, and does nothing where nothing was dragged', () => {
    const scarred = withEdit(plain, paintStroke(plain, 2, [[30, 20]], 3, Label.scar)); // prettier-ignore
    const dragged = withEdit(scarred, dragContour(scarred, 2, 'scar', [30, 20], [34, 24], 6)); // prettier-ignore
    expect(areaMm2(dragged, 2, isMyocardium)).toBe(areaMm2(scarred, 2, isMyocardium));
    for (const structure of HEART_LABELS) {
      expect(dragContour(scarred, 2, structure, [30, 20], [30, 20], 6).voxels).toEqual([]); // prettier-ignore
    }
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
          const before = states[states.length - 1];
          const after = withEdit(before, { voxels, labels: voxels.map(() => label) });
          const next = recordStep(history, 'brush', before, after);
          if (next === history) continue;
          states.push(after);
          history = next;
        }
        let here = { labels: states[states.length - 1], history };
        for (let back = states.length - 2; back >= 0; back--) {
          here = undoStep(here.labels, here.history);
          expect(Buffer.compare(here.labels.labels, states[back].labels)).toBe(0);
        }
        expect(undoStep(here.labels, here.history)).toEqual(here);
        for (let forth = 1; forth < states.length; forth++) {
          here = redoStep(here.labels, here.history);
          expect(Buffer.compare(here.labels.labels, states[forth].labels)).toBe(0);
        }
        expect(redoStep(here.labels, here.history)).toEqual(here);
      }),
      { numRuns: 40 },
    );
  });

  it('forget what was undone once another is made, and count nothing that changes nothing', () => {
    const [one, two] = [3, 4].map((slice) => withEdit(plain, clearSlice(plain, slice)));
    const first = recordStep(NO_EDITS, 'clear', plain, one);
    const { labels, history } = undoStep(one, first);
    expect(history.undone).toHaveLength(1);
    expect(recordStep(history, 'clear', labels, two).undone).toHaveLength(0);
    expect(recordStep(history, 'brush', labels, plain)).toBe(history);
  });

  it('never change what they were given, and say what differs from the network', () => {
    const before = plain.labels.slice();
    const edit = paintStroke(plain, 3, [[20, 24]], 4, Label.scar); // prettier-ignore
    const labels = withEdit(plain, edit);
    const history = recordStep(NO_EDITS, 'brush', plain, labels);
    expect(plain.labels).toEqual(before);
    const record = recordCorrections(plain, labels, history);
    const voxels = edit.voxels.length;
    expect(record).toEqual({
      edits: 1,
      tools: ['brush'],
      slices: [3],
      voxels,
      changes: [{ from: 'viable', to: 'scar', voxels }],
      dice: { cavity: 1, myocardium: 1, scar: 0, noReflow: null },
    });
    const restored = withEdit(labels, restoreSlice(labels, plain, 3));
    expect(recordCorrections(plain, restored, history)).toBeNull();
    const back = undoStep(labels, history);
    expect(recordCorrections(plain, back.labels, back.history)).toBeNull();
  });
});
