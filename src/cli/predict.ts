/** npm run predict -- INPUT [--covariates FILE.json] [--mask OUT.nii.gz] [--out FILE] */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { parseClinicalFile } from '../core/survival/covariates.ts';
import { writeNiftiMask } from '../core/nifti/mask.ts';
import { analyseStack } from '../pipeline/analyse.ts';
import type { Clinical } from '../pipeline/predictSurvival.ts';
import { readStudy } from '../pipeline/readStudy.ts';
import { toFile } from '../pipeline/toFile.ts';
import { inputFiles, nodeLoadWasm } from './inputFiles.ts';
import { runCommand, UsageError, writeJson } from './output.ts';
import { loadNodeModels, MODELS_FOLDER } from './shippedModels.ts';

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { covariates: { type: 'string' }, mask: { type: 'string' }, out: { type: 'string' } },
  });
  if (positionals.length !== 1) {
    throw new UsageError('Use: npm run predict -- INPUT [--covariates FILE.json] [--mask OUT.nii.gz] [--out FILE]');
  }
  const clinical = await readClinical(values.covariates);
  const progress = (text: string): void => void process.stderr.write(`${text}\n`);

  const opened = await readStudy(await inputFiles(positionals[0]), { loadWasm: nodeLoadWasm });
  const { study } = opened;
  for (const { path, reason } of study.refused) progress(`Passed over ${path}: ${reason}`);
  const chosen = study.series.find((series) => series.chosen);
  if (chosen === undefined) {
    const found = study.series.map(({ number, description, reason }) => `\n  ${number} ${description}: ${reason}`);
    throw new UsageError(`No short-axis stack was found in ${positionals[0]}.${found.join('')}`);
  }
  progress(`Reading series ${chosen.number}, ${chosen.description}: ${chosen.reason}`);
  const stack = await opened.loadStack(chosen.id, {});
  const models = await loadNodeModels(MODELS_FOLDER);
  const result = await analyseStack(stack, clinical, {}, models, { onProgress: (stage) => progress(stage) });

  if (values.mask !== undefined) await writeFile(values.mask, writeNiftiMask(result.labels, stack.source));
  await writeJson(toFile(study, result, result.survival, models.cards), values.out);
});

async function readClinical(file: string | undefined): Promise<Clinical> {
  if (file === undefined) return { covariates: {}, facts: {} };
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new UsageError(`${file} could not be read as JSON: ${String(cause)}`, { cause });
  }
  return parseClinicalFile(json);
}
