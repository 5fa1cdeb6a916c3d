import { describe, expect, it } from 'vitest';
import { fileReader, MODELS_FOLDER } from '../../../src/studies/files/shippedModels.ts';
import {
  loadIndex,
  loadModel,
  packWeights,
  unpackWeights,
  WeightsError,
  type FetchFile,
} from '../../../src/nn/weights.ts';

const specs = [
  { name: 'a/kernel', shape: [2, 3] },
  { name: 'a/bias', shape: [3] },
];
const arrays = {
  'a/kernel': Float32Array.of(1.5, -2, 1 / 3, 1e-3, 0, 700),
  'a/bias': Float32Array.of(0.1, -0.25, 3),
};

/** The shipped files, with one of them changed in transit. */
function changing(path: string, change: (bytes: Uint8Array) => Uint8Array): FetchFile {
  const read = fileReader(MODELS_FOLDER);
  return async (name) => (name === path ? change(await read(name)) : read(name));
}

describe('packing weights', () => {
  it('gives float32 back exactly and float16 to its precision, in the order and shape of the specs', () => {
    for (const dtype of ['float32', 'float16'] as const) {
      const { tensors, weights } = packWeights(specs, arrays, dtype);
      expect(weights.length).toBe(dtype === 'float32' ? 36 : 18);
      expect(tensors.map(({ name, shape }) => ({ name, shape }))).toEqual(specs);
      const back = unpackWeights({ name: 'test', version: '1', tensors }, weights);
      for (const { name } of specs) {
        const given = arrays[name as keyof typeof arrays];
        // Half of the last of binary16's 11 bits, or of its smallest step.
        const precision = dtype === 'float32' ? 0 : 2 ** -11;
        back[name].forEach((value, i) => {
          expect(Math.abs(value - given[i])).toBeLessThanOrEqual(Math.abs(given[i]) * precision);
        });
      }
    }
  });

  it('reads from the middle of a larger buffer', () => {
    const { tensors, weights } = packWeights(specs, arrays, 'float32');
    const larger = new Uint8Array(weights.length + 7);
    larger.set(weights, 5);
    const view = larger.subarray(5, 5 + weights.length);
    expect(unpackWeights({ name: 'test', version: '1', tensors }, view)).toEqual(arrays);
  });

  it('refuses a layout that does not fit the bytes', () => {
    const { tensors, weights } = packWeights(specs, arrays, 'float32');
    const file = { name: 'test', version: '1', tensors };
    expect(() => unpackWeights(file, weights.subarray(0, weights.length - 1))).toThrow(WeightsError);
    const wrongShape = { ...file, tensors: [{ ...tensors[0], shape: [2, 4] }, tensors[1]] };
    expect(() => unpackWeights(wrongShape, weights)).toThrow(WeightsError);
    const negative = { ...file, tensors: [{ ...tensors[0], offset: -4 }, tensors[1]] };
    expect(() => unpackWeights(negative, weights)).toThrow(WeightsError);
  });
});

describe('loading a shipped model', () => {
  it('reads every model of the index, its card and its weights', async () => {
    const index = await loadIndex(fileReader(MODELS_FOLDER));
    expect(index.models.length).toBeGreaterThan(0);
    for (const { name } of index.models) {
      const model = await loadModel(name, index, fileReader(MODELS_FOLDER));
      expect(model.file.name).toBe(name);
      expect(model.card.licence.length).toBeGreaterThan(0);
      expect(model.card.restsOn).toHaveProperty('code');
      expect(Object.values(model.arrays).every((values) => values.every(Number.isFinite))).toBe(true);
    }
  });

  it('refuses a file with one changed bit, one too short and one too long', async () => {
    const index = await loadIndex(fileReader(MODELS_FOLDER));
    const flipped = (bytes: Uint8Array): Uint8Array =>
      bytes.map((value, i) => (i === bytes.length >> 1 ? value ^ 1 : value));
    for (const file of ['model.json', 'weights.bin', 'card.json']) {
      const path = `locate/${file}`;
      for (const change of [
        flipped,
        (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1),
        (bytes: Uint8Array) => Uint8Array.from([...bytes, 0]),
      ]) {
        await expect(loadModel('locate', index, changing(path, change))).rejects.toThrow(WeightsError);
      }
    }
  });

  it('refuses a model that this copy does not have', async () => {
    const index = await loadIndex(fileReader(MODELS_FOLDER));
    await expect(loadModel('nothing', index, fileReader(MODELS_FOLDER))).rejects.toThrow(WeightsError);
  });
});
