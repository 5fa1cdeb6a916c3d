import { parseArgs } from 'node:util';
import { evaluateThresholds, phantomCase } from '../studies/segmentation/evaluateThresholds.ts';
import { listCases, readCase, type LabelledCase } from '../studies/files/caseFolder.ts';
import { helpText } from './support/help.ts';
import { runCommand, say, tryOutputs, UsageError, writeJson } from './support/output.ts';

const HELP = helpText({
  use: 'evaluate:thresholds -- [DIR]',
  does: "Measures how well each intensity threshold finds scar inside the true wall, against experts' masks in DIR/<case>/{image,mask}.nii.gz or, without DIR, in phantoms: the mean Dice and the mean error of the scar's share where there is scar, and the share falsely found where there is none. Prints JSON.",
  options: {
    '--patients N': 'The number of phantoms, 30 by default.',
    '--seed N': 'The seed of the phantoms, 1000 by default.',
    '--out FILE': 'The file to write the JSON to. Without it, the JSON goes to standard output.',
  },
});

await runCommand(HELP, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      patients: { type: 'string', default: '30' },
      seed: { type: 'string', default: '1000' },
      out: { type: 'string' },
    },
  });
  const [patients, seed] = [Number(values.patients), Number(values.seed)];
  if (positionals.length > 1 || !(Number.isInteger(patients) && patients > 0) || !Number.isInteger(seed)) {
    throw new UsageError(HELP);
  }
  await tryOutputs(values.out);
  const [folder] = positionals;
  const ids =
    folder === undefined ? Array.from({ length: patients }, (_, k) => `${seed + k}`) : await listCases(folder);

  const readCaseOf = (id: string): Promise<LabelledCase> | LabelledCase =>
    folder === undefined ? phantomCase(id) : readCase(folder, id);
  await writeJson(await evaluateThresholds(ids, readCaseOf, say), values.out);
});
