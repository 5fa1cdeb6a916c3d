/**
 * npm run cohort -- [--data DIR]: summarises the real cohort beside the shipped covariate branch, as `npm run train -- survival`
 * does at its end.
 */
import { parseArgs } from 'node:util';
import { DATA_FOLDER } from '../studies/files/dataFolder.ts';
import { runCommand } from './support/output.ts';
import { MODELS_FOLDER } from '../studies/files/shippedModels.ts';
import { writeCohort } from '../studies/survival/summariseCohort.ts';

await runCommand(async () => {
  const { values } = parseArgs({ options: { data: { type: 'string', default: DATA_FOLDER } } });
  await writeCohort(values.data, MODELS_FOLDER);
});
