import { describe, expect, it } from 'vitest';
import { DEMO_HEART } from '../../../../src/core/phantom/demoPatient.ts';
import { makeHeart } from '../../../../src/core/phantom/heart.ts';
import { Random } from '../../../../src/core/random.ts';
import { Label, type LabelVolume } from '../../../../src/core/volume/volume.ts';
import {
  drawingOf,
  greysOf,
  labelsOfDrawing,
  MOST_ACROSS,
  MOST_PICTURED,
} from '../../../../src/pipeline/cohort/studyPicture.ts';

const grid = { size: [5, 4, 2], spacing: [1, 1, 1], frame: null } as const;
const volume = { ...grid, voxels: Float32Array.from({ length: 40 }, (_, at) => at) };

describe('a study’s contours in small', () => {
  it('are the labels themselves where these are few, of the slices that have a heart', () => {
    const labels: LabelVolume = { ...grid, labels: new Uint8Array(40) };
    labels.labels.set([Label.viable, Label.bloodPool, Label.scar], 26);
    const drawing = drawingOf(labels);
    expect(drawing).toEqual({ columns: 5, rows: 4, slices: ['6acbd11a'] });
    expect(labelsOfDrawing(drawing?.slices[0] ?? '')).toEqual([...labels.labels.subarray(20)]);
    const [greys] = greysOf(volume, labels);
    expect([greys[0], greys[19]]).toEqual([0, 255]);
    expect(greys[10]).toBeGreaterThan(greys[9]);
  });

  it('keep to a few voxels and slices of a whole heart, with its scar in them', () => {
    const { volume: heart, labels } = makeHeart(DEMO_HEART, new Random(1));
    const drawing = drawingOf(labels);
    const all = (drawing?.slices ?? []).map(labelsOfDrawing);
    expect(all.length).toBeLessThanOrEqual(MOST_PICTURED);
    expect(Math.max(drawing?.columns ?? 99, drawing?.rows ?? 99)).toBeLessThanOrEqual(MOST_ACROSS);
    expect(new Set(all.map(({ length }) => length))).toEqual(new Set([(drawing?.columns ?? 0) * (drawing?.rows ?? 0)]));
    for (const label of [Label.bloodPool, Label.viable, Label.scar]) {
      expect(
        all.some((slice) => slice.includes(label)),
        String(label),
      ).toBe(true);
    }
    expect(greysOf(heart, labels).map(({ length }) => length)).toEqual(all.map(({ length }) => length));
  });

  it('are none without a heart', () => {
    const labels = { ...grid, labels: new Uint8Array(40) };
    expect(drawingOf(labels)).toBeNull();
    expect(greysOf(volume, labels)).toEqual([]);
  });
});
