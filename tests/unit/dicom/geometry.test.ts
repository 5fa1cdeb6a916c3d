import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FramePlacement } from '../../../src/core/dicom/dicomImage.ts';
import { groupByPosition, stackGeometry, type StackGeometry } from '../../../src/core/dicom/geometry.ts';
import { cross } from '../../../src/core/volume/vectors.ts';
import type { Vector3 } from '../../../src/core/volume/volume.ts';

/** mm; double arithmetic on positions of some hundred millimetres. */
const POSITION_TOLERANCE_MM = 1e-3;
/** Columns and rows. */
const SIZE = [100, 100] as const;

/** Any orthonormal pair of directions, from three angles. */
const orientation = fc
  .tuple(
    fc.double({ min: 0, max: 6, noNaN: true }),
    fc.double({ min: -1.5, max: 1.5, noNaN: true }),
    fc.double({ min: 0, max: 6, noNaN: true }),
  )
  .map(([azimuth, elevation, roll]): { columnStep: Vector3; rowStep: Vector3 } => {
    const normal: Vector3 = [
      Math.cos(azimuth) * Math.cos(elevation),
      Math.sin(azimuth) * Math.cos(elevation),
      Math.sin(elevation),
    ];
    const east: Vector3 = [-Math.sin(azimuth), Math.cos(azimuth), 0];
    const north = cross(normal, east);
    const turn = (a: number, b: number): Vector3 =>
      [0, 1, 2].map((i) => a * east[i] + b * north[i]) as unknown as Vector3;
    return {
      columnStep: turn(Math.cos(roll), Math.sin(roll)),
      rowStep: turn(-Math.sin(roll), Math.cos(roll)),
    };
  });

function placementsAlong(
  { columnStep, rowStep }: { columnStep: Vector3; rowStep: Vector3 },
  origin: Vector3,
  distances: readonly number[],
): FramePlacement[] {
  const normal = cross(columnStep, rowStep);
  return distances.map((mm) => ({
    position: origin.map((x, i) => x + mm * normal[i]) as unknown as Vector3,
    columnStep,
    rowStep,
    spacing: [1.4, 1.5],
  }));
}

function grid(placements: readonly FramePlacement[]): StackGeometry {
  const geometry = stackGeometry(placements, SIZE);
  if ('code' in geometry) throw new Error(geometry.code);
  return geometry;
}

const AXIAL = { columnStep: [1, 0, 0] as Vector3, rowStep: [0, 1, 0] as Vector3 };

describe('stack geometry', () => {
  it('finds order, spacing and place of any oblique stack, in whatever order its slices come', () => {
    fc.assert(
      fc.property(
        orientation,
        fc.tuple(
          fc.integer({ min: -300, max: 300 }),
          fc.integer({ min: -300, max: 300 }),
          fc.integer({ min: -300, max: 300 }),
        ),
        fc.integer({ min: 3, max: 20 }),
        fc.double({ min: 1, max: 15, noNaN: true }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (directions, origin, count, gap, random) => {
          const placements = placementsAlong(
            directions,
            origin,
            Array.from({ length: count }, (_, k) => k * gap),
          );
          const shuffled = placements.map((placement, k) => ({ placement, k, key: random.next().value as number }));
          shuffled.sort((a, b) => a.key - b.key);
          const sorted = groupByPosition(shuffled).flat();
          expect(sorted.map(({ k }) => k)).toEqual(placements.map((_, k) => k));
          const { spacing, frame, order, warnings } = grid(sorted.map(({ placement }) => placement));
          expect(order).toEqual(placements.map((_, k) => k));
          expect(warnings).toEqual([]);
          expect(Math.abs(spacing[2] - gap)).toBeLessThan(POSITION_TOLERANCE_MM);
          const last = placements[count - 1].position;
          frame.origin.forEach((x, i) => {
            const mm = x + (count - 1) * spacing[2] * frame.sliceStep[i];
            expect(Math.abs(mm - last[i])).toBeLessThan(20 * POSITION_TOLERANCE_MM);
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('counts slices along columns x rows', () => {
    const { frame } = grid(placementsAlong(AXIAL, [0, 0, 0], [0, 5, 10]));
    expect(frame.sliceStep).toEqual([0, 0, 1]);
  });

  it('leaves a place for one missing slice and says which', () => {
    const { order, spacing, warnings } = grid(placementsAlong(AXIAL, [0, 0, 0], [0, 8, 24, 32]));
    expect(order).toEqual([0, 1, null, 2, 3]);
    expect(spacing[2]).toBe(8);
    expect(warnings).toEqual([{ code: 'sliceFilledIn', after: 2 }]);
  });

  it('refuses a stack with a hole and a single slice', () => {
    const at = (mm: readonly number[]) => stackGeometry(placementsAlong(AXIAL, [0, 0, 0], mm), SIZE);
    expect(at([0, 8, 16, 48, 56])).toEqual({ code: 'slicesMissing', count: 3, after: 3 });
    expect(at([0])).toEqual({ code: 'singleSlice' });
  });

  it('gives each slice of an uneven stack half the way to its neighbours, and tells their sum', () => {
    const { spacing, sliceMm, warnings } = grid(placementsAlong(AXIAL, [0, 0, 0], [0, 13, 26, 41.6]));
    expect(spacing[2]).toBeCloseTo(41.6 / 3, 3);
    [13, 13, 14.3, 14.3].forEach((mm, k) => expect(sliceMm?.[k]).toBeCloseTo(mm, 6));
    expect(warnings).toMatchObject([{ code: 'gapsDiffer' }]);
    expect(grid(placementsAlong(AXIAL, [0, 0, 0], [0, 13, 26, 39])).sliceMm).toBeNull();
  });

  it.each(['corner', 'middle'])('keeps the gap of slices tilted by less than a degree about their %s', (about) => {
    const angle = (0.8 * Math.PI) / 180;
    const placements = placementsAlong(AXIAL, [0, 0, 0], [0, 13, 26, 39, 52]).map((placement, k) => {
      if (k < 3) return placement;
      const columnStep: Vector3 = [Math.cos(angle), 0, Math.sin(angle)];
      const half = about === 'corner' ? 0 : ((SIZE[0] - 1) / 2) * placement.spacing[0];
      const [x, y, z] = placement.position;
      const position: Vector3 = [x + half - half * columnStep[0], y, z - half * columnStep[2]];
      return { ...placement, columnStep, position };
    });
    const { spacing, sliceMm, warnings } = grid(placements);
    expect(spacing[2]).toBeCloseTo(13, 2);
    expect(sliceMm).toBeNull();
    expect(warnings).toMatchObject([
      {
        code: 'slicesTilted',
        slices: [
          { slice: 4, degrees: expect.closeTo(0.8, 3) as number },
          { slice: 5, degrees: expect.closeTo(0.8, 3) as number },
        ],
      },
    ]);
  });

  it('says which slices were shifted in their plane', () => {
    const placements = placementsAlong(AXIAL, [0, 0, 0], [0, 8, 16]);
    const shifted = placements.map((p, k) => (k === 1 ? { ...p, position: [3, 4, 8] as Vector3 } : p));
    expect(grid(shifted).warnings).toEqual([{ code: 'slicesShifted', slices: [{ slice: 2, mm: 5 }] }]);
  });
});
