import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { SentenceError } from '../../core/errors.ts';
import { gunzipBounded, readNifti } from '../../core/nifti/nifti.ts';
import type { LabelVolume, Volume } from '../../core/volume/volume.ts';

/** A folder of cases is not in the form that `evaluate:segmentation` and `train` need. */
export class CaseFolderError extends SentenceError {}

/** A stack with an expert's labels. */
export interface LabelledCase {
  readonly id: string;
  readonly image: Volume;
  readonly labels: LabelVolume;
}

/** The cases of a folder laid out as <case>/{image,mask}.nii.gz, by name. */
export async function listCases(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/**
 * Reads one case.
 * @throws CaseFolderError if the mask is not on the image's grid or holds a value that is not a label.
 */
export async function readCase(folder: string, id: string): Promise<LabelledCase> {
  const read = async (name: string): Promise<Volume> =>
    readNifti(gunzipBounded(await readFile(path.join(folder, id, name)))).volume;
  const image = await read('image.nii.gz');
  const mask = await read('mask.nii.gz');
  if (mask.size.some((side, axis) => side !== image.size[axis])) {
    throw new CaseFolderError(`${id}: the mask is ${mask.size.join(' x ')} but the image ${image.size.join(' x ')}.`);
  }
  const labels = Uint8Array.from(mask.voxels);
  if (mask.voxels.some((value) => value > 4 || value < 0 || !Number.isInteger(value))) {
    throw new CaseFolderError(`${id}: the mask holds values other than 0 to 4.`);
  }
  return { id, image, labels: { labels, size: image.size, spacing: image.spacing, frame: image.frame } };
}

/** The cases that a text file names, one per line. */
export async function namedCases(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  return text.split(/\s+/).filter((name) => name !== '');
}
