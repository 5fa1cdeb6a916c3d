import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SentenceError } from '../../core/errors.ts';
import { LEAST_NO_REFLOW_ML, MIN_SCAR_ML } from '../../core/segmentation/anatomy.ts';
import { asScanned } from './asScanned.ts';
import { meanOf } from './caseEvaluation.ts';
import { fitMargins, leaveOneOutCoverage, type MeasuredCase } from '../../core/segmentation/conformal.ts';
import {
  addReliability,
  calibrated,
  expectedCalibrationError,
  fitConfidenceMap,
  type ReliabilityCounts,
} from '../../core/segmentation/reliability.ts';
import { HEART_LABELS, type HeartLabel } from '../../core/volume/volume.ts';
import { effectiveParameters, type ParameterArrays } from '../../nn/networks/parameters.ts';
import { unetParameters } from '../../nn/networks/unet.ts';
import { LOCATE, type StageName } from '../../nn/networks/segmentation.ts';
import { placeStage, runHere } from '../../nn/runStage.ts';
import { placeSegmentation, type ConfidenceMaps } from '../../nn/segmentStack.ts';
import type { TrainingState } from '../../nn/training/adamW.ts';
import { FOLDS, PHANTOMS, STAGE_RECIPES } from '../../nn/training/segmentationRecipe.ts';
import { packWeights, unpackWeights, type ModelFile } from '../../nn/weights.ts';
import type { IntervalMeasure, SegmentModelFile } from '../../pipeline/analysing/models.ts';
import { listCases } from '../files/caseFolder.ts';
import { evaluatePlaces, type FoundPlaces } from './evaluatePlaces.ts';
import { evaluateCases, summarise, type EvaluatedCase } from './evaluateCases.ts';
import { startNodeWasm } from '../files/shippedModels.ts';
import { writeModel } from '../files/writeModel.ts';

/** Of each stage's weights: they are trained separately. */
const VERSIONS: Readonly<Record<StageName, string>> = { locate: '0.4.0', segment: '0.4.0' };

/** No fold is evaluated, so the final weights' card would have no basis. */
export class FoldsMissingError extends SentenceError {}

type Card = Parameters<typeof writeModel>[1]['card'];

/** One trained stage, to be written to its files. */
interface PackedStage {
  readonly model: ModelFile;
  readonly weights: Uint8Array;
  readonly exact: ParameterArrays;
  readonly stored: ParameterArrays;
}

/** The averaged weights in float16. */
function packStage(name: StageName, state: TrainingState): PackedStage {
  const specs = unetParameters(STAGE_RECIPES[name].stage.network);
  const exact = effectiveParameters(specs, state.average);
  const { tensors, weights } = packWeights(specs, exact, 'float16');
  const model = { name, version: VERSIONS[name], tensors };
  return { model, weights, exact, stored: unpackWeights(model, weights) };
}

/** What a fold leaves behind for the card: its cases by the weights as stored, and by those before rounding. */
interface FoldEvaluation {
  readonly stored: readonly EvaluatedCase[];
  readonly exact: readonly EvaluatedCase[];
}

const evaluationFile = (runFolder: string): string => path.join(runFolder, 'evaluation.json');

/** Evaluates a fold's weights on its held-out cases, into its run's folder. */
export async function evaluateFold(
  states: Readonly<Record<StageName, TrainingState>>,
  cases: { readonly folder: string; readonly heldOut: readonly string[] },
  runFolder: string,
): Promise<void> {
  const locate = packStage('locate', states.locate);
  const segment = packStage('segment', states.segment);
  await startNodeWasm();
  const evaluate = (form: 'exact' | 'stored'): Promise<EvaluatedCase[]> =>
    evaluateCases(cases.folder, cases.heldOut, placeSegmentation(locate[form], segment[form], null), asScanned);
  const evaluation: FoldEvaluation = { stored: await evaluate('stored'), exact: await evaluate('exact') };
  await writeFile(evaluationFile(runFolder), JSON.stringify(evaluation));
  process.stderr.write(`${runFolder}: ${JSON.stringify(figures(evaluation.stored))}\n`);
}

const placesFile = (runFolder: string): string => path.join(runFolder, 'places.json');

