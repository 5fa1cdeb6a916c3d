/** How both segmentation stages are trained. One file, so that a card can quote it whole. */
import { LOCATE, SEGMENT, type CascadeStage, type StageName } from '../networks/segmentation.ts';
import type { AugmentationSpec } from './augmentation.ts';
import type { LossSpec } from './segmentationLoss.ts';
import type { Schedule } from './trainNetwork.ts';

/** A span of training on the cases. */
export interface Course {
  readonly seed: number;
  readonly schedule: Schedule;
  readonly loss: LossSpec;
  /** How often a slice is drawn by what the expert found in it, against a slice without scar. */
  readonly slicesWithScar: number;
  readonly slicesWithNoReflow: number;
  readonly phantomShare: number;
  readonly augmentation: AugmentationSpec;
}

export interface StageRecipe extends Course {
  readonly stage: CascadeStage;
  readonly batch: number;
  /** On phantoms alone, once: every fold and the final weights start from its result. */
  readonly pretraining: Schedule;
  /**
   * Folds after the first only measure what the stages reach together: a shorter first stage is enough there, and can
   * only make the figures worse.
   */
  readonly otherFolds: Schedule;
  /** On all cases, from the first fold's averaged weights. */
  readonly onAll: Schedule;
  /** What differs in a second span on the same cases, from the first's averaged weights; null if there is none. */
  readonly refining: Course | null;
}

const LOCATE_SCHEDULE = {
  learningRate: 2e-3,
  warmUpSteps: 100,
  weightDecay: 0.01,
  maxGradientNorm: 1,
  averageDecay: 0.998,
};

const SEGMENT_SCHEDULE = {
  learningRate: 1.5e-3,
  warmUpSteps: 150,
  weightDecay: 0.02,
  maxGradientNorm: 1,
  averageDecay: 0.997,
};

/** How many phantoms, and from which seed. */
export const PHANTOMS = { count: 64, seed: 13 };

export const LOCATE_RECIPE: StageRecipe = {
  stage: LOCATE,
  seed: 11,
  batch: 16,
  pretraining: { ...LOCATE_SCHEDULE, steps: 500 },
  schedule: { ...LOCATE_SCHEDULE, steps: 5000 },
  otherFolds: { ...LOCATE_SCHEDULE, steps: 1500 },
  onAll: { ...LOCATE_SCHEDULE, learningRate: 1e-3, steps: 2000 },
  phantomShare: 0.25,
  loss: { classWeights: [1, 1], groups: [{ classes: [1], weight: 1 }] },
  // Wide: a file's spacing may be wrong, its field large or cut, its contrast lost, and it may hold no heart.
  augmentation: {
    shift: 22,
    anywhere: 0.15,
    empty: 0.06,
    surrounded: 0.5,
    logScale: 0.42,
    logAspect: 0.14,
    elastic: 0.5,
    inverted: 0.06,
    magnitude: 0.25,
    magnitudeNull: 0.6,
    logGamma: 0.3,
    logGain: 0.4,
    offset: 0.12,
    shading: 0.7,
    noise: 0.18,
    blur: 0.15,
    ghost: 0.1,
    neighbourShift: 1,
    thin: 0.4,
  },
  slicesWithScar: 1,
  slicesWithNoReflow: 1,
  refining: null,
};

export const SEGMENT_RECIPE: StageRecipe = {
  stage: SEGMENT,
  seed: 12,
  batch: 8,
  pretraining: { ...SEGMENT_SCHEDULE, steps: 1500 },
  schedule: { ...SEGMENT_SCHEDULE, steps: 2000 },
  otherFolds: { ...SEGMENT_SCHEDULE, steps: 2000 },
  onAll: { ...SEGMENT_SCHEDULE, steps: 2000 },
  phantomShare: 0.15,
  loss: {
    // Equal: a class with more weight is drawn too large, and volumes are what users quote.
    classWeights: [1, 1, 1, 1, 1],
    groups: [
      { classes: [1], weight: 0.5 },
      { classes: [2, 3, 4], weight: 0.5 },
      { classes: [3, 4], weight: 1 },
      { classes: [4], weight: 0.5 },
    ],
  },
  augmentation: {
    shift: 6,
    anywhere: 0.08,
    empty: 0.02,
    surrounded: 0.2,
    logScale: 0.14,
    logAspect: 0.08,
    elastic: 1.2,
    inverted: 0.03,
    magnitude: 0.15,
    magnitudeNull: 0.4,
    logGamma: 0.2,
    logGain: 0.12,
    offset: 0.06,
    shading: 0.3,
    noise: 0.08,
    blur: 0.15,
    ghost: 0.05,
    neighbourShift: 1.5,
    thin: 0.2,
  },
  slicesWithScar: 1.4,
  slicesWithNoReflow: 2.2,
  // By then the wall is right; its contents get more weight, in views nearer to those of scanners.
  refining: {
    seed: 14,
    schedule: { ...SEGMENT_SCHEDULE, learningRate: 1e-3, warmUpSteps: 100, steps: 3500 },
    loss: {
      classWeights: [1, 1, 1, 1, 1],
      groups: [
        { classes: [2, 3, 4], weight: 0.25 },
        { classes: [3, 4], weight: 1 },
        { classes: [4], weight: 0.5 },
      ],
    },
    slicesWithScar: 1.4,
    slicesWithNoReflow: 3,
    phantomShare: 0.05,
    augmentation: {
      shift: 5,
      anywhere: 0.04,
      empty: 0.02,
      surrounded: 0.2,
      logScale: 0.1,
      logAspect: 0.06,
      elastic: 1.2,
      inverted: 0.02,
      magnitude: 0.08,
      magnitudeNull: 0.3,
      logGamma: 0.15,
      logGain: 0.1,
      offset: 0.05,
      shading: 0.2,
      noise: 0.05,
      blur: 0.12,
      ghost: 0.03,
      neighbourShift: 1,
      thin: 0.1,
    },
  },
};

/** Each stage's recipe by the name of its model. */
export const STAGE_RECIPES: Readonly<Record<StageName, StageRecipe>> = {
  locate: LOCATE_RECIPE,
  segment: SEGMENT_RECIPE,
};

/**
 * EMIDEC cases held out of training for decisions: 5 normal hearts, 5 infarcts without and 6 with no-reflow, picked at
 * regular steps of each sorted list.
 */
export const HELD_OUT_CASES: readonly string[] = [
  'Case_N016',
  'Case_N030',
  'Case_N040',
  'Case_N049',
  'Case_N070',
  'Case_P017',
  'Case_P051',
  'Case_P066',
  'Case_P082',
  'Case_P090',
  'Case_P003',
  'Case_P015',
  'Case_P036',
  'Case_P055',
  'Case_P067',
  'Case_P081',
];

export const FOLDS = 5;

/**
 * The cases that fold k (1 to 5) holds out of training. The first fold is the part for decisions; the others share the
 * rest in turn, normal hearts and infarcts separately, by the sorted names.
 */
export function foldCases(ids: readonly string[], k: number): string[] {
  if (k === 1) return ids.filter((id) => HELD_OUT_CASES.includes(id));
  const rest = ids.filter((id) => !HELD_OUT_CASES.includes(id));
  const kinds = [rest.filter((id) => id.startsWith('Case_N')), rest.filter((id) => !id.startsWith('Case_N'))];
  return kinds.flatMap((kind) => [...kind].sort().filter((_, i) => i % (FOLDS - 1) === k - 2));
}
