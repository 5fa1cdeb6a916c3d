/**
 * What a ridge Cox regression learned from the cohort itself says about its patients. It shows how much the cohort's own answers can tell,
 * as the yardstick for a shipped model. Each patient is judged by a fit that never saw that patient.
 */
import { COVARIATES, type CovariateId } from '../../core/patient/covariates.ts';
import { crossValidate } from '../../nn/training/crossValidateSurvival.ts';
import { coxRidgeModel } from '../../nn/training/survivalModels.ts';
import { learnScaling, type SurvivalTable } from '../../nn/training/survivalTable.ts';
import { RIDGE_COX_FOLDS } from './cohortModels.ts';
import { GREY_ZONE } from './judgePatient.ts';
import { outcomesIn, type CohortPatient } from './patients.ts';

/** With fewer events, some patients would be judged by a fit that saw hardly any. */
const LEAST_EVENTS = 5;
const SEED = 24;

interface Input {
  readonly name: string;
  readonly yesNo: boolean;
  readonly value: (patient: CohortPatient) => number | null | undefined;
}

/** Measures from the images that the table holds as well. */
const MEASURED: Partial<Record<CovariateId, (study: NonNullable<CohortPatient['study']>) => number | null>> = {
  infarctPercent: ({ burden }) => burden.burdenPercent,
};

/** Everything that the shipped models are given, and the grey zone. Ethnicity is a category, not a number. */
const INPUTS: readonly Input[] = [
  ...COVARIATES.filter(({ id }) => id !== 'ethnicity').map(({ id, kind }): Input => ({
    name: id,
    yesNo: kind === 'yesNo',
    value: ({ clinical, study }) => (study && MEASURED[id]?.(study)) ?? clinical.covariates[id],
  })),
  { name: 'nyha', yesNo: false, value: ({ clinical: { facts } }) => facts.nyha },
  {
    name: 'ischaemic',
    yesNo: true,
    value: ({ clinical: { facts } }) => (facts.ischaemic === undefined ? undefined : Number(facts.ischaemic)),
  },
  { name: 'greyZone', yesNo: false, value: ({ study }) => study?.greyZonesG[GREY_ZONE] },
];

/**
 * Patient i's risk by t (years) of a ridge Cox that learned from the other folds, its penalty chosen among them too; null for fewer than
 * five events, or if all patients are alike. An unknown value counts as the mean of the others in the fold.
 */
export function ridgeCoxOutOfFold(patients: readonly CohortPatient[]): ((i: number, tYears: number) => number) | null {
  const table: SurvivalTable = {
    ...outcomesIn(patients),
    inputs: INPUTS.map(({ name, yesNo }) => ({ name, yesNo })),
    values: Float64Array.from(patients.flatMap((patient) => INPUTS.map(({ value }) => value(patient) ?? NaN))),
  };
  const events = table.event.reduce((sum, one) => sum + one, 0);
  if (events < LEAST_EVENTS || learnScaling(table).columns.length === 0) return null;
  const { fold, fitted } = crossValidate(table.event, RIDGE_COX_FOLDS, SEED, { coxRidge: coxRidgeModel(table) });
  return (i, t) => 1 - fitted[fold[i]].coxRidge(i, t);
}
