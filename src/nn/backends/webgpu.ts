import { backend, env, getBackend, ready, setBackend } from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { BackendError, type BackendReason } from './backendError.ts';

/**
 * What the device has reported since it was started: that it is lost, out of memory or was asked for something that it
 * cannot do.
 */
let failure: BackendReason | null = null;

/** Why WebGPU cannot be trusted any more; null as long as it can, and on any other backend. */
export const webgpuFailure = (): BackendReason | null => (getBackend() === 'webgpu' ? failure : null);

/** A browser without a driver may never answer; a slow one answers in a second or two. */
const ANSWER_MS = 10_000;

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, fail) => {
    setTimeout(() => fail(new BackendError({ code: 'webgpuSilent', seconds: ANSWER_MS / 1000 })), ANSWER_MS);
  });
  return Promise.race([answer, late]);
}

/**
 * What the browser offers for WebGPU; null where that is nothing.
 * @throws BackendError if the browser does not answer, or does not say what its graphics processor is
 */
export async function findAdapter(): Promise<GPUAdapter | null> {
  const adapter = 'gpu' in navigator ? await inTime(navigator.gpu.requestAdapter()) : null;
  if (adapter && !('info' in adapter)) {
    throw new BackendError({ code: 'graphicsProcessorUnnamed' });
  }
  return adapter;
}

/**
 * Starts the WebGPU backend. If there is no adapter, tfjs silently gives another backend, so the adapter is requested
 * first and the backend checked afterwards.
 * @throws BackendError if there is no adapter, it does not answer or tfjs took something else
 */
export async function startWebgpu(): Promise<void> {
  if ((await findAdapter()) === null) throw new BackendError({ code: 'noGraphicsProcessor' });
  await import('@tensorflow/tfjs-backend-webgpu');
  // A read-back of a few numbers must not be served by a CPU copy of the kernel: all take one path.
  env().set('WEBGPU_CPU_FORWARD', false);
  const started = await inTime(setBackend('webgpu'));
  await ready();
  if (!started || getBackend() !== 'webgpu') throw new BackendError({ code: 'webgpuNotStarted' });
  watch((backend() as WebGPUBackend).device);
}

/** tfjs does not check: on a lost device it computes zeros, and if memory has run out, whatever the buffers held. */
function watch(device: GPUDevice): void {
  failure = null;
  void device.lost.then(({ message }) => (failure = { code: 'graphicsProcessorLost', detail: message }));
  device.addEventListener('uncapturederror', ({ error }) => {
    failure ??=
      error instanceof GPUOutOfMemoryError
        ? { code: 'graphicsMemoryFull' }
        : { code: 'graphicsProcessorRefused', detail: error.message };
  });
}
