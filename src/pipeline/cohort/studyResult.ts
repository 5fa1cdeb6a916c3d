/** What a cohort keeps of one study: measures, the reading of the heart, and their warnings. It holds no pixel and no identity. */
import { ScarcastError } from '../../core/errors.ts';
import type { Contrast } from '../../core/dicom/choosing.ts';
import type { HeartFindings } from '../../core/patient/applicability.ts';
import type { Burden } from '../../core/scar/burden.ts';
import type { HeartReading } from '../../nn/readHeart.ts';
import type { StackAnalysis } from '../analysing/analyse.ts';
import type { OrUnknown, Warning } from '../analysing/analysis.ts';
import type { FileReason } from '../reading/reasons.ts';
import type { SeriesSummary, Stack, Study } from '../reading/study.ts';
import { drawingOf, type StudyDrawing } from './studyPicture.ts';
import type { StudyPlaceFault } from './studies.ts';

export interface StudyResult {
  readonly slices: number;
  /** mm; null where the lengths are not known. */
  readonly spacing: readonly [number, number, number] | null;
  readonly contrast: Contrast;
  /** Who drew the contours: the network, a segmentation that came with the images, or a person who corrected it. */
  readonly drawnBy: 'network' | 'file' | 'reader';
  readonly burden: OrUnknown<Burden>;
  /** g for each definition, null where the lengths are not known; empty without remote myocardium. */
  readonly greyZonesG: Readonly<Record<string, number | null>>;
  readonly casePlausibility: number | null;
  /** What the image branch read; null where no ventricle was found. */
  readonly heart: Omit<HeartReading, 'attention'> | null;
  readonly findings: HeartFindings;
  readonly warnings: readonly Warning[];
  /** null where no heart was drawn, and in files from before drawings were kept. */
  readonly drawing: StudyDrawing | null;
}

/** Why a study gave nothing. */
export type StudyFault =
  | StudyPlaceFault
  /** No short-axis stack of late enhancement could be chosen, with the best reason among the series. */
  | { readonly code: 'studyWithoutStack'; readonly series: number }
  | { readonly code: 'studyOfSeveralPatients'; readonly patients: number }
  | { readonly code: 'unexpected'; readonly detail: string };
export type StudyFailure = StudyFault | FileReason;

/** A study that cannot be a row of a cohort; the others go on. */
export class StudyError extends ScarcastError<StudyFault> {}

/** The outcome of one study. */
export interface StudyOutcome {
  readonly id: string;
  /** A digest of its files: if they change, the study is analysed again. */
  readonly files: number;
  readonly bytes: number;
  readonly result: StudyResult | null;
  readonly failed: StudyFailure | null;
}

/**
 * The series of a study that a cohort uses: the one that is chosen automatically.
 * @throws StudyError if there is none, or the files are of several patients
 */
export function seriesForCohort({ series, warnings }: Study): SeriesSummary {
  for (const warning of warnings) {
    if (warning.code === 'severalPatients') {
      throw new StudyError({ code: 'studyOfSeveralPatients', patients: warning.patients });
    }
  }
  const chosen = series.find((one) => one.chosen);
  if (!chosen) throw new StudyError({ code: 'studyWithoutStack', series: series.length });
  return chosen;
}

export function studyResultOf(
  { series }: Pick<Stack, 'series'>,
  { labels, scar, segmentation, corrections, heart, findings, warnings }: Omit<StackAnalysis, 'intervals'>,
): StudyResult {
  const { bloodPoolMl, myocardiumMl, myocardiumG, scarMl, scarG, burdenPercent, noReflowMl, noReflowG } = scar;
  const burden = { bloodPoolMl, myocardiumMl, myocardiumG, scarMl, scarG, burdenPercent, noReflowMl, noReflowG };
  return {
    slices: segmentation.slices,
    spacing: segmentation.spacing,
    contrast: series.contrast,
    drawnBy: corrections ? 'reader' : segmentation.from,
    burden: { ...burden, noReflowPercent: scar.noReflowPercent },
    greyZonesG: Object.fromEntries(
      Object.entries(scar.greyZones).map(([definition, { greyG }]) => [definition, greyG]),
    ),
    casePlausibility: segmentation.casePlausibility,
    heart: heart && {
      mu: heart.mu,
      sigma: heart.sigma,
      reconstructionError: heart.reconstructionError,
      latent: heart.latent,
    },
    findings,
    warnings,
    drawing: drawingOf(labels),
  };
}

/** The reason why one study failed. Never the words of an unforeseen error: they may quote a name. */
export function failureOf(error: unknown): StudyFailure {
  if (error instanceof ScarcastError) return error.reason as StudyFailure;
  return { code: 'unexpected', detail: error instanceof Error ? error.name : typeof error };
}
