import { env, getBackend, ready, setBackend } from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { ScarcastError } from '../../core/errors.ts';

/** What happened to a backend; `detail` is the browser's or the library's own word. */
export type BackendReason =
  | { readonly code: 'wasmNotStarted' }
  | { readonly code: 'webgpuNotStarted' }
  | { readonly code: 'webgpuSilent'; readonly seconds: number }
  | { readonly code: 'noGraphicsProcessor' }
  | { readonly code: 'graphicsProcessorUnnamed' }
  | { readonly code: 'graphicsProcessorSlow' }
  | { readonly code: 'graphicsProcessorLost'; readonly detail: string }
  | { readonly code: 'graphicsMemoryFull' }
  | { readonly code: 'graphicsProcessorRefused'; readonly detail: string }
  | { readonly code: 'backendStopped'; readonly detail: string }
  | { readonly code: 'networkGaveNoNumbers' }
  | { readonly code: 'networkAnswersWrongly'; readonly network: string; readonly backend: 'webgpu' | 'wasm' };

/** The computing backend could not be started, is not the one asked for, or failed at work. */
export class BackendError extends ScarcastError<BackendReason> {}

/**
 * Starts the WASM backend with SIMD on one thread.
 * Threads are off on purpose: they need cross-origin isolation, and tfjs 4.22's do nothing with it.
 * @param folder where tfjs-backend-wasm-simd.wasm lies: a URL or a path ending in '/', or a URL for each file
 * @throws BackendError if it does not start
 */
export async function startWasm(folder: string | Record<string, string>): Promise<void> {
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths(folder);
  const started = await setBackend('wasm');
  await ready();
  if (!started || getBackend() !== 'wasm') {
    throw new BackendError({ code: 'wasmNotStarted' });
  }
}
