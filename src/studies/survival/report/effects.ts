import { COVARIATES } from '../../../core/patient/covariates.ts';
import { logOddsOfRisk } from '../../../core/patient/logLogistic.ts';
import { quantiles } from '../../../core/quantiles.ts';
import { explainCovariates } from '../../../nn/explainCovariates.ts';
import { membersAt } from '../../../nn/networks/covariateBranch.ts';
import { mean, table } from './markdown.ts';
import { LOOKED_AT_YEARS } from './missingInputs.ts';
import { INCIDENCE_YEARS } from './netAndCrude.ts';
import type { ReportInput } from './reportInput.ts';

/** Shapley values take about a second for ten patients: only every nth ischaemic patient is used. */
const EXPLAINED_EVERY = 5;

export function effects({ patients, network }: ReportInput): string[] {
  const said = (j: number, value: number): number[] => {
    const x = network.mean.map((one, k) => (k === j ? value : one));
    return membersAt(network, x).map((law) => logOddsOfRisk(law, INCIDENCE_YEARS));
  };
  const explained = patients
    .filter(({ ischaemic }) => ischaemic)
    .filter((_, i) => i % EXPLAINED_EVERY === 0)
    .map(({ covariates }) => explainCovariates(network, covariates, { ischaemic: true }));
  const farthestOff = Math.max(
    ...explained.map(({ logOdds, meanLogOdds, effects: parts }) =>
      Math.abs(parts.reduce((sum, part) => sum + part.logOdds, 0) - (logOdds - meanLogOdds)),
    ),
  );
  return [
    '## What the shipped weights say',
    '',
    `Odds ratio of sudden death by ${INCIDENCE_YEARS} years between two patients who differ in one input alone, the rest at the mean; median of the`,
    'members, with the 5th to 95th percentile over these refits. Shrunk by the ridge, and associations only. Beside it, how far the',
    `input moves the log-odds at ${LOOKED_AT_YEARS} years of one patient from their mean: the mean absolute Shapley value, as the page explains a`,
    `curve, of ${explained.length} of the ischaemic. Its parts add up to the output less its mean within ${farthestOff.toExponential(0)} in each of them.`,
    '',
    ...table(
      ['input', 'odds ratio', 'Shapley'],
      network.inputs.map((id, j) => {
        const spec = COVARIATES.find((one) => one.id === id);
        const lower = said(j, 0);
        const ratios = said(j, 1).map((value, m) => Math.exp(value - lower[m]));
        const [p5, median, p95] = quantiles(ratios, [0.05, 0.5, 0.95]).map((ratio) => ratio.toFixed(2));
        // To the network a number has mean 0 and SD 1.
        const label =
          spec?.kind === 'number'
            ? `${spec.label}, ${network.scaling[j].scale.toFixed(1)} ${spec.unit} more`
            : (spec?.label ?? 'Ischaemic heart disease');
        const parts = explained.flatMap(({ effects: all }) => all.filter((one) => one.id === id));
        return [label, `${median} (${p5} to ${p95})`, mean(parts.map(({ logOdds }) => Math.abs(logOdds))).toFixed(2)];
      }),
    ),
  ];
}
