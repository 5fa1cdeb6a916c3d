import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apexFromMask, clearTraces, tidyLabels } from '../../../src/core/segmentation/anatomy.ts';
import { dice, STRUCTURES } from '../../../src/core/segmentation/agreement.ts';
import { Label, type LabelVolume, type Vector3 } from '../../../src/core/volume/volume.ts';
import { drawn, rings } from '../scar/drawn.ts';

/** So large that slices must be straight above one another: the reach of a breath-hold rounds to 0 pixels. */
const NO_REACH: Vector3 = [14, 14, 10];

const WALL = ['.......', '.wwwww.', '.wooow.', '.wooow.', '.wooow.', '.wwwww.', '.......'];

/** Rows of a drawing with some of them replaced. */
const withRows = (rows: Readonly<Record<number, string>>): string[] => WALL.map((row, at) => rows[at] ?? row);

/** A closed gap's outer corners are rounder than a ring's: this share of its pixels. */
const OUTLINE_SHARE = 0.2;

/** The same ring by distance from the pool's pixels and by radius differs in its outermost ones. */
const RING_DICE = 0.95;

/** Pool pixels that touch background. */
function exposedPoolPixels({ labels, size: [columns, rows] }: LabelVolume): number {
  return labels.filter((label, at) => {
    const column = at % columns;
    const row = Math.floor(at / columns) % rows;
    const neighbours = [
      column > 0 ? at - 1 : at,
      column < columns - 1 ? at + 1 : at,
      row > 0 ? at - columns : at,
      row < rows - 1 ? at + columns : at,
    ];
    return label === Label.bloodPool && neighbours.some((next) => labels[next] === Label.background);
  }).length;
}

const tidied = (...slices: string[][]): LabelVolume => tidyLabels(drawn(NO_REACH, ...slices));

