/** What the page may ask of its two workers, and how the messages look. Both sides import only this. */
import type { Bare } from '../core/errors.ts';
import type { StackEnd } from '../core/segmentation/anatomy.ts';
import type { CohortSummary } from '../core/statistics/cohortSummary.ts';
import type { ShortAxisPlane } from '../core/volume/reformat.ts';
import type { VentriclePlace } from '../core/segmentation/ventriclePlace.ts';
import type { Clinical } from '../core/patient/covariates.ts';
import type { HeartFindings } from '../core/patient/applicability.ts';
import type { GalleryId, Knobs } from '../core/phantom/knobs.ts';
import type { LabelVolume } from '../core/volume/volume.ts';
import type { AnalysisStage, LabelsAnalysis, NewAnalysis } from '../pipeline/analysing/analyse.ts';
import type { Survival } from '../pipeline/analysing/analysis.ts';
import type { HospitalCalibration } from '../core/patient/hospitalCalibration.ts';
import type { Aggregates } from '../pipeline/cohort/aggregates.ts';
import type { RecalibrationQuestion } from '../pipeline/cohort/recalibrate.ts';
import type { CohortRate } from '../pipeline/cohort/judgePatient.ts';
import type { StudyOutcome } from '../pipeline/cohort/studyResult.ts';
import type { CohortRow } from '../pipeline/cohort/wideTable.ts';
import type { CohortPatient } from '../pipeline/cohort/patients.ts';
import type { CohortQuestion, CohortValidation } from '../pipeline/cohort/validateCohort.ts';
import type { HeartReading } from '../nn/readHeart.ts';
import type { CaseFileContent, SavedCase } from '../pipeline/saving/caseFile.ts';
import type { ExportedCase } from '../pipeline/saving/exportCase.ts';
import type { RefitWords } from '../pipeline/saving/refitFile.ts';
import type { StageName } from '../nn/networks/segmentation.ts';
import type { Backend, Kernels, ModelCard } from '../pipeline/analysing/models.ts';
import type { MaskedImages } from '../pipeline/reading/readStudy.ts';
import type { OfferedMask, Stack, Study, TakenMask } from '../pipeline/reading/study.ts';
import type { TeachingHeart, TeachingSlice } from '../pipeline/teaching/teachingHeart.ts';
import type { Problem } from './problem.ts';

/** A file that the user dropped. The worker reads it, and only when it needs it. */
export interface DroppedFile {
  /** Path inside what was dropped, '/' between folders. */
  readonly path: string;
  readonly file: File;
}

/** Why the networks do not run on WebGPU. */
export interface WhyNotWebgpu {
  /**
   * 'missing': the browser has none, or no graphics processor for it; 'software': it has only a software emulation of
   * one; 'slow': it was slower than WebAssembly; 'refused': it did not start or gave a wrong answer to a known
   * question; 'failed': it was lost or ran out of memory during work.
   */
  readonly reason: 'missing' | 'software' | 'slow' | 'refused' | 'failed';
  /** What exactly happened; null where the reason says all. */
  readonly because: Problem | null;
}

/** Why tfjs's own convolutions run on WebAssembly and not ours, which are faster. */
export interface WhyNotOwnKernels {
  /**
   * 'missing': their file could not be fetched, or is not that of this build; 'wrong': they did not start or gave a
   * wrong answer.
   */
  readonly reason: 'missing' | 'wrong';
  /** What exactly happened; null where the reason says all. */
  readonly because: Problem | null;
}

/** What runs, said on the page. */
export interface Engine {
  readonly backend: Backend;
  /** null except on WebAssembly. */
  readonly kernels: Kernels | null;
  /** null if our convolutions run, or if it is WebGPU. */
  readonly whyNotOwnKernels: WhyNotOwnKernels | null;
  /** null if it is WebGPU, or if the address requested WebAssembly. */
  readonly why: WhyNotWebgpu | null;
  readonly cards: readonly ModelCard[];
  /** The real cohort's own curve, to compare a patient's with. */
  readonly cohort: CohortSummary;
}

