/** What hospitals and their files do to a stack: each is a change of a labelled case. Lengths in mm of its header. */
import type { Random } from '../../core/random.ts';
import { robustWindow } from '../../core/volume/intensity.ts';
import { isHeart, type Vector3 } from '../../core/volume/volume.ts';
import type { LabelledCase } from '../files/caseFolder.ts';

export type Variant = (one: LabelledCase, random: Random) => LabelledCase;

/** A field of another size around the case, which starts at `left`, `top`; `beyond` fills what was not in it. */
function inField(
  { id, image, labels }: LabelledCase,
  [width, height]: readonly [number, number],
  [left, top]: readonly [number, number],
  beyond: () => number,
): LabelledCase {
  const [columns, rows, slices] = image.size;
  const size: Vector3 = [width, height, slices];
  const voxels = new Float32Array(width * height * slices);
  const moved = new Uint8Array(voxels.length);
  for (let slice = 0; slice < slices; slice++) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const to = (slice * height + row) * width + column;
        const [x, y] = [column - left, row - top];
        if (x < 0 || y < 0 || x >= columns || y >= rows) {
          voxels[to] = beyond();
          continue;
        }
        const from = (slice * rows + y) * columns + x;
        voxels[to] = image.voxels[from];
        moved[to] = labels.labels[from];
      }
    }
  }
  return { id, image: { ...image, size, voxels }, labels: { ...labels, size, labels: moved } };
}

/** In the middle of a square field of this many mm. */
function padded(one: LabelledCase, mm: number, beyond: () => number): LabelledCase {
  const [columns, rows] = one.image.size;
  const width = Math.max(columns, Math.round(mm / one.image.spacing[0]));
  const height = Math.max(rows, Math.round(mm / one.image.spacing[1]));
  return inField(one, [width, height], [(width - columns) >> 1, (height - rows) >> 1], beyond);
}

/** The heart's first and last column, and the middle of its pixels. */
function heartOf({ labels }: LabelledCase): { first: number; last: number; centre: [number, number] } {
  const [columns, rows] = labels.size;
  let [first, last, x, y, count] = [columns, 0, 0, 0, 0];
  labels.labels.forEach((label, at) => {
    if (!isHeart(label)) return;
    const column = at % columns;
    first = Math.min(first, column);
    last = Math.max(last, column);
    x += column;
    y += Math.floor(at / columns) % rows;
    count += 1;
  });
  return { first, last, centre: [x / count, y / count] };
}

const withVoxels = (one: LabelledCase, change: (value: number, at: number) => number): LabelledCase => ({
  ...one,
  image: { ...one.image, voxels: one.image.voxels.map(change) },
});

const withSpacing = (one: LabelledCase, change: (spacing: Vector3) => Vector3): LabelledCase => ({
  ...one,
  image: { ...one.image, spacing: change(one.image.spacing) },
});

/** Some of the slices, in this order. */
function withSlices({ id, image, labels }: LabelledCase, slices: readonly number[]): LabelledCase {
  const plane = image.size[0] * image.size[1];
  const size: Vector3 = [image.size[0], image.size[1], slices.length];
  const voxels = new Float32Array(plane * slices.length);
  const kept = new Uint8Array(voxels.length);
  slices.forEach((slice, k) => {
    voxels.set(image.voxels.subarray(slice * plane, (slice + 1) * plane), k * plane);
    kept.set(labels.labels.subarray(slice * plane, (slice + 1) * plane), k * plane);
  });
  return { id, image: { ...image, size, voxels }, labels: { ...labels, size, labels: kept } };
}

const allSlices = ({ image }: LabelledCase): number[] => Array.from({ length: image.size[2] }, (_, slice) => slice);

/** The mean intensity of pool over that of viable wall: what noise and nulls are measured by. */
function signalOf({ image, labels }: LabelledCase): { pool: number; wall: number } {
  const mean = (wanted: number): number => {
    let [sum, count] = [0, 0];
    labels.labels.forEach((label, at) => {
      if (label !== wanted) return;
      sum += image.voxels[at];
      count += 1;
    });
    return count > 0 ? sum / count : 0;
  };
  return { pool: mean(1), wall: mean(2) };
}

const air = (one: LabelledCase, random: Random): (() => number) => {
  const { zero, range } = robustWindow(one.image.voxels);
  return () => zero + 0.02 * range * Math.abs(random.normal());
};

