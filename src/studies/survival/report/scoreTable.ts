import type { Scores } from '../../../nn/training/crossValidateSurvival.ts';
import { spreadOf } from '../survivalStudy.ts';
import { percent, table } from './markdown.ts';
import { MODEL_NAMES, type StudyRuns } from './reportInput.ts';

const SHOWN: readonly (keyof Scores)[] = [
  'harrell',
  'uno',
  'auc',
  'brier',
  'ibs',
  'balancedAccuracy',
  'f1',
  'meanRisk',
];

export function scoreTable({ study, runs }: StudyRuns, group: string): string[] {
  const cell = (model: string, score: keyof Scores): string => {
    const { mean: value, p5, p95 } = spreadOf(runs, group, model, score);
    if (score === 'meanRisk') return percent(value);
    if (score === 'brier' || score === 'ibs') return value.toFixed(4);
    return score === 'harrell' ? `${value.toFixed(3)} (${p5.toFixed(3)}-${p95.toFixed(3)})` : value.toFixed(3);
  };
  return table(
    ['Model', "Harrell's C", "Uno's C", 'AUC', 'Brier', 'IBS', 'balanced accuracy', 'F1', 'mean risk'],
    study.groups[group].models.map((model) => [
      MODEL_NAMES[model] ?? model,
      ...SHOWN.map((score) => cell(model, score)),
    ]),
  );
}
