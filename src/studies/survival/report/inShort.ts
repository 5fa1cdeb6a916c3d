import { observedRisk } from '../../../core/statistics/calibration.ts';
import type { Scores } from '../../../nn/training/crossValidateSurvival.ts';
import { spreadOf } from '../survivalStudy.ts';
import { signed, table } from './markdown.ts';
import { COX, type GroupData, NET, type ReportInput, type StudyRuns } from './reportInput.ts';

export function opening({ music, network }: ReportInput): string[] {
  return [
    '# Validation of the survival models',
    '',
    'Written by `npm run report:survival` from the public data sets in [data.md](data.md) and the weights in `public/models`; every',
    `figure is computed by it. ${music.study.folds}-fold cross-validation, ${music.runs.length} repeats. The shipped covariate branch has ${network.members.length} members with ${network.depth} hidden layers.`,
    '',
  ];
}

export function targets({ music, whas }: ReportInput, all: GroupData, ischaemic: GroupData): string[] {
  const difference = ({ runs }: StudyRuns, group: string, score: keyof Scores, other: string): number =>
    spreadOf(runs, group, NET, score).mean - spreadOf(runs, group, other, score).mean;
  const ratio = ({ cohort, years }: GroupData, group: string): number =>
    spreadOf(music.runs, group, NET, 'meanRisk').mean / observedRisk(cohort, years).observed - 1;
  const row = (what: string, value: number, floor: string, met: boolean): string[] => [
    what,
    signed(value),
    floor,
    met ? 'met' : '**not met**',
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
    'What was asked of the covariate branch before it was measured, in the same folds:',
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
      ],
    ),
    `A C of ${c.toFixed(2)} is modest: of 100 pairs of patients whose order of events is known, the model puts ${Math.round(100 * c)} the right way round. It`,
    'is what these covariates hold in this cohort, by whatever model.',
    '',
  ];
}
