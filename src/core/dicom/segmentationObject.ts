import { Label, type Grid, type HeartLabel, type PatientFrame, type Vector3 } from '../volume/volume.ts';
import {
  ANATOMICAL_STRUCTURE,
  ARTIFICIAL_INTELLIGENCE,
  BLOOD,
  BODY_SUBSTANCE,
  codeItem,
  codeSequence,
  LEFT_VENTRICLE,
  LEFT_VENTRICULAR_MYOCARDIUM,
  MORPHOLOGICALLY_ABNORMAL,
  OBSTRUCTION,
  OWN_SCHEME,
  SCAR,
  type Code,
} from './codes.ts';
import { DicomError } from './dicomError.ts';
import { exportHeader, type ExportOrigin, type SourceImage } from './exportOrigin.ts';
import { uidsFrom, writeDicom, type NewElement, type NewElements } from './writeDicom.ts';
import { Tag } from './tags.ts';

/** No voxel is labelled: there is no segmentation to write. */
export class EmptySegmentationError extends DicomError {
  constructor() {
    super({ code: 'segmentationEmpty' });
  }
}

export const SEGMENTATION_STORAGE = '1.2.840.10008.5.1.4.1.1.66.4';

/**
 * Each voxel is in one segment, so viewers that cannot read overlapping segments can read these. The grey zone is
 * viable wall.
 */
export type SegmentKind = HeartLabel | 'greyZone';

export interface SegmentDefinition {
  readonly kind: SegmentKind;
  readonly name: string;
  readonly category: Code;
  readonly type: Code;
  /** Tells apart segments that share one public code. */
  readonly modifier: Code | null;
  /** Of its voxels. */
  readonly label: number;
  /** The page's colour of it as CIELab in DICOM's integers (PS3.3 C.10.7.1.1), D50. */
  readonly colour: readonly [number, number, number];
}

/** In the order of their numbers. */
export const SEGMENTS: readonly SegmentDefinition[] = [
  {
    kind: 'bloodPool',
    name: 'Left ventricular blood pool',
    category: BODY_SUBSTANCE,
    type: BLOOD,
    modifier: null,
    label: Label.bloodPool,
    colour: [32757, 38189, 13355],
  },
  {
    kind: 'viable',
    name: 'Viable left ventricular myocardium',
    category: ANATOMICAL_STRUCTURE,
    type: LEFT_VENTRICULAR_MYOCARDIUM,
    modifier: null,
    label: Label.viable,
    colour: [54731, 23196, 39936],
  },
  {
    kind: 'scar',
    name: 'Scar without no-reflow',
    category: MORPHOLOGICALLY_ABNORMAL,
    type: SCAR,
    modifier: null,
    label: Label.scar,
    colour: [43034, 43115, 50855],
  },
  {
    kind: 'noReflow',
    name: 'No-reflow (microvascular obstruction)',
    category: MORPHOLOGICALLY_ABNORMAL,
    type: OBSTRUCTION,
    modifier: ['NOREFLOW', OWN_SCHEME, 'No-reflow (microvascular obstruction)'],
    label: Label.noReflow,
    colour: [50250, 42621, 27406],
  },
  {
    kind: 'greyZone',
    name: 'Grey zone',
    category: MORPHOLOGICALLY_ABNORMAL,
    type: SCAR,
    modifier: ['GREYZONE', OWN_SCHEME, 'Grey zone at the border of scar'],
    label: Label.viable,
    colour: [50257, 38479, 45476],
  },
];

/** Who drew the segments. */
export interface SegmentAuthor {
  readonly type: 'AUTOMATIC' | 'SEMIAUTOMATIC';
  readonly name: string;
  readonly version: string;
}

export interface GreyZoneMask {
  /** At most 64 characters, including the definition: grey zones by different definitions are not the same thing. */
  readonly name: string;
  /** 1 in it, on the grid of the labels. */
  readonly voxels: Uint8Array;
}

export interface SegmentationContent {
  readonly grid: Grid;
  /** Centre of each slice's first voxel, mm LPS: slices of several breath-holds are shifted. null: as the grid says. */
  readonly positions: readonly Vector3[] | null;
  /** EMIDEC's numbers. */
  readonly labels: Uint8Array;
  readonly greyZone: GreyZoneMask | null;
  readonly author: SegmentAuthor;
  readonly softwareVersion: string;
  /** The image is of a heart made by code. */
  readonly isSynthetic: boolean;
  readonly origin: ExportOrigin;
}

