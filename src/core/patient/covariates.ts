/**
 * The 22 clinical covariates of SSCAR (Popescu et al., Nature Cardiovascular Research 2022, doi 10.1038/s44161-022-00041-9)
 * as one schema, which the form, the file import, the network's input and the report all read; and beside them the facts
 * that say whether a prediction applies to the patient at all.
 */
import { ScarcastError } from '../errors.ts';

/** A concept of SNOMED CT or LOINC, or a class of drugs of WHO's ATC. */
export interface Code {
  readonly scheme: 'SNOMED' | 'LOINC' | 'ATC';
  readonly value: string;
}

interface SpecShape {
  readonly id: string;
  /** Plain English; the page translates by id. */
  readonly label: string;
  /** Empty for yes/no and choices. */
  readonly unit: string;
  readonly kind: 'number' | 'yesNo' | 'choice';
  /** Limits of what is accepted at all, not of what the weights have learned from. */
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly group: 'person' | 'heart' | 'ecg' | 'history' | 'drugs';
  readonly choices?: readonly { readonly value: number; readonly label: string }[];
  /** What it is called in public schemes; several where only together they say it, none where no scheme names it. */
  readonly codes: readonly Code[];
}

/** Says 'left ventricular ejection fraction' without the method, and so stands for both. */
const LVEF_CODE: Code = { scheme: 'LOINC', value: '10230-1' };

const yesNo = { unit: '', kind: 'yesNo', min: 0, max: 1, step: 1 } as const;

const SPECS = [
  {
    id: 'age',
    label: 'Age',
    unit: 'years',
    kind: 'number',
    min: 18,
    max: 100,
    step: 1,
    group: 'person',
    codes: [{ scheme: 'LOINC', value: '30525-0' }],
  },
  {
    ...yesNo,
    id: 'male',
    label: 'Male sex',
    group: 'person',
    codes: [{ scheme: 'SNOMED', value: '248153007' }],
  },
  {
    id: 'ethnicity',
    label: 'Ethnicity',
    unit: '',
    kind: 'choice',
    min: 0,
    max: 2,
    step: 1,
    group: 'person',
    codes: [{ scheme: 'LOINC', value: '46463-6' }],
    choices: [
      { value: 0, label: 'White' },
      { value: 1, label: 'Black' },
      { value: 2, label: 'Other' },
    ],
  },
  {
    id: 'lvef',
    label: 'LVEF, not from CMR',
    unit: '%',
    kind: 'number',
    min: 5,
    max: 85,
    step: 1,
    group: 'heart',
    codes: [LVEF_CODE],
  },
  {
    id: 'lvefCmr',
    label: 'LVEF from CMR',
    unit: '%',
    kind: 'number',
    min: 5,
    max: 85,
    step: 1,
    group: 'heart',
    codes: [LVEF_CODE],
  },
  {
    id: 'lvMassCmr',
    label: 'LV end-diastolic mass from CMR',
    unit: 'g',
    kind: 'number',
    min: 30,
    max: 500,
    step: 1,
    group: 'heart',
    codes: [],
  },
  {
    id: 'infarctPercent',
    label: 'Infarct size from CMR',
    unit: '% of LV',
    kind: 'number',
    min: 0,
    max: 100,
    step: 0.1,
    group: 'heart',
    codes: [],
  },
  {
    id: 'yearsSinceIschaemia',
    label: 'Time since ischaemic heart disease was found',
    unit: 'years',
    kind: 'number',
    min: 0,
    max: 70,
    step: 0.1,
    group: 'heart',
    codes: [],
  },
  {
    id: 'heartRate',
    label: 'Heart rate',
    unit: '1/min',
    kind: 'number',
    min: 25,
    max: 220,
    step: 1,
    group: 'ecg',
    codes: [{ scheme: 'LOINC', value: '8867-4' }],
  },
  {
    id: 'qrs',
    label: 'QRS duration',
    unit: 'ms',
    kind: 'number',
    min: 40,
    max: 300,
    step: 1,
    group: 'ecg',
    codes: [{ scheme: 'LOINC', value: '8633-0' }],
  },
  {
    ...yesNo,
    id: 'lbbb',
    label: 'Left bundle branch block',
    group: 'ecg',
    codes: [{ scheme: 'SNOMED', value: '63467002' }],
  },
  {
    ...yesNo,
    id: 'atrialFibrillation',
    label: 'Atrial fibrillation',
    group: 'ecg',
    codes: [
      { scheme: 'SNOMED', value: '49436004' },
      { scheme: 'SNOMED', value: '5370000' },
    ],
  },
  {
    ...yesNo,
    id: 'smoker',
    label: 'Smoker',
    group: 'history',
    codes: [{ scheme: 'SNOMED', value: '77176002' }],
  },
  {
    ...yesNo,
    id: 'diabetes',
    label: 'Diabetes',
    group: 'history',
    codes: [{ scheme: 'SNOMED', value: '73211009' }],
  },
  {
    ...yesNo,
    id: 'hypertension',
    label: 'Hypertension',
    group: 'history',
    codes: [{ scheme: 'SNOMED', value: '38341003' }],
  },
  {
    ...yesNo,
    id: 'hypercholesterolaemia',
    label: 'Hypercholesterolaemia',
    group: 'history',
    codes: [{ scheme: 'SNOMED', value: '13644009' }],
  },
  {
    ...yesNo,
    id: 'betaBlocker',
    label: 'Beta-blocker',
    group: 'drugs',
    codes: [{ scheme: 'SNOMED', value: '33252009' }],
  },
  {
    ...yesNo,
    id: 'aceInhibitorOrArb',
    label: 'ACE inhibitor or ARB',
    group: 'drugs',
    codes: [
      { scheme: 'SNOMED', value: '41549009' },
      { scheme: 'SNOMED', value: '96308008' },
    ],
  },
  {
    ...yesNo,
    id: 'lipidLowering',
    label: 'Lipid-lowering drug',
    group: 'drugs',
    codes: [{ scheme: 'SNOMED', value: '57952007' }],
  },
  {
    ...yesNo,
    id: 'diuretic',
    label: 'Diuretic',
    group: 'drugs',
    // High-ceiling diuretics: SNOMED's 30492008 is any diuretic.
    codes: [{ scheme: 'ATC', value: 'C03C' }],
  },
  {
    ...yesNo,
    id: 'antiarrhythmic',
    label: 'Antiarrhythmic drug',
    group: 'drugs',
    codes: [{ scheme: 'SNOMED', value: '67507000' }],
  },
  {
    ...yesNo,
    id: 'digoxin',
    label: 'Digoxin',
    group: 'drugs',
    // The drug: SNOMED's 387461009 is the substance.
    codes: [{ scheme: 'ATC', value: 'C01AA05' }],
  },
] as const satisfies readonly SpecShape[];

