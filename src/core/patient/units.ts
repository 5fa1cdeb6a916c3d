import type { ApplicabilityFacts, CovariateId } from './covariates.ts';

export type UnitId =
  'mgPerDl' | 'mmolPerL' | 'umolPerL' | 'ngPerL' | 'pmolPerL' | 'days' | 'weeks' | 'months' | 'years' | 'ms' | 's';

export interface Unit {
  readonly id: UnitId;
  /** How many of it make one of the schema's unit. */
  readonly perBase: number;
  /** Digits after the point that are worth showing. */
  readonly digits: number;
}

/** A year of 365.25 days, and a month a twelfth of it. */
const DAYS_A_MONTH = 365.25 / 12;

/** A time that is given in days or longer. */
const DAYS: readonly Unit[] = [
  { id: 'days', perBase: 1, digits: 0 },
  { id: 'weeks', perBase: 1 / 7, digits: 1 },
  { id: 'months', perBase: 1 / DAYS_A_MONTH, digits: 1 },
  { id: 'years', perBase: 1 / 365.25, digits: 2 },
];

/**
 * The units that a value can be given in, the schema's own first. Urea: 1 mg/dL of its nitrogen is 0.357 mmol/L of urea (two
 * nitrogens of 14.007 g/mol); creatinine, 113.12 g/mol: 1 mg/dL is 88.4 umol/L. NT-proBNP, 8,457 g/mol: 1 pmol/L is 8.457 ng/L.
 */
export const UNITS: Readonly<Partial<Record<CovariateId | keyof ApplicabilityFacts, readonly Unit[]>>> = {
  daysSinceInfarct: DAYS,
  daysSinceRevascularisation: DAYS,
  ntProBnp: [
    { id: 'ngPerL', perBase: 1, digits: 0 },
    { id: 'pmolPerL', perBase: 1 / 8.457, digits: 1 },
  ],
  yearsSinceIschaemia: [
    { id: 'years', perBase: 1, digits: 1 },
    { id: 'months', perBase: 12, digits: 0 },
  ],
  qrs: [
    { id: 'ms', perBase: 1, digits: 0 },
    { id: 's', perBase: 1 / 1000, digits: 3 },
  ],
  ureaNitrogen: [
    { id: 'mgPerDl', perBase: 1, digits: 0 },
    { id: 'mmolPerL', perBase: 10 / (2 * 14.007), digits: 1 },
  ],
  creatinine: [
    { id: 'mgPerDl', perBase: 1, digits: 2 },
    { id: 'umolPerL', perBase: 10_000 / 113.12, digits: 0 },
  ],
};

/** A value in the schema's unit as a number in another unit, without needless zeros. */
export function inUnit(value: number, { perBase, digits }: Unit): string {
  return String(Number((value * perBase).toFixed(digits)));
}
