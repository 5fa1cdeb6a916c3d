import { type CalibrationCurve, calibrationGroups } from '../../../core/statistics/calibration.ts';
import { asPredicted, COLOURS } from './figureStyle.ts';
import { percent, table } from './markdown.ts';
import { type GroupData, NET } from './reportInput.ts';
import type { Panel } from './svgFigure.ts';

export function calibration(
  named: readonly (readonly [string, GroupData])[],
  curves: readonly CalibrationCurve[],
): string[] {
  return [
    '## Calibration',
    '',
    'Out-of-fold risk (mean over the repeats) against what was observed. Fifths by Kaplan-Meier; the curve by Cox regression on a',
    'spline of the predicted risk (Austin 2020) with a 95% bootstrap band. ICI: mean distance between predicted and smoothed observed',
    'risk; E50, E90: its median and 90th percentile. Slope: 1 is right, below 1 the predictions are too extreme.',
    '',
    '![Calibration](validation-calibration.svg)',
    '',
    ...table(
      ['', 'ICI', 'E50', 'E90', 'slope'],
      named.map(([name], k) => [
        name,
        ...[curves[k].ici, curves[k].e50, curves[k].e90].map((value) => percent(value, 2)),
        curves[k].slope.toFixed(2),
      ]),
    ),
    ...named.flatMap(([name, { cohort, risk, years }]) => [
      `${name}, at ${years.toFixed(2)} years:`,
      '',
      ...table(
        ['fifth', 'patients', 'mean predicted', 'observed (95% limits)'],
        calibrationGroups(cohort, risk[NET], years, 5).map((group, k) => [
          String(k + 1),
          String(group.patients),
          percent(group.meanPredicted),
          `${percent(group.observed)} (${percent(group.low)} to ${percent(group.high)})`,
        ]),
      ),
    ]),
  ];
}

export function calibrationPanel(name: string, { cohort, risk, years }: GroupData, curve: CalibrationCurve): Panel {
  const groups = calibrationGroups(cohort, risk[NET], years, 5);
  const most = Math.max(...groups.map(({ high }) => high), ...curve.predicted);
  const to = Math.min(1, Math.ceil(most * 10) / 10);
  const axis = { from: 0, to, percent: true };
  const inside = [...curve.predicted.keys()];
  return {
    title: `${name}, at ${years.toFixed(1)} years`,
    x: { ...axis, label: 'predicted risk' },
    y: { ...axis, label: 'observed risk' },
    legend: 'top left',
    series: [
      asPredicted(to),
      {
        name: 'smoothed, 95% band',
        colour: COLOURS.net,
        points: inside.map((k) => [curve.predicted[k], Math.min(to, curve.observed[k])] as const),
        band: inside.map((k) => [curve.low[k], Math.min(to, curve.high[k])] as const),
      },
    ],
    marks: groups.map(({ meanPredicted, observed, low, high }) => ({ x: meanPredicted, y: observed, low, high })),
  };
}
