/** How the shipped image branch and the fusion do on simulated patients whose hearts are warped from real ones. */
import { simulatePatients } from '../../core/phantom/cohort.ts';
import { fuse } from '../../core/patient/fusion.ts';
import { covariateNetwork, type CovariateModelFile } from '../../nn/networks/covariateFile.ts';
import { imageBranch, IMAGE_BRANCH_PARAMETERS } from '../../nn/networks/imageBranch.ts';
import type { ImageModelFile } from '../../nn/readHeart.ts';
import { placeNetwork } from '../../nn/runNetwork.ts';
import type { ImageRecipe } from '../../nn/training/imageRecipe.ts';
import type { LoadedModel } from '../../nn/weights.ts';
import { fusionModel, type FusionModelFile } from '../../pipeline/analysing/models.ts';
import { patientOnAnatomy, recipeAnatomies } from './anatomies.ts';
import { startNodeWasm } from '../files/shippedModels.ts';
import { covered, flagged, READ_BATCH, readPatients, simulatedFigures, type ReadPatient } from './simulatedFigures.ts';

export interface AnatomyStudy {
  /** How many real ventricles the hearts were warped from; none of them was used for learning. */
  readonly anatomies: number;
  readonly figures: ReturnType<typeof simulatedFigures>;
  readonly coveredPercent: Readonly<Record<'image' | 'fused', number>>;
  readonly flaggedPercent: number;
}

/** The recipe's test patients on the anatomies of its test part. */
export async function anatomyStudy(
  folder: string,
  models: {
    readonly covariates: LoadedModel<CovariateModelFile>;
    readonly image: LoadedModel<ImageModelFile>;
    readonly fusion: LoadedModel<FusionModelFile>;
  },
  log: (line: string) => void,
): Promise<AnatomyStudy> {
  await startNodeWasm();
  // As the weights were trained, whatever the recipe says now.
  const { recipe } = models.image.card as unknown as { readonly recipe: ImageRecipe };
  const { patients, effect, cohortSeed } = recipe;
  const before = patients.branch + patients.fusion + patients.calibration;
  const drawn = simulatePatients(before + patients.test, effect, cohortSeed).slice(before);
  const { test: anatomies } = await recipeAnatomies(folder);
  const { file, arrays } = models.image;
  const branches = {
    covariates: covariateNetwork(models.covariates),
    image: file,
    network: placeNetwork(IMAGE_BRANCH_PARAMETERS, arrays, imageBranch),
  };
  const read: ReadPatient[] = [];
  for (let start = 0; start < drawn.length; start += READ_BATCH) {
    const some = drawn.slice(start, start + READ_BATCH).map((one) => patientOnAnatomy(anatomies, one, effect));
    read.push(...(await readPatients(branches, some)));
    if (start % (READ_BATCH * 25) === 0) log(`hearts on real anatomies: ${read.length} of ${drawn.length}`);
  }
  const fusion = fusionModel(models.fusion);
  const fused = (one: ReadPatient): ReturnType<typeof fuse> => fuse(fusion, one.covariates, one.image);
  return {
    anatomies: anatomies.length,
    figures: simulatedFigures(read, fused),
    coveredPercent: {
      image: covered(read, (one) => one.image, file.logOddsHalfWidth),
      fused: covered(read, fused, models.fusion.file.logOddsHalfWidth),
    },
    flaggedPercent: flagged(read, file.reconstructionLimit),
  };
}
