import type { StackAnalysis } from '../../../pipeline/analysing/analyse.ts';
import type { Survival } from '../../../pipeline/analysing/analysis.ts';
import type { WeightsId } from '../../../pipeline/saving/caseFile.ts';
import { CASE_FILE_ENDING } from '../../../pipeline/saving/caseFileName.ts';
import { EMPTY_STUDY, type Stack, type Study } from '../../../pipeline/reading/study.ts';
import { inEnglish } from '../../messages/reasonsEn.ts';
import { toCsv } from '../../../pipeline/saving/toCsv.ts';
import { toMask } from '../../../pipeline/saving/toMask.ts';
import { toFile } from '../../../pipeline/saving/toFile.ts';

/** By then a browser has taken what is saved. */
const TAKEN_MS = 1000;

/** Saves the case's numbers as JSON, as `npm run predict` writes them, with the curve of what the form says now. */
export function saveAnalysis(
  stack: Stack,
  study: Study | null,
  analysis: StackAnalysis,
  survival: Survival,
  weights: readonly WeightsId[],
): void {
  const content = toFile(study ?? { ...EMPTY_STUDY, series: [stack.series] }, analysis, survival, weights, inEnglish);
  save('scarcast.json', new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' }));
}

/** Saves the segmentation as a NIfTI that lies on the input. */
export function saveMask(stack: Stack, analysis: StackAnalysis): void {
  const bytes = toMask(analysis.labels, stack.source);
  save('scarcast-mask.nii.gz', new Blob([Uint8Array.from(bytes)], { type: 'application/gzip' }));
}

/** Saves the numbers one a line, for a spreadsheet. */
export function saveTable(analysis: StackAnalysis, survival: Survival): void {
  save('scarcast.csv', new Blob([toCsv({ ...analysis, survival }, inEnglish)], { type: 'text/csv' }));
}

/** Saves the case to be opened again. */
export function saveCaseFile(bytes: Uint8Array): void {
  save(`case${CASE_FILE_ENDING}`, new Blob([Uint8Array.from(bytes)], { type: 'application/zip' }));
}

/** Saves a DICOM object: a segmentation or a report. */
export function saveDicom(kind: 'segmentation' | 'report', bytes: Uint8Array): void {
  save(`scarcast-${kind}.dcm`, new Blob([Uint8Array.from(bytes)], { type: 'application/dicom' }));
}

/** The name holds nothing of the patient. */
function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // A browser takes the content with the click; some take it a task later. The address must not outlive the case.
  setTimeout(() => URL.revokeObjectURL(url), TAKEN_MS);
}