/** What a report needs to refer to a segmentation. */
export interface SegmentationReference {
  readonly sopInstanceUid: string;
  readonly seriesUid: string;
  readonly studyUid: string;
  readonly sourceSeriesUid: string;
  readonly segments: readonly { readonly number: number; readonly kind: SegmentKind; readonly type: Code }[];
  readonly uid: (purpose: string) => string;
}

interface Segment extends SegmentDefinition {
  readonly number: number;
  readonly isIn: (voxel: number) => boolean;
}

/**
 * The UIDs and segment numbers that `writeSegmentation` gives to the same content.
 * @throws EmptySegmentationError
 */
export function segmentationReference(content: SegmentationContent): SegmentationReference {
  const { grid, labels, origin, greyZone, author } = content;
  const uid = uidsFrom(
    labels,
    greyZone?.voxels ?? '',
    JSON.stringify([grid.size, grid.spacing, grid.frame, content.positions, greyZone?.name, author]),
    JSON.stringify(origin && [origin.studyUid, origin.slices, origin.made.toISOString()]),
  );
  return {
    sopInstanceUid: uid('segmentation'),
    seriesUid: uid('series of the segmentation'),
    studyUid: origin?.studyUid || uid('study'),
    sourceSeriesUid: origin?.slices.find((slice) => slice !== null)?.seriesUid || uid('series of the images'),
    segments: segmentsOf(content).map(({ number, kind, type }) => ({ number, kind, type })),
    uid,
  };
}

/** Segments that hold a voxel, numbered from 1. */
function segmentsOf({ labels, greyZone }: SegmentationContent): Segment[] {
  const found: Segment[] = [];
  for (const definition of SEGMENTS) {
    const { kind, label } = definition;
    const grey = kind === 'greyZone';
    const isIn = (voxel: number): boolean =>
      labels[voxel] === label && (label !== Label.viable || (greyZone?.voxels[voxel] === 1) === grey);
    const name = grey && greyZone ? greyZone.name : definition.name;
    if (labels.some((_, voxel) => isIn(voxel))) found.push({ ...definition, name, number: found.length + 1, isIn });
  }
  if (found.length === 0) throw new EmptySegmentationError();
  return found;
}

/**
 * A DICOM Segmentation (PS3.3 A.51), binary, one frame for each slice of each segment that holds a voxel. With `origin`
 * null it holds nothing about patient, study or images but their geometry, and all UIDs are new; otherwise it has the
 * patient and study of its images and refers to each. A grid without a frame is placed along the patient's axes from 0.
 * @throws EmptySegmentationError
 */
