import { parseArgs } from 'node:util';
import type { SegmentationNetworks } from '../nn/segmentStack.ts';
import { foldCases } from '../nn/training/segmentationRecipe.ts';
import { evaluateRobustness } from '../studies/segmentation/evaluateRobustness.ts';
import { listCases, namedCases } from '../studies/files/caseFolder.ts';
import { foldNetworks, storedNetworks } from '../studies/segmentation/evaluatedNetworks.ts';
import { helpText } from './support/help.ts';
import { runCommand, say, tryOutputs, UsageError, writeJson } from './support/output.ts';
import { MODELS_FOLDER, startNodeWasm } from '../studies/files/shippedModels.ts';
import { parseFold } from './support/parseFold.ts';

const HELP = helpText({
  use: 'evaluate:robustness -- DIR',
  does: 'Measures what the segmentation loses on the cases in DIR/<case>/{image,mask}.nii.gz in the fields of view, crops, headers, contrasts and artefacts that hospitals produce; how many hearts are lost, and how many of those without a warning; what is drawn where there is no heart; and whether slices beyond base and apex of phantoms are found empty. Prints JSON.',
  options: {
    '--fold k/5':
      'Takes the weights that `npm run train -- segmentation --fold k/5` made, and the cases of DIR that it left out. May be given more than once. Phantoms and studies are then seen by the first fold.',
    '--study PATH':
      "Also compares the segmentation of a study's magnitude image with that of its PSIR image. May be given more than once.",
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
      study: { type: 'string', multiple: true },
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
