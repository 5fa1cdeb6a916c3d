/**
 * The 22 clinical covariates of SSCAR (Popescu et al., Nature Cardiovascular Research 2022, doi 10.1038/s44161-022-00041-9)
 * as one schema, which the form, the file import, the network's input and the report all read; and the facts that say
 * whether a prediction applies to the patient at all.
 */

/** A concept of SNOMED CT or LOINC, or a class of drugs of WHO's ATC. */
export interface PublicCode {
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
  /** Its codes in public schemes; several where only together they express it, none where no scheme names it. */
  readonly codes: readonly PublicCode[];
}

/** Says 'left ventricular ejection fraction' without the method, and so covers both. */
const LVEF_CODE: PublicCode = { scheme: 'LOINC', value: '10230-1' };

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
 * What a network of covariates can see. Ethnicity is not included: a choice is not a number, and no training data here
 * holds it.
 */
export type NetworkInput = Exclude<CovariateId, 'ethnicity'> | 'ischaemic';

/**
 * What decides whether a prediction applies, what the branch beyond SSCAR reads, and what guidelines and published
 * scores need. Absent = unknown. Apart from the ischaemic flag, none of these is an input of the paper's network.
 */
export interface ApplicabilityFacts {
  /** The heart disease is ischaemic. */
  readonly ischaemic?: boolean;
  /** Symptoms of heart failure, now or in the past. */
  readonly heartFailure?: boolean;
  /** An infarct, ever. */
  readonly priorInfarct?: boolean;
  readonly daysSinceInfarct?: number;
  /** A defibrillator (ICD or CRT-D) is in place. */
  readonly icd?: boolean;
  readonly revascularised?: boolean;
  readonly daysSinceRevascularisation?: number;
  /** On the treatment that guidelines require, for three months or longer. */
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

/**
 * What the facts are called in public schemes; days since the infarct by the event they are counted from. A fact that
 * no scheme names has none.
 */
export const FACT_CODES: Readonly<Record<keyof ApplicabilityFacts, readonly PublicCode[]>> = {
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

/** What is known of the patient apart from the images. */
export interface Clinical {
  readonly covariates: Covariates;
  readonly facts: ApplicabilityFacts;
}

/** Whether anything is known of the patient. */
export const isKnown = ({ covariates, facts }: Clinical): boolean =>
  Object.keys(covariates).length + Object.keys(facts).length > 0;
