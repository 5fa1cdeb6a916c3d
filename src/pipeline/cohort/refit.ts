/**
 * Trains the covariate branch, the head of the image branch, and the fusion of both anew on a hospital's own patients. Cross-validation is
 * nested: the figures come from patients whom neither the fit nor the choice of its recipe has seen. What the head reads stays as shipped.
 */
import { ScarcastError } from '../../core/errors.ts';
import { COVARIATES, type NetworkInput } from '../../core/patient/covariates.ts';
import { calibratedWeights, refitAlone, type HospitalCalibration } from '../../core/patient/hospitalCalibration.ts';
import { REFIT_RULE, type HospitalRefit } from '../../core/patient/hospitalRefit.ts';
import { logOddsOfRisk, type LogLogistic } from '../../core/patient/logLogistic.ts';
import { HORIZON_YEARS } from '../../core/patient/rates.ts';
import { quantiles } from '../../core/quantiles.ts';
import { Random } from '../../core/random.ts';
import type { RightCensored } from '../../core/statistics/rightCensored.ts';
import {
  inFold,
  learnScaling,
  rowsOf,
  scaledInputs,
  stratifiedFolds,
  type SurvivalTable,
} from '../../nn/training/survivalTable.ts';
import {
  chooseRecipe,
  effectiveParameters,
  fitEnsemble,
  LINEAR_PENALTIES,
  predictEnsemble,
  type CovariateEnsemble,
  type Recipe,
} from '../../nn/training/trainCovariates.ts';
import type { Models } from '../analysing/models.ts';
import { judgePatient } from './judgePatient.ts';
import { outcomesIn, type CohortPatient } from './patients.ts';
import type { RecalibrationQuestion } from './recalibrate.ts';
import { compareWithShipped, eventsIn } from './refitFigures.ts';
import { FEW_MEMBERS, FOLDS, fusedOutOfFold, fusionOf, MEMBERS, type Nested, type ToRefit } from './refitFusion.ts';
import { refitImage } from './refitImage.ts';

export type RefitFault =
  | { readonly code: 'tooFewEventsToRefit'; readonly events: number; readonly needed: number }
  | { readonly code: 'nothingToRefitOn' };

/** The cohort cannot train a network. */
export class RefitError extends ScarcastError<RefitFault> {}

const SEED = 26;
/** A column that a smaller share of the patients have is not learned from. */
const LEAST_KNOWN = 0.5;
/** As long as this many are followed, a curve is not called extrapolated. */
const FOLLOWED = 50;
/** The percentiles between which an input's values count as usual. */
const USUAL_RANGE = [0.02, 0.98];
/** Added to each variance, as a share of it; otherwise no value could be imputed where columns repeat each other. */
const JITTER = 1e-6;

/** The inputs that the shipped branch can take. */
const INPUTS: readonly { readonly name: NetworkInput; readonly yesNo: boolean }[] = [
  ...COVARIATES.flatMap(({ id, kind }) => (id === 'ethnicity' ? [] : [{ name: id, yesNo: kind === 'yesNo' }])),
  { name: 'ischaemic', yesNo: true },
];

/**
 * The refit as a calibration that changes nothing else.
 * @throws RefitError for too few events, by REFIT_RULE, and if no column distinguishes patients
 */
