import type { Vector3 } from '../volume/volume.ts';
import { cross } from '../volume/vectors.ts';
import { DicomError, OtherKindError, type DicomReason, type NotAnImage } from './dicomError.ts';
import {
  items,
  number,
  numbers,
  parseHeader,
  personName,
  pixelValue,
  text,
  value,
  values,
  vendorValues,
  type Elements,
} from './elements.ts';
import { kindOfHeader, type ImageKind } from './imageKind.ts';
import { openPart10, type Part10 } from './part10.ts';
import { locatePixels, type PixelLocation } from './pixelLocation.ts';
import type { TransferSyntax } from './transferSyntaxes.ts';
import { Tag } from './tags.ts';
import { toldPatient, type ToldPatient } from './toldPatient.ts';

/** How a frame's stored values are laid out (PS3.3 C.7.6.3). */
export interface PixelFormat {
  readonly columns: number;
  readonly rows: number;
  readonly frames: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  /** Bits below the value in its word: 0 except in old files that put it at the top. */
  readonly lowestBit: number;
  readonly signed: boolean;
  /** Low values are drawn bright (MONOCHROME1). */
  readonly inverted: boolean;
  /** Stored values that mean 'no data here' (PS3.3 C.7.5.1.1.2), from and to; null where the file names none. */
  readonly padding: readonly [number, number] | null;
  /** Bits above those stored hold overlays, as in old files, and not a value that is too large. */
  readonly overlaysInPixels: boolean;
}

/** Where a frame is and when it was taken; null where the file does not say. */
export interface FrameInfo {
  readonly placement: FramePlacement | null;
  readonly slope: number;
  readonly intercept: number;
  /** ms after the R wave. */
  readonly triggerTime: number | null;
  /** ms. */
  readonly inversionTime: number | null;
  /** ms. */
  readonly echoTime: number | null;
  readonly temporalPosition: number | null;
  /** When it was taken, by the clock: seconds since 1900, or since midnight where there is no date; null. */
  readonly acquiredSeconds: number | null;
  readonly imageType: string;
  readonly kind: ImageKind;
}

export interface FramePlacement {
  /** Centre of the first pixel, mm, LPS. */
  readonly position: Vector3;
  /**
   * The file has no position, and this is its Slice Location along the normal: correct along it, unknown in its plane.
   */
  readonly bySliceLocation?: boolean;
  readonly columnStep: Vector3;
  readonly rowStep: Vector3;
  /** mm between columns, mm between rows. */
  readonly spacing: readonly [number, number];
}

/**
 * What a file's header says, without pixels. Of the patient it has only what is shown, offered, or tells one from
 * another: in memory.
 */
export interface DicomHeader {
  readonly syntax: TransferSyntax;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly studyUid: string;
  /** As in `personName`; only for the page, and to tell people apart. */
  readonly patientName: string;
  /** To tell a cohort's patients apart, in memory only. */
  readonly patientId: string;
  readonly told: ToldPatient;
  readonly seriesUid: string;
  readonly seriesNumber: number;
  readonly instanceNumber: number;
  readonly modality: string;
  readonly description: string;
  /** Everything else that names the kind of image: protocol, sequence, comments. */
  readonly words: string;
  readonly format: PixelFormat;
  readonly frames: readonly FrameInfo[];
}

export interface DicomImage extends DicomHeader {
  readonly pixels: PixelLocation;
}

/** More pixels in a frame than any MR image has; a damaged header asks for gigabytes. */
const MAX_FRAME_PIXELS = 1 << 26;
/** Three hundred phases of fifty slices; no study of a heart has more. */
const MAX_FRAMES = 15_000;
/**
 * Rows and columns of an orientation are unit vectors at right angles within this tolerance (headers have 6 digits,
 * some only 3).
 */
const ORIENTATION_TOLERANCE = 1e-2;

