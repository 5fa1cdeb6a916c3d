/**
 * The story of one case, step by step; page, command line, tests and cohorts all go this way:
 *   files -> series -> stack (readStudy) -> slices across the heart, of a volume (acrossHeart) -> segmentation -> scar measures -> heart's reading -> survival
 */
import type { Bare } from '../../core/errors.ts';
import type { CorrectionRecord } from '../../core/editing/edits.ts';
import { isDoubtful, isHeartDoubtful, MIN_LOOKS_AGREE } from '../../core/segmentation/reliability.ts';
import { isNonIschaemicPattern, readScarPattern } from '../../core/scar/scarPattern.ts';
import type { Clinical } from '../../core/patient/covariates.ts';
import type { HospitalCalibration } from '../../core/patient/hospitalCalibration.ts';
import type { HeartFindings } from '../../core/patient/applicability.ts';
import { measureBurden } from '../../core/scar/burden.ts';
import { heartImage } from '../../core/patient/heartImage.ts';
import { MIN_SCAR_ML, type StackEnd } from '../../core/segmentation/anatomy.ts';
import { type CutEnd, findCutEnds } from '../../core/segmentation/cutEnds.ts';
import { findSliceShifts, type SliceShift } from '../../core/segmentation/sliceShift.ts';
import type { ShortAxisPlane } from '../../core/volume/reformat.ts';
import { gridOf, Label, type LabelVolume, type Volume } from '../../core/volume/volume.ts';
import { readHeart, type HeartReading } from '../../nn/readHeart.ts';
import type { VentriclePlace } from '../../core/segmentation/ventriclePlace.ts';
import { segmentStack, type StackSegmentation } from '../../nn/segmentStack.ts';
import type { AnalysisWarning, ScarMeasures, Segmentation, Survival, Warning } from './analysis.ts';
import { acrossHeart, type AcrossHeart } from './acrossHeart.ts';
import { findApex } from './findApex.ts';
import { measureIntervals, type MeasureIntervals } from './measureIntervals.ts';
import { FOUND_PLACES, measureScar, readScar, type ScarReading } from './measureScar.ts';
import type { Models } from './models.ts';
import { predictSurvival } from './predictSurvival.ts';
import type { RefusedCount } from '../reading/reasons.ts';
import { acrossPlane, isAskew } from '../reading/reformatted.ts';
import type { Stack } from '../reading/study.ts';

/** The results for a segmentation, whoever drew it. */
export interface LabelsAnalysis {
  readonly scar: ScarMeasures;
  /** What the image branch read; kept so that the curve follows a changed covariate at once. */
  readonly heart: HeartReading | null;
  /** What the segmentation says about whether the curve applies; kept for the same reason. */
  readonly findings: HeartFindings;
  readonly survival: Survival;
}

/** All results of one stack, to be shown and saved. */
export interface StackAnalysis extends LabelsAnalysis {
  /** The current ones: with the reader's corrections, if there are any. */
  readonly labels: LabelVolume;
  readonly segmentation: Segmentation;
  /**
   * Around the network's own measures; null where the labels came with the images, or no heart was found with
   * certainty.
   */
  readonly intervals: MeasureIntervals | null;
  /** null where the labels are the network's own. */
  readonly corrections: CorrectionRecord | null;
  readonly warnings: readonly Warning[];
  /** Files that were not used: what was lost is part of the result. */
  readonly refused: readonly RefusedCount[];
}

/** An analysis with what its scar measures were read from, so that it need not be read again. */
export interface NewAnalysis extends StackAnalysis {
  readonly reading: ScarReading;
  /** What was analysed: the given stack, or the slices that were cut from it across the heart. */
  readonly stack: Stack;
}

/** What is being done with a stack. */
export type AnalysisStage = Bare<'findingAxis' | 'segmenting' | 'measuringScar' | 'readingHeart' | 'predicting'>;

export interface AnalyseOptions {
  readonly signal?: AbortSignal;
  /** Called with the stage and its share done, 0 to 1. */
  readonly onProgress?: (stage: AnalysisStage, fraction: number) => void;
  /** Where a reader says that the heart is: nothing else is looked at. */
  readonly place?: VentriclePlace | undefined;
  /** Where a reader says that the short-axis slices of a volume are. */
  readonly plane?: ShortAxisPlane | undefined;
  /** A hospital's own, by which the curves are shown too. */
  readonly calibration?: HospitalCalibration | null;
}

/**
 * Analyses one stack; of a volume in another plane, the short-axis slices that are cut from it.
 * @throws BackendError if the backend fails during work; CancelledError
 */
