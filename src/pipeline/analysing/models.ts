import { BackendError } from '../../nn/backends/backendError.ts';
import { removeKernels, startWasm, type WasmFiles } from '../../nn/backends/wasm.ts';
import { startWebgpu } from '../../nn/backends/webgpu.ts';
import type { CohortSummary } from '../../core/statistics/cohortSummary.ts';
import { cohortSummary, type CohortFile } from '../../nn/cohortFile.ts';
import {
  covariateAnswer,
  distance,
  fiveAnswersAnswer,
  fusionAnswer,
  imageAnswer,
  stageAnswer,
  type KnownAnswer,
} from '../../nn/knownAnswer.ts';
import type { CovariateNetwork } from '../../nn/networks/covariateBranch.ts';
import { covariateNetwork, type CovariateModelFile } from '../../nn/networks/covariateFile.ts';
import { fiveAnswersModel, type FiveAnswersFile, type FiveAnswersModel } from '../../nn/networks/fiveAnswers.ts';
import { LOCATE, SEGMENT, type CascadeStage, type StageName } from '../../nn/networks/segmentation.ts';
import type { Network } from '../../nn/runNetwork.ts';
import { placeImageModel, type ImageModel, type ImageModelFile } from '../../nn/readHeart.ts';
import { placeStage, runHere, type RunStage } from '../../nn/runStage.ts';
import type { ConfidenceMaps, SegmentationNetworks } from '../../nn/segmentStack.ts';
import type { Margins } from '../../core/segmentation/conformal.ts';
import {
  loadModel,
  WeightsError,
  type FetchFile,
  type LoadedModel,
  type ModelCardJson,
  type ModelFile,
  type ModelIndex,
  type RestsOn,
} from '../../nn/weights.ts';
import type { Fusion } from '../../core/patient/fusion.ts';

/** The backend works, but slower than WASM. */
export class SlowBackendError extends BackendError {
  constructor() {
    super({ code: 'graphicsProcessorSlow' });
  }
}

export type Backend = 'webgpu' | 'wasm';

/** Where a case's numbers were made; 'both': begun on WebGPU, and, when that failed, ended on WebAssembly. */
export type RanOn = Backend | 'both';

/** What the page and the report say about a model. */
export interface ModelCard {
  readonly name: string;
  readonly version: string;
  /** Of its weights. */
  readonly sha256: string;
  readonly licence: string;
  readonly restsOn: RestsOn;
  readonly card: ModelCardJson;
}

/** The measures that come with an interval. */
export type IntervalMeasure = 'bloodPoolMl' | 'myocardiumMl' | 'scarMl' | 'burdenPercent' | 'noReflowMl';

