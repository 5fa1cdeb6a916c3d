/**
 * Fits a hospital's own calibration by penalised likelihood: a shift of mu and a factor of sigma for each branch, and for the fused
 * prediction also the fusion's weights. What is fitted, and how strongly it is held to the shipped model, is chosen by cross-validation.
 */
import type { Fusion } from '../../core/patient/fusion.ts';
import {
  calibratedWeights,
  type CalibrationFit,
  type HospitalCalibration,
} from '../../core/patient/hospitalCalibration.ts';
import { negativeLogLikelihood, type LogLogistic } from '../../core/patient/logLogistic.ts';
import { Random } from '../../core/random.ts';
import { Z95 } from '../../core/statistics/kaplanMeier.ts';
import { solveSymmetric } from '../../core/statistics/linearAlgebra.ts';
import { minimise } from '../../nn/training/lbfgs.ts';
import type { Models } from '../analysing/models.ts';
import { LAW_MODELS, type LawModel } from './cohortModels.ts';
import { judgePatient, type FusedParts } from './judgePatient.ts';
import type { CohortPatient } from './patients.ts';

export interface RecalibrationQuestion {
  /** Leaves out patients whom the models are not for. */
  readonly onlyApplicable: boolean;
  /** Author and date, as typed. */
  readonly madeBy: string;
  readonly madeOn: string;
}

/** With fewer events than this, too few could be held out to learn anything. */
const LEAST_EVENTS = 5;
const FOLDS = 5;
const SEED = 22;
/** What may be fitted, smallest first: the number of free parameters, in the order mu, ln sigma, weight of covariates, weight of image. */
const CHOICES = { none: 0, level: 1, levelAndSpread: 2, weights: 4 } as const;
type Choice = CalibrationFit['chosen'];
/** Strengths of the pull towards the shipped model: 1 over the squared standard deviation of a normal prior. */
const PENALTIES = [0.25, 4, 64];
/** The difference of ln sigma over which the slope's change is taken. */
const STEP = 1e-4;

interface Case {
  readonly law: LogLogistic;
  /** What a change of a weight adds to mu and to ln sigma, centred so that the weights do not move the mean; 0 without a fusion. */
  readonly byWeight: readonly (readonly [mu: number, lnSigma: number])[];
  readonly timeYears: number;
  readonly event: number;
}

interface Candidate {
  readonly choice: Choice;
  readonly penalty: number;
}

/** The result for each model; null where it stays as it is, with the reason. */
export function recalibrate(
  patients: readonly CohortPatient[],
  models: Models,
  { onlyApplicable, madeBy, madeOn }: RecalibrationQuestion,
): HospitalCalibration {
  const judged = patients
    .map((patient) => ({ patient, ...judgePatient(patient, models, 'music', null) }))
    .filter(({ why }) => !onlyApplicable || why.length === 0);
  const fitted = Object.fromEntries(
    LAW_MODELS.map((model) => {
      const known = judged.flatMap(({ patient: { timeYears, outcome }, laws, fusedParts }) => {
        const law = laws[model];
        return law
          ? [{ law, parts: model === 'fused' ? fusedParts : null, timeYears, event: Number(outcome === 'event') }]
          : [];
      });
      return [model, fitLaw(known)];
    }),
  ) as Record<LawModel, Fitted | null>;
  const plain = (fit: Fitted | null) => fit && { ...fit.fit, muShift: fit.at[0], sigmaFactor: Math.exp(fit.at[1]) };
  return {
    weights: calibratedWeights(models.cards),
    madeBy,
    madeOn,
    covariates: plain(fitted.covariates),
    fiveAnswers: plain(fitted.fiveAnswers),
    image: plain(fitted.image),
    fused: fitted.fused && { ...fitted.fused.fit, fusion: fusionOf(models.fusion, fitted.fused) },
    refit: null,
  };
}

interface Known {
  readonly law: LogLogistic;
  readonly parts: FusedParts | null;
  readonly timeYears: number;
  readonly event: number;
}

interface Fitted {
  /** mu, ln sigma, and the weights' changes. */
  readonly at: Float64Array;
  /** The point from which the weights' changes count: mu and ln sigma of covariates and of image. */
  readonly centres: readonly (readonly [mu: number, lnSigma: number])[];
  readonly fit: CalibrationFit;
}

function fitLaw(known: readonly Known[]): Fitted | null {
  const events = known.filter(({ event }) => event === 1).length;
  if (events < LEAST_EVENTS) return null;
  const mean = (of: (one: Known) => number): number => known.reduce((sum, one) => sum + of(one), 0) / known.length;
  const centres = (['covariates', 'image'] as const).map(
    (part) =>
      [mean(({ parts }) => parts?.[part].mu ?? 0), mean(({ parts }) => Math.log(parts?.[part].sigma ?? 1))] as const,
  );
  const cases = known.map(({ law, parts, timeYears, event }): Case => ({
    law,
    timeYears,
    event,
    byWeight: parts
      ? [parts.covariates, parts.image].map(({ mu, sigma }, k) => [mu - centres[k][0], Math.log(sigma) - centres[k][1]])
      : [
          [0, 0],
          [0, 0],
        ],
  }));
  const choices: readonly Choice[] = known.some(({ parts }) => parts !== null)
    ? ['level', 'levelAndSpread', 'weights']
    : ['level', 'levelAndSpread'];
  const candidates: readonly Candidate[] = [
    { choice: 'none', penalty: 0 },
    ...choices.flatMap((choice) => PENALTIES.map((penalty) => ({ choice, penalty }))),
  ];
  const best = chosen(cases, candidates);
  const at = fitTo(cases, best);
  const halfWidth = (k: number): number => Z95 * Math.sqrt(varianceAt(cases, at, best, k));
  return {
    at,
    centres,
    fit: {
      patients: cases.length,
      events,
      chosen: best.choice,
      muLimits: best.choice === 'none' ? null : [at[0] - halfWidth(0), at[0] + halfWidth(0)],
      sigmaLimits: CHOICES[best.choice] < 2 ? null : [Math.exp(at[1] - halfWidth(1)), Math.exp(at[1] + halfWidth(1))],
      gain: gainOutOfFold(cases, candidates),
    },
  };
}

