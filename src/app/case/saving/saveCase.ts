import type { StackAnalysis } from '../../../pipeline/analysing/analyse.ts';
import type { ExportedSurvival } from '../../../pipeline/saving/exportedSurvival.ts';
import type { WeightsId } from '../../../pipeline/saving/caseFile.ts';
import { CASE_FILE_ENDING } from '../../../pipeline/saving/caseFileName.ts';
import { EMPTY_STUDY, type Stack, type Study } from '../../../pipeline/reading/study.ts';
import type { OpenCase } from '../state/openCase.svelte.ts';
import { saveFile } from '../../shared/saveFile.ts';
import { inEnglish } from '../../messages/reasonsEn.ts';
import { toCsv } from '../../../pipeline/saving/toCsv.ts';
import { toFile } from '../../../pipeline/saving/toFile.ts';
import { fileName } from './fileName.ts';

/** The kinds of file that a case is saved as, and the name of each. */
const KINDS = {
  numbers: { ending: 'json', type: 'application/json' },
  table: { ending: 'csv', type: 'text/csv' },
  mask: { ending: 'nii.gz', type: 'application/gzip' },
  case: { ending: CASE_FILE_ENDING.slice(1), type: 'application/zip' },
  segmentation: { ending: 'dcm', type: 'application/dicom' },
  report: { ending: 'dcm', type: 'application/dicom' },
  fhir: { ending: 'json', type: 'application/fhir+json' },
} as const;
export type SavedKind = keyof typeof KINDS;

/** Saves a file of a case under the reader's label. The name says if it is the second of its kind or a synthetic heart. */
export function save(open: OpenCase, kind: SavedKind, content: string | Uint8Array): void {
  const { ending, type } = KINDS[kind];
  const what = open.image.synthetic ? `synthetic-${kind}` : kind;
  const name = fileName(open.label, new Date(), what, open.countSaved(kind), ending);
  saveFile(name, new Blob([typeof content === 'string' ? content : Uint8Array.from(content)], { type }));
}

/** The case's numbers as JSON, as `npm run predict` writes them, with the curve for the form's current answers. */
export function numbersOf(
  stack: Stack,
  study: Study | null,
  analysis: StackAnalysis,
  survival: ExportedSurvival,
  weights: readonly WeightsId[],
): string {
  const content = toFile(study ?? { ...EMPTY_STUDY, series: [stack.series] }, analysis, survival, weights, inEnglish);
  return JSON.stringify(content, null, 2);
}

/** The numbers, one a line, for a spreadsheet. */
export const tableOf = (analysis: StackAnalysis, survival: ExportedSurvival, isSynthetic: boolean): string =>
  toCsv({ ...analysis, survival, isSynthetic }, inEnglish);
