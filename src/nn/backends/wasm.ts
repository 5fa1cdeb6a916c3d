import { backend, env, getBackend, ready, setBackend } from '@tensorflow/tfjs-core';
import { setWasmPaths, type BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { installKernels, type Uninstall } from '../kernels/convolutionKernels.ts';
import { BackendError } from './backendError.ts';

/** The files of the WASM backend. */
export interface WasmFiles {
  /** Where tfjs-backend-wasm-simd.wasm is: a URL or a path ending in '/', or a URL for each file. */
  readonly tfjs: string | Readonly<Record<string, string>>;
  /** The compiled convolution kernels that suit this engine; null leaves tfjs's own in place. */
  readonly kernels: Uint8Array<ArrayBuffer> | null;
}

let uninstall: Uninstall | null = null;

/**
 * Starts the WASM backend with SIMD on one thread, and puts our kernels under it.
 * Threads are off on purpose: they need cross-origin isolation, and tfjs 4.22's gain nothing from it.
 * @throws BackendError if it does not start, or the kernels do not fit it
 */
export async function startWasm({ tfjs, kernels }: WasmFiles): Promise<void> {
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths(typeof tfjs === 'string' ? tfjs : { ...tfjs });
  const started = await setBackend('wasm');
  await ready();
  if (!started || getBackend() !== 'wasm') {
    throw new BackendError({ code: 'wasmNotStarted' });
  }
  removeKernels();
  if (kernels) uninstall = await installKernels(backend() as BackendWasm, kernels);
}

/** Leaves the convolutions to tfjs's own kernels from now on. */
export function removeKernels(): void {
  uninstall?.();
  uninstall = null;
}
