/**
 * npm run train -- segmentation|survival [--data DIR] [--folds 1,2,..] [--effect low|mid|high] [--minutes N] [--resume]
 * With --folds the weights and what they reach on the cases kept out stay in each run's folder; without, the weights that
 * learned from all cases replace the shipped ones.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { EFFECTS } from '../core/phantom/constants.ts';
import { IMAGE_RECIPE } from '../nn/training/imageRecipe.ts';
import { foldCases, FOLDS } from '../nn/training/segmentationRecipe.ts';
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
      folds: { type: 'string' },
      effect: { type: 'string', default: IMAGE_RECIPE.effect },
    },
  });
  const [what] = positionals;
  const { data, resume } = values;
  const deadline = Date.now() + Number(values.minutes) * 60_000;
  if (Number.isNaN(deadline)) throw new UsageError(`--minutes takes a number, not ${values.minutes}.`);
  let done: boolean;
  if (what === 'segmentation') {
    const folder = path.join(data, 'emidec');
    const all = await listCases(folder);
    done = true;
    for (const fold of values.folds === undefined ? [null] : parseFolds(values.folds)) {
      const heldOut = fold === null ? [] : foldCases(all, fold);
      const trained = all.filter((id) => !heldOut.includes(id));
      const runFolder = path.join('.train', fold === null ? what : `${what}-${fold}of${FOLDS}`);
      const states = await trainSegmentation({ dataFolder: folder, cases: trained, runFolder, resume, deadline });
      if (states === null) {
        done = false;
        break;
      }
      const modelsFolder = fold === null ? MODELS_FOLDER : path.join(runFolder, 'models');
      await exportSegmentation(states, { folder, trained, heldOut }, modelsFolder);
    }
  } else if (what === 'survival') {
    const effect = EFFECTS.find((name) => name === values.effect);
    if (effect === undefined) throw new UsageError(`--effect takes ${EFFECTS.join(', ')}, not ${values.effect}.`);
    await trainSurvivalCovariates({ dataFolder: data, modelsFolder: MODELS_FOLDER, log });
    const recipe = { ...IMAGE_RECIPE, effect };
    const runFolder = path.join('.train', what);
    done = await trainSurvivalImage({ recipe, runFolder, modelsFolder: MODELS_FOLDER, resume, deadline, log });
  } else {
    throw new UsageError(
      'Use: npm run train -- segmentation|survival [--data DIR] [--folds 1,2,..] [--effect low|mid|high] [--minutes N] [--resume]',
    );
  }
  log(done ? 'Done.' : 'The time is up; --resume goes on from here.');
});

function parseFolds(text: string): number[] {
  const folds = text.split(',').map(Number);
  if (!folds.every((k) => Number.isInteger(k) && k >= 1 && k <= FOLDS)) {
    throw new UsageError(`--folds takes numbers from 1 to ${FOLDS}, such as 1,2, not ${text}.`);
  }
  return folds;
}
