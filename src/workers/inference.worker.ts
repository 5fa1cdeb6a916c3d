import wasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import index from '../../public/models/index.json';
import knownAnswers from '../../public/models/knownAnswers.json';
import { findAdapter } from '../nn/backends/webgpu.ts';
import { analyseLabels, analyseStack } from '../pipeline/analysing/analyse.ts';
import { loadModels, SlowBackendError, type Backend, type Models } from '../pipeline/analysing/models.ts';
import { predictSurvival } from '../pipeline/analysing/predictSurvival.ts';
import { fetchBytes } from './fetchBytes.ts';
import { modelFileUrl } from './modelFiles.ts';
import type { InferenceCalls, WhyNotWebgpu } from './protocol.ts';
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
  readonly why: WhyNotWebgpu | null;
}

let starting: Promise<Started> | null = null;

serve<InferenceCalls>({
  async start({ backend, modelsUrl }) {
    starting ??= start(backend, modelsUrl).catch((error: unknown) => {
      starting = null;
      throw error;
    });
    const { models, why } = await starting;
    return { backend: models.backend, why, cards: models.cards, cohort: models.cohort };
  },

  async analyse({ stack, clinical }, onProgress) {
    return analyseStack(stack, clinical, await startedModels(), {
      onProgress: (stage, fraction) => onProgress({ stage, fraction }),
    });
  },

  async analyseLabels({ stack, labels, apexEnd, clinical }) {
    return analyseLabels(stack, labels, apexEnd, clinical, await startedModels(), {});
  },

  async predict({ heart, findings, clinical }) {
    return predictSurvival(heart, findings, clinical, await startedModels());
  },
});

async function startedModels(): Promise<Models> {
  if (!starting) throw new Error('the inference worker was used before start');
  return (await starting).models;
}

async function start(asked: Backend | null, modelsUrl: string): Promise<Started> {
  // The index is part of the code: weights of another build are refused, whatever the host sends.
  const evenIfSlow = asked === 'webgpu';
  const load = (backend: Backend): Promise<Models> =>
    loadModels(
      index,
      knownAnswers,
      (path) => fetchBytes(modelFileUrl(modelsUrl, path)),
      backend,
      WASM_PATHS,
      evenIfSlow || backend === 'wasm',
    );

  if (asked === 'wasm') return { models: await load('wasm'), why: null };
  let why: WhyNotWebgpu | null;
  try {
    why = await whyNotTry(evenIfSlow);
    if (!why) return { models: await load('webgpu'), why };
  } catch (error) {
    const slow = error instanceof SlowBackendError;
    why = slow ? { reason: 'slow', because: null } : { reason: 'refused', because: problemOf(error) };
  }
  return { models: await load('wasm'), why };
}

/** Null where WebGPU is worth a try. Throws BackendError as `findAdapter`. */
async function whyNotTry(evenIfSlow: boolean): Promise<WhyNotWebgpu | null> {
  const adapter = await findAdapter();
  if (adapter === null) return { reason: 'missing', because: null };
  return adapter.info.isFallbackAdapter && !evenIfSlow ? { reason: 'software', because: null } : null;
}
