import type { Prediction } from '../../pipeline/analysing/analysis.ts';
import type { RiskComments } from '../../pipeline/saving/exportCase.ts';
import type { ExportedSurvival } from '../../pipeline/saving/exportedSurvival.ts';
import { inEnglish } from './reasonsEn.ts';

/** What the DICOM report says below each risk: whether it applies, what it is for, what it rests on and how far it reaches. */
export function riskComments({
  applies,
  covariates,
  fiveAnswers,
  image,
  fused,
  hospital,
  withheld,
}: ExportedSurvival): RiskComments {
  const below = (prediction: Prediction | null): string[] =>
    prediction === null
      ? []
      : [
          ...applies.why.map((why) => `Does not apply: ${inEnglish(why)}`),
          'For research and teaching. Not a medical device.',
          ...(prediction.simulated ? ['Simulated: learned from simulated outcomes, in part or whole.'] : []),
          ...(prediction.recalibrated ? [inEnglish(prediction.recalibrated)] : []),
          inEnglish(prediction.restsOn),
          `Extrapolated beyond ${prediction.followUpYears.toFixed(1)} years, the follow-up of the patients it was learned from.`,
        ];
  return {
    covariates: below(covariates),
    fiveAnswers: below(fiveAnswers),
    image: below(image),
    fused: below(fused),
    hospital: {
      covariates: below(hospital?.covariates ?? null),
      fiveAnswers: below(hospital?.fiveAnswers ?? null),
      image: below(hospital?.image ?? null),
      fused: below(hospital?.fused ?? null),
    },
    withheld: withheld ? [inEnglish(withheld)] : [],
  };
}
