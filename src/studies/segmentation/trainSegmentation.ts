import type { StageName } from '../../nn/networks/segmentation.ts';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { unetParameters } from '../../nn/networks/unet.ts';
import { startTraining, type TrainingState } from '../../nn/training/adamW.ts';
import type { TrainingCase } from '../../nn/training/augmentation.ts';
import { drawPhantomCases } from '../../nn/training/phantomCases.ts';
import { PHANTOMS, STAGE_RECIPES, type StageRecipe } from '../../nn/training/segmentationRecipe.ts';
import type { Schedule } from '../../nn/training/trainNetwork.ts';
import { halved, prepareCase, startStage, trainStage } from '../../nn/training/trainSegmentation.ts';
import { asScanned } from './asScanned.ts';
import { finishedRun, keepWeights, keptRun } from './keptWeights.ts';
import { readCase } from '../files/caseFolder.ts';
import { runTraining, type Deadline } from '../files/trainingRun.ts';
import { startNodeWasm } from '../files/shippedModels.ts';

export interface SegmentationRun {
  readonly dataFolder: string;
  /** Cases to learn from. */
  readonly cases: readonly string[];
  /** Where the run keeps its state. */
  readonly runFolder: string;
  /** Which of a recipe's schedules. */
  readonly schedule: 'schedule' | 'otherFolds' | 'onAll';
  /** A finished run to continue from; without one, the state trained on phantoms alone. */
  readonly startFolder: string | null;
  readonly resume: boolean;
  readonly deadline: Deadline;
}

/** Where the states trained on phantoms alone are: the start of every run. */
const PHANTOM_FOLDER = path.join('.train', 'phantoms');

/** The name of a stage's last span of training. */
export const lastSpan = (name: StageName): string =>
  `${name}${STAGE_RECIPES[name].refining === null ? '' : '-refined'}`;

function coarser({ id, image, labels }: TrainingCase): TrainingCase {
  const half = halved(image, labels);
  return prepareCase(id, half.image, half.labels);
}

let drawn: TrainingCase[] | null = null;

/** Drawn once per process: it takes a minute. */
function phantomCases(): TrainingCase[] {
  drawn ??= drawPhantomCases(PHANTOMS.count, PHANTOMS.seed);
  return drawn;
}

/**
 * Trains stages, one after the other: on phantoms, unless that is done, then on the cases, once or twice as the recipe
 * says.
 * @returns the final states by stage, or null if the time ran out first.
 */
export async function trainStages<Name extends StageName>(
  run: SegmentationRun,
  names: readonly Name[],
): Promise<Record<Name, TrainingState> | null> {
  await startNodeWasm();
  await mkdir(PHANTOM_FOLDER, { recursive: true });
  await mkdir(run.runFolder, { recursive: true });
  const phantoms = phantomCases();
  const cases: TrainingCase[] = [];
  for (const id of run.cases) {
    const { image, labels } = asScanned(await readCase(run.dataFolder, id));
    cases.push(prepareCase(id, image, labels));
  }
  process.stderr.write(`${run.runFolder}: learning from ${cases.length} cases and ${phantoms.length} phantoms.\n`);
  const stage = async (name: StageName): Promise<TrainingState | null> => {
    const recipe = STAGE_RECIPES[name];
    const specs = unetParameters(recipe.stage.network);
    const seen = (all: readonly TrainingCase[]): readonly TrainingCase[] =>
      name === 'locate' ? all.map(coarser) : all;
    const shown = { cases: seen(cases), phantoms: seen(phantoms) };
    const onPhantoms = (): Promise<TrainingState | null> =>
      runTraining(
        `${name} on phantoms`,
        path.join(PHANTOM_FOLDER, `${name}.state`),
        true,
        run.deadline,
        () => startStage(recipe),
        (state, hooks) => trainStage(recipe, { ...shown, schedule: recipe.pretraining, phantomShare: 1 }, state, hooks),
      );
    const onCases = async (
      file: string,
      by: StageRecipe,
      schedule: Schedule,
      start: () => Promise<TrainingState | null>,
    ): Promise<TrainingState | null> => {
      const stateFile = path.join(run.runFolder, `${file}.state`);
      const kept = run.resume && !existsSync(stateFile) ? await keptRun(run.runFolder, file, specs) : null;
      if (kept) return kept;
      const from = await start();
      if (from === null) return null;
      const state = await runTraining(
        file,
        stateFile,
        run.resume,
        run.deadline,
        () => startTraining(from.average),
        (at, hooks) => trainStage(by, { ...shown, schedule, phantomShare: by.phantomShare }, at, hooks),
      );
      if (state) await keepWeights(run.runFolder, file, specs, state);
      return state;
    };
    const { startFolder } = run;
    const start = startFolder === null ? onPhantoms : () => finishedRun(startFolder, name, specs);
    const trained = await onCases(name, recipe, recipe[run.schedule], start);
    if (trained === null || recipe.refining === null) return trained;
    const { refining } = recipe;
    return onCases(`${name}-refined`, { ...recipe, ...refining }, refining.schedule, () => Promise.resolve(trained));
  };
  const states: Partial<Record<StageName, TrainingState>> = {};
  for (const name of names) {
    const state = await stage(name);
    if (state === null) return null;
    states[name] = state;
  }
  return states as Record<Name, TrainingState>;
}
