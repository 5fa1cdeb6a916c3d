import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadIndex, type FetchFile } from '../../nn/weights.ts';
import { loadModels, type KnownAnswers, type Models } from '../../pipeline/analysing/models.ts';

/** Where the repository's weights lie. */
export const MODELS_FOLDER = fileURLToPath(new URL('../../../public/models', import.meta.url));

/** Reads files below a models folder. */
export function fileReader(folder: string): FetchFile {
  return async (name) => new Uint8Array(await readFile(path.join(folder, name)));
}

/** tfjs's WASM files in the installed package, as a folder ending in a separator. */
export function wasmFolder(): string {
  const packageFile = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  return path.join(path.dirname(packageFile), 'wasm-out') + path.sep;
}

export const KNOWN_ANSWERS = 'knownAnswers.json';

/** Empty where none is stored yet. */
export async function readKnownAnswers(folder: string): Promise<KnownAnswers> {
  const file = path.join(folder, KNOWN_ANSWERS);
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as KnownAnswers) : {};
}

/** All models on WASM in Node. */
export async function loadNodeModels(folder: string): Promise<Models> {
  const read = fileReader(folder);
  return loadModels(await loadIndex(read), await readKnownAnswers(folder), read, 'wasm', wasmFolder(), true);
}
