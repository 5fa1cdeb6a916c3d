import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { TrainingCase } from '../../nn/training/augmentation.ts';
import { drawPhantomCases } from '../../nn/training/phantomCases.ts';
import { PHANTOMS } from '../../nn/training/segmentationRecipe.ts';
import { ANATOMY_RECIPE, startAnatomy, trainAnatomy } from '../../nn/training/trainAnatomy.ts';
import { prepareCase } from '../../nn/training/trainSegmentation.ts';
import { readCase } from '../files/caseFolder.ts';
import { runTraining, type Deadline } from '../files/trainingRun.ts';
import { startNodeWasm } from '../files/shippedModels.ts';

export interface AnatomyRun {
  readonly dataFolder: string;
  /** Cases to learn from. */
  readonly cases: readonly string[];
  /** Where the run keeps its state. */
  readonly runFolder: string;
  readonly resume: boolean;
  readonly deadline: Deadline;
}

/** Where a run's auto-encoder is for `npm run evaluate:anatomy`; it is not shipped. */
export const anatomyState = (runFolder: string): string => path.join(runFolder, 'anatomy.state');

/** Trains the auto-encoder of ventricles on experts' masks and phantoms'. Returns whether it is done. */
export async function trainAnatomyModel(run: AnatomyRun): Promise<boolean> {
  await startNodeWasm();
  await mkdir(run.runFolder, { recursive: true });
  const cases: TrainingCase[] = [];
  for (const id of run.cases) {
    const { image, labels } = await readCase(run.dataFolder, id);
    cases.push(prepareCase(id, image, labels));
  }
  const phantoms = drawPhantomCases(ANATOMY_RECIPE.phantoms, PHANTOMS.seed);
  const done = await runTraining(
    'anatomy',
    anatomyState(run.runFolder),
    run.resume,
    run.deadline,
    () => startAnatomy(ANATOMY_RECIPE),
    (state, hooks) => trainAnatomy(ANATOMY_RECIPE, cases, phantoms, state, hooks),
  );
  return done !== null;
}
