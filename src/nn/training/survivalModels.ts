/** The models that are compared on a cohort: Kaplan-Meier, ridge Cox and the log-logistic networks. */
import type { Random } from '../../core/random.ts';
import { coxLassoChoice } from '../../core/statistics/coxLasso.ts';
import { coxLogLikelihood, coxPredictor, fitCoxRidge } from '../../core/statistics/coxRidge.ts';
import { kaplanMeier, stepAt } from '../../core/statistics/kaplanMeier.ts';
import { survival } from '../../core/patient/logLogistic.ts';
import type { RightCensored } from '../../core/statistics/rightCensored.ts';
import {
  chooseRecipe,
  fitEnsemble,
  HIDDEN_DEPTHS,
  predictEnsemble,
  type Calibration,
  type Recipe,
} from './trainCovariates.ts';
import { recalibrated } from '../../core/patient/recalibration.ts';
import { fiveAnswersBranch, patternOf } from '../networks/fiveAnswers.ts';
import { fitRecalibration, type RecalibrationCohort } from './fitRecalibration.ts';
import {
  chooseFiveAnswersRecipe,
  fitFiveAnswers,
  fiveAnswersTable,
  type FiveAnswersCohort,
} from './trainFiveAnswers.ts';
import { inFold, learnScaling, rowsOf, scaledInputs, stratifiedFolds, type SurvivalTable } from './survivalTable.ts';

/** Probability of being free of the event at t years, for the patient of a row of the cohort. */
export type SurvivalAt = (row: number, t: number) => number;

/** Learns from the training rows of a cohort alone: scaling, imputation, penalty, depth and calibration too. */
export type FitSurvival = (training: Uint32Array, random: Random) => SurvivalAt;

/** Everyone alike, or alike within a stratum. */
export function kaplanMeierModel(cohort: RightCensored, stratum?: ArrayLike<number>): FitSurvival {
  return (training) => {
    const curves = new Map(
      [...new Set(Array.from(training, (i) => stratum?.[i] ?? 0))].map((value) => {
        const rows = training.filter((i) => (stratum?.[i] ?? 0) === value);
        return [
          value,
          kaplanMeier(
            Float64Array.from(rows, (i) => cohort.time[i]),
            Uint8Array.from(rows, (i) => cohort.event[i]),
          ),
        ];
      }),
    );
    return (row, t) => {
      const km = curves.get(stratum?.[row] ?? 0);
      return km === undefined ? NaN : stepAt(km.time, km.survival, t, 1);
    };
  };
}

/** From strong to weak; inputs have SD 1. */
const COX_PENALTIES = [1000, 500, 250, 120, 60, 30, 15, 7, 3, 1];
const INNER_FOLDS = 5;

/**
 * Ridge Cox, with the penalty of the greatest cross-validated partial likelihood (Verweij and van Houwelingen, Stat Med
 * 1993). Learns from those training rows for which `learnsFrom` holds.
 */
export function coxRidgeModel(table: SurvivalTable, learnsFrom: (row: number) => boolean = () => true): FitSurvival {
  return (training, random) => {
    const { x, seen, p, all } = standardised(table, training.filter(learnsFrom));
    const inner = stratifiedFolds(seen.event, INNER_FOLDS, random);
    const gains = new Float64Array(COX_PENALTIES.length);
    for (let k = 0; k < INNER_FOLDS; k++) {
      const rows = inFold(inner, k).training;
      const part = rowsOf(seen, rows);
      const xPart = Float64Array.from(
        { length: rows.length * p },
        (_, at) => x[rows[Math.floor(at / p)] * p + (at % p)],
      );
      COX_PENALTIES.forEach((penalty, at) => {
        const model = fitCoxRidge(xPart, part.time, part.event, penalty);
        // That of the whole less that of the training part: what the held-out patients add.
        gains[at] += coxLogLikelihood(x, seen.time, seen.event, model.coefficients) - model.logLikelihood;
      });
    }
    const model = fitCoxRidge(x, seen.time, seen.event, COX_PENALTIES[gains.indexOf(Math.max(...gains))]);
    const hazards = Float64Array.from(table.time, (_, row) =>
      Math.exp(coxPredictor(model, all.subarray(row * p, (row + 1) * p))),
    );
    return (row, t) => Math.exp(-stepAt(model.baselineTime, model.baselineHazard, t, 0) * hazards[row]);
  };
}

