import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { startTraining, type TrainingState } from '../../nn/training/adamW.ts';
import type { TrainingCase } from '../../nn/training/augmentation.ts';
import { drawPhantomCases } from '../../nn/training/phantomCases.ts';
import { PHANTOMS, STAGE_RECIPES, type StageName, type StageRecipe } from '../../nn/training/segmentationRecipe.ts';
import { prepareCase, startStage, trainStage } from '../../nn/training/trainSegmentation.ts';
import { readCase } from '../files/caseFolder.ts';
import { readState, runTraining, type Deadline } from '../files/trainingRun.ts';
import { startNodeWasm } from '../files/shippedModels.ts';

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

/** Where a run in this folder leaves a stage's last state. */
export const finalState = (runFolder: string, name: StageName): string =>
  path.join(runFolder, `${name}${STAGE_RECIPES[name].refining === null ? '' : '-refined'}.state`);

let drawn: TrainingCase[] | null = null;

/** Drawn once a process: a minute's work. */
function phantomCases(): TrainingCase[] {
  drawn ??= drawPhantomCases(PHANTOMS.count, PHANTOMS.seed);
  return drawn;
}

/**
 * Trains both stages, one after the other: on phantoms, unless that is done, then on the cases, once or twice by the recipe.
 * @returns the final states, or null if the time ran out first.
 */
export async function trainSegmentation(run: SegmentationRun): Promise<Record<StageName, TrainingState> | null> {
  await startNodeWasm();
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
    const onCases = (file: string, by: StageRecipe, start: TrainingState): Promise<TrainingState | null> =>
      runTraining(
        file,
        path.join(run.runFolder, `${file}.state`),
        run.resume,
        run.deadline,
        () => startTraining(start.average),
        (state, hooks) =>
          trainStage(by, { schedule: by.schedule, cases, phantoms, phantomShare: by.phantomShare }, state, hooks),
      );
    const start = run.startFolder === null ? pretrained : await readState(path.join(run.startFolder, `${name}.state`));
    const trained = await onCases(name, recipe, start);
    if (trained === null || recipe.refining === null) return trained;
    return onCases(`${name}-refined`, { ...recipe, ...recipe.refining }, trained);
  };
  const locate = await stage('locate');
  const segment = locate && (await stage('segment'));
  return locate && segment && { locate, segment };
}
