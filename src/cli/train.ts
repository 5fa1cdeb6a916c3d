/**
 * npm run train -- segmentation|anatomy|survival|survival-limits [--data DIR] [--fold k/5 ..] [--effect low|mid|high] [--minutes N] [--resume]
 * survival-limits sets the widths and factors of the image branch anew, with its weights as they are.
 * With --fold (once or more) the weights and what they reach on the cases kept out stay in each run's folder; without, the
 * weights that learned from all cases replace the shipped ones.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { EFFECTS } from '../core/phantom/constants.ts';
import { IMAGE_RECIPE } from '../nn/training/imageRecipe.ts';
import { foldCases, FOLDS } from '../nn/training/segmentationRecipe.ts';
import { recipeAnatomies } from '../studies/simulation/anatomies.ts';
import { listCases } from '../studies/files/caseFolder.ts';
import { DATA_FOLDER } from '../studies/files/dataFolder.ts';
import { evaluateFold, exportSegmentation } from '../studies/segmentation/exportSegmentation.ts';
import { runCommand, say, UsageError } from './support/output.ts';
import { MODELS_FOLDER } from '../studies/files/shippedModels.ts';
import { setImageLimits } from '../studies/simulation/imageLimits.ts';
import { writeCohort } from '../studies/survival/summariseCohort.ts';
import { trainAnatomyModel } from '../studies/segmentation/trainAnatomy.ts';
import { trainSegmentation } from '../studies/segmentation/trainSegmentation.ts';
import { trainSurvivalCovariates } from '../studies/survival/trainSurvivalCovariates.ts';
import { trainSurvivalImage } from '../studies/survival/trainSurvivalImage.ts';
import { foldFolder } from '../studies/files/trainingRun.ts';
import { parseFold } from './support/parseFold.ts';

const log = say;

const USE =
  'Use: npm run train -- segmentation|anatomy|survival|survival-limits [--data DIR] [--fold k/5 ..] [--effect low|mid|high] [--minutes N] [--resume]';

await runCommand(USE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      data: { type: 'string', default: DATA_FOLDER },
      minutes: { type: 'string', default: '600' },
      resume: { type: 'boolean', default: false },
      fold: { type: 'string', multiple: true },
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
    const run = { dataFolder: folder, resume, deadline };
    if (values.fold === undefined) {
      // All cases stand in no fold's way any more, so the last run goes on from the first fold's weights.
      const states = await trainSegmentation({
        ...run,
        cases: all,
        runFolder: path.join('.train', what),
        startFolder: foldFolder(what, 1),
      });
      done = states !== null;
      if (states !== null) {
        const folds = Array.from({ length: FOLDS }, (_, k) => foldFolder(what, k + 1));
        const external = path.join(data, 'nifti');
        await exportSegmentation(states, all, folds, existsSync(external) ? external : null, MODELS_FOLDER);
      }
    } else {
      done = true;
      for (const fold of values.fold.map(parseFold)) {
        const heldOut = foldCases(all, fold);
        const cases = all.filter((id) => !heldOut.includes(id));
        const states = await trainSegmentation({ ...run, cases, runFolder: foldFolder(what, fold), startFolder: null });
        if (states === null) {
          done = false;
          break;
        }
        await evaluateFold(states, { folder, heldOut }, foldFolder(what, fold));
      }
    }
  } else if (what === 'anatomy') {
    if (values.fold === undefined) throw new UsageError('anatomy is trained by folds alone: give --fold k/5.');
    const folder = path.join(data, 'emidec');
    const all = await listCases(folder);
    done = true;
    for (const fold of values.fold.map(parseFold)) {
      const heldOut = foldCases(all, fold);
      const cases = all.filter((id) => !heldOut.includes(id));
      done &&= await trainAnatomyModel({
        dataFolder: folder,
        cases,
        runFolder: foldFolder(what, fold),
        resume,
        deadline,
      });
    }
  } else if (what === 'survival') {
    const effect = EFFECTS.find((name) => name === values.effect);
    if (effect === undefined) throw new UsageError(`--effect takes ${EFFECTS.join(', ')}, not ${values.effect}.`);
    const run = { runFolder: path.join('.train', what), modelsFolder: MODELS_FOLDER, resume, deadline, log };
    done = await trainSurvivalCovariates({ ...run, dataFolder: data });
    if (done) await writeCohort(data, MODELS_FOLDER);
    if (done) {
      const folder = path.join(data, 'emidec');
      const anatomies = existsSync(folder) ? await recipeAnatomies(folder) : null;
      if (anatomies === null) log(`No ${folder}: the image branch learns from phantoms alone.`);
      done = await trainSurvivalImage({ ...run, anatomies, recipe: { ...IMAGE_RECIPE, effect } });
      if (done && anatomies) await setImageLimits(folder, MODELS_FOLDER, log);
    }
  } else if (what === 'survival-limits') {
    await setImageLimits(path.join(data, 'emidec'), MODELS_FOLDER, log);
    done = true;
  } else {
    throw new UsageError(USE);
  }
  log(done ? 'Done.' : 'The time is up; --resume goes on from here.');
});
