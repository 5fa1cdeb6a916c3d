import type { Band } from '../../../core/patient/interval.ts';
import { observedRisk } from '../../../core/statistics/calibration.ts';
import type { Scores } from '../../../nn/training/crossValidateSurvival.ts';
import { spreadOf } from '../survivalStudy.ts';
import { coverage } from '../bandStudy.ts';
import type { BandStudies } from './bands.ts';
import { percent, signed, table } from './markdown.ts';
import { COX, type GroupData, NET, type ReportInput, type StudyRuns } from './reportInput.ts';

const verdict = (met: boolean): string => (met ? 'met' : '**not met**');

export function opening({ music, network }: ReportInput): string[] {
  return [
    '# Validation of the survival models',
    '',
    'Written by `npm run report:survival` from the public data sets in [data.md](data.md) and the weights in `public/models`; every',
    `figure is computed by it. ${music.study.folds}-fold cross-validation, ${music.runs.length} repeats. The shipped covariate branch has ${network.members.length} members with ${network.depth} hidden layers.`,
    '',
  ];
}

export function targets(
  { music, whas, network, fiveAnswers }: ReportInput,
  all: GroupData,
  ischaemic: GroupData,
  studies: BandStudies,
): string[] {
  const difference = ({ runs }: StudyRuns, group: string, score: keyof Scores, other: string): number =>
    spreadOf(runs, group, NET, score).mean - spreadOf(runs, group, other, score).mean;
  const ratio = ({ cohort, years }: GroupData, group: string): number =>
    spreadOf(music.runs, group, NET, 'meanRisk').mean / observedRisk(cohort, years).observed - 1;
  const row = (what: string, value: number, floor: string, met: boolean): string[] => [
    what,
    signed(value),
    floor,
    verdict(met),
  ];
  const allC = difference(music, 'all', 'harrell', COX);
  const ischaemicC = difference(music, 'ischaemic', 'harrell', COX);
  const ischaemicOwn = difference(music, 'ischaemic', 'harrell', 'coxRidgeIschaemic');
  const allIbs = difference(music, 'all', 'ibs', 'km');
  const ischaemicIbs = difference(music, 'ischaemic', 'ibs', 'kmByAetiology');
  const whasC = difference(whas, 'all', 'harrell', COX);
  const c = spreadOf(music.runs, 'all', NET, 'harrell').mean;
  return [
    '## In short',
    '',
    'What was asked of the models before they were measured; comparisons are in the same folds:',
    '',
    ...table(
      ['Measure', 'Found', 'Asked for', ''],
      [
        row("MUSIC, all: Harrell's C less ridge Cox's", allC, '-0.005 or more', allC >= -0.005),
        row('MUSIC, ischaemic: the same, Cox learned from all', ischaemicC, '-0.010 or more', ischaemicC >= -0.01),
        row('MUSIC, ischaemic: Cox learned from the ischaemic', ischaemicOwn, '-0.010 or more', ischaemicOwn >= -0.01),
        row("MUSIC, all: IBS less Kaplan-Meier's", allIbs, 'below 0', allIbs < 0),
        row("MUSIC, ischaemic: IBS less their Kaplan-Meier's", ischaemicIbs, 'below 0', ischaemicIbs < 0),
        row(
          'MUSIC, all: mean 4-year risk over the observed, less 1',
          ratio(all, 'all'),
          'within 0.1',
          Math.abs(ratio(all, 'all')) < 0.1,
        ),
        row(
          'MUSIC, ischaemic: the same',
          ratio(ischaemic, 'ischaemic'),
          'within 0.1',
          Math.abs(ratio(ischaemic, 'ischaemic')) < 0.1,
        ),
        row(
          `WHAS500 (repeats: ${whas.runs.length}): Harrell's C less ridge Cox's`,
          whasC,
          '-0.01 or more',
          whasC >= -0.01,
        ),
        cOfFive(music, 'all', 0.715),
        cOfFive(music, 'ischaemic', 0.67),
        ...held('the covariate branch', studies.covariates, network.band),
        ...held('the five answers', studies.fiveAnswers, fiveAnswers.band),
      ],
    ),
    `A C of ${c.toFixed(2)} is modest: of 100 pairs of patients whose order of events is known, the model orders ${Math.round(100 * c)} correctly. It`,
    'is what these covariates can tell in this cohort, with any model.',
    '',
  ];
}

function cOfFive({ runs }: StudyRuns, group: string, floor: number): string[] {
  const value = spreadOf(runs, group, 'fiveAnswers', 'harrell').mean;
  const what = `Five answers, MUSIC, ${group}: Harrell's C`;
  return [what, value.toFixed(3), `${floor.toFixed(3)} or more`, verdict(value >= floor)];
}

function held(
  name: string,
  { cases }: BandStudies['covariates'],
  band: Pick<Band, 'refits' | 'shrinkage'>,
): string[][] {
  const { all, tenths } = coverage(cases, band);
  const worst = Math.min(...tenths);
  const what = `Simulated truth: held by the band of ${name}`;
  return [
    [what, percent(all), '87% to 93%', verdict(all >= 0.87 && all <= 0.93)],
    ['the same, in the worst tenth of risk', percent(worst, 0), '80% or more', verdict(worst >= 0.8)],
  ];
}
