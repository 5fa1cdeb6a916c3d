/** MUSIC as a table for the covariate branch, and the cross-validation that gives its figures. */
import { COVARIATES, type NetworkInput } from '../../core/patient/covariates.ts';
import { LOW_LVEF_PERCENT } from '../../core/patient/lvefShift.ts';
import { HORIZON_YEARS } from '../../core/patient/rates.ts';
import {
  coxLassoModel,
  coxRidgeModel,
  fiveAnswersModelOf,
  kaplanMeierModel,
  networkModel,
} from '../../nn/training/survivalModels.ts';
import { fiveAnswersOf } from '../../nn/networks/fiveAnswers.ts';
import type { SurvivalTable } from '../../nn/training/survivalTable.ts';
import { fiveAnswersTable, type FiveAnswersCohort } from '../../nn/training/trainFiveAnswers.ts';
import { OTHER_COLUMN_NAMES, type MusicPatient } from './music.ts';
import type { SurvivalStudy } from './survivalStudy.ts';

export const CALIBRATION = { atYears: HORIZON_YEARS, byInput: 'ischaemic' } as const;

export const FOLDS = 10;
export const REPEATS = 10;
/** Members of an ensemble, in cross-validation as in the shipped model. */
export const MEMBERS = 30;
const SEED = 2020;
/** Inputs that a lasso may choose among all that MUSIC has. */
const LASSO_MOST = 12;

/** Everything in the schema, and the ischaemic flag; a column that MUSIC lacks is empty, and so never reaches the weights. */
export const INPUTS: readonly { readonly name: NetworkInput; readonly yesNo: boolean }[] = [
  ...COVARIATES.flatMap(({ id, kind }) => (id === 'ethnicity' ? [] : [{ name: id, yesNo: kind === 'yesNo' }])),
  { name: 'ischaemic', yesNo: true },
];

type Column = readonly [name: string, yesNo: boolean, value: (patient: MusicPatient) => number | undefined];

function tableOf(patients: readonly MusicPatient[], columns: readonly Column[]): SurvivalTable {
  return {
    inputs: columns.map(([name, yesNo]) => ({ name, yesNo })),
    values: Float64Array.from(patients.flatMap((patient) => columns.map(([, , value]) => value(patient) ?? NaN))),
    time: Float64Array.from(patients, ({ timeYears }) => timeYears),
    event: Uint8Array.from(patients, ({ status }) => (status === 1 ? 1 : 0)),
  };
}

export function musicTable(patients: readonly MusicPatient[]): SurvivalTable {
  return tableOf(
    patients,
    INPUTS.map(({ name, yesNo }): Column => {
      return [name, yesNo, (one) => (name === 'ischaemic' ? Number(one.ischaemic) : one.covariates[name])];
    }),
  );
}

/** As long as this many of the ischaemic are followed, a curve is not called extrapolated. */
const FOLLOWED = 100;

/** How long that many of the ischaemic were followed, dead or alive, years. */
export function followUpYears(patients: readonly MusicPatient[]): number {
  const years = patients.filter(({ ischaemic }) => ischaemic).map(({ timeYears }) => timeYears);
  return years.sort((a, b) => b - a)[FOLLOWED - 1];
}

/** MUSIC for the regression of the five answers; an unknown LVEF counts as the mean in the recalibration. */
export function fiveAnswersCohort(patients: readonly MusicPatient[]): FiveAnswersCohort {
  const { time, event } = musicTable(patients);
  const known = patients.flatMap(({ covariates }) => covariates.lvef ?? []);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return {
    time,
    event,
    answers: patients.map(({ covariates, ...facts }) => fiveAnswersOf(covariates, facts)),
    lvefPercent: patients.map(({ covariates }) => covariates.lvef ?? mean),
    ischaemic: patients.map(({ ischaemic }) => ischaemic),
  };
}

/**
 * The covariate branch and the five answers against Kaplan-Meier (for all, and separately for ischaemic and other), ridge Cox (for all with
 * the ischaemic flag, and for the ischaemic alone), LVEF of 35% or less, and LVEF with NYHA class and prior infarct, in the same folds.
 */
export function musicStudy(patients: readonly MusicPatient[], repeats: number): SurvivalStudy {
  const table = musicTable(patients);
  const aetiology = patients.map(({ ischaemic }) => Number(ischaemic));
  const rows = (of: (patient: MusicPatient) => boolean): number[] =>
    [...patients.keys()].filter((i) => of(patients[i]));
  const lvef35 = tableOf(patients, [
    ['lvef35', true, ({ covariates: { lvef } }) => lvef && Number(lvef <= LOW_LVEF_PERCENT)],
  ]);
  const lvefNyhaInfarct = tableOf(patients, [
    ['lvef', false, ({ covariates: { lvef } }) => lvef],
    ['nyha', false, ({ nyha }) => nyha],
    ['priorInfarct', true, ({ priorInfarct }) => Number(priorInfarct)],
  ]);
  const five = fiveAnswersCohort(patients);
  const wide = tableOf(patients, [
    ...INPUTS.map(({ name, yesNo }): Column => {
      return [name, yesNo, (one) => (name === 'ischaemic' ? Number(one.ischaemic) : one.covariates[name])];
    }),
    ...OTHER_COLUMN_NAMES.map((name): Column => [name, false, ({ others }) => others[name]]),
  ]);
  const everywhere = [
    'km',
    'kmByAetiology',
    'lvef35',
    'lvefNyhaInfarct',
    'coxRidge',
    'logLogisticNet',
    'fiveCoxRidge',
    'fiveAnswers',
    'lassoOfAll',
  ];
  return {
    cohort: table,
    strata: patients.map(({ status, ischaemic }) => (status === 1 ? 2 : 0) + Number(ischaemic)),
    folds: FOLDS,
    repeats,
    seed: SEED,
    horizonYears: HORIZON_YEARS,
    curves: { models: ['logLogisticNet', 'fiveAnswers'], years: [1, 2, 3, 4, 5] },
    models: (onRecipe) => ({
      km: kaplanMeierModel(table),
      kmByAetiology: kaplanMeierModel(table, aetiology),
      lvef35: coxRidgeModel(lvef35),
      lvefNyhaInfarct: coxRidgeModel(lvefNyhaInfarct),
      coxRidge: coxRidgeModel(table),
      coxRidgeIschaemic: coxRidgeModel(table, (row) => patients[row].ischaemic),
      logLogisticNet: networkModel(table, MEMBERS, CALIBRATION, onRecipe, five),
      fiveCoxRidge: coxRidgeModel(fiveAnswersTable(five)),
      fiveAnswers: fiveAnswersModelOf(five, MEMBERS),
      lassoOfAll: coxLassoModel(wide, LASSO_MOST),
    }),
    groups: {
      all: { rows: rows(() => true), models: everywhere },
      ischaemic: { rows: rows(({ ischaemic }) => ischaemic), models: [...everywhere, 'coxRidgeIschaemic'] },
      women: { rows: rows(({ covariates }) => covariates.male === 0), models: everywhere },
      men: { rows: rows(({ covariates }) => covariates.male === 1), models: everywhere },
    },
  };
}
