import { createHash } from 'node:crypto';
import { compiledKernels, type KernelVariant } from '../src/studies/files/compiledKernels.ts';

/**
 * SHA-256 of both compiled kernel files, which exist when it returns: the build puts the hashes into the worker, which
 * checks what it loads.
 */
export async function kernelHashes(): Promise<Record<KernelVariant, string>> {
  const { plain, relaxed } = await compiledKernels();
  const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  return { plain: hash(plain), relaxed: hash(relaxed) };
}
