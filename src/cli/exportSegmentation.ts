import { startWasm } from '../nn/backends/wasm.ts';
import { effectiveParameters, type ParameterArrays } from '../nn/networks/parameters.ts';
import { unetParameters } from '../nn/networks/unet.ts';
import { placeSegmentation } from '../nn/segmentStack.ts';
import type { TrainingState } from '../nn/training/adamW.ts';
import { STAGE_RECIPES, type StageName, type StageRecipe } from '../nn/training/segmentationRecipe.ts';
import { packWeights, unpackWeights, type ModelFile } from '../nn/weights.ts';
import { evaluateCases, type SegmentationEvaluation } from './evaluateCases.ts';
import { wasmFolder } from './shippedModels.ts';
import { writeModel } from './writeModel.ts';

const VERSION = '0.1.0';

/** One trained stage on its way to its files. */
interface StageExport {
  readonly model: ModelFile;
  readonly weights: Uint8Array;
  readonly exact: ParameterArrays;
  readonly stored: ParameterArrays;
}

function stageExport(name: StageName, state: TrainingState): StageExport {
  const specs = unetParameters(STAGE_RECIPES[name].stage.network);
  const exact = effectiveParameters(specs, state.average);
  const { tensors, weights } = packWeights(specs, exact, 'float16');
  const model = { name, version: VERSION, tensors };
  return { model, weights, exact, stored: unpackWeights(model, weights) };
}

/**
 * Writes both stages as models: the averaged weights in float16, and a card with the recipe and with what they reach on the
 * cases that were kept out of training, before and after the rounding to float16.
 */
export async function exportSegmentation(
  states: Readonly<Record<StageName, TrainingState>>,
  cases: { readonly folder: string; readonly trained: readonly string[]; readonly heldOut: readonly string[] },
  modelsFolder: string,
): Promise<void> {
  const locate = stageExport('locate', states.locate);
  const segment = stageExport('segment', states.segment);
  await startWasm(wasmFolder());
  const evaluate = (form: 'exact' | 'stored'): Promise<SegmentationEvaluation> =>
    evaluateCases(cases.folder, cases.heldOut, placeSegmentation(locate[form], segment[form]));
  const stored = await evaluate('stored');
  const exact = await evaluate('exact');
  const card = (title: string, recipe: StageRecipe, steps: number): Parameters<typeof writeModel>[1]['card'] => ({
    title,
    licence: 'CC-BY-NC-SA-4.0',
    restsOn:
      `Learned from experts' contours of ${cases.trained.length} patients (EMIDEC, Dijon), after an acute event or normal; ` +
      'no chronic infarct among them.',
    whatItIs:
      'One of two small U-Nets: the first finds the left ventricle in each slice, the second segments blood pool, viable ' +
      'myocardium, scar and no-reflow within 134 mm around it, each slice with its two neighbours.',
    intendedUse: 'Research and teaching, non-commercial. Not a medical device, not for decisions about a patient.',
    data: {
      name: 'EMIDEC (Lalande et al., Data 2020, 5(4):89), University Hospital of Dijon',
      licence: 'CC BY-NC-SA 4.0',
      trainedOn: cases.trained,
      keptOut: cases.heldOut,
    },
    recipe: { ...recipe, stepsTrained: steps },
    results: {
      how:
        'Both stages and the anatomical clean-up, on the cases kept out of training; Dice over the whole 3-D case. ' +
        'meanEmidec counts an empty mask on an empty mask as 1. 16 cases fix the Dice of scar to about 0.12 either way only.',
      cases: stored.n,
      mean: rounded(stored.mean),
      meanEmidec: rounded(stored.meanEmidec),
      meanBeforeRoundingToFloat16: rounded(exact.mean),
      byCase: Object.fromEntries(stored.cases.map((one) => [one.id, rounded(one.dice)])),
    },
    limits: [
      'One centre, one vendor, PSIR images; acute infarcts and normal hearts.',
      'The pixel spacing of the training images is an estimate, good to about 10% along one axis.',
      'Every training stack shows the ventricle in all of its slices: slices above the base or below the apex were never seen.',
      'No-reflow and small scars are often missed; look at the contours.',
    ],
  });
  const { locate: locateRecipe, segment: segmentRecipe } = STAGE_RECIPES;
  await writeModel(modelsFolder, {
    ...locate,
    card: card('Finding the left ventricle', locateRecipe, states.locate.step),
  });
  await writeModel(modelsFolder, {
    ...segment,
    card: card('Segmenting the left ventricle', segmentRecipe, states.segment.step),
  });
  process.stderr.write(
    `${JSON.stringify({ mean: stored.mean, meanEmidec: stored.meanEmidec, float32: exact.mean }, null, 2)}\n`,
  );
}

function rounded<T extends Readonly<Record<string, number | null>>>(values: T): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value === null ? null : Number(value.toFixed(4))]),
  );
}
