import { beforeAll, describe, expect, it } from 'vitest';
import { fileReader, MODELS_FOLDER, startNodeWasm } from '../../../src/studies/files/shippedModels.ts';
import { CancelledError } from '../../../src/core/errors.ts';
import { demoPatient } from '../../../src/core/phantom/demoPatient.ts';
import { Random } from '../../../src/core/random.ts';
import { tidyLabels } from '../../../src/core/segmentation/anatomy.ts';
import { dice, STRUCTURES } from '../../../src/core/segmentation/agreement.ts';
import { isHeartDoubtful } from '../../../src/core/segmentation/reliability.ts';
import type { VentriclePlace } from '../../../src/core/segmentation/ventriclePlace.ts';
import { isHeart, Label, type LabelVolume, type Vector3, type Volume } from '../../../src/core/volume/volume.ts';
import {
  labelOf,
  placeSegmentation,
  segmentStack,
  type SegmentationNetworks,
  type StackSegmentation,
} from '../../../src/nn/segmentStack.ts';
import { LOCATE } from '../../../src/nn/networks/segmentation.ts';
import { loadIndex, loadModel } from '../../../src/nn/weights.ts';
import type { SegmentModelFile } from '../../../src/pipeline/analysing/models.ts';

/** The first shipped weights reach 0.96 and 0.85 here; far below that something is broken, not merely trained otherwise. */
const CAVITY_FLOOR = 0.85;
const MYOCARDIUM_FLOOR = 0.7;
/** Share of heart voxels whose label may change when float32 rounds a scaled and shifted image again. */
const ROUNDING_SHARE = 0.001;
/** Share of heart voxels whose label may change with a square that is off by up to two pixels. */
const MIRROR_SHARE = 0.1;
/** Share of voxels that are heart in both of two looks at one stack, or in neither: the heart is some 5% of them. */
const SAME_HEART = 0.99;
/** A softmax in float32 adds up to 1 within this. */
const SOFTMAX_ROUNDING = 1e-6;

let networks: SegmentationNetworks;
let image: Volume;
let truth: LabelVolume;
let found: StackSegmentation;
const told: number[] = [];

const segment = (volume: Volume): Promise<StackSegmentation> => segmentStack(volume, networks, {});

function reversed<T extends Float32Array | Uint8Array>(values: T, [columns, rows, count]: Vector3): T {
  const plane = columns * rows;
  const result = values.slice() as T;
  for (let k = 0; k < count; k++) result.set(values.subarray(k * plane, (k + 1) * plane), (count - 1 - k) * plane);
  return result;
}

/** Every second slice: what holds of a stack holds of half as many slices, in half the time. */
function everySecond<T extends Float32Array | Uint8Array>(values: T, [columns, rows]: Vector3): T {
  const plane = columns * rows;
  return values.filter((_, at) => Math.floor(at / plane) % 2 === 0) as T;
}

const thinned = <T extends { readonly size: Vector3; readonly spacing: Vector3 }>(grid: T): T => ({
  ...grid,
  size: [grid.size[0], grid.size[1], Math.ceil(grid.size[2] / 2)],
  spacing: [grid.spacing[0], grid.spacing[1], 2 * grid.spacing[2]],
});

const changed = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count += 1;
  return count;
};

const filled = (size: Vector3, value: () => number): Volume => ({
  size,
  spacing: [1.5, 1.5, 8],
  frame: null,
  voxels: Float32Array.from({ length: size[0] * size[1] * size[2] }, value),
});

beforeAll(async () => {
  await startNodeWasm();
  const read = fileReader(MODELS_FOLDER);
  const index = await loadIndex(read);
  const locate = await loadModel('locate', index, read);
  const detail = await loadModel<SegmentModelFile>('segment', index, read);
  networks = placeSegmentation(locate.arrays, detail.arrays, detail.file.confidence);
  const demo = demoPatient();
  image = { ...thinned(demo.volume), voxels: everySecond(demo.volume.voxels, demo.volume.size) };
  truth = { ...thinned(demo.labels), labels: everySecond(demo.labels.labels, demo.labels.size) };
  found = await segmentStack(image, networks, { onProgress: (fraction) => told.push(fraction) });
}, 60_000);