/** The shipped fusion with the fitted changes. */
function fusionOf(shipped: Fusion, { at, centres: [ofCovariates, ofImage] }: Fitted): Fusion {
  const [mu, lnSigma, byCovariates, byImage] = at;
  return {
    covariateWeight: shipped.covariateWeight + byCovariates,
    imageWeight: shipped.imageWeight + byImage,
    muOffset: shipped.muOffset + mu - byCovariates * ofCovariates[0] - byImage * ofImage[0],
    lnSigmaOffset: shipped.lnSigmaOffset + lnSigma - byCovariates * ofCovariates[1] - byImage * ofImage[1],
  };
}

function lawAt({ law, byWeight }: Case, at: ArrayLike<number>): LogLogistic {
  const mu = law.mu + at[0] + at[2] * byWeight[0][0] + at[3] * byWeight[1][0];
  return { mu, sigma: law.sigma * Math.exp(at[1] + at[2] * byWeight[0][1] + at[3] * byWeight[1][1]) };
}

/** The negative log-likelihood of the cases, without a penalty; its slopes are added to `gradient`. */
function loss(cases: readonly Case[], at: ArrayLike<number>, gradient: Float64Array): number {
  let sum = 0;
  for (const one of cases) {
    const { value, byMu, byLogSigma } = negativeLogLikelihood(lawAt(one, at), one.timeYears, one.event);
    sum += value;
    gradient[0] += byMu;
    gradient[1] += byLogSigma;
    one.byWeight.forEach(([mu, lnSigma], k) => (gradient[2 + k] += byMu * mu + byLogSigma * lnSigma));
  }
  return sum;
}

function fitTo(cases: readonly Case[], { choice, penalty }: Candidate): Float64Array {
  const free = CHOICES[choice];
  const start = new Float64Array(4);
  if (free === 0) return start;
  return minimise(
    (at, gradient) => {
      gradient.fill(0);
      let value = loss(cases, at, gradient);
      for (let k = 0; k < 4; k++) {
        value += (penalty / 2) * at[k] ** 2;
        gradient[k] = k < free ? gradient[k] + penalty * at[k] : 0;
      }
      return value;
    },
    start,
    { slopeTolerance: 1e-7, maxIterations: 100 },
  );
}

/** The variance of one parameter, from the inverse of the information, which includes the penalty's. */
function varianceAt(cases: readonly Case[], at: Float64Array, { choice, penalty }: Candidate, k: number): number {
  const free = CHOICES[choice];
  if (k >= free) return 0;
  const information = new Float64Array(free * free);
  for (let i = 0; i < free; i++) {
    const slopes = [STEP, -STEP].map((step) => {
      const gradient = new Float64Array(4);
      loss(
        cases,
        at.map((value, j) => (j === i ? value + step : value)),
        gradient,
      );
      return gradient;
    });
    for (let j = 0; j < free; j++) {
      information[i * free + j] = (slopes[0][j] - slopes[1][j]) / (2 * STEP) + (i === j ? penalty : 0);
    }
  }
  const unit = Float64Array.from({ length: free }, (_, j) => Number(j === k));
  return solveSymmetric(information, unit)[k];
}

/** Folds of cases, each with its share of the events. */
function foldsOf(cases: readonly Case[], seed: number): Case[][] {
  const random = new Random(seed);
  const shuffled = cases
    .map((one) => ({ one, at: random.next() }))
    .sort((a, b) => b.one.event - a.one.event || a.at - b.at);
  return Array.from({ length: FOLDS }, (_, fold) =>
    shuffled.filter((_one, i) => i % FOLDS === fold).map(({ one }) => one),
  );
}

/** What is held out, and what is left to learn from. */
const splits = (cases: readonly Case[], seed: number): { readonly held: Case[]; readonly rest: Case[] }[] => {
  const folds = foldsOf(cases, seed);
  return folds.map((held) => ({ held, rest: folds.flatMap((fold) => (fold === held ? [] : fold)) }));
};

/** The candidate with the smallest loss on cases that it was not fitted to. */
function chosen(cases: readonly Case[], candidates: readonly Candidate[]): Candidate {
  const parts = splits(cases, SEED);
  const lossOf = (candidate: Candidate): number =>
    parts.reduce((sum, { held, rest }) => sum + loss(held, fitTo(rest, candidate), new Float64Array(4)), 0);
  return candidates
    .map((candidate) => ({ candidate, loss: lossOf(candidate) }))
    .reduce((best, one) => (one.loss < best.loss ? one : best)).candidate;
}

/** What the calibration gains in log-likelihood per patient; the choice is repeated without the patients whom it is tested on. */
function gainOutOfFold(cases: readonly Case[], candidates: readonly Candidate[]): CalibrationFit['gain'] {
  const none = new Float64Array(4);
  const gains = splits(cases, SEED + 1).flatMap(({ held, rest }) => {
    const at = fitTo(rest, chosen(rest, candidates));
    const of = (one: Case, there: Float64Array): number => loss([one], there, new Float64Array(4));
    return held.map((one) => of(one, none) - of(one, at));
  });
  const mean = gains.reduce((sum, one) => sum + one, 0) / gains.length;
  const variance = gains.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (gains.length - 1);
  return { logLikelihoodAPatient: mean, standardError: Math.sqrt(variance / gains.length) };
}
