import type { StackAnalysis } from '../analysing/analyse.ts';
import { toldCalibration, type ToldCalibration } from '../../core/patient/hospitalCalibration.ts';
import type { ContemporaryRate } from '../../core/patient/rates.ts';
import type { Analysis, Prediction, RatedPredictions, Survival, Warning, WhyNot } from '../analysing/analysis.ts';
import type { ExportedSurvival, WhyWithheld } from './exportedSurvival.ts';
import { knownIntervals } from '../analysing/whose.ts';
import type { ModelCard } from '../analysing/models.ts';
import type { FileReason, RefusedCount } from '../reading/reasons.ts';
import type { SeriesSummary, Study } from '../reading/study.ts';

/** A prediction with what it rests on as a sentence and as a code. */
interface FilePrediction extends Omit<Prediction, 'restsOn' | 'recalibrated'> {
  readonly restsOn: string;
  readonly restsOnCode: Prediction['restsOn'];
  /** Only if a hospital's calibration changed it. */
  readonly recalibrated?: string;
  readonly recalibratedCode?: NonNullable<Prediction['recalibrated']>;
}

/** The numbers of a case as JSON: each reason is a sentence, with its code and values next to it. */
export interface CaseNumbers extends Omit<Analysis, 'series' | 'survival' | 'warnings'> {
  readonly series: readonly (SeriesSummary & { readonly reason: string })[];
  /** How many files were not used, by reason. */
  readonly refused: readonly (RefusedCount & { readonly reason: string })[];
  readonly survival: Omit<
    ExportedSurvival,
    'applies' | 'covariates' | 'image' | 'fused' | 'fiveAnswers' | 'atRate' | 'hospital' | 'withheld'
  > & {
    readonly applies: {
      readonly yes: boolean;
      readonly why: readonly string[];
      readonly whyCodes: Survival['applies']['why'];
    };
    /** As in the training cohort, 2003 to 2004. */
    readonly covariates: FilePrediction | null;
    readonly image: FilePrediction | null;
    readonly fused: FilePrediction | null;
    readonly fiveAnswers: FilePrediction | null;
    /** At contemporary rates. */
    readonly atRate: Readonly<
      Record<ContemporaryRate, Readonly<Record<keyof RatedPredictions, FilePrediction | null>>>
    > | null;
    /** By a hospital's own calibration; null where none was given. */
    readonly hospital:
      | (Readonly<Record<keyof RatedPredictions | 'image', FilePrediction | null>> & {
          readonly calibration: ToldCalibration;
        })
      | null;
    /** Why a risk that rests on answers is not this patient's; null if it is. */
    readonly withheld: string | null;
    readonly withheldCode: WhyWithheld | null;
  };
  /** The heart is made by code and is not a patient's. */
  readonly synthetic: boolean;
  readonly warnings: readonly string[];
  readonly warningCodes: readonly Warning[];
}

/**
 * All of a case as it is written to a file, by both the page and `npm run predict`.
 * @param say a reason in English: files are read by programs, and by readers of any language
 */
export function toFile(
  study: Study,
  result: StackAnalysis,
  survival: ExportedSurvival,
  cards: readonly Pick<ModelCard, 'name' | 'sha256'>[],
  say: (
    reason:
      | FileReason
      | Prediction['restsOn']
      | NonNullable<Prediction['recalibrated']>
      | SeriesSummary['why']
      | Warning
      | WhyNot
      | WhyWithheld,
  ) => string,
): CaseNumbers {
  const filed = ({ restsOn, recalibrated, ...one }: Prediction): FilePrediction => ({
    ...one,
    restsOn: say(restsOn),
    restsOnCode: restsOn,
    ...(recalibrated ? { recalibrated: say(recalibrated), recalibratedCode: recalibrated } : {}),
  });
  const prediction = (one: Prediction | null): FilePrediction | null => one && filed(one);
  const rated = (
    one: Readonly<Record<keyof RatedPredictions, Prediction | null>>,
  ): Record<keyof RatedPredictions, FilePrediction | null> => ({
    covariates: prediction(one.covariates),
    fiveAnswers: prediction(one.fiveAnswers),
    fused: prediction(one.fused),
  });
  const { yes, why } = survival.applies;
  const { warnings } = result;
  return {
    synthetic: study.series.some(({ why }) => why.code === 'simulated'),
    series: study.series.map((series) => ({ ...series, reason: say(series.why) })),
    refused: result.refused.map((one) => ({ reason: say(one.why), ...one })),
    segmentation: result.segmentation,
    corrections: result.corrections,
    scar: result.scar,
    // They hold for what the network drew, not for what a reader drew.
    intervals: knownIntervals(result),
    survival: {
      ...survival,
      applies: { yes, why: why.map(say), whyCodes: why },
      covariates: prediction(survival.covariates),
      image: prediction(survival.image),
      fused: prediction(survival.fused),
      fiveAnswers: prediction(survival.fiveAnswers),
      atRate: survival.atRate && {
        afterInfarct: rated(survival.atRate.afterInfarct),
        heartFailure: rated(survival.atRate.heartFailure),
      },
      hospital: survival.hospital && {
        ...rated(survival.hospital),
        image: prediction(survival.hospital.image),
        calibration: toldCalibration(survival.hospital.calibration),
      },
      withheld: survival.withheld && say(survival.withheld),
      withheldCode: survival.withheld,
    },
    warnings: warnings.map(say),
    warningCodes: warnings.filter(({ code }) => code !== 'sentence'),
    models: Object.fromEntries(cards.map(({ name, sha256 }) => [name, sha256])),
  };
}
