import type { Backend } from '../pipeline/analysing/models.ts';

/** Where the weights lie: beside the page, at whatever path it is served. */
export function modelsUrl(): string {
  return new URL('models/', document.baseURI).href;
}

/** More share no work worth their memory. */
const MOST_WORKERS = 4;
/** Each holds a copy of the networks: with less memory than this, GB, there is one. */
const MEMORY_FOR_MORE_GB = 4;

/**
 * How many workers may share a segmentation: one less than there are processors, so that the page stays quick, but two on two, where
 * the page waits anyway. '?workers=N' in the page's address chooses.
 */
export function workersAtMost(): number {
  const asked = Number(new URLSearchParams(location.search).get('workers'));
  if (Number.isInteger(asked) && asked >= 1) return Math.min(asked, MOST_WORKERS);
  const { hardwareConcurrency = 1, deviceMemory = Infinity } = navigator as Navigator & { deviceMemory?: number };
  if (hardwareConcurrency < 2 || deviceMemory < MEMORY_FOR_MORE_GB) return 1;
  return Math.max(2, Math.min(MOST_WORKERS, hardwareConcurrency - 1));
}

/** '?backend=wasm' or '?backend=webgpu' in the page's address; null takes the best there is. */
export function backendAskedFor(): Backend | null {
  const asked = new URLSearchParams(location.search).get('backend');
  return asked === 'wasm' || asked === 'webgpu' ? asked : null;
}
