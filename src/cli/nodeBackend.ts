import { createRequire } from 'node:module';
import path from 'node:path';
import { startWasm } from '../nn/backends/wasm.ts';

/** Starts the WASM backend in Node from the installed package. */
export async function startNodeBackend(): Promise<void> {
  const packageFile = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  await startWasm(path.join(path.dirname(packageFile), 'wasm-out') + path.sep);
}
