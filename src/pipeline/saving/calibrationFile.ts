/** A hospital's calibration as a file: it holds numbers of the whole cohort and no patient. */
import * as v from 'valibot';
import { ScarcastError } from '../../core/errors.ts';
import {
  isCalibrationOf,
  type HospitalCalibration,
  type NamedWeights,
} from '../../core/patient/hospitalCalibration.ts';
import { CALIBRATION_FORMAT } from './calibrationFormat.ts';
import { refitSchema } from './refitFile.ts';
import { count, list, number, sha256, words } from './schemaParts.ts';

type CalibrationFault =
  | { readonly code: 'notACalibration' }
  | { readonly code: 'calibrationNewer'; readonly itsFormat: number; readonly latestFormat: number }
  | { readonly code: 'calibrationDamaged' }
  | { readonly code: 'calibrationOtherWeights' };

/** The file is not a calibration, is damaged, or is from another version of Scarcast or of the networks. */
export class CalibrationFileError extends ScarcastError<CalibrationFault> {}

const VERSION = 1;

const limits = v.nullable(v.tuple([number, number]));
const fit = {
  patients: count,
  events: count,
  chosen: v.picklist(['none', 'level', 'levelAndSpread', 'weights']),
  muLimits: limits,
  sigmaLimits: limits,
  gain: v.object({ logLikelihoodAPatient: number, standardError: number }),
};
const law = v.nullable(v.object({ ...fit, muShift: number, sigmaFactor: v.pipe(number, v.gtValue(0)) }));
const fusion = v.object({ covariateWeight: number, imageWeight: number, muOffset: number, lnSigmaOffset: number });
const calibration = {
  madeBy: words,
  madeOn: words,
  covariates: law,
  fiveAnswers: law,
  image: law,
  fused: v.nullable(v.object({ ...fit, fusion })),
};
const weights = list(v.object({ name: words, sha256 }));
/** The whole file. */
export const calibrationFile = v.object({
  format: v.literal(CALIBRATION_FORMAT),
  version: v.literal(VERSION),
  calibration: v.object(calibration),
  weights,
});
/** In the form that a case file holds. */
export const calibrationSchema = v.object({
  ...calibration,
  weights,
  refit: v.optional(v.nullable(refitSchema), null),
});
const head = v.object({ format: v.literal(CALIBRATION_FORMAT), version: v.number() });

/** @param given not a refit, which is a folder: `writeRefit` */
export function writeCalibration({ weights: of, refit: _, ...made }: HospitalCalibration): string {
  return `${JSON.stringify({ format: CALIBRATION_FORMAT, version: VERSION, weights: of, calibration: made }, null, 2)}\n`;
}

/** @param cards of the networks here: it would change others wrongly. @throws CalibrationFileError */
export function readCalibration(text: string, cards: readonly NamedWeights[]): HospitalCalibration {
  const json = parsed(text);
  const told = v.safeParse(head, json);
  if (!told.success) throw new CalibrationFileError({ code: 'notACalibration' });
  const { version: itsFormat } = told.output;
  if (itsFormat > VERSION)
    throw new CalibrationFileError({ code: 'calibrationNewer', itsFormat, latestFormat: VERSION });
  const read = v.safeParse(calibrationFile, json);
  if (!read.success) throw new CalibrationFileError({ code: 'calibrationDamaged' });
  const { calibration: made, weights: of } = read.output;
  if (!isCalibrationOf({ weights: of }, cards)) throw new CalibrationFileError({ code: 'calibrationOtherWeights' });
  return { ...made, weights: of, refit: null };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return null;
  }
}
