/** From a heart's reading and the covariates to the curves, their intervals, and whether they apply at all. */
import { percentileIn } from '../core/survival/cohortSummary.ts';
import { crudeRisk, otherDeathRisk } from '../core/survival/crudeRisk.ts';
import {
  applies,
  type ApplicabilityFacts,
  type CovariateId,
  type Covariates,
  type HeartFindings,
} from '../core/survival/covariates.ts';
import { fuse } from '../core/survival/fusion.ts';
import { risk, type LogLogistic } from '../core/survival/logLogistic.ts';
import { quantiles } from '../core/volume/intensity.ts';
import { explainCovariates } from '../nn/explainCovariates.ts';
import { covariateBranch, type CovariateNetwork } from '../nn/networks/covariateBranch.ts';
import type { HeartReading } from '../nn/readHeart.ts';
import type { AtYears, CurvePoint, Prediction, Survival } from './analysis.ts';
import type { Models } from './models.ts';

/** What is known of the patient beside the images. */
export interface Clinical {
  readonly covariates: Covariates;
  readonly facts: ApplicabilityFacts;
}

const HORIZON_YEARS = 10;
/** Where percentile, explanation and the cost of what is unknown look. */
const LOOKED_AT_YEARS = 5;
const STEPS_A_YEAR = 10;

/**
 * The three predictions of one patient: from covariates alone, from the image alone, and fused.
 * @param heart what the image branch read; null where no ventricle was found
 */
export function predictSurvival(
  heart: HeartReading | null,
  findings: HeartFindings,
  clinical: Clinical,
  models: Models,
): Survival {
  const { fusion, image, cohort } = models;
  const { covariates, facts } = clinical;
  const fromCovariates = covariateBranch(models.covariates, covariates, facts);
  const hazard = fromCovariates.otherDeathHazardPerYear;
  const { followUpYears } = models.covariates;
  const restsOn = (name: string): string => models.cards.find((card) => card.name === name)?.restsOn ?? '';

  const verdict = applies(facts, {
    ...findings,
    outOfTrainingRange: fromCovariates.outOfTrainingRange,
  });
  const why = [...verdict.why];
  if (heart !== null && heart.reconstructionError > image.file.reconstructionLimit) {
    why.push('The heart in the image is unlike the simulated hearts that the image branch learned from.');
  }
  return {
    covariates: predict(fromCovariates, sampled(fromCovariates.samples), hazard, followUpYears, restsOn('covariates')),
    image: heart && predict(heart, within(heart, image.file.logOddsHalfWidth), hazard, HORIZON_YEARS, restsOn('image')),
    fused:
      heart &&
      predict(
        fuse(fusion, fromCovariates, heart),
        combined(
          fuse(fusion, fromCovariates, heart),
          fromCovariates.samples.map((sample) => fuse(fusion, sample, heart)),
          fusion.logOddsHalfWidth,
        ),
        hazard,
        followUpYears,
        restsOn('fusion'),
      ),
    unusedInputs: fromCovariates.unusedInputs,
    missingInputs: fromCovariates.missingInputs,
    costOfMissing: costOfMissing(models.covariates, clinical, fromCovariates),
    percentile: percentileIn(cohort, risk(fromCovariates, LOOKED_AT_YEARS)),
    explanation: explainCovariates(models.covariates, covariates, facts),
    applies: { yes: why.length === 0, why },
  };
}

/** How much narrower the interval would be for each missing input, were it known. */
function costOfMissing(
  network: CovariateNetwork,
  { covariates, facts }: Clinical,
  {
    samples,
    missingInputs,
  }: { readonly samples: readonly LogLogistic[]; readonly missingInputs: readonly CovariateId[] },
): Record<string, number> {
  const width = (of: readonly LogLogistic[]): number => {
    const [low, high] = sampled(of)(LOOKED_AT_YEARS);
    return high - low;
  };
  const now = width(samples);
  return Object.fromEntries(
    missingInputs.map((id) => {
      const known = covariateBranch(network, { ...covariates, [id]: trainingMean(network, id) }, facts);
      return [id, Math.max(0, now - width(known.samples))];
    }),
  );
}

function trainingMean({ inputs, mean, scaling }: CovariateNetwork, id: CovariateId): number {
  const j = inputs.findIndex((input) => input === id);
  return mean[j] * scaling[j].scale + scaling[j].shift;
}

/** A 90% interval of the risk at t. */
type Interval = (tYears: number) => readonly [number, number];

const logOdds = (probability: number): number => Math.log(probability / (1 - probability));
const fromLogOdds = (x: number): number => 1 / (1 + Math.exp(-x));

/** 5th to 95th percentile over refits and over what the missing inputs could be. */
function sampled(samples: readonly LogLogistic[]): Interval {
  return (t) => {
    const [low, high] = quantiles(
      samples.map((sample) => risk(sample, t)),
      [0.05, 0.95],
    );
    return [low, high];
  };
}

/** A fixed width on the log-odds, found on held-out patients whose truth is known. */
function within(law: LogLogistic, halfWidth: number): Interval {
  return (t) => {
    const centre = logOdds(risk(law, t));
    return [fromLogOdds(centre - halfWidth), fromLogOdds(centre + halfWidth)];
  };
}

/** Both kinds, as independent: their half-widths on the log-odds add in squares. */
function combined(law: LogLogistic, samples: readonly LogLogistic[], halfWidth: number): Interval {
  const bySample = sampled(samples);
  return (t) => {
    const centre = logOdds(risk(law, t));
    const [low, high] = bySample(t).map(logOdds);
    return [
      fromLogOdds(centre - Math.hypot(Math.max(0, centre - low), halfWidth)),
      fromLogOdds(centre + Math.hypot(Math.max(0, high - centre), halfWidth)),
    ];
  };
}

function predict(
  law: LogLogistic,
  interval: Interval,
  otherDeathHazardPerYear: number,
  followUpYears: number,
  restsOn: string,
): Prediction {
  const atYears = <T>(value: (t: number) => T): AtYears<T> => ({ '1': value(1), '5': value(5), '10': value(10) });
  const curve = Array.from({ length: HORIZON_YEARS * STEPS_A_YEAR + 1 }, (_, step): CurvePoint => {
    const t = step / STEPS_A_YEAR;
    const [low, high] = t > 0 ? interval(t) : [0, 0];
    return { t, s: 1 - (t > 0 ? risk(law, t) : 0), low: 1 - high, high: 1 - low, extrapolated: t > followUpYears };
  });
  return {
    mu: law.mu,
    sigma: law.sigma,
    risk: atYears((t) => risk(law, t)),
    crudeRisk: atYears((t) => crudeRisk(law, otherDeathHazardPerYear, t)),
    otherDeath: atYears((t) => otherDeathRisk(law, otherDeathHazardPerYear, t)),
    interval: atYears(interval),
    crudeInterval: atYears((t) => {
      const crude = (net: number): number => crudeRisk(lawThrough(law, t, net), otherDeathHazardPerYear, t);
      const [low, high] = interval(t);
      return [crude(low), crude(high)];
    }),
    curve,
    restsOn,
  };
}

/** The law of the same spread whose net risk by t is `net`: how an end of the interval becomes a crude risk. */
function lawThrough({ sigma }: LogLogistic, t: number, net: number): LogLogistic {
  return { mu: Math.log(t) - sigma * logOdds(net), sigma };
}
