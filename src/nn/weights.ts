/** Weights as files: how they are written, found, checked and read. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ScarcastError } from '../core/errors.ts';
import { fromFloat16, toFloat16 } from './float16.ts';
import type { ParameterArrays, ParameterSpec } from './networks/parameters.ts';

/** A model's file is missing, changed or not what its index says. */
export class WeightsError extends ScarcastError<WeightsReason> {}

type WeightsReason =
  | { readonly code: 'weightsMissing'; readonly network: string }
  | { readonly code: 'weightsChanged'; readonly file: string }
  | { readonly code: 'weightsLayout'; readonly network: string }
  | { readonly code: 'knownAnswerMissing'; readonly network: string };

export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float16' | 'float32';
  /** Place in weights.bin, bytes. */
  readonly offset: number;
  readonly bytes: number;
}

/** model.json: what weights.bin holds. */
export interface ModelFile {
  readonly name: string;
  readonly version: string;
  readonly tensors: readonly StoredTensor[];
}

/** One file of a model, as index.json lists it. */
export interface IndexedFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** index.json: every model that is shipped. */
export interface ModelIndex {
  readonly models: readonly {
    readonly name: string;
    readonly version: string;
    readonly licence: string;
    readonly files: Readonly<Record<'model.json' | 'weights.bin' | 'card.json', IndexedFile>>;
  }[];
}

/** The data that a model's numbers rest on. */
export type RestsOn =
  /** Patients with chronic heart failure and their real outcomes (MUSIC). */
  | {
      readonly code: 'realOutcomes';
      readonly patients: number;
      readonly ischaemic: number;
      readonly suddenDeaths: number;
    }
  /** The ischaemic among them, summarised. */
  | {
      readonly code: 'realCohort';
      readonly patients: number;
      readonly suddenDeaths: number;
      readonly otherDeaths: number;
    }
  /** Hearts drawn in code, plus `warped` ones of real anatomies, all with outcomes drawn by published effects. */
  | {
      readonly code: 'simulatedOutcomes';
      readonly hearts: number;
      readonly warped: number;
      readonly realHearts: number;
      readonly effect: 'low' | 'mid' | 'high';
    }
  /** The two together. */
  | { readonly code: 'realAndSimulatedOutcomes'; readonly simulatedPatients: number }
  /** A hospital's own patients; and those with the simulated ones of the image branch. */
  | { readonly code: 'hospitalOutcomes'; readonly patients: number; readonly events: number }
  | { readonly code: 'hospitalAndSimulatedOutcomes'; readonly patients: number; readonly events: number }
  /** Of the image branch's head, and of the covariates joined with it; what the head reads was learned from simulated hearts. */
  | { readonly code: 'hospitalHead'; readonly patients: number; readonly events: number }
  | { readonly code: 'hospitalHeadAndCovariates'; readonly patients: number; readonly events: number }
  /** Contours that experts drew (EMIDEC). */
  | { readonly code: 'expertContours'; readonly patients: number };

export type ModelCardJson = Readonly<Record<string, unknown>> & {
  readonly title: string;
  readonly licence: string;
  readonly restsOn: RestsOn;
};

/** A model as read: its description, its arrays, its card, and the SHA-256 of its weights. */
export interface LoadedModel<File extends ModelFile = ModelFile> {
  readonly file: File;
  readonly arrays: ParameterArrays;
  readonly card: ModelCardJson;
  readonly sha256: string;
}

export const sha256Hex = (bytes: Uint8Array): string => bytesToHex(sha256(bytes));

/** Lays arrays out in the order of their specs; float16 halves the download. */
export function packWeights(
  specs: readonly Pick<ParameterSpec, 'name' | 'shape'>[],
  arrays: ParameterArrays,
  dtype: StoredTensor['dtype'],
): { tensors: StoredTensor[]; weights: Uint8Array } {
  const width = dtype === 'float16' ? 2 : 4;
  const total = specs.reduce((sum, { name }) => sum + arrays[name].length * width, 0);
  const weights = new Uint8Array(total);
  const view = new DataView(weights.buffer);
  let offset = 0;
  const tensors = specs.map(({ name, shape }) => {
    const values = arrays[name];
    values.forEach((value, i) => {
      if (dtype === 'float16') view.setUint16(offset + 2 * i, toFloat16(value), true);
      else view.setFloat32(offset + 4 * i, value, true);
    });
    const tensor: StoredTensor = { name, shape, dtype, offset, bytes: values.length * width };
    offset += tensor.bytes;
    return tensor;
  });
  return { tensors, weights };
}

/** Decodes weights.bin to float32 arrays by name. Throws WeightsError where the layout does not fit the bytes. */
export function unpackWeights(file: ModelFile, weights: Uint8Array): ParameterArrays {
  const view = new DataView(weights.buffer, weights.byteOffset, weights.byteLength);
  const arrays: ParameterArrays = {};
  for (const { name, shape, dtype, offset, bytes } of file.tensors) {
    const count = shape.reduce((product, side) => product * side, 1);
    const width = dtype === 'float16' ? 2 : 4;
    if (bytes !== count * width || offset < 0 || offset + bytes > weights.length) {
      throw new WeightsError({ code: 'weightsLayout', network: file.name });
    }
    arrays[name] = Float32Array.from({ length: count }, (_, i) =>
      dtype === 'float16' ? fromFloat16(view.getUint16(offset + 2 * i, true)) : view.getFloat32(offset + 4 * i, true),
    );
  }
  return arrays;
}

/** Returns a file's bytes by its path below the models folder; rejects if it is not there. */
export type FetchFile = (path: string) => Promise<Uint8Array>;

export async function loadIndex(fetchFile: FetchFile): Promise<ModelIndex> {
  return parseJson(await fetchFile('index.json')) as ModelIndex;
}

/**
 * Reads one model, each of its files checked against the index by length and SHA-256.
 * @throws WeightsError if the model is not in the index or a file is not the one that the index lists
 */
export async function loadModel<File extends ModelFile = ModelFile>(
  name: string,
  index: ModelIndex,
  fetchFile: FetchFile,
): Promise<LoadedModel<File>> {
  const entry = index.models.find((model) => model.name === name);
  if (entry === undefined) throw new WeightsError({ code: 'weightsMissing', network: name });
  const checked = async (file: keyof typeof entry.files): Promise<Uint8Array> => {
    const bytes = await fetchFile(`${name}/${file}`);
    const listed = entry.files[file];
    if (bytes.length !== listed.bytes || sha256Hex(bytes) !== listed.sha256) {
      throw new WeightsError({ code: 'weightsChanged', file: `${name}/${file}` });
    }
    return bytes;
  };
  const file = parseJson(await checked('model.json')) as File;
  const weights = await checked('weights.bin');
  const card = parseJson(await checked('card.json')) as ModelCardJson;
  return { file, arrays: unpackWeights(file, weights), card, sha256: entry.files['weights.bin'].sha256 };
}

function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}
