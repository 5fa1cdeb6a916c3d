/** The networks that an evaluation is of: stored ones, or those of a fold, which never saw the cases that it kept out. */
import type { StageName } from '../../nn/networks/segmentation.ts';
import { effectiveParameters, type ParameterArrays } from '../../nn/networks/parameters.ts';
import { unetParameters } from '../../nn/networks/unet.ts';
import { placeSegmentation, type SegmentationNetworks } from '../../nn/segmentStack.ts';
import { FOLDS, STAGE_RECIPES } from '../../nn/training/segmentationRecipe.ts';
import { loadIndex, loadModel } from '../../nn/weights.ts';
import type { SegmentModelFile } from '../../pipeline/analysing/models.ts';
import { confidenceFrom } from './exportSegmentation.ts';
import { fileReader } from '../files/shippedModels.ts';
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

/** Those that `npm run train -- segmentation --fold k/5` made, with confidence put right by the other folds. */
export async function foldNetworks(fold: number): Promise<SegmentationNetworks> {
  const stage = async (name: StageName): Promise<ParameterArrays> => {
    const state = await readState(finalState(foldFolder('segmentation', fold), name));
    return effectiveParameters(unetParameters(STAGE_RECIPES[name].stage.network), state.average);
  };
  const others = Array.from({ length: FOLDS }, (_, k) => k + 1).filter((k) => k !== fold);
  const confidence = await confidenceFrom(others.map((k) => foldFolder('segmentation', k)));
  return placeSegmentation(await stage('locate'), await stage('segment'), confidence);
}
