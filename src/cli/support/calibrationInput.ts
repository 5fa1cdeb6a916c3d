/**
 * A hospital's calibration or refit as named in the commands: a calibration's file, a refit's folder, or a '.scarmodel'
 * file.
 */
import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { HospitalCalibration, NamedWeights } from '../../core/patient/hospitalCalibration.ts';
import { readCalibration } from '../../pipeline/saving/calibrationFile.ts';
import { isRefitName } from '../../pipeline/saving/calibrationFormat.ts';
import { readRefit, REFIT_FILES, unzipRefit, zipRefit, type RefitFiles } from '../../pipeline/saving/refitFile.ts';
import { tryOutputs, writeWhole } from './output.ts';
import { readText } from './readText.ts';

/** @throws CalibrationFileError, RefitFileError */
export async function readCalibrationInput(
  given: string,
  cards: readonly NamedWeights[],
): Promise<HospitalCalibration> {
  if ((await stat(given).catch(() => null))?.isDirectory()) return readRefit(await filesIn(given), cards);
  if (isRefitName(given)) return readRefit(unzipRefit(await readFile(given)), cards);
  return readCalibration(await readText(given), cards);
}

/** Those that are present; missing ones are reported by name. */
async function filesIn(folder: string): Promise<RefitFiles> {
  const files: Record<string, Uint8Array> = {};
  for (const name of REFIT_FILES) {
    const bytes = await readFile(path.join(folder, name)).catch(() => null);
    if (bytes) files[name] = bytes;
  }
  return files;
}

/** Checks before the work whether a refit can be written there, and makes its folder. */
export async function tryRefitOutput(out: string): Promise<void> {
  if (isRefitName(out)) await tryOutputs(out);
  else await mkdir(out, { recursive: true });
}

/** As a folder, or as one file if its name says so. */
export async function writeRefitOutput(out: string, files: RefitFiles): Promise<void> {
  if (isRefitName(out)) await writeWhole(out, zipRefit(files));
  else for (const [name, bytes] of Object.entries(files)) await writeWhole(path.join(out, name), bytes);
}
