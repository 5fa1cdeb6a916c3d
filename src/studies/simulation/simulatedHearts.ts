import { appendFile, mkdir, open, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { patientHeart, simulatePatients, type SimulatedPatient } from '../../core/phantom/cohort.ts';
import { makeHeart } from '../../core/phantom/heart.ts';
import { Random } from '../../core/random.ts';
import { apexFromMask } from '../../core/segmentation/anatomy.ts';
import { HEART_IMAGE, heartImage } from '../../core/patient/heartImage.ts';
import { storeHeart, type SimulatedHeart } from '../../nn/training/trainImageBranch.ts';
import type { ImageRecipe } from '../../nn/training/imageRecipe.ts';
import { patientOnAnatomy, type RecipeAnatomies } from './anatomies.ts';

const HEART_BYTES = HEART_IMAGE.slices * HEART_IMAGE.side ** 2 * HEART_IMAGE.channels;
const WRITE_EVERY = 50;

/** The recipe's simulated patients. */
function recipePatients(recipe: ImageRecipe): SimulatedPatient[] {
  const count = Object.values(recipe.patients).reduce((sum, part) => sum + part, 0);
  return simulatePatients(count, recipe.effect, recipe.cohortSeed);
}

/**
 * The recipe's simulated patients with the images of phantom hearts, drawn once and kept in a file of the run's folder,
 * from which an interrupted run can be resumed.
 */
export async function simulatedHearts(
  recipe: ImageRecipe,
  runFolder: string,
  resume: boolean,
): Promise<SimulatedHeart[]> {
  const patients = recipePatients(recipe);
  const file = path.join(runFolder, `hearts-${recipe.effect}-${recipe.cohortSeed}.bytes`);
  await mkdir(runFolder, { recursive: true });
  const kept = resume && existsSync(file) ? Math.floor((await stat(file)).size / HEART_BYTES) : 0;
  // A half-written heart would shift all the following ones against their patients.
  await (await open(file, 'a')).close();
  await truncate(file, kept * HEART_BYTES);
  for (let next = kept; next < patients.length; next += WRITE_EVERY) {
    const some = patients.slice(next, next + WRITE_EVERY).map((patient) => {
      const random = new Random(patient.imageSeed);
      const { volume, labels } = makeHeart(patientHeart(patient, random), random);
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

/**
 * The recipe's simulated patients on real anatomies, each part of the recipe on its own; kept like those of
 * `simulatedHearts`, in a folder of the run.
 * @param anatomies by part of the recipe
 */
export async function anatomyHearts(
  recipe: ImageRecipe,
  anatomies: RecipeAnatomies,
  runFolder: string,
  resume: boolean,
): Promise<SimulatedHeart[]> {
  const patients = recipePatients(recipe);
  // Other parts would bring hearts on anatomies reserved for the test into training.
  const parts = Object.values(recipe.patients).join('-');
  const folder = path.join(runFolder, `anatomies-${recipe.effect}-${recipe.cohortSeed}-${parts}`);
  if (!resume) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const hearts: SimulatedHeart[] = [];
  let start = 0;
  for (const part of ['branch', 'fusion', 'calibration', 'test'] as const) {
    const end = start + recipe.patients[part];
    for (; start < end; start += WRITE_EVERY) {
      const file = path.join(folder, `${start}.hearts`);
      if (!existsSync(file)) {
        const some = patients.slice(start, Math.min(end, start + WRITE_EVERY)).map((drawn): SimulatedHeart => {
          const { patient, heart } = patientOnAnatomy(anatomies[part], drawn, recipe.effect);
          return { patient, stored: storeHeart(heart) };
        });
        await writeFile(`${file}.part`, serialize(some));
        await rename(`${file}.part`, file);
        process.stderr.write(`hearts on real anatomies: ${start + some.length} of ${patients.length}\n`);
      }
      hearts.push(...(deserialize(await readFile(file)) as SimulatedHeart[]));
    }
    start = end;
  }
  return hearts;
}
