import { observedRisk } from '../../../core/statistics/calibration.ts';
import { LOW_LVEF_PERCENT } from '../../../core/patient/lvefShift.ts';
import { mean, percent, table } from './markdown.ts';
import type { ReportInput } from './reportInput.ts';

/** Calibration over time and by clinical groups, out of fold. */
export function calibrationInTime({ patients, music: { study, runs } }: ReportInput): string[] {
  const { models, years } = study.curves;
  const ischaemic = [...patients.keys()].filter((i) => patients[i].ischaemic);
  const lvefOf = (i: number): number => patients[i].covariates.lvef ?? NaN;
  const groups: readonly (readonly [name: string, rows: readonly number[]])[] = [
    ['all', [...patients.keys()]],
    ['ischaemic', ischaemic],
    ['ischaemic, LVEF <= 35%', ischaemic.filter((i) => lvefOf(i) <= LOW_LVEF_PERCENT)],
    ['ischaemic, LVEF > 35%', ischaemic.filter((i) => lvefOf(i) > LOW_LVEF_PERCENT)],
    ['ischaemic, NYHA II', ischaemic.filter((i) => patients[i].nyha === 2)],
    ['ischaemic, NYHA III', ischaemic.filter((i) => patients[i].nyha === 3)],
  ];
  const names: Readonly<Record<string, string>> = { logLogisticNet: 'covariate branch', fiveAnswers: 'five answers' };
  return [
    '### In time, by LVEF and by NYHA class',
    '',
    'Mean out-of-fold risk by 1 to 5 years beside Kaplan-Meier’s (95% limits). Both branches are calibrated inside the training part:',
    'the log-odds by LVEF (a ramp from 30 to 40%) and by aetiology to Kaplan-Meier’s 4-year risk up to 35% and above, and sigma to its',
    'risks by 1 to 5 years. NYHA class is an input of the five answers and not of the covariate branch, which cannot follow it.',
    '',
    ...table(
      ['', ...years.map((t) => `${t} ${t === 1 ? 'year' : 'years'}`)],
      groups.flatMap(([name, rows]) => {
        const cohort = {
          time: Float64Array.from(rows, (i) => study.cohort.time[i]),
          event: Uint8Array.from(rows, (i) => study.cohort.event[i]),
        };
        return [
          [
            `**${name}** (${rows.length}), observed`,
            ...years.map((t) => {
              const { observed, low, high } = observedRisk(cohort, t);
              return `${percent(observed)} (${percent(low)} to ${percent(high)})`;
            }),
          ],
          ...models.map((model) => [
            names[model] ?? model,
            ...years.map((_, k) => percent(mean(runs.map(({ curves }) => mean(rows.map((i) => curves[model][k][i])))))),
          ]),
        ];
      }),
    ),
  ];
}