export type CovariateId = (typeof SPECS)[number]['id'];

export interface CovariateSpec extends SpecShape {
  readonly id: CovariateId;
}

export const COVARIATES: readonly CovariateSpec[] = SPECS;

/** What is known of a patient, in the schema's units; yes/no as 1/0, a choice by its value. Absent = unknown. */
export type Covariates = Readonly<Partial<Record<CovariateId, number>>>;

/**
 * What decides whether a prediction applies, what the branch beyond SSCAR reads, and what guidelines and published scores ask.
 * Absent = unknown. None of these is an input of the paper's network, the ischaemic flag aside.
 */
export interface ApplicabilityFacts {
  /** The heart disease is ischaemic. */
  readonly ischaemic?: boolean;
  /** Symptoms of heart failure, now or before. */
  readonly heartFailure?: boolean;
  /** An infarct, ever. */
  readonly priorInfarct?: boolean;
  readonly daysSinceInfarct?: number;
  /** A defibrillator (ICD or CRT-D) is in place. */
  readonly icd?: boolean;
  readonly revascularised?: boolean;
  readonly daysSinceRevascularisation?: number;
  /** On the treatment that guidelines ask for, for three months or longer. */
  readonly treatedThreeMonths?: boolean;
  /** New York Heart Association's class of heart failure symptoms, 1 to 4. */
  readonly nyha?: number;
  /** Diameter of the left atrium by echocardiography (parasternal long axis), mm. */
  readonly leftAtrium?: number;
  /** NT-proBNP, ng/L. */
  readonly ntProBnp?: number;
  /** Non-sustained ventricular tachycardia was recorded. */
  readonly nsvt?: boolean;
  /** Ventricular fibrillation or sustained tachycardia was induced at electrophysiological study; absent where none was done. */
  readonly inducible?: boolean;
  /** End-diastolic volume of the left ventricle by CMR, mL per m2 of body surface. */
  readonly edvIndex?: number;
  /** Less active than most people of that age, or not at all. */
  readonly inactive?: boolean;
  /** Blood urea as nitrogen, mg/dL. */
  readonly ureaNitrogen?: number;
  /** In serum, mg/dL. */
  readonly creatinine?: number;
}

