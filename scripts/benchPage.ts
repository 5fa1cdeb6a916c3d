/**
 * The page in which `npm run bench` runs a backend in a browser, on the page's main thread, without the rest of
 * Scarcast.
 */
import ortModuleUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import ortUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { env } from 'onnxruntime-web';
import wasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import index from '../public/models/index.json';
import knownAnswers from '../public/models/knownAnswers.json';
import { loadModels, type Backend } from '../src/pipeline/analysing/models.ts';
import plainUrl from '../src/nn/kernels/compiled/plain.wasm?url';
import relaxedUrl from '../src/nn/kernels/compiled/relaxed.wasm?url';
import { loadModel } from '../src/nn/weights.ts';
import { fetchBytes } from '../src/workers/fetchBytes.ts';
import { benchBackend, type BackendResult, type WebgpuCounts } from './benchBackend.ts';
import { benchNetworks, type NetworkTimes } from './benchNetworks.ts';

const counts = { shaders: 0, dispatches: 0 };

/** Counts what goes through a method of WebGPU. */
function countCalls(prototype: object, method: string, count: () => void): void {
  const { value } = Object.getOwnPropertyDescriptor(prototype, method) as { value: (...args: unknown[]) => unknown };
  Object.defineProperty(prototype, method, {
    value(this: unknown, ...args: unknown[]): unknown {
      count();
      return value.apply(this, args);
    },
  });
}

if ('gpu' in navigator) {
  countCalls(GPUDevice.prototype, 'createShaderModule', () => counts.shaders++);
  countCalls(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', () => counts.dispatches++);
}

const absolute = (url: string): string => new URL(url, location.href).href;
const WASM_PATHS = Object.fromEntries(
  ['', '-simd', '-threaded-simd'].map((build) => [`tfjs-backend-wasm${build}.wasm`, absolute(wasmUrl)]),
);
const fetchModel = (path: string): Promise<Uint8Array> => fetchBytes(absolute(`models/${path}`));

async function kernels(): Promise<Record<'plain' | 'relaxed', Uint8Array<ArrayBuffer>>> {
  return { plain: await fetchBytes(absolute(plainUrl)), relaxed: await fetchBytes(absolute(relaxedUrl)) };
}

/** What WebGPU would run on; null where there is none. */
async function adapterName(): Promise<string | null> {
  const adapter = 'gpu' in navigator ? await navigator.gpu.requestAdapter() : null;
  return adapter && ([adapter.info.vendor, adapter.info.architecture].join(' ').trim() || 'unnamed');
}

async function bench(backend: Backend, cases: number): Promise<BackendResult> {
  const snapshot = (): WebgpuCounts => ({ ...counts });
  const { plain, relaxed } = await kernels();
  const wasm = { tfjs: WASM_PATHS, kernels: WebAssembly.validate(relaxed) ? relaxed : plain };
  return benchBackend(
    () => loadModels(index, knownAnswers, fetchModel, backend, wasm, true),
    cases,
    backend === 'webgpu' ? snapshot : null,
  );
}

async function networks(rounds: number): Promise<NetworkTimes> {
  // Its loader of the module does not work when bundled into the page.
  env.wasm.wasmPaths = { mjs: absolute(ortModuleUrl), wasm: absolute(ortUrl) };
  const [locate, segment] = [
    await loadModel('locate', index, fetchModel),
    await loadModel('segment', index, fetchModel),
  ];
  const files = { tfjs: WASM_PATHS, ...(await kernels()) };
  return benchNetworks({ locate: locate.arrays, segment: segment.arrays }, files, env, rounds);
}

Object.assign(globalThis, { adapterName, bench, networks });
