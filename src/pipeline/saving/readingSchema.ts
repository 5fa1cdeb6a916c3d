/** The schema of what a case says about the files that it was read from. */
import * as v from 'valibot';
import { count, list, number, vector, words } from './schemaParts.ts';

export const contrast = v.picklist(['PSIR', 'magnitude', 'unknown']);
const imageKind = v.picklist(['magnitude', 'real', 'imaginary', 'phase', 'derived', 'report', 'unknown']);
const otherKind = v.picklist([
  'tiScout',
  'localizer',
  'relaxationMap',
  'cine',
  'perfusion',
  'flow',
  'angiogram',
  'darkBlood',
  'brightBlood',
]);
const sentence = v.object({ code: v.literal('sentence'), english: words });

const facts = v.object({
  slices: count,
  gapMm: v.nullable(number),
  plane: v.picklist(['short axis', 'perhaps short axis', 'axial', 'coronal', 'sagittal', 'oblique']),
  lateEnhancement: v.boolean(),
  contrast,
  kind: imageKind,
});
const maskValues = list(v.object({ value: number, label: count }));

const obstacle = v.variant('code', [
  v.object({ code: v.picklist(['singleSlice', 'localizer', 'tooManyVoxels', 'mosaic', 'noPlace']) }),
  v.object({ code: v.literal('slicesMissing'), count, after: count }),
  v.object({ code: v.literal('moving'), part: count, parts: count }),
  v.object({ code: v.literal('fewSlices'), slices: count }),
  v.object({ code: v.literal('notMr'), modality: words }),
  v.object({ code: v.literal('unmeasurable'), kind: imageKind, by: v.picklist(['header', 'values']) }),
  v.object({ code: v.literal('mask'), values: list(number) }),
]);

export const seriesReason = v.variant('code', [
  v.object({
    code: v.picklist(['taken', 'takenDerived', 'takenVolume', 'psirPreferred', 'derived', 'morePreferred', 'unlikely']),
    facts,
  }),
  v.object({ code: v.picklist(['takenByHand', 'simulated', 'takenBefore', 'namedLongAxis']) }),
  v.object({ code: v.literal('namedOther'), kind: otherKind }),
  v.object({ code: v.literal('obstacle'), obstacle, named: v.nullable(otherKind) }),
  sentence,
]);

export const series = v.object({
  id: words,
  number,
  description: words,
  fileVolume: v.exactOptional(
    v.object({
      code: v.literal('fileVolume'),
      format: v.picklist(['NIfTI', 'NRRD']),
      file: v.nullable(count),
      volume: v.nullable(count),
    }),
  ),
  slices: count,
  columns: count,
  rows: count,
  spacing: vector,
  contrast,
  kind: v.picklist([...imageKind.options, 'mask']),
  chosen: v.boolean(),
  usable: v.boolean(),
  why: seriesReason,
});

const axis = v.object({ axis: v.picklist([0, 1, 2]), backwards: v.boolean() });
const arrangement = v.exactOptional(v.tuple([axis, axis, axis]));

export const source = v.variant('kind', [
  v.object({ kind: v.literal('nifti'), header: v.instance(Uint8Array), arrangement }),
  v.object({ kind: v.literal('dicom'), positions: list(vector), arrangement }),
  v.object({ kind: v.literal('nrrd'), arrangement }),
  v.object({ kind: v.literal('synthetic') }),
  v.object({
    kind: v.literal('reformatted'),
    plane: v.object({ towardsBase: vector, centre: vector, lengthMm: number }),
  }),
]);

const notAnImage = v.picklist([
  'directory',
  'structuredReport',
  'document',
  'presentation',
  'waveform',
  'spectrum',
  'parametricMap',
  'rawData',
  'radiotherapy',
  'computed',
  'colour',
  'nothing',
]);

