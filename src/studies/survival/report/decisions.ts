import { decisionCurve } from '../../../core/statistics/decisionCurve.ts';
import { COLOURS, COMPARED } from './figureStyle.ts';
import { percent, table } from './markdown.ts';
import { COX, type GroupData, MODEL_NAMES, NET } from './reportInput.ts';
import type { Panel, Series } from './svgFigure.ts';

export function decisions(all: GroupData, ischaemic: GroupData): string[] {
  const at = [0.05, 0.1, 0.15, 0.2];
  const rows = (name: string, { cohort, risk, years }: GroupData): string[][] =>
    [NET, COX, 'lvefNyhaInfarct', 'lvef35'].map((model) => [
      `${name}: ${MODEL_NAMES[model]}`,
      ...decisionCurve(cohort, risk[model], years, at).map(({ netBenefit }) => (1000 * netBenefit).toFixed(1)),
    ]);
  const treatAll = (name: string, { cohort, risk, years }: GroupData): string[] => [
    `${name}: all`,
    ...decisionCurve(cohort, risk[NET], years, at).map(({ netBenefitOfTreatingAll }) =>
      (1000 * netBenefitOfTreatingAll).toFixed(1),
    ),
  ];
  return [
    '## Decision curve',
    '',
    'Net benefit at 4 years: true positives less false ones weighted by the odds of the threshold, for each 1,000 patients, of acting',
    'on those whose risk is the threshold or more (Vickers 2008). Not a recommendation of any threshold.',
    '',
    '![Decision curves](validation-decision.svg)',
    '',
    ...table(
      ['Acting by', ...at.map((threshold) => `at ${percent(threshold, 0)}`)],
      [...rows('all', all), treatAll('all', all), ...rows('ischaemic', ischaemic), treatAll('ischaemic', ischaemic)],
    ),
  ];
}

export function decisionPanel(name: string, { cohort, risk, years }: GroupData): Panel {
  const thresholds = Array.from({ length: 57 }, (_, k) => 0.02 + k * 0.005);
  const curveOf = (model: string): ReturnType<typeof decisionCurve> =>
    decisionCurve(cohort, risk[model], years, thresholds);
  const top = curveOf(NET)[0].netBenefitOfTreatingAll * 1.15;
  const least = -0.02;
  return {
    title: `${name}, at ${years} years`,
    x: { from: 0, to: 0.3, percent: true, label: 'threshold' },
    y: { from: least, to: top, percent: false, label: 'net benefit' },
    legend: 'top right',
    series: [
      ...COMPARED.map(({ model, name: label, colour }): Series => {
        return { name: label, colour, points: curveOf(model).map((one) => [one.threshold, one.netBenefit] as const) };
      }),
      {
        name: 'act on all',
        colour: COLOURS.grey,
        dashed: true,
        points: curveOf(NET)
          .filter(({ netBenefitOfTreatingAll }) => netBenefitOfTreatingAll >= least)
          .map((one) => [one.threshold, one.netBenefitOfTreatingAll] as const),
      },
    ],
  };
}
