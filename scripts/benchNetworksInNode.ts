/** A process of `npm run bench`: the networks in Node by each who can run them, as JSON on stdout. */
import { env } from 'onnxruntime-web';
import { loadIndex, loadModel } from '../src/nn/weights.ts';
import { compiledKernels } from '../src/studies/files/compiledKernels.ts';
import { fileReader, MODELS_FOLDER, nodeWasmFiles } from '../src/studies/files/shippedModels.ts';
import { benchNetworks } from './benchNetworks.ts';

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
process.stdout.write(JSON.stringify(times));
