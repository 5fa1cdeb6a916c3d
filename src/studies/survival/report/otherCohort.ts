import { observedRisk } from '../../../core/statistics/calibration.ts';
import { percent } from './markdown.ts';
import { groupData, type ReportInput } from './reportInput.ts';
import { scoreTable } from './scoreTable.ts';

export function otherCohort({ whas }: ReportInput): string[] {
  const { cohort, years } = groupData(whas, 'all');
  const { observed } = observedRisk(cohort, years);
  const depths = whas.runs.flatMap((run) => run.recipes.map(({ depth }) => depth));
  return [
    '## The recipe on another cohort: WHAS500',
    '',
    `${cohort.time.length} patients after an infarct, any death, as in \`npm run evaluate:survival -- whas500.csv --time lenfol --event fstat`,
    `--time-unit days\` with ${whas.runs.length} of its repeats. The networks learn it anew: a test of the recipe, not of the shipped weights.`,
    '',
    ...scoreTable(whas, 'all'),
    `Observed risk at ${years.toFixed(2)} years: ${percent(observed)}. Hidden layers were chosen in ${depths.filter((depth) => depth > 0).length} of ${depths.length} fits.`,
    '',
  ];
}
