/** A study made in code that names its patient in every way, and the case that is exported from it. */
import { nodeLoadWasm } from '../../../../src/studies/files/inputFiles.ts';
import type { Prediction } from '../../../../src/pipeline/analysing/analysis.ts';
import type { ExportedCase } from '../../../../src/pipeline/saving/exportCase.ts';
import { FOUND_PLACES, measureScar, readScar } from '../../../../src/pipeline/analysing/measureScar.ts';
import { readStudy, type ReadableStudy } from '../../../../src/pipeline/reading/readStudy.ts';
import { memoryFile, type Stack } from '../../../../src/pipeline/reading/study.ts';
import { NO_NOTES } from '../../../../src/pipeline/saving/readersNotes.ts';
import { syntheticStack } from '../../../syntheticDicom.ts';

export const COLUMNS = 7;
export const ROWS = 5;
export const SLICES = 5;

/** Every identifying element that such a file has, each with a value that cannot occur elsewhere by chance. */
export const IDENTITY = {
  '00080005': ['CS', 'ISO_IR 192'],
  '00080012': ['DA', '19870102'],
  '00080020': ['DA', '19870103'],
  '00080021': ['DA', '19870104'],
  '00080030': ['TM', '031459.265'],
  '00080050': ['SH', 'ACCESSION77'],
  '00080080': ['LO', 'Klinik Musterstadt'],
  '00080081': ['ST', 'Musterweg 1'],
  '00080090': ['PN', 'Referrer^Rita'],
  '00081010': ['SH', 'STATION7'],
  '00081030': ['LO', 'Herz von Frau Muster'],
  '00081048': ['PN', 'Record^Physician'],
  '00081050': ['PN', 'Performing^Physician'],
  '00081070': ['PN', 'Operator^Olga'],
  '00100010': ['PN', 'Muster^Märta=王^小東'],
  '00100020': ['LO', 'PATID-4711'],
  '00100021': ['LO', 'ISSUER-9'],
  '00100030': ['DA', '19560807'],
  '00100032': ['TM', '061718'],
  '00100040': ['CS', 'F'],
  '00101000': ['LO', 'OTHERID-1'],
  '00101010': ['AS', '067Y'],
  '00101040': ['LO', 'Hinterhof 3'],
  '00102154': ['SH', '+49-30-1234567'],
  '001021B0': ['LT', 'Infarkt nach Streit'],
  '00104000': ['LT', 'Kommentar zu Muster'],
  '00181000': ['LO', 'SERIAL-0815'],
  '00181030': ['LO', 'Protokoll Muster'],
  '00200010': ['SH', 'STUDYID-5'],
  '00200052': ['UI', '1.2.3.999.1'],
  '00204000': ['LT', 'Bildkommentar'],
  '00321032': ['PN', 'Requesting^Physician'],
  '00400254': ['LO', 'Schritt Muster'],
  '00091010': ['LO', 'PRIVATES-1'],
  '0020000D': ['UI', '1.2.3.777.1'],
  '0020000E': ['UI', '1.2.3.777.2'],
} as const;

export const files = syntheticStack(SLICES, 10, (k) => ({
  columns: COLUMNS,
  rows: ROWS,
  pixels: Uint16Array.from({ length: COLUMNS * ROWS }, (_, i) => 50 * k + i),
  elements: { ...IDENTITY, '00080018': ['UI', `1.2.3.777.3.${k + 1}`] },
}));

export const open = (more: readonly Uint8Array[] = []): Promise<ReadableStudy> =>
  readStudy(
    [...files, ...more].map((bytes, i) => memoryFile(`IM${i}`, bytes)),
    { loadWasm: nodeLoadWasm },
  );

export async function chosenOf(study: ReadableStudy): Promise<Stack> {
  const chosen = study.study.series.find((series) => series.chosen);
  if (!chosen) throw new Error(JSON.stringify(study.study));
  return study.loadStack(chosen.id, {});
}

/** All five labels, in every slice except the last, at places that no symmetry of the grid preserves. */
export const labels = Uint8Array.from({ length: COLUMNS * ROWS * SLICES }, (_, i) =>
  i < COLUMNS * ROWS * (SLICES - 1) ? (i * 7 + Math.floor(i / 11)) % 5 : 0,
);

export const prediction: Prediction = {
  mu: 3,
  sigma: 1.1,
  risk: { 1: 0.0123, 4: 0.0378, 5: 0.0456, 10: 0.0789 },
  crudeRisk: { 1: 0.012, 4: 0.035, 5: 0.042, 10: 0.068 },
  otherDeath: { 1: 0.03, 4: 0.12, 5: 0.15, 10: 0.27 },
  interval: { 1: [0.005, 0.03], 4: [0.016, 0.08], 5: [0.02, 0.09], 10: [0.04, 0.15] },
  intervalFrom: {},
  crudeInterval: { 1: [0.005, 0.03], 4: [0.015, 0.07], 5: [0.02, 0.08], 10: [0.03, 0.13] },
  curve: [],
  followUpYears: 4.7,
  restsOn: { code: 'expertContours', patients: 3 },
  simulated: true,
};
export const onPatients: Prediction = { ...prediction, simulated: false };
export const rated = { covariates: onPatients, fiveAnswers: null, fused: prediction };

const NO_COMMENTS = { covariates: [], fiveAnswers: [], image: [], fused: [] };

export const cards = ['locate', 'segment', 'covariates', 'image', 'fusion'].map((name, i) => ({
  name,
  version: `1.${i}`,
  sha256: `${i}`.repeat(64),
}));

export function exported({ volume, source }: Stack, origin: ExportedCase['origin']): ExportedCase {
  const { size, spacing, frame } = volume;
  const segmented = { size, spacing, frame, labels };
  const reading = readScar(volume, segmented, 'first', FOUND_PLACES);
  return {
    source,
    labels: segmented,
    greyZone: { name: 'Grey zone, 2-5SD', voxels: labels.map((label, i) => (label === 2 && i % 3 === 0 ? 1 : 0)) },
    method: '5SD',
    whose: 'network',
    notes: NO_NOTES,
    scar: measureScar(reading),
    survival: {
      covariates: onPatients,
      fiveAnswers: null,
      image: null,
      fused: prediction,
      missingFiveAnswers: [],
      leads: 'covariates',
      usualRate: 'heartFailure',
      hospital: null,
      atRate: { afterInfarct: rated, heartFailure: rated },
      imageEffects: null,
      unusedInputs: [],
      missingInputs: [],
      costOfMissing: {},
      percentile: 0,
      explanation: { atYears: 5, logOdds: -2, meanLogOdds: -2, effects: [] },
      applies: { yes: true, why: [] },
      withheld: null,
    },
    comments: { ...NO_COMMENTS, hospital: NO_COMMENTS, withheld: [] },
    cards,
    origin,
  };
}

export const withLabels = (one: ExportedCase, other: Uint8Array): ExportedCase => ({
  ...one,
  labels: { ...one.labels, labels: other },
});

export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
export const holds = (bytes: Uint8Array, value: string): boolean =>
  text(bytes).includes(Buffer.from(value, 'utf8').toString('latin1'));

/** A table of a patient's own case without warnings, refused files or corrections. */
export const NOTHING_ELSE = { warnings: [], isSynthetic: false, refused: [], corrections: null } as const;

/** What the tests read from a FHIR Bundle. */
export interface Bundle {
  readonly entry: readonly { readonly fullUrl: string; readonly resource: { readonly resourceType: string } }[];
}