/** What the facts are called in public schemes; days since the infarct by what they are counted from. What no scheme names has none. */
export const FACT_CODES: Readonly<Record<keyof ApplicabilityFacts, readonly Code[]>> = {
  ischaemic: [{ scheme: 'SNOMED', value: '414545008' }],
  heartFailure: [{ scheme: 'SNOMED', value: '84114007' }],
  priorInfarct: [{ scheme: 'SNOMED', value: '22298006' }],
  daysSinceInfarct: [{ scheme: 'SNOMED', value: '22298006' }],
  icd: [{ scheme: 'SNOMED', value: '72506001' }],
  revascularised: [{ scheme: 'SNOMED', value: '81266008' }],
  daysSinceRevascularisation: [{ scheme: 'SNOMED', value: '81266008' }],
  treatedThreeMonths: [],
  nyha: [{ scheme: 'LOINC', value: '88020-3' }],
  leftAtrium: [{ scheme: 'LOINC', value: '29469-4' }],
  ntProBnp: [{ scheme: 'LOINC', value: '33762-6' }],
  nsvt: [],
  inducible: [],
  edvIndex: [],
  inactive: [],
  ureaNitrogen: [{ scheme: 'LOINC', value: '3094-0' }],
  creatinine: [{ scheme: 'LOINC', value: '2160-0' }],
};

export const YES_NO_FACTS = [
  'ischaemic',
  'heartFailure',
  'priorInfarct',
  'icd',
  'revascularised',
  'treatedThreeMonths',
  'nsvt',
  'inducible',
  'inactive',
] as const satisfies readonly (keyof ApplicabilityFacts)[];

/** Facts that are numbers, with the limits of what is accepted. */
export const NUMBER_FACTS = [
  { id: 'daysSinceInfarct', unit: 'days', min: 0, max: 36_525, whole: false },
  { id: 'daysSinceRevascularisation', unit: 'days', min: 0, max: 36_525, whole: false },
  { id: 'nyha', unit: '', min: 1, max: 4, whole: true },
  { id: 'leftAtrium', unit: 'mm', min: 15, max: 100, whole: false },
  { id: 'ntProBnp', unit: 'ng/L', min: 5, max: 100_000, whole: false },
  { id: 'edvIndex', unit: 'mL/m2', min: 20, max: 400, whole: false },
  { id: 'ureaNitrogen', unit: 'mg/dL', min: 2, max: 200, whole: false },
  { id: 'creatinine', unit: 'mg/dL', min: 0.2, max: 20, whole: false },
] as const satisfies readonly {
  readonly id: keyof ApplicabilityFacts;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}[];

/** What is wrong with an entry of a clinical file, and what it may hold; `found` is its JSON. */
export type ClinicalFileReason =
  | { readonly code: 'clinicalFileNotAnObject' }
  | { readonly code: 'clinicalFileUnknownEntry'; readonly entry: string; readonly known: readonly string[] }
  | { readonly code: 'clinicalFileNotYesNo'; readonly entry: string; readonly found: string }
  | {
      readonly code: 'clinicalFileOutOfRange';
      readonly entry: string;
      readonly min: number;
      readonly max: number;
      readonly unit: string;
      readonly whole: boolean;
      readonly found: string;
    }
  | {
      readonly code: 'clinicalFileNoSuchChoice';
      readonly entry: string;
      readonly choices: readonly { readonly value: number; readonly label: string }[];
      readonly found: string;
    };

export class ClinicalFileError extends ScarcastError<ClinicalFileReason> {}

function asYesNo(entry: string, value: unknown): boolean {
  if (value === true || value === 1) return true;
  if (value === false || value === 0) return false;
  throw new ClinicalFileError({ code: 'clinicalFileNotYesNo', entry, found: JSON.stringify(value) });
}

function asNumber(entry: string, value: unknown, min: number, max: number, unit: string, whole: boolean): number {
  if (typeof value !== 'number' || !(value >= min && value <= max) || (whole && !Number.isInteger(value))) {
    const found = JSON.stringify(value);
    throw new ClinicalFileError({ code: 'clinicalFileOutOfRange', entry, min, max, unit, whole, found });
  }
  return value;
}

/**
 * One covariate's value as the schema wants it (yes/no as 1/0). `value` is what JSON or a form gave.
 * Throws ClinicalFileError, which says what is allowed.
 */
export function parseCovariate(spec: CovariateSpec, value: unknown): number {
  if (spec.kind === 'yesNo') return asYesNo(spec.id, value) ? 1 : 0;
  if (spec.kind === 'number') return asNumber(spec.id, value, spec.min, spec.max, spec.unit, false);
  const choices = spec.choices ?? [];
  if (typeof value === 'number' && choices.some((choice) => choice.value === value)) return value;
  const found = JSON.stringify(value);
  throw new ClinicalFileError({ code: 'clinicalFileNoSuchChoice', entry: spec.id, choices, found });
}

/** What is known of the patient beside the images. */
export interface Clinical {
  readonly covariates: Covariates;
  readonly facts: ApplicabilityFacts;
}

