import type { Backend } from '../pipeline/analysing/models.ts';

/** Where the weights are: next to the page, at whatever path it is served. */
export function modelsUrl(): string {
  return new URL('models/', document.baseURI).href;
}

/** More workers would not be worth their memory. */
const MOST_WORKERS = 4;
/** Each worker holds a copy of the networks; with less memory than this, GB, there is only one. */
const MEMORY_FOR_MORE_GB = 4;

/**
 * How many workers share a segmentation: one fewer than there are processors, so that the page stays responsive; but two on two processors,
 * where the page waits anyway. '?workers=N' in the page's address sets it.
 */
export function workersAtMost(): number {
  const asked = Number(new URLSearchParams(location.search).get('workers'));
  if (Number.isInteger(asked) && asked >= 1) return Math.min(asked, MOST_WORKERS);
  const { hardwareConcurrency = 1, deviceMemory = Infinity } = navigator as Navigator & { deviceMemory?: number };
  if (hardwareConcurrency < 2 || deviceMemory < MEMORY_FOR_MORE_GB) return 1;
  return Math.max(2, Math.min(MOST_WORKERS, hardwareConcurrency - 1));
}

/** '?backend=wasm' or '?backend=webgpu' in the page's address; null takes the best available. */
export function backendAskedFor(): Backend | null {
  const asked = new URLSearchParams(location.search).get('backend');
  return asked === 'wasm' || asked === 'webgpu' ? asked : null;
}
