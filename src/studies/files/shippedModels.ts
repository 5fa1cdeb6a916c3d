import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startWasm, type WasmFiles } from '../../nn/backends/wasm.ts';
import { loadIndex, type FetchFile } from '../../nn/weights.ts';
import { loadModels, type KnownAnswers, type Models } from '../../pipeline/analysing/models.ts';
import { nodeKernels } from './compiledKernels.ts';

/** Where the repository's weights are. */
export const MODELS_FOLDER = fileURLToPath(new URL('../../../public/models', import.meta.url));

/** Reads files below a models folder. */
export function fileReader(folder: string): FetchFile {
  return async (name) => new Uint8Array(await readFile(path.join(folder, name)));
}

/** The files of the WASM backend here: tfjs's in the installed package, and our kernels. */
export async function nodeWasmFiles(): Promise<WasmFiles> {
  const packageFile = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  return { tfjs: path.join(path.dirname(packageFile), 'wasm-out') + path.sep, kernels: await nodeKernels() };
}

/** Throws BackendError as `startWasm`. */
export const startNodeWasm = async (): Promise<void> => startWasm(await nodeWasmFiles());

export const KNOWN_ANSWERS = 'knownAnswers.json';

/** Empty where none is stored yet. */
export async function readKnownAnswers(folder: string): Promise<KnownAnswers> {
  const file = path.join(folder, KNOWN_ANSWERS);
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as KnownAnswers) : {};
}

/** All models on WASM in Node. */
export async function loadNodeModels(folder: string): Promise<Models> {
  const read = fileReader(folder);
  return loadModels(await loadIndex(read), await readKnownAnswers(folder), read, 'wasm', await nodeWasmFiles(), true);
}
