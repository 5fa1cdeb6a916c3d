import { CONTEMPORARY_RATES } from '../../core/patient/rates.ts';
import { MYOCARDIUM_G_PER_ML, type Burden } from '../../core/scar/burden.ts';
import type { StackAnalysis } from '../analysing/analyse.ts';
import type { OrUnknown, Prediction, Warning, WhyNot } from '../analysing/analysis.ts';
import type { MeasureIntervals } from '../analysing/measureIntervals.ts';
import { DRAWN_BY, knownIntervals, whose } from '../analysing/whose.ts';
import type { ExportedSurvival, WhyWithheld } from './exportedSurvival.ts';
import type { FileReason } from '../reading/reasons.ts';

type Row = readonly [
  part: string,
  measure: string,
  value: number | string | null,
  unit: string,
  low?: number | null,
  high?: number | null,
  /** 'simulated' if simulated outcomes have a part in it. */
  basis?: string,
];

/**
 * The numbers of a case as CSV (RFC 4180), one per line: part, measure, value, unit, low, high, and 'simulated' as the
 * basis if simulated outcomes have a part in it. First, for a heart made by code, that it is not a patient's, and
 * whether the prediction applies, with each reason against it; then the parts: whole, slice 1 and so on, each threshold
 * method, each grey zone, and each branch of the prediction. Last, what must be known about the images, and how many
 * files were not used, by reason. It holds nothing about the patient.
 * @param say a reason in English
 */
export function toCsv(
  {
    scar,
    segmentation,
    survival,
    warnings,
    refused,
    corrections,
    intervals,
    isSynthetic,
  }: Pick<StackAnalysis, 'scar' | 'segmentation' | 'warnings' | 'refused' | 'corrections' | 'intervals'> & {
    readonly survival: ExportedSurvival;
    readonly isSynthetic: boolean;
  },
  say: (reason: FileReason | NonNullable<Prediction['recalibrated']> | Warning | WhyNot | WhyWithheld) => string,
): string {
  const rows: Row[] = [
    ...(isSynthetic ? ([['case', 'synthetic', 'made by code: not a patient', '']] as const) : []),
    ['prediction', 'applies', survival.applies.yes ? 'yes' : 'no', ''],
    ...survival.applies.why.map((why): Row => ['prediction', 'does not apply', say(why), '']),
    ...(survival.withheld ? [['prediction', 'withheld', say(survival.withheld), ''] as const] : []),
    ...burdenRows('whole', scar, knownIntervals({ corrections, intervals, scar })),
    ['whole', 'drawn by', DRAWN_BY[whose({ segmentation, corrections })], ''],
    ...(scar.excluded ? [['whole', 'slices left out by the reader', numbersOf(scar.excluded), ''] as const] : []),
    ['whole', 'plausibility', segmentation.casePlausibility, '1'],
    ...scar.perSlice.flatMap((slice): Row[] => [
      ...burdenRows(`slice ${slice.slice + 1}`, slice, null),
      [`slice ${slice.slice + 1}`, 'plausibility', segmentation.plausibility[slice.slice] ?? null, '1'],
    ]),
    ...Object.entries(scar.methods).flatMap(([key, method]): Row[] => [
      [key, 'scar volume', method.scarMl, 'mL'],
      [key, 'scar mass', method.scarG, 'g'],
      [key, 'scar burden', method.burdenPercent, '%'],
    ]),
    ...Object.entries(scar.greyZones).flatMap(([key, zone]): Row[] => [
      [`grey zone ${key}`, 'grey zone mass', zone.greyG, 'g'],
      [`grey zone ${key}`, 'core mass', zone.coreG, 'g'],
    ]),
    ['prediction', 'usual rate', survival.usualRate, ''],
    ['prediction', 'leading branch', survival.leads, ''],
    ...predictionRows('covariates', survival.covariates),
    ...predictionRows('fiveAnswers', survival.fiveAnswers),
    ...predictionRows('image', survival.image),
    ...predictionRows('fused', survival.fused),
    ...CONTEMPORARY_RATES.flatMap((rate) =>
      (['covariates', 'fiveAnswers', 'fused'] as const).flatMap((id) =>
        predictionRows(`${id} at ${rate}`, survival.atRate?.[rate][id] ?? null),
      ),
    ),
    ...(['covariates', 'fiveAnswers', 'image', 'fused'] as const).flatMap((id): Row[] => {
      const prediction = survival.hospital?.[id];
      if (!prediction?.recalibrated) return [];
      const part = `${id} by hospital's ${prediction.recalibrated.code === 'refittedOn' ? 'refit' : 'calibration'}`;
      return [[part, 'rests on', say(prediction.recalibrated), ''], ...predictionRows(part, prediction)];
    }),
    ...Object.entries(survival.imageEffects ?? {}).map(([effect, { factor, interval }]): Row => [
      'image',
      `factor of the odds against the average scar at ${effect} effect`,
      factor,
      '1',
      ...interval,
      'simulated',
    ]),
    ...warnings.map((warning): Row => ['images', 'warning', say(warning), '']),
    ...refused.map(({ why, files }): Row => ['files', `not used: ${say(why)}`, files, '1']),
  ];
  const header = 'part,measure,value,unit,low,high,basis';
  return `${[header, ...rows.map((row) => Array.from({ length: 7 }, (_, i) => cell(row[i] ?? '')).join(','))].join('\r\n')}\r\n`;
}

