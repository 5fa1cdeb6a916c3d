import { describe, expect, it } from 'vitest';
import { attentionOnWall } from '../../../src/core/patient/attentionOnWall.ts';
import { Label, type LabelVolume } from '../../../src/core/volume/volume.ts';

const SIDE = 16;
const SLICES = 12;
const COLUMNS = 48;
const size = [COLUMNS, COLUMNS, 5] as const;

/** A tube around the slice's middle, wall from 8 to 14 voxels of 1.5 mm from it, pool within. */
function tube(): LabelVolume {
  const labels = new Uint8Array(COLUMNS * COLUMNS * size[2]);
  labels.forEach((_, at) => {
    const [column, row] = [at % COLUMNS, Math.floor(at / COLUMNS) % COLUMNS];
    const radius = Math.hypot(column - 23.5, row - 23.5);
    labels[at] = radius < 8 ? Label.bloodPool : radius < 14 ? Label.viable : Label.background;
  });
  return { size, spacing: [1.5, 1.5, 10], frame: null, labels };
}
const map = (value: (z: number, y: number, x: number) => number): Float32Array =>
  Float32Array.from({ length: SLICES * SIDE * SIDE }, (_, at) =>
    value(Math.floor(at / SIDE ** 2), Math.floor(at / SIDE) % SIDE, at % SIDE),
  );
const voxel = (column: number, row: number, slice: number): number => (slice * COLUMNS + row) * COLUMNS + column;

describe('the heat map on the wall', () => {
  it('lies on the wall alone, and its greatest value there is 1 in size', () => {
    const labels = tube();
    const shown = attentionOnWall(
      map((_z, y, x) => (x - 7.5) * (y + 1)),
      labels,
      'first',
    );
    if (!shown) throw new Error('nothing was shown');
    let most = 0;
    shown.forEach((value, at) => {
      if (labels.labels[at] !== Label.viable) expect(value).toBe(0);
      most = Math.max(most, Math.abs(value));
    });
    expect(most).toBe(1);
  });

  it('keeps the places of the image: left of the middle stays left, and what is straight stays straight', () => {
    const shown = attentionOnWall(
      map((_z, _y, x) => x - 7.5),
      tube(),
      'first',
    );
    if (!shown) throw new Error('nothing was shown');
    const at = (column: number): number => shown[voxel(column, 23, 2)];
    expect(at(11)).toBeLessThan(0);
    expect(at(36)).toBeCloseTo(-at(11), 5);
    expect(at(12) - at(11)).toBeCloseTo(at(36) - at(35), 5);
  });

  it('follows the stack from its apex, whichever way it is stored', () => {
    const bySlice = map((z) => z + 1);
    const first = attentionOnWall(bySlice, tube(), 'first');
    const last = attentionOnWall(bySlice, tube(), 'last');
    if (!first || !last) throw new Error('nothing was shown');
    for (let slice = 0; slice < size[2]; slice++) {
      expect(first[voxel(12, 23, slice)]).toBeCloseTo((slice + 1) / size[2], 5);
      expect(last[voxel(12, 23, slice)]).toBe(first[voxel(12, 23, size[2] - 1 - slice)]);
    }
  });

  it('is none without a blood pool, and nothing where the map is nothing', () => {
    const empty = { ...tube(), labels: new Uint8Array(COLUMNS * COLUMNS * size[2]) };
    expect(
      attentionOnWall(
        map(() => 1),
        empty,
        'first',
      ),
    ).toBeNull();
    expect(
      attentionOnWall(
        map(() => 0),
        tube(),
        'first',
      )?.some((value) => value !== 0),
    ).toBe(false);
  });
});
