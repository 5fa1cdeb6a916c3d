/**
 * Why a series was taken or not, and what must be known about one that was read: as data. The words are in
 * src/app/messages.
 */
import type { Contrast, OtherKind, Plane } from '../../core/dicom/choosing.ts';
import type { GeometryWarning, NoGrid } from '../../core/dicom/geometry.ts';
import type { Outside, Repeat } from '../../core/dicom/grouping.ts';
import type { ImageKind } from '../../core/dicom/imageKind.ts';
import type { DicomReason } from '../../core/dicom/dicomError.ts';
import type { Bare, Sentence } from '../../core/errors.ts';
import type { VolumeReason } from '../../core/nifti/nifti.ts';
import type { WhyLengthsUnknown } from '../../core/volume/volume.ts';
import type { AxisBy } from './reformatted.ts';
import type { ZipReason } from './zipFiles.ts';

/** The points in favour of a series. */
export interface SeriesFacts {
  readonly slices: number;
  /** null where it is not known. */
  readonly gapMm: number | null;
  readonly plane: Plane;
  readonly lateEnhancement: boolean;
  readonly contrast: Contrast;
  readonly kind: ImageKind;
}

/** Why a series cannot be opened. */
export type Obstacle =
  | NoGrid
  /** A moment of a moving heart. */
  | { readonly code: 'moving'; readonly part: number; readonly parts: number }
  | { readonly code: 'localizer' }
  | { readonly code: 'fewSlices'; readonly slices: number }
  | { readonly code: 'tooManyVoxels' }
  | { readonly code: 'notMr'; readonly modality: string }
  | { readonly code: 'mosaic' }
  | { readonly code: 'noPlace' }
  /** Its values are not brightness; by the header, or by the values themselves. */
  | { readonly code: 'unmeasurable'; readonly kind: ImageKind; readonly by: 'header' | 'values' }
  /** A mask: a handful of whole values. */
  | { readonly code: 'mask'; readonly values: readonly number[] };

/** Why a series was taken, is offered, or was left out. */
export type SeriesReason =
  | { readonly code: 'taken'; readonly facts: SeriesFacts }
  /** There was only a derived image. */
  | { readonly code: 'takenDerived'; readonly facts: SeriesFacts }
  /** A volume of thin slices, to be cut across the heart. */
  | { readonly code: 'takenVolume'; readonly facts: SeriesFacts }
  | { readonly code: 'takenByHand' }
  | { readonly code: 'simulated' }
  /** Offered: it was chosen automatically before another was chosen. */
  | { readonly code: 'takenBefore' }
  | { readonly code: 'psirPreferred'; readonly facts: SeriesFacts }
  /** Offered: derived from others. */
  | { readonly code: 'derived'; readonly facts: SeriesFacts }
  | { readonly code: 'morePreferred'; readonly facts: SeriesFacts }
  | { readonly code: 'unlikely'; readonly facts: SeriesFacts }
  | { readonly code: 'namedOther'; readonly kind: OtherKind }
  | { readonly code: 'namedLongAxis' }
  | { readonly code: 'obstacle'; readonly obstacle: Obstacle; readonly named: OtherKind | null };

/** What a volume from a file is called: neither the file's name nor its free text, which may name the patient. */
export interface FileVolume {
  readonly code: 'fileVolume';
  readonly format: 'NIfTI' | 'NRRD';
  /** Which of several files, from 1; null where there is one. */
  readonly file: number | null;
  /** Which of several volumes of the file, from 1; null where there is one. */
  readonly volume: number | null;
}

/** What must be known about the files of a study. */
export type StudyWarning =
  | { readonly code: 'severalPatients'; readonly patients: number; readonly studies: number }
  | { readonly code: 'severalStudies'; readonly studies: number }
  | { readonly code: 'severalSizes'; readonly series: number; readonly sizes: readonly string[] }
  /** Images that were damaged: a stack may lack them. */
  | { readonly code: 'imagesDamaged'; readonly count: number };

/** What must be known about a stack. Slices are counted from 1. */
export type StackWarning =
  | GeometryWarning
  | { readonly code: 'slicesRepeated'; readonly repeats: readonly Repeat[] }
  | { readonly code: 'slicesOutside'; readonly outside: readonly Outside[] }
  | { readonly code: 'seriesJoined'; readonly series: number }
  | { readonly code: 'placedBySliceLocation' }
  | { readonly code: 'derivedMeasured' }
  /**
   * The slices were cut from a volume, across an axis that the network found or the reader gave, or the usual one if
   * none was found.
   */
  | { readonly code: 'reformatted'; readonly by: AxisBy; readonly sliceMm: number }
  /** Percent of the voxels. */
  | { readonly code: 'noData'; readonly percent: number }
  | { readonly code: 'slicesOnAxis'; readonly axis: number }
  | { readonly code: 'lengthsUnknown'; readonly why: WhyLengthsUnknown }
  | { readonly code: 'lengthsByHand' }
  /** The header contradicts itself, and only one of its lengths can be a heart's. */
  | { readonly code: 'lengthsFromOtherField' }
  | { readonly code: 'directionsUnknown' }
  | { readonly code: 'volumeOfSeveral'; readonly volume: number; readonly volumes: number }
  | { readonly code: 'labelsFromSegmentation' }
  | { readonly code: 'labelsFromMask'; readonly values: readonly MaskValue[] }
  | { readonly code: 'noSegmentationHere' }
  | { readonly code: 'segmentationPassedOver'; readonly why: FileReason }
  // Done before version 0.2: only in cases that were saved then.
  | { readonly code: 'gapsAveraged'; readonly leastMm: number; readonly mostMm: number; readonly meanMm: number }
  | { readonly code: 'someRepeated'; readonly count: number }
  | { readonly code: 'directionsNotNamed' };

/** What a value of a mask means: a number of `Label`. */
export interface MaskValue {
  readonly value: number;
  readonly label: number;
}

export type ReadingWarning = StudyWarning | StackWarning;

/** How many files were not used, by reason. Their names may name the patient: only the page shows them. */
export interface RefusedCount {
  readonly why: FileReason;
  readonly files: number;
}

/** Why a file was not used; a sentence in a case that was saved before reasons were codes. */
export type FileReason = Sentence | CodedFileReason;

export type CodedFileReason =
  { readonly code: 'sameImage'; readonly path: string } | DicomReason | StackReason | VolumeReason | ZipReason;

/** Why a file cannot be read, or a series cannot be opened as a stack. */
export type StackReason =
  | Bare<'fileEmpty' | 'fileUnreadable' | 'fileChanged' | 'zipInZip' | 'noArchive'>
  | { readonly code: 'fileTooLarge'; readonly gigabytes: number }
  | { readonly code: 'tooManyImages'; readonly images: number }
  | { readonly code: 'seriesNotOpened'; readonly number: number }
  | { readonly code: 'sliceUnreadable'; readonly slice: number; readonly file: string; readonly why: FileReason };
