import { describe, expect, it } from 'vitest';
import { longAxisOf } from '../../../src/core/segmentation/longAxis.ts';
import {
  middleOf,
  reformatVolume,
  turnedPlane,
  USUAL_TOWARDS_BASE,
  type ShortAxisPlane,
} from '../../../src/core/volume/reformat.ts';
import { along, dot } from '../../../src/core/volume/vectors.ts';
import { Label, type Vector3, type Volume } from '../../../src/core/volume/volume.ts';

/** Values are rounded to float32 twice. */
const ROUNDING = 1e-3;

const FRAME = { origin: [-60, -50, -40], columnStep: [1, 0, 0], rowStep: [0, 1, 0], sliceStep: [0, 0, 1] } as const;
const SIZE: Vector3 = [60, 50, 40];
/** Brightness that grows evenly along a direction: its values between voxels are known. */
const brightnessAt = (mm: Vector3): number => 500 + dot(mm, [1, -2, 0.5]);

const axial: Volume = {
  size: SIZE,
  spacing: [2, 2, 2],
  frame: FRAME,
  voxels: Float32Array.from({ length: SIZE[0] * SIZE[1] * SIZE[2] }, (_, at) =>
    brightnessAt(placeIn({ frame: FRAME, spacing: [2, 2, 2], size: SIZE }, at)),
  ),
};

function placeIn({ frame, spacing, size: [columns, rows] }: Pick<Volume, 'frame' | 'spacing' | 'size'>, at: number) {
  if (!frame) throw new Error('no frame');
  const column = at % columns;
  const row = Math.floor(at / columns) % rows;
  const slice = Math.floor(at / (columns * rows));
  return along(
    along(along(frame.origin, column * spacing[0], frame.columnStep), row * spacing[1], frame.rowStep),
    slice * spacing[2],
    frame.sliceStep,
  );
}

const usual: ShortAxisPlane = { towardsBase: USUAL_TOWARDS_BASE, centre: middleOf(axial, FRAME), lengthMm: 48 };

describe('slices cut out of a volume', () => {
  it('hold what the volume holds at their place in the patient, and nothing beyond it', () => {
    const cut = reformatVolume(axial, usual);
    let inside = 0;
    cut.voxels.forEach((value, at) => {
      const mm = placeIn(cut, at);
      const [x, y, z] = mm.map((part, i) => (part - FRAME.origin[i]) / 2 / (SIZE[i] - 1));
      // With a margin of half a slice's thickness and a voxel.
      if (cut.noData?.[at] !== 1 && Math.min(x, y, z, 1 - x, 1 - y, 1 - z) > 0.1) {
        inside += 1;
        expect(Math.abs(value - brightnessAt(mm))).toBeLessThan(ROUNDING);
      }
      if (Math.min(x, y, z, 1 - x, 1 - y, 1 - z) < -0.1) expect(cut.noData?.[at]).toBe(1);
    });
    expect(inside).toBeGreaterThan(1000);
    expect(cut.spacing).toEqual([2, 2, 8]);
    expect(cut.frame && dot(cut.frame.sliceStep, USUAL_TOWARDS_BASE)).toBeCloseTo(1, 6);
  });

  it('keep the gaps of a volume that has no value somewhere', () => {
    const noData = new Uint8Array(axial.voxels.length).fill(1);
    const cut = reformatVolume({ ...axial, noData }, usual);
    expect(cut.noData?.every((flag) => flag === 1)).toBe(true);
  });

  it('turn and move as the reader says', () => {
    const turned = turnedPlane(usual, { right: 30, down: 0, towardsBaseMm: 10 });
    expect(dot(turned.towardsBase, usual.towardsBase)).toBeCloseTo(Math.cos(Math.PI / 6), 6);
    expect(along(turned.centre, -1, usual.centre).map((mm) => mm / 10)).toEqual(
      turned.towardsBase.map((part) => expect.closeTo(part, 6) as number),
    );
  });
});

describe('the long axis of a segmentation', () => {
  it('comes four times nearer to that of a ventricle twice as long as wide, each time that it is cut across', () => {
    const [columns, rows, slices] = [60, 60, 20];
    const askew = 20;
    const tilt = Math.tan((askew * Math.PI) / 180);
    const frame = { ...FRAME, sliceStep: [0, 0, 1] } as const;
    // The ventricle's axis leans to the columns' side.
    const axis: Vector3 = [Math.sin(Math.atan(tilt)), 0, Math.cos(Math.atan(tilt))];
    const grid = { size: [columns, rows, slices] as Vector3, spacing: [2, 2, 6] as Vector3, frame };
    const centre = middleOf(grid, frame);
    const labels = Uint8Array.from({ length: columns * rows * slices }, (_, at) => {
      const from = along(placeIn(grid, at), -1, centre);
      const lengthwise = dot(from, axis);
      const across = dot(from, from) - lengthwise ** 2;
      return across / 22 ** 2 + lengthwise ** 2 / 44 ** 2 < 1 ? Label.bloodPool : Label.background;
    });
    const found = longAxisOf({ ...grid, labels });
    const left = (Math.acos(dot(found?.towardsBase ?? [0, 0, 0], axis)) * 180) / Math.PI;
    // The ventricle is drawn in voxels of 2 x 2 x 6 mm.
    expect(left).toBeLessThan(askew / 3);
  });

  it('is none where no cavity is seen', () => {
    expect(longAxisOf({ ...axial, labels: new Uint8Array(axial.voxels.length) })).toBeNull();
  });
});
