/** A hospital's calibration as a file: it holds numbers of the whole cohort and no patient. */
import * as v from 'valibot';
import { ScarcastError } from '../../core/errors.ts';
import type { HospitalCalibration } from '../../core/patient/hospitalCalibration.ts';
import type { ModelCard } from '../analysing/models.ts';
import { count, number, sha256, words } from '../saving/schemaParts.ts';

export type CalibrationFault =
  | { readonly code: 'notACalibration' }
  | { readonly code: 'calibrationNewer'; readonly itsFormat: number; readonly latestFormat: number }
  | { readonly code: 'calibrationDamaged' }
  | { readonly code: 'calibrationOtherWeights' };

/** The file is no calibration, is damaged, or is of another version of Scarcast or of the networks. */
export class CalibrationFileError extends ScarcastError<CalibrationFault> {}

const FORMAT = 'scarcast-calibration';
const VERSION = 1;
/** The networks whose numbers it changes. */
const CALIBRATED: readonly string[] = ['covariates', 'fiveAnswers', 'image', 'fusion'];

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
const calibration = v.object({
  madeBy: words,
  madeOn: words,
  covariates: law,
  fiveAnswers: law,
  image: law,
  fused: v.nullable(v.object({ ...fit, fusion })),
});
const whole = v.object({ calibration, weights: v.array(v.object({ name: words, sha256 })) });
const head = v.object({ format: v.literal(FORMAT), version: v.number() });

type Weights = readonly Pick<ModelCard, 'name' | 'sha256'>[];

export function writeCalibration(made: HospitalCalibration, cards: Weights): string {
  const weights = cards
    .filter(({ name }) => CALIBRATED.includes(name))
    .map(({ name, sha256: hash }) => ({ name, sha256: hash }));
  return `${JSON.stringify({ format: FORMAT, version: VERSION, weights, calibration: made }, null, 2)}\n`;
}

/** @param cards of the networks here: those of others would be changed wrongly. @throws CalibrationFileError */
export function readCalibration(text: string, cards: Weights): HospitalCalibration {
  const json = parsed(text);
  const told = v.safeParse(head, json);
  if (!told.success) throw new CalibrationFileError({ code: 'notACalibration' });
  const { version: itsFormat } = told.output;
  if (itsFormat > VERSION)
    throw new CalibrationFileError({ code: 'calibrationNewer', itsFormat, latestFormat: VERSION });
  const read = v.safeParse(whole, json);
  if (!read.success) throw new CalibrationFileError({ code: 'calibrationDamaged' });
  const { weights } = read.output;
  const isSame = CALIBRATED.every((name) => {
    const of = (list: Weights): string | undefined => list.find((one) => one.name === name)?.sha256;
    return of(weights) !== undefined && of(weights) === of(cards);
  });
  if (!isSame) throw new CalibrationFileError({ code: 'calibrationOtherWeights' });
  return read.output.calibration;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
