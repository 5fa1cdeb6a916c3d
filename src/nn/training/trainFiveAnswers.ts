/** Fits the regression of the five answers, separately for each pattern of which are known. */
import { logOddsOfRisk } from '../../core/patient/logLogistic.ts';
import { HORIZON_YEARS } from '../../core/patient/rates.ts';
import { recalibrated } from '../../core/patient/recalibration.ts';
import type { Random } from '../../core/random.ts';
import { lawOf, meanLaw, memberOutput, type InputScaling } from '../networks/covariateBranch.ts';
import {
  FIVE_ANSWERS,
  fiveInputs,
  MEMBER_SHAPE,
  PATTERNS,
  type FiveAnswersModel,
  type FiveAnswerValues,
  type PatternModel,
} from '../networks/fiveAnswers.ts';
import { fitRecalibration, type RecalibrationCohort } from './fitRecalibration.ts';
import { learnScaling, rowsOf, type SurvivalTable } from './survivalTable.ts';
import { chooseRecipe, fitRefits, type Recipe } from './trainCovariates.ts';

/** Patients with what is known of their five answers, and what happened. */
export interface FiveAnswersCohort extends RecalibrationCohort {
  readonly answers: readonly FiveAnswerValues[];
}

/** The five as a table; NaN where unknown. */
export function fiveAnswersTable({ answers, time, event }: FiveAnswersCohort): SurvivalTable {
  return {
    inputs: FIVE_ANSWERS.map((name) => ({ name, yesNo: name === 'priorInfarct' })),
    values: Float64Array.from(answers.flatMap((one) => FIVE_ANSWERS.map((id) => one[id] ?? NaN))),
    time,
    event,
  };
}

/** The penalty, by inner cross-validation of the likelihood; with hidden layers in the search if depths are given. */
export function chooseFiveAnswersRecipe(
  cohort: FiveAnswersCohort,
  random: Random,
  hiddenDepths: readonly number[],
): Recipe {
  return chooseRecipe(fiveAnswersTable(cohort), random, hiddenDepths);
}

/** What is fitted: all of the model except its band. */
export type FittedFiveAnswers = Omit<FiveAnswersModel, 'band' | 'followUpYears'>;

/**
 * One regression for each pattern of known answers, on all patients in whom these are known (complete-case submodels, Mercaldo
 * and Blume 2020), each refitted on bootstrap samples, averaged and recalibrated on those patients. `patterns` names
 * the wanted ones; the others are left out of the search and stay empty.
 */
export function fitFiveAnswers(
  cohort: FiveAnswersCohort,
  recipe: Recipe,
  members: number,
  random: Random,
  patterns: readonly number[] = Array.from({ length: PATTERNS }, (_, pattern) => pattern),
): FittedFiveAnswers {
  const table = fiveAnswersTable(cohort);
  const { shift, scale, min, max } = learnScaling(table);
  const scaling = FIVE_ANSWERS.map((_, k) => ({ shift: shift[k], scale: scale[k], min: min[k], max: max[k] }));
  const lvef = cohort.answers.flatMap((one) => one.lvef ?? []);
  const empty: PatternModel = {
    members: [],
    recalibration: {
      spread: 1,
      ischaemic: { low: 0, high: 0 },
      other: { low: 0, high: 0 },
      rates: { afterInfarct: { low: 0, high: 0 }, heartFailure: { low: 0, high: 0 } },
    },
    centre: 0,
  };
  return {
    scaling,
    meanLvefPercent: lvef.reduce((sum, value) => sum + value, 0) / lvef.length,
    patterns: Array.from({ length: PATTERNS }, (_, pattern) =>
      patterns.includes(pattern) ? fitPattern(pattern, cohort, scaling, recipe, members, random) : empty,
    ),
  };
}

function fitPattern(
  pattern: number,
  cohort: FiveAnswersCohort,
  scaling: readonly InputScaling[],
  recipe: Recipe,
  members: number,
  random: Random,
): PatternModel {
  const ids = FIVE_ANSWERS.filter((_, k) => (pattern >> k) % 2 === 1);
  const rows = [...cohort.answers.keys()].filter((i) => ids.every((id) => cohort.answers[i][id] !== undefined));
  const known = rows.map((i): FiveAnswerValues => {
    return Object.fromEntries(ids.map((id) => [id, cohort.answers[i][id]]));
  });
  const x = Float64Array.from(known.flatMap((one) => [...fiveInputs(scaling, one)]));
  const data: RecalibrationCohort = {
    ...rowsOf(fiveAnswersTable(cohort), rows),
    lvefPercent: rows.map((i) => cohort.lvefPercent[i]),
    ischaemic: rows.map((i) => cohort.ischaemic[i]),
  };
  const fitted = fitRefits(x, data, MEMBER_SHAPE, recipe, members, random);
  const raw = new Float64Array(2);
  const laws = known.map((_, row) =>
    meanLaw(
      fitted.map((parameters) => {
        memberOutput(parameters, MEMBER_SHAPE, x, row * FIVE_ANSWERS.length, new Float64Array(0), raw);
        return lawOf(raw);
      }),
    ),
  );
  const recalibration = fitRecalibration(laws, data, ids.includes('lvef'));
  const logOdds = laws.map((law, row) => {
    const patient = { lvefPercent: data.lvefPercent[row], ischaemic: data.ischaemic[row] };
    return logOddsOfRisk(recalibrated(law, recalibration, patient, 'music'), HORIZON_YEARS);
  });
  return { members: fitted, recalibration, centre: logOdds.reduce((sum, value) => sum + value, 0) / logOdds.length };
}