describe('tidying labels', () => {
  it('leaves a ventricle as it is, scar and no-reflow included', () => {
    const ventricle = drawn(NO_REACH, withRows({ 1: '.wssww.', 2: '.wosnw.' }), WALL);
    expect(tidyLabels(ventricle)).toEqual(ventricle);
  });

  it('removes a second ventricle, in the slice and in a slice of its own', () => {
    const beside = WALL.map((row, at) => row + (at < 4 ? '..ww' : '....'));
    const alone = WALL.map((row) => `${row}....`);
    const elsewhere = WALL.map((_, at) => (at < 3 ? '.........ww' : '...........'));
    const nothing = WALL.map(() => '...........');
    expect(tidied(beside, alone)).toEqual(drawn(NO_REACH, alone, alone));
    expect(tidied(alone, elsewhere)).toEqual(drawn(NO_REACH, alone, nothing));
    // Connected to the wall only through the next slice, it is still removed: in a slice the ventricle is one piece.
    const bridge = WALL.map((row, at) => (at === 1 ? '.wwwwwwwwww' : `${row}....`));
    expect(tidied(beside, bridge)).toEqual(drawn(NO_REACH, alone, bridge));
  });

  it('fills a hole in the pool with pool and a hole in the wall with viable myocardium', () => {
    expect(tidied(withRows({ 3: '.wo.ow.' }))).toEqual(tidied(WALL));
    const thick = ['.......', '.wwwww.', '.ww.ww.', '.wwwww.', '.wooow.', '.wwwww.', '.......'];
    expect(tidied(thick)).toEqual(
      drawn(
        NO_REACH,
        thick.map((row) => row.replace('w.w', 'www')),
      ),
    );
  });

  it('fills a hole between pool and wall with viable myocardium', () => {
    expect(tidied(withRows({ 3: '.w.oow.' }))).toEqual(drawn(NO_REACH, withRows({ 3: '.wwoow.' })));
  });

  it('takes scar that floats in the pool for pool', () => {
    expect(tidied(withRows({ 3: '.wosow.' }))).toEqual(drawn(NO_REACH, WALL));
    expect(tidied(withRows({ 3: '.wssow.' }))).toEqual(drawn(NO_REACH, withRows({ 3: '.wssow.' })));
  });

  it('keeps a slice that a breath-hold shifted by 6 mm, and drops one that lies 12 mm off', () => {
    const spacing: Vector3 = [2, 2, 10];
    const at = (column: number): string[] => ['.'.repeat(column) + 'ww' + '.'.repeat(12 - column), '.'.repeat(14)];
    const long = ['..wwww........', '.'.repeat(14)];
    expect(
      tidyLabels(drawn(spacing, long, at(8)))
        .labels.slice(28)
        .some((label) => label > 0),
    ).toBe(true);
    expect(
      tidyLabels(drawn(spacing, long, at(11)))
        .labels.slice(28)
        .some((label) => label > 0),
    ).toBe(false);
  });

  it('drops what was held only by a piece that went', () => {
    // The third slice is connected to the second only through the smaller of the second's two pieces, which the slice's
    // rule removes.
    const first = ['wwwwwwww', 'wwwwwwww'];
    const second = ['wwwww..w', 'wwwww..w'];
    const third = ['.......w', '........'];
    expect(tidied(first, second, third)).toEqual(
      drawn(NO_REACH, first, ['wwwww...', 'wwwww...'], ['........', '........']),
    );
  });

  it('takes a second pool for wall', () => {
    const second = ['.......', '.wwwww.', '.wooow.', '.wooow.', '.wwwww.', '.wwwow.', '.wwwww.'];
    const one = second.map((row, at) => (at === 5 ? '.wwwww.' : row));
    expect(tidied(second)).toEqual(drawn(NO_REACH, one));
  });

  it('closes a broken wall, as thick as it is elsewhere, and changes nothing else', () => {
    const whole = rings(
      40,
      [
        [8, 12],
        [8, 12],
        [8, 12],
      ],
      [1, 1, 10],
    );
    const broken = { ...whole, labels: whole.labels.slice() };
    // A sector of the middle slice's wall is background.
    for (let p = 1600; p < 3200; p++) {
      const [x, y] = [(p % 40) - 19.5, Math.floor((p - 1600) / 40) - 19.5];
      if (x > 0 && Math.abs(y) < 4 && whole.labels[p] === Label.viable) broken.labels[p] = Label.background;
    }
    const missing = broken.labels.filter((label, p) => label !== whole.labels[p]).length;
    expect(missing).toBeGreaterThan(20);
    const closed = tidyLabels(broken);
    const different = closed.labels.filter((label, p) => label !== whole.labels[p]).length;
    expect(different).toBeLessThan(OUTLINE_SHARE * missing);
    expect(exposedPoolPixels(closed)).toBe(0);
    expect(tidyLabels(whole)).toEqual(whole);
  });

  it('puts a wall around a pool that has none, as thick as in the next slice', () => {
    const bare = rings(
      40,
      [
        [6, 6],
        [8, 12],
        [8, 12],
      ],
      [1, 1, 10],
    );
    const whole = rings(
      40,
      [
        [6, 10],
        [8, 12],
        [8, 12],
      ],
      [1, 1, 10],
    );
    const closed = tidyLabels(bare);
    expect(dice(closed, whole, STRUCTURES.myocardium)).toBeGreaterThan(RING_DICE);
    expect(dice(closed, whole, STRUCTURES.cavity)).toBe(1);
  });

  it('leaves no pool open to the background, in whatever is drawn', () => {
    const slice = fc.array(fc.constantFrom(0, 0, 1, 1, 2, 3, 4), { minLength: 81, maxLength: 81 });
    fc.assert(
      fc.property(slice, (values) => {
        const raw: LabelVolume = { size: [9, 9, 1], spacing: [3, 3, 10], frame: null, labels: Uint8Array.from(values) };
        expect(exposedPoolPixels(tidyLabels(raw))).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('twice is the same as once, and never changes what size and spacing say', () => {
    const volumes = fc
      .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 4 }))
      .chain(([columns, rows, slices]) =>
        fc.record({
          size: fc.constant([columns, rows, slices] as const),
          spacing: fc.constantFrom(NO_REACH, [6, 6, 10] as const, [3, 3, 10] as const),
          frame: fc.constant(null),
          labels: fc
            .array(fc.constantFrom(0, 0, 1, 2, 2, 3, 4), {
              minLength: columns * rows * slices,
              maxLength: columns * rows * slices,
            })
            .map((values) => Uint8Array.from(values)),
        }),
      );
    fc.assert(
      fc.property(volumes, (raw) => {
        const once = tidyLabels(raw);
        expect(tidyLabels(once)).toEqual(once);
        expect([once.size, once.spacing, once.labels.length]).toEqual([raw.size, raw.spacing, raw.labels.length]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a trace of scar', () => {
  const wall = (scarVoxels: number): LabelVolume => ({
    size: [20, 20, 2],
    // 0.01 mL per voxel
    spacing: [1, 1, 10],
    frame: null,
    labels: Uint8Array.from({ length: 800 }, (_, at) => (at < scarVoxels ? 3 + (at % 2) : 2)),
  });

  it('is no scar, and three millilitres are', () => {
    const cleared = clearTraces(wall(299));
    expect(cleared.labels.labels.every((label) => label === Label.viable)).toBe(true);
    expect(cleared.clearedScarMl).toBeCloseTo(2.99, 9);
    expect(clearTraces(wall(300))).toEqual({ labels: wall(300), clearedScarMl: 0 });
  });

  it('of no-reflow within scar is scar', () => {
    const withNoReflow = (voxels: number): LabelVolume => {
      const { labels, ...grid } = wall(0);
      return {
        ...grid,
        labels: labels.map((_, at) => (at < voxels ? Label.noReflow : at < 400 ? Label.scar : Label.viable)),
      };
    };
    expect(clearTraces(withNoReflow(69)).labels).toEqual(withNoReflow(0));
    expect(clearTraces(withNoReflow(70)).labels).toEqual(withNoReflow(70));
  });
});

describe('the apex from the mask', () => {
  const cone = [null, [0, 4], [4, 8], [6, 10], [8, 12], [9, 13], null] as const;

  it('is the narrow end of a cone, from either side', () => {
    expect(apexFromMask(rings(32, cone, [2, 2, 10]))).toBe('first');
    expect(apexFromMask(rings(32, cone.toReversed(), [2, 2, 10]))).toBe('last');
  });

  it('is unknown for a cylinder, for one slice and for none', () => {
    expect(
      apexFromMask(
        rings(
          32,
          [
            [8, 12],
            [8, 12],
            [8, 12],
          ],
          [2, 2, 10],
        ),
      ),
    ).toBeNull();
    expect(apexFromMask(rings(32, [null, [8, 12], null], [2, 2, 10]))).toBeNull();
    expect(apexFromMask(rings(32, [null, null], [2, 2, 10]))).toBeNull();
  });

  it('turns with the stack', () => {
    const radii = fc.array(fc.integer({ min: 1, max: 11 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(radii, (outer) => {
        const pairs = outer.map((radius) => [radius / 2, radius] as const);
        const here = apexFromMask(rings(24, pairs, [2, 2, 10]));
        const there = apexFromMask(rings(24, pairs.toReversed(), [2, 2, 10]));
        expect(there).toBe(here === null ? null : here === 'first' ? 'last' : 'first');
      }),
    );
  });
});