/**
 * Ridge Cox on the inputs that a lasso chose in the training rows, at most `most`: the benchmark for a choice by hand.
 */
export function coxLassoModel(table: SurvivalTable, most: number): FitSurvival {
  return (training, random) => {
    const { x, seen, columns } = standardised(table, training);
    const chosen = coxLassoChoice(x, seen.time, seen.event, most).map((j) => columns[j]);
    const width = table.inputs.length;
    const part: SurvivalTable = {
      ...table,
      inputs: chosen.map((column) => table.inputs[column]),
      values: Float64Array.from(
        Array.from(table.time, (_, row) => chosen.map((column) => table.values[row * width + column])).flat(),
      ),
    };
    return coxRidgeModel(part)(training, random);
  };
}

/** Training rows scaled to SD 1, and all rows by the same. */
function standardised(table: SurvivalTable, training: Uint32Array) {
  const seen = rowsOf(table, training);
  const scaling = learnScaling(seen);
  const p = scaling.columns.length;
  const raw = scaledInputs(seen, scaling);
  const sd = columnSds(raw, p);
  return {
    seen,
    p,
    columns: scaling.columns,
    x: raw.map((value, at) => value / sd[at % p]),
    all: scaledInputs(table, scaling).map((value, at) => value / sd[at % p]),
  };
}

function columnSds(x: Float64Array, p: number): Float64Array {
  const n = x.length / p;
  return Float64Array.from({ length: p }, (_, j) => {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      sum += x[i * p + j];
      squares += x[i * p + j] ** 2;
    }
    // A column that is constant in a training part says nothing there.
    return Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2)) || 1;
  });
}

/**
 * The networks of `trainCovariates.ts`. `onRecipe` gets what the inner cross-validation chose.
 * @param recalibratedBy if given, the laws are recalibrated on the training rows by it, as the shipped branch is
 */
export function networkModel(
  table: SurvivalTable,
  members: number,
  calibration: Calibration,
  onRecipe: (recipe: Recipe) => void,
  recalibratedBy: Pick<RecalibrationCohort, 'lvefPercent' | 'ischaemic'> | null,
): FitSurvival {
  return (training, random) => {
    const seen = rowsOf(table, training);
    const recipe = chooseRecipe(seen, random, HIDDEN_DEPTHS);
    onRecipe(recipe);
    const laws = predictEnsemble(fitEnsemble(seen, recipe, members, calibration, random), table);
    if (recalibratedBy === null) return (row, t) => survival(laws[row], t);
    const { lvefPercent, ischaemic } = recalibratedBy;
    const rows = [...training];
    const recalibration = fitRecalibration(
      rows.map((row) => laws[row]),
      {
        ...seen,
        lvefPercent: rows.map((row) => lvefPercent[row]),
        ischaemic: rows.map((row) => ischaemic[row]),
      },
      true,
    );
    return (row, t) => {
      const patient = { lvefPercent: lvefPercent[row], ischaemic: ischaemic[row] };
      return survival(recalibrated(laws[row], recalibration, patient, 'music'), t);
    };
  };
}

/** The regression of the five answers; the penalty by inner cross-validation. Learns the patterns that the cohort has. */
export function fiveAnswersModelOf(cohort: FiveAnswersCohort, members: number): FitSurvival {
  const met = [...new Set(cohort.answers.map(patternOf))];
  return (training, random) => {
    const rows = [...training];
    const seen: FiveAnswersCohort = {
      ...rowsOf(fiveAnswersTable(cohort), training),
      answers: rows.map((row) => cohort.answers[row]),
      lvefPercent: rows.map((row) => cohort.lvefPercent[row]),
      ischaemic: rows.map((row) => cohort.ischaemic[row]),
    };
    const recipe = chooseFiveAnswersRecipe(seen, random, []);
    const model = { ...fitFiveAnswers(seen, recipe, members, random, met), band: NO_BAND, followUpYears: Infinity };
    return (row, t) => survival(fiveAnswersBranch(model, cohort.answers[row], { ischaemic: cohort.ischaemic[row] }), t);
  };
}

const NO_BAND = { refits: 1, shrinkage: 0 };
