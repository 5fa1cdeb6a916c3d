import type { Reason } from '../../core/errors.ts';
import type { StackAnalysis } from '../analysing/analyse.ts';
import type { Analysis, Prediction, Survival, Warning, WhyNot } from '../analysing/analysis.ts';
import type { ModelCard } from '../analysing/models.ts';
import type { Study } from '../reading/study.ts';

/** A prediction with what it rests on as a sentence, and as a code beside it. */
interface FilePrediction extends Omit<Prediction, 'restsOn'> {
  readonly restsOn: string;
  readonly restsOnCode: Prediction['restsOn'];
}

/** The numbers of a case as JSON: each reason is a sentence, and stands beside as a code with its values. */
export interface CaseNumbers extends Omit<Analysis, 'survival' | 'warnings'> {
  readonly survival: Omit<Survival, 'applies' | 'covariates' | 'image' | 'fused'> & {
    readonly applies: {
      readonly yes: boolean;
      readonly why: readonly string[];
      readonly whyCodes: Survival['applies']['why'];
    };
    readonly covariates: FilePrediction | null;
    readonly image: FilePrediction | null;
    readonly fused: FilePrediction | null;
  };
  readonly warnings: readonly string[];
  readonly warningCodes: readonly Warning[];
}

/**
 * All of a case as it is written to a file: by the page and by `npm run predict` alike.
 * @param say a reason in English: files are read by programs, and by readers of any language
 */
export function toFile(
  study: Study,
  result: StackAnalysis,
  survival: Survival,
  cards: readonly Pick<ModelCard, 'name' | 'sha256'>[],
  say: (reason: Prediction['restsOn'] | Warning | WhyNot) => string,
): CaseNumbers {
  const prediction = (one: Prediction | null): FilePrediction | null =>
    one && { ...one, restsOn: say(one.restsOn), restsOnCode: one.restsOn };
  const { yes, why } = survival.applies;
  return {
    series: study.series,
    segmentation: result.segmentation,
    corrections: result.corrections,
    scar: result.scar,
    // They hold for what the network drew, not for what a reader did.
    intervals: result.corrections ? null : result.intervals,
    survival: {
      ...survival,
      applies: { yes, why: why.map(say), whyCodes: why },
      covariates: prediction(survival.covariates),
      image: prediction(survival.image),
      fused: prediction(survival.fused),
    },
    warnings: [...study.warnings, ...result.warnings.map(say)],
    warningCodes: result.warnings.filter(isCode),
    models: Object.fromEntries(cards.map(({ name, sha256 }) => [name, sha256])),
  };
}

const isCode = ({ code }: Reason): boolean => code !== 'sentence';
