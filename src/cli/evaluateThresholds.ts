/**
 * npm run evaluate:thresholds -- [DIR] [--patients N] [--seed N] [--out FILE]
 * How well each threshold method finds the scar of experts' masks (DIR/<case>/{image,mask}.nii.gz), or of phantoms where no
 * folder is named, inside the true wall: mean Dice and mean error of the scar's share over the cases with scar, and the share
 * falsely found over those without.
 */
import { parseArgs } from 'node:util';
import { evaluateThresholds, phantomCase } from '../studies/segmentation/evaluateThresholds.ts';
import { listCases, readCase, type LabelledCase } from '../studies/files/caseFolder.ts';
import { runCommand, say, tryOutputs, UsageError, writeJson } from './support/output.ts';

const USE = 'Use: npm run evaluate:thresholds -- [DIR] [--patients N] [--seed N] [--out FILE]';

await runCommand(USE, async () => {
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
    throw new UsageError(USE);
  }
  await tryOutputs(values.out);
  const [folder] = positionals;
  const ids =
    folder === undefined ? Array.from({ length: patients }, (_, k) => `${seed + k}`) : await listCases(folder);

  const readCaseOf = (id: string): Promise<LabelledCase> | LabelledCase =>
    folder === undefined ? phantomCase(id) : readCase(folder, id);
  await writeJson(await evaluateThresholds(ids, readCaseOf, say), values.out);
});
