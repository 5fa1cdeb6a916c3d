import plainUrl from '../nn/kernels/compiled/plain.wasm?url';
import relaxedUrl from '../nn/kernels/compiled/relaxed.wasm?url';
import { sha256Hex } from '../nn/weights.ts';
import { fetchBytes, MissingFileError } from './fetchBytes.ts';

/** Inserted by the build (vite.config.ts): what each file must be. */
declare const KERNEL_SHA256: Readonly<Record<'plain' | 'relaxed', string>>;

const URLS = { plain: plainUrl, relaxed: relaxedUrl };

/**
 * The compiled convolution kernels for this engine: those with relaxed SIMD if it supports it.
 * @throws MissingFileError if a file cannot be fetched or is not the one that the build made
 */
export async function fetchKernels(): Promise<Uint8Array<ArrayBuffer>> {
  const relaxed = await fetchChecked('relaxed');
  return WebAssembly.validate(relaxed) ? relaxed : fetchChecked('plain');
}

async function fetchChecked(variant: keyof typeof URLS): Promise<Uint8Array<ArrayBuffer>> {
  const url = new URL(URLS[variant], import.meta.url).href;
  const bytes = await fetchBytes(url);
  if (sha256Hex(bytes) !== KERNEL_SHA256[variant]) throw new MissingFileError(url, 'it is not the file of this build');
  return bytes;
}
