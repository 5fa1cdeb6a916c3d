/**
 * npm run train -- locate|segmentation|anatomy|survival|survival-limits [--data DIR] [--fold k/5 ..] [--effect low|mid|high] [--minutes N] [--resume]
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
import {
  evaluateFold,
  evaluateLocateFold,
  exportLocate,
  exportSegmentation,
} from '../studies/segmentation/exportSegmentation.ts';
import { runCommand, say, UsageError } from './support/output.ts';
import { MODELS_FOLDER } from '../studies/files/shippedModels.ts';
import { setImageLimits } from '../studies/simulation/imageLimits.ts';
import { writeCohort } from '../studies/survival/summariseCohort.ts';
import { trainAnatomyModel } from '../studies/segmentation/trainAnatomy.ts';
import { trainStages } from '../studies/segmentation/trainSegmentation.ts';
import { trainSurvivalCovariates } from '../studies/survival/trainSurvivalCovariates.ts';
import { trainSurvivalImage } from '../studies/survival/trainSurvivalImage.ts';
import { foldFolder } from '../studies/files/trainingRun.ts';
import { parseFold } from './support/parseFold.ts';

const log = say;

const USE =
  'Use: npm run train -- locate|segmentation|anatomy|survival|survival-limits [--data DIR] [--fold k/5 ..] [--effect low|mid|high] [--minutes N] [--resume]';

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
  if (what === 'locate' || what === 'segmentation') {
    const folder = path.join(data, 'emidec');
    const all = await listCases(folder);
    const run = { dataFolder: folder, resume, deadline };
    // Both stages keep their states in one folder: what 'locate' has trained 'segmentation' goes on from.
    const folderOf = (fold: number): string => foldFolder('segmentation', fold);
    if (values.fold === undefined) {
      // All cases stand in no fold's way any more, so the last run goes on from the first fold's weights.
      const last = { ...run, cases: all, runFolder: path.join('.train', 'segmentation'), startFolder: folderOf(1) };
      const folds = Array.from({ length: FOLDS }, (_, k) => folderOf(k + 1));
      if (what === 'locate') {
        const states = await trainStages(last, ['locate']);
        done = states !== null;
        if (states) await exportLocate(states.locate, all, folds, MODELS_FOLDER);
      } else {
        const states = await trainStages(last, ['locate', 'segment']);
        done = states !== null;
        const external = path.join(data, 'nifti');
        if (states) await exportSegmentation(states, all, folds, existsSync(external) ? external : null, MODELS_FOLDER);
      }
    } else {
      done = true;
      for (const fold of values.fold.map(parseFold)) {
        const heldOut = foldCases(all, fold);
        const cases = all.filter((id) => !heldOut.includes(id));
        const of = { ...run, cases, runFolder: folderOf(fold), startFolder: null };
        if (what === 'locate') {
          const states = await trainStages(of, ['locate']);
          done = states !== null;
          if (states) await evaluateLocateFold(states.locate, { folder, heldOut }, folderOf(fold), log);
        } else {
          const states = await trainStages(of, ['locate', 'segment']);
          done = states !== null;
          if (states) await evaluateFold(states, { folder, heldOut }, folderOf(fold));
        }
        if (!done) break;
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
