/** Simulated patients as a table, to try a validation with. None of them exists, and nothing fitted to them is for real patients. */
import { simulatePatients, type SimulatedPatient } from '../../core/phantom/cohort.ts';
import type { CohortPatient } from './patients.ts';

/** Enough for some 55 sudden deaths, with limits as wide as those of a hospital's own cohort. */
const PATIENTS = 400;
const EFFECT = 'mid';
const SEED = 7;
/** The beginning of each id, in the table and in everything saved from it. */
const SIMULATED_ID = 'simulated-';

const OUTCOMES = { 0: 'alive', 1: 'sudden death', 2: 'other death' } as const;

const COLUMNS: readonly (readonly [name: string, (patient: SimulatedPatient) => number | string])[] = [
  ['id', ({ id }) => `${SIMULATED_ID}${id + 1}`],
  ['years', ({ timeYears }) => timeYears.toFixed(2)],
  ['outcome', ({ status }) => OUTCOMES[status]],
  ['age', ({ covariates }) => covariates.age.toFixed(0)],
  ['male', ({ covariates }) => covariates.male],
  ['lvef', ({ covariates }) => covariates.lvef.toFixed(0)],
  ['heart_rate', ({ covariates }) => Number(covariates.heartRate).toFixed(0)],
  ['qrs_ms', ({ covariates }) => covariates.qrs.toFixed(0)],
  ['diabetes', ({ covariates }) => covariates.diabetes],
  ['smoker', ({ covariates }) => covariates.smoker],
  ['atrial_fibrillation', ({ covariates }) => covariates.atrialFibrillation],
  ['beta_blocker', ({ covariates }) => covariates.betaBlocker],
  ['acei_arb', ({ covariates }) => covariates.aceInhibitorOrArb],
  ['ischaemic', () => 1],
];

/**
 * The example as comma-separated text, with a header: patients with ischaemic heart disease, their covariates, follow-up in years and
 * outcome, by the law of `simulatePatients`. The same at each call.
 */
export function exampleCohort(): string {
  const patients = simulatePatients(PATIENTS, EFFECT, SEED);
  const rows = patients.map((patient) => COLUMNS.map(([, value]) => value(patient)).join());
  return [COLUMNS.map(([name]) => name).join(), ...rows].join('\n');
}

/** Whether the patients are those of the example, all or some of them, and so not real. */
export const areSimulated = (patients: readonly Pick<CohortPatient, 'id'>[]): boolean =>
  patients.length > 0 && patients.every(({ id }) => id.startsWith(SIMULATED_ID));