describe('segmenting the demo patient with the shipped weights', () => {
  it('finds the cavity and the myocardium', () => {
    expect(dice(found.labels, truth, STRUCTURES.cavity)).toBeGreaterThan(CAVITY_FLOOR);
    expect(dice(found.labels, truth, STRUCTURES.myocardium)).toBeGreaterThan(MYOCARDIUM_FLOOR);
  });

  it("lies on the image's own grid and is as anatomy allows", () => {
    const { labels } = found;
    expect([labels.size, labels.spacing, labels.frame]).toEqual([image.size, image.spacing, image.frame]);
    expect(changed(tidyLabels(labels).labels, labels.labels)).toBe(0);
  });

  it('says how sure it is of each voxel of heart, and nothing elsewhere', () => {
    const { labels, confidence, plausibility, casePlausibility } = found;
    let wrong = 0;
    labels.labels.forEach((label, at) => {
      if (isHeart(label) ? !(confidence[at] > 0 && confidence[at] <= 1 + SOFTMAX_ROUNDING) : confidence[at] !== 0)
        wrong += 1;
    });
    expect(wrong).toBe(0);
    const plane = image.size[0] * image.size[1];
    plausibility.forEach((value, slice) => {
      const holds = labels.labels.subarray(slice * plane, (slice + 1) * plane).some(isHeart);
      expect(value === null).toBe(!holds);
      if (value !== null) expect(value).toBeGreaterThan(0.2);
    });
    const known = plausibility.filter((value) => value !== null);
    expect(casePlausibility).toBeGreaterThan(Math.min(...known));
    expect(casePlausibility).toBeLessThan(Math.max(...known));
  });

  it('looks for no further place where the heart convinces at the first', async () => {
    // A field so small that it would be viewed at a second scale too.
    const side = 120;
    const [columns, , slices] = image.size;
    const [left, top] = [36, 42];
    const voxels = new Float32Array(side * side * slices).map((_, i) => {
      const [x, y, z] = [i % side, Math.floor(i / side) % side, Math.floor(i / side ** 2)];
      return image.voxels[left + x + columns * (top + y + image.size[1] * z)];
    });
    let squares = 0;
    const locate: SegmentationNetworks['locate'] = (input, options) => {
      squares += input.length / (LOCATE.size ** 2 * LOCATE.network.inputChannels);
      return networks.locate(input, options);
    };
    const cut: Volume = { ...image, size: [side, side, slices], voxels };
    const { looksAgree } = await segmentStack(cut, { ...networks, locate }, {});
    expect(isHeartDoubtful(looksAgree)).toBe(false);
    // Each slice once, and again with its flips where the heart was found.
    expect(squares).toBe(5 * slices);
  });

  it('does not see the scale or the zero of the intensities', async () => {
    const heart = found.labels.labels.filter(isHeart).length;
    const moved = await segment({ ...image, voxels: image.voxels.map((value) => 0.03 * value - 700) });
    expect(changed(moved.labels.labels, found.labels.labels)).toBeLessThanOrEqual(ROUNDING_SHARE * heart);
  });

  it('gives the reversed labels of the reversed stack, exactly', async () => {
    const turned = await segment({ ...image, voxels: reversed(image.voxels, image.size) });
    expect(changed(reversed(turned.labels.labels, image.size), found.labels.labels)).toBe(0);
  });

  it('gives the mirrored labels of the mirrored image, but for rounding', async () => {
    const [columns] = image.size;
    const mirror = <T extends Float32Array | Uint8Array>(values: T): T =>
      values.map((_, at) => values[at - (at % columns) + (columns - 1 - (at % columns))]) as T;
    const mirrored = await segment({ ...image, voxels: mirror(image.voxels) });
    const heart = found.labels.labels.filter(isHeart).length;
    // The first stage takes one look, so the square may be slightly off.
    expect(changed(mirror(mirrored.labels.labels), found.labels.labels)).toBeLessThan(MIRROR_SHARE * heart);
  });

  it('gives the turned labels of the turned image where directions are not known', async () => {
    const [columns, rows, slices] = image.size;
    const [left, top] = [0, 1].map((axis) => Math.max(0, Math.floor((image.size[axis] - Math.min(columns, rows)) / 2)));
    const side = Math.min(columns, rows);
    const at = (x: number, y: number, z: number): number => left + x + columns * (top + y + rows * z);
    const cut = (turn: boolean): Volume => {
      const size: Vector3 = [side, side, slices];
      const voxels = new Float32Array(side * side * slices);
      voxels.forEach((_, i) => {
        const [x, y, z] = [i % side, Math.floor(i / side) % side, Math.floor(i / side ** 2)];
        voxels[i] = image.voxels[turn ? at(y, side - 1 - x, z) : at(x, y, z)];
      });
      return { ...image, size, voxels };
    };
    const options = { directionsUnknown: true };
    const straight = (await segmentStack(cut(false), networks, options)).labels.labels;
    const turned = (await segmentStack(cut(true), networks, options)).labels.labels;
    const heart = straight.filter(isHeart).length;
    expect(heart).toBeGreaterThan(0);
    const back = turned.map((_, i) => {
      const [x, y, z] = [i % side, Math.floor(i / side) % side, Math.floor(i / side ** 2)];
      return turned[side - 1 - y + side * (x + side * z)];
    });
    expect(changed(back, straight)).toBeLessThanOrEqual(ROUNDING_SHARE * heart);
  });

  it('does not see padding, whatever its value', async () => {
    const [columns, rows, slices] = image.size;
    const width = Math.round(1.6 * columns);
    const padded = (value: number): Volume => {
      const voxels = new Float32Array(width * rows * slices).fill(value);
      for (let row = 0; row < rows * slices; row++) {
        voxels.set(image.voxels.subarray(row * columns, (row + 1) * columns), row * width);
      }
      return { ...image, size: [width, rows, slices], voxels };
    };
    const lowest = image.voxels.reduce((least, value) => Math.min(least, value), Infinity);
    const [dark, bright] = [await segment(padded(lowest - 1)), await segment(padded(10 * Math.abs(lowest) + 1e4))];
    expect(bright.labels.labels).toEqual(dark.labels.labels);
    const heart = dark.labels.labels.filter(isHeart).length;
    expect(Math.abs(heart / found.labels.labels.filter(isHeart).length - 1)).toBeLessThan(MIRROR_SHARE);
  });

  it('finds the heart where the header has half or twice its spacing', async () => {
    for (const factor of [0.5, 2]) {
      const spacing: Vector3 = [image.spacing[0] * factor, image.spacing[1] * factor, image.spacing[2]];
      const { labels, looksAgree } = await segment({ ...image, spacing });
      const same = labels.labels.filter((label, at) => isHeart(label) === isHeart(found.labels.labels[at])).length;
      expect(same / labels.labels.length).toBeGreaterThan(SAME_HEART);
      expect(isHeartDoubtful(looksAgree)).toBe(false);
    }
  });

  it('is sure that the phantom is a heart, and doubts what it draws in noise', async () => {
    expect(isHeartDoubtful(found.looksAgree)).toBe(false);
    for (const seed of [1, 2]) {
      const random = new Random(seed);
      const { looksAgree, casePlausibility } = await segment(
        filled([128, 128, 3], () => Math.hypot(random.normal(), random.normal())),
      );
      if (casePlausibility !== null) expect(isHeartDoubtful(looksAgree)).toBe(true);
    }
  });

  it('segments where a reader shows the heart, and asks nobody else', async () => {
    const nobody: SegmentationNetworks = { ...networks, locate: () => Promise.reject(new Error('asked')) };
    const [columns, rows] = image.size;
    const spots = [...found.labels.labels.keys()].filter((at) => isHeart(found.labels.labels[at]));
    const mean = (of: (at: number) => number): number => spots.reduce((sum, at) => sum + of(at), 0) / spots.length;
    const place: VentriclePlace = {
      centre: [mean((at) => at % columns), mean((at) => Math.floor(at / columns) % rows)],
      diameterMm: 70,
    };
    const { labels } = await segmentStack(image, nobody, { place });
    const same = labels.labels.filter((label, at) => isHeart(label) === isHeart(found.labels.labels[at])).length;
    expect(same / labels.labels.length).toBeGreaterThan(SAME_HEART);
  });

  it('tells how far it is, from 0 to 1 and never back', () => {
    expect(told.length).toBeGreaterThan(1);
    expect(told.every((fraction, i) => fraction >= (told[i - 1] ?? 0) && fraction <= 1)).toBe(true);
    expect(told.at(-1)).toBe(1);
  });

  it('stops when it is told to', async () => {
    await expect(segmentStack(image, networks, { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
    const stop = new AbortController();
    const late = segmentStack(image, networks, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(late).rejects.toThrow(CancelledError);
  });
});

describe('segmenting what is no heart', () => {
  it('finds nothing in an image of one value', async () => {
    for (const value of [0, 0.1]) {
      const { labels, confidence, plausibility, casePlausibility } = await segment(filled([40, 50, 2], () => value));
      expect(labels.labels.length).toBe(4000);
      expect(labels.labels.some(isHeart)).toBe(false);
      expect(confidence.some((c) => c !== 0)).toBe(false);
      expect(plausibility).toEqual([null, null]);
      expect(casePlausibility).toBeNull();
    }
  });

  it('gives labels of the right size for noise, a single slice, a tiny and an oblong image', async () => {
    const random = new Random(1);
    for (const size of [
      [64, 64, 3],
      [100, 30, 1],
      [3, 2, 1],
      [1, 1, 2],
    ] as const) {
      const noise = filled(size, () => random.normal());
      const { labels, plausibility } = await segment(noise);
      expect(labels.labels.length).toBe(noise.voxels.length);
      expect(labels.labels.every((label) => label <= 4)).toBe(true);
      expect(plausibility.length).toBe(size[2]);
    }
  });
});

describe('the label of a voxel', () => {
  it('is wall where its classes together outweigh pool and background', () => {
    expect(labelOf([0.35, 0, 0.2, 0.2, 0.25])).toBe(Label.noReflow);
    expect(labelOf([0, 0.35, 0.5, 0.15, 0])).toBe(Label.viable);
    expect(labelOf([0.6, 0, 0.2, 0.1, 0.1])).toBe(Label.background);
    expect(labelOf([0, 0.6, 0.2, 0.1, 0.1])).toBe(Label.bloodPool);
  });

  it('is wall only where that outweighs its neighbour by a quarter', () => {
    expect(labelOf([0, 0.45, 0.55, 0, 0])).toBe(Label.bloodPool);
    expect(labelOf([0.45, 0, 0.55, 0, 0])).toBe(Label.background);
    expect(labelOf([0.43, 0, 0.57, 0, 0])).toBe(Label.viable);
  });

  it('is no-reflow only within scar, from a third of it on', () => {
    expect(labelOf([0, 0, 0.6, 0, 0.4])).toBe(Label.viable);
    expect(labelOf([0, 0, 0, 0.75, 0.25])).toBe(Label.scar);
    expect(labelOf([0, 0, 0, 0.6, 0.4])).toBe(Label.noReflow);
  });
});
