import type { LogLogistic } from '../src/core/patient/logLogistic.ts';
import type { StudyResult } from '../src/pipeline/cohort/studyResult.ts';

const NO_BURDEN: StudyResult['burden'] = {
  bloodPoolMl: null,
  myocardiumMl: null,
  myocardiumG: null,
  scarMl: null,
  scarG: null,
  burdenPercent: null,
  noReflowMl: null,
  noReflowG: null,
  noReflowPercent: null,
};

/** A study of which the image branch says this. @param latent what its head read; null as in files of before that was kept */
export const studyOf = (law: LogLogistic, latent: readonly number[] | null): StudyResult => ({
  slices: 10,
  spacing: [1.5, 1.5, 8],
  contrast: 'PSIR',
  drawnBy: 'network',
  burden: NO_BURDEN,
  greyZonesG: {},
  casePlausibility: 0.9,
  heart: { ...law, reconstructionError: 0, latent },
  findings: { noReflowMl: 0, nonIschaemicPattern: false },
  warnings: [],
  drawing: null,
});
