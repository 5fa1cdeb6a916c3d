import type { Backend } from '../pipeline/analysing/models.ts';

/** Where the weights lie: beside the page, at whatever path it is served. */
export function modelsUrl(): string {
  return new URL('models/', document.baseURI).href;
}

/** '?backend=wasm' or '?backend=webgpu' in the page's address; null takes the best there is. */
export function backendAskedFor(): Backend | null {
  const asked = new URLSearchParams(location.search).get('backend');
  return asked === 'wasm' || asked === 'webgpu' ? asked : null;
}
