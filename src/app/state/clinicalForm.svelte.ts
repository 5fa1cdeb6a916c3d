import {
  COVARIATES,
  type ApplicabilityFacts,
  type CovariateId,
  type CovariateSpec,
} from '../../core/survival/covariates.ts';
import type { Clinical } from '../../pipeline/predictSurvival.ts';

/** A question of the form: a covariate of the networks, or a fact that says whether they apply. Its words are in the catalogue. */
export interface Field {
  readonly id: CovariateId | keyof ApplicabilityFacts;
  readonly kind: CovariateSpec['kind'];
  readonly min: number;
  readonly max: number;
}

export interface FieldGroup {
  readonly id: 'applies' | CovariateSpec['group'];
  readonly fields: readonly Field[];
}

const covariateGroup = (group: CovariateSpec['group']): FieldGroup => ({
  id: group,
  fields: COVARIATES.filter((spec) => spec.group === group),
});

const yesNoFact = (id: Exclude<keyof ApplicabilityFacts, 'daysSinceInfarct'>): Field => ({
  id,
  kind: 'yesNo',
  min: 0,
  max: 1,
});

const DAYS_SINCE_INFARCT: Field = { id: 'daysSinceInfarct', kind: 'number', min: 0, max: 36_525 };

/** As a clinician takes them: first whether the question applies at all. */
export const FIELD_GROUPS: readonly FieldGroup[] = [
  {
    id: 'applies',
    fields: [yesNoFact('ischaemic'), DAYS_SINCE_INFARCT, yesNoFact('icd'), yesNoFact('revascularised')],
  },
  covariateGroup('person'),
  covariateGroup('heart'),
  covariateGroup('ecg'),
  covariateGroup('history'),
  covariateGroup('drugs'),
];

const FIELDS = FIELD_GROUPS.flatMap((group) => group.fields);

/** The number that a field's text stands for; null for unknown. */
function parse(field: Field, text: string): number | null | 'outOfRange' {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const value = Number(trimmed.replace(',', '.'));
  if (value >= field.min && value <= field.max) return value;
  return 'outOfRange';
}

/** What is known of the patient, as typed. Empty means unknown; what is out of range is not used, and says so. */
export class ClinicalForm {
  #texts = $state.raw<Readonly<Record<string, string>>>({});
  readonly #onChange: () => void;
  /** Grows with every answer. */
  revision = 0;

  readonly #parsed = $derived(FIELDS.map((field) => [field.id, parse(field, this.#texts[field.id] ?? '')] as const));
  /** Ids of the answers that cannot be accepted. */
  readonly outOfRange: readonly string[] = $derived(
    this.#parsed.flatMap(([id, value]) => (value === 'outOfRange' ? [id] : [])),
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
