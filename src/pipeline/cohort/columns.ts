/** What the columns of a cohort's table are: proposed from their names and values, confirmed by somebody who knows the table. */
import { COVARIATES, NUMBER_FACTS, YES_NO_FACTS, type CovariateId } from '../../core/patient/covariates.ts';
import { UNITS, type UnitId } from '../../core/patient/units.ts';
import { quantiles } from '../../core/quantiles.ts';
import { cellsOf, isMissing, numberIn, type Table } from './table.ts';

export type NumberId = CovariateId | (typeof NUMBER_FACTS)[number]['id'];
export type YesNoId = CovariateId | (typeof YES_NO_FACTS)[number];
export type TimeUnit = 'days' | 'months' | 'years';
export const PER_YEAR: Readonly<Record<TimeUnit, number>> = { days: 365.25, months: 12, years: 1 };
/** A time of 0 counts as half a day: 0 has no log, and the patient was there. */
export const LEAST_YEARS = 0.5 / PER_YEAR.days;
export type Outcome = 'event' | 'otherDeath' | 'none';

/** What one column is. */
export type ColumnUse =
  | { readonly use: 'ignored' }
  | { readonly use: 'id' }
  | { readonly use: 'time'; readonly unit: TimeUnit }
  /** What each of its cells means; a cell that is not named is unknown, never 'no event'. */
  | { readonly use: 'outcome'; readonly means: Readonly<Record<string, Outcome>> }
  /** `factor` turns fractions into percent. */
  | { readonly use: 'number'; readonly id: NumberId; readonly unit: UnitId | null; readonly factor: 1 | 100 }
  | { readonly use: 'yesNo'; readonly id: YesNoId; readonly means: Readonly<Record<string, 'yes' | 'no'>> };

/** For every column of the table, by its name. */
export type ColumnMapping = Readonly<Record<string, ColumnUse>>;

interface NumberSpec {
  readonly id: NumberId;
  readonly min: number;
  readonly max: number;
  readonly isPercent: boolean;
}

export const NUMBER_SPECS: readonly NumberSpec[] = [
  ...COVARIATES.filter(({ kind }) => kind !== 'yesNo').map(({ id, min, max, unit }) => ({
    id,
    min,
    max,
    isPercent: unit.startsWith('%'),
  })),
  ...NUMBER_FACTS.map(({ id, min, max }) => ({ id, min, max, isPercent: false })),
];

export const YES_NO_IDS: readonly YesNoId[] = [
  ...COVARIATES.filter(({ kind }) => kind === 'yesNo').map(({ id }) => id),
  ...YES_NO_FACTS,
];

