/**
 * A hospital's own covariate branch: the same kind of network as the shipped one, trained anew on the hospital's own patients. Where enough
 * of them had images, there is also a fusion of it with the shipped image branch, and that branch with the hospital's own head. They
 * replace the shipped branches, at the level of those patients.
 */
import type { Measure } from '../statistics/validation.ts';
import type { NetworkInput } from './covariates.ts';
import type { Fusion } from './fusion.ts';
import type { Band } from './interval.ts';

/** What is said with each number of a refitted branch. */
export interface RefittedOn {
  readonly code: 'refittedOn';
  readonly patients: number;
  readonly events: number;
  readonly madeBy: string;
  readonly madeOn: string;
  /** Harrell's C on patients whom neither the fit nor the choice of its recipe had seen; null where it cannot be computed. */
  readonly harrell: number | null;
  readonly shippedHarrell: number | null;
}

/** How well a model does on some patients. */
export interface RefitFigures {
  readonly harrell: Measure;
  /** Observed over expected risk by the horizon. */
  readonly ratio: Measure;
  /** From the smoothed calibration at the horizon; null where the cohort gives no curve. */
  readonly slope: number | null;
  readonly ici: number | null;
}

/** A refitted model and the shipped one on the same patients, the refitted one out of fold. */
export interface RefitComparison {
  readonly patients: number;
  readonly events: number;
  readonly refitted: RefitFigures;
  /** At the level of risk that the page shows first. */
  readonly shipped: RefitFigures;
  /** Log-likelihood gained per patient, with its standard error; below 0 the refit predicts worse. */
  readonly gain: { readonly logLikelihoodAPatient: number; readonly standardError: number };
}

/** The refitted network; its members are linear. */
export interface RefittedNetwork {
  readonly inputs: readonly NetworkInput[];
  /** For each input, in this order: what is subtracted, what then divides, and the limits that hold 96% of the patients. */
  readonly scaling: Float32Array;
  readonly mean: Float32Array;
  /** Row-major, of the inputs as the network sees them. */
  readonly covariance: Float32Array;
  /** For each member: weights of mu, weights of ln sigma, and their biases. */
  readonly members: Float32Array;
  readonly band: Band;
  readonly followUpYears: number;
}

/**
 * The head of the image branch trained anew: mu is a level and a weighted sum of the shipped head's mu and the latent vector, sigma the
 * shipped head's times a factor. Without the latent vector's weights it is the shipped head, at the hospital's level.
 */
export interface RefittedHead {
  /** For each input, the shipped head's mu and then the latent vector: what is subtracted, what then divides. */
  readonly scaling: Float32Array;
  /** For each member: weights of the inputs, the level of mu, ln of the factor of sigma. */
  readonly members: Float32Array;
}

/** Why the head of the image branch stays as shipped. */
export type HeadNotRefitted =
  /** Events of patients with images, by REFIT_RULE. */
  | { readonly code: 'tooFewEventsForHead'; readonly events: number; readonly needed: number }
  /** Patients whose studies were analysed before the latent vector was kept; without them there are too few events. */
  | { readonly code: 'imagesWithoutLatent'; readonly patients: number };

/** The image branch with a head that was trained anew. */
export interface RefittedImage {
  readonly recipe: { readonly members: number; readonly penalty: number; readonly effectiveParameters: number };
  readonly head: RefittedHead;
  /** Against the shipped image branch, which learned from simulated patients and is at their level. */
  readonly alone: RefitComparison;
  /** With the refitted covariate branch, against the shipped fused prediction. */
  readonly fused: RefitComparison & { readonly fusion: Fusion };
}

/** The fewest events to refit on, and the events that each effective parameter needs. */
export const REFIT_RULE = {
  leastEvents: 50,
  eventsPerParameter: 10,
  leastEventsWithImages: 40,
  leastEventsForHead: 50,
} as const;

/** A refit without its networks, for files that are not used to run it. */
export type ToldRefit = Omit<HospitalRefit, 'network' | 'image'> & {
  readonly image: Omit<RefittedImage, 'head'> | null;
};

export interface HospitalRefit {
  readonly patients: number;
  readonly events: number;
  readonly otherDeaths: number;
  /** The mean risk by this time was matched to Kaplan-Meier's. */
  readonly horizonYears: number;
  /** `effectiveParameters` of mu, as the function of that name counts them. */
  readonly recipe: {
    readonly members: number;
    readonly penalty: number;
    readonly epochs: number;
    readonly effectiveParameters: number;
  };
  readonly network: RefittedNetwork;
  readonly covariates: RefitComparison;
  /** With the shipped image branch; null where too few patients with events had images, and the fused prediction stays as shipped. */
  readonly fused: (RefitComparison & { readonly fusion: Fusion }) | null;
  /** null where the image branch stays as shipped. */
  readonly image: RefittedImage | null;
  /** null where it was refitted, and in files from before that was possible. */
  readonly headNotRefitted: HeadNotRefitted | null;
}
