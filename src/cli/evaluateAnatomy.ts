/**
 * npm run evaluate:anatomy -- DIR [--fold k/5 ..] [--weights DIR] [--cases FILE] [--out FILE]: what each way to make the
 * networks' labels anatomically possible does to Dice and to the number of impossible slices, and how well each measure of a
 * slice's plausibility foretells its Dice.
 * With --fold, on the cases that `npm run train -- segmentation --fold k/5` kept out of DIR, by that run's weights; the
 * auto-encoder takes part if `npm run train -- anatomy --fold k/5` has made it for each of these folds, without its cases.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { foldCases } from '../nn/training/segmentationRecipe.ts';
import { evaluateAnatomy, placeAnatomy, type Reader } from '../studies/segmentation/evaluateAnatomy.ts';
import { listCases, namedCases } from '../studies/files/caseFolder.ts';
import { foldNetworks, storedNetworks } from '../studies/segmentation/evaluatedNetworks.ts';
import { runCommand, say, tryOutputs, UsageError, writeJson } from './support/output.ts';
import { MODELS_FOLDER, startNodeWasm } from '../studies/files/shippedModels.ts';
import { anatomyState } from '../studies/segmentation/trainAnatomy.ts';
import { foldFolder, readState } from '../studies/files/trainingRun.ts';
import { parseFold } from './support/parseFold.ts';

const USE = 'Use: npm run evaluate:anatomy -- DIR [--fold k/5 ..] [--weights DIR] [--cases FILE] [--out FILE]';

await runCommand(USE, async () => {
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
    throw new UsageError(USE);
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

/** A fold's cases and what never saw them. */
async function foldReader(all: readonly string[], fold: number, isEncoded: boolean): Promise<Reader> {
  const encoder = anatomyState(foldFolder('anatomy', fold));
  return {
    ids: foldCases(all, fold),
    networks: await foldNetworks(fold),
    encoder: isEncoded ? placeAnatomy((await readState(encoder)).average) : null,
  };
}
