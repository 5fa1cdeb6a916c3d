import { quantiles } from '../../../core/quantiles.ts';
import { Random } from '../../../core/random.ts';
import { observedRisk } from '../../../core/statistics/calibration.ts';
import { kaplanMeier } from '../../../core/statistics/kaplanMeier.ts';
import { logRank } from '../../../core/statistics/logRank.ts';
import { type Bootstrapped, pairedBootstrapC } from '../../../core/statistics/pairedBootstrap.ts';
import { timeDependentRoc } from '../../../core/statistics/timeDependentRoc.ts';
import { COLOURS, COMPARED } from './figureStyle.ts';
import { percent, table } from './markdown.ts';
import { COX, type GroupData, groupData, NET, type ReportInput, SEED } from './reportInput.ts';
import { scoreTable } from './scoreTable.ts';
import type { Panel, Series } from './svgFigure.ts';

const BOOTSTRAPS = 500;

/** 95% limits over patients of the branch's C, and of its difference from Cox's. */
function overPatients({ cohort, risk }: GroupData): { readonly c: string; readonly lessCox: string } {
  const { c, difference } = pairedBootstrapC(cohort, risk[NET], risk[COX], BOOTSTRAPS, new Random(SEED));
  const limits = ({ low, high }: Bootstrapped): string => `${low.toFixed(3)} to ${high.toFixed(3)}`;
  return { c: limits(c), lessCox: limits(difference) };
}

export function discrimination({ music }: ReportInput, all: GroupData, ischaemic: GroupData): string[] {
  const section = (name: string, group: string): string[] => {
    const data = groupData(music, group);
    const { observed, low, high } = observedRisk(data.cohort, data.years);
    const events = data.cohort.event.reduce((sum, d) => sum + d, 0);
    return [
      `### ${name}: ${data.cohort.time.length} patients, ${events} sudden deaths`,
      '',
      ...scoreTable(music, group),
      `Observed risk at ${data.years} years by Kaplan-Meier: ${percent(observed)} (95% ${percent(low)} to ${percent(high)}).`,
      '',
    ];
  };
  const spread = ([name, data]: readonly [string, GroupData]): string => {
    const { c, lessCox } = overPatients(data);
    return `${name}: C ${c}; less ridge Cox ${lessCox}.`;
  };
  const aucRows = ([name, { cohort, risk }]: readonly [string, GroupData]): string[] => [
    name,
    ...[1, 2, 3, 4].map((t) => timeDependentRoc(cohort, risk[NET], t, cohort).auc.toFixed(3)),
  ];
  const pair = [
    ['MUSIC, all', all],
    ['MUSIC, ischaemic', ischaemic],
  ] as const;
  return [
    '## Discrimination',
    '',
    ...section('All', 'all'),
    ...section('Ischaemic', 'ischaemic'),
    'LVEF with NYHA class and prior infarct, three numbers, rank all patients at least as well as the 18: NYHA class tells more than most',
    "of SSCAR's covariates. It is not among SSCAR's 22, and so not in the network.",
    '',
    '95% limits over patients (bootstrap of the patients, each with the mean of their out-of-fold risks):',
    '',
    ...pair.map((one) => `- ${spread(one)}`),
    '',
    'AUC at 1 to 4 years of that risk (cumulative cases, dynamic controls, censoring weighted):',
    '',
    ...table(['', '1', '2', '3', '4'], pair.map(aucRows)),
    '![ROC curves at 4 years](validation-roc.svg)',
    '',
    '![Freedom from sudden death by thirds of the predicted risk](validation-thirds.svg)',
    '',
    ...pair.map(([name, data]) => {
      const { chiSquare, degreesOfFreedom, p } = logRank(data.cohort, thirdsOf(data.risk[NET]), 3);
      return `- ${name}, thirds of the out-of-fold risk: log-rank chi-square ${chiSquare.toFixed(1)} on ${degreesOfFreedom} degrees of freedom, p ${p < 0.0001 ? '< 0.0001' : p.toFixed(4)}.`;
    }),
    '',
    '### By sex',
    '',
    ...section('Women', 'women'),
    ...section('Men', 'men'),
    'Few women died suddenly; their figures are uncertain. Ethnicity is not in the data, so no difference by it can be told.',
    '',
  ];
}

function thirdsOf(risk: Float64Array): Uint8Array {
  const limits = quantiles(risk, [1 / 3, 2 / 3]);
  return Uint8Array.from(risk, (value) => limits.filter((limit) => value > limit).length);
}

export function rocPanel(name: string, { cohort, risk, years }: GroupData): Panel {
  const axis = { from: 0, to: 1, percent: true };
  const series = COMPARED.map(({ model, name: label, colour }): Series => {
    const roc = timeDependentRoc(cohort, risk[model], years, cohort);
    const points = Array.from(
      roc.threshold,
      (_, k) => [roc.falsePositive[k] / roc.controls, roc.truePositive[k] / roc.cases] as const,
    );
    return { name: `${label}: ${roc.auc.toFixed(3)}`, colour, points: [[0, 0], ...points] };
  });
  const chance = { name: 'chance', colour: COLOURS.grey, dashed: true, points: [[0, 0] as const, [1, 1] as const] };
  return {
    title: `${name}: AUC at ${years} years`,
    x: { ...axis, label: '1 - specificity' },
    y: { ...axis, label: 'sensitivity' },
    legend: 'bottom right',
    series: [...series, chance],
  };
}

export function thirdsPanel(name: string, { cohort, risk, years }: GroupData): Panel {
  const third = thirdsOf(risk[NET]);
  const until = 5;
  const series = (['lowest third', 'middle third', 'highest third'] as const).map((label, k): Series => {
    const rows = [...third.keys()].filter((i) => third[i] === k);
    const km = kaplanMeier(
      Float64Array.from(rows, (i) => cohort.time[i]),
      Uint8Array.from(rows, (i) => cohort.event[i]),
    );
    const shown = [...km.time.keys()].filter((at) => km.time[at] <= until);
    return {
      name: label,
      colour: [COLOURS.other, COLOURS.net, COLOURS.cox][k],
      step: true,
      points: [[0, 1], ...shown.map((at) => [km.time[at], km.survival[at]] as const)],
      band: [[1, 1], ...shown.map((at) => [Math.max(0.6, km.lower[at]), km.upper[at]] as const)],
    };
  });
  return {
    title: `${name}, by risk at ${years} years`,
    x: { from: 0, to: until, percent: false, label: 'years' },
    y: { from: 0.6, to: 1, percent: true, label: 'free of sudden death' },
    legend: 'bottom right',
    series,
  };
}
