/** From a heart's reading and the covariates to the curves, their intervals, and whether they apply at all. */
import { percentileIn } from '../../core/statistics/cohortSummary.ts';
import { crudeRisk, otherDeathRisk } from '../../core/patient/crudeRisk.ts';
import { applies, type CovariateId, type HeartFindings, type Clinical } from '../../core/patient/covariates.ts';
import { fuse } from '../../core/patient/fusion.ts';
import { halfWidthAbout, riskInterval } from '../../core/patient/interval.ts';
import { risk, type LogLogistic } from '../../core/patient/logLogistic.ts';
import { explainCovariates } from '../../nn/explainCovariates.ts';
import { covariateBranch, type CovariateNetwork, type CovariateOutput } from '../../nn/networks/covariateBranch.ts';
import type { HeartReading } from '../../nn/readHeart.ts';
import {
  type AtYears,
  type CurvePoint,
  type Prediction,
  type Survival,
  UNCERTAINTIES,
  type Uncertainty,
  type WhyNot,
} from './analysis.ts';
import type { RestsOn } from '../../nn/weights.ts';
import type { Models } from './models.ts';

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
  const restsOn = (name: 'covariates' | 'image' | 'fusion'): RestsOn => models.restsOn[name];

  const verdict = applies(facts, {
    ...findings,
    outOfTrainingRange: fromCovariates.outOfTrainingRange,
  });
  const why: WhyNot[] = [...verdict.why];
  if (heart !== null && heart.reconstructionError > image.file.reconstructionLimit) {
    why.push({ code: 'unlikeSimulatedHearts' });
  }
  const fused = heart && fuse(fusion, fromCovariates, heart);
  return {
    applies: { yes: why.length === 0, why },
    covariates: predict(
      fromCovariates,
      (t) => fromCohort(fromCovariates, fromCovariates, t),
      hazard,
      followUpYears,
      restsOn('covariates'),
    ),
    image:
      heart && predict(heart, () => ({ image: image.file.logOddsHalfWidth }), hazard, HORIZON_YEARS, restsOn('image')),
    fused:
      heart &&
      fused &&
      predict(
        fused,
        (t) => ({
          ...fromCohort(
            fused,
            {
              refits: fromCovariates.refits.map((law) => fuse(fusion, law, heart)),
              imputations: fromCovariates.imputations.map((law) => fuse(fusion, law, heart)),
            },
            t,
          ),
          image: fusion.logOddsHalfWidth,
        }),
        hazard,
        followUpYears,
        restsOn('fusion'),
      ),
    unusedInputs: fromCovariates.unusedInputs,
    missingInputs: fromCovariates.missingInputs,
    costOfMissing: costOfMissing(models.covariates, clinical, fromCovariates),
    percentile: percentileIn(cohort, risk(fromCovariates, LOOKED_AT_YEARS)),
    explanation: explainCovariates(models.covariates, covariates, facts),
  };
}

/** How much narrower the interval would be for each missing input, were it known. */
function costOfMissing(
  network: CovariateNetwork,
  { covariates, facts }: Clinical,
  predicted: CovariateOutput,
): Record<string, number> {
  const width = (of: CovariateOutput): number => {
    const [low, high] = riskInterval(of, LOOKED_AT_YEARS, Object.values(fromCohort(of, of, LOOKED_AT_YEARS)));
    return high - low;
  };
  const now = width(predicted);
  return Object.fromEntries(
    predicted.missingInputs.map((id) => {
      const known = covariateBranch(network, { ...covariates, [id]: trainingMean(network, id) }, facts);
      return [id, Math.max(0, now - width(known))];
    }),
  );
}

function trainingMean({ inputs, mean, scaling }: CovariateNetwork, id: CovariateId): number {
  const j = inputs.findIndex((input) => input === id);
  return mean[j] * scaling[j].scale + scaling[j].shift;
}

/** Half-widths of the 90% intervals on the log-odds of the risk by t, by what is uncertain. */
type HalfWidths = (tYears: number) => Readonly<Partial<Record<Uncertainty, number>>>;

/** How a prediction from the cohort hangs on who was in it, and on what is not known of the patient. */
function fromCohort(
  law: LogLogistic,
  { refits, imputations }: Pick<CovariateOutput, 'refits' | 'imputations'>,
  tYears: number,
): ReturnType<HalfWidths> {
  return {
    refits: halfWidthAbout(law, refits, tYears),
    missingInputs: halfWidthAbout(law, imputations, tYears),
  };
}

function predict(
  law: LogLogistic,
  halfWidths: HalfWidths,
  otherDeathHazardPerYear: number,
  followUpYears: number,
  restsOn: RestsOn,
): Prediction {
  const atYears = <T>(value: (t: number) => T): AtYears<T> => ({ '1': value(1), '5': value(5), '10': value(10) });
  // Both kinds, and the image's, as independent.
  const interval = (t: number): readonly [number, number] => riskInterval(law, t, Object.values(halfWidths(t)));
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
    intervalFrom: Object.fromEntries(
      UNCERTAINTIES.flatMap((kind) => {
        if (halfWidths(1)[kind] === undefined) return [];
        return [[kind, atYears((t) => riskInterval(law, t, [halfWidths(t)[kind] ?? 0]))]];
      }),
    ),
    crudeInterval: atYears((t) => {
      const crude = (net: number): number => crudeRisk(lawThrough(law, t, net), otherDeathHazardPerYear, t);
      const [low, high] = interval(t);
      return [crude(low), crude(high)];
    }),
    curve,
    followUpYears,
    restsOn,
  };
}

/** The law of the same spread whose net risk by t is `net`: how an end of the interval becomes a crude risk. */
function lawThrough({ sigma }: LogLogistic, t: number, net: number): LogLogistic {
  return { mu: Math.log(t) - sigma * Math.log(net / (1 - net)), sigma };
}