export function writeSegmentation(content: SegmentationContent): Uint8Array {
  const { grid, origin, author, softwareVersion, isSynthetic } = content;
  const reference = segmentationReference(content);
  const segments = segmentsOf(content);
  const frames = framesOf(segments, grid);
  const positions = slicePositions(grid, content.positions);
  const { columnStep, rowStep } = frameOrAxes(grid);
  const organisation = reference.uid('dimensions');
  return writeDicom({
    ...exportHeader(origin, {
      ...reference,
      sopClassUid: SEGMENTATION_STORAGE,
      seriesNumber: 901,
      seriesDescription: 'Scarcast segmentation',
      modality: 'SEG',
      softwareVersion,
      isSynthetic,
    }),
    ...(origin ? { [Tag.ReferencedSeriesSequence]: referencedSeries(origin.slices) } : {}),
    [Tag.ImageType]: ['CS', 'DERIVED', 'PRIMARY'],
    [Tag.FrameOfReferenceUID]: ['UI', origin?.frameOfReferenceUid || reference.uid('frame of reference')],
    [Tag.PositionReferenceIndicator]: ['LO'],
    [Tag.DimensionOrganizationSequence]: ['SQ', { [Tag.DimensionOrganizationUID]: ['UI', organisation] }],
    [Tag.DimensionIndexSequence]: [
      'SQ',
      dimension(organisation, Tag.ReferencedSegmentNumber, Tag.SegmentIdentificationSequence, 'Segment'),
      dimension(organisation, Tag.ImagePositionPatient, Tag.PlanePositionSequence, 'Position'),
    ],
    [Tag.SamplesPerPixel]: ['US', 1],
    [Tag.PhotometricInterpretation]: ['CS', 'MONOCHROME2'],
    [Tag.NumberOfFrames]: ['IS', String(frames.length)],
    [Tag.Rows]: ['US', grid.size[1]],
    [Tag.Columns]: ['US', grid.size[0]],
    [Tag.BitsAllocated]: ['US', 1],
    [Tag.BitsStored]: ['US', 1],
    [Tag.HighBit]: ['US', 0],
    [Tag.PixelRepresentation]: ['US', 0],
    [Tag.LossyImageCompression]: ['CS', '00'],
    [Tag.SegmentationType]: ['CS', 'BINARY'],
    [Tag.SegmentSequence]: ['SQ', ...segments.map((segment) => describeSegment(segment, author, reference.uid))],
    [Tag.SegmentsOverlap]: ['CS', 'NO'],
    [Tag.ContentLabel]: ['CS', 'SCARCAST'],
    [Tag.ContentDescription]: ['LO', 'Left ventricle and scar. Research and teaching use only'],
    [Tag.ContentCreatorName]: ['PN'],
    [Tag.SharedFunctionalGroupsSequence]: [
      'SQ',
      {
        [Tag.PlaneOrientationSequence]: ['SQ', { [Tag.ImageOrientationPatient]: ['DS', ...columnStep, ...rowStep] }],
        [Tag.PixelMeasuresSequence]: [
          'SQ',
          {
            [Tag.SliceThickness]: ['DS', grid.spacing[2]],
            [Tag.SpacingBetweenSlices]: ['DS', grid.spacing[2]],
            [Tag.PixelSpacing]: ['DS', grid.spacing[1], grid.spacing[0]],
          },
        ],
      },
    ],
    [Tag.PerFrameFunctionalGroupsSequence]: [
      'SQ',
      ...frames.map(({ segment, slice, place }) => ({
        ...(origin ? { [Tag.DerivationImageSequence]: derivation(origin.slices[slice]) } : {}),
        [Tag.FrameContentSequence]: ['SQ', { [Tag.DimensionIndexValues]: ['UL', segment.number, place] }] as NewElement,
        [Tag.PlanePositionSequence]: ['SQ', { [Tag.ImagePositionPatient]: ['DS', ...positions[slice]] }] as NewElement,
        [Tag.SegmentIdentificationSequence]: [
          'SQ',
          { [Tag.ReferencedSegmentNumber]: ['US', segment.number] },
        ] as NewElement,
      })),
    ],
    [Tag.PixelData]: ['OB', packBits(frames, grid)],
  });
}

interface NewFrame {
  readonly segment: Segment;
  readonly slice: number;
  /** Of the slice among those that hold a voxel of any segment, from 1. */
  readonly place: number;
}

function framesOf(segments: readonly Segment[], { size }: Grid): NewFrame[] {
  const plane = size[0] * size[1];
  const holds = ({ isIn }: Segment, slice: number): boolean => {
    for (let voxel = slice * plane; voxel < (slice + 1) * plane; voxel++) if (isIn(voxel)) return true;
    return false;
  };
  const slices = Array.from({ length: size[2] }, (_, slice) => slice);
  const used = slices.filter((slice) => segments.some((segment) => holds(segment, slice)));
  return segments.flatMap((segment) =>
    used.flatMap((slice, i) => (holds(segment, slice) ? [{ segment, slice, place: i + 1 }] : [])),
  );
}

/** PS3.5 section 8.2: from the lowest bit up, one frame after the other without a gap, to an even number of bytes. */
function packBits(frames: readonly NewFrame[], { size }: Grid): Uint8Array {
  const plane = size[0] * size[1];
  const bytes = Math.ceil((plane * frames.length) / 8);
  const packed = new Uint8Array(bytes + (bytes % 2));
  frames.forEach(({ segment, slice }, frame) => {
    for (let i = 0; i < plane; i++) {
      if (!segment.isIn(slice * plane + i)) continue;
      const bit = frame * plane + i;
      packed[bit >> 3] |= 1 << (bit & 7);
    }
  });
  return packed;
}