/**
 * Reads a clinical file: a flat JSON object from the ids of COVARIATES and ApplicabilityFacts to numbers or booleans; null
 * or absence means unknown. Throws ClinicalFileError for anything else: it says which entry and what is allowed there.
 */
export function parseClinicalFile(json: unknown): Clinical {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ClinicalFileError({ code: 'clinicalFileNotAnObject' });
  }
  const covariates: Partial<Record<CovariateId, number>> = {};
  const facts: { -readonly [K in keyof ApplicabilityFacts]: ApplicabilityFacts[K] } = {};
  for (const [id, value] of Object.entries(json)) {
    const spec = COVARIATES.find((candidate) => candidate.id === id);
    const yesNoFact = YES_NO_FACTS.find((candidate) => candidate === id);
    const numberFact = NUMBER_FACTS.find((candidate) => candidate.id === id);
    if (!spec && !yesNoFact && !numberFact) {
      const known = [...[...COVARIATES, ...NUMBER_FACTS].map((candidate) => candidate.id), ...YES_NO_FACTS];
      throw new ClinicalFileError({ code: 'clinicalFileUnknownEntry', entry: id, known });
    }
    if (value === null) continue;
    if (spec) covariates[spec.id] = parseCovariate(spec, value);
    else if (yesNoFact) facts[yesNoFact] = asYesNo(id, value);
    else if (numberFact) {
      const { min, max, unit, whole } = numberFact;
      facts[numberFact.id] = asNumber(id, value, min, max, unit, whole);
    }
  }
  return { covariates, facts };
}

/** An infarct is chronic from here on: guidelines wait as long before they judge the risk of sudden death. */
const MIN_CHRONIC_DAYS = 40;

/** Less than this, a few voxels, is more often an error of the segmentation than no-reflow. */
const MIN_NO_REFLOW_ML = 0.1;

/** What the image says on whether a prediction applies. */
export interface HeartFindings {
  readonly noReflowMl: number;
  /** As `isNonIschaemicPattern` tells it. */
  readonly nonIschaemicPattern: boolean;
}

/** Why a prediction does not apply to a patient. */
export type NotApplicable =
  | { readonly code: 'recentInfarct'; readonly days: number; readonly minDays: number }
  | { readonly code: 'noReflow' }
  | { readonly code: 'notIschaemic' }
  /** All of the training patients had it, in NYHA class II or III. */
  | { readonly code: 'noHeartFailure' }
  | { readonly code: 'otherNyhaClass'; readonly nyha: number }
  | { readonly code: 'nonIschaemicScar' }
  | { readonly code: 'defibrillator' }
  | { readonly code: 'outOfTrainingRange'; readonly covariate: CovariateId };

/**
 * Whether a prediction applies: the models are for chronic ischaemic heart failure without a defibrillator, as the training
 * patients had it, and know nothing outside the range of their training data. Unknown facts do not speak against it. `why` holds each reason against, and is
 * empty where it applies.
 */
export function applies(
  facts: ApplicabilityFacts,
  findings: HeartFindings & {
    /** As `covariateBranch` gives it. */
    readonly outOfTrainingRange: readonly CovariateId[];
  },
): { readonly yes: boolean; readonly why: readonly NotApplicable[] } {
  const why: NotApplicable[] = [];
  if (facts.daysSinceInfarct !== undefined && facts.daysSinceInfarct < MIN_CHRONIC_DAYS) {
    why.push({ code: 'recentInfarct', days: Math.floor(facts.daysSinceInfarct), minDays: MIN_CHRONIC_DAYS });
  }
  // In an infarct known to be old, dark pixels in the scar are something else (calcium, fat, or the network's mistake).
  const mayBeFresh = facts.daysSinceInfarct === undefined || facts.daysSinceInfarct < MIN_CHRONIC_DAYS;
  if (mayBeFresh && findings.noReflowMl >= MIN_NO_REFLOW_ML) {
    why.push({ code: 'noReflow' });
  }
  if (facts.ischaemic === false) why.push({ code: 'notIschaemic' });
  if (facts.heartFailure === false) why.push({ code: 'noHeartFailure' });
  if (facts.nyha !== undefined && (facts.nyha < 2 || facts.nyha > 3))
    why.push({ code: 'otherNyhaClass', nyha: facts.nyha });
  if (findings.nonIschaemicPattern) why.push({ code: 'nonIschaemicScar' });
  if (facts.icd === true) why.push({ code: 'defibrillator' });
  for (const covariate of findings.outOfTrainingRange) why.push({ code: 'outOfTrainingRange', covariate });
  return { yes: why.length === 0, why };
}
