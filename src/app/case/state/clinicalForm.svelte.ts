import {
  type ApplicabilityFacts,
  type Clinical,
  type PublicCode,
  type CovariateId,
  COVARIATES,
  type CovariateSpec,
  FACT_CODES,
  isKnown,
  NUMBER_FACTS,
  YES_NO_FACTS,
} from '../../../core/patient/covariates.ts';
import type { HospitalCalibration } from '../../../core/patient/hospitalCalibration.ts';
import type { ToldPatient } from '../../../core/dicom/toldPatient.ts';
import type { RateId } from '../../../core/patient/rates.ts';
import { inUnit, UNITS, type Unit } from '../../../core/patient/units.ts';
import { typedNumber } from '../../shared/typedNumber.ts';
import type { ReaderSettings } from './readerSettings.svelte.ts';

/** A question of the form: a covariate of the networks, or another fact. Its words are in the message tables. */
export interface Field {
  readonly id: CovariateId | keyof ApplicabilityFacts;
  readonly kind: CovariateSpec['kind'];
  readonly min: number;
  readonly max: number;
  /** Units to choose from; empty where there is only one. */
  readonly units: readonly Unit[];
  readonly codes: readonly PublicCode[];
}

export interface FieldGroup {
  readonly id: 'applies' | 'fiveAnswers' | 'guidelines' | CovariateSpec['group'];
  readonly fields: readonly Field[];
}

const covariateGroup = (group: CovariateSpec['group']): FieldGroup => ({
  id: group,
  fields: COVARIATES.filter((spec) => spec.group === group).map(({ id, kind, min, max, codes }) => ({
    id,
    kind,
    min,
    max,
    units: UNITS[id] ?? [],
    codes,
  })),
});

const yesNoFact = (id: (typeof YES_NO_FACTS)[number]): Field => ({
  id,
  kind: 'yesNo',
  min: 0,
  max: 1,
  units: [],
  codes: FACT_CODES[id],
});

const numberFact = (id: (typeof NUMBER_FACTS)[number]['id']): Field[] =>
  NUMBER_FACTS.filter((fact) => fact.id === id).map(({ min, max, whole }) => ({
    id,
    kind: whole ? 'choice' : 'number',
    min,
    max,
    units: UNITS[id] ?? [],
    codes: FACT_CODES[id],
  }));

/** In a clinician's order: first whether the models apply at all, last what no network reads. */
export const FIELD_GROUPS: readonly FieldGroup[] = [
  {
    id: 'applies',
    fields: [
      yesNoFact('ischaemic'),
      yesNoFact('heartFailure'),
      ...numberFact('nyha'),
      yesNoFact('priorInfarct'),
      ...numberFact('daysSinceInfarct'),
      yesNoFact('icd'),
    ],
  },
  { id: 'fiveAnswers', fields: [...numberFact('leftAtrium'), ...numberFact('ntProBnp')] },
  covariateGroup('person'),
  covariateGroup('heart'),
  covariateGroup('ecg'),
  covariateGroup('history'),
  covariateGroup('drugs'),
  {
    id: 'guidelines',
    fields: [
      yesNoFact('revascularised'),
      ...numberFact('daysSinceRevascularisation'),
      yesNoFact('treatedThreeMonths'),
      yesNoFact('nsvt'),
      yesNoFact('inducible'),
      ...numberFact('ureaNitrogen'),
      ...numberFact('creatinine'),
      ...numberFact('edvIndex'),
      yesNoFact('inactive'),
    ],
  },
];

const FIELDS = FIELD_GROUPS.flatMap((group) => group.fields);

/**
 * The first questions. Four decide whether the models are for the patient; LVEF, NYHA class and NT-proBNP carry most of
 * either branch's risk; age and sex show a reader whose answers these are.
 */
export const FIRST_FIELDS: readonly Field[] = (
  ['ischaemic', 'nyha', 'daysSinceInfarct', 'icd', 'lvef', 'ntProBnp', 'age', 'male'] as const
).flatMap((id) => FIELDS.filter((field) => field.id === id));

/** An answer as its field shows it. */
interface Answer {
  readonly text: string;
  /** The exact value in the schema's unit, where the text is a rounded conversion of it; null where the text was typed. */
  readonly exact: number | null;
}

/** The number, in the schema's unit, that an answer stands for; null for unknown. */
function parse(field: Field, answer: Answer | undefined, unit: Unit | null): number | null | 'outOfRange' {
  const trimmed = answer?.text.trim() ?? '';
  if (trimmed === '') return null;
  const value = answer?.exact ?? typedNumber(trimmed) / (unit?.perBase ?? 1);
  const isAccepted = value >= field.min && value <= field.max && (field.kind === 'number' || Number.isInteger(value));
  return isAccepted ? value : 'outOfRange';
}

