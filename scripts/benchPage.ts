/** The page in which `npm run bench` runs a backend in a browser, on the page's main thread, with no Scarcast around it. */
import wasmUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import index from '../public/models/index.json';
import knownAnswers from '../public/models/knownAnswers.json';
import { loadModels, type Backend } from '../src/pipeline/analysing/models.ts';
import { fetchBytes } from '../src/workers/fetchBytes.ts';
import { benchBackend, type BackendResult, type WebgpuCounts } from './benchBackend.ts';

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

const WASM_PATHS = Object.fromEntries(
  ['', '-simd', '-threaded-simd'].map((build) => [
    `tfjs-backend-wasm${build}.wasm`,
    new URL(wasmUrl, location.href).href,
  ]),
);

/** What WebGPU would run on; null where there is none. */
async function adapterName(): Promise<string | null> {
  const adapter = 'gpu' in navigator ? await navigator.gpu.requestAdapter() : null;
  return adapter && ([adapter.info.vendor, adapter.info.architecture].join(' ').trim() || 'unnamed');
}

function bench(backend: Backend, cases: number): Promise<BackendResult> {
  const snapshot = (): WebgpuCounts => ({ ...counts });
  return benchBackend(
    () =>
      loadModels(
        index,
        knownAnswers,
        (path) => fetchBytes(new URL(`models/${path}`, location.href).href),
        backend,
        WASM_PATHS,
        true,
      ),
    cases,
    backend === 'webgpu' ? snapshot : null,
  );
}

Object.assign(globalThis, { adapterName, bench });
