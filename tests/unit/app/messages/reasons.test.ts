import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AnyReason } from '../../../../src/app/messages/reasons.ts';
import { enReading } from '../../../../src/app/messages/enReading.ts';
import { warning } from '../../../../src/pipeline/saving/caseSchema.ts';
import { fileReason, seriesReason } from '../../../../src/pipeline/saving/readingSchema.ts';
import * as v from 'valibot';
import { everyReason } from '../../../../src/app/messages/everyReason.ts';
import type { Obstacle, SeriesFacts } from '../../../../src/pipeline/reading/reasons.ts';
import { COVARIATES } from '../../../../src/core/patient/covariates.ts';

type Examples = { readonly [Code in AnyReason['code']]: readonly Omit<Extract<AnyReason, { code: Code }>, 'code'>[] };

const NETWORKS = ['locate', 'segment', 'covariates', 'fiveAnswers', 'image', 'fusion', 'cohort'];
const NETWORK = NETWORKS.map((network) => ({ network }));
/** What a browser says of itself, which stays as it is. */
const DETAIL = [{ detail: 'GPU 7' }];
const NO_VALUES = [{}];

const FACTS: SeriesFacts = {
  slices: 9,
  gapMm: 10,
  plane: 'short axis',
  lateEnhancement: true,
  contrast: 'PSIR',
  kind: 'real',
};
const FACTS_EXAMPLES = [
  { facts: FACTS },
  { facts: { ...FACTS, gapMm: null, lateEnhancement: false, contrast: 'magnitude' } },
] as const;
const OBSTACLES: readonly Obstacle[] = [
  { code: 'singleSlice' },
  { code: 'slicesMissing', count: 1, after: 2 },
  { code: 'moving', part: 2, parts: 25 },
  { code: 'localizer' },
  { code: 'fewSlices', slices: 2 },
  { code: 'tooManyVoxels' },
  { code: 'notMr', modality: '' },
  { code: 'notMr', modality: 'CT' },
  { code: 'mosaic' },
  { code: 'noPlace' },
  { code: 'unmeasurable', kind: 'phase', by: 'header' },
  { code: 'unmeasurable', kind: 'phase', by: 'values' },
  { code: 'mask', values: [0, 255] },
];

/** More than are listed, one of them empty. */
const EVENT_VALUES = ['', ...'abcdefghijklm'].map((value, i) => ({
  value: value === '' ? '' : String(i),
  patients: i + 1,
  takenFor: 'unknown' as const,
}));

