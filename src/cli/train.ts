/**
 * npm run train -- segmentation|survival [--data DIR] [--fold k/5] [--effect low|mid|high] [--minutes N] [--resume]
 * With --fold the weights and their card stay in the run's folder; without, they replace the shipped ones.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { EFFECTS } from '../core/phantom/constants.ts';
import { IMAGE_RECIPE } from '../nn/training/imageRecipe.ts';
import { foldCases, HELD_OUT_CASES } from '../nn/training/segmentationRecipe.ts';
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
      fold: { type: 'string' },
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
    const fold = values.fold === undefined ? null : parseFold(values.fold);
    const heldOut = fold === null ? HELD_OUT_CASES : foldCases(all, fold.k, fold.of);
    const trained = all.filter((id) => !heldOut.includes(id));
    const runFolder = path.join('.train', fold === null ? what : `${what}-${fold.k}of${fold.of}`);
    const states = await trainSegmentation({ dataFolder: folder, cases: trained, runFolder, resume, deadline });
    done = states !== null;
    if (states !== null) {
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
      'Use: npm run train -- segmentation|survival [--data DIR] [--fold k/5] [--effect low|mid|high] [--minutes N] [--resume]',
    );
  }
  log(done ? 'Done.' : 'The time is up; --resume goes on from here.');
});

function parseFold(text: string): { k: number; of: number } {
  const [, k, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (!(k >= 1 && k <= of && of >= 2)) throw new UsageError(`--fold takes k/5 with k from 1 to 5, not ${text}.`);
  return { k, of };
}
