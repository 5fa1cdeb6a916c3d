import type { HospitalCalibration } from '../../core/patient/hospitalCalibration.ts';
import type { Models } from '../analysing/models.ts';
import { judgePatient, type CohortRate } from './judgePatient.ts';
import type { CohortPatient } from './patients.ts';
import type { StudyOutcome } from './studyResult.ts';
import type { CohortRow } from './wideTable.ts';

/** Every patient and every study, joined by their ids, in the table's order; studies without a row last. */
export function cohortRows(
  patients: readonly CohortPatient[],
  studies: readonly StudyOutcome[],
  models: Models,
  rate: CohortRate,
  calibration: HospitalCalibration | null,
): CohortRow[] {
  const byId = new Map(studies.map((study) => [study.id, study]));
  const known = new Set(patients.map(({ id }) => id));
  return [
    ...patients.map((patient): CohortRow => {
      const study = byId.get(patient.id) ?? null;
      const status = study === null ? 'noStudy' : study.result ? 'analysed' : 'failed';
      return { id: patient.id, status, patient, study, judged: judgePatient(patient, models, rate, calibration) };
    }),
    ...studies
      .filter(({ id }) => !known.has(id))
      .map((study): CohortRow => ({ id: study.id, status: 'noRow', patient: null, study, judged: null })),
  ];
}
