import { appendFile, mkdir, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { patientHeart, simulatePatients } from '../core/phantom/cohort.ts';
import { makeHeart } from '../core/phantom/heart.ts';
import { Random } from '../core/random.ts';
import { apexFromMask } from '../core/scar/anatomy.ts';
import { HEART_IMAGE, heartImage } from '../core/survival/heartImage.ts';
import { storeHeart, type SimulatedHeart } from '../nn/training/trainImageBranch.ts';
import type { ImageRecipe } from '../nn/training/imageRecipe.ts';

const HEART_BYTES = HEART_IMAGE.slices * HEART_IMAGE.side ** 2 * HEART_IMAGE.channels;
/** The field that the heart image shows, and a little more. */
const GRID = { size: [66, 66, 12], spacing: [2.2, 2.2, 10] } as const;
const WRITE_EVERY = 50;

/**
 * The recipe's simulated patients with their heart images, drawn once and kept in a file of the run's folder, from where a
 * run that was cut off goes on.
 */
export async function simulatedHearts(recipe: ImageRecipe, runFolder: string): Promise<SimulatedHeart[]> {
  const count = Object.values(recipe.patients).reduce((sum, part) => sum + part, 0);
  const patients = simulatePatients(count, recipe.effect, recipe.cohortSeed);
  const file = path.join(runFolder, `hearts-${recipe.effect}-${recipe.cohortSeed}.bytes`);
  await mkdir(runFolder, { recursive: true });
  const kept = await stat(file).then(
    ({ size }) => Math.floor(size / HEART_BYTES),
    () => 0,
  );
  for (let next = kept; next < patients.length; next += WRITE_EVERY) {
    const some = patients.slice(next, next + WRITE_EVERY).map((patient) => {
      const random = new Random(patient.imageSeed);
      const { volume, labels } = makeHeart(patientHeart(patient, GRID.size, GRID.spacing, random), random);
      const image = heartImage(volume, labels, apexFromMask(labels) ?? 'first');
      if (image === null) throw new RangeError(`Simulated heart ${patient.id} has no ventricle.`);
      return storeHeart(image);
    });
    await appendFile(file, Buffer.concat(some));
    process.stderr.write(`hearts: ${next + some.length} of ${patients.length}\n`);
  }
  const handle = await open(file);
  try {
    const bytes = new Uint8Array(patients.length * HEART_BYTES);
    for (let at = 0; at < bytes.length;) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(bytes.length - at, 1 << 28), at);
      at += bytesRead;
    }
    return patients.map((patient, i) => ({ patient, stored: bytes.subarray(i * HEART_BYTES, (i + 1) * HEART_BYTES) }));
  } finally {
    await handle.close();
  }
}
