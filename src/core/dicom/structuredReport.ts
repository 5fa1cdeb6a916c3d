import { codeSequence, LEFT_VENTRICLE, LEFT_VENTRICULAR_MYOCARDIUM, OWN_SCHEME, type Code } from './codes.ts';
import { exportHeader, type ExportOrigin } from './exportOrigin.ts';
import { SEGMENTATION_STORAGE, type SegmentationReference, type SegmentKind } from './segmentationObject.ts';
import { writeDicom, type NewElement, type NewElements } from './writeDicom.ts';
import { Tag } from './tags.ts';

/** One number of a report. */
export interface ReportedMeasure {
  readonly concept: Code;
  readonly value: number;
  readonly unit: Code;
  /** Ends of its interval, in the same unit; null where it has none. */
  readonly interval: readonly [low: number, high: number] | null;
}

/** Numbers of one segment, which refer to it in the segmentation object. */
export interface ReportedSegment {
  readonly kind: SegmentKind;
  readonly measures: readonly ReportedMeasure[];
}

/** What made a number: a model with the version and the SHA-256 of its weights. */
export interface Algorithm {
  readonly name: string;
  readonly version: string;
  readonly parameters: readonly string[];
}

/** Numbers that belong to no segment, of one algorithm. */
export interface OtherMeasures {
  readonly title: string;
  readonly finding: Code;
  readonly algorithm: Algorithm;
  readonly measures: readonly ReportedMeasure[];
  /** What must be known to read them: written before them. */
  readonly comments: readonly string[];
}

export interface ReportContent {
  readonly segmentation: SegmentationReference;
  readonly segmentationAlgorithm: Algorithm;
  readonly segments: readonly ReportedSegment[];
  readonly others: readonly OtherMeasures[];
  readonly softwareVersion: string;
  /** The measures are of a heart made by code. */
  readonly isSynthetic: boolean;
  readonly origin: ExportOrigin;
}

export const MILLILITRE: Code = ['mL', 'UCUM', 'milliliter'];
export const GRAM: Code = ['g', 'UCUM', 'gram'];
export const PERCENT: Code = ['%', 'UCUM', 'percent'];
export const VOLUME: Code = ['118565006', 'SCT', 'Volume'];
export const MASS: Code = ['118538004', 'SCT', 'Mass'];

/** A concept that no public scheme has: `value` is stable. */
export const ownConcept = (value: string, meaning: string): Code => [value, OWN_SCHEME, meaning];

const COMPREHENSIVE_3D_SR = '1.2.840.10008.5.1.4.1.1.88.34';

/**
 * A structured report by template TID 1500 (PS3.16): a measurement group for each segment, referring to it (TID 1411),
 * and groups for the rest (TID 1501), each number with its unit, interval and algorithm. Identity as in
 * `writeSegmentation`.
 */
