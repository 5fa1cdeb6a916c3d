import { fuse, type Fusion } from '../../core/patient/fusion.ts';
import { negativeLogLikelihood, type LogLogistic } from '../../core/patient/logLogistic.ts';
import { minimise } from './lbfgs.ts';

/** One patient's two branches and outcome: paired by patient, never by position in two lists. */
export interface FusionCase {
  readonly covariates: LogLogistic;
  readonly image: LogLogistic;
  readonly timeYears: number;
  /** 1 sudden arrhythmic death, 0 censored. */
  readonly event: number;
}

/** The four numbers that minimise the mean negative log-likelihood, with both branches fixed. */
export function fitFusion(cases: readonly FusionCase[]): Fusion {
  const toFusion = ([covariateWeight, imageWeight, muOffset, lnSigmaOffset]: Float64Array): Fusion => ({
    covariateWeight,
    imageWeight,
    muOffset,
    lnSigmaOffset,
  });
  const best = minimise(
    (at, gradient) => {
      const fusion = toFusion(at);
      gradient.fill(0);
      let value = 0;
      for (const { covariates, image, timeYears, event } of cases) {
        const loss = negativeLogLikelihood(fuse(fusion, covariates, image), timeYears, event);
        value += loss.value / cases.length;
        const byMu = loss.byMu / cases.length;
        const byLogSigma = loss.byLogSigma / cases.length;
        gradient[0] += byMu * covariates.mu + byLogSigma * Math.log(covariates.sigma);
        gradient[1] += byMu * image.mu + byLogSigma * Math.log(image.sigma);
        gradient[2] += byMu;
        gradient[3] += byLogSigma;
      }
      return value;
    },
    // The paper's starting values.
    Float64Array.of(0.5, 0.5, 0, 0),
    { slopeTolerance: 1e-7, maxIterations: 500 },
  );
  return toFusion(best);
}