/** What is known of the patient, as typed. Empty means unknown; a value out of range is not used, and the form says so. */
export class ClinicalForm {
  #answers = $state.raw<Readonly<Record<string, Answer>>>({});
  readonly #settings: ReaderSettings;
  readonly #onChange: () => void;
  /** Grows with every answer. */
  revision = $state(0);

  /** The level of risk that the reader chose; null: the one meant for such a patient. It belongs to the patient. */
  rate = $state.raw<RateId | null>(null);
  /** The hospital's calibration of the curves; null: the models as shipped. */
  calibration = $state.raw<HospitalCalibration | null>(null);
  readonly #parsed = $derived(
    FIELDS.map((field) => [field.id, parse(field, this.#answers[field.id], this.unit(field))] as const),
  );
  /** Ids of the answers that cannot be accepted. */
  readonly outOfRange: readonly string[] = $derived(
    this.#parsed.flatMap(([id, value]) => (value === 'outOfRange' ? [id] : [])),
  );
  readonly clinical: Clinical = $derived(toClinical(this.#parsed));

  constructor(settings: ReaderSettings, onChange: () => void) {
    this.#settings = settings;
    this.#onChange = onChange;
    this.calibration = settings.calibration;
  }

  /** What the curve is computed from, apart from the heart. */
  get asked(): { readonly clinical: Clinical; readonly calibration: HospitalCalibration | null } {
    const { clinical, calibration } = this;
    return { clinical, calibration };
  }

  /** Shows the curves of this case and later ones by a hospital's calibration; null turns it off. */
  calibrate(calibration: HospitalCalibration | null): void {
    if (calibration === this.calibration) return;
    this.calibration = calibration;
    this.#settings.calibration = calibration;
    this.rate = null;
    this.revision++;
    this.#onChange();
  }

  /** Answers from the images' header by question id, as the field writes them, for the reader to accept. */
  offered = $state.raw<Readonly<Record<string, string>>>({});

  offer({ ageYears, male }: ToldPatient): void {
    this.offered = {
      ...(ageYears !== null && { age: String(ageYears) }),
      ...(male !== null && { male: male ? '1' : '0' }),
    };
  }

  get isEmpty(): boolean {
    return Object.values(this.#answers).every(({ text }) => text.trim() === '');
  }

  /** Whether anything is known of the patient. */
  get hasAnswers(): boolean {
    return isKnown(this.clinical);
  }

  text(id: string): string {
    return this.#answers[id]?.text ?? '';
  }

  answer(id: string, text: string): void {
    this.#answers = { ...this.#answers, [id]: { text, exact: null } };
    this.revision++;
    this.#onChange();
  }

  /** The unit that a field is answered in; null where there is only one. */
  unit({ id }: Pick<Field, 'id'>): Unit | null {
    return this.#settings.units[id] ?? UNITS[id]?.at(0) ?? null;
  }

  /**
   * Converts how an answer is written, not its exact value: 40 days is a criterion's limit, and '5.7 weeks' would be
   * 39.9. An answer that cannot be accepted keeps its text, and is read in the new unit.
   */
  chooseUnit(field: Field, unitId: string): void {
    const unit = field.units.find((one) => one.id === unitId);
    if (!unit) return;
    const value = this.#parsed.find(([id]) => id === field.id)?.[1];
    this.#settings.units = { ...this.#settings.units, [field.id]: unit };
    if (typeof value === 'number') {
      this.#answers = { ...this.#answers, [field.id]: { text: inUnit(value, unit), exact: value } };
    } else if (value === 'outOfRange') {
      this.answer(field.id, this.text(field.id));
    }
  }

  /** Replaces all answers without notifying listeners. */
  fill({ covariates, facts }: Clinical): void {
    this.#answers = Object.fromEntries(
      Object.entries({ ...covariates, ...facts }).map(([id, given]) => {
        const exact = Number(given);
        const field = FIELDS.find((one) => one.id === id);
        const unit = field && this.unit(field);
        return [id, { text: unit ? inUnit(exact, unit) : String(exact), exact }];
      }),
    );
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
  for (const id of YES_NO_FACTS) {
    const value = values.get(id);
    if (value !== undefined) facts[id] = value === 1;
  }
  for (const { id } of NUMBER_FACTS) {
    const value = values.get(id);
    if (value !== undefined) facts[id] = value;
  }
  return { covariates, facts };
}
