import { parseArgs } from 'node:util';
import { placeSegmentation } from '../nn/segmentStack.ts';
import { foldCases } from '../nn/training/segmentationRecipe.ts';
import { loadIndex, loadModel } from '../nn/weights.ts';
import { listCases, namedCases } from '../studies/files/caseFolder.ts';
import { asScanned } from '../studies/segmentation/asScanned.ts';
import { evaluateCases, summarise, type EvaluatedCase } from '../studies/segmentation/evaluateCases.ts';
import { foldNetworks } from '../studies/segmentation/evaluatedNetworks.ts';
import { parseFold } from './support/parseFold.ts';
import { helpText } from './support/help.ts';
import { runCommand, tryOutputs, UsageError, writeJson } from './support/output.ts';
import { fileReader, MODELS_FOLDER, startNodeWasm } from '../studies/files/shippedModels.ts';

const HELP = helpText({
  use: 'evaluate:segmentation -- DIR',
  does: "Compares the segmentation with experts' masks in DIR/<case>/{image,mask}.nii.gz: Dice, distances, masses with their limits of agreement, and intervals, case by case and on average. Prints JSON.",
  options: {
    '--fold k/5':
      'Takes the weights that `npm run train -- segmentation --fold k/5` made, and the cases of DIR that it left out. May be given more than once.',
    '--as-scanned': "Takes out the padding that centres EMIDEC's slices on the heart.",
    '--weights DIR': 'The folder of the weights, public/models by default. --fold takes its own.',
    '--cases FILE': 'A file that names the cases to use, one a line. By default all of them.',
    '--out FILE': 'The file to write the JSON to. Without it, the JSON goes to standard output.',
  },
});

await runCommand(HELP, async () => {
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
    throw new UsageError(HELP);
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