export function writeReport(content: ReportContent): Uint8Array {
  const { segmentation, origin, softwareVersion, isSynthetic } = content;
  const { uid, studyUid } = segmentation;
  const instance = uid(`report ${JSON.stringify([content.segments, content.others, content.segmentationAlgorithm])}`);
  return writeDicom({
    ...exportHeader(origin, {
      sopClassUid: COMPREHENSIVE_3D_SR,
      sopInstanceUid: instance,
      studyUid,
      seriesUid: uid('series of the report'),
      seriesNumber: 902,
      seriesDescription: 'Scarcast report',
      modality: 'SR',
      softwareVersion,
      isSynthetic,
    }),
    [Tag.ReferencedPerformedProcedureStepSequence]: ['SQ'],
    [Tag.PerformedProcedureCodeSequence]: ['SQ'],
    [Tag.CurrentRequestedProcedureEvidenceSequence]: evidenceOf(segmentation),
    [Tag.CompletionFlag]: ['CS', 'COMPLETE'],
    [Tag.VerificationFlag]: ['CS', 'UNVERIFIED'],
    [Tag.PreliminaryFlag]: ['CS', 'PRELIMINARY'],
    [Tag.ContentTemplateSequence]: [
      'SQ',
      { [Tag.MappingResource]: ['CS', 'DCMR'], [Tag.TemplateIdentifier]: ['CS', '1500'] },
    ],
    [Tag.ValueType]: ['CS', 'CONTAINER'],
    [Tag.ConceptNameCodeSequence]: codeSequence(['126000', 'DCM', 'Imaging Measurement Report']),
    [Tag.ContinuityOfContent]: ['CS', 'SEPARATE'],
    [Tag.ContentSequence]: [
      'SQ',
      codeItemOf('HAS CONCEPT MOD', ['121049', 'DCM', 'Language of Content Item and Descendants'], ENGLISH),
      codeItemOf('HAS OBS CONTEXT', ['121005', 'DCM', 'Observer Type'], ['121007', 'DCM', 'Device']),
      uidItem('HAS OBS CONTEXT', ['121012', 'DCM', 'Device Observer UID'], uid('device')),
      textItem('HAS OBS CONTEXT', ['121013', 'DCM', 'Device Observer Name'], `Scarcast ${softwareVersion}`),
      codeItemOf('HAS CONCEPT MOD', ['121058', 'DCM', 'Procedure reported'], ['241620005', 'SCT', 'Cardiac MRI']),
      container(
        ['126010', 'DCM', 'Imaging Measurements'],
        [
          ...content.segments.flatMap((measures) => segmentGroup(content, measures)),
          ...content.others.map((other) => otherGroup(other, uid)),
        ],
      ),
    ],
  });
}

const ENGLISH: Code = ['en', 'RFC5646', 'English'];
const FINDING: Code = ['121071', 'DCM', 'Finding'];
const TRACKING_IDENTIFIER: Code = ['112039', 'DCM', 'Tracking Identifier'];
const TRACKING_UID: Code = ['112040', 'DCM', 'Tracking Unique Identifier'];

const SEGMENT_TITLES: Readonly<Record<SegmentKind, string>> = {
  bloodPool: 'Blood pool',
  viable: 'Viable myocardium',
  scar: 'Scar without no-reflow',
  noReflow: 'No-reflow',
  greyZone: 'Grey zone',
};

/** TID 1411; none where the segmentation has no such segment. */
function segmentGroup(content: ReportContent, { kind, measures }: ReportedSegment): NewElements[] {
  const { segmentation, segmentationAlgorithm } = content;
  const segment = segmentation.segments.find((one) => one.kind === kind);
  if (!segment) return [];
  return [
    container(
      ['125007', 'DCM', 'Measurement Group'],
      [
        textItem('HAS OBS CONTEXT', TRACKING_IDENTIFIER, SEGMENT_TITLES[kind]),
        uidItem('HAS OBS CONTEXT', TRACKING_UID, segmentation.uid(`segment ${kind}`)),
        codeItemOf('CONTAINS', FINDING, segment.type),
        {
          ...item('CONTAINS', 'IMAGE', ['121191', 'DCM', 'Referenced Segment']),
          [Tag.ReferencedSOPSequence]: [
            'SQ',
            {
              [Tag.ReferencedSOPClassUID]: ['UI', SEGMENTATION_STORAGE],
              [Tag.ReferencedSOPInstanceUID]: ['UI', segmentation.sopInstanceUid],
              [Tag.ReferencedSegmentNumber]: ['US', segment.number],
            },
          ],
        },
        uidItem('CONTAINS', ['121232', 'DCM', 'Source series for segmentation'], segmentation.sourceSeriesUid),
        codeItemOf(
          'HAS CONCEPT MOD',
          ['363698007', 'SCT', 'Finding Site'],
          kind === 'bloodPool' ? LEFT_VENTRICLE : LEFT_VENTRICULAR_MYOCARDIUM,
        ),
        ...measures.map((measure) => numItem(measure, segmentationAlgorithm)),
      ],
    ),
  ];
}