/** Searches for hearts in all variants of a fold's held-out cases with its first stage, into its run's folder. */
export async function evaluateLocateFold(
  state: TrainingState,
  { folder, heldOut }: { readonly folder: string; readonly heldOut: readonly string[] },
  runFolder: string,
  log: (line: string) => void,
): Promise<void> {
  await startNodeWasm();
  const run = runHere(LOCATE, placeStage(LOCATE, packStage('locate', state).stored));
  await writeFile(placesFile(runFolder), JSON.stringify(await evaluatePlaces(folder, heldOut, run, log)));
}

/**
 * Writes the first stage, learned from all cases: its card holds what the folds' weights found in their held-out cases.
 * @throws FoldsMissingError if none is evaluated yet
 */
export async function exportLocate(
  state: TrainingState,
  trained: readonly string[],
  foldFolders: readonly string[],
  modelsFolder: string,
): Promise<void> {
  const files = foldFolders.map(placesFile).filter((file) => existsSync(file));
  if (files.length === 0) {
    throw new FoldsMissingError(`Nothing is validated yet: run npm run train -- locate --fold k/${FOLDS} first.`);
  }
  const folds = await Promise.all(files.map(async (file) => JSON.parse(await readFile(file, 'utf8')) as FoundPlaces));
  const total = (of: (fold: FoundPlaces) => Readonly<Record<string, Readonly<Record<string, number>>>>) =>
    Object.fromEntries(
      Object.entries(of(folds[0])).map(([name, figures]) => [
        name,
        Object.fromEntries(
          Object.keys(figures).map((key) => [key, folds.reduce((sum, fold) => sum + of(fold)[name][key], 0)]),
        ),
      ]),
    );
  await writeModel(modelsFolder, {
    ...packStage('locate', state),
    card: {
      title: 'Finding the left ventricle',
      ...aboutCascade(trained),
      recipe: STAGE_RECIPES.locate,
      results: {
        how:
          `Cross-validation, ${folds.length} of ${FOLDS} folds: hearts in variants of cases that the weights never saw, as scanned and as ` +
          'hospitals and their files change them. firstMissed counts stacks in which the place that is looked at first is not the heart, ' +
          'missed those in which none of the places that are segmented is. In stacks without a heart, found counts those in which a place ' +
          'was found all the same; whether it is believed is asked after the second stage. These weights went on from the first ' +
          'fold’s on all cases.',
        variants: total(({ variants }) => variants as unknown as Record<string, Record<string, number>>),
        noHeart: total(({ noHeart }) => noHeart),
      },
      limits: [
        'One centre, one vendor, 1.5 T and 3 T, PSIR images; acute infarcts and normal hearts.',
        'No real slice of the abdomen or above the base was seen in training, only synthetic ones and what lies beside the heart.',
        'Where the network’s four looks at the heart disagree the page says that it may not have found it.',
      ],
    },
  });
}

/** Of the folds whose evaluation is there. */
async function readEvaluations(runFolders: readonly string[]): Promise<FoldEvaluation[]> {
  const files = runFolders.map(evaluationFile).filter((file) => existsSync(file));
  return Promise.all(files.map(async (file) => JSON.parse(await readFile(file, 'utf8')) as FoldEvaluation));
}

/** Confidence corrected by what the folds of these runs found, for another one; null if none is evaluated yet. */
export async function confidenceFrom(runFolders: readonly string[]): Promise<ConfidenceMaps | null> {
  const cases = (await readEvaluations(runFolders)).flatMap(({ stored }) => stored);
  return cases.length > 0 ? confidenceMaps(cases) : null;
}

/**
 * Writes the second stage, learned from all cases, as a model: its card holds what cross-validation of both stages reached, case by
 * case, and it stores what that shows about confidence and intervals.
 * @param externalFolder cases that nothing was ever trained on, or null
 * @param foldFolders where the folds' evaluations are; the card says how many there were
 * @throws FoldsMissingError if none is evaluated yet
 */
