import type { StackAnalysis } from '../../../pipeline/analysing/analyse.ts';
import type { Survival } from '../../../pipeline/analysing/analysis.ts';
import type { WeightsId } from '../../../pipeline/saving/caseFile.ts';
import { CASE_FILE_ENDING } from '../../../pipeline/saving/caseFileName.ts';
import { EMPTY_STUDY, type Stack, type Study } from '../../../pipeline/reading/study.ts';
import type { ExportKind } from '../../../workers/protocol.ts';
import { saveFile } from '../../shared/saveFile.ts';
import { inEnglish } from '../../messages/reasonsEn.ts';
import { toCsv } from '../../../pipeline/saving/toCsv.ts';
import { toMask } from '../../../pipeline/saving/toMask.ts';
import { toFile } from '../../../pipeline/saving/toFile.ts';

/** Saves the case's numbers as JSON, as `npm run predict` writes them, with the curve of what the form says now. */
export function saveAnalysis(
  stack: Stack,
  study: Study | null,
  analysis: StackAnalysis,
  survival: Survival,
  weights: readonly WeightsId[],
): void {
  const content = toFile(study ?? { ...EMPTY_STUDY, series: [stack.series] }, analysis, survival, weights, inEnglish);
  saveFile('scarcast.json', new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' }));
}

/** Saves the segmentation as a NIfTI that lies on the input. */
export function saveMask(stack: Stack, analysis: StackAnalysis): void {
  const bytes = toMask(analysis.labels, stack.source);
  saveFile('scarcast-mask.nii.gz', new Blob([Uint8Array.from(bytes)], { type: 'application/gzip' }));
}

/** Saves the numbers one a line, for a spreadsheet. */
export function saveTable(analysis: StackAnalysis, survival: Survival): void {
  saveFile('scarcast.csv', new Blob([toCsv({ ...analysis, survival }, inEnglish)], { type: 'text/csv' }));
}

/** Saves the case to be opened again. */
export function saveCaseFile(bytes: Uint8Array): void {
  saveFile(`case${CASE_FILE_ENDING}`, new Blob([Uint8Array.from(bytes)], { type: 'application/zip' }));
}

/** Saves an object for others: a segmentation or a report as DICOM, or a FHIR Bundle. */
export function saveExport(kind: ExportKind, bytes: Uint8Array): void {
  const [name, type] =
    kind === 'fhir' ? ['scarcast-fhir.json', 'application/fhir+json'] : [`scarcast-${kind}.dcm`, 'application/dicom'];
  saveFile(name, new Blob([Uint8Array.from(bytes)], { type }));
}
