import { env, getBackend, ready, setBackend } from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { ScarcastError } from '../../core/errors.ts';

/** The computing backend could not be started, or is not the one asked for. */
export class BackendError extends ScarcastError {
  readonly code = 'backend';
}

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
    throw new BackendError('The WASM backend did not start. Use a browser of 2021 or later with WebAssembly on.');
  }
}
