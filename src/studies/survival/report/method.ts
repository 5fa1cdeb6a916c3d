import { MEMBERS } from '../musicStudy.ts';
import type { ReportInput } from './reportInput.ts';

export function method({ music, whas }: ReportInput): string[] {
  const recipes = music.runs.flatMap((run) => run.recipes);
  const count = (depth: number): number => recipes.filter((recipe) => recipe.depth === depth).length;
  return [
    '## How it was measured',
    '',
    `- Event: sudden cardiac death (cause 3); other deaths, transplantation and loss censor. Horizon: ${music.study.horizonYears} years.`,
    `- ${music.study.folds} folds, ${music.runs.length} repeats, stratified by event and aetiology. All that is learned (scaling, the mean for what is missing, penalty,`,
    '  epochs, depth, calibration, thresholds) is learned inside each training part, penalty, epochs and depth by five-fold',
    '  cross-validation, twice, of the likelihood within it.',
    `- Depth 0 to 5 in the search; hidden layers are taken where they gain more than two standard errors. Chosen in the ${recipes.length} fits, by depth 0 to 5: ${[0, 1, 2, 3, 4, 5].map(count).join(', ')}.`,
    `- ${MEMBERS} members, refits on balanced bootstrap samples, averaged on mu and sigma.`,
    "- C (Harrell's, and Uno's up to the horizon), AUC, balanced accuracy and F1 count within a fold, whose predictions come from one",
    '  model, and add up over the folds of a repeat. Thresholds (Youden, best F1) are those of the training part.',
    '- Brier score with inverse probability of censoring weights (Graf 1999); IBS is its mean over 0 to the horizon: the integral by',
    '  the trapezoid rule on 100 steps, divided by the horizon, with 0 at time 0.',
    '- Ranges in brackets are the 5th to 95th percentile over the repeats: how much the split matters, not how much the patients do.',
    "- Kaplan-Meier, Aalen-Johansen, Cox, C, Brier, AUC, ROC and log-rank are checked against R's survival, prodlim and riskRegression",
    '  to 1e-6 in the tests.',
    `- WHAS500: the same networks and Cox, horizon ${whas.study.horizonYears.toFixed(2)} years (when nine of ten of its deaths had come), 10 members.`,
    '- Cut down to fit a laptop: of the depths above 0 only the best of the first inner repeat goes on to the second; the device-free',
    '  sensitivity analysis has fewer repeats.',
    '',
  ];
}
