/** The networks that an evaluation is of: stored ones, or those of a fold, which never saw the cases that it kept out. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { StageName } from '../../nn/networks/segmentation.ts';
import { effectiveParameters, type ParameterArrays } from '../../nn/networks/parameters.ts';
import { unetParameters } from '../../nn/networks/unet.ts';
import { placeSegmentation, type SegmentationNetworks } from '../../nn/segmentStack.ts';
import { FOLDS, STAGE_RECIPES } from '../../nn/training/segmentationRecipe.ts';
import { loadIndex, loadModel } from '../../nn/weights.ts';
import type { SegmentModelFile } from '../../pipeline/analysing/models.ts';
import { confidenceFrom } from './exportSegmentation.ts';
import { fileReader } from '../files/shippedModels.ts';
import { keptRun } from './keptWeights.ts';
import { finalState } from './trainSegmentation.ts';
import { foldFolder, readState } from '../files/trainingRun.ts';

/** Those of a models folder, with the confidence that they bring. */
export async function storedNetworks(folder: string): Promise<SegmentationNetworks> {
  const read = fileReader(folder);
  const index = await loadIndex(read);
  const locate = await loadModel('locate', index, read);
  const segment = await loadModel<SegmentModelFile>('segment', index, read);
  return placeSegmentation(locate.arrays, segment.arrays, segment.file.confidence);
}

/** Those that `npm run train -- segmentation --fold k/5` made, here or on a machine that kept them in training/, with confidence put right by the other folds. */
export async function foldNetworks(fold: number): Promise<SegmentationNetworks> {
  const stage = async (name: StageName): Promise<ParameterArrays> => {
    const folder = foldFolder('segmentation', fold);
    const file = finalState(folder, name);
    const specs = unetParameters(STAGE_RECIPES[name].stage.network);
    const kept = existsSync(file) ? null : await keptRun(folder, path.basename(file, '.state'), specs);
    return effectiveParameters(specs, (kept ?? (await readState(file))).average);
  };
  const others = Array.from({ length: FOLDS }, (_, k) => k + 1).filter((k) => k !== fold);
  const confidence = await confidenceFrom(others.map((k) => foldFolder('segmentation', k)));
  return placeSegmentation(await stage('locate'), await stage('segment'), confidence);
}
