/**
 * npm run evaluate:segmentation -- DIR [--fold k/5 ..] [--as-scanned] [--weights DIR] [--cases FILE] [--out FILE]
 * Dice, masses and what else `npm run train -- segmentation` puts into its card, case by case, on cases with an expert's mask.
 * --fold takes the weights that `npm run train -- segmentation --fold k/5` made, on the cases that it kept out of DIR.
 * --as-scanned takes the padding out that centres EMIDEC's slices on the heart.
 */
import { parseArgs } from 'node:util';
import { placeSegmentation } from '../nn/segmentStack.ts';
import { foldCases } from '../nn/training/segmentationRecipe.ts';
import { loadIndex, loadModel } from '../nn/weights.ts';
import { listCases, namedCases } from '../studies/files/caseFolder.ts';
import { asScanned } from '../studies/segmentation/asScanned.ts';
import { evaluateCases, summarise, type EvaluatedCase } from '../studies/segmentation/evaluateCases.ts';
import { foldNetworks } from '../studies/segmentation/evaluatedNetworks.ts';
import { parseFold } from './support/parseFold.ts';
import { runCommand, tryOutputs, UsageError, writeJson } from './support/output.ts';
import { fileReader, MODELS_FOLDER, startNodeWasm } from '../studies/files/shippedModels.ts';

const USE =
  'Use: npm run evaluate:segmentation -- DIR [--fold k/5 ..] [--as-scanned] [--weights DIR] [--cases FILE] [--out FILE]';

await runCommand(USE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      fold: { type: 'string', multiple: true },
      'as-scanned': { type: 'boolean', default: false },
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
  const all = await listCases(folder);
  const prepare = values['as-scanned'] ? asScanned : <T>(one: T): T => one;
  await startNodeWasm();
  const evaluated: EvaluatedCase[] = [];
  for (const fold of (values.fold ?? []).map(parseFold)) {
    evaluated.push(...(await evaluateCases(folder, foldCases(all, fold), await foldNetworks(fold), prepare)));
  }
  if (values.fold === undefined) {
    const ids = values.cases === undefined ? all : await namedCases(values.cases);
    const read = fileReader(values.weights);
    const index = await loadIndex(read);
    const [locate, segment] = [await loadModel('locate', index, read), await loadModel('segment', index, read)];
    // The confidence as the network states it, so that its reliability can be seen.
    const networks = placeSegmentation(locate.arrays, segment.arrays, null);
    evaluated.push(...(await evaluateCases(folder, ids, networks, prepare)));
  }
  await writeJson(summarise(evaluated), values.out);
});
