/**
 * The result of an analysis: what the page shows, and `caseNumbers` writes to JSON. Nothing in it depends on the time,
 * the machine or the path.
 */
import type { CorrectionRecord } from '../../core/editing/edits.ts';
import type { SegmentMeasures, SliceLevels } from '../../core/scar/aha17.ts';
import type { Burden } from '../../core/scar/burden.ts';
import type { InsertionPoints, PlacedInsertionPoints } from '../../core/scar/insertionPoints.ts';
import type { VentriclePlace } from '../../core/segmentation/ventriclePlace.ts';
import type { CutEnd } from '../../core/segmentation/cutEnds.ts';
import type { SliceShift } from '../../core/segmentation/sliceShift.ts';
import type { Plausibility } from '../../core/segmentation/reliability.ts';
import type { RemoteReference } from '../../core/scar/remote.ts';
import type { GreyZone, ThresholdScar } from '../../core/scar/thresholds.ts';
import type { HeartFindings, NotApplicable } from '../../core/patient/applicability.ts';
import type { Sentence } from '../../core/errors.ts';
import type { RestsOn } from '../../nn/weights.ts';
import type { HospitalCalibration, RecalibratedOn } from '../../core/patient/hospitalCalibration.ts';
import type { RefittedOn } from '../../core/patient/hospitalRefit.ts';
import type { ContemporaryRate, RateId } from '../../core/patient/rates.ts';
import type { FiveAnswer } from '../../nn/networks/fiveAnswers.ts';
import type { ImageEffects } from '../../core/patient/imageEffects.ts';
import type { CovariateExplanation } from '../../nn/explainCovariates.ts';
import type { MeasureIntervals } from './measureIntervals.ts';
import type { ReadingWarning } from '../reading/reasons.ts';
import type { SeriesSummary } from '../reading/study.ts';

/** Numbers that may be unknown: mL and g if the lengths are not known, and all of them if no ventricle was found. */
export type OrUnknown<T> = {
  readonly [Key in keyof T]: T[Key] extends number ? number | null : T[Key];
};

export interface SliceMeasures extends OrUnknown<Burden> {
  /** Index in the stack, from 0. */
  readonly slice: number;
}

export interface ScarMeasures extends OrUnknown<Burden> {
  /** Slices that a reader left out, by index: nothing here includes them. Absent where all count. */
  readonly excluded?: readonly number[];
  readonly perSlice: readonly SliceMeasures[];
  /** Healthy wall that the thresholds compare with; null where there is none. */
  readonly remote: {
    readonly reference: RemoteReference;
    readonly regions: readonly {
      readonly slice: number;
      /** Direction of its middle, radians clockwise from the image's right. */
      readonly angle: number;
      readonly voxels: number;
    }[];
  } | null;
  /** Keyed by '2SD', '3SD', '5SD', '6SD', 'FWHM', 'Otsu'; empty without remote myocardium. */
  readonly methods: Readonly<Record<string, OrUnknown<ThresholdScar>>>;
  /** Keyed by their definitions, '2-3SD', '2-5SD', '35-50%'; empty without remote myocardium. */
  readonly greyZones: Readonly<Record<string, OrUnknown<GreyZone>>>;
  /** The 17 segments; null where it is not known which side is anterior. */
  readonly aha17: {
    readonly insertionPoints: InsertionPoints;
    readonly placedBy: PlacedInsertionPoints['from'];
    readonly levels: SliceLevels;
    readonly segments: readonly SegmentMeasures[];
  } | null;
}

/** Value at 1, 4, 5 and 10 years; 4 is the validated horizon. */
export interface AtYears<T> {
  readonly '1': T;
  readonly '4': T;
  readonly '5': T;
  readonly '10': T;
}

export interface CurvePoint {
  /** Years. */
  readonly t: number;
  /** Probability of being free of sudden arrhythmic death at t, if no other death intervened. */
  readonly s: number;
  /** Ends of a 90% interval: `predictSurvival` says what it includes. */
  readonly low: number;
  readonly high: number;
  /** t is beyond the follow-up that the weights learned from. */
  readonly extrapolated: boolean;
}

/**
 * What makes a prediction uncertain, apart from the spread of the event times, which is sigma: who was among the
 * training patients (refits on bootstrap samples, widened), the ridge's shrinkage, the missing inputs, how much an
 * image can tell, which contemporary cohort is taken, and how well a hospital's calibration was fitted.
 */
export const UNCERTAINTIES = ['refits', 'shrinkage', 'missingInputs', 'image', 'rate', 'calibration'] as const;
export type Uncertainty = (typeof UNCERTAINTIES)[number];

export interface Prediction {
  /** ln of the median time in years. */
  readonly mu: number;
  /** Spread of the event times on the log scale: not a confidence. */
  readonly sigma: number;
  /** Net risk 1 - S(t): without other deaths. */
  readonly risk: AtYears<number>;
  /** Risk with other deaths competing. */
  readonly crudeRisk: AtYears<number>;
  /** Risk of another death first. */
  readonly otherDeath: AtYears<number>;
  /** 90% interval of `risk`, of all kinds of uncertainty together. */
  readonly interval: AtYears<readonly [number, number]>;
  /** And of each kind alone, if this prediction has it. */
  readonly intervalFrom: Readonly<Partial<Record<Uncertainty, AtYears<readonly [number, number]>>>>;
  /** The same interval as crude risks. */
  readonly crudeInterval: AtYears<readonly [number, number]>;
  readonly curve: readonly CurvePoint[];
  /** How long the training patients were followed, years: beyond it the curve is extrapolated. */
  readonly followUpYears: number;
  /** The data that this number rests on; a sentence in a case that was saved before reasons were codes. */
  readonly restsOn: RestsOn | Sentence;
  /** Simulated outcomes have a part in it: each of its numbers is shown with this mark. */
  readonly simulated: boolean;
  /** Whose calibration or refit changed it; absent where none did. */
  readonly recalibrated?: RecalibratedOn | RefittedOn;
}

