import wasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import index from '../../public/models/index.json';
import { analyseLabels, analyseStack } from '../pipeline/analyse.ts';
import { loadModels, type Backend, type Models } from '../pipeline/models.ts';
import { predictSurvival } from '../pipeline/predictSurvival.ts';
import { fetchBytes } from './fetchBytes.ts';
import { modelFileUrl } from './modelFiles.ts';
import type { InferenceCalls } from './protocol.ts';
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
  readonly why: string | null;
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
  const load = (backend: Backend): Promise<Models> =>
    loadModels(index, (path) => fetchBytes(modelFileUrl(modelsUrl, path)), backend, WASM_PATHS);

  if (asked) return { models: await load(asked), why: null };
  const why = await whyNoWebgpu();
  if (why) return { models: await load('wasm'), why };
  try {
    return { models: await load('webgpu'), why: null };
  } catch (error) {
    return { models: await load('wasm'), why: `WebGPU was tried and refused: ${String(error)}` };
  }
}

/** Null where WebGPU can be had. Asking tfjs for WebGPU where there is no adapter gives another backend without a word. */
async function whyNoWebgpu(): Promise<string | null> {
  if (!('gpu' in navigator)) return 'This browser has no WebGPU.';
  return (await navigator.gpu.requestAdapter()) ? null : 'This browser offers no graphics processor to WebGPU.';
}
