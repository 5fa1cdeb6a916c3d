import { startWasm } from '../nn/backends/wasm.ts';
import { startWebgpu } from '../nn/backends/webgpu.ts';
import type { CohortSummary } from '../core/survival/cohortSummary.ts';
import { cohortSummary, type CohortFile } from '../nn/cohortFile.ts';
import { covariateNetwork, type CovariateModelFile, type CovariateNetwork } from '../nn/networks/covariateBranch.ts';
import { placeImageModel, type ImageModel, type ImageModelFile } from '../nn/readHeart.ts';
import { placeSegmentation, type ConfidenceMaps, type SegmentationNetworks } from '../nn/segmentStack.ts';
import type { Margins } from '../core/scar/conformal.ts';
import {
  loadModel,
  type FetchFile,
  type LoadedModel,
  type ModelCardJson,
  type ModelFile,
  type ModelIndex,
} from '../nn/weights.ts';
import type { Fusion } from '../core/survival/fusion.ts';

export type Backend = 'webgpu' | 'wasm';

/** What the page and the report say of a model. */
export interface ModelCard {
  readonly name: string;
  readonly version: string;
  /** Of its weights. */
  readonly sha256: string;
  readonly licence: string;
  /** One sentence: the data that its numbers rest on. */
  readonly restsOn: string;
  readonly card: ModelCardJson;
}

/** The measures that come with an interval. */
export type IntervalMeasure = 'bloodPoolMl' | 'myocardiumMl' | 'scarMl' | 'burdenPercent' | 'noReflowMl';

/** model.json of the second stage. */
export interface SegmentModelFile extends ModelFile {
  /** From cross-validation: how often it is right where it is so sure, and how far each measure may be off. */
  readonly confidence: ConfidenceMaps;
  readonly margins: Readonly<Record<IntervalMeasure, Margins>>;
}

/** model.json of the fusion: its four numbers, and the interval's half-width as in `ImageModelFile`. */
export interface FusionModelFile extends ModelFile {
  readonly logOddsHalfWidth: number;
}

export interface FusionModel extends Fusion {
  readonly logOddsHalfWidth: number;
}

/** Every network, checked and placed on a backend. */
export interface Models {
  readonly backend: Backend;
  readonly cards: readonly ModelCard[];
  readonly segmentation: SegmentationNetworks;
  readonly margins: SegmentModelFile['margins'];
  readonly covariates: CovariateNetwork;
  readonly image: ImageModel;
  readonly fusion: FusionModel;
  /** The real cohort that the covariate branch learned from: its ischaemic patients. */
  readonly cohort: CohortSummary;
}

/**
 * Starts a backend and loads every model onto it.
 * @param index what each file must be
 * @param fetchFile gives a file below the models folder
 * @param wasmPaths where tfjs's .wasm files lie: a folder ending in '/', or an address for each file
 * @throws BackendError if the backend does not start, WeightsError if a file is missing or changed
 */
export async function loadModels(
  index: ModelIndex,
  fetchFile: FetchFile,
  backend: Backend,
  wasmPaths: string | Record<string, string>,
): Promise<Models> {
  const [locate, segment, covariates, image, fusion, cohort] = await Promise.all([
    loadModel('locate', index, fetchFile),
    loadModel<SegmentModelFile>('segment', index, fetchFile),
    loadModel<CovariateModelFile>('covariates', index, fetchFile),
    loadModel<ImageModelFile>('image', index, fetchFile),
    loadModel<FusionModelFile>('fusion', index, fetchFile),
    loadModel<CohortFile>('cohort', index, fetchFile),
    backend === 'webgpu' ? startWebgpu() : startWasm(wasmPaths),
  ]);
  return {
    backend,
    cards: [locate, segment, covariates, image, fusion, cohort].map(cardOf),
    segmentation: placeSegmentation(locate.arrays, segment.arrays, segment.file.confidence),
    margins: segment.file.margins,
    covariates: covariateNetwork(covariates),
    image: placeImageModel(image.file, image.arrays),
    fusion: fusionModel(fusion),
    cohort: cohortSummary(cohort),
  };
}

function cardOf({ file, card, sha256 }: LoadedModel): ModelCard {
  return { name: file.name, version: file.version, sha256, licence: card.licence, restsOn: card.restsOn, card };
}

function fusionModel({ file, arrays }: LoadedModel<FusionModelFile>): FusionModel {
  const [covariateWeight, imageWeight, muOffset, lnSigmaOffset] = arrays['fusion'];
  return { covariateWeight, imageWeight, muOffset, lnSigmaOffset, logOddsHalfWidth: file.logOddsHalfWidth };
}
