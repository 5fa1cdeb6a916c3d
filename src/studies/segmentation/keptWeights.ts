/**
 * Averaged weights of finished runs, in float16 under training/, kept with the code: so that an hour's training need
 * not be repeated on another machine. A state with its running means would be eight times as large, and is only needed
 * to resume in the middle.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ParameterSpec } from '../../nn/networks/parameters.ts';
import { startTraining, type TrainingState } from '../../nn/training/adamW.ts';
import { packWeights, unpackWeights } from '../../nn/weights.ts';
import { readState } from '../files/trainingRun.ts';

const FOLDER = 'training';

const fileOf = (runFolder: string, name: string): string => path.join(FOLDER, path.basename(runFolder), `${name}.bin`);

/** Keeps the averaged weights of a run that is done. */
export async function keepWeights(
  runFolder: string,
  name: string,
  specs: readonly ParameterSpec[],
  { average }: TrainingState,
): Promise<void> {
  const file = fileOf(runFolder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, packWeights(specs, average, 'float16').weights);
}

/**
 * A finished run: its own state if it is here, otherwise its kept weights. Throws as `readState` where there is
 * neither.
 */
export async function finishedRun(
  runFolder: string,
  name: string,
  specs: readonly ParameterSpec[],
): Promise<TrainingState> {
  const stateFile = path.join(runFolder, `${name}.state`);
  return (existsSync(stateFile) ? null : await keptRun(runFolder, name, specs)) ?? readState(stateFile);
}

/** A finished run from its kept weights, at the end of its schedule; null where none are kept. */
export async function keptRun(
  runFolder: string,
  name: string,
  specs: readonly ParameterSpec[],
): Promise<TrainingState | null> {
  const file = fileOf(runFolder, name);
  if (!existsSync(file)) return null;
  const zeros = Object.fromEntries(
    specs.map((spec) => [spec.name, new Float32Array(spec.shape.reduce((product, side) => product * side, 1))]),
  );
  const { tensors } = packWeights(specs, zeros, 'float16');
  const average = unpackWeights({ name, version: '', tensors }, new Uint8Array(await readFile(file)));
  return { ...startTraining(average), step: Infinity };
}