/** With a heart in them. */
export const VARIANTS: Readonly<Record<string, Variant>> = {
  'as scanned': (one) => one,
  'padded to 500 mm, zeros': (one) => padded(one, 500, () => 0),
  'padded to 700 mm, zeros': (one) => padded(one, 700, () => 0),
  'padded to 500 mm, air noise': (one, random) => padded(one, 500, air(one, random)),
  'heart 40% off, zeros beyond': (one) => {
    const [columns, rows] = one.image.size;
    const [x, y] = heartOf(one).centre;
    return inField(one, [columns, rows], [Math.round(0.9 * columns - x), Math.round(rows / 2 - y)], () => 0);
  },
  'heart 40% off in 500 mm, air noise': (one, random) => {
    const side = Math.round(500 / one.image.spacing[0]);
    const [x, y] = heartOf(one).centre;
    return inField(one, [side, side], [Math.round(0.9 * side - x), Math.round(side / 2 - y)], air(one, random));
  },
  'cropped, a fifth of the heart cut off': (one) => {
    const { first, last } = heartOf(one);
    const cut = Math.round(first + 0.2 * (last - first));
    return inField(one, [one.image.size[0] - cut, one.image.size[1]], [-cut, 0], () => 0);
  },
  'white text box, 3% of the field': (one) => {
    const [columns, rows] = one.image.size;
    const { zero, range } = robustWindow(one.image.voxels);
    const [width, height] = [Math.round(columns * 0.3), Math.round(rows * 0.1)];
    return withVoxels(one, (value, at) =>
      at % columns < width && Math.floor(at / columns) % rows < height ? zero + 2 * range : value,
    );
  },
  'header twice too large': (one) => withSpacing(one, ([x, y, z]) => [2 * x, 2 * y, z]),
  'header half': (one) => withSpacing(one, ([x, y, z]) => [x / 2, y / 2, z]),
  'header one axis 1.4 too large': (one) => withSpacing(one, ([x, y, z]) => [1.4 * x, y, z]),
  'header says 1 x 1 x 1 mm': (one) => withSpacing(one, () => [1, 1, 1]),
  'slices reversed': (one) => withSlices(one, allSlices(one).reverse()),
  'every second missing': (one) =>
    withSlices(
      one,
      allSlices(one).filter((slice) => slice % 2 === 0),
    ),
  'one slice: middle': (one) => withSlices(one, [one.image.size[2] >> 1]),
  'one slice: first': (one) => withSlices(one, [0]),
  'one slice: last': (one) => withSlices(one, [one.image.size[2] - 1]),
  inverted: (one) => withVoxels(one, (value) => -value),
  'clipped above the pool': (one) => {
    const { pool } = signalOf(one);
    return withVoxels(one, (value) => Math.min(value, pool));
  },
  'magnitude, wall nulled': (one) => {
    const { wall } = signalOf(one);
    return withVoxels(one, (value) => Math.abs(value - wall));
  },
  'magnitude, null between wall and pool': (one) => {
    const { pool, wall } = signalOf(one);
    return withVoxels(one, (value) => Math.abs(value - (pool + wall) / 2));
  },
  'noise, SNR 5 of the pool': (one, random) => {
    const { pool, wall } = signalOf(one);
    return withVoxels(one, (value) => value + (Math.abs(pool - wall) / 2.5) * random.normal());
  },
  'ghosts of a quarter, half a field away': (one) => {
    const [columns, rows] = one.image.size;
    const plane = columns * rows;
    const half = columns * (rows >> 1);
    const { voxels } = one.image;
    return withVoxels(one, (value, at) => value + 0.25 * voxels[at - (at % plane) + (((at % plane) + half) % plane)]);
  },
  'brightest tenth outside the heart four times as bright': (one) => {
    const sorted = Float32Array.from(one.image.voxels).sort();
    const bright = sorted[Math.floor(0.9 * sorted.length)];
    return withVoxels(one, (value, at) => (value > bright && !isHeart(one.labels.labels[at]) ? 4 * value : value));
  },
  'each slice its own scale and zero': (one, random) => {
    const plane = one.image.size[0] * one.image.size[1];
    const scales = allSlices(one).map(() => [0.5 + 1.5 * random.next(), random.normal()] as const);
    const { range } = robustWindow(one.image.voxels);
    return withVoxels(one, (value, at) => {
      const [scale, zero] = scales[Math.floor(at / plane)];
      return scale * value + zero * range;
    });
  },
};

const noLabels = (one: LabelledCase): LabelledCase => ({
  ...one,
  labels: { ...one.labels, labels: new Uint8Array(one.labels.labels.length) },
});

/** Without one: nothing may be drawn and trusted. */
export const NO_HEART: Readonly<Record<string, Variant>> = {
  noise: (one, random) => noLabels(withVoxels(one, () => Math.hypot(random.normal(), random.normal()))),
  rings: (one, random) => {
    const [columns, rows] = one.image.size;
    const [x, y] = [columns * (0.3 + 0.4 * random.next()), rows * (0.3 + 0.4 * random.next())];
    const inner = 22 + 10 * random.next();
    const outer = inner + 8 + 4 * random.next();
    return noLabels(
      withVoxels(one, (_, at) => {
        const radius = Math.hypot((at % columns) - x, (Math.floor(at / columns) % rows) - y) * one.image.spacing[0];
        return 0.1 * random.normal() + (radius < inner ? 1 : radius < outer ? 0.2 : 0.5);
      }),
    );
  },
  /** What is left of the field when the heart and all on its side are cut off. */
  'the field beside the heart': (one) => {
    const { first, last } = heartOf(one);
    const [columns, rows] = one.image.size;
    return first > columns - last
      ? inField(one, [Math.max(1, first - 4), rows], [0, 0], () => 0)
      : inField(one, [Math.max(1, columns - last - 4), rows], [-(last + 4), 0], () => 0);
  },
};