/** Names of columns in lower case, with everything but letters and digits removed. */
const NAMES: readonly (readonly [RegExp, 'id' | 'time' | 'outcome' | NumberId | YesNoId])[] = [
  [/^(id|patientid|subjectid|subject|patient|studyid|pid|mrn|record(id)?|编号|患者编号)$/, 'id'],
  [
    /^(time|years|days|months|followup.*|fu(time|years|days|months)?|survivaltime|lenfol|tte|timetoevent|随访.*)$/,
    'time',
  ],
  [/^(event|status|outcome|fstat|scd|suddendeath|suddencardiacdeath|endpoint|cause(ofdeath)?|结局|事件)$/, 'outcome'],
  [/^(age(years|at.*)?|年龄)$/, 'age'],
  [/^(male|sex|gender(male1)?|性别)$/, 'male'],
  [/^(race|ethnicity)$/, 'ethnicity'],
  [/^(lvef|ef|lvefecho|ejectionfraction|lvefpercent|左室射血分数)$/, 'lvef'],
  [/^(lvefcmr|cmrlvef|lvefmri|cmref)$/, 'lvefCmr'],
  [/^(lvmass(cmr|g)?)$/, 'lvMassCmr'],
  [/^(infarct(size|percent)|scarpercent|scarburden|infarctmass.*)$/, 'infarctPercent'],
  [/^(yearssinceischaemia|yearssincemi|cadduration.*)$/, 'yearsSinceIschaemia'],
  [/^(hr|heartrate|pulse|心率)$/, 'heartRate'],
  [/^(qrs(duration|ms|width)?)$/, 'qrs'],
  [/^(lbbb)$/, 'lbbb'],
  [/^(af|afb|afib|atrialfibrillation|房颤)$/, 'atrialFibrillation'],
  [/^(smok(er|ing)|currentsmoker|tobacco)$/, 'smoker'],
  [/^(dm|diab|diabetes(mellitus|yes1)?|糖尿病)$/, 'diabetes'],
  [/^(htn|hypertension|高血压)$/, 'hypertension'],
  [/^(hyperchol.*|dyslipid.*|hyperlipid.*)$/, 'hypercholesterolaemia'],
  [/^(bb|betablocker.*)$/, 'betaBlocker'],
  [/^(acei?|arb|acei?arb|aceinhibitor.*|rasi?)$/, 'aceInhibitorOrArb'],
  [/^(statin.*|lipidlowering.*)$/, 'lipidLowering'],
  [/^(diuretic.*)$/, 'diuretic'],
  [/^(antiarrhythmic.*|aad)$/, 'antiarrhythmic'],
  [/^(digoxin|digitalis)$/, 'digoxin'],
  [/^(isch(a?emic)?|icm|ischa?emica?etiology)$/, 'ischaemic'],
  [/^(hf|chf|heartfailure)$/, 'heartFailure'],
  [/^(priormi|previousmi|mi|infarct|priorinfarct|omi)$/, 'priorInfarct'],
  [/^(icd|defibrillator)$/, 'icd'],
  [/^(revasc.*|pci|cabg)$/, 'revascularised'],
  [/^(nsvt)$/, 'nsvt'],
  [/^(nyha(class|functionalclass)?)$/, 'nyha'],
  [/^(la(d|diameter|size)?|leftatri(um|al).*)$/, 'leftAtrium'],
  [/^(nt(pro)?bnp.*)$/, 'ntProBnp'],
  [/^(creat(inine)?.*)$/, 'creatinine'],
  [/^(bun|urea.*)$/, 'ureaNitrogen'],
  [/^(dayssincemi|dayssinceinfarct)$/, 'daysSinceInfarct'],
];

const YES = new Set('1 yes y true t present positive male m man ja oui si sí 是 有 男'.split(' '));
const NO = new Set('0 no n false f absent negative female w woman nein non 否 无 女'.split(' '));
const EVENT = new Set(
  '1 yes true event scd sudden sca'.split(' ').concat('sudden death', 'sudden cardiac death', '猝死'),
);
const OTHER_DEATH = new Set('2 death dead died other'.split(' ').concat('other death', 'non-sudden death', '其他死亡'));
const NONE = new Set('0 no false alive censored none free'.split(' ').concat('no event', '存活', '失访'));
/** A column of more words than this is free text. */
const MOST_WORDS = 12;

/** Different cells of a column that are not missing, the commonest first. */
export function valuesIn(table: Table, column: string): string[] {
  const counts = new Map<string, number>();
  for (const cell of cellsOf(table, column)) if (!isMissing(cell)) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([cell]) => cell);
}

/** Columns whose use somebody states; the rest is guessed from names and values. */
export type ToldColumns = Readonly<Partial<Record<'id' | 'time' | 'outcome', string | undefined>>>;

/**
 * Proposes what each column is by its name, and its unit by its values. A value with no obvious meaning (status 1 and 2, sex 1 and 2) is
 * left open for somebody to state: a wrong guess would change every number.
 */