/** Each code with every kind of value that it may have. A code that is missing fails the types. */
const EXAMPLES: Examples = {
  sentence: [],
  noAnswers: NO_VALUES,
  cohortEmpty: NO_VALUES,
  cohortRagged: [{ row: 3, cells: 2, columns: 4 }],
  cohortNoColumn: [{ column: '1', columns: ['2', '3'] }],
  cohortSameColumn: [{ column: '1' }],
  cohortBadTime: [{ column: '1', row: 2, cell: '3' }],
  cohortTimeUnit: (['days', 'months', 'years'] as const).map((unit) => ({ unit, longest: 2358 })),
  cohortEventNotNamed: [
    { column: '1', event: '1', values: EVENT_VALUES, offer: null },
    { column: '1', event: '1', values: EVENT_VALUES, offer: '2' },
  ],
  cohortNobodyWithout: [{ column: '1', values: EVENT_VALUES }],
  cohortOutcomeAsCovariate: [{ column: '1' }],
  cohortNamedTwice: [{ column: '1' }],
  cohortNoSuchCovariate: [{ column: '1' }],
  cohortNothingVaries: NO_VALUES,
  cohortNotANumber: [{ column: '1', row: 2, cell: '3' }],
  cohortManyWords: [{ column: '1', kinds: 30 }],
  cohortComma: [{ column: '1', row: 2, cell: '1,5' }],
  cohortFractions: [1, 5].map((fractions) => ({ column: '1', fractions, patients: 9 })),
  cohortRowsLeftOut: [{ rows: 1 }, { rows: 4 }],
  cohortEventsUnknown: [{ column: '1', values: EVENT_VALUES }],
  cohortOtherEvents: [{ column: '1', values: EVENT_VALUES }],
  cohortZeroTimes: [{ patients: 1 }, { patients: 2 }],
  cohortPercentSigns: [{ columns: ['1', '2'] }],
  sameImage: [{ path: '1' }, { path: '' }],
  notMedical: NO_VALUES,
  notAnImage: (
    [
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
    ] as const
  ).map((kind) => ({ kind })),
  dicomHeaderDamaged: NO_VALUES,
  pixelsCutOff: NO_VALUES,
  pixelsDamaged: NO_VALUES,
  formatNotSensible: NO_VALUES,
  bitsNotGrey: [{ stored: 12, allocated: 8 }],
  framesMissing: [{ said: 9, found: 8 }],
  unknownTransferSyntax: [{ uid: '1.2.3' }],
  codingNotDecoded: [{ coding: '1' }],
  segmentationNotBinary: NO_VALUES,
  segmentationOfOther: NO_VALUES,
  segmentationEmpty: NO_VALUES,
  segmentationElsewhere: (['size', 'turned', 'spacing', 'place'] as const).map((how) => ({ how })),
  packedDamaged: NO_VALUES,
  unpacksTooLarge: [{ megabytes: 512 }],
  volumeCutOff: NO_VALUES,
  voxelsInOtherFile: [{ file: '1' }, { file: '' }],
  dimensionsNotImage: NO_VALUES,
  notNifti: NO_VALUES,
  voxelsNotGrey: [{ type: '128' }, { type: '' }],
  packedOtherwise: [{ encoding: '7' }, { encoding: '' }],
  volumeTooLarge: [{ millions: 33 }],
  tooManyVolumes: [{ volumes: 80 }],
  maskShapeDiffers: NO_VALUES,
  zipDamaged: NO_VALUES,
  zipTooLarge: [{ gigabytes: 16, files: 100_000 }],
  zipLocked: NO_VALUES,
  zipPackedOtherwise: NO_VALUES,
  zipInZip: NO_VALUES,
  fileEmpty: NO_VALUES,
  fileUnreadable: NO_VALUES,
  fileTooLarge: [{ gigabytes: 1 }],
  fileChanged: NO_VALUES,
  tooManyImages: [{ images: 200_000 }],
  seriesNotOpened: [{ number: 12 }],
  sliceUnreadable: [{ slice: 2, file: '3', why: { code: 'pixelsDamaged' } as const }],
  noArchive: NO_VALUES,
  unknownSeries: [{ id: '7' }],
  codecNotLoaded: NO_VALUES,
  lengthsUnknownForDicom: NO_VALUES,
  taken: FACTS_EXAMPLES,
  takenDerived: FACTS_EXAMPLES,
  takenVolume: FACTS_EXAMPLES,
  takenByHand: NO_VALUES,
  simulated: NO_VALUES,
  takenBefore: NO_VALUES,
  psirPreferred: FACTS_EXAMPLES,
  derived: FACTS_EXAMPLES,
  morePreferred: FACTS_EXAMPLES,
  unlikely: FACTS_EXAMPLES,
  namedOther: (
    [
      'tiScout',
      'localizer',
      'relaxationMap',
      'cine',
      'perfusion',
      'flow',
      'angiogram',
      'darkBlood',
      'brightBlood',
    ] as const
  ).map((kind) => ({ kind })),
  namedLongAxis: NO_VALUES,
  obstacle: OBSTACLES.flatMap((obstacle) => [
    { obstacle, named: null },
    { obstacle, named: 'cine' as const },
  ]),
  fileVolume: [
    { format: 'NIfTI', file: null, volume: null },
    { format: 'NRRD', file: 2, volume: 3 },
  ],
  severalPatients: [{ patients: 2, studies: 3 }],
  severalStudies: [{ studies: 2 }],
  severalSizes: [{ series: 4, sizes: ['4 x 3', '6 x 2'] }],
  imagesDamaged: [{ count: 1 }, { count: 3 }],
  sliceFilledIn: [{ after: 2 }],
  gapsDiffer: [{ leastMm: 13, mostMm: 15.6, sumMm: 93.6 }],
  gapsAveraged: [{ leastMm: 13, mostMm: 15.6, meanMm: 13.4 }],
  someRepeated: [{ count: 1 }, { count: 2 }],
  directionsNotNamed: NO_VALUES,
  slicesShifted: [{ slices: [{ slice: 2, mm: 5 }] }],
  slicesTilted: [{ slices: [{ slice: 2, degrees: 0.5 }] }],
  spacingsDiffer: [{ slices: [3, 4], percent: 0.4 }],
  slicesRepeated: [
    { repeats: [{ slice: 4, times: 2, takenSeconds: 37_380 }] },
    { repeats: [{ slice: 4, times: 3, takenSeconds: null }] },
  ],
  slicesOutside: (['tilted', 'otherSpacing', 'otherSize', 'damaged', 'otherSeries'] as const).flatMap((why) =>
    (['before', 'behind', 'between'] as const).map((where) => ({ outside: [{ why, where, count: 2, degrees: 2 }] })),
  ),
  seriesJoined: [{ series: 3 }],
  placedBySliceLocation: NO_VALUES,
  derivedMeasured: NO_VALUES,
  reformatted: (['network', 'reader', 'usual'] as const).map((by) => ({ by, sliceMm: 8 })),
  noData: [{ percent: 0.01 }, { percent: 23 }],
  slicesOnAxis: [{ axis: 1 }],
  lengthsUnknown: (['notGiven', 'impossible', 'contradictory', 'unit'] as const).map((why) => ({ why })),
  lengthsByHand: NO_VALUES,
  impossibleSpacing: [{ spacing: [0.1, 1.4, 10] as const }],
  maskElsewhere: NO_VALUES,
  lengthsFromOtherField: NO_VALUES,
  directionsUnknown: NO_VALUES,
  volumeOfSeveral: [{ volume: 1, volumes: 2 }],
  labelsFromSegmentation: NO_VALUES,
  labelsFromMask: [{ values: [{ value: 200, label: 2 }] }],
  noSegmentationHere: NO_VALUES,
  segmentationPassedOver: [{ why: { code: 'sameImage', path: '1' } }],
  readingFiles: NO_VALUES,
  readingFile: [{ number: 1, of: 3 }],
  decodingImages: NO_VALUES,
  decodingImage: [{ number: 1, of: 3 }],
  makingDemo: NO_VALUES,
  loadingNetworks: NO_VALUES,
  openingCase: NO_VALUES,
  validatingCohort: NO_VALUES,
  emptyTable: NO_VALUES,
  raggedRow: [{ row: 3, cells: 4, columns: 5 }],
  sameColumnName: [{ column: '7' }],
  noColumnFor: [{ what: 'time' }, { what: 'outcome' }],
  twoColumnsFor: [{ what: '7', columns: ['7', '8'] }],
  noEvents: [{ column: '7' }],
  noMapping: NO_VALUES,
  otherMappingVersion: [{ version: 9 }],
  columnMissing: [{ column: '7' }],
  noTime: NO_VALUES,
  timeNoNumber: [{ cell: '7' }],
  negativeTime: [{ cell: '-3' }],
  noOutcome: NO_VALUES,
  outcomeNotNamed: [{ cell: '7' }],
  sameId: [{ id: '7', firstRow: 3 }],
  notNumbers: [
    { column: '7', cells: 1, example: '8' },
    { column: '7', cells: 2, example: '8' },
  ],
  beyondLimits: [{ column: '7', cells: 2, example: '8' }],
  commaUnclear: [{ column: '7', example: '1,020' }],
  wordsNotNamed: [{ column: '7', cells: 2, example: '8' }],
  unlikelyTimes: (['days', 'months', 'years'] as const).map((unit) => ({ column: '7', unit, medianYears: 900 })),
  timeOfZero: [{ rows: 1 }, { rows: 2 }],
  simulatedPatients: [{}],
  notACalibration: NO_VALUES,
  calibrationNewer: [{ itsFormat: 7, latestFormat: 1 }],
  calibrationDamaged: NO_VALUES,
  calibrationOtherWeights: NO_VALUES,
  refittedOn: [
    { patients: 900, events: 120, madeBy: '7', madeOn: '8', harrell: 0.714, shippedHarrell: 0.652 },
    { patients: 900, events: 120, madeBy: '7', madeOn: '8', harrell: null, shippedHarrell: null },
  ],
  tooFewEventsForHead: [{ events: 31, needed: 50 }],
  imagesWithoutLatent: [{ patients: 60 }],
  tooFewEventsToRefit: [{ events: 31, needed: 50 }],
  nothingToRefitOn: NO_VALUES,
  notARefit: NO_VALUES,
  refitNewer: [{ itsFormat: 7, latestFormat: 1 }],
  refitChanged: [{ file: '7' }],
  refitDamaged: NO_VALUES,
  refitOtherWeights: NO_VALUES,
  recalibratedOn: [{ patients: 212, events: 31, madeBy: '7', madeOn: '8' }],
  tooFewToShare: [{ patients: 7, least: 10 }],
  noAggregates: NO_VALUES,
  aggregatesNewer: [{ itsFormat: 7, latestFormat: 1 }],
  aggregatesDiffer: (['weights', 'rate', 'applicable'] as const).map((what) => ({ what })),
  studyInSeveralPlaces: [{ places: 2 }],
  studyWithoutStack: [{ series: 3 }],
  studyOfSeveralPatients: [{ patients: 2 }],
  notASavedCohort: NO_VALUES,
  savedCohortNewer: [{ itsFormat: 7, latestFormat: 1 }],
  savedCohortChanged: NO_VALUES,
  savedCohortOtherWeights: NO_VALUES,
  findingAxis: NO_VALUES,
  segmenting: NO_VALUES,
  measuringScar: NO_VALUES,
  readingHeart: NO_VALUES,
  predicting: NO_VALUES,
  noVentricle: NO_VALUES,
  heartShown: [{ place: { centre: [119.6, 95], diameterMm: 74 } }],
  heartDoubtful: [{ looksAgree: 0.71, min: 0.87 }],
  lengthsNotKnown: NO_VALUES,
  unsureSlices: [{ slices: [2] }, { slices: [0, 3, 4] }],
  scarTooSmall: [{ foundMl: 0.84, minMl: 1 }],
  slicesOffLine: [
    { shifts: [{ slice: 2, mm: 6.2 }] },
    {
      shifts: [
        { slice: 2, mm: 6.2 },
        { slice: 5, mm: 9 },
      ],
    },
  ],
  ventricleCutOff: [
    { ends: [{ slice: 0, sharePercent: 71.3 }] },
    {
      ends: [
        { slice: 0, sharePercent: 12 },
        { slice: 13, sharePercent: 88 },
      ],
    },
  ],
  recentInfarct: [
    { days: 1, minDays: 40 },
    { days: 12, minDays: 40 },
  ],
  noReflow: NO_VALUES,
  notIschaemic: NO_VALUES,
  noHeartFailure: NO_VALUES,
  otherNyhaClass: [{ nyha: 1 }, { nyha: 4 }],
  nonIschaemicScar: NO_VALUES,
  defibrillator: NO_VALUES,
  outOfTrainingRange: COVARIATES.map(({ id }) => ({ covariate: id })),
  unlikeSimulatedHearts: NO_VALUES,
  realOutcomes: [{ patients: 992, ischaemic: 453, suddenDeaths: 94 }],
  realCohort: [{ patients: 453, suddenDeaths: 55, otherDeaths: 97 }],
  simulatedOutcomes: (['low', 'mid', 'high'] as const).flatMap((effect) => [
    { hearts: 4000, warped: 0, realHearts: 0, effect },
    { hearts: 4000, warped: 4000, realHearts: 49, effect },
  ]),
  realAndSimulatedOutcomes: [{ simulatedPatients: 1000 }],
  hospitalOutcomes: [{ patients: 900, events: 120 }],
  hospitalAndSimulatedOutcomes: [{ patients: 900, events: 120 }],
  hospitalHead: [{ patients: 900, events: 120 }],
  hospitalHeadAndCovariates: [{ patients: 900, events: 120 }],
  expertContours: [{ patients: 79 }],
  cancelled: NO_VALUES,
  unexpected: DETAIL,
  workerFailed: [{ detail: null }, ...DETAIL],
  workerSilent: [{ seconds: 60 }],
  missingFile: [{ url: '/7', detail: 'HTTP 404' }],
  unreadableDrop: [{ path: '/7', detail: '7' }],
  noSeriesChosen: NO_VALUES,
  noStack: NO_VALUES,
  noStackCaseKept: [{ why: [{ code: 'notMedical' }, { code: 'unlikely', facts: FACTS }] }],
  segmentationAlone: NO_VALUES,
  cohortAlone: NO_VALUES,
  noOtherStack: NO_VALUES,
  copyNotKept: NO_VALUES,
  copyNotDeleted: NO_VALUES,
  copyGone: NO_VALUES,
  notACase: NO_VALUES,
  caseFileDamaged: NO_VALUES,
  caseFilePartMissing: [{ part: '7' }],
  caseFilePartsDiffer: NO_VALUES,
  caseFileNewer: [{ itsFormat: 7, latestFormat: 2 }],
  dicomNotWritten: NO_VALUES,
  elementsChanged: [{ tags: ['00100010', '00100030'] }],
  notATeachingFile: [{ wanted: 'lesson' }, { wanted: 'result' }],
  teachingFileNewer: [{ itsFormat: 7, latestFormat: 1 }],
  teachingFileDamaged: [{ part: '' }, { part: '7' }],
  notAClassCode: NO_VALUES,
  otherClass: [{ name: '7' }],
  otherImage: NO_VALUES,
  otherGeometry: NO_VALUES,
  clinicalFileNotAnObject: NO_VALUES,
  clinicalFileUnknownEntry: [{ entry: '7', known: ['8', '9'] }],
  clinicalFileNotYesNo: [{ entry: '7', found: '2' }],
  clinicalFileOutOfRange: [
    { entry: '7', min: 1, max: 4, unit: '', whole: true, found: '2.5' },
    { entry: '7', min: 18, max: 100, unit: 'mg/dL', whole: false, found: '9' },
  ],
  clinicalFileNoSuchChoice: [{ entry: '7', choices: [{ value: 0, label: 'White' }], found: '9' }],
  wasmNotStarted: NO_VALUES,
  webgpuNotStarted: NO_VALUES,
  webgpuSilent: [{ seconds: 10 }],
  noGraphicsProcessor: NO_VALUES,
  graphicsProcessorUnnamed: NO_VALUES,
  graphicsProcessorSlow: NO_VALUES,
  graphicsProcessorLost: [{ detail: '' }, ...DETAIL],
  wasmMemoryFull: NO_VALUES,
  kernelsDoNotFit: DETAIL,
  graphicsMemoryFull: NO_VALUES,
  graphicsProcessorRefused: DETAIL,
  backendStopped: DETAIL,
  networkGaveNoNumbers: NO_VALUES,
  networkAnswersWrongly: NETWORKS.flatMap((network) => [
    { network, backend: 'webgpu' as const },
    { network, backend: 'wasm' as const },
  ]),
  weightsMissing: NETWORK,
  weightsChanged: [{ file: '7' }],
  weightsLayout: NETWORK,
  knownAnswerMissing: NETWORK,
  coxNotConverged: NO_VALUES,
  tooFewRisks: NO_VALUES,
  notPositiveDefinite: NO_VALUES,
  beyondFollowUp: [{ years: 5 }],
};

