import { MEMBERS } from '../musicStudy.ts';
import type { ReportInput } from './reportInput.ts';

export function method({ music, whas }: ReportInput): string[] {
  const recipes = music.runs.flatMap((run) => run.recipes);
  const count = (depth: number): number => recipes.filter((recipe) => recipe.depth === depth).length;
  return [
    '## How it was measured',
    '',
    `- Event: sudden cardiac death (cause 3); other deaths, transplantation and loss to follow-up are censored. Horizon: ${music.study.horizonYears} years.`,
    `- ${music.study.folds} folds, ${music.runs.length} repeats, stratified by event and aetiology. Everything (scaling, the mean for missing values, penalty,`,
    '  epochs, depth, calibration, thresholds) is learned inside each training part. Penalty, epochs and depth are chosen by five-fold',
    '  cross-validation of the likelihood within it, done twice.',
    `- Depths of 0 to 5 are searched; hidden layers are used if they gain more than two standard errors. Chosen in the ${recipes.length} fits, by depth 0 to 5: ${[0, 1, 2, 3, 4, 5].map(count).join(', ')}.`,
    `- ${MEMBERS} members, refits on balanced bootstrap samples, averaged on mu and sigma.`,
    "- C (Harrell's, and Uno's up to the horizon), AUC, balanced accuracy and F1 are computed within a fold, whose predictions come from one",
    '  model, and are summed over the folds of a repeat. Thresholds (Youden, best F1) come from the training part.',
    '- The Brier score uses inverse probability of censoring weights (Graf 1999). IBS is its mean from 0 to the horizon: the integral by',
    '  the trapezoid rule in 100 steps, divided by the horizon, with 0 at time 0.',
    '- Ranges in brackets are the 5th to 95th percentile over the repeats. They show how much the split matters, not how much the choice of patients does.',
    "- Kaplan-Meier, Aalen-Johansen, Cox, C, Brier, AUC, ROC and log-rank are checked against R's survival, prodlim and riskRegression",
    '  to 1e-6 in the tests.',
    `- WHAS500: the same networks and Cox, horizon ${whas.study.horizonYears.toFixed(2)} years (when nine of ten of its deaths had come), 10 members.`,
    '- To fit a laptop, only the best depth above 0 of the first inner repeat enters the second, and the device-free',
    '  sensitivity analysis has fewer repeats.',
    '',
  ];
}
