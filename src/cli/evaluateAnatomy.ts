import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { foldCases } from '../nn/training/segmentationRecipe.ts';
import { evaluateAnatomy, placeAnatomy, type Reader } from '../studies/segmentation/evaluateAnatomy.ts';
import { listCases, namedCases } from '../studies/files/caseFolder.ts';
import { foldNetworks, storedNetworks } from '../studies/segmentation/evaluatedNetworks.ts';
import { helpText } from './support/help.ts';
import { runCommand, say, tryOutputs, UsageError, writeJson } from './support/output.ts';
import { MODELS_FOLDER, startNodeWasm } from '../studies/files/shippedModels.ts';
import { anatomyState } from '../studies/segmentation/trainAnatomy.ts';
import { foldFolder, readState } from '../studies/files/trainingRun.ts';
import { parseFold } from './support/parseFold.ts';

const HELP = helpText({
  use: 'evaluate:anatomy -- DIR',
  does: "Compares ways to make a segmentation anatomically possible on the cases in DIR/<case>/{image,mask}.nii.gz: Dice, the number of impossible slices, and how well each measure of plausibility predicts a slice's Dice. Prints JSON.",
  options: {
    '--fold k/5':
      'Takes the weights that `npm run train -- segmentation --fold k/5` made, and the cases of DIR that it left out. May be given more than once. The auto-encoder takes part if `npm run train -- anatomy --fold k/5` has trained it for each of these folds.',
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
  await startNodeWasm();
  const readers: Reader[] = [];
  const folds = (values.fold ?? []).map(parseFold);
  const isEncoded = folds.every((fold) => existsSync(anatomyState(foldFolder('anatomy', fold))));
  for (const fold of folds) readers.push(await foldReader(all, fold, isEncoded));
  if (values.fold === undefined) {
    const ids = values.cases === undefined ? all : await namedCases(values.cases);
    readers.push({ ids, networks: await storedNetworks(values.weights), encoder: null });
  }

  await writeJson(await evaluateAnatomy(folder, readers, say), values.out);
});

/** A fold's cases and the networks that never saw them. */
async function foldReader(all: readonly string[], fold: number, isEncoded: boolean): Promise<Reader> {
  const encoder = anatomyState(foldFolder('anatomy', fold));
  return {
    ids: foldCases(all, fold),
    networks: await foldNetworks(fold),
    encoder: isEncoded ? placeAnatomy((await readState(encoder)).average) : null,
  };
}
