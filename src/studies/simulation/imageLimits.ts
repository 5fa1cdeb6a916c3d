/**
 * How far the image branch and the fused curve may be off, and what the image says about a scar at each published
 * effect: set on hearts warped from real anatomies that the branch has not learned from, since the page reads real
 * hearts.
 */
import { scarLogOdds, simulatePatients, type SimulatedPatient } from '../../core/phantom/cohort.ts';
import { fuse } from '../../core/patient/fusion.ts';
import { fitEffectCurves, SCAR_EFFECTS, type EffectCurves, type ScarEffect } from '../../core/patient/imageEffects.ts';
import { logOddsOfRisk, type LogLogistic } from '../../core/patient/logLogistic.ts';
import { HORIZON_YEARS } from '../../core/patient/rates.ts';
import { covariateNetwork, type CovariateModelFile } from '../../nn/networks/covariateFile.ts';
import { imageBranch, IMAGE_BRANCH_PARAMETERS } from '../../nn/networks/imageBranch.ts';
import type { ImageModelFile } from '../../nn/readHeart.ts';
import { placeNetwork } from '../../nn/runNetwork.ts';
import type { ImageRecipe } from '../../nn/training/imageRecipe.ts';
import { loadIndex, loadModel, type ModelCardJson } from '../../nn/weights.ts';
import { fusionModel, type FusionModelFile } from '../../pipeline/analysing/models.ts';
import { fileReader, startNodeWasm } from '../files/shippedModels.ts';
import { writeModel } from '../files/writeModel.ts';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { patientOnAnatomy, recipeAnatomies } from './anatomies.ts';
import { covered, READ_BATCH, readPatients, worstError, type Branches, type ReadPatient } from './simulatedFigures.ts';

const COVERED = 0.9;

/** The curves of the image's factors from patients whose scar is known. */
export function effectCurvesOf(patients: readonly ReadPatient[]): EffectCurves {
  return fitEffectCurves(
    patients.map(({ patient: { greyZoneG, scarPercent, greyFraction }, image }) => ({
      logOdds: logOddsOfRisk(image, HORIZON_YEARS),
      scarLogOdds: Object.fromEntries(
        SCAR_EFFECTS.map((effect) => [effect, scarLogOdds(greyZoneG, scarPercent * (1 - greyFraction), effect)]),
      ) as Record<ScarEffect, number>,
    })),
  );
}

/** The width that contains nine of ten truths, with equal weight for each group of patients. */
export function widthOver(groups: readonly (readonly ReadPatient[])[], law: (one: ReadPatient) => LogLogistic): number {
  const errors = groups
    .flatMap((group) =>
      group.map((one) => ({ error: worstError(one, law(one)), weight: 1 / group.length / groups.length })),
    )
    .sort((a, b) => a.error - b.error);
  let share = 0;
  const at = errors.find(({ weight }) => (share += weight) >= COVERED);
  return at?.error ?? errors[errors.length - 1].error;
}

/**
 * Reads the recipe's patients on the anatomies of its tuning and its test part, and writes the widths and curves found there into
 * the models 'image' and 'fusion' below `modelsFolder`, whose weights stay as they are.
 */
export async function setImageLimits(
  anatomyFolder: string,
  modelsFolder: string,
  log: (line: string) => void,
): Promise<void> {
  await startNodeWasm();
  const read = fileReader(modelsFolder);
  const index = await loadIndex(read);
  const [covariates, image, fusionLoaded] = await Promise.all([
    loadModel<CovariateModelFile>('covariates', index, read),
    loadModel<ImageModelFile>('image', index, read),
    loadModel<FusionModelFile>('fusion', index, read),
  ]);
  const { recipe } = image.card as unknown as { readonly recipe: ImageRecipe };
  const { patients: parts, effect, cohortSeed } = recipe;
  const before = parts.branch + parts.fusion;
  const drawn = simulatePatients(before + parts.calibration + parts.test, effect, cohortSeed).slice(before);
  const anatomies = await recipeAnatomies(anatomyFolder);
  const branches: Branches = {
    covariates: covariateNetwork(covariates),
    image: image.file,
    network: placeNetwork(IMAGE_BRANCH_PARAMETERS, image.arrays, imageBranch),
  };
  const readAll = async (
    name: string,
    some: readonly SimulatedPatient[],
    heartOf: (one: SimulatedPatient) => { readonly patient: SimulatedPatient; readonly heart: Float32Array },
  ): Promise<ReadPatient[]> => {
    const found: ReadPatient[] = [];
    for (let start = 0; start < some.length; start += READ_BATCH) {
      found.push(...(await readPatients(branches, some.slice(start, start + READ_BATCH).map(heartOf))));
      if (start % (25 * READ_BATCH) === 0) log(`${name}: ${found.length} of ${some.length}`);
    }
    return found;
  };
  const tuning = await readAll('tuning anatomies', drawn.slice(0, parts.calibration), (one) =>
    patientOnAnatomy(anatomies.calibration, one, effect),
  );
  const test = await readAll('test anatomies', drawn.slice(parts.calibration), (one) =>
    patientOnAnatomy(anatomies.test, one, effect),
  );
  const fusion = fusionModel(fusionLoaded);
  const fused = (one: ReadPatient): LogLogistic => fuse(fusion, one.covariates, one.image);
  const imageFile: ImageModelFile = {
    ...image.file,
    logOddsHalfWidth: widthOver([tuning, test], (one) => one.image),
    effectCurves: effectCurvesOf([...tuning, ...test]),
  };
  const fusionFile: FusionModelFile = { ...fusionLoaded.file, logOddsHalfWidth: widthOver([tuning, test], fused) };
  const holds = (some: readonly ReadPatient[]): Record<'image' | 'fused', number> => ({
    image: covered(some, (one) => one.image, imageFile.logOddsHalfWidth),
    fused: covered(some, fused, fusionFile.logOddsHalfWidth),
  });
  const onReal = { tuningAnatomies: holds(tuning), testAnatomies: holds(test) };
  log(JSON.stringify({ onReal, effectCurves: imageFile.effectCurves }, null, 2));
  for (const [model, card] of [
    [imageFile, image.card],
    [fusionFile, fusionLoaded.card],
  ] as const) {
    await writeModel(modelsFolder, {
      model,
      weights: await readFile(path.join(modelsFolder, model.name, 'weights.bin')),
      card: withCoverage(card, onReal),
    });
  }
}

/** The card with the widths' new coverage in place of the old. */
function withCoverage(card: ModelCardJson, onReal: { readonly testAnatomies: object }): ModelCardJson {
  const results = { ...(card as unknown as { readonly results: Readonly<Record<string, unknown>> }).results };
  // On phantoms, for another width.
  delete results['intervalCoversTruthPercent'];
  const real = results['onRealAnatomies'] as Readonly<Record<string, unknown>> | undefined;
  return {
    ...card,
    results: {
      ...results,
      ...(real && { onRealAnatomies: { ...real, intervalCoversTruthPercent: onReal.testAnatomies } }),
      widthsSetOn: {
        hearts:
          'warped from real anatomies that the branch has not learned from: those of the tuning and of the test part, each counting alike',
        coversTruthPercent: onReal,
      },
    },
  };
}
