import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { startWasm } from '../nn/backends/wasm.ts';
import type { TrainingState } from '../nn/training/adamW.ts';
import type { TrainingCase } from '../nn/training/augmentation.ts';
import { STAGE_RECIPES, type StageName } from '../nn/training/segmentationRecipe.ts';
import { prepareCase, startStage, trainStage } from '../nn/training/trainSegmentation.ts';
import { readCase } from './caseFolder.ts';
import { wasmFolder } from './shippedModels.ts';
import { runTraining, type Deadline } from './trainingRun.ts';

export interface SegmentationRun {
  readonly dataFolder: string;
  /** Cases to learn from. */
  readonly cases: readonly string[];
  /** Where the run keeps its state. */
  readonly runFolder: string;
  readonly resume: boolean;
  readonly deadline: Deadline;
}

/**
 * Trains both stages, one after the other.
 * @returns the final states, or null if the time ran out first.
 */
export async function trainSegmentation(run: SegmentationRun): Promise<Record<StageName, TrainingState> | null> {
  await startWasm(wasmFolder());
  await mkdir(run.runFolder, { recursive: true });
  const cases: TrainingCase[] = [];
  for (const id of run.cases) {
    const { image, labels } = await readCase(run.dataFolder, id);
    cases.push(prepareCase(id, image, labels));
  }
  process.stderr.write(`Learning from ${cases.length} cases.\n`);
  const stage = (name: StageName): Promise<TrainingState | null> => {
    const recipe = STAGE_RECIPES[name];
    return runTraining(
      name,
      path.join(run.runFolder, `${name}.state`),
      run.resume,
      run.deadline,
      () => startStage(recipe),
      (state, hooks) => trainStage(recipe, cases, state, hooks),
    );
  };
  const locate = await stage('locate');
  const segment = locate && (await stage('segment'));
  return locate && segment && { locate, segment };
}