/** MR images: classic, enhanced, and classic ones in the enhanced form. */
const MR_OBJECTS = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.4(\.[14])?$/;
/** SOP classes that hold no image. */
const OTHER_KINDS: readonly (readonly [RegExp, NotAnImage])[] = [
  [/^1\.2\.840\.10008\.1\.3\.10$/, 'directory'],
  [/^1\.2\.840\.10008\.5\.1\.4\.1\.1\.88\./, 'structuredReport'],
  [/^1\.2\.840\.10008\.5\.1\.4\.1\.1\.104\./, 'document'],
  [/^1\.2\.840\.10008\.5\.1\.4\.1\.1\.11\./, 'presentation'],
  [/^1\.2\.840\.10008\.5\.1\.4\.1\.1\.9\./, 'waveform'],
  [/^1\.2\.840\.10008\.5\.1\.4\.1\.1\.4\.2$/, 'spectrum'],
  [/^1\.2\.840\.10008\.5\.1\.4\.1\.1\.30$/, 'parametricMap'],
  [/^1\.2\.840\.10008\.5\.1\.4\.1\.1\.66$/, 'rawData'],
  [/^1\.2\.840\.10008\.5\.1\.4\.1\.1\.481\.[358]$/, 'radiotherapy'],
];

/**
 * Reads the header of one DICOM file, from the whole file or from its beginning.
 * @param fileBytes the length of the whole file
 * @throws OtherKindError where it is not DICOM or holds no grey image, DicomError where it is damaged or cut off, or
 * its beginning is not enough; the reason says which.
 */
export function readDicomImage(bytes: Uint8Array, fileBytes = bytes.length): DicomImage {
  return readImage(openPart10(bytes, fileBytes));
}

/** The same for a file whose outer layer is already off. */
export function readImage(part10: Part10): DicomImage {
  const { elements, characterSets, pixelElement, damaged } = parseHeader(part10);
  const sopClass =
    value(elements, Tag.SOPClassUID) || (elements[Tag.DirectoryRecordSequence] ? '1.2.840.10008.1.3.10' : '');
  const other = OTHER_KINDS.find(([pattern]) => pattern.test(sopClass));
  if (other) throw new OtherKindError({ code: 'notAnImage', kind: other[1] });
  const hasRows = number(elements, Tag.Rows) !== null;
  if (damaged && !hasRows) throw new DicomError({ code: 'dicomHeaderDamaged' });
  if (!damaged && pixelElement === null) {
    if (elements[Tag.FloatPixelData] || elements[Tag.DoubleFloatPixelData])
      throw new OtherKindError({ code: 'notAnImage', kind: 'computed' });
    if (!hasRows) throw new OtherKindError({ code: 'notAnImage', kind: 'nothing' });
  }
  const format = readFormat(elements);
  const description = text(elements, Tag.SeriesDescription, characterSets);
  const words = [Tag.ProtocolName, Tag.SequenceName, Tag.ImageComments].map((tag) =>
    text(elements, tag, characterSets),
  );
  const image = {
    syntax: part10.syntax,
    sopClassUid: sopClass,
    sopInstanceUid: value(elements, Tag.SOPInstanceUID),
    patientName: personName(elements, Tag.PatientName, characterSets),
    patientId: value(elements, Tag.PatientID),
    told: toldPatient(elements),
    studyUid: value(elements, Tag.StudyInstanceUID),
    seriesUid: value(elements, Tag.SeriesInstanceUID),
    seriesNumber: number(elements, Tag.SeriesNumber) ?? 0,
    instanceNumber: number(elements, Tag.InstanceNumber) ?? 0,
    // Anonymisers empty it; the kind of object still says so.
    modality: value(elements, Tag.Modality) || (MR_OBJECTS.test(sopClass) ? 'MR' : ''),
    description,
    words: words.filter((word) => word !== '').join(' '),
    format,
    frames: readFrames(elements, format.frames, SECONDARY_CAPTURE.test(sopClass)),
  };
  if (damaged) throw new LostPixelsError(image, { code: 'dicomHeaderDamaged' });
  if (pixelElement === null) {
    throw new LostPixelsError(image, { code: 'pixelsCutOff' });
  }
  try {
    return { ...image, pixels: locatePixels(part10, pixelElement, format) };
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    throw new LostPixelsError(image, error.reason, { cause: error });
  }
}

/**
 * The pixels are damaged or cut off; the header says where they would be, so that it can be said which slices a stack
 * lacks.
 */
export class LostPixelsError extends DicomError {
  readonly image: DicomHeader;

  constructor(image: DicomHeader, reason: DicomReason, options?: ErrorOptions) {
    super(reason, options);
    this.image = image;
  }
}

const SECONDARY_CAPTURE = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.7(\.|$)/;

