/** Numbers as the page writes them, in its language. A missing number is a dash. */
import { inUnit, type Unit } from '../../core/patient/units.ts';
import type { Grid } from '../../core/volume/volume.ts';
import type { SeriesSummary } from '../../pipeline/reading/study.ts';
import type { Messages } from '../messages/en.ts';
import { language, messages } from './language.svelte.ts';

/**
 * Both languages write numbers this way; Intl would first load its tables, on the page's own thread. A number that
 * rounds to zero has no sign, even where others have one.
 */
function decimals(value: number, digits: number, signed: 'negative' | 'exceptZero' = 'negative'): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return value < 0 ? `−${text}` : signed === 'exceptZero' ? `+${text}` : text;
}

/** null: it is not known. */
export const oneDecimal = (value: number | null): string => (value === null ? '–' : decimals(value, 1));

/** A difference: '+1.2', '−0.3', '0.0'. */
export const signedDecimal = (value: number): string => decimals(value, 1, 'exceptZero');

/** A difference: '+0.12', '−0.03', '0.00'. */
export const signedTwoDecimals = (value: number): string => decimals(value, 2, 'exceptZero');

export const twoDecimals = (value: number | null): string => (value === null ? '–' : decimals(value, 2));

/**
 * What `after` is more than `before`, of both as `digits` decimals show them: a reader who subtracts finds the same.
 * null: it is not known.
 */
export function differenceAsShown(before: number | null, after: number | null, digits: 1 | 2 = 1): string {
  if (before === null || after === null) return '–';
  return decimals(Number(after.toFixed(digits)) - Number(before.toFixed(digits)), digits, 'exceptZero');
}

export const dateAndTime = (date: Date): string =>
  new Intl.DateTimeFormat(language.tag, { dateStyle: 'long', timeStyle: 'short' }).format(date);

/** '8.1–17.9'; '−0.3 to 1.2' where a sign would run into the dash. `as` writes an end. */
export function range([low, high]: readonly [number, number], as: (value: number) => string = oneDecimal): string {
  return Math.min(low, high) < 0 ? messages().common.range(as(low), as(high)) : `${as(low)}–${as(high)}`;
}

/** A share of 1 as a percentage with its unit. */
export const percent = (share: number): string => `${oneDecimal(100 * share)}%`;

/** '8.1–17.9%' of two shares of 1. */
export const percentRange = ([low, high]: readonly [number, number]): string => `${range([100 * low, 100 * high])}%`;

/** An answer as the form writes it, in the unit in which it is given: '7 months'. `value` is in the schema's unit. */
export function answerText(id: keyof Messages['form']['fields'], value: number, unit: Unit | null): string {
  const { form, riskPanel } = messages();
  return unit ? `${inUnit(value, unit)} ${riskPanel.units[unit.id]}` : `${value} ${form.fields[id].unit}`.trimEnd();
}

/** A series' own description, or what it is where its file gives none; '' where neither is known. */
export const describedSeries = ({ description, fileVolume }: SeriesSummary): string =>
  fileVolume && description === '' ? messages().reason(fileVolume) : description;

/** What images are: 'slices of columns x rows, voxel in mm', or that its size is not known. */
export function imagesText({ size, spacing, lengthsUnknown }: Grid): string {
  const { common, taken } = messages();
  const voxel = [twoDecimals(spacing[0]), twoDecimals(spacing[1]), oneDecimal(spacing[2])] as const;
  return taken.imagesText(common.slices(size[2]), size[0], size[1], lengthsUnknown ? null : voxel);
}

/** The curve's horizon: a median beyond it has never been observed. */
const HORIZON_YEARS = 10;

/** Median time in years from its logarithm. */
export function medianYears(mu: number): string {
  const years = Math.exp(mu);
  const { common } = messages();
  return years > HORIZON_YEARS ? common.moreThanYears(HORIZON_YEARS) : common.years(oneDecimal(years));
}
