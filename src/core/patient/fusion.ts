import type { LogLogistic } from './logLogistic.ts';

/**
 * SSCAR's fusion: [mu, ln sigma] = covariateWeight x that of the covariate branch + imageWeight x that of the image branch +
 * [muOffset, lnSigmaOffset]. Four trained numbers (Popescu et al. 2022).
 */
export interface Fusion {
  readonly covariateWeight: number;
  readonly imageWeight: number;
  readonly muOffset: number;
  readonly lnSigmaOffset: number;
}

/** The fused law. Nothing is clipped after the fusion. */
export function fuse(fusion: Fusion, covariates: LogLogistic, image: LogLogistic): LogLogistic {
  const { covariateWeight, imageWeight, muOffset, lnSigmaOffset } = fusion;
  return {
    mu: covariateWeight * covariates.mu + imageWeight * image.mu + muOffset,
    sigma: Math.exp(covariateWeight * Math.log(covariates.sigma) + imageWeight * Math.log(image.sigma) + lnSigmaOffset),
  };
}