function readFormat(elements: Elements): PixelFormat {
  const samples = number(elements, Tag.SamplesPerPixel) ?? 1;
  const photometric = value(elements, Tag.PhotometricInterpretation);
  if (samples !== 1 || /RGB|YBR|PALETTE|ARGB|HSV|CMYK/.test(photometric)) {
    throw new OtherKindError({ code: 'notAnImage', kind: 'colour' });
  }
  const columns = number(elements, Tag.Columns) ?? 0;
  const rows = number(elements, Tag.Rows) ?? 0;
  const bitsAllocated = number(elements, Tag.BitsAllocated) ?? 0;
  const bitsStored = number(elements, Tag.BitsStored) ?? bitsAllocated;
  const frames = Math.max(1, number(elements, Tag.NumberOfFrames) ?? 1);
  const whole = [columns, rows, bitsAllocated, bitsStored, frames].every(Number.isInteger);
  if (!whole || columns < 1 || rows < 1 || columns * rows > MAX_FRAME_PIXELS || frames > MAX_FRAMES) {
    throw new DicomError({ code: 'formatNotSensible' });
  }
  if (![1, 8, 16, 32].includes(bitsAllocated) || bitsStored < 1 || bitsStored > bitsAllocated) {
    throw new DicomError({ code: 'bitsNotGrey', stored: bitsStored, allocated: bitsAllocated });
  }
  const highBit = number(elements, Tag.HighBit) ?? bitsStored - 1;
  const signed = number(elements, Tag.PixelRepresentation) === 1;
  const padding = pixelValue(elements, Tag.PixelPaddingValue, signed);
  const limit = pixelValue(elements, Tag.PixelPaddingRangeLimit, signed) ?? padding;
  return {
    columns,
    rows,
    frames,
    bitsAllocated,
    bitsStored,
    lowestBit: highBit >= bitsStored && highBit < bitsAllocated ? highBit + 1 - bitsStored : 0,
    signed,
    inverted: photometric === 'MONOCHROME1',
    padding: padding === null || limit === null ? null : [Math.min(padding, limit), Math.max(padding, limit)],
    overlaysInPixels: Object.keys(elements).some((tag) => /^60..0102$/.test(tag) && (number(elements, tag) ?? 0) > 0),
  };
}

/** PS3.3 C.7.6.2 and, for enhanced multi-frame images, the functional groups of C.7.6.16: per frame before shared. */
function readFrames(elements: Elements, count: number, screenCapture: boolean): FrameInfo[] {
  const perFrame = items(elements, Tag.PerFrameFunctionalGroupsSequence);
  const shared = items(elements, Tag.SharedFunctionalGroupsSequence)[0] ?? {};
  const imageType = values(elements, Tag.ImageType);
  const acquired = readClock(elements);
  const ge = Number(vendorValues(elements, '0043', 'GEMS_PARM_01', '2F')[0] ?? NaN);
  const philips = vendorValues(elements, '2005', 'Philips MR Imaging DD 001', '11')[0] ?? '';
  const sliceLocation = number(elements, Tag.SliceLocation);
  const frameAt = (index: number): FrameInfo => {
    const own = perFrame[index] ?? {};
    const group = (sequence: string): Elements => items(own, sequence)[0] ?? items(shared, sequence)[0] ?? {};
    const field = (sequence: string, tag: string): number[] => {
      const inGroup = numbers(group(sequence), tag);
      return inGroup.length > 0 ? inGroup : numbers(elements, tag);
    };
    const first = (sequence: string, tag: string, classic: string): number | null =>
      number(group(sequence), tag) ?? number(elements, classic);
    const frameType = values(group(Tag.MRImageFrameTypeSequence), Tag.FrameType);
    const component =
      value(group(Tag.MRImageFrameTypeSequence), Tag.ComplexImageComponent) ||
      value(elements, Tag.ComplexImageComponent);
    const types = frameType.length > 0 ? frameType : imageType;
    return {
      placement: readPlacement(
        field(Tag.PlanePositionSequence, Tag.ImagePositionPatient),
        field(Tag.PlaneOrientationSequence, Tag.ImageOrientationPatient),
        field(Tag.PixelMeasuresSequence, Tag.PixelSpacing),
        sliceLocation,
        // Old multi-frame images have one position for all their frames: that places none but the first.
        count === 1 || perFrame.length > 0,
      ),
      slope: field(Tag.PixelValueTransformationSequence, Tag.RescaleSlope)[0] || 1,
      intercept: field(Tag.PixelValueTransformationSequence, Tag.RescaleIntercept)[0] ?? 0,
      triggerTime: first(Tag.CardiacSynchronizationSequence, Tag.NominalCardiacTriggerDelayTime, Tag.TriggerTime),
      inversionTime: first(Tag.MRModifierSequence, Tag.InversionTimes, Tag.InversionTime),
      echoTime: first(Tag.MREchoSequence, Tag.EffectiveEchoTime, Tag.EchoTime),
      temporalPosition: first(Tag.FrameContentSequence, Tag.TemporalPositionIndex, Tag.TemporalPositionIdentifier),
      acquiredSeconds: toSeconds(value(group(Tag.FrameContentSequence), Tag.FrameAcquisitionDateTime)) ?? acquired,
      imageType: [...types, component].filter((s) => s !== '').join('\\'),
      kind: kindOfHeader({
        imageType: types,
        component,
        geImageKind: Number.isInteger(ge) ? ge : null,
        philipsImageKind: philips,
        screenCapture,
      }),
    };
  };
  // Frames without elements of their own are alike: what applies to all of them is read once.
  if (perFrame.length === 0) return new Array<FrameInfo>(count).fill(frameAt(0));
  return Array.from({ length: count }, (_, index) => frameAt(index));
}