/** Reasons that only loading gives (a slice that cannot be decoded, a series that cannot be opened) are in no case. */
export const fileReason = v.variant('code', [
  v.object({
    code: v.picklist([
      'notMedical',
      'dicomHeaderDamaged',
      'pixelsCutOff',
      'pixelsDamaged',
      'formatNotSensible',
      'packedDamaged',
      'segmentationNotBinary',
      'segmentationOfOther',
      'segmentationEmpty',
      'volumeCutOff',
      'dimensionsNotImage',
      'notNifti',
      'maskShapeDiffers',
      'zipDamaged',
      'zipLocked',
      'zipPackedOtherwise',
      'zipInZip',
      'fileEmpty',
      'fileUnreadable',
      'fileChanged',
      'noArchive',
    ]),
  }),
  v.object({ code: v.literal('sameImage'), path: v.string() }),
  v.object({ code: v.literal('notAnImage'), kind: notAnImage }),
  v.object({ code: v.literal('unknownTransferSyntax'), uid: v.string() }),
  v.object({ code: v.literal('unpacksTooLarge'), megabytes: number }),
  v.object({ code: v.literal('bitsNotGrey'), stored: number, allocated: number }),
  v.object({ code: v.literal('framesMissing'), said: count, found: count }),
  v.object({ code: v.literal('codingNotDecoded'), coding: v.string() }),
  v.object({ code: v.literal('segmentationElsewhere'), how: v.picklist(['size', 'turned', 'spacing', 'place']) }),
  v.object({ code: v.literal('voxelsInOtherFile'), file: v.string() }),
  v.object({ code: v.literal('voxelsNotGrey'), type: v.string() }),
  v.object({ code: v.literal('packedOtherwise'), encoding: v.string() }),
  v.object({ code: v.literal('tooManyVolumes'), volumes: count }),
  v.object({ code: v.literal('volumeTooLarge'), millions: number }),
  v.object({ code: v.literal('zipTooLarge'), gigabytes: number, files: count }),
  v.object({ code: v.literal('fileTooLarge'), gigabytes: number }),
  v.object({ code: v.literal('tooManyImages'), images: count }),
  sentence,
]);

/** How many files were not used, by reason. */
export const refused = list(v.object({ why: fileReason, files: count }));

const bySlice = <E extends v.ObjectEntries>(entries: E) => list(v.object({ slice: count, ...entries }));

export const readingWarnings = [
  v.object({ code: v.literal('severalPatients'), patients: count, studies: count }),
  v.object({ code: v.literal('severalStudies'), studies: count }),
  v.object({ code: v.literal('severalSizes'), series: number, sizes: list(words) }),
  v.object({ code: v.literal('imagesDamaged'), count }),
  v.object({ code: v.literal('sliceFilledIn'), after: count }),
  v.object({ code: v.literal('gapsDiffer'), leastMm: number, mostMm: number, sumMm: number }),
  v.object({ code: v.literal('gapsAveraged'), leastMm: number, mostMm: number, meanMm: number }),
  v.object({ code: v.literal('someRepeated'), count }),
  v.object({ code: v.literal('slicesShifted'), slices: bySlice({ mm: number }) }),
  v.object({ code: v.literal('slicesTilted'), slices: bySlice({ degrees: number }) }),
  v.object({ code: v.literal('spacingsDiffer'), slices: list(count), percent: number }),
  v.object({
    code: v.literal('slicesRepeated'),
    repeats: bySlice({ times: count, takenSeconds: v.nullable(number) }),
  }),
  v.object({
    code: v.literal('slicesOutside'),
    outside: list(
      v.object({
        why: v.picklist(['tilted', 'otherSpacing', 'otherSize', 'damaged', 'otherSeries']),
        count,
        where: v.picklist(['before', 'behind', 'between']),
        degrees: number,
      }),
    ),
  }),
  v.object({ code: v.literal('seriesJoined'), series: count }),
  v.object({
    code: v.picklist([
      'placedBySliceLocation',
      'derivedMeasured',
      'lengthsByHand',
      'lengthsFromOtherField',
      'directionsUnknown',
      'directionsNotNamed',
      'labelsFromSegmentation',
      'noSegmentationHere',
    ]),
  }),
  v.object({ code: v.literal('noData'), percent: number }),
  v.object({ code: v.literal('slicesOnAxis'), axis: count }),
  v.object({ code: v.literal('reformatted'), by: v.picklist(['network', 'reader', 'usual']), sliceMm: number }),
  v.object({
    code: v.literal('lengthsUnknown'),
    why: v.picklist(['notGiven', 'impossible', 'contradictory', 'unit']),
  }),
  v.object({ code: v.literal('volumeOfSeveral'), volume: count, volumes: count }),
  v.object({ code: v.literal('labelsFromMask'), values: maskValues }),
  v.object({ code: v.literal('segmentationPassedOver'), why: fileReason }),
] as const;
