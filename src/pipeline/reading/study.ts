import type { Contrast } from '../../core/dicom/choosing.ts';
import type { ToldPatient } from '../../core/dicom/toldPatient.ts';
import type { ImageKind } from '../../core/dicom/imageKind.ts';
import type { Arrangement } from '../../core/volume/arrangement.ts';
import { isPossibleStack } from '../../core/volume/lengths.ts';
import type { ShortAxisPlane } from '../../core/volume/reformat.ts';
import type { Vector3, Volume } from '../../core/volume/volume.ts';
import { ScarcastError, type Sentence } from '../../core/errors.ts';
import type {
  FileReason,
  FileVolume,
  MaskValue,
  ReadingWarning,
  RefusedCount,
  SeriesReason,
  StudyWarning,
} from './reasons.ts';

/** A file as the pipeline sees it: in the browser a File, in Node a path, in a test bytes. Read only when needed. */
export interface InputFile {
  /** Path inside what was dropped, '/' between folders. Shown on the page; never leaves it. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** The bytes from `start` to before `end`, as many of them as there are; by default all. */
  read(start?: number, end?: number): Promise<Uint8Array>;
}

/** Bytes in memory as a file. */
export function memoryFile(path: string, bytes: Uint8Array): InputFile {
  return {
    path,
    size: bytes.length,
    read: (start = 0, end = bytes.length) => Promise.resolve(bytes.slice(start, end)),
  };
}

/** One stack that the files contain, as listed to the user: what it is, whether it was chosen, and why or why not. */
export interface SeriesSummary {
  /** Stable within the study; what `loadStack` takes. */
  readonly id: string;
  /** DICOM SeriesNumber; 0 for a NIfTI file. */
  readonly number: number;
  /** The file's own words; '' where it gives none, or none that may be shown. */
  readonly description: string;
  /** Of a volume from a file. */
  readonly fileVolume?: FileVolume;
  readonly slices: number;
  readonly columns: number;
  readonly rows: number;
  /** mm, along columns, rows and slices; 0 where it is not known. */
  readonly spacing: readonly [number, number, number];
  readonly contrast: Contrast;
  readonly kind: ImageKind | 'mask';
  /** Chosen by default. At most one series of a study is. */
  readonly chosen: boolean;
  /** Can be opened as a stack (a chosen one always can; a localizer or a cine cannot). */
  readonly usable: boolean;
  /** A sentence in a case that was saved before reasons were codes. */
  readonly why: SeriesReason | Sentence;
}

export interface RefusedFile {
  readonly path: string;
  readonly why: FileReason;
}

/** A mask that came with the images or was dropped over them, and what its values may mean. */
export interface OfferedMask {
  /** Its series in the list; for a DICOM segmentation, which is not a series, its own. */
  readonly id: string;
  readonly path: string;
  /**
   * Each of its values, except 0, with the label that it is taken for: to be confirmed. Empty for a DICOM segmentation,
   * whose codes say it.
   */
  readonly values: readonly MaskValue[];
}

/** A mask that the reader takes as the segmentation, with the meaning that they give to its values. */
export type TakenMask = Pick<OfferedMask, 'id' | 'values'>;

/** What was found in the dropped files. Holds no pixel. Descriptions are the file's own words. */
export interface Study {
  readonly series: readonly SeriesSummary[];
  readonly refused: readonly RefusedFile[];
  /**
   * The patient's name as it is shown, by the id of a series; '' where the file has none. Only for the page: never
   * saved.
   */
  readonly patients: Readonly<Record<string, string>>;
  /** What the header says about the patient, by the id of a series: offered to the reader, and never saved. */
  readonly told: Readonly<Record<string, ToldPatient>>;
  /** Paths of the segmentations (DICOM SEG of a left ventricle) that came with the images. */
  readonly segmentations: readonly string[];
  readonly masks: readonly OfferedMask[];
  readonly warnings: readonly StudyWarning[];
}

/** A study in which nothing was found. */
export const EMPTY_STUDY: Study = {
  series: [],
  refused: [],
  patients: {},
  told: {},
  segmentations: [],
  masks: [],
  warnings: [],
};

/** The study after a series was opened: that one is marked as chosen, and by whom. */
export function withTaken(study: Study, taken: SeriesSummary): Study {
  const series = study.series.map((one): SeriesSummary => {
    if (one.id === taken.id) return one.chosen ? taken : { ...taken, chosen: true, why: { code: 'takenByHand' } };
    return one.chosen ? { ...one, chosen: false, why: { code: 'takenBefore' } } : one;
  });
  return { ...study, series };
}

/**
 * How to write a mask that fits the input: the NIfTI header it came with, or DICOM geometry; and the file's own axes.
 */
export type StackSource = {
  /** Absent if the stack is arranged as in the file. */
  readonly arrangement?: Arrangement | undefined;
} & (
  | { readonly kind: 'nifti'; /** The header block of the input, to voxel offset. */ readonly header: Uint8Array }
  | {
      readonly kind: 'dicom';
      /**
       * Centre of each slice's first voxel in the files, mm LPS: breath-holds shift slices against each other, which
       * the grid does not show.
       */
      readonly positions: readonly Vector3[];
    }
  | { readonly kind: 'nrrd' | 'synthetic' }
  | {
      readonly kind: 'reformatted';
      /** Of the slices, which were cut from the file's volume. */ readonly plane: ShortAxisPlane;
    }
);

/** A short-axis stack, decoded and in one grid, in the usual orientation where its directions are known. */
export interface Stack {
  readonly volume: Volume;
  readonly series: SeriesSummary;
  readonly source: StackSource;
  /** Labels of a segmentation that came with the images and was made on this very stack; null where there is none. */
  readonly labels: Uint8Array | null;
  /** About the stack, and about the study that it was taken from. */
  readonly warnings: readonly ReadingWarning[];
  readonly refused: readonly RefusedCount[];
}

/** No heart's image can have the entered spacing. */
export class ImpossibleSpacingError extends ScarcastError<{
  readonly code: 'impossibleSpacing';
  /** As it was entered. */
  readonly spacing: Vector3;
}> {
  constructor(spacing: Vector3) {
    super({ code: 'impossibleSpacing', spacing });
  }
}

/**
 * A stack with the lengths that the reader gives, which override the file's.
 * @param spacing mm between columns, rows and slices, as they are shown
 * @throws ImpossibleSpacingError
 */
export function withSpacing(stack: Stack, spacing: Vector3): Stack {
  if (!isPossibleStack(stack.volume.size, spacing)) throw new ImpossibleSpacingError(spacing);
  const outdated: readonly string[] = ['lengthsUnknown', 'lengthsFromOtherField', 'lengthsByHand', 'gapsDiffer'];
  return {
    ...stack,
    volume: { ...stack.volume, spacing, lengthsUnknown: undefined, sliceMm: undefined },
    series: { ...stack.series, spacing },
    warnings: [...stack.warnings.filter(({ code }) => !outdated.includes(code)), { code: 'lengthsByHand' }],
  };
}