/** TID 1501. */
function otherGroup(
  { title, finding, algorithm, measures, comments }: OtherMeasures,
  uid: (purpose: string) => string,
): NewElements {
  return container(
    ['125007', 'DCM', 'Measurement Group'],
    [
      textItem('HAS OBS CONTEXT', TRACKING_IDENTIFIER, title),
      uidItem('HAS OBS CONTEXT', TRACKING_UID, uid(`group ${title}`)),
      codeItemOf('CONTAINS', FINDING, finding),
      ...comments.map((comment) => textItem('CONTAINS', ['121106', 'DCM', 'Comment'], comment)),
      ...measures.map((measure) => numItem(measure, algorithm)),
    ],
  );
}

/** TID 300 with TID 4019 (algorithm) and TID 310 (uncertainty). */
function numItem({ concept, value, unit, interval }: ReportedMeasure, algorithm: Algorithm): NewElements {
  const uncertainty = interval
    ? [
        number(
          'HAS PROPERTIES',
          ['371886008', 'SCT', '+, range of upper measurement uncertainty'],
          interval[1] - value,
          unit,
        ),
        number(
          'HAS PROPERTIES',
          ['371885007', 'SCT', '-, range of lower measurement uncertainty'],
          value - interval[0],
          unit,
        ),
      ]
    : [];
  return {
    ...number('CONTAINS', concept, value, unit),
    [Tag.ContentSequence]: [
      'SQ',
      ...uncertainty,
      textItem('HAS CONCEPT MOD', ['111001', 'DCM', 'Algorithm Name'], algorithm.name),
      textItem('HAS CONCEPT MOD', ['111003', 'DCM', 'Algorithm Version'], algorithm.version),
      ...algorithm.parameters.map((parameter) =>
        textItem('HAS CONCEPT MOD', ['111002', 'DCM', 'Algorithm Parameters'], parameter),
      ),
    ],
  };
}

type Relation = 'CONTAINS' | 'HAS CONCEPT MOD' | 'HAS OBS CONTEXT' | 'HAS PROPERTIES';

function item(relation: Relation, valueType: string, concept: Code): NewElements {
  return {
    [Tag.RelationshipType]: ['CS', relation],
    [Tag.ValueType]: ['CS', valueType],
    [Tag.ConceptNameCodeSequence]: codeSequence(concept),
  };
}

function container(concept: Code, content: readonly NewElements[]): NewElements {
  return {
    ...item('CONTAINS', 'CONTAINER', concept),
    [Tag.ContinuityOfContent]: ['CS', 'SEPARATE'],
    [Tag.ContentSequence]: ['SQ', ...content],
  };
}

const codeItemOf = (relation: Relation, concept: Code, value: Code): NewElements => ({
  ...item(relation, 'CODE', concept),
  [Tag.ConceptCodeSequence]: codeSequence(value),
});

const textItem = (relation: Relation, concept: Code, value: string): NewElements => ({
  ...item(relation, 'TEXT', concept),
  [Tag.TextValue]: ['UT', value],
});

const uidItem = (relation: Relation, concept: Code, value: string): NewElements => ({
  ...item(relation, 'UIDREF', concept),
  [Tag.UID]: ['UI', value],
});

/** Six digits are more than are meaningful in any of these numbers. */
const number = (relation: Relation, concept: Code, value: number, unit: Code): NewElements => ({
  ...item(relation, 'NUM', concept),
  [Tag.MeasuredValueSequence]: [
    'SQ',
    {
      [Tag.NumericValue]: ['DS', Number(value.toPrecision(6))],
      [Tag.MeasurementUnitsCodeSequence]: codeSequence(unit),
    },
  ],
});

/** Current Requested Procedure Evidence Sequence: the object that the report refers to. */
const evidenceOf = ({ studyUid, seriesUid, sopInstanceUid }: SegmentationReference): NewElement => [
  'SQ',
  {
    [Tag.ReferencedSeriesSequence]: [
      'SQ',
      {
        [Tag.ReferencedSOPSequence]: [
          'SQ',
          {
            [Tag.ReferencedSOPClassUID]: ['UI', SEGMENTATION_STORAGE],
            [Tag.ReferencedSOPInstanceUID]: ['UI', sopInstanceUid],
          },
        ],
        [Tag.SeriesInstanceUID]: ['UI', seriesUid],
      },
    ],
    [Tag.StudyInstanceUID]: ['UI', studyUid],
  },
];
