import { beforeAll, describe, expect, it } from 'vitest';
import {
  fileReader,
  MODELS_FOLDER,
  readKnownAnswers,
  nodeWasmFiles,
  startNodeWasm,
} from '../../../src/studies/files/shippedModels.ts';
import { BackendError } from '../../../src/nn/backends/backendError.ts';
import { digest, distance, stageAnswer, type KnownAnswer } from '../../../src/nn/knownAnswer.ts';
import { LOCATE } from '../../../src/nn/networks/segmentation.ts';
import { placeStage } from '../../../src/nn/runStage.ts';
import { loadIndex, loadModel, WeightsError, type LoadedModel, type ModelIndex } from '../../../src/nn/weights.ts';
import { loadModels, type KnownAnswers } from '../../../src/pipeline/analysing/models.ts';
import { Random } from '../../../src/core/random.ts';

const read = fileReader(MODELS_FOLDER);
let index: ModelIndex;
let known: KnownAnswers;
let locate: LoadedModel;

beforeAll(async () => {
  await startNodeWasm();
  index = await loadIndex(read);
  known = await readKnownAnswers(MODELS_FOLDER);
  locate = await loadModel('locate', index, read);
});

const loadWith = (answers: KnownAnswers): Promise<unknown> =>
  nodeWasmFiles().then((files) => loadModels(index, answers, read, 'wasm', files, true));

describe('the known answers of the shipped networks', () => {
  it('are those of the weights that are shipped, and are given on WASM (else: npm run known-answers)', async () => {
    await expect(loadWith(known)).resolves.toHaveProperty('backend', 'wasm');
  });

  it('refuse a backend that answers otherwise, network by network', async () => {
    for (const [name, { sha256, answer }] of Object.entries(known)) {
      const other: KnownAnswer = answer.map((output) => output.map((value) => 1.01 * value));
      await expect(loadWith({ ...known, [name]: { sha256, answer: other } }), name).rejects.toThrow(BackendError);
    }
  });

  it('of other weights are no answers', async () => {
    const other = { ...known, segment: { ...known.segment, sha256: known.locate.sha256 } };
    await expect(loadWith(other)).rejects.toThrow(WeightsError);
    const { image, ...others } = known;
    expect(image.answer.length).toBeGreaterThan(0);
    await expect(loadWith(others)).rejects.toThrow(WeightsError);
  });

  it('tell a single layer that is computed wrongly', async () => {
    const bias = 'down2/a/bias';
    const off = Float32Array.from(locate.arrays[bias]);
    off[0] += 0.05;
    const answer = await stageAnswer(LOCATE, placeStage(LOCATE, { ...locate.arrays, [bias]: off }));
    expect(distance(answer, known.locate.answer)).toBeGreaterThan(1);
  });
});

describe('a digest', () => {
  const random = new Random(7);
  const output = Float32Array.from({ length: 100_000 }, () => random.normal());
  const changed = (change: (value: number, at: number) => number): number =>
    distance([digest(output.map(change))], [digest(output)]);

  it('does not mind the last digit of a float32', () => {
    expect(changed((value, at) => value * (1 + (at % 2 === 0 ? 2e-7 : -2e-7)))).toBeLessThan(0.1);
  });

  it('tells a few wrong values, whatever is wrong with them', () => {
    expect(changed((value, at) => (at < 20 ? 0 : value))).toBeGreaterThan(1);
    expect(changed((value, at) => (at >= 99_980 ? -value : value))).toBeGreaterThan(1);
    expect(changed((value, at) => (at === 5 ? NaN : value))).toBe(Infinity);
    expect(changed((_, at) => output[at ^ 1])).toBeGreaterThan(1);
  });

  it('tells values that were kept in fewer bits', () => {
    expect(changed((value) => Math.round(value * 512) / 512)).toBeGreaterThan(1);
  });
});