function describeSegment(segment: Segment, author: SegmentAuthor, uid: (purpose: string) => string): NewElements {
  const type = codeItem(segment.type);
  return {
    [Tag.SegmentedPropertyCategoryCodeSequence]: codeSequence(segment.category),
    [Tag.SegmentNumber]: ['US', segment.number],
    [Tag.SegmentLabel]: ['LO', segment.name],
    [Tag.SegmentationAlgorithmIdentificationSequence]: [
      'SQ',
      {
        [Tag.AlgorithmFamilyCodeSequence]: codeSequence(ARTIFICIAL_INTELLIGENCE),
        [Tag.AlgorithmVersion]: ['LO', author.version],
        [Tag.AlgorithmName]: ['LO', author.name],
      },
    ],
    [Tag.RecommendedDisplayCIELabValue]: ['US', ...segment.colour],
    [Tag.SegmentAlgorithmType]: ['CS', author.type],
    [Tag.SegmentAlgorithmName]: ['LO', author.name],
    [Tag.SegmentedPropertyTypeCodeSequence]: [
      'SQ',
      segment.modifier
        ? { ...type, [Tag.SegmentedPropertyTypeModifierCodeSequence]: codeSequence(segment.modifier) }
        : type,
    ],
    [Tag.AnatomicRegionSequence]: codeSequence(LEFT_VENTRICLE),
    [Tag.TrackingID]: ['UT', segment.name],
    [Tag.TrackingUID]: ['UI', uid(`segment ${segment.kind}`)],
  };
}

function dimension(organisation: string, index: string, group: string, label: string): NewElements {
  const attributeTag = (tag: string): number => Number.parseInt(tag, 16);
  return {
    [Tag.DimensionOrganizationUID]: ['UI', organisation],
    [Tag.DimensionIndexPointer]: ['AT', attributeTag(index)],
    [Tag.FunctionalGroupPointer]: ['AT', attributeTag(group)],
    [Tag.DimensionDescriptionLabel]: ['LO', label],
  };
}

function referencedSeries(slices: readonly (SourceImage | null)[]): NewElement {
  const series = new Map<string, Map<string, SourceImage>>();
  for (const slice of slices) {
    if (!slice) continue;
    const own = series.get(slice.seriesUid) ?? new Map<string, SourceImage>();
    series.set(slice.seriesUid, own.set(slice.sopInstanceUid, slice));
  }
  return [
    'SQ',
    ...[...series].map(([uid, images]): NewElements => ({
      [Tag.ReferencedInstanceSequence]: [
        'SQ',
        ...[...images.values()].map(({ sopClassUid, sopInstanceUid }): NewElements => ({
          [Tag.ReferencedSOPClassUID]: ['UI', sopClassUid],
          [Tag.ReferencedSOPInstanceUID]: ['UI', sopInstanceUid],
        })),
      ],
      [Tag.SeriesInstanceUID]: ['UI', uid],
    })),
  ];
}

/** PS3.3 C.7.6.16.2.6: the image that the frame's mask was drawn on. */
function derivation(source: SourceImage | null): NewElement {
  if (!source) return ['SQ'];
  return [
    'SQ',
    {
      [Tag.SourceImageSequence]: [
        'SQ',
        {
          [Tag.ReferencedSOPClassUID]: ['UI', source.sopClassUid],
          [Tag.ReferencedSOPInstanceUID]: ['UI', source.sopInstanceUid],
          ...(source.frame === null ? {} : { [Tag.ReferencedFrameNumber]: ['IS', String(source.frame)] as NewElement }),
          [Tag.SpatialLocationsPreserved]: ['CS', 'YES'],
          [Tag.PurposeOfReferenceCodeSequence]: codeSequence([
            '121322',
            'DCM',
            'Source image for image processing operation',
          ]),
        },
      ],
      [Tag.DerivationCodeSequence]: codeSequence(['113076', 'DCM', 'Segmentation']),
    },
  ];
}

const AXES: PatientFrame = { origin: [0, 0, 0], columnStep: [1, 0, 0], rowStep: [0, 1, 0], sliceStep: [0, 0, 1] };

export const frameOrAxes = (grid: Grid): PatientFrame => grid.frame ?? AXES;

export function slicePositions(grid: Grid, known: readonly Vector3[] | null): readonly Vector3[] {
  const { origin, sliceStep } = frameOrAxes(grid);
  const along = (slice: number, axis: number): number => origin[axis] + slice * grid.spacing[2] * sliceStep[axis];
  return known ?? Array.from({ length: grid.size[2] }, (_, k): Vector3 => [along(k, 0), along(k, 1), along(k, 2)]);
}