export async function exportSegmentation(
  states: Readonly<Record<StageName, TrainingState>>,
  trained: readonly string[],
  foldFolders: readonly string[],
  externalFolder: string | null,
  modelsFolder: string,
): Promise<void> {
  const folds = await readEvaluations(foldFolders);
  if (folds.length === 0) {
    throw new FoldsMissingError(`Nothing is validated yet: run npm run train -- segmentation --fold k/${FOLDS} first.`);
  }
  const cases = folds.flatMap(({ stored }) => stored).sort((a, b) => (a.id < b.id ? -1 : 1));
  const locate = packStage('locate', states.locate);
  const segment = packStage('segment', states.segment);
  const confidence = confidenceMaps(cases);
  await startNodeWasm();
  const external =
    externalFolder === null
      ? []
      : await evaluateCases(
          externalFolder,
          await listCases(externalFolder),
          placeSegmentation(locate.stored, segment.stored, null),
          (one) => one,
        );

  const results = {
    how:
      `Cross-validation, ${folds.length} of ${FOLDS} folds: each of ${cases.length} cases, as it was scanned, by weights that never saw it, with ` +
      'both stages and the anatomical clean-up; these weights went on from the first fold’s by the same recipe, on all ' +
      'cases. Dice over the whole 3-D case and over the cases in which the ' +
      'expert marked the structure; meanEmidec counts an empty mask on an empty mask as 1 and any false voxel there as 0. ' +
      'The first fold was looked at while the recipe was chosen.',
    ...figures(cases),
    meanBeforeRoundingToFloat16: rounded(summarise(folds.flatMap(({ exact }) => exact)).mean),
    worstCases: worstCases(cases),
    byCase: Object.fromEntries(
      cases.map((one) => [one.id, { ...rounded(one.dice), burdenErrorPercent: round(one.scarBurdenErrorPercent) }]),
    ),
    reliability: reliabilityTables(folds.map(({ stored }) => stored)),
    intervalCoverage: Object.fromEntries(
      INTERVAL_MEASURES.map((measure) => [measure, round(leaveOneOutCoverage(measured(cases, measure)))]),
    ),
    neverTrainedOn: Object.fromEntries(external.map((one) => [one.id, rounded(one.dice)])),
  };
  const card: Card = {
    title: 'Segmenting the left ventricle',
    ...aboutCascade(trained),
    recipe: STAGE_RECIPES.segment,
    results,
    limits: [
      'One centre, one vendor, 1.5 T and 3 T, PSIR images; acute infarcts and normal hearts.',
      'The pixel spacing of the training images is an estimate, good to about 10% along one axis.',
      'No real slice above the base or below the apex was seen in training, only synthetic ones.',
      'No-reflow and small scars are often missed; look at the contours.',
      `Less than ${MIN_SCAR_ML} mL of scar in all is called none, less than ${LEAST_NO_REFLOW_ML} mL of no-reflow is called scar.`,
      'Intervals hold for cases like those trained on; for another scanner or an old infarct they may be too narrow.',
    ],
  };
  const model: SegmentModelFile = {
    ...segment.model,
    confidence,
    margins: Object.fromEntries(
      INTERVAL_MEASURES.map((measure) => [measure, fitMargins(measured(cases, measure))]),
    ) as SegmentModelFile['margins'],
  };
  await writeModel(modelsFolder, {
    ...segment,
    model,
    card,
  });
  process.stderr.write(`${JSON.stringify({ ...figures(cases), neverTrainedOn: results.neverTrainedOn }, null, 2)}\n`);
}

/** What is true of both stages. */
function aboutCascade(
  trained: readonly string[],
): Pick<Card, 'licence' | 'restsOn' | 'whatItIs' | 'intendedUse' | 'data'> {
  return {
    licence: 'CC-BY-NC-SA-4.0',
    restsOn: { code: 'expertContours', patients: trained.length },
    whatItIs:
      'One of two small U-Nets: the first finds the left ventricle in each slice, the second segments blood pool, viable ' +
      'myocardium, scar and no-reflow in a square 1.6 times as wide as the ventricle, each slice with its two neighbours.',
    intendedUse: 'Research and teaching, non-commercial. Not a medical device, not for decisions about a patient.',
    data: {
      name: 'EMIDEC (Lalande et al., Data 2020, 5(4):89), University Hospital of Dijon',
      licence: 'CC BY-NC-SA 4.0',
      trainedOn: trained,
      simulated: `${PHANTOMS.count} synthetic hearts of the repository's own phantom, seed ${PHANTOMS.seed}`,
    },
  };
}

const INTERVAL_MEASURES: readonly IntervalMeasure[] = [
  'bloodPoolMl',
  'myocardiumMl',
  'scarMl',
  'burdenPercent',
  'noReflowMl',
];

