/** Learns the fusion of two branches that are trained anew, from predictions for patients whom neither branch had seen. */
import { fuse, type Fusion } from '../../core/patient/fusion.ts';
import type { LogLogistic } from '../../core/patient/logLogistic.ts';
import type { RightCensored } from '../../core/statistics/rightCensored.ts';
import { fitFusion } from '../../nn/training/fitFusion.ts';
import type { Judged } from './judgePatient.ts';
import type { CohortPatient } from './patients.ts';
import type { Laws } from './refitFigures.ts';

/** The shipped branch's too. */
export const MEMBERS = 30;
/** Members of a fit that only serves to learn the fusion: the mean of a few balanced refits is nearly that of many. */
export const FEW_MEMBERS = 8;
export const FOLDS = 5;

/** A patient, and what the shipped models say about them. */
export interface ToRefit {
  readonly patient: CohortPatient;
  readonly shipped: Judged['laws'];
  /** What the image branch says, and what its head reads; null without an image, or where it says nothing. */
  readonly image: (LogLogistic & { readonly latent: readonly number[] | null }) | null;
}

/** Laws of the covariate branch, by the patient's index. */
export interface Nested {
  /** By fits that had not seen the patient. */
  readonly laws: readonly LogLogistic[];
  readonly folds: readonly {
    readonly training: Uint32Array;
    readonly test: Uint32Array;
    /** For patients in training, by inner fits that had not seen the patient. */
    readonly inner: readonly LogLogistic[];
  }[];
}

/** The fusion of these laws, each by a fit that had not seen the patient; otherwise the fusion would trust the fit too much. */
export function fusionOf(
  { time, event }: RightCensored,
  laws: readonly LogLogistic[],
  images: Laws,
  rows: Iterable<number> = images.keys(),
): Fusion {
  return fitFusion(
    Array.from(rows).flatMap((i) => {
      const image = images[i];
      return image ? [{ covariates: laws[i], image, timeYears: time[i], event: event[i] }] : [];
    }),
  );
}

/**
 * Each patient's fused law by a fusion, and by branches, that had not seen that patient.
 * @param imagesIn what the image branch says, by fold; for patients in training by fits that had not seen the patient either
 */
export function fusedOutOfFold(
  data: RightCensored,
  { laws, folds }: Nested,
  imagesIn: (fold: number) => Laws,
): (LogLogistic | null)[] {
  const fused = new Array<LogLogistic | null>(laws.length).fill(null);
  folds.forEach(({ training, test, inner }, k) => {
    const images = imagesIn(k);
    const fusion = fusionOf(data, inner, images, training);
    for (const i of test) {
      const image = images[i];
      fused[i] = image && fuse(fusion, laws[i], image);
    }
  });
  return fused;
}
