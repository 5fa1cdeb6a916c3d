import { coxRidgeModel, kaplanMeierModel, networkModel, type FitSurvival } from '../../nn/training/survivalModels.ts';
import type { SurvivalTable } from '../../nn/training/survivalTable.ts';
import type { SurvivalStudy } from './survivalStudy.ts';

/** Members of an ensemble: enough for a stable average, as its bootstrap samples are balanced. */
const MEMBERS = 10;

/** Kaplan-Meier, ridge Cox, the networks and any other models, in the same folds of any cohort. */
export function cohortStudy(
  table: SurvivalTable,
  others: Readonly<Record<string, FitSurvival>>,
  options: Pick<SurvivalStudy, 'folds' | 'repeats' | 'seed' | 'horizonYears'>,
): SurvivalStudy {
  return {
    ...options,
    cohort: table,
    strata: table.event,
    curves: { models: [], years: [] },
    models: (onRecipe) => ({
      km: kaplanMeierModel(table),
      ...others,
      coxRidge: coxRidgeModel(table),
      logLogisticNet: networkModel(table, MEMBERS, { atYears: options.horizonYears, byInput: null }, onRecipe, null),
    }),
    groups: {
      all: { rows: [...table.time.keys()], models: ['km', ...Object.keys(others), 'coxRidge', 'logLogisticNet'] },
    },
  };
}