export function refitCohort(
  patients: readonly CohortPatient[],
  models: Models,
  { onlyApplicable, madeBy, madeOn }: RecalibrationQuestion,
): HospitalCalibration & { readonly refit: HospitalRefit } {
  const judged = patients.flatMap((patient): ToRefit[] => {
    const { why, laws, fusedParts } = judgePatient(patient, models, 'usual', null);
    if (onlyApplicable && why.length > 0) return [];
    const image = fusedParts && { ...fusedParts.image, latent: patient.study?.heart?.latent ?? null };
    return [{ patient, shipped: laws, image }];
  });
  const table = tableOf(judged.map(({ patient }) => patient));
  const penalties = allowedPenalties(table);
  const random = new Random(SEED);
  const nested = outOfFold(table, penalties, withEnoughImages(judged), random);
  const recipe = chooseRecipe(table, random, [], penalties);
  const { followUpYears, horizonYears } = yearsOf(table);
  const ensemble = fitTo(table, recipe, MEMBERS, random);
  const shippedLaws = judged.map(({ shipped }) => shipped.covariates);
  return refitAlone(
    { weights: calibratedWeights(models.cards), madeBy, madeOn },
    {
      patients: judged.length,
      events: eventsIn(table),
      otherDeaths: judged.filter(({ patient }) => patient.outcome === 'otherDeath').length,
      horizonYears,
      recipe: {
        members: MEMBERS,
        penalty: recipe.penalty,
        epochs: recipe.epochs,
        effectiveParameters: effectiveParameters(table, recipe.penalty),
      },
      network: networkOf(table, ensemble, models.covariates.band, followUpYears),
      covariates: compareWithShipped(table, nested.laws, shippedLaws, horizonYears),
      fused: withEnoughImages(judged) ? fusedWithShipped(table, judged, nested, horizonYears) : null,
      ...refitImage(table, judged, nested, horizonYears),
    },
  );
}

const withEnoughImages = (judged: readonly ToRefit[]): boolean =>
  judged.filter(({ patient, image }) => image !== null && patient.outcome === 'event').length >=
  REFIT_RULE.leastEventsWithImages;

/** The refitted covariate branch with the image branch as shipped. */
function fusedWithShipped(
  table: SurvivalTable,
  judged: readonly ToRefit[],
  nested: Nested,
  horizonYears: number,
): HospitalRefit['fused'] {
  const images = judged.map(({ image }) => image);
  const fused = fusedOutOfFold(table, nested, () => images);
  const shipped = judged.map((one) => one.shipped.fused);
  return { ...compareWithShipped(table, fused, shipped, horizonYears), fusion: fusionOf(table, nested.laws, images) };
}

function tableOf(patients: readonly CohortPatient[]): SurvivalTable {
  const valueOf = ({ clinical: { covariates, facts } }: CohortPatient, name: NetworkInput): number | undefined =>
    // Unknown aetiology counts as ischaemic, as in the shipped branch.
    name === 'ischaemic' ? Number(facts.ischaemic ?? true) : covariates[name];
  const inputs = INPUTS.filter(
    ({ name }) => patients.filter((one) => valueOf(one, name) !== undefined).length >= LEAST_KNOWN * patients.length,
  );
  return {
    ...outcomesIn(patients),
    inputs,
    values: Float64Array.from(patients.flatMap((one) => inputs.map(({ name }) => valueOf(one, name) ?? NaN))),
  };
}

/** The penalties with no more effective parameters than the events allow. @throws RefitError */
function allowedPenalties(table: SurvivalTable): number[] {
  const events = eventsIn(table);
  const { leastEvents, eventsPerParameter } = REFIT_RULE;
  if (events < leastEvents) throw new RefitError({ code: 'tooFewEventsToRefit', events, needed: leastEvents });
  if (learnScaling(table).columns.length === 0) throw new RefitError({ code: 'nothingToRefitOn' });
  const needs = LINEAR_PENALTIES.map((penalty) => eventsPerParameter * effectiveParameters(table, penalty));
  const allowed = LINEAR_PENALTIES.filter((_, k) => needs[k] <= events);
  if (allowed.length === 0) {
    throw new RefitError({ code: 'tooFewEventsToRefit', events, needed: Math.ceil(Math.min(...needs)) });
  }
  return allowed;
}

function yearsOf({ time }: RightCensored): { readonly followUpYears: number; readonly horizonYears: number } {
  const followUpYears = [...time].sort((a, b) => b - a)[Math.min(FOLLOWED, time.length) - 1];
  return { followUpYears, horizonYears: Math.min(HORIZON_YEARS, followUpYears) };
}