const reasons = Object.entries(EXAMPLES).flatMap(([code, values]) =>
  values.map((one) => ({ code, ...one }) as AnyReason),
);

/** Names, units and words of a file or an address that are the same in every language. */
const NAMES = new Set(
  (
    'Scarcast MUSIC EMIDEC PSIR WebGPU WebAssembly GPU HTTP JSON Cox mL mm mg dL null true false lvef age male backend webgpu ' +
    'npm run known answers QRS ACEI ARB NYHA I II III IV ICD β T DICOM SEG CT DICOMDIR NIfTI NRRD PDF zip gzip MB GB'
  ).split(' '),
);

const latinWords = (text: string): string[] => (text.match(/[A-Za-z]+/g) ?? []).filter((word) => !NAMES.has(word));

/** Taken whole: what a schema does not know it drops. */
const isSame = (parsed: { readonly success: boolean; readonly output: unknown }, reason: unknown): boolean =>
  parsed.success && JSON.stringify(parsed.output).length === JSON.stringify(reason).length;

describe('every reason', () => {
  it('is a whole sentence in English, or a stage of the work', () => {
    for (const reason of reasons) {
      const text = everyReason.en(reason);
      expect(text, reason.code).toMatch(/^[A-Z'0-9/].*[a-z0-9.]$/);
      expect(text, reason.code).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  it('is in Chinese without a Latin word but names and units', () => {
    for (const reason of reasons) {
      const text = everyReason.zh(reason);
      expect(text, reason.code).toMatch(/[一-鿿]/);
      expect(latinWords(text), `${reason.code}: ${text}`).toEqual([]);
      expect(text, reason.code).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  it('of reading can be saved with a case', () => {
    // Given where a series is opened, of which there is no case then.
    const ofOpening = ['seriesNotOpened', 'sliceUnreadable'];
    const schemas = [fileReason, warning, seriesReason];
    const unsaved = reasons.filter(
      ({ code, ...values }) =>
        code in enReading &&
        !ofOpening.includes(code) &&
        !schemas.some((schema) => isSame(v.safeParse(schema, { code, ...values }), { code, ...values })),
    );
    expect(unsaved.map(({ code }) => code)).toEqual([]);
  });

  it('that an error of core, nn, pipeline or workers may have is among them', () => {
    const files = ['core', 'nn', 'pipeline', 'workers'].flatMap((room) =>
      readdirSync(`src/${room}`, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => `src/${room}/${name}`),
    );
    const codes = files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/Error(?:<[^>]*>)?\(\{ code: '(\w+)'/g)].map(([, code]) => code),
    );
    expect(codes.length).toBeGreaterThan(20);
    // Read by the case file alone, which gives a reason of its own.
    const inner = ['typedJsonDamaged'];
    expect(codes.filter((code) => !(code in EXAMPLES) && !inner.includes(code))).toEqual([]);
  });
});
