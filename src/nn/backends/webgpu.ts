import { backend, env, getBackend, ready, setBackend } from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { BackendError } from './wasm.ts';

/** What the device has said since it was started: that it is lost, out of memory or asked for what it cannot do. */
let failure: string | null = null;

/** Why WebGPU cannot be trusted any more; null as long as it can, and on any other backend. */
export const webgpuFailure = (): string | null => (getBackend() === 'webgpu' ? failure : null);

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
  watch((backend() as WebGPUBackend).device);
}

/** tfjs does not look: on a lost device it computes zeros, and where memory has run out whatever the buffers held. */
function watch(device: GPUDevice): void {
  failure = null;
  void device.lost.then(({ message }) => (failure = `the graphics processor was lost (${message})`));
  device.addEventListener('uncapturederror', ({ error }) => {
    failure ??=
      error instanceof GPUOutOfMemoryError
        ? "the graphics processor's memory ran out"
        : `the graphics processor refused a step (${error.message})`;
  });
}