/** What is being done. */
export type ProgressStage =
  | AnalysisStage
  | Bare<'readingFiles' | 'decodingImages' | 'makingDemo' | 'loadingNetworks' | 'openingCase' | 'validatingCohort'>
  | { readonly code: 'readingFile'; readonly number: number; readonly of: number }
  | { readonly code: 'decodingImage'; readonly number: number; readonly of: number };

export interface Progress {
  readonly stage: ProgressStage;
  /** Share of this stage, 0 to 1; null if it is not known. */
  readonly fraction: number | null;
}

interface Call<Input, Result> {
  readonly input: Input;
  readonly result: Result;
}

/** Each call of a worker by name: what goes in and what comes back. */
export type CallTable = Record<string, Call<unknown, unknown>>;

/** What was dropped. Each call holds all of it, so that a worker ended by a cancel can be replaced by a fresh one. */
export interface DroppedStudy {
  /** Tells one drop from the next. */
  readonly key: number;
  readonly files: readonly DroppedFile[];
}

/** DICOM SEG, DICOM SR, FHIR Bundle. */
export type ExportKind = 'segmentation' | 'report' | 'fhir';

/** The image of a case, identified by its voxels, or by a hash if they are not here. */
export interface ToldImage {
  readonly imageSha256: string | null;
  readonly voxels: Float32Array | null;
}

type Nothing = Record<string, never>;

export type ReadingCalls = {
  /** Loads every decoder, so that no file needs the network afterwards. */
  prepare: Call<Nothing, null>;
  readStudy: Call<DroppedStudy, Study>;
  loadStack: Call<
    { readonly dropped: DroppedStudy; readonly seriesId: string; readonly mask?: TakenMask | null },
    Stack
  >;
  /** The masks and segmentations in these; null if there is anything else: then they are not for the open case. */
  masksAlone: Call<{ readonly files: readonly DroppedFile[] }, readonly OfferedMask[] | null>;
  /** The labels that one of them gives to images. */
  readMask: Call<
    { readonly dropped: DroppedStudy; readonly mask: TakenMask; readonly images: MaskedImages },
    Uint8Array
  >;
  /** A case as an object for others: without identity, or with that of its images if `archive` says so. */
  exportCase: Call<
    {
      readonly kind: ExportKind;
      readonly exported: Omit<ExportedCase, 'origin'>;
      readonly image: ToldImage;
      readonly archive: { readonly dropped: DroppedStudy; readonly seriesId: string; readonly made: Date } | null;
    },
    /** With the tags of the images' elements that it cannot hold unchanged. */
    { readonly bytes: Uint8Array; readonly changed: readonly string[] }
  >;
  /** The case as a '.scarcast' file; `imageSha256` is null if the pixels are here to compute it from. */
  saveCase: Call<
    {
      readonly saved: Omit<SavedCase, 'imageSha256' | 'version'> & { readonly imageSha256: string | null };
      readonly content: CaseFileContent;
    },
    Uint8Array
  >;
  openCase: Call<DroppedFile, SavedCase>;
  /** SHA-256 of an image's voxels. */
  tellImage: Call<ToldImage, string>;
  /** Indices in the list of each patient's files, by the Patient ID of the images. */
  studiesByPatientId: Call<
    { readonly files: readonly DroppedFile[] },
    readonly { readonly id: string; readonly files: readonly number[] }[]
  >;
  /** The image, in a study, from which a case without pixels was made. */
  findImage: Call<
    { readonly dropped: DroppedStudy; readonly wanted: Pick<SavedCase, 'grid' | 'imageSha256' | 'source'> },
    { readonly study: Study; readonly stack: Stack }
  >;
  /** The synthetic demo patient. */
  demo: Call<Nothing, { readonly stack: Stack; readonly clinical: Clinical }>;
  /** One slice of a teaching heart, which follows a knob at once. */
  teachingSlice: Call<{ readonly knobs: Knobs; readonly slice: number }, TeachingSlice>;
  /** All of it, with the truth; one of the gallery's by its name. */
  teachingHeart: Call<{ readonly heart: Knobs | GalleryId }, TeachingHeart>;
};

