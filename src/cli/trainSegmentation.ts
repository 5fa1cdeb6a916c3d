import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { startWasm } from '../nn/backends/wasm.ts';
import { startTraining, type TrainingState } from '../nn/training/adamW.ts';
import type { TrainingCase } from '../nn/training/augmentation.ts';
import { drawPhantomCases } from '../nn/training/phantomCases.ts';
import { PHANTOMS, STAGE_RECIPES, type StageName } from '../nn/training/segmentationRecipe.ts';
import { prepareCase, startStage, trainStage } from '../nn/training/trainSegmentation.ts';
import { readCase } from './caseFolder.ts';
import { wasmFolder } from './shippedModels.ts';
import { readState, runTraining, type Deadline } from './trainingRun.ts';

export interface SegmentationRun {
  readonly dataFolder: string;
  /** Cases to learn from. */
  readonly cases: readonly string[];
  /** Where the run keeps its state. */
  readonly runFolder: string;
  /** A finished run to go on from; without one, what phantoms alone have taught. */
  readonly startFolder: string | null;
  readonly resume: boolean;
  readonly deadline: Deadline;
}

/** Where the states lie that phantoms alone have taught: the start of every run. */
const PHANTOM_FOLDER = path.join('.train', 'phantoms');

let drawn: TrainingCase[] | null = null;

/** Drawn once a process: a minute's work. */
function phantomCases(): TrainingCase[] {
  drawn ??= drawPhantomCases(PHANTOMS.count, PHANTOMS.seed);
  return drawn;
}

/**
 * Trains both stages, one after the other: on phantoms, unless that is done, then on the cases.
 * @returns the final states, or null if the time ran out first.
 */
export async function trainSegmentation(run: SegmentationRun): Promise<Record<StageName, TrainingState> | null> {
  await startWasm(wasmFolder());
  await mkdir(PHANTOM_FOLDER, { recursive: true });
  await mkdir(run.runFolder, { recursive: true });
  const phantoms = phantomCases();
  const cases: TrainingCase[] = [];
  for (const id of run.cases) {
    const { image, labels } = await readCase(run.dataFolder, id);
    cases.push(prepareCase(id, image, labels));
  }
  process.stderr.write(`${run.runFolder}: learning from ${cases.length} cases and ${phantoms.length} phantoms.\n`);
  const stage = async (name: StageName): Promise<TrainingState | null> => {
    const recipe = STAGE_RECIPES[name];
    const pretrained = await runTraining(
      `${name} on phantoms`,
      path.join(PHANTOM_FOLDER, `${name}.state`),
      true,
      run.deadline,
      () => startStage(recipe),
      (state, hooks) =>
        trainStage(recipe, { schedule: recipe.pretraining, cases: [], phantoms, phantomShare: 1 }, state, hooks),
    );
    if (pretrained === null) return null;
    const { schedule, phantomShare } = recipe;
    const start = run.startFolder === null ? pretrained : await readState(path.join(run.startFolder, `${name}.state`));
    return runTraining(
      name,
      path.join(run.runFolder, `${name}.state`),
      run.resume,
      run.deadline,
      () => startTraining(start.average),
      (state, hooks) => trainStage(recipe, { schedule, cases, phantoms, phantomShare }, state, hooks),
    );
  };
  const locate = await stage('locate');
  const segment = locate && (await stage('segment'));
  return locate && segment && { locate, segment };
}
