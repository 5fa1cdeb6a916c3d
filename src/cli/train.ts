/** npm run train -- segmentation|survival [--data DIR] [--minutes N] [--resume] */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { HELD_OUT_CASES } from '../nn/training/segmentationRecipe.ts';
import { listCases } from './caseFolder.ts';
import { DATA_FOLDER } from './dataFolder.ts';
import { exportSegmentation } from './exportSegmentation.ts';
import { runCommand, UsageError } from './output.ts';
import { MODELS_FOLDER } from './shippedModels.ts';
import { trainSegmentation } from './trainSegmentation.ts';
import { trainSurvivalCovariates } from './trainSurvivalCovariates.ts';
import { trainSurvivalImage } from './trainSurvivalImage.ts';

const log = (line: string): void => void process.stderr.write(`${line}\n`);

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      data: { type: 'string', default: DATA_FOLDER },
      minutes: { type: 'string', default: '600' },
      resume: { type: 'boolean', default: false },
    },
  });
  const [what] = positionals;
  const { data, resume } = values;
  const deadline = Date.now() + Number(values.minutes) * 60_000;
  const runFolder = path.join('.train', what ?? '');
  if (Number.isNaN(deadline)) throw new UsageError(`--minutes takes a number, not ${values.minutes}.`);
  let done: boolean;
  if (what === 'segmentation') {
    const folder = path.join(data, 'emidec');
    const all = await listCases(folder);
    const trained = all.filter((id) => !HELD_OUT_CASES.includes(id));
    const states = await trainSegmentation({ dataFolder: folder, cases: trained, runFolder, resume, deadline });
    done = states !== null;
    if (states !== null) {
      await exportSegmentation(states, { folder, trained, heldOut: HELD_OUT_CASES }, MODELS_FOLDER);
    }
  } else if (what === 'survival') {
    await trainSurvivalCovariates({ dataFolder: data, modelsFolder: MODELS_FOLDER, log });
    done = await trainSurvivalImage({ runFolder, modelsFolder: MODELS_FOLDER, resume, deadline, log });
  } else {
    throw new UsageError('Use: npm run train -- segmentation|survival [--data DIR] [--minutes N] [--resume]');
  }
  log(done ? 'Done.' : 'The time is up; --resume goes on from here.');
});
