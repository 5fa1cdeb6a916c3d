import { isCaseFileName } from '../../../pipeline/saving/caseFileName.ts';
import type { WeightsId } from '../../../pipeline/saving/caseFile.ts';
import type { DroppedFile, DroppedStudy } from '../../../workers/protocol.ts';
import type { Jobs } from '../../shared/jobs.svelte.ts';
import type { Workers } from '../../shared/workers.ts';
import type { ClinicalForm } from './clinicalForm.svelte.ts';
import type { OtherStudy } from './comparison.svelte.ts';
import { NoStackError } from './noStackError.ts';

interface Surroundings {
  readonly reading: Workers['reading'];
  readonly inference: Workers['inference'];
  readonly drop: (files: readonly DroppedFile[]) => DroppedStudy;
  readonly weights: () => readonly WeightsId[];
  readonly told: { readonly signal: AbortSignal; readonly onProgress: Jobs['show'] };
}

/**
 * Reads another study of the same patient: a saved case, or images, which are then segmented.
 * @param form the answers that its curve is computed for
 * @throws NoStackError where none of its series can be used; whatever the workers throw
 */
export function readOtherStudy(
  files: readonly DroppedFile[],
  form: ClinicalForm,
  around: Surroundings,
): Promise<OtherStudy> {
  const caseFile = files.find(({ path }) => isCaseFileName(path));
  const images = files.filter(({ path }) => !isCaseFileName(path));
  return caseFile ? readSavedCase(caseFile, images, around) : readImages(images, form, around);
}

async function readSavedCase(
  file: DroppedFile,
  images: readonly DroppedFile[],
  { reading, drop, told }: Surroundings,
): Promise<OtherStudy> {
  const saved = await reading.call('openCase', file, told);
  const { patient, grid, voxels, series, source, analysis, survival, weights, imageSha256 } = saved;
  const volume = voxels && { ...grid, voxels, noData: saved.noData ?? undefined };
  const own = volume && { volume, series, source, labels: null, warnings: [], refused: [] };
  const found =
    own === null && images.length > 0
      ? await reading.call('findImage', { dropped: drop(images), wanted: { grid, imageSha256, source } }, told)
      : null;
  const { warnings } = analysis;
  return { read: null, patient, series, warnings, stack: own ?? found?.stack ?? null, analysis, survival, weights };
}

async function readImages(
  files: readonly DroppedFile[],
  form: ClinicalForm,
  { reading, inference, drop, weights, told }: Surroundings,
): Promise<OtherStudy> {
  const dropped = drop(files);
  const study = await reading.call('readStudy', dropped, told);
  const series = study.series.find((one) => one.chosen);
  if (!series) throw new NoStackError({ code: 'noOtherStack' });
  const read = await reading.call('loadStack', { dropped, seriesId: series.id }, told);
  // For the answers as they are by now.
  const { asked, revision } = form;
  const { stack, labels, scar, segmentation, survival, heart, findings, warnings } = await inference.call(
    'analyse',
    { stack: read, ...asked },
    told,
  );
  return {
    read: { heart, findings, revision },
    patient: study.patients[series.id] ?? null,
    series,
    warnings,
    stack,
    analysis: { labels, scar, segmentation },
    survival,
    weights: weights(),
  };
}
