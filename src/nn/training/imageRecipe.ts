/** How the image branch is trained. One file, so that a card can quote it whole. */
import type { Effect } from '../../core/phantom/constants.ts';
import type { Schedule } from './trainNetwork.ts';

export interface ImageRecipe {
  readonly effect: Effect;
  readonly cohortSeed: number;
  readonly seed: number;
  /** Simulated patients: the branch learns from the first, then the fusion, then the intervals; figures come from the last. */
  readonly patients: {
    readonly branch: number;
    readonly fusion: number;
    readonly calibration: number;
    readonly test: number;
  };
  readonly batch: number;
  /** Outcomes drawn for each heart each time it is seen: their mean says more about its law than one. */
  readonly outcomesPerView: number;
  readonly schedule: Schedule;
  /** Weight of the mean squared reconstruction error relative to the mean negative log-likelihood. */
  readonly reconstructionWeight: number;
  /** Range of the random shift, pixels of 2.25 mm. */
  readonly shiftPixels: number;
}

export const IMAGE_RECIPE: ImageRecipe = {
  effect: 'mid',
  cohortSeed: 2022,
  seed: 21,
  patients: { branch: 4000, fusion: 1000, calibration: 500, test: 2000 },
  batch: 16,
  outcomesPerView: 128,
  schedule: {
    steps: 5000,
    learningRate: 3e-3,
    warmUpSteps: 100,
    weightDecay: 0.02,
    maxGradientNorm: 1,
    averageDecay: 0.995,
  },
  reconstructionWeight: 1,
  shiftPixels: 4,
};
