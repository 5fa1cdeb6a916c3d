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
import { helpText } from './support/help.ts';
import { runCommand, say, UsageError } from './support/output.ts';
import { MODELS_FOLDER } from '../studies/files/shippedModels.ts';
import { setImageLimits } from '../studies/simulation/imageLimits.ts';
import { writeCohort } from '../studies/survival/summariseCohort.ts';
import { trainAnatomyModel } from '../studies/segmentation/trainAnatomy.ts';
import { trainStages } from '../studies/segmentation/trainSegmentation.ts';
import { trainSurvivalCovariates } from '../studies/survival/trainSurvivalCovariates.ts';
import { trainSurvivalImage } from '../studies/survival/trainSurvivalImage.ts';
import { foldFolder, type Deadline } from '../studies/files/trainingRun.ts';
import { parseFold } from './support/parseFold.ts';

const log = say;

const HELP = helpText({
  use: 'train -- locate|segmentation|survival|survival-limits|anatomy',
  does: 'Trains weights on the public data and writes them with their cards to public/models. survival-limits only sets the widths and factors of the image branch, by its weights as they are; anatomy is an experiment and is trained by folds. Runs keep their state in .train, and a run that was stopped and resumed gives the same weights as one that was not.',
  options: {
    '--data DIR': 'The folder of the public data, ../shared/data by default. docs/data.md describes it.',
    '--fold k/5':
      'Leaves a fifth of the patients out and measures on them. The weights stay in .train and nothing is shipped. May be given more than once.',
    '--effect low|mid|high': 'Which end of the published effects the simulated outcomes follow.',
    '--minutes N': 'Stops after so many minutes, 600 by default.',
    '--resume': 'Goes on from where an earlier run stopped.',
  },
});

interface Run {
  readonly data: string;
  readonly folds: readonly number[];
  readonly effect: string;
  readonly resume: boolean;
  readonly deadline: Deadline;
}

/** Each trains until it is done, or until the deadline: then it returns false, and --resume continues. */
const TRAININGS: Readonly<Record<string, (run: Run) => Promise<boolean>>> = {
  locate: (run) => trainCascade('locate', run),
  segmentation: (run) => trainCascade('segmentation', run),
  anatomy: trainAnatomyFolds,
  survival: trainSurvival,
  'survival-limits': async ({ data }) => {
    await setImageLimits(path.join(data, 'emidec'), MODELS_FOLDER, log);
    return true;
  },
};

/** Both stages keep their states in one folder: 'segmentation' continues from what 'locate' has trained. */
const cascadeFolder = (fold: number): string => foldFolder('segmentation', fold);

async function trainCascade(what: 'locate' | 'segmentation', { data, folds, resume, deadline }: Run): Promise<boolean> {
  const folder = path.join(data, 'emidec');
  const all = await listCases(folder);
  const run = { dataFolder: folder, resume, deadline };
  if (folds.length === 0) {
    // No case needs to be held out any more, so the last run continues from the first fold's weights.
    const last = {
      ...run,
      cases: all,
      runFolder: path.join('.train', 'segmentation'),
      schedule: 'onAll' as const,
      startFolder: cascadeFolder(1),
    };
    const kept = Array.from({ length: FOLDS }, (_, k) => cascadeFolder(k + 1));
    if (what === 'locate') {
      const states = await trainStages(last, ['locate']);
      if (states) await exportLocate(states.locate, all, kept, MODELS_FOLDER);
      return states !== null;
    }
    const states = await trainStages(last, ['locate', 'segment']);
    const external = path.join(data, 'nifti');
    if (states) await exportSegmentation(states, all, kept, existsSync(external) ? external : null, MODELS_FOLDER);
    return states !== null;
  }
  for (const fold of folds) {
    const heldOut = foldCases(all, fold);
    const cases = all.filter((id) => !heldOut.includes(id));
    const schedule = fold === 1 ? ('schedule' as const) : ('otherFolds' as const);
    const of = { ...run, cases, runFolder: cascadeFolder(fold), schedule, startFolder: null };
    if (what === 'locate') {
      const states = await trainStages(of, ['locate']);
      if (states === null) return false;
      await evaluateLocateFold(states.locate, { folder, heldOut }, cascadeFolder(fold), log);
    } else {
      const states = await trainStages(of, ['locate', 'segment']);
      if (states === null) return false;
      await evaluateFold(states, { folder, heldOut }, cascadeFolder(fold));
    }
  }
  return true;
}

async function trainAnatomyFolds({ data, folds, resume, deadline }: Run): Promise<boolean> {
  if (folds.length === 0) throw new UsageError('anatomy is trained by folds alone: give --fold k/5.');
  const folder = path.join(data, 'emidec');
  const all = await listCases(folder);
  for (const fold of folds) {
    const heldOut = foldCases(all, fold);
    const cases = all.filter((id) => !heldOut.includes(id));
    const run = { dataFolder: folder, cases, runFolder: foldFolder('anatomy', fold), resume, deadline };
    if (!(await trainAnatomyModel(run))) return false;
  }
  return true;
}

async function trainSurvival({ data, effect: asked, resume, deadline }: Run): Promise<boolean> {
  const effect = EFFECTS.find((name) => name === asked);
  if (effect === undefined) throw new UsageError(`--effect takes ${EFFECTS.join(', ')}, not ${asked}.`);
  const run = { runFolder: path.join('.train', 'survival'), modelsFolder: MODELS_FOLDER, resume, deadline, log };
  if (!(await trainSurvivalCovariates({ ...run, dataFolder: data }))) return false;
  await writeCohort(data, MODELS_FOLDER);
  const folder = path.join(data, 'emidec');
  const anatomies = existsSync(folder) ? await recipeAnatomies(folder) : null;
  if (anatomies === null) log(`No ${folder}: the image branch learns from phantoms alone.`);
  if (!(await trainSurvivalImage({ ...run, anatomies, recipe: { ...IMAGE_RECIPE, effect } }))) return false;
  if (anatomies) await setImageLimits(folder, MODELS_FOLDER, log);
  return true;
}

await runCommand(HELP, async () => {
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
  const deadline = Date.now() + Number(values.minutes) * 60_000;
  if (Number.isNaN(deadline)) throw new UsageError(`--minutes takes a number, not ${values.minutes}.`);
  const [what = ''] = positionals;
  if (!Object.hasOwn(TRAININGS, what)) throw new UsageError(HELP);
  const { data, effect, resume } = values;
  const folds = (values.fold ?? []).map(parseFold);
  const done = await TRAININGS[what]({ data, folds, effect, resume, deadline });
  log(done ? 'Done.' : 'The time is up; --resume goes on from here.');
});
