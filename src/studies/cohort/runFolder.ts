/** Analyses a folder of studies: what the command line and a cluster run. */
import type { Clinical } from '../../core/patient/covariates.ts';
import { analyseStack } from '../../pipeline/analysing/analyse.ts';
import type { Models } from '../../pipeline/analysing/models.ts';
import type { CohortPatient } from '../../pipeline/cohort/patients.ts';
import { isDone, runCohort, RunClock, type TimeLeft } from '../../pipeline/cohort/runCohort.ts';
import { plainFailure } from '../../pipeline/cohort/savedCohort.ts';
import type { FoundStudy } from '../../pipeline/cohort/studies.ts';
import {
  seriesForCohort,
  studyResultOf,
  type StudyFailure,
  type StudyOutcome,
} from '../../pipeline/cohort/studyResult.ts';
import { readStudy } from '../../pipeline/reading/readStudy.ts';
import { withTaken, type InputFile } from '../../pipeline/reading/study.ts';
import { exportedSurvival } from '../../pipeline/saving/exportedSurvival.ts';
import { toFile, type CaseNumbers } from '../../pipeline/saving/toFile.ts';
import { nodeLoadWasm } from '../files/inputFiles.ts';
import { makeFolder, readStudies, writeStudy } from './cohortFolder.ts';

export interface FolderRun {
  readonly studies: readonly FoundStudy<InputFile>[];
  readonly patients: readonly Pick<CohortPatient, 'id' | 'clinical'>[];
  readonly out: string;
  /** A reason in English. */
  readonly say: (reason: Parameters<Parameters<typeof toFile>[4]>[0] | StudyFailure) => string;
  readonly onDone: (outcome: StudyOutcome, left: TimeLeft) => void;
}

const NOTHING_KNOWN: Clinical = { covariates: {}, facts: {} };
const sizeOf = ({ size }: InputFile): number => size;

/**
 * Analyses those of the studies for which the folder has no result, and writes each as it is done. A killed run resumes
 * where it was.
 * @returns how many were done before
 * @throws StudyFileError
 */
export async function runFolder({ studies, patients, out, say, onDone }: FolderRun, models: Models): Promise<number> {
  await makeFolder(out);
  const before = new Map((await readStudies(out, models.cards)).map((one) => [one.id, one]));
  const left = studies.filter((study) => !isDone(study, sizeOf, before.get(study.id)));
  const clinicalOf = new Map(patients.map(({ id, clinical }) => [id, clinical]));
  const clock = new RunClock(left.length, Date.now);
  let numbers: CaseNumbers | null = null;
  await runCohort(left, {
    sizeOf,
    beforeEach: () => {
      numbers = null;
      clock.begin();
    },
    analyse: async ({ id, files }) => {
      const opened = await readStudy(files, { loadWasm: nodeLoadWasm });
      const stack = await opened.loadStack(seriesForCohort(opened.study).id, {});
      const clinical = clinicalOf.get(id) ?? NOTHING_KNOWN;
      const analysis = await analyseStack(stack, clinical, models, {});
      // The hospital's own words on its series may name a patient.
      const series = opened.study.series.map((one) => ({ ...one, description: '' }));
      const study = withTaken({ ...opened.study, series }, { ...stack.series, description: '' });
      numbers = toFile(study, analysis, exportedSurvival(analysis.survival, clinical), models.cards, say);
      return studyResultOf(stack, analysis);
    },
    onOutcome: async (outcome) => {
      const kept = { ...outcome, failed: outcome.failed && plainFailure(outcome.failed) };
      await writeStudy(out, kept, models.cards, numbers, outcome.failed && say(outcome.failed));
      onDone(outcome, clock.end());
    },
  });
  return studies.length - left.length;
}
