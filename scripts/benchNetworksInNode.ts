/**
 * A process of `npm run bench`: the networks in Node on each engine that can run them, and a step of training, as JSON
 * on stdout.
 */
import { median } from 'd3';
import { env } from 'onnxruntime-web';
import { loadIndex, loadModel } from '../src/nn/weights.ts';
import { compiledKernels } from '../src/studies/files/compiledKernels.ts';
import { fileReader, MODELS_FOLDER, nodeWasmFiles, startNodeWasm } from '../src/studies/files/shippedModels.ts';
import { drawPhantomCases } from '../src/nn/training/phantomCases.ts';
import { SEGMENT_RECIPE } from '../src/nn/training/segmentationRecipe.ts';
import { startStage, trainStage } from '../src/nn/training/trainSegmentation.ts';
import { benchNetworks, type InNode } from './benchNetworks.ts';

const read = fileReader(MODELS_FOLDER);
const index = await loadIndex(read);
const [locate, segment] = [await loadModel('locate', index, read), await loadModel('segment', index, read)];
const { tfjs } = await nodeWasmFiles();
const times = await benchNetworks(
  { locate: locate.arrays, segment: segment.arrays },
  { tfjs, ...(await compiledKernels()) },
  env,
  Number(process.argv[2]),
);

/** Steps that are timed, after as many that are not. */
const STEPS = 12;
await startNodeWasm();
const phantoms = drawPhantomCases(2, 1);
const stepsMs: number[] = [];
let last = performance.now();
trainStage(
  SEGMENT_RECIPE,
  { schedule: { ...SEGMENT_RECIPE.schedule, steps: 2 * STEPS }, cases: [], phantoms, phantomShare: 1 },
  startStage(SEGMENT_RECIPE),
  {
    afterStep: () => {
      stepsMs.push(performance.now() - last);
      last = performance.now();
      return false;
    },
  },
);
const inNode: InNode = { networks: times, trainingStepMs: median(stepsMs.slice(STEPS)) ?? NaN };
process.stdout.write(JSON.stringify(inNode));
