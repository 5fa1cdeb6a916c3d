/**
 * A validation's report: the flow of patients, the limits, and the two checklists that a journal requires, filled in as far as the data
 * allow. Sources: TRIPOD+AI, Collins et al., BMJ 2024;385:e078378, table 2, the items marked E or D;E; PROBAST+AI, Moons et al., BMJ
 * 2025;388:e082505, the part on evaluating a model: four domains with 18 signalling questions. The numbering is theirs, names are abridged.
 * What neither table nor code can know is left for the authors.
 */
import type { HospitalCalibration } from '../../core/patient/hospitalCalibration.ts';
import { RIDGE_COX_FOLDS } from './cohortModels.ts';
import type { CohortQuestion, CohortValidation } from './validateCohort.ts';

/** What an item says; there may be several. */
export type ReportFact =
  | { readonly code: 'evaluatedOnly' }
  | { readonly code: 'eligible'; readonly onlyApplicable: boolean }
  | { readonly code: 'columnsMapped' }
  | { readonly code: 'outcomeIs'; readonly horizonYears: number }
  | { readonly code: 'patientsAndEvents'; readonly patients: number; readonly events: number }
  | { readonly code: 'precisionReached'; readonly halfWidth: number; readonly eventsFor005: number }
  | { readonly code: 'missingAsUnknown' }
  | { readonly code: 'measures'; readonly samples: number }
  | { readonly code: 'rivalLearned'; readonly folds: number }
  | { readonly code: 'notUpdated' }
  | { readonly code: 'updated'; readonly madeBy: string; readonly madeOn: string }
  | { readonly code: 'branchRefitted'; readonly withHead: boolean; readonly madeBy: string; readonly madeOn: string }
  | { readonly code: 'predictedAt'; readonly rate: CohortQuestion['rate'] }
  | { readonly code: 'noClassBalancing' }
  | { readonly code: 'learnedFrom' }
  | { readonly code: 'codeIs'; readonly version: string }
  | { readonly code: 'rowsLeftOut'; readonly read: number; readonly leftOut: number }
  | { readonly code: 'notForModels'; readonly patients: number }
  | { readonly code: 'inTable' }
  | { readonly code: 'imagesChecked'; readonly patients: number; readonly withheld: number }
  | { readonly code: 'sameCode' }
  | { readonly code: 'imagesBlind' }
  | { readonly code: 'followedFor'; readonly medianYears: number };

/** What a reader must know before they believe the figures. */
export type ReportLimit =
  | { readonly code: 'wideLimits'; readonly halfWidth: number }
  | { readonly code: 'shortFollowUp'; readonly horizonYears: number }
  | { readonly code: 'everyoneTaken' }
  | { readonly code: 'calibratedToo' }
  | { readonly code: 'simulatedPart' }
  | { readonly code: 'rowsWithoutOutcome'; readonly leftOut: number }
  | { readonly code: 'otherDeathsCensored'; readonly otherDeaths: number }
  | { readonly code: 'onePlace' };

export const TRIPOD_ITEMS = [
  ...['1', '2', '3a', '3b', '3c', '4', '5a', '5b', '6a', '6b', '6c', '7', '8a', '8b', '8c', '9b', '9c', '10', '11'],
  ...['12d', '12e', '12f', '12g', '13', '14', '16', '17', '18a', '18b', '18c', '18d', '18e', '18f', '19'],
  ...['20a', '20b', '20c', '21', '23a', '23b', '24', '25', '26', '27c'],
] as const;
/** Each domain, which is rated, and its questions. */
export const PROBAST_ITEMS = [
  ...['1', '1.1', '1.2', '1.3', '2', '2.1', '2.2', '2.3', '2.4', '3', '3.1', '3.2', '3.3', '3.4'],
  ...['4', '4.1', '4.2', '4.3', '4.4', '4.5', '4.6', '4.7'],
] as const;

export interface SheetItem {
  /** The checklist's own number. */
  readonly item: string;
  /** Empty if the data say nothing about it. */
  readonly facts: readonly ReportFact[];
}

export interface CohortReport {
  readonly flow: readonly ReportFact[];
  readonly limits: readonly ReportLimit[];
  readonly tripod: readonly SheetItem[];
  readonly probast: readonly SheetItem[];
}

