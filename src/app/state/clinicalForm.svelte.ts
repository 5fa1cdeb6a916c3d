import {
  COVARIATES,
  type ApplicabilityFacts,
  type CovariateId,
  type CovariateSpec,
} from '../../core/survival/covariates.ts';
import type { Clinical } from '../../pipeline/predictSurvival.ts';

/** A question of the form: a covariate of the networks, or a fact that says whether they apply. */
export interface Field {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** What can be answered; null for a number. */
  readonly choices: readonly { readonly value: number; readonly label: string }[] | null;
  readonly help: string;
}

export interface FieldGroup {
  readonly title: string;
  readonly fields: readonly Field[];
}

const YES_NO = [
  { value: 1, label: 'Yes' },
  { value: 0, label: 'No' },
];

const covariateGroup = (title: string, group: CovariateSpec['group']): FieldGroup => ({
  title,
  fields: COVARIATES.filter((spec) => spec.group === group).map((spec) => ({
    ...spec,
    choices: spec.kind === 'number' ? null : (spec.choices ?? YES_NO),
  })),
});

const yesNoFact = (id: string, label: string, help: string): Field => ({
  id,
  label,
  unit: '',
  min: 0,
  max: 1,
  choices: YES_NO,
  help,
});

const DAYS_SINCE_INFARCT: Field = {
  id: 'daysSinceInfarct',
  label: 'Days since the infarct',
  unit: 'days',
  min: 0,
  max: 36_525,
  choices: null,
  help: 'The models are for infarcts of at least 40 days.',
};

/** As a clinician takes them: first whether the question applies at all. */
export const FIELD_GROUPS: readonly FieldGroup[] = [
  {
    title: 'Does it apply?',
    fields: [
      yesNoFact('ischaemic', 'Ischaemic heart disease', 'The models are for ischaemic heart disease.'),
      DAYS_SINCE_INFARCT,
      yesNoFact('icd', 'Defibrillator in place', 'ICD or CRT-D. The models are for patients without one.'),
      yesNoFact('revascularised', 'Revascularised', 'By catheter or by surgery, at any time.'),
    ],
  },
  covariateGroup('Person', 'person'),
  covariateGroup('Heart', 'heart'),
  covariateGroup('Electrocardiogram', 'ecg'),
  covariateGroup('History', 'history'),
  covariateGroup('Drugs', 'drugs'),
];

const FIELDS = FIELD_GROUPS.flatMap((group) => group.fields);

/** The number that a field's text stands for; null for unknown, a sentence for what cannot be accepted. */
function parse(field: Field, text: string): number | null | string {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const value = Number(trimmed.replace(',', '.'));
  if (value >= field.min && value <= field.max) return value;
  return `Not used: give ${field.min} to ${field.max} ${field.unit}, or leave it empty.`;
}

/** What is known of the patient, as typed. Empty means unknown; what is out of range is not used, and says so. */
export class ClinicalForm {
  #texts = $state.raw<Readonly<Record<string, string>>>({});
  readonly #onChange: () => void;
  /** Grows with every answer. */
  revision = 0;

  readonly #parsed = $derived(FIELDS.map((field) => [field.id, parse(field, this.#texts[field.id] ?? '')] as const));
  readonly errors: Readonly<Record<string, string>> = $derived(
    Object.fromEntries(
      this.#parsed.filter((entry): entry is readonly [string, string] => typeof entry[1] === 'string'),
    ),
  );
  readonly clinical: Clinical = $derived(toClinical(this.#parsed));

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  text(id: string): string {
    return this.#texts[id] ?? '';
  }

  answer(id: string, text: string): void {
    this.#texts = { ...this.#texts, [id]: text };
    this.revision++;
    this.#onChange();
  }

  /** Replaces all answers, without a word to whoever listens for changes. */
  fill({ covariates, facts }: Clinical): void {
    const entries = Object.entries({ ...covariates, ...facts });
    this.#texts = Object.fromEntries(entries.map(([id, value]) => [id, String(Number(value))]));
  }

  clear(): void {
    this.#texts = {};
  }
}

function toClinical(parsed: readonly (readonly [string, number | null | string])[]): Clinical {
  const values = new Map(parsed.filter((entry): entry is readonly [string, number] => typeof entry[1] === 'number'));
  const covariates: Partial<Record<CovariateId, number>> = {};
  for (const { id } of COVARIATES) {
    const value = values.get(id);
    if (value !== undefined) covariates[id] = value;
  }
  const facts: { -readonly [Id in keyof ApplicabilityFacts]: ApplicabilityFacts[Id] } = {};
  for (const id of ['ischaemic', 'icd', 'revascularised'] as const) {
    const value = values.get(id);
    if (value !== undefined) facts[id] = value === 1;
  }
  const days = values.get(DAYS_SINCE_INFARCT.id);
  if (days !== undefined) facts.daysSinceInfarct = days;
  return { covariates, facts };
}
