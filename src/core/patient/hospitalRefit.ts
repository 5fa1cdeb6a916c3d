/**
 * A hospital's own covariate branch: the same kind of network as the shipped one, trained anew on the hospital's own patients, and
 * a fusion of it with the shipped image branch where enough of them had images. It stands in the shipped branch's place, at the level of
 * those patients.
 */
import type { Measure } from '../statistics/validation.ts';
import type { NetworkInput } from './covariates.ts';
import type { Fusion } from './fusion.ts';
import type { Band } from './interval.ts';

/** What is said beside a number of a refitted branch. */
export interface RefittedOn {
  readonly code: 'refittedOn';
  readonly patients: number;
  readonly events: number;
  readonly madeBy: string;
  readonly madeOn: string;
  /** Harrell's C on patients whom neither the fit nor the choice of its recipe had seen; null where it cannot be told. */
  readonly harrell: number | null;
  readonly shippedHarrell: number | null;
}

/** What a model is worth on some patients. */
export interface RefitFigures {
  readonly harrell: Measure;
  /** Observed over expected risk by the horizon. */
  readonly ratio: Measure;
  /** Of the smoothed calibration at the horizon; null where the cohort gives no curve. */
  readonly slope: number | null;
  readonly ici: number | null;
}

/** A refitted model and the shipped one on the same patients, the refitted one out of fold. */
export interface Beside {
  readonly patients: number;
  readonly events: number;
  readonly refitted: RefitFigures;
  /** At the level of risk that the page shows first. */
  readonly shipped: RefitFigures;
  /** In log-likelihood a patient, with its standard error; below 0 the refit predicts worse. */
  readonly gain: { readonly logLikelihoodAPatient: number; readonly standardError: number };
}

/** The refitted network; its members are linear. */
export interface RefittedNetwork {
  readonly inputs: readonly NetworkInput[];
  /** By input, in this order: what is subtracted, what then divides, and what 96% of the patients lie between. */
  readonly scaling: Float32Array;
  readonly mean: Float32Array;
  /** Row-major, as the network sees the inputs. */
  readonly covariance: Float32Array;
  /** By member: weights of mu, weights of ln sigma, and their biases. */
  readonly members: Float32Array;
  readonly band: Band;
  readonly followUpYears: number;
}

/** Fewer events than this are not refitted on, and no more effective parameters are spent than one for so many events. */
export const REFIT_RULE = { leastEvents: 50, eventsPerParameter: 10, leastEventsWithImages: 40 } as const;

/** A refit without its network: what is told of it in files that are not for running it. */
export type ToldRefit = Omit<HospitalRefit, 'network'>;

export interface HospitalRefit {
  readonly patients: number;
  readonly events: number;
  readonly otherDeaths: number;
  /** The mean risk by then was brought to Kaplan-Meier's. */
  readonly horizonYears: number;
  /** `effectiveParameters` of mu, as `effectiveParameters` counts them. */
  readonly recipe: {
    readonly members: number;
    readonly penalty: number;
    readonly epochs: number;
    readonly effectiveParameters: number;
  };
  readonly network: RefittedNetwork;
  readonly covariates: Beside;
  /** null where too few events had images: the fused prediction stays as it is shipped. */
  readonly fused: (Beside & { readonly fusion: Fusion }) | null;
}
