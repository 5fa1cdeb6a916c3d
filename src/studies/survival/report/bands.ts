import type { Band } from '../../../core/patient/interval.ts';
import { bandStudy, covariatesBandRecipe, fiveAnswersBandRecipe } from '../bandRecipes.ts';
import { coverage, type BandCase, type Coverage } from '../bandStudy.ts';
import type { Recipe } from '../../../nn/training/trainCovariates.ts';
import { spreadOf } from '../survivalStudy.ts';
import { percent, table } from './markdown.ts';
import { NET, type ReportInput } from './reportInput.ts';

/** What a card says of how its weights were fitted. */
interface FittedBy {
  readonly recipe: { readonly ridgePenalty: number; readonly epochs: number; readonly hiddenLayers?: number };
}

function recipeOf(card: unknown): Recipe {
  const { ridgePenalty, epochs, hiddenLayers } = (card as FittedBy).recipe;
  return { penalty: ridgePenalty, epochs, depth: hiddenLayers ?? 0 };
}

/** How often the shown bands hold the truth, where it is known: on other simulated cohorts than they were fitted on. */
export function bands(input: ReportInput): string[] {
  const { patients, music, network, fiveAnswers, cards } = input;
  const c = (model: string): number => spreadOf(music.runs, 'all', model, 'harrell').mean;
  const ofNetwork = bandStudy(covariatesBandRecipe(patients, recipeOf(cards.covariates), c(NET)), patients, 'test');
  const five = fiveAnswersBandRecipe(patients, recipeOf(cards.fiveAnswers), c('fiveAnswers'));
  const ofFive = bandStudy(five.recipe, five.patients, 'test');
  const row = (name: string, cases: readonly BandCase[], band: Pick<Band, 'refits' | 'shrinkage'>): string[] => {
    const found: Coverage = coverage(cases, band);
    return [name, percent(found.all), ...found.tenths.map((share) => percent(share, 0)), found.halfWidth.toFixed(2)];
  };
  const plain = { refits: 1, shrinkage: 0 };
  return [
    '## Bands, with the truth known',
    '',
    'Whether a 90% band holds a patient’s true risk cannot be seen in MUSIC. So its patients, with their inputs and their follow-up, got',
    'outcomes from a law: the fitted one, its log-odds stretched or drawn in until the recipe tells simulated patients apart as well as',
    `MUSIC's (here by ${ofNetwork.stretch} for the covariate branch and ${ofFive.stretch} for the five answers). The recipe learned from 20 such cohorts, and the bands`,
    'of the ischaemic were held against the law, by tenths of the true risk. A plain band of refits is too narrow: a ridge draws',
    'every refit towards the mean alike. The shown band widens the refits by a factor and adds a share of the distance from the mean,',
    'both fitted on 20 other cohorts.',
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
