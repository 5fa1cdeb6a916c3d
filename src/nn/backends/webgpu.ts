import { env, getBackend, ready, setBackend } from '@tensorflow/tfjs-core';
import { BackendError } from './wasm.ts';

/**
 * Starts the WebGPU backend. Asking tfjs for it where there is no adapter gives another backend without a word, so the
 * adapter is asked first and the backend checked after.
 * @throws BackendError if there is no adapter or tfjs took something else
 */
export async function startWebgpu(): Promise<void> {
  const adapter = 'gpu' in navigator ? await navigator.gpu.requestAdapter() : null;
  if (adapter === null) throw new BackendError('This browser offers no graphics processor to WebGPU.');
  await import('@tensorflow/tfjs-backend-webgpu');
  // A read-back of a few numbers must not be served by a CPU copy of the kernel: one road for all.
  env().set('WEBGPU_CPU_FORWARD', false);
  const started = await setBackend('webgpu');
  await ready();
  if (!started || getBackend() !== 'webgpu') throw new BackendError('WebGPU did not start.');
}