const measured = (cases: readonly EvaluatedCase[], measure: IntervalMeasure): MeasuredCase[] =>
  cases.map(({ measures: { predicted, expert } }) => ({ predicted: predicted[measure], expert: expert[measure] }));

const confidenceMaps = (cases: readonly EvaluatedCase[]): ConfidenceMaps =>
  Object.fromEntries(
    HEART_LABELS.map((label) => [label, fitConfidenceMap(countsOf(cases, label))]),
  ) as unknown as ConfidenceMaps;

const countsOf = (cases: readonly EvaluatedCase[], label: HeartLabel): ReliabilityCounts =>
  addReliability(cases.map(({ reliability }) => reliability[label]));

/** Below this a normal heart counts as free of false scar. */
const FALSE_SCAR_ML = 1;

/** The figures of a set of cases that a card leads with. */
function figures(cases: readonly EvaluatedCase[]): Record<string, unknown> {
  const { n, mean, meanEmidec, masses } = summarise(cases);
  const falseScar = cases.flatMap(({ falsePositiveMl: { scar } }) => (scar === null ? [] : [scar]));
  return {
    cases: n,
    mean: rounded(mean),
    meanEmidec: rounded(meanEmidec),
    casesWithScar: cases.filter(({ dice }) => dice.scar !== null).length,
    casesWithNoReflow: cases.filter(({ dice }) => dice.noReflow !== null).length,
    massErrorPercent: rounded(masses.errorPercent),
    massDifferenceG: masses.differenceG,
    meanAbsoluteBurdenErrorPercent: round(meanOf(cases.map((one) => Math.abs(one.scarBurdenErrorPercent)))),
    meanBurdenErrorPercent: round(meanOf(cases.map((one) => one.scarBurdenErrorPercent))),
    normalHearts: falseScar.length,
    normalHeartsUnder1MlFalseScar: falseScar.filter((ml) => ml < FALSE_SCAR_ML).length,
  };
}

/** The three cases with the worst Dice of each structure. */
function worstCases(cases: readonly EvaluatedCase[]): Record<string, string[]> {
  const structures = ['cavity', 'myocardium', 'scar', 'noReflow'] as const;
  return Object.fromEntries(
    structures.map((name) => [
      name,
      cases
        .filter(({ dice }) => dice[name] !== null)
        .sort((a, b) => Number(a.dice[name]) - Number(b.dice[name]))
        .slice(0, 3)
        .map(({ id, dice }) => `${id} ${Number(dice[name]).toFixed(2)}`),
    ]),
  );
}

/**
 * For each label the share right by stated confidence, and the calibration error as stated and as corrected by a map
 * from the other folds.
 */
function reliabilityTables(folds: readonly (readonly EvaluatedCase[])[]): Record<string, unknown> {
  return Object.fromEntries(
    HEART_LABELS.map((label) => {
      const all = addReliability(folds.map((cases) => countsOf(cases, label)));
      const corrected = folds.map((cases, k) => {
        const map = fitConfidenceMap(countsOf(folds.filter((_, other) => other !== k).flat(), label));
        return putRight(countsOf(cases, label), map);
      });
      return [
        label,
        {
          voxels: all.voxels,
          meanConfidence: all.confidence.map((sum, bin) => (all.voxels[bin] > 0 ? round(sum / all.voxels[bin]) : null)),
          shareRight: all.right.map((count, bin) => (all.voxels[bin] > 0 ? round(count / all.voxels[bin]) : null)),
          calibrationError: round(expectedCalibrationError(all)),
          calibrationErrorPutRight: round(expectedCalibrationError(addReliability(corrected))),
        },
      ];
    }),
  );
}

/** Counts whose bins' mean confidence is corrected. */
const putRight = (counts: ReliabilityCounts, map: ReturnType<typeof fitConfidenceMap>): ReliabilityCounts => ({
  ...counts,
  confidence: counts.confidence.map((sum, bin) =>
    counts.voxels[bin] > 0 ? counts.voxels[bin] * calibrated(sum / counts.voxels[bin], map) : 0,
  ),
});

const round = (value: number | null): number | null => (value === null ? null : Number(value.toFixed(4)));

function rounded<T extends Readonly<Record<string, number | null>>>(values: T): Record<string, number | null> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, round(value)]));
}