/** When an image was taken: the date and time of the acquisition; if absent, of the content, and then of the series. */
function readClock(elements: Elements): number | null {
  const at = (date: string, time: string): number | null =>
    value(elements, time) === '' ? null : toSeconds(value(elements, date) + value(elements, time));
  const dated = [
    toSeconds(value(elements, Tag.AcquisitionDateTime)),
    at(Tag.AcquisitionDate, Tag.AcquisitionTime),
    // A time without its date: the date of the series or the study is taken.
    at(Tag.SeriesDate, Tag.AcquisitionTime),
    at(Tag.StudyDate, Tag.AcquisitionTime),
    at(Tag.ContentDate, Tag.ContentTime),
  ].find((seconds) => seconds !== null && seconds >= SECONDS_A_DAY);
  return dated ?? toSeconds(value(elements, Tag.AcquisitionTime)) ?? toSeconds(value(elements, Tag.ContentTime));
}

const SECONDS_A_DAY = 86_400;

/**
 * Date if there is one, hours, minutes, seconds; with the separators of old files, and an offset from UTC at the end.
 */
const CLOCK = /^(?:(\d{4})[.-]?(\d{2})[.-]?(\d{2}))?(\d{2}):?(\d{2})(?::?(\d{2}(?:\.\d{1,6})?))?(?:[+-]\d{4})?$/;

/** DT or TM (PS3.5 section 6.2) as seconds; null where it is neither. */
function toSeconds(text: string): number | null {
  const match = CLOCK.exec(text.trim());
  if (!match) return null;
  const [year, month, day, hours, minutes, seconds] = match
    .slice(1)
    .map((part) => (part === undefined ? 0 : Number(part)));
  const days = match[1] === undefined ? 0 : (Date.UTC(year, month - 1, day) - Date.UTC(1900, 0, 1)) / 86_400_000;
  return SECONDS_A_DAY * days + 3600 * hours + 60 * minutes + seconds;
}

function readPlacement(
  position: number[],
  orientation: number[],
  spacing: number[],
  sliceLocation: number | null,
  known: boolean,
): FramePlacement | null {
  if (!known || orientation.length !== 6 || spacing.length !== 2) return null;
  if (!spacing.every((mm) => mm > 0)) return null;
  const columnStep = orientation.slice(0, 3);
  const rowStep = orientation.slice(3);
  const columnLength = Math.hypot(...columnStep);
  const rowLength = Math.hypot(...rowStep);
  const dot = columnStep.reduce((sum, x, i) => sum + x * rowStep[i], 0);
  const orthonormal = [columnLength - 1, rowLength - 1, dot].every((error) => Math.abs(error) < ORIENTATION_TOLERANCE);
  if (!orthonormal) return null;
  const directions = {
    columnStep: columnStep.map((x) => x / columnLength) as unknown as Vector3,
    rowStep: rowStep.map((x) => x / rowLength) as unknown as Vector3,
    // Pixel Spacing (0028,0030) names the distance between rows first.
    spacing: [spacing[1], spacing[0]] as const,
  };
  if (position.length === 3) return { position: position as unknown as Vector3, ...directions };
  if (sliceLocation === null) return null;
  const normal = cross(directions.columnStep, directions.rowStep);
  return {
    position: normal.map((x) => x * sliceLocation) as unknown as Vector3,
    bySliceLocation: true,
    ...directions,
  };
}
