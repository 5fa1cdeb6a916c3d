import type { Band } from '../../../core/patient/interval.ts';
import { bandStudy, covariatesBandRecipe, fiveAnswersBandRecipe } from '../bandRecipes.ts';
import { coverage, type BandCase, type Coverage } from '../bandStudy.ts';
import type { Recipe } from '../../../nn/training/trainCovariates.ts';
import { spreadOf } from '../survivalStudy.ts';
import { percent, table } from './markdown.ts';
import { NET, type ReportInput } from './reportInput.ts';

/** What a card says about how its weights were fitted. */
interface FittedBy {
  readonly recipe: { readonly ridgePenalty: number; readonly epochs: number; readonly hiddenLayers?: number };
}

function recipeOf(card: unknown): Recipe {
  const { ridgePenalty, epochs, hiddenLayers } = (card as FittedBy).recipe;
  return { penalty: ridgePenalty, epochs, depth: hiddenLayers ?? 0 };
}

/** Patients with a known truth, from simulated cohorts other than those that the bands were fitted to. */
export interface BandStudies {
  readonly covariates: ReturnType<typeof bandStudy>;
  readonly fiveAnswers: ReturnType<typeof bandStudy>;
}

export function bandStudies({ patients, music, cards }: ReportInput): BandStudies {
  const c = (model: string): number => spreadOf(music.runs, 'all', model, 'harrell').mean;
  const five = fiveAnswersBandRecipe(patients, recipeOf(cards.fiveAnswers), c('fiveAnswers'));
  return {
    covariates: bandStudy(covariatesBandRecipe(patients, recipeOf(cards.covariates), c(NET)), patients, 'test'),
    fiveAnswers: bandStudy(five.recipe, five.patients, 'test'),
  };
}

/** How often the shown bands hold the truth, where it is known. */
export function bands({ network, fiveAnswers }: ReportInput, studies: BandStudies): string[] {
  const { covariates: ofNetwork, fiveAnswers: ofFive } = studies;
  const row = (name: string, cases: readonly BandCase[], band: Pick<Band, 'refits' | 'shrinkage'>): string[] => {
    const found: Coverage = coverage(cases, band);
    return [name, percent(found.all), ...found.tenths.map((share) => percent(share, 0)), found.halfWidth.toFixed(2)];
  };
  const plain = { refits: 1, shrinkage: 0 };
  return [
    '## Bands, with the truth known',
    '',
    'Whether a 90% band holds a patient’s true risk cannot be seen in MUSIC. So its patients kept their inputs and follow-up and were given',
    'outcomes from the fitted distribution, with its log-odds multiplied until the recipe discriminates simulated patients as well as',
    `MUSIC's (here by ${ofNetwork.stretch} for the covariate branch and ${ofFive.stretch} for the five answers). The recipe was fitted on 20 such cohorts, and the bands`,
    'of the ischaemic patients were compared with the true risk, by its tenths. A plain band of refits is too narrow, because a ridge draws',
    'every refit towards the mean. The band on the page widens the refits by a factor and adds a share of the distance from the mean;',
    'both were fitted on 20 other cohorts.',
    '',
    ...table(
      ['Band', 'holds', ...Array.from({ length: 10 }, (_, k) => `tenth ${k + 1}`), 'mean half-width, log-odds'],
      [
        row('covariate branch, plain refits', ofNetwork.cases, plain),
        row(
          `**covariate branch, as shown** (refits x ${network.band.refits.toFixed(2)}, shrinkage ${network.band.shrinkage})`,
          ofNetwork.cases,
          network.band,
        ),
        row('five answers, plain refits', ofFive.cases, plain),
        row(
          `**five answers, as shown** (refits x ${fiveAnswers.band.refits.toFixed(2)}, shrinkage ${fiveAnswers.band.shrinkage})`,
          ofFive.cases,
          fiveAnswers.band,
        ),
      ],
    ),
  ];
}