const numbersOf = (slices: readonly number[]): string => slices.map((slice) => slice + 1).join(' ');

/**
 * A spreadsheet takes text that begins with one of these as a formula; words may come from a file that somebody else
 * wrote.
 */
const FORMULA = /^[=+\-@\t\r]/;

/** A value as a CSV's cell (RFC 4180). */
export function cell(value: number | string): string {
  if (typeof value === 'number') return String(value);
  const plain = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n\t]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** @param intervals of the network's own measures; null where these are not its own */
function burdenRows(part: string, burden: OrUnknown<Burden>, intervals: MeasureIntervals | null): Row[] {
  const ends = (measure: keyof MeasureIntervals, perUnit = 1): readonly [number, number] | [] => {
    const of = intervals?.[measure];
    return of ? [perUnit * of[0], perUnit * of[1]] : [];
  };
  return [
    [part, 'blood pool volume', burden.bloodPoolMl, 'mL', ...ends('bloodPoolMl')],
    [part, 'myocardial volume', burden.myocardiumMl, 'mL', ...ends('myocardiumMl')],
    [part, 'myocardial mass', burden.myocardiumG, 'g', ...ends('myocardiumMl', MYOCARDIUM_G_PER_ML)],
    [part, 'scar volume', burden.scarMl, 'mL', ...ends('scarMl')],
    [part, 'scar mass', burden.scarG, 'g', ...ends('scarMl', MYOCARDIUM_G_PER_ML)],
    [part, 'scar burden', burden.burdenPercent, '%', ...ends('burdenPercent')],
    [part, 'no-reflow volume', burden.noReflowMl, 'mL', ...ends('noReflowMl')],
    [part, 'no-reflow mass', burden.noReflowG, 'g', ...ends('noReflowMl', MYOCARDIUM_G_PER_ML)],
    [part, 'no-reflow part', burden.noReflowPercent, '%'],
  ];
}

function predictionRows(part: string, prediction: Prediction | null): Row[] {
  if (!prediction) return [];
  const years = ['1', '4', '5', '10'] as const;
  const basis = prediction.simulated ? 'simulated' : '';
  const number = (measure: string, value: number, unit: string): Row => [part, measure, value, unit, null, null, basis];
  return [
    number('mu', prediction.mu, 'ln years'),
    number('sigma', prediction.sigma, 'ln years'),
    ...years.map((t): Row => {
      return [part, `net risk at ${t} years`, prediction.risk[t], '1', ...prediction.interval[t], basis];
    }),
    ...years.map((t) => number(`crude risk at ${t} years`, prediction.crudeRisk[t], '1')),
    number('extrapolated beyond', prediction.followUpYears, 'years'),
  ];
}
