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

/** Labels and nothing to label: there is no segmentation to write. */
export class EmptySegmentationError extends DicomError {
  constructor() {
    super({ code: 'segmentationEmpty' });
  }
}

export const SEGMENTATION_STORAGE = '1.2.840.10008.5.1.4.1.1.66.4';

/** A voxel lies in one segment: viewers that cannot read segments over each other read these. The grey zone is viable wall. */
export type SegmentKind = HeartLabel | 'greyZone';

export interface SegmentDefinition {
  readonly kind: SegmentKind;
  readonly name: string;
  readonly category: Code;
  readonly type: Code;
  /** Tells apart what one public code has to stand for. */
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
  /** At most 64 characters, the definition among them: grey zones by different ones are not the same thing. */
  readonly name: string;
  /** 1 in it, on the grid of the labels. */
  readonly voxels: Uint8Array;
}

export interface SegmentationContent {
  readonly grid: Grid;
  /** Centre of each slice's first voxel, mm LPS: slices of several breath-holds lie shifted. null: as the grid says. */
  readonly positions: readonly Vector3[] | null;
  /** EMIDEC's numbers. */
  readonly labels: Uint8Array;
  readonly greyZone: GreyZoneMask | null;
  readonly author: SegmentAuthor;
  readonly softwareVersion: string;
  readonly origin: ExportOrigin;
}

/** What a report says of a segmentation to point at it. */
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
 * The UIDs and segment numbers that `writeSegmentation` gives the same content.
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
 * A DICOM Segmentation (PS3.3 A.51), binary, one frame for each slice of each segment that holds a voxel. With `origin` null
 * nothing of patient, study or images stands in it but their geometry, and all UIDs are new; otherwise it has the
 * patient and study of its images and refers to each. A grid without a frame is laid along the patient's axes from 0.
 * @throws EmptySegmentationError
 */
export function writeSegmentation(content: SegmentationContent): Uint8Array {
  const { grid, origin, author, softwareVersion } = content;
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
    }),
    ...(origin ? { '00081115': referencedSeries(origin.slices) } : {}),
    '00080008': ['CS', 'DERIVED', 'PRIMARY'],
    '00200052': ['UI', origin?.frameOfReferenceUid || reference.uid('frame of reference')],
    '00201040': ['LO'],
    '00209221': ['SQ', { '00209164': ['UI', organisation] }],
    '00209222': [
      'SQ',
      dimension(organisation, '0062000B', '0062000A', 'Segment'),
      dimension(organisation, '00200032', '00209113', 'Position'),
    ],
    '00280002': ['US', 1],
    '00280004': ['CS', 'MONOCHROME2'],
    '00280008': ['IS', String(frames.length)],
    '00280010': ['US', grid.size[1]],
    '00280011': ['US', grid.size[0]],
    '00280100': ['US', 1],
    '00280101': ['US', 1],
    '00280102': ['US', 0],
    '00280103': ['US', 0],
    '00282110': ['CS', '00'],
    '00620001': ['CS', 'BINARY'],
    '00620002': ['SQ', ...segments.map((segment) => describeSegment(segment, author, reference.uid))],
    '00620013': ['CS', 'NO'],
    '00700080': ['CS', 'SCARCAST'],
    '00700081': ['LO', 'Left ventricle and scar. Research and teaching use only'],
    '00700084': ['PN'],
    '52009229': [
      'SQ',
      {
        '00209116': ['SQ', { '00200037': ['DS', ...columnStep, ...rowStep] }],
        '00289110': [
          'SQ',
          {
            '00180050': ['DS', grid.spacing[2]],
            '00180088': ['DS', grid.spacing[2]],
            '00280030': ['DS', grid.spacing[1], grid.spacing[0]],
          },
        ],
      },
    ],
    '52009230': [
      'SQ',
      ...frames.map(({ segment, slice, place }) => ({
        ...(origin ? { '00089124': derivation(origin.slices[slice]) } : {}),
        '00209111': ['SQ', { '00209157': ['UL', segment.number, place] }] as NewElement,
        '00209113': ['SQ', { '00200032': ['DS', ...positions[slice]] }] as NewElement,
        '0062000A': ['SQ', { '0062000B': ['US', segment.number] }] as NewElement,
      })),
    ],
    '7FE00010': ['OB', packBits(frames, grid)],
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
    '00620003': codeSequence(segment.category),
    '00620004': ['US', segment.number],
    '00620005': ['LO', segment.name],
    '00620007': [
      'SQ',
      {
        '0066002F': codeSequence(ARTIFICIAL_INTELLIGENCE),
        '00660031': ['LO', author.version],
        '00660036': ['LO', author.name],
      },
    ],
    '0062000D': ['US', ...segment.colour],
    '00620008': ['CS', author.type],
    '00620009': ['LO', author.name],
    '0062000F': ['SQ', segment.modifier ? { ...type, '00620011': codeSequence(segment.modifier) } : type],
    '00082218': codeSequence(LEFT_VENTRICLE),
    '00620020': ['UT', segment.name],
    '00620021': ['UI', uid(`segment ${segment.kind}`)],
  };
}

function dimension(organisation: string, index: string, group: string, label: string): NewElements {
  const attributeTag = (tag: string): number => Number.parseInt(tag, 16);
  return {
    '00209164': ['UI', organisation],
    '00209165': ['AT', attributeTag(index)],
    '00209167': ['AT', attributeTag(group)],
    '00209421': ['LO', label],
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
      '0008114A': [
        'SQ',
        ...[...images.values()].map(({ sopClassUid, sopInstanceUid }): NewElements => ({
          '00081150': ['UI', sopClassUid],
          '00081155': ['UI', sopInstanceUid],
        })),
      ],
      '0020000E': ['UI', uid],
    })),
  ];
}

/** PS3.3 C.7.6.16.2.6: the image that the frame's mask was drawn on. */
function derivation(source: SourceImage | null): NewElement {
  if (!source) return ['SQ'];
  return [
    'SQ',
    {
      '00082112': [
        'SQ',
        {
          '00081150': ['UI', source.sopClassUid],
          '00081155': ['UI', source.sopInstanceUid],
          ...(source.frame === null ? {} : { '00081160': ['IS', String(source.frame)] as NewElement }),
          '0028135A': ['CS', 'YES'],
          '0040A170': codeSequence(['121322', 'DCM', 'Source image for image processing operation']),
        },
      ],
      '00089215': codeSequence(['113076', 'DCM', 'Segmentation']),
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
