/** Clinical files: what `npm run predict --covariates` reads, and the answers of a saved case. */
import { ScarcastError } from '../errors.ts';
import {
  COVARIATES,
  NUMBER_FACTS,
  YES_NO_FACTS,
  type ApplicabilityFacts,
  type Clinical,
  type CovariateId,
  type CovariateSpec,
} from './covariates.ts';

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
 * One covariate's value as the schema requires it (yes/no as 1/0). `value` comes from JSON or a form.
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
