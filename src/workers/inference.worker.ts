import wasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import index from '../../public/models/index.json';
import knownAnswers from '../../public/models/knownAnswers.json';
import type { WasmFiles } from '../nn/backends/wasm.ts';
import { findAdapter } from '../nn/backends/webgpu.ts';
import { LOCATE, SEGMENT, type CascadeStage, type StageName } from '../nn/networks/segmentation.ts';
import { runShared, type Helper, type RunStage } from '../nn/runStage.ts';
import { analyseLabels, analyseStack } from '../pipeline/analysing/analyse.ts';
import { loadModels, loadStages, SlowBackendError, type Backend, type Models } from '../pipeline/analysing/models.ts';
import { predictSurvival } from '../pipeline/analysing/predictSurvival.ts';
import { readCalibration, writeCalibration } from '../pipeline/saving/calibrationFile.ts';
import { readRefit, unzipRefit, writeRefit, zipRefit } from '../pipeline/saving/refitFile.ts';
import { cohortRows } from '../pipeline/cohort/cohortRows.ts';
import { recalibrate } from '../pipeline/cohort/recalibrate.ts';
import { refitCohort } from '../pipeline/cohort/refit.ts';
import { aggregatesOf } from '../pipeline/cohort/sumsOfCohort.ts';
import { validateCohort } from '../pipeline/cohort/validateCohort.ts';
import { fetchBytes } from './fetchBytes.ts';
import { modelFileUrl } from './modelFiles.ts';
import { fetchKernels } from './kernelFiles.ts';
import type { InferenceCalls, WhyNotOwnKernels, WhyNotWebgpu } from './protocol.ts';
import { problemOf } from './problem.ts';
import { serve } from './serve.ts';

// tfjs wants an address for each of its three builds; only the one with SIMD on one thread is ever loaded (startWasm).
const WASM_PATHS = Object.fromEntries(
  ['', '-simd', '-threaded-simd'].map((build) => [
    `tfjs-backend-wasm${build}.wasm`,
    new URL(wasmUrl, import.meta.url).href,
  ]),
);

interface Started {
  readonly models: Models;
  readonly whyNotOwnKernels: WhyNotOwnKernels | null;
  readonly why: WhyNotWebgpu | null;
}

let starting: Promise<Started> | null = null;
/** A helper's. */
let stages: Record<StageName, RunStage> | null = null;

serve<InferenceCalls>({
  async start({ backend, modelsUrl }) {
    starting ??= start(backend, modelsUrl).catch((error: unknown) => {
      starting = null;
      throw error;
    });
    const { models, why, whyNotOwnKernels } = await starting;
    const { backend: runsOn, kernels, cards, cohort } = models;
    return { backend: runsOn, kernels, why, whyNotOwnKernels, cards, cohort };
  },

  async analyse({ stack, clinical, calibration, place, plane, helpers }, onProgress, ask) {
    const models = await startedModels();
    const shared = (name: StageName, stage: CascadeStage): RunStage => {
      const run = Array.from(
        { length: helpers },
        (_, helper): Helper =>
          (squares) =>
            ask({ helper, share: { stage: name, squares } }),
      );
      return runShared(stage, models.segmentation[name], run);
    };
    const segmentation = {
      ...models.segmentation,
      locate: shared('locate', LOCATE),
      segment: shared('segment', SEGMENT),
    };
    return analyseStack(
      stack,
      clinical,
      { ...models, segmentation },
      {
        calibration,
        place,
        plane,
        onProgress: (stage, fraction) => onProgress({ stage, fraction }),
      },
    );
  },

  async validateCohort({ patients, question }) {
    return validateCohort(patients, await startedModels(), question);
  },

  async judgeCohort({ patients, studies, rate, calibration }) {
    return cohortRows(patients, studies, await startedModels(), rate, calibration);
  },

  async readCalibration({ text }) {
    return readCalibration(text, (await startedModels()).cards);
  },

  async recalibrateCohort({ patients, question }) {
    const models = await startedModels();
    const calibration = recalibrate(patients, models, question);
    return { calibration, text: writeCalibration(calibration) };
  },

  async readRefit({ bytes }) {
    return readRefit(unzipRefit(bytes), (await startedModels()).cards);
  },

  async refitCohort({ patients, question, words }) {
    const calibration = refitCohort(patients, await startedModels(), question);
    return { calibration, bytes: zipRefit(writeRefit(calibration, calibration.refit, words)) };
  },

  async sumCohort({ patients, question, validated }) {
    return aggregatesOf(patients, await startedModels(), question, validated);
  },

  async startHelper({ modelsUrl, kernels }) {
    const fetchFile = (path: string): Promise<Uint8Array> => fetchBytes(modelFileUrl(modelsUrl, path));
    const files = { tfjs: WASM_PATHS, kernels: kernels === 'own' ? await fetchKernels() : null };
    stages = await loadStages(index, knownAnswers, fetchFile, files);
    return null;
  },

  async runStage({ stage, squares }) {
    if (stages === null) throw new Error('a helper was used before startHelper');
    return stages[stage](squares, {});
  },

  async analyseLabels({ stack, labels, apexEnd, clinical, calibration }) {
    return analyseLabels(stack, labels, apexEnd, clinical, await startedModels(), { calibration });
  },

  async predict({ heart, findings, clinical, calibration }) {
    return predictSurvival(heart, findings, clinical, await startedModels(), calibration);
  },
});

async function startedModels(): Promise<Models> {
  if (!starting) throw new Error('the inference worker was used before start');
  return (await starting).models;
}

async function start(asked: Backend | null, modelsUrl: string): Promise<Started> {
  const evenIfSlow = asked === 'webgpu';
  // The index is part of the code: weights of another build are refused, whatever the host sends.
  const load = (backend: Backend, kernels: WasmFiles['kernels']): Promise<Models> =>
    loadModels(
      index,
      knownAnswers,
      (path) => fetchBytes(modelFileUrl(modelsUrl, path)),
      backend,
      { tfjs: WASM_PATHS, kernels },
      evenIfSlow || backend === 'wasm',
    );
  const onWasm = async (why: WhyNotWebgpu | null): Promise<Started> => {
    let missing: WhyNotOwnKernels | null = null;
    const kernels = await fetchKernels().catch((error: unknown) => {
      missing = { reason: 'missing', because: problemOf(error) };
      return null;
    });
    const models = await load('wasm', kernels);
    const refused = kernels !== null && models.kernels === 'tfjs';
    return { models, why, whyNotOwnKernels: refused ? { reason: 'wrong', because: null } : missing };
  };

  if (asked === 'wasm') return onWasm(null);
  let why: WhyNotWebgpu | null;
  try {
    why = await whyNotTry(evenIfSlow);
    if (!why) return { models: await load('webgpu', null), why, whyNotOwnKernels: null };
  } catch (error) {
    const slow = error instanceof SlowBackendError;
    why = slow ? { reason: 'slow', because: null } : { reason: 'refused', because: problemOf(error) };
  }
  return onWasm(why);
}

/** Null if WebGPU is worth a try. Throws BackendError as `findAdapter`. */
async function whyNotTry(evenIfSlow: boolean): Promise<WhyNotWebgpu | null> {
  const adapter = await findAdapter();
  if (adapter === null) return { reason: 'missing', because: null };
  return adapter.info.isFallbackAdapter && !evenIfSlow ? { reason: 'software', because: null } : null;
}