/**
 * Each patient's laws by fits, and choices of their recipe, that had not seen that patient. @param forFusion whether a fusion will be
 * learned
 */
function outOfFold(table: SurvivalTable, penalties: readonly number[], forFusion: boolean, random: Random): Nested {
  const fold = stratifiedFolds(table.event, FOLDS, random);
  const laws: LogLogistic[] = [];
  const folds = Array.from({ length: FOLDS }, (_, k) => {
    const { training, test } = inFold(fold, k);
    const seen = rowsOf(table, training);
    const recipe = chooseRecipe(seen, random, [], penalties);
    const byFold = fitTo(seen, recipe, MEMBERS, random);
    const inner: LogLogistic[] = [];
    if (forFusion) innerLaws(seen, recipe, random).forEach((law, r) => (inner[training[r]] = law));
    predictEnsemble(byFold, rowsOf(table, test)).forEach((law, r) => (laws[test[r]] = law));
    return { training, test, inner };
  });
  return { laws, folds };
}

function fitTo(table: SurvivalTable, recipe: Recipe, members: number, random: Random): CovariateEnsemble {
  return fitEnsemble(table, recipe, members, { atYears: yearsOf(table).horizonYears, byInput: null }, random);
}

/** The laws that a fusion learns from, each by a fit that had not seen the patient; otherwise the fusion would trust the fit too much. */
function innerLaws(table: SurvivalTable, recipe: Recipe, random: Random): LogLogistic[] {
  const fold = stratifiedFolds(table.event, FOLDS, random);
  const laws: LogLogistic[] = [];
  for (let k = 0; k < FOLDS; k++) {
    const { training, test } = inFold(fold, k);
    const ensemble = fitTo(rowsOf(table, training), recipe, FEW_MEMBERS, random);
    predictEnsemble(ensemble, rowsOf(table, test)).forEach((law, r) => (laws[test[r]] = law));
  }
  return laws;
}

/** As float32 throughout, so that the file gives back what was fitted. */
function networkOf(
  table: SurvivalTable,
  ensemble: CovariateEnsemble,
  shippedBand: HospitalRefit['network']['band'],
  followUpYears: number,
): HospitalRefit['network'] {
  const { scaling, members } = ensemble;
  const { columns, shift, scale, mean } = scaling;
  const x = scaledInputs(table, scaling);
  const p = columns.length;
  const n = table.time.length;
  const covariance = new Float32Array(p * p);
  for (let a = 0; a < p; a++) {
    for (let b = 0; b < p; b++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (x[i * p + a] - mean[a]) * (x[i * p + b] - mean[b]);
      covariance[a * p + b] = (sum / n) * (a === b ? 1 + JITTER : 1);
    }
  }
  const laws = predictEnsemble(ensemble, table);
  const logOdds = laws.map((law) => logOddsOfRisk(law, HORIZON_YEARS));
  return {
    inputs: columns.map((column) => table.inputs[column].name as NetworkInput),
    scaling: Float32Array.from(columns.flatMap((column, j) => [shift[j], scale[j], ...usualRange(table, column)])),
    mean: Float32Array.from(mean),
    covariance,
    members: Float32Array.from(members.flatMap((parameters) => [...parameters])),
    // How far a band of refits must be widened was tested on MUSIC's patients; the risk that it shrinks towards is the cohort's own.
    band: { ...shippedBand, centre: logOdds.reduce((sum, one) => sum + one, 0) / n },
    followUpYears,
  };
}

/** Percentiles of one input's values. The smallest and largest values would reveal two patients'. */
function usualRange({ inputs, values }: SurvivalTable, column: number): readonly number[] {
  if (inputs[column].yesNo) return [0, 1];
  const known = values.filter((value, at) => at % inputs.length === column && !Number.isNaN(value));
  return quantiles(known, USUAL_RANGE);
}