export type InferenceCalls = {
  /**
   * Loads backend and weights; returns at once if that is done. Called before every other call, which may meet a fresh
   * worker. `modelsUrl` ends in '/'. `backend` null takes the best available; 'webgpu' takes it even if it is slow; if
   * it is unavailable or cannot be trusted, WebAssembly is taken.
   */
  start: Call<{ readonly backend: Backend | null; readonly modelsUrl: string }, Engine>;
  /** `helpers`: how many other workers are ready to run a share of the segmentation, requested by `AskedOfPage`. */
  analyse: Call<
    {
      readonly stack: Stack;
      readonly clinical: Clinical;
      readonly calibration: HospitalCalibration | null;
      /** Where a reader says that the heart is. */
      readonly place?: VentriclePlace;
      /** Where a reader says that the slices of a volume are. */
      readonly plane?: ShortAxisPlane;
      readonly helpers: number;
    },
    NewAnalysis
  >;
  /** The results for labels that were corrected by hand. */
  analyseLabels: Call<
    {
      readonly stack: Stack;
      readonly labels: LabelVolume;
      readonly apexEnd: StackEnd;
      readonly clinical: Clinical;
      readonly calibration: HospitalCalibration | null;
    },
    LabelsAnalysis
  >;
  /** Makes this worker a helper: it loads only the segmentation's networks, on the kernels that the other one runs. */
  startHelper: Call<{ readonly modelsUrl: string; readonly kernels: Kernels }, null>;
  /** A helper's share of a segmentation. */
  runStage: Call<StageShare, Float32Array>;
  /** The curve for other covariates, from what an analysis read in the heart. */
  predict: Call<
    {
      readonly heart: HeartReading | null;
      readonly findings: HeartFindings;
      readonly clinical: Clinical;
      readonly calibration: HospitalCalibration | null;
    },
    Survival
  >;
  /** A calibration file for the networks that run. */
  readCalibration: Call<{ readonly text: string }, HospitalCalibration>;
  /** The calibration of the models to a cohort's own risks. */
  recalibrateCohort: Call<
    { readonly patients: readonly CohortPatient[]; readonly question: RecalibrationQuestion },
    { readonly calibration: HospitalCalibration; readonly text: string }
  >;
  /** A '.scarmodel' file, trained in addition to the networks that run. */
  readRefit: Call<{ readonly bytes: Uint8Array }, HospitalCalibration>;
  /** The covariate branch retrained on a cohort, and its file. */
  refitCohort: Call<
    {
      readonly patients: readonly CohortPatient[];
      readonly question: RecalibrationQuestion;
      readonly words: RefitWords;
    },
    { readonly calibration: HospitalCalibration; readonly bytes: Uint8Array }
  >;
  /** Sums of a validated cohort that other hospitals may see. */
  sumCohort: Call<
    {
      readonly patients: readonly CohortPatient[];
      readonly question: CohortQuestion;
      readonly validated: CohortValidation;
    },
    Aggregates
  >;
  /** What each model says about each patient. */
  judgeCohort: Call<
    {
      readonly patients: readonly CohortPatient[];
      readonly studies: readonly StudyOutcome[];
      readonly rate: CohortRate;
      readonly calibration: HospitalCalibration | null;
    },
    readonly CohortRow[]
  >;
  /** How good the shipped models, or the calibrated ones, are in a cohort. */
  validateCohort: Call<
    { readonly patients: readonly CohortPatient[]; readonly question: CohortQuestion },
    CohortValidation
  >;
};

/** Some of a stage's squares, in the form that `RunStage` takes. */
export interface StageShare {
  readonly stage: StageName;
  readonly squares: Float32Array;
}

/** What a worker asks of the page during a call: that helper number `helper` run a share. */
export interface AskedOfPage {
  readonly helper: number;
  readonly share: StageShare;
}

export interface Request {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

/** The page's answer to what a worker asked; null if the helper is lost. */
export interface Answer {
  readonly ask: number;
  readonly result: Float32Array | null;
}

export type Reply =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'ask'; readonly id: number; readonly ask: number; readonly asked: AskedOfPage }
  | { readonly kind: 'error'; readonly id: number; readonly reason: Problem }
  /** Addresses that the worker has fetched, for the page's list of its own requests. */
  | { readonly kind: 'requests'; readonly urls: readonly string[] };
