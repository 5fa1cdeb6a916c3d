import type { CodecLoadError } from '../core/dicom/codecs.ts';
import { ScarcastError, type CancelledError } from '../core/errors.ts';
import type { DicomWriteError } from '../core/dicom/writeDicom.ts';
import type { ClinicalFileError } from '../core/patient/clinicalFile.ts';
import type { BackendError } from '../nn/backends/backendError.ts';
import type { WeightsError } from '../nn/weights.ts';
import type { CalibrationFileError } from '../pipeline/saving/calibrationFile.ts';
import type { RefitError } from '../pipeline/cohort/refit.ts';
import type { RefitFileError } from '../pipeline/saving/refitFile.ts';
import type { CaseFileError, OtherImageError } from '../pipeline/saving/caseFile.ts';
import type { MaskElsewhereError, UnknownSeriesError } from '../pipeline/reading/readStudy.ts';
import type { CodedFileReason } from '../pipeline/reading/reasons.ts';
import type { ImpossibleSpacingError } from '../pipeline/reading/study.ts';
import type { UnknownLengthsError } from '../pipeline/saving/exportCase.ts';
import type { TeachingFileError } from '../pipeline/teaching/teachingFiles.ts';
import type { MissingFileError } from './fetchBytes.ts';

/** The reason of any error that reaches the page from below it. `detail` is the browser's own text. */
export type Problem =
  | (
      | BackendError
      | CalibrationFileError
      | CancelledError
      | CodecLoadError
      | CaseFileError
      | ClinicalFileError
      | DicomWriteError
      | ImpossibleSpacingError
      | MaskElsewhereError
      | MissingFileError
      | OtherImageError
      | RefitError
      | RefitFileError
      | TeachingFileError
      | UnknownLengthsError
      | UnknownSeriesError
      | WeightsError
    )['reason']
  | CodedFileReason
  /** It is exported, but these elements differ from the images'. */
  | { readonly code: 'elementsChanged'; readonly tags: readonly string[] }
  | { readonly code: 'workerFailed'; readonly detail: string | null }
  | { readonly code: 'workerSilent'; readonly seconds: number }
  | { readonly code: 'unexpected'; readonly detail: string };

/**
 * What is reported of an error: its own reason, or, for one that nobody foresaw, its kind and where in the code it was
 * thrown. Never its message: a library may quote what it was working on, and that may be a patient's name.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof ScarcastError) return error.reason as Problem;
  return { code: 'unexpected', detail: error instanceof Error ? kindAndPlace(error) : typeof error };
}

function kindAndPlace({ name, message, stack }: Error): string {
  const place = /([\w.-]+\.(?:[cm]?js|ts|svelte|html)[^\s/]*?:\d+:\d+)\)?$/m.exec(
    stack?.replace(message, '') ?? '',
  )?.[1];
  return place ? `${name}, ${place}` : name;
}