export async function analyseStack(
  read: Stack,
  clinical: Clinical,
  models: Models,
  options: AnalyseOptions,
): Promise<NewAnalysis> {
  const { signal, onProgress } = options;
  const { stack, segmentation } = await shortAxisOf(read, models, options);
  const image = stack.volume;
  const {
    labels: drawn,
    plausibility,
    casePlausibility,
    clearedScarMl,
    looksAgree,
  } = labelsFromFile(stack) ??
  segmentation ??
  (await segmentStack(image, models.segmentation, {
    place: options.place,
    directionsUnknown: image.frame === null,
    signal,
    onProgress: (fraction) => onProgress?.({ code: 'segmenting' }, fraction),
  }));
  const labels = withoutNoData(drawn, image);
  const apex = findApex(labels);

  onProgress?.({ code: 'measuringScar' }, 0);
  const reading = readScar(image, labels, apex.end, FOUND_PLACES);
  // A reader who points out the heart knows that it is one.
  const doubtful = !options.place && isHeartDoubtful(looksAgree);
  const analysis = await analyseReading(image, reading, clinical, models, { ...options, readsImage: !doubtful });
  return {
    ...analysis,
    stack,
    reading,
    labels,
    intervals:
      stack.labels || doubtful || analysis.findings.withheld
        ? null
        : measureIntervals(measureBurden(labels), models.margins),
    segmentation: {
      slices: image.size[2],
      spacing: image.lengthsUnknown ? null : image.spacing,
      from: stack.labels ? 'file' : 'network',
      plausibility,
      casePlausibility,
      apex,
    },
    corrections: null,
    refused: stack.refused,
    warnings: [
      ...(doubtful && looksAgree !== null
        ? [{ code: 'heartDoubtful', looksAgree, min: MIN_LOOKS_AGREE } as const]
        : []),
      ...(options.place && !stack.labels ? [{ code: 'heartShown', place: options.place } as const] : []),
      ...stack.warnings,
      ...(stack.labels ? [] : segmentationWarnings(plausibility, clearedScarMl)),
      ...shiftWarnings(findSliceShifts(labels)),
      ...cutWarnings(findCutEnds(labels, stack.source.kind === 'reformatted')),
    ],
  };
}

function shortAxisOf(
  stack: Stack,
  models: Models,
  { plane, onProgress, signal }: AnalyseOptions,
): Promise<AcrossHeart> | AcrossHeart {
  if (!isAskew(stack)) return { stack, segmentation: null };
  if (plane) return { stack: acrossPlane(stack, plane, 'reader'), segmentation: null };
  return acrossHeart(stack, models.segmentation, {
    signal,
    onProgress: (fraction) => onProgress?.({ code: 'findingAxis' }, fraction),
  });
}

/** Where the image holds no value there is no tissue. */
function withoutNoData(drawn: LabelVolume, { noData }: Volume): LabelVolume {
  if (!noData) return drawn;
  return { ...drawn, labels: drawn.labels.map((label, at) => (noData[at] === 1 ? Label.background : label)) };
}

/** A segmentation that came with the images replaces the network's; the network's confidence is not computed. */
function labelsFromFile({ volume, labels }: Stack): Omit<StackSegmentation, 'confidence'> | null {
  if (labels === null) return null;
  return {
    labels: { ...gridOf(volume), labels },
    plausibility: new Array<null>(volume.size[2]).fill(null),
    casePlausibility: null,
    clearedScarMl: 0,
    looksAgree: null,
  };
}

/**
 * The path from a segmentation on, for the network's own and for one corrected by hand, which is not segmented again.
 * @throws BackendError, CancelledError
 */
export function analyseLabels(
  { volume }: Stack,
  labels: LabelVolume,
  apexEnd: StackEnd,
  clinical: Clinical,
  models: Models,
  options: AnalyseOptions,
): Promise<LabelsAnalysis> {
  const reading = readScar(volume, withoutNoData(labels, volume), apexEnd, FOUND_PLACES);
  return analyseReading(volume, reading, clinical, models, { ...options, readsImage: true });
}

async function analyseReading(
  volume: Volume,
  reading: ScarReading,
  clinical: Clinical,
  models: Models,
  { signal, onProgress, readsImage, calibration }: AnalyseOptions & { readonly readsImage: boolean },
): Promise<LabelsAnalysis> {
  const { labels, apexEnd } = reading;
  const scar = measureScar(reading);

  onProgress?.({ code: 'readingHeart' }, 0);
  const heartView = readsImage && !labels.lengthsUnknown ? heartImage(volume, labels, apexEnd) : null;
  const heart =
    heartView && (await readHeart(models.image, heartView, { signal, directionsUnknown: volume.frame === null }));

  onProgress?.({ code: 'predicting' }, 0);
  const findings: HeartFindings = labels.lengthsUnknown
    ? { noReflowMl: 0, nonIschaemicPattern: false, withheld: 'lengthsNotKnown' }
    : {
        noReflowMl: measureBurden(labels).noReflowMl,
        nonIschaemicPattern: isNonIschaemicPattern(readScarPattern(labels)),
        ...(heartView || !readsImage ? {} : { withheld: 'noVentricle' }),
      };
  return { scar, heart, findings, survival: predictSurvival(heart, findings, clinical, models, calibration) };
}

/** What a reader should look at in the network's labels, from each slice's plausibility and what was cleared as a trace. */
export function segmentationWarnings(
  plausibility: readonly (number | null)[],
  clearedScarMl: number,
): AnalysisWarning[] {
  if (plausibility.every((value) => value === null)) return [{ code: 'noVentricle' }];
  const slices = plausibility.flatMap((value, slice) => (isDoubtful(value) ? [slice] : []));
  return [
    ...(slices.length > 0 ? [{ code: 'unsureSlices', slices } as const] : []),
    ...(clearedScarMl > 0 ? [{ code: 'scarTooSmall', foundMl: clearedScarMl, minMl: MIN_SCAR_ML } as const] : []),
  ];
}

function cutWarnings(ends: readonly CutEnd[]): AnalysisWarning[] {
  return ends.length > 0 ? [{ code: 'ventricleCutOff', ends }] : [];
}

function shiftWarnings(shifts: readonly SliceShift[]): AnalysisWarning[] {
  return shifts.length > 0 ? [{ code: 'slicesOffLine', shifts }] : [];
}
