import { beforeAll, describe, expect, it } from 'vitest';
import { makeHeart } from '../../../src/core/phantom/heart.ts';
import { Random } from '../../../src/core/random.ts';
import { isHeart, type LabelVolume, type Vector3, type Volume } from '../../../src/core/volume/volume.ts';
import { SEGMENT, type CascadeStage } from '../../../src/nn/networks/segmentation.ts';
import {
  drawView,
  type AugmentationSpec,
  type TrainingCase,
  type View,
} from '../../../src/nn/training/augmentation.ts';
import { LOCATE_RECIPE, SEGMENT_RECIPE } from '../../../src/nn/training/segmentationRecipe.ts';
import { prepareCase } from '../../../src/nn/training/trainSegmentation.ts';
import { SPEC } from '../phantom/specs.ts';

/** Rotated, mirrored, moved and stretched as in training, with unchanged intensities. */
const GEOMETRY_ONLY: AugmentationSpec = {
  ...SEGMENT_RECIPE.augmentation,
  anywhere: 0,
  empty: 0,
  inverted: 0,
  magnitude: 0,
  logGamma: 0,
  logGain: 0,
  offset: 0,
  shading: 0,
  noise: 0,
  blur: 0,
  ghost: 0,
};

function view(training: TrainingCase, slice: number, stage: CascadeStage, spec: AugmentationSpec, seed: number): View {
  return drawView(training, slice, null, stage, spec, new Random(seed));
}

let heart: { volume: Volume; labels: LabelVolume };
let training: TrainingCase;

beforeAll(() => {
  heart = makeHeart(SPEC, new Random(3));
  training = prepareCase('phantom', heart.volume, heart.labels);
});

