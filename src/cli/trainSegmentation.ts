import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { TrainingState } from '../nn/training/adamW.ts';
import type { TrainingCase } from '../nn/training/augmentation.ts';
import { LOCATE_RECIPE, SEGMENT_RECIPE, type StageRecipe } from '../nn/training/segmentationRecipe.ts';
import { prepareCase, startStage, trainStage } from '../nn/training/trainSegmentation.ts';
import { readCase } from './caseFolder.ts';
import { startWasm } from '../nn/backends/wasm.ts';
import { wasmFolder } from './shippedModels.ts';

export interface SegmentationRun {
  readonly dataFolder: string;
  /** Cases to learn from. */
  readonly cases: readonly string[];
  /** Where the run keeps its state. */
  readonly runFolder: string;
  readonly resume: boolean;
  /** Stop after this long; the state is kept. */
  readonly minutes: number;
}

/** The stages in the order in which they are trained, by the name of their model. */
export const STAGE_RECIPES: Readonly<Record<string, StageRecipe>> = {
  locate: LOCATE_RECIPE,
  segment: SEGMENT_RECIPE,
};

const CHECKPOINT_EVERY_STEPS = 100;

/**
 * Trains both stages, keeping a checkpoint every hundred steps.
 * @returns the final states by stage, or null if the time ran out first.
 */
export async function trainSegmentation(run: SegmentationRun): Promise<Record<string, TrainingState> | null> {
  const started = Date.now();
  await startWasm(wasmFolder());
  await mkdir(run.runFolder, { recursive: true });
  const cases: TrainingCase[] = [];
  for (const id of run.cases) {
    const { image, labels } = await readCase(run.dataFolder, id);
    cases.push(prepareCase(id, image, labels));
  }
  process.stderr.write(`Learning from ${cases.length} cases.\n`);
  const states: Record<string, TrainingState> = {};
  for (const [name, recipe] of Object.entries(STAGE_RECIPES)) {
    const file = path.join(run.runFolder, `${name}.state`);
    const state =
      run.resume && existsSync(file) ? (deserialize(await readFile(file)) as TrainingState) : startStage(recipe);
    states[name] = state;
    let recent = 0;
    let count = 0;
    // trainStage does not yield, so it is run in spans that end at a checkpoint.
    for (let done = state.step >= recipe.schedule.steps; !done;) {
      const timeUp = (): boolean => Date.now() - started > run.minutes * 60_000;
      done = trainStage(recipe, cases, state, {
        afterStep: (step, loss) => {
          recent += loss;
          count += 1;
          return step % CHECKPOINT_EVERY_STEPS === 0 || timeUp();
        },
      });
      await writeFile(`${file}.part`, serialize(state));
      await rename(`${file}.part`, file);
      const minutes = ((Date.now() - started) / 60_000).toFixed(1);
      process.stderr.write(
        `${name}: step ${state.step} of ${recipe.schedule.steps}, mean loss ${(recent / count).toFixed(4)}, ${minutes} min\n`,
      );
      recent = 0;
      count = 0;
      if (!done && timeUp()) return null;
    }
  }
  return states;
}
