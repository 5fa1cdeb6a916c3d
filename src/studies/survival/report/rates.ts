import { type LogLogistic, risk } from '../../../core/patient/logLogistic.ts';
import { LOW_LVEF_PERCENT, shiftAt, type LvefShift } from '../../../core/patient/lvefShift.ts';
import { CONTEMPORARY_RATES, HORIZON_YEARS, PUBLISHED_RATES, risksAtRate } from '../../../core/patient/rates.ts';
import { shifted } from '../../../core/patient/recalibration.ts';
import { covariateBranch } from '../../../nn/networks/covariateBranch.ts';
import { FIVE_ANSWERS, fiveAnswersBranch, fiveAnswersOf, PATTERNS } from '../../../nn/networks/fiveAnswers.ts';
import { mean, percent, table } from './markdown.ts';
import type { ReportInput } from './reportInput.ts';

const CLASSES = [
  ['low', '<= 35%'],
  ['high', '> 35%'],
] as const;

/** Each contemporary rate with its source, and what the shipped branches predict for MUSIC's ischaemic patients at it. */
export function rates({ patients, network, fiveAnswers: model }: ReportInput): string[] {
  const ischaemic = patients.filter((patient) => patient.ischaemic && patient.covariates.lvef !== undefined);
  const answered = ischaemic.flatMap(({ covariates, ...facts }) => {
    const answers = fiveAnswersOf(covariates, facts);
    const isWhole = FIVE_ANSWERS.every((id) => answers[id] !== undefined);
    const law = fiveAnswersBranch(model, answers, { ischaemic: true });
    return isWhole ? [{ law, lvef: covariates.lvef ?? NaN }] : [];
  });
  const covariates = ischaemic.map((patient) => ({
    law: covariateBranch(network, patient.covariates, { ischaemic: true }),
    lvef: patient.covariates.lvef ?? NaN,
  }));
  const full = model.patterns[PATTERNS - 1].recalibration.rates;
  const meanRisk = (
    of: readonly { readonly law: LogLogistic; readonly lvef: number }[],
    end: keyof LvefShift,
    shift: LvefShift,
  ): number =>
    mean(
      of.flatMap(({ law, lvef }) =>
        lvef <= LOW_LVEF_PERCENT === (end === 'low') ? [risk(shifted(law, shiftAt(shift, lvef)), HORIZON_YEARS)] : [],
      ),
    );
  const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(2)}`;
  return [
    '## At a contemporary rate',
    '',
    'MUSIC’s patients were enrolled in 2003 and 2004, and all had heart failure. The page can show the curve at a rate published',
    'since then (`src/core/patient/rates.ts`): the log-odds are shifted by LVEF (a ramp from 30 to 40%) until the mean net risk by',
    `${HORIZON_YEARS} years of MUSIC's ischaemic patients, up to 35% and above, is 1 - exp(-${HORIZON_YEARS} x rate). The order of patients by risk stays as learned.`,
    'The choice of the cohort adds 0.72 on the log-odds to the interval, in squares.',
    '',
    ...table(
      [
        'Rate',
        'LVEF',
        'sudden deaths per 100 patient-years',
        'net risk asked for',
        'covariate branch: shift, mean risk',
        'five answers, all known: shift, mean risk',
        'source',
      ],
      CONTEMPORARY_RATES.flatMap((rate) =>
        CLASSES.map(([end, name]) => {
          const ofNetwork = network.recalibration.rates[rate];
          return [
            rate === 'afterInfarct' ? 'after an infarct' : 'heart failure',
            name,
            (100 * PUBLISHED_RATES[rate].suddenDeathsPerYear[end]).toFixed(2),
            percent(risksAtRate(rate)[end], 2),
            `${signed(ofNetwork[end])}, ${percent(meanRisk(covariates, end, ofNetwork), 2)}`,
            `${signed(full[rate][end])}, ${percent(meanRisk(answered, end, full[rate]), 2)}`,
            PUBLISHED_RATES[rate].sources[end],
          ];
        }),
      ),
    ),
  ];
}
