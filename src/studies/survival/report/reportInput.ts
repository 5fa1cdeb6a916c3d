/** The report's inputs, and each group’s outcomes and risks. */
import type { RightCensored } from '../../../core/statistics/rightCensored.ts';
import type { CovariateNetwork } from '../../../nn/networks/covariateBranch.ts';
import type { FiveAnswersModel } from '../../../nn/networks/fiveAnswers.ts';
import type { ModelCardJson } from '../../../nn/weights.ts';
import type { AnatomyStudy } from '../../simulation/anatomyStudy.ts';
import type { SimulationSummary } from '../../simulation/simulationSummary.ts';
import type { MusicPatient } from '../music.ts';
import type { StudyRepeat, SurvivalStudy } from '../survivalStudy.ts';

export interface StudyRuns {
  readonly study: SurvivalStudy;
  readonly runs: readonly StudyRepeat[];
}

export interface ReportInput {
  readonly patients: readonly MusicPatient[];
  readonly music: StudyRuns;
  readonly withoutDevices: StudyRuns;
  readonly whas: StudyRuns;
  readonly network: CovariateNetwork;
  readonly fiveAnswers: FiveAnswersModel;
  readonly cards: Readonly<Record<'covariates' | 'fiveAnswers' | 'image' | 'fusion', ModelCardJson>>;
  readonly simulations: readonly SimulationSummary[];
  /** null where the real anatomies are not available. */
  readonly anatomies: AnatomyStudy | null;
}

export const MODEL_NAMES: Readonly<Record<string, string>> = {
  km: 'Kaplan-Meier, of all',
  kmByAetiology: 'Kaplan-Meier, by aetiology',
  lvef35: 'LVEF <= 35%',
  lvefNyhaInfarct: 'LVEF, NYHA class, prior infarct (ridge Cox)',
  coxRidge: 'ridge Cox, the same inputs',
  coxRidgeIschaemic: 'ridge Cox, learned from the ischaemic alone',
  logLogisticNet: '**covariate branch**',
  fiveCoxRidge: 'ridge Cox, the five answers',
  fiveAnswers: '**five answers**',
  lassoOfAll: 'at most 12 of 48 by a lasso, ridge Cox',
};

export const NET = 'logLogisticNet';

export const COX = 'coxRidge';

export const SEED = 7;

/** A group's outcomes and each model's out-of-fold risk, averaged over the repeats. */
export interface GroupData {
  readonly cohort: RightCensored;
  readonly risk: Readonly<Record<string, Float64Array>>;
  readonly years: number;
}

export function groupData({ study, runs }: StudyRuns, group: string): GroupData {
  const { rows, models } = study.groups[group];
  return {
    cohort: {
      time: Float64Array.from(rows, (i) => study.cohort.time[i]),
      event: Uint8Array.from(rows, (i) => study.cohort.event[i]),
    },
    risk: Object.fromEntries(
      models.map((model) => [
        model,
        Float64Array.from(rows, (i) => runs.reduce((sum, run) => sum + run.risks[model][i], 0) / runs.length),
      ]),
    ),
    years: study.horizonYears,
  };
}
