/** Separates images by patient. It reads every header, and so runs in a worker. */
import { readHeaders, type ReadOptions } from '../reading/headers.ts';
import type { InputFile } from '../reading/study.ts';
import type { FoundStudies } from './studies.ts';

/**
 * Sorts files into studies by the Patient ID of their images, which is only ever kept in memory. A zip goes to the patient of its first
 * image. Files without one (NIfTI, and images whose ID was removed) are not assigned.
 * @throws CancelledError
 */
export async function studiesByPatientId<F extends InputFile>(
  files: readonly F[],
  options: ReadOptions,
): Promise<FoundStudies<F>> {
  const { dicoms } = await readHeaders(files, options);
  const idOf = new Map<string, string>();
  for (const { file, image } of dicoms) if (image.patientId !== '') idOf.set(file.path, image.patientId);
  const inZip = [...idOf.keys()];
  const found = new Map<string, F[]>();
  let unplaced = 0;
  for (const file of files) {
    const inside = idOf.get(file.path) ?? idOf.get(inZip.find((path) => path.startsWith(`${file.path}/`)) ?? '');
    if (inside === undefined) {
      unplaced += 1;
      continue;
    }
    const study = found.get(inside) ?? [];
    study.push(file);
    found.set(inside, study);
  }
  return { unplaced, studies: [...found].map(([id, of]) => ({ id, files: of, fault: null })) };
}
