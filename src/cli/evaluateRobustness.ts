/**
 * npm run evaluate:robustness -- DIR [--fold k/5 ..] [--study PATH ..] [--weights DIR] [--cases FILE] [--out FILE]: what the
 * segmentation loses when the same cases are shifted, turned, flipped and scaled within their image, whether phantom slices
 * beyond base and apex are found empty, and whether the two images of each study, PSIR and magnitude, give the same labels.
 * Training images are all PSIR and show the ventricle in their middle; a stranger's do not.
 * With --fold, on the cases that `npm run train -- segmentation --fold k/5` kept out of DIR, by that run's weights; phantoms
 * and studies then by the first fold's.
 */
import { parseArgs } from 'node:util';
import type { SegmentationNetworks } from '../nn/segmentStack.ts';
import { foldCases } from '../nn/training/segmentationRecipe.ts';
import { evaluateRobustness } from '../studies/segmentation/evaluateRobustness.ts';
import { listCases, namedCases } from '../studies/files/caseFolder.ts';
import { foldNetworks, storedNetworks } from '../studies/segmentation/evaluatedNetworks.ts';
import { runCommand, say, tryOutputs, UsageError, writeJson } from './support/output.ts';
import { MODELS_FOLDER, startNodeWasm } from '../studies/files/shippedModels.ts';
import { parseFold } from './support/parseFold.ts';

const USE =
  'Use: npm run evaluate:robustness -- DIR [--fold k/5 ..] [--study PATH ..] [--weights DIR] [--cases FILE] [--out FILE]';

await runCommand(USE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      fold: { type: 'string', multiple: true },
      study: { type: 'string', multiple: true },
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
  const readers: { readonly ids: readonly string[]; readonly networks: SegmentationNetworks }[] = [];
  for (const fold of (values.fold ?? []).map(parseFold)) {
    readers.push({ ids: foldCases(all, fold), networks: await foldNetworks(fold) });
  }
  if (values.fold === undefined) {
    const ids = values.cases === undefined ? all : await namedCases(values.cases);
    readers.push({ ids, networks: await storedNetworks(values.weights) });
  }
  await writeJson(await evaluateRobustness(folder, readers, values.study ?? [], say), values.out);
});
