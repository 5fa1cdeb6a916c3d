import { crudeRisk, otherDeathRisk } from '../../../core/patient/crudeRisk.ts';
import { aalenJohansen } from '../../../core/statistics/aalenJohansen.ts';
import { stepAt } from '../../../core/statistics/kaplanMeier.ts';
import { covariateBranch } from '../../../nn/networks/covariateBranch.ts';
import { COLOURS } from './figureStyle.ts';
import { mean, percent, table } from './markdown.ts';
import type { ReportInput } from './reportInput.ts';
import type { Panel, Series } from './svgFigure.ts';

export const INCIDENCE_YEARS = 4;

function ischaemicIncidence({ patients, network }: ReportInput): {
  readonly observed: ReturnType<typeof aalenJohansen>;
  readonly predicted: (t: number) => { readonly sudden: number; readonly other: number };
} {
  const ischaemic = patients.filter((patient) => patient.ischaemic);
  const laws = ischaemic.map(({ covariates }) => covariateBranch(network, covariates, { ischaemic: true }));
  return {
    observed: aalenJohansen(
      Float64Array.from(ischaemic, ({ timeYears }) => timeYears),
      Uint8Array.from(ischaemic, ({ status }) => status),
      2,
    ),
    predicted: (t) => ({
      sudden: mean(laws.map((law) => crudeRisk(law, law.otherDeathHazardPerYear, t))),
      other: mean(laws.map((law) => otherDeathRisk(law, law.otherDeathHazardPerYear, t))),
    }),
  };
}

export function netAndCrude(input: ReportInput): string[] {
  const { observed, predicted } = ischaemicIncidence(input);
  const at = (values: Float64Array): number => stepAt(observed.time, values, INCIDENCE_YEARS, 0);
  const row = (name: string, cause: number, value: number): string[] => [
    name,
    percent(value),
    `${percent(at(observed.incidence[cause]))} (${percent(at(observed.lower[cause]))} to ${percent(at(observed.upper[cause]))})`,
  ];
  const model = predicted(INCIDENCE_YEARS);
  return [
    '## Net and crude risk',
    '',
    'The curve is the net risk: sudden death if no other death came first. Beside it the page shows the crude risk, with a hazard of',
    `other death (constant in time, by age, LVEF and aetiology) at work. The shipped weights on the ischaemic, in sample, at ${INCIDENCE_YEARS} years:`,
    '',
    ...table(
      ['', 'mean predicted', 'observed by Aalen-Johansen (95% limits)'],
      [row('sudden death', 0, model.sudden), row('other death first', 1, model.other)],
    ),
    '![Cumulative incidence in the ischaemic](validation-incidence.svg)',
    '',
    `A hundred of the ischaemic were followed for ${input.network.followUpYears.toFixed(2)} years. Beyond that the curve is extrapolated, and drawn so.`,
    '',
  ];
}

export function incidencePanel(input: ReportInput): Panel {
  const { observed, predicted } = ischaemicIncidence(input);
  const until = 5;
  const shown = [...observed.time.keys()].filter((at) => observed.time[at] <= until);
  const seen = (name: string, cause: number, colour: string): Series => ({
    name,
    colour,
    step: true,
    points: [[0, 0], ...shown.map((at) => [observed.time[at], observed.incidence[cause][at]] as const)],
    band: [[0, 0], ...shown.map((at) => [observed.lower[cause][at], observed.upper[cause][at]] as const)],
  });
  const years = Array.from({ length: 26 }, (_, k) => k / 5);
  const said = (name: string, of: 'sudden' | 'other', colour: string): Series => ({
    name,
    colour,
    dashed: true,
    points: years.map((t) => [t, t === 0 ? 0 : predicted(t)[of]] as const),
  });
  return {
    title: 'MUSIC, ischaemic',
    x: { from: 0, to: until, percent: false, label: 'years' },
    y: { from: 0, to: 0.35, percent: true, label: 'cumulative incidence' },
    legend: 'top left',
    series: [
      seen('sudden death, observed', 0, COLOURS.net),
      said('sudden death, predicted', 'sudden', COLOURS.net),
      seen('other death, observed', 1, COLOURS.cox),
      said('other death, predicted', 'other', COLOURS.cox),
    ],
  };
}
