/** Simulated patients with hearts warped from real anatomies in a folder of labelled stacks. */
import { heartImage } from '../../core/patient/heartImage.ts';
import { readAnatomy, type Anatomy } from '../../core/phantom/realAnatomy.ts';
import { warpedHeart } from '../../core/phantom/warpedHeart.ts';
import type { SimulatedPatient } from '../../core/phantom/cohort.ts';
import type { Effect } from '../../core/phantom/constants.ts';
import { Random } from '../../core/random.ts';
import { foldCases } from '../../nn/training/segmentationRecipe.ts';
import type { ImageRecipe } from '../../nn/training/imageRecipe.ts';
import { CaseFolderError, listCases, readCase } from '../files/caseFolder.ts';

/** Real anatomies, by the part of the recipe that warps hearts from them. */
export type RecipeAnatomies = Readonly<Record<keyof ImageRecipe['patients'], readonly Anatomy[]>>;

/**
 * The anatomies of a folder laid out as <case>/{image,mask}.nii.gz.
 * @throws CaseFolderError if none can be read from it
 */
export async function readAnatomies(folder: string): Promise<Anatomy[]> {
  return anatomiesOf(folder, await listCases(folder));
}

/** From whose ventricles the image branch learns, from whose the fusion and the limits, and whose give the figures. */
const FOLDS_OF = { branch: [1, 2, 3], tuning: [4], test: [5] } as const;

/** A folder's anatomies for a recipe: no ventricle behind a figure was used for learning. Throws CaseFolderError. */
export async function recipeAnatomies(folder: string): Promise<RecipeAnatomies> {
  const all = await listCases(folder);
  const of = (folds: readonly number[]): Promise<Anatomy[]> =>
    anatomiesOf(folder, folds.flatMap((fold) => foldCases(all, fold)).sort());
  const tuning = await of(FOLDS_OF.tuning);
  return { branch: await of(FOLDS_OF.branch), fusion: tuning, calibration: tuning, test: await of(FOLDS_OF.test) };
}

async function anatomiesOf(folder: string, ids: readonly string[]): Promise<Anatomy[]> {
  const anatomies: Anatomy[] = [];
  for (const id of ids) {
    const { image, labels } = await readCase(folder, id);
    const anatomy = readAnatomy(image, labels);
    if (anatomy === null) process.stderr.write(`${id}: no blood pool or no wall without scar; left out.\n`);
    else anatomies.push(anatomy);
  }
  if (anatomies.length === 0) {
    throw new CaseFolderError(
      `There are no labelled stacks in ${folder}: it should hold <case>/image.nii.gz and mask.nii.gz.`,
    );
  }
  return anatomies;
}

/** The patient on one of the anatomies, chosen and warped by the patient's own seed, and the image that the branch sees. */
export function patientOnAnatomy(
  anatomies: readonly Anatomy[],
  drawn: SimulatedPatient,
  effect: Effect,
): { readonly patient: SimulatedPatient; readonly heart: Float32Array } {
  const random = new Random(drawn.imageSeed);
  const anatomy = anatomies[Math.floor(random.next() * anatomies.length)];
  const { volume, labels, patient } = warpedHeart(anatomy, drawn, effect, random);
  const heart = heartImage(volume, labels, 'first');
  if (heart === null) throw new RangeError(`The heart of patient ${patient.id} has no ventricle.`);
  return { patient, heart };
}