/** model.json of the second stage. */
export interface SegmentModelFile extends ModelFile {
  /** From cross-validation: how often it is right at each confidence, and how far each measure may be off. */
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

/** Which kernels convolve on WASM: ours, or tfjs's if ours are not available or answered wrongly. */
export type Kernels = 'own' | 'tfjs';

/** Every network, checked and placed on a backend. */
export interface Models {
  readonly backend: Backend;
  /** Null except on WASM. */
  readonly kernels: Kernels | null;
  readonly cards: readonly ModelCard[];
  /** What each curve rests on. */
  readonly restsOn: Readonly<Record<'covariates' | 'fiveAnswers' | 'image' | 'fusion', RestsOn>>;
  readonly segmentation: SegmentationNetworks;
  readonly margins: SegmentModelFile['margins'];
  readonly covariates: CovariateNetwork;
  readonly fiveAnswers: FiveAnswersModel;
  readonly image: ImageModel;
  readonly fusion: FusionModel;
  /** The real cohort that the covariate branch learned from: its ischaemic patients. */
  readonly cohort: CohortSummary;
}

/** knownAnswers.json: by network name, the answer and the SHA-256 of the weights that gave it. */
export type KnownAnswers = Readonly<Record<string, { readonly sha256: string; readonly answer: KnownAnswer }>>;

/** How a network is made from its files, and how it is tested with a known answer. */
interface NetworkKind<Placed, File extends ModelFile> {
  readonly place: (model: LoadedModel<File>) => Placed;
  readonly ask: (placed: Placed) => KnownAnswer | Promise<KnownAnswer>;
}

const stage = (of: CascadeStage): NetworkKind<Network, ModelFile> => ({
  place: ({ arrays }) => placeStage(of, arrays),
  ask: (network) => stageAnswer(of, network),
});
const locateKind = stage(LOCATE);
const segmentKind = stage(SEGMENT);
const covariatesKind: NetworkKind<CovariateNetwork, CovariateModelFile> = {
  place: covariateNetwork,
  ask: covariateAnswer,
};
const fiveAnswersKind: NetworkKind<FiveAnswersModel, FiveAnswersFile> = {
  place: fiveAnswersModel,
  ask: fiveAnswersAnswer,
};
const imageKind: NetworkKind<ImageModel, ImageModelFile> = {
  place: ({ file, arrays }) => placeImageModel(file, arrays),
  ask: imageAnswer,
};
const fusionKind: NetworkKind<FusionModel, FusionModelFile> = { place: fusionModel, ask: fusionAnswer };

/** What a model answers on the current backend; null for one that is not a network. */
export async function answerOf(model: LoadedModel): Promise<KnownAnswer | null> {
  switch (model.file.name) {
    case 'locate':
      return locateKind.ask(locateKind.place(model));
    case 'segment':
      return segmentKind.ask(segmentKind.place(model));
    case 'covariates':
      return covariatesKind.ask(covariatesKind.place(model as LoadedModel<CovariateModelFile>));
    case 'fiveAnswers':
      return fiveAnswersKind.ask(fiveAnswersKind.place(model as LoadedModel<FiveAnswersFile>));
    case 'image':
      return imageKind.ask(imageKind.place(model as LoadedModel<ImageModelFile>));
    case 'fusion':
      return fusionKind.ask(fusionKind.place(model as LoadedModel<FusionModelFile>));
    default:
      return null;
  }
}

/**
 * Starts a backend, loads every model onto it and tests each network with a known answer.
 * @param index what each file must be
 * @param known what each network must answer
 * @param fetchFile returns a file below the models folder
 * @param wasm the files of the WASM backend
 * @param evenIfSlow false refuses a backend that is slower than WASM
 * @throws SlowBackendError, BackendError if the backend does not start or does not give a known answer, WeightsError if a file is missing or
 * changed or no answer of these weights is known
 */
export async function loadModels(
  index: ModelIndex,
  known: KnownAnswers,
  fetchFile: FetchFile,
  backend: Backend,
  wasm: WasmFiles,
  evenIfSlow: boolean,
): Promise<Models> {
  const [locate, segment, covariates, fiveAnswers, image, fusion, cohort] = await Promise.all([
    loadModel('locate', index, fetchFile),
    loadModel<SegmentModelFile>('segment', index, fetchFile),
    loadModel<CovariateModelFile>('covariates', index, fetchFile),
    loadModel<FiveAnswersFile>('fiveAnswers', index, fetchFile),
    loadModel<ImageModelFile>('image', index, fetchFile),
    loadModel<FusionModelFile>('fusion', index, fetchFile),
    loadModel<CohortFile>('cohort', index, fetchFile),
    backend === 'webgpu' ? startWebgpu() : startWasm(wasm),
  ]);
  const placeAll = async (): Promise<
    Pick<Models, 'segmentation' | 'covariates' | 'fiveAnswers' | 'image' | 'fusion'>
  > => {
    const locateNetwork = await placeAsked(known, backend, locateKind, locate);
    // Tested before the larger networks are.
    if (!evenIfSlow && (await isSlow(locateNetwork))) throw new SlowBackendError();
    return {
      segmentation: {
        locate: runHere(LOCATE, locateNetwork),
        segment: runHere(SEGMENT, await placeAsked(known, backend, segmentKind, segment)),
        confidence: segment.file.confidence,
      },
      covariates: await placeAsked(known, backend, covariatesKind, covariates),
      fiveAnswers: await placeAsked(known, backend, fiveAnswersKind, fiveAnswers),
      image: await placeAsked(known, backend, imageKind, image),
      fusion: await placeAsked(known, backend, fusionKind, fusion),
    };
  };
  let kernels: Kernels | null = backend === 'webgpu' ? null : wasm.kernels ? 'own' : 'tfjs';
  const networks = await placeAll().catch((error: unknown) => {
    if (kernels !== 'own' || !(error instanceof BackendError)) throw error;
    // tfjs's kernels may be right where ours are wrong.
    removeKernels();
    kernels = 'tfjs';
    return placeAll();
  });
  return {
    backend,
    restsOn: {
      covariates: covariates.card.restsOn,
      fiveAnswers: fiveAnswers.card.restsOn,
      image: image.card.restsOn,
      fusion: fusion.card.restsOn,
    },
    kernels,
    cards: [locate, segment, covariates, fiveAnswers, image, fusion, cohort].map(cardOf),
    ...networks,
    margins: segment.file.margins,
    cohort: cohortSummary(cohort),
  };
}

/** Places a network and tests it with a known answer. Throws BackendError for another answer, UnknownAnswerError. */
async function placeAsked<Placed, File extends ModelFile>(
  known: KnownAnswers,
  backend: Backend,
  kind: NetworkKind<Placed, File>,
  model: LoadedModel<File>,
): Promise<Placed> {
  const placed = kind.place(model);
  const { name } = model.file;
  const entry = name in known ? known[name] : null;
  if (entry?.sha256 !== model.sha256) throw new WeightsError({ code: 'knownAnswerMissing', network: name });
  if (distance(await kind.ask(placed), entry.answer) > 1) {
    throw new BackendError({ code: 'networkAnswersWrongly', network: name, backend });
  }
  return placed;
}

/**
 * Both stages of the segmentation on WASM and nothing else: a helper of a worker runs this. The parameters and errors
 * are those of `loadModels`, but a wrong answer by our kernels is no reason to use tfjs's: two workers would not give
 * the same bits.
 */
export async function loadStages(
  index: ModelIndex,
  known: KnownAnswers,
  fetchFile: FetchFile,
  wasm: WasmFiles,
): Promise<Record<StageName, RunStage>> {
  const [locate, segment] = await Promise.all([
    loadModel('locate', index, fetchFile),
    loadModel('segment', index, fetchFile),
    startWasm(wasm),
  ]);
  return {
    locate: runHere(LOCATE, await placeAsked(known, 'wasm', locateKind, locate)),
    segment: runHere(SEGMENT, await placeAsked(known, 'wasm', segmentKind, segment)),
  };
}

/** The first stage on a slice: 10 to 20 ms on WASM, less on a laptop's graphics processor, reading back included. */
const SLOWEST_RUN_MS = 100;
/** One of them may be delayed by something else. */
const RUNS = 3;

/** Whether the backend would keep a person waiting longer than WASM would. Its shaders are compiled by now. */
async function isSlow(locate: Network): Promise<boolean> {
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    await locateKind.ask(locate);
    if (performance.now() - start <= SLOWEST_RUN_MS) return false;
  }
  return true;
}

function cardOf({ file, card, sha256 }: LoadedModel): ModelCard {
  return { name: file.name, version: file.version, sha256, licence: card.licence, restsOn: card.restsOn, card };
}

/** The four numbers of a stored fusion. */
export function fusionModel({ file, arrays }: LoadedModel<FusionModelFile>): FusionModel {
  const [covariateWeight, imageWeight, muOffset, lnSigmaOffset] = arrays['fusion'];
  return { covariateWeight, imageWeight, muOffset, lnSigmaOffset, logOddsHalfWidth: file.logOddsHalfWidth };
}
