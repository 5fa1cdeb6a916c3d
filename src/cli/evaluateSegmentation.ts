/** npm run evaluate:segmentation -- DIR [--weights DIR] [--cases FILE] [--out FILE] */
import { parseArgs } from 'node:util';
import { placeSegmentation } from '../nn/segmentStack.ts';
import { loadIndex, loadModel } from '../nn/weights.ts';
import { listCases, namedCases } from '../studies/files/caseFolder.ts';
import { evaluateCases, summarise } from '../studies/segmentation/evaluateCases.ts';
import { runCommand, tryOutputs, UsageError, writeJson } from './support/output.ts';
import { fileReader, MODELS_FOLDER, startNodeWasm } from '../studies/files/shippedModels.ts';

const USE = 'Use: npm run evaluate:segmentation -- DIR [--weights DIR] [--cases FILE] [--out FILE]';

await runCommand(USE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      weights: { type: 'string', default: MODELS_FOLDER },
      cases: { type: 'string' },
      out: { type: 'string' },
    },
  });
  if (positionals.length !== 1) {
    throw new UsageError(USE);
  }
  await tryOutputs(values.out);
  const [folder] = positionals;
  const ids = values.cases === undefined ? await listCases(folder) : await namedCases(values.cases);
  const read = fileReader(values.weights);
  const index = await loadIndex(read);
  const [locate, segment] = [await loadModel('locate', index, read), await loadModel('segment', index, read)];
  await startNodeWasm();
  // The confidence as the network states it, so that its reliability can be seen.
  const networks = placeSegmentation(locate.arrays, segment.arrays, null);
  await writeJson(summarise(await evaluateCases(folder, ids, networks)), values.out);
});