describe('a random view', () => {
  it('is a function of the seed', () => {
    const once = view(training, 5, SEGMENT, SEGMENT_RECIPE.augmentation, 7);
    const again = view(training, 5, SEGMENT, SEGMENT_RECIPE.augmentation, 7);
    const other = view(training, 5, SEGMENT, SEGMENT_RECIPE.augmentation, 8);
    expect(Buffer.compare(Buffer.from(once.input.buffer), Buffer.from(again.input.buffer))).toBe(0);
    expect(Buffer.compare(once.target, again.target)).toBe(0);
    expect(Buffer.compare(Buffer.from(once.input.buffer), Buffer.from(other.input.buffer))).not.toBe(0);
  });

  it("holds the case's labels only, and intensities within the network's range, at both stages", () => {
    for (const recipe of [LOCATE_RECIPE, SEGMENT_RECIPE]) {
      for (let seed = 0; seed < 10; seed++) {
        const { input, target } = view(training, seed, recipe.stage, recipe.augmentation, seed);
        expect(target.every((label) => label <= 4)).toBe(true);
        // scaleIntensity spreads to [-2, 3]; half an absolute difference is at most 2.5.
        expect(input.every((value) => value >= -2 && value <= 3)).toBe(true);
      }
    }
  });

  it('shows every heart equally large, whatever the pixels', () => {
    const meanArea = (shown: TrainingCase): number => {
      const areas = Array.from({ length: 12 }, (_, seed) => {
        const { target } = view(shown, 5, SEGMENT, { ...GEOMETRY_ONLY, shift: 0 }, seed);
        return target.filter(isHeart).length;
      });
      return areas.reduce((sum, area) => sum + area, 0) / areas.length;
    };
    // A disc 50 pixels across, at slice 5 of the phantom a little less than its largest.
    const disc = (Math.PI / 4) * 50 ** 2;
    // Area goes with the square of a scale of SD 0.14, so its mean over 12 views has an SD of about 0.08.
    expect(Math.abs(meanArea(training) / disc - 1)).toBeLessThan(0.3);
    const doubled: Vector3 = [2 * heart.volume.spacing[0], 2 * heart.volume.spacing[1], heart.volume.spacing[2]];
    const large = prepareCase('large', { ...heart.volume, spacing: doubled }, { ...heart.labels, spacing: doubled });
    expect(large.place.diameterMm).toBeCloseTo(2 * training.place.diameterMm, 6);
    expect(meanArea(large)).toBe(meanArea(training));
  });

  it('puts each label where the image shows it', () => {
    // An image whose intensity is its label: pool 1, wall 2 and more, elsewhere 0.
    const voxels = Float32Array.from(heart.labels.labels, (label) => Math.min(label, 2));
    const shown = prepareCase('labels', { ...heart.volume, voxels }, heart.labels);
    const window = shown.regionWindow;
    expect(window).toEqual({ zero: 0, range: 2 });
    for (let seed = 0; seed < 5; seed++) {
      const { input, target } = view(shown, 5, SEGMENT, GEOMETRY_ONLY, seed);
      let agree = 0;
      target.forEach((label, p) => {
        // scaleIntensity: 2 w - 1, w the intensity over the range of 2, so input = label - 1.
        if (Math.round(input[3 * p] + 1) === Math.min(label, 2)) agree += 1;
      });
      // All except pixels on a border, where one of them interpolates and the other does not.
      expect(agree / target.length).toBeGreaterThan(0.93);
    }
  });

  it('gives a slice at the end of the stack itself for the neighbour that it lacks', () => {
    const single = prepareCase(
      'single',
      { ...heart.volume, size: [80, 80, 1], voxels: heart.volume.voxels.slice(5 * 6400, 6 * 6400) },
      { ...heart.labels, size: [80, 80, 1], labels: heart.labels.labels.slice(5 * 6400, 6 * 6400) },
    );
    const { input } = view(single, 0, SEGMENT, SEGMENT_RECIPE.augmentation, 1);
    for (let p = 0; p < input.length; p += 3) {
      expect(input[p + 1]).toBe(input[p]);
      expect(input[p + 2]).toBe(0);
      if (p > 300) break;
    }
  });

  it('shows another patient beyond the image, with the heart of that one too', () => {
    const [columns, rows, slices] = heart.volume.size;
    const far = { ...training, place: { ...training.place, centre: [-columns, rows / 2] as const } };
    const spec = { ...GEOMETRY_ONLY, shift: 0, logScale: 0, surrounded: 1 };
    const alone = drawView(far, slices >> 1, null, SEGMENT, spec, new Random(5));
    const surrounded = drawView(far, slices >> 1, training, SEGMENT, spec, new Random(5));
    expect(alone.target.some(isHeart)).toBe(false);
    expect(new Set(alone.input.filter((_, at) => at % 3 === 0)).size).toBe(1);
    expect(new Set(surrounded.input.filter((_, at) => at % 3 === 0)).size).toBeGreaterThan(100);
  });

  it('can hold no heart at all', () => {
    const spec = { ...LOCATE_RECIPE.augmentation, empty: 1 };
    for (let seed = 0; seed < 5; seed++) {
      expect(view(training, 5, LOCATE_RECIPE.stage, spec, seed).target.some((label) => label > 0)).toBe(false);
    }
  });

  it('does not see the scale or the zero of the intensities', () => {
    const moved = { ...heart.volume, voxels: heart.volume.voxels.map((value) => 0.5 * value - 300) };
    const plain = view(training, 4, SEGMENT, SEGMENT_RECIPE.augmentation, 5);
    const there = view(prepareCase('moved', moved, heart.labels), 4, SEGMENT, SEGMENT_RECIPE.augmentation, 5);
    const worst = plain.input.reduce((most, value, i) => Math.max(most, Math.abs(value - there.input[i])), 0);
    // Stored values of some thousands keep 2e-4 in float32, of a window of some hundred; gamma steepens it near 0.
    expect(worst).toBeLessThan(1e-3);
    expect(there.target).toEqual(plain.target);
  });

  it('cannot be drawn of a case without a heart', () => {
    const empty = { ...heart.labels, labels: new Uint8Array(heart.labels.labels.length) };
    expect(() => prepareCase('empty', heart.volume, empty)).toThrow(RangeError);
  });
});