/** Why the models are not for a patient. */
export type WhyNot =
  NotApplicable | { readonly code: 'unlikeSimulatedHearts' | NonNullable<HeartFindings['withheld']> };

/** The predictions that can be moved to another rate; the image's own is of simulated patients and cannot. */
export interface RatedPredictions {
  readonly covariates: Prediction;
  readonly fiveAnswers: Prediction | null;
  readonly fused: Prediction | null;
}

export interface Survival {
  /** Whether the models are for this patient at all, with the reasons against. */
  readonly applies: { readonly yes: boolean; readonly why: readonly (WhyNot | Sentence)[] };
  /**
   * At the training cohort's risks, 2003 to 2004: from SSCAR's covariates; from the image alone and fused, null where
   * no left ventricle was found.
   */
  readonly covariates: Prediction;
  readonly image: Prediction | null;
  readonly fused: Prediction | null;
  /** The branch beyond SSCAR: from five answers; null where none of them is known. */
  readonly fiveAnswers: Prediction | null;
  /** Of the five, those that were not given. */
  readonly missingFiveAnswers: readonly FiveAnswer[];
  /** Which branch has the larger share of its answers, and so is shown first. */
  readonly leads: 'covariates' | 'fiveAnswers';
  /**
   * The predictions above are as in the training cohort; these at the contemporary rates. null in a case saved before
   * there were any.
   */
  readonly atRate: Readonly<Record<ContemporaryRate, RatedPredictions>> | null;
  /** The rate for the kind of patient; the training cohort's if there is no other. */
  readonly usualRate: RateId;
  /** The predictions by a hospital's own calibration, which replaces a rate; one that it does not change is as above.
   * null where there is no calibration, or none for these networks. */
  readonly hospital:
    | (RatedPredictions & {
        readonly image: Prediction | null;
        readonly calibration: HospitalCalibration;
        /** What each covariate adds to a refit's prediction; null where there is no refit, and in cases saved before. */
        readonly explanation: CovariateExplanation | null;
      })
    | null;
  /** What the image says, as a factor of the odds; null where no ventricle was found. */
  readonly imageEffects: ImageEffects | null;
  /** Ids of inputs given that these weights never learned from. */
  readonly unusedInputs: readonly string[];
  /** Ids of inputs that the weights use and that were not given. */
  readonly missingInputs: readonly string[];
  /**
   * By which share of 1 the covariates' 90% interval of the risk by 4 years would narrow if only this missing input
   * became known, at the training mean.
   */
  readonly costOfMissing: Readonly<Record<string, number>>;
  /** Of the real cohort's patients the percentage whose risk by 4 years, from their covariates, is lower. */
  readonly percentile: number;
  /** What each covariate that was given adds to the covariates' prediction. */
  readonly explanation: CovariateExplanation;
}

/** Its plausibility is null where no network drew. */
export interface Segmentation extends Plausibility {
  readonly slices: number;
  /** mm; null where the lengths are not known. */
  readonly spacing: readonly [number, number, number] | null;
  /** 'file': it came with the images, and no network drew it. */
  readonly from: 'network' | 'file';
  /** Which end of the stack is the apex, and how that was found ('assumed' if nothing showed it). */
  readonly apex: { readonly end: 'first' | 'last'; readonly from: 'mask' | 'header' | 'user' | 'assumed' };
}

/** What a reader should look at in a segmentation; slices by their index from 0. */
export type AnalysisWarning =
  | { readonly code: 'noVentricle' }
  /** What was segmented may not be the heart: the risk from the image is withheld. */
  | { readonly code: 'heartDoubtful'; readonly looksAgree: number; readonly min: number }
  /** The network looked where a reader said that the ventricle is, and nowhere else. */
  | { readonly code: 'heartShown'; readonly place: VentriclePlace }
  | { readonly code: 'unsureSlices'; readonly slices: readonly number[] }
  | { readonly code: 'scarTooSmall'; readonly foundMl: number; readonly minMl: number }
  | { readonly code: 'slicesOffLine'; readonly shifts: readonly SliceShift[] }
  /** The stack ends within the ventricle. */
  | { readonly code: 'ventricleCutOff'; readonly ends: readonly CutEnd[] };

/** And what the reading of the files reported. */
export type Warning = AnalysisWarning | ReadingWarning | Sentence;

const OF_ANALYSIS: Readonly<Record<AnalysisWarning['code'], true>> = {
  noVentricle: true,
  heartDoubtful: true,
  heartShown: true,
  unsureSlices: true,
  scarTooSmall: true,
  slicesOffLine: true,
  ventricleCutOff: true,
};

/** The warnings of an analysis that came from reading: they stay when the image is analysed again. */
export const ofReading = (warnings: readonly Warning[]): ReadingWarning[] =>
  warnings.filter((one): one is ReadingWarning => !(one.code in OF_ANALYSIS) && one.code !== 'sentence');

export interface Analysis {
  readonly series: readonly SeriesSummary[];
  readonly segmentation: Segmentation;
  /** What a reader changed by hand; null where the segmentation is the network's own. */
  readonly corrections: CorrectionRecord | null;
  readonly scar: ScarMeasures;
  /** Ends of 90% intervals of the network's own measures; null where they are not the network's own. */
  readonly intervals: MeasureIntervals | null;
  readonly survival: Survival;
  readonly warnings: readonly Warning[];
  /** Model name to SHA-256 of its weights. */
  readonly models: Readonly<Record<string, string>>;
}
