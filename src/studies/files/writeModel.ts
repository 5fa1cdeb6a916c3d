import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  sha256Hex,
  unpackWeights,
  type LoadedModel,
  type ModelCardJson,
  type ModelFile,
  type ModelIndex,
} from '../../nn/weights.ts';
import { answerOf, type KnownAnswers } from '../../pipeline/analysing/models.ts';
import { KNOWN_ANSWERS, readKnownAnswers, startNodeWasm } from './shippedModels.ts';

/** A model to be stored. */
export interface ModelToWrite {
  readonly model: ModelFile;
  readonly weights: Uint8Array;
  readonly card: ModelCardJson;
}

/**
 * Writes a model's three files below a models folder, its entry, with lengths and hashes, into index.json, and its
 * answers into knownAnswers.json.
 */
export async function writeModel(folder: string, { model, weights, card }: ModelToWrite): Promise<void> {
  const files = { 'model.json': jsonBytes(model), 'weights.bin': weights, 'card.json': jsonBytes(card) };
  await mkdir(path.join(folder, model.name), { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(folder, model.name, name), bytes);
  const listed = (bytes: Uint8Array): { bytes: number; sha256: string } => ({
    bytes: bytes.length,
    sha256: sha256Hex(bytes),
  });
  const entry: ModelIndex['models'][number] = {
    name: model.name,
    version: model.version,
    licence: card.licence,
    files: {
      'model.json': listed(files['model.json']),
      'weights.bin': listed(files['weights.bin']),
      'card.json': listed(files['card.json']),
    },
  };
  const indexFile = path.join(folder, 'index.json');
  const index: ModelIndex = existsSync(indexFile)
    ? (JSON.parse(await readFile(indexFile, 'utf8')) as ModelIndex)
    : { models: [] };
  const models = [...index.models.filter(({ name }) => name !== model.name), entry].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  await writeFile(indexFile, jsonBytes({ models }));
  const { sha256 } = entry.files['weights.bin'];
  await storeKnownAnswer(folder, { file: model, arrays: unpackWeights(model, weights), card, sha256 });
}

/** Stores what a network answers on WASM: what every backend must answer from then on. */
export async function storeKnownAnswer(folder: string, model: LoadedModel): Promise<void> {
  await startNodeWasm();
  const answer = await answerOf(model);
  if (answer === null) return;
  const known: KnownAnswers = {
    ...(await readKnownAnswers(folder)),
    [model.file.name]: { sha256: model.sha256, answer },
  };
  const sorted = Object.fromEntries(Object.entries(known).sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeFile(path.join(folder, KNOWN_ANSWERS), jsonBytes(sorted));
}

function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}