/** @param rows of the table, and how many of them could not be used */
export function cohortReport(
  result: CohortValidation,
  { rate, onlyApplicable, samples, calibration }: CohortQuestion,
  rows: { readonly read: number; readonly leftOut: number },
  version: string,
): CohortReport {
  const horizonYears = result.years.at(-1) ?? 0;
  const { patients, events, medianYears } = result.followUp;
  const { covariates } = result.models;
  const precision = covariates?.precision ?? null;
  const withheld = result.images.withheld.reduce((sum, one) => sum + one.patients, 0);
  const images: readonly ReportFact[] =
    result.images.patients > 0 ? [{ code: 'imagesChecked', patients: result.images.patients, withheld }] : [];
  const rival: readonly ReportFact[] = result.models.coxRidge ? [{ code: 'rivalLearned', folds: RIDGE_COX_FOLDS }] : [];
  const flow: readonly ReportFact[] = [
    { code: 'rowsLeftOut', ...rows },
    ...(onlyApplicable ? [{ code: 'notForModels', patients: result.leftOut } as const] : []),
    { code: 'patientsAndEvents', patients, events },
    ...images,
  ];
  const followed: readonly ReportFact[] = Number.isFinite(medianYears) ? [{ code: 'followedFor', medianYears }] : [];
  const updated: ReportFact = calibration ? updatedBy(calibration) : { code: 'notUpdated' };
  const evaluated: ReportFact = calibration ? updated : { code: 'evaluatedOnly' };
  const size: readonly ReportFact[] = [
    { code: 'patientsAndEvents', patients, events },
    ...(precision ? [{ code: 'precisionReached', ...precision } as const] : []),
  ];
  const eligible: ReportFact = { code: 'eligible', onlyApplicable };
  const outcome: ReportFact = { code: 'outcomeIs', horizonYears };
  const measures: ReportFact = { code: 'measures', samples };
  const known: Partial<Record<(typeof TRIPOD_ITEMS)[number], readonly ReportFact[]>> = {
    '4': [evaluated],
    '6b': [eligible],
    '7': [{ code: 'columnsMapped' }, ...images],
    '8a': [outcome],
    '9b': [{ code: 'columnsMapped' }],
    '10': size,
    '11': [{ code: 'missingAsUnknown' }],
    '12e': [measures, ...rival],
    '12f': [updated],
    '12g': [{ code: 'predictedAt', rate }],
    '13': [{ code: 'noClassBalancing' }],
    '16': [{ code: 'learnedFrom' }],
    '18f': [{ code: 'codeIs', version }],
    '20a': [...flow, ...followed],
    '21': [{ code: 'inTable' }],
    '23a': [{ code: 'inTable' }],
    '24': [updated],
  };
  const answered: Partial<Record<(typeof PROBAST_ITEMS)[number], readonly ReportFact[]>> = {
    '1.3': [eligible, ...flow],
    '2.1': [{ code: 'columnsMapped' }],
    '2.2': [{ code: 'sameCode' }],
    '2.3': images.length > 0 ? [{ code: 'imagesBlind' }] : [],
    '3.1': [outcome],
    '3.4': followed,
    '4.1': [evaluated],
    '4.2': size,
    '4.3': [{ code: 'missingAsUnknown' }],
    '4.4': [{ code: 'noClassBalancing' }],
    '4.5': rival,
    '4.6': rival,
    '4.7': [measures],
  };
  return {
    flow,
    limits: limitsOf(result, { onlyApplicable, calibration }, rows.leftOut),
    tripod: TRIPOD_ITEMS.map((item) => ({ item, facts: known[item] ?? [] })),
    probast: PROBAST_ITEMS.map((item) => ({ item, facts: answered[item] ?? [] })),
  };
}

/** The half-width of the limits of C beyond which models cannot be told apart. */
const PRECISE = 0.05;

function limitsOf(
  { years, otherDeaths, models: { covariates, image, fused } }: CohortValidation,
  { onlyApplicable, calibration }: Pick<CohortQuestion, 'onlyApplicable' | 'calibration'>,
  leftOut: number,
): ReportLimit[] {
  const halfWidth = covariates?.precision?.halfWidth ?? Infinity;
  const horizonYears = years.at(-1) ?? 0;
  return [
    ...(halfWidth > PRECISE ? [{ code: 'wideLimits', halfWidth } as const] : []),
    ...(horizonYears < 4 ? [{ code: 'shortFollowUp', horizonYears } as const] : []),
    ...(onlyApplicable ? [] : [{ code: 'everyoneTaken' } as const]),
    ...(calibration ? [{ code: 'calibratedToo' } as const] : []),
    ...(image || fused ? [{ code: 'simulatedPart' } as const] : []),
    ...(leftOut > 0 ? [{ code: 'rowsWithoutOutcome', leftOut } as const] : []),
    ...(otherDeaths > 0 ? [{ code: 'otherDeathsCensored', otherDeaths } as const] : []),
    { code: 'onePlace' },
  ];
}

function updatedBy({ refit, madeBy, madeOn }: HospitalCalibration): ReportFact {
  if (refit === null) return { code: 'updated', madeBy, madeOn };
  return { code: 'branchRefitted', withHead: refit.image !== null, madeBy, madeOn };
}
