import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { SentenceError } from '../../core/errors.ts';
import type { TrainingState } from '../../nn/training/adamW.ts';
import { FOLDS } from '../../nn/training/segmentationRecipe.ts';
import type { TrainingHooks } from '../../nn/training/trainNetwork.ts';

const CHECKPOINT_EVERY_STEPS = 100;

/** When a run must stop, in ms since the epoch. */
export type Deadline = number;

/** Where the training of one fold keeps its state. */
export const foldFolder = (what: 'segmentation' | 'anatomy', fold: number): string =>
  path.join('.train', `${what}-${fold}of${FOLDS}`);

/** Another process is working on the same run: each would overwrite what the other has learned. */
export class RunLockedError extends SentenceError {}

/**
 * Reserves a run for this process until it ends. A lock whose process is gone does not count. Nor does a lock of
 * another machine, which cannot be checked: that process may be long dead, and its number here belongs to another.
 * @param run the file or folder that the run writes
 * @throws RunLockedError
 */
export function lockRun(run: string): void {
  const lock = `${run}.lock`;
  mkdirSync(path.dirname(lock), { recursive: true });
  const [pid, machine = hostname()] = existsSync(lock) ? readFileSync(lock, 'utf8').split(' ') : [];
  const holder = pid !== undefined && machine === hostname() ? Number(pid) : null;
  if (holder === process.pid) return;
  if (holder !== null && isRunning(holder)) {
    throw new RunLockedError(`Process ${holder} is at work in ${run}: wait for it, or end it.`);
  }
  writeFileSync(lock, `${process.pid} ${hostname()}`);
  process.once('exit', () => rmSync(lock, { force: true }));
}

function isRunning(pid: number): boolean {
  try {
    // Signal 0 only checks whether there is such a process.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Trains from a checkpoint, or from the start, and keeps a checkpoint every hundred steps.
 * @param train continues from the state in place until a hook stops it; returns true when done
 * @returns the final state, or null if the deadline came first
 */
export async function runTraining(
  name: string,
  file: string,
  resume: boolean,
  deadline: Deadline,
  start: () => TrainingState,
  train: (state: TrainingState, hooks: TrainingHooks) => boolean,
): Promise<TrainingState | null> {
  lockRun(file);
  const state = resume && existsSync(file) ? await readState(file) : start();
  const started = Date.now();
  for (;;) {
    let recent = 0;
    let count = 0;
    // Training does not yield to other work, so it is run in spans that end at a checkpoint.
    const done = train(state, {
      afterStep: (step, loss) => {
        recent += loss;
        count += 1;
        return step % CHECKPOINT_EVERY_STEPS === 0 || Date.now() > deadline;
      },
    });
    if (count > 0) {
      await writeFile(`${file}.part`, serialize(state));
      await rename(`${file}.part`, file);
      const minutes = ((Date.now() - started) / 60_000).toFixed(1);
      process.stderr.write(`${name}: step ${state.step}, mean loss ${(recent / count).toFixed(4)}, ${minutes} min\n`);
    }
    if (done) return state;
    if (Date.now() > deadline) return null;
  }
}

export async function readState(file: string): Promise<TrainingState> {
  return deserialize(await readFile(file)) as TrainingState;
}