export function proposeColumns(table: Table, told: ToldColumns = {}): ColumnMapping {
  const named = new Map((['id', 'time', 'outcome'] as const).map((what) => [told[what], what]));
  const taken = new Set<string>([...named].flatMap(([column, what]) => (column === undefined ? [] : [what])));
  const mapping: Record<string, ColumnUse> = {};
  for (const column of table.columns) {
    const plain = column.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
    const found = named.get(column) ?? NAMES.find(([name, what]) => name.test(plain) && !taken.has(what))?.[1];
    if (found !== undefined) taken.add(found);
    mapping[column] = found === undefined ? { use: 'ignored' } : useOf(table, column, plain, found);
  }
  return mapping;
}

function useOf(table: Table, column: string, plain: string, what: (typeof NAMES)[number][1]): ColumnUse {
  const values = valuesIn(table, column);
  if (what === 'id') return { use: 'id' };
  if (what === 'time') return { use: 'time', unit: timeUnit(table, column, plain) };
  if (what === 'outcome') return { use: 'outcome', means: outcomesOf(values) };
  const spec = NUMBER_SPECS.find(({ id }) => id === what);
  if (spec) return { use: 'number', id: spec.id, ...unitOf(spec, numbersIn(table, column)) };
  return values.length > MOST_WORDS
    ? { use: 'ignored' }
    : { use: 'yesNo', id: what as YesNoId, means: yesNoOf(values, what) };
}

export function numbersIn(table: Table, column: string): number[] {
  return cellsOf(table, column)
    .filter((cell) => !isMissing(cell))
    .map((cell) => numberIn(cell, table.decimal))
    .filter((value) => Number.isFinite(value));
}

/** No study followed anyone for longer, years; a larger median time is in days or months. */
const LONGEST_MEDIAN = { years: 25, months: 300 };

function timeUnit(table: Table, column: string, plain: string): TimeUnit {
  const named = (['days', 'months', 'years'] as const).find((unit) => plain.includes(unit));
  if (named) return named;
  const times = numbersIn(table, column);
  const [median] = times.length > 0 ? quantiles(Float64Array.from(times), [0.5]) : [0];
  return median > LONGEST_MEDIAN.months ? 'days' : median > LONGEST_MEDIAN.years ? 'months' : 'years';
}

/** With 1 and 2 but no 0, nobody can tell which is the event. */
function outcomesOf(values: readonly string[]): Record<string, Outcome> {
  const lower = values.map((value) => value.toLowerCase());
  if (lower.includes('1') && lower.includes('2') && !lower.includes('0')) return {};
  return Object.fromEntries(
    values.flatMap((value): [string, Outcome][] => {
      const one = value.toLowerCase();
      if (EVENT.has(one)) return [[value, 'event']];
      if (OTHER_DEATH.has(one)) return [[value, 'otherDeath']];
      return NONE.has(one) ? [[value, 'none']] : [];
    }),
  );
}

function yesNoOf(values: readonly string[], what: string): Record<string, 'yes' | 'no'> {
  return Object.fromEntries(
    values.flatMap((value): [string, 'yes' | 'no'][] => {
      const one = value.toLowerCase();
      // F means female for sex, and false elsewhere.
      if (YES.has(one) && !(what !== 'male' && /^(m|male|man|男)$/.test(one))) return [[value, 'yes']];
      return NO.has(one) ? [[value, 'no']] : [];
    }),
  );
}

/** The unit whose limits hold the column's median, among those that the value can be given in. */
function unitOf(
  { id, min, max, isPercent }: NumberSpec,
  numbers: readonly number[],
): { unit: UnitId | null; factor: 1 | 100 } {
  const units = UNITS[id] ?? [];
  if (numbers.length === 0) return { unit: units.at(0)?.id ?? null, factor: 1 };
  const sorted = Float64Array.from(numbers);
  const [median, most] = quantiles(sorted, [0.5, 1]);
  const fits = units.find(({ perBase }) => median / perBase >= min && median / perBase <= max);
  return { unit: fits?.id ?? units.at(0)?.id ?? null, factor: isPercent && most <= 1 ? 100 : 1 };
}
