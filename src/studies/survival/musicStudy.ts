/** MUSIC as a table for the covariate branch, and the cross-validation that its figures come from. */
import { COVARIATES } from '../../core/patient/covariates.ts';
import type { NetworkInput } from '../../nn/networks/covariateBranch.ts';
import { coxRidgeModel, kaplanMeierModel, networkModel } from '../../nn/training/survivalModels.ts';
import type { SurvivalTable } from '../../nn/training/survivalTable.ts';
import type { MusicPatient } from './music.ts';
import type { SurvivalStudy } from './survivalStudy.ts';

/** Where MUSIC's own analysis ends: 703 of the 992 are still followed then, few much longer. */
export const HORIZON_YEARS = 4;
export const CALIBRATION = { atYears: HORIZON_YEARS, byInput: 'ischaemic' } as const;

export const FOLDS = 10;
export const REPEATS = 10;
/** Of an ensemble, in cross-validation as in what is shipped. */
export const MEMBERS = 30;
const SEED = 2020;
const LOW_LVEF_PERCENT = 35;

/** Everything the schema knows, and the ischaemic flag; a column that MUSIC lacks is empty, and so never reaches the weights. */
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

/**
 * The covariate branch beside Kaplan-Meier (of all, and apart for ischaemic and other), ridge Cox (of all with the ischaemic
 * flag, and of the ischaemic alone), LVEF of 35% or less, and LVEF with NYHA class and prior infarct, in the same folds.
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
  const everywhere = ['km', 'kmByAetiology', 'lvef35', 'lvefNyhaInfarct', 'coxRidge', 'logLogisticNet'];
  return {
    cohort: table,
    strata: patients.map(({ status, ischaemic }) => (status === 1 ? 2 : 0) + Number(ischaemic)),
    folds: FOLDS,
    repeats,
    seed: SEED,
    horizonYears: HORIZON_YEARS,
    models: (onRecipe) => ({
      km: kaplanMeierModel(table),
      kmByAetiology: kaplanMeierModel(table, aetiology),
      lvef35: coxRidgeModel(lvef35),
      lvefNyhaInfarct: coxRidgeModel(lvefNyhaInfarct),
      coxRidge: coxRidgeModel(table),
      coxRidgeIschaemic: coxRidgeModel(table, (row) => patients[row].ischaemic),
      logLogisticNet: networkModel(table, MEMBERS, CALIBRATION, onRecipe),
    }),
    groups: {
      all: { rows: rows(() => true), models: everywhere },
      ischaemic: { rows: rows(({ ischaemic }) => ischaemic), models: [...everywhere, 'coxRidgeIschaemic'] },
      women: { rows: rows(({ covariates }) => covariates.male === 0), models: everywhere },
      men: { rows: rows(({ covariates }) => covariates.male === 1), models: everywhere },
    },
  };
}
