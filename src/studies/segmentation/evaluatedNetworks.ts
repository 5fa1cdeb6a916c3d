/** The networks under evaluation: stored ones, or those of a fold, which never saw its held-out cases. */
import type { StageName } from '../../nn/networks/segmentation.ts';
import { effectiveParameters, type ParameterArrays } from '../../nn/networks/parameters.ts';
import { unetParameters } from '../../nn/networks/unet.ts';
import { placeSegmentation, type SegmentationNetworks } from '../../nn/segmentStack.ts';
import { FOLDS, STAGE_RECIPES } from '../../nn/training/segmentationRecipe.ts';
import { loadIndex, loadModel } from '../../nn/weights.ts';
import type { SegmentModelFile } from '../../pipeline/analysing/models.ts';
import { confidenceFrom } from './exportSegmentation.ts';
import { fileReader } from '../files/shippedModels.ts';
import { finishedRun } from './keptWeights.ts';
import { lastSpan } from './trainSegmentation.ts';
import { foldFolder } from '../files/trainingRun.ts';

/** Those of a models folder, with their own correction of confidence. */
export async function storedNetworks(folder: string): Promise<SegmentationNetworks> {
  const read = fileReader(folder);
  const index = await loadIndex(read);
  const locate = await loadModel('locate', index, read);
  const segment = await loadModel<SegmentModelFile>('segment', index, read);
  return placeSegmentation(locate.arrays, segment.arrays, segment.file.confidence);
}

/**
 * Those that `npm run train -- segmentation --fold k/5` made, here or on a machine that kept them in training/, with
 * confidence corrected by the other folds that were measured here.
 */
export async function foldNetworks(fold: number): Promise<SegmentationNetworks> {
  const stage = async (name: StageName): Promise<ParameterArrays> => {
    const specs = unetParameters(STAGE_RECIPES[name].stage.network);
    const { average } = await finishedRun(foldFolder('segmentation', fold), lastSpan(name), specs);
    return effectiveParameters(specs, average);
  };
  const others = Array.from({ length: FOLDS }, (_, k) => k + 1).filter((k) => k !== fold);
  const confidence = await confidenceFrom(others.map((k) => foldFolder('segmentation', k)));
  return placeSegmentation(await stage('locate'), await stage('segment'), confidence);
}
