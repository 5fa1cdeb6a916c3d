/** The convolution kernels, compiled from src/nn/kernels/assembly where that is not done yet. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const KERNELS = fileURLToPath(new URL('../../nn/kernels/', import.meta.url));
const SOURCE = path.join(KERNELS, 'assembly');
/** Not in the repository; the page's build takes the files from here. */
const COMPILED = path.join(KERNELS, 'compiled');
/** What the files in COMPILED were made from. */
const KEY = path.join(COMPILED, 'source.sha256');

/** No exports of a runtime, no memory of their own: they work in the backend's. */
const COMMON = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--noExportMemory', '--enable', 'simd'];
const VARIANTS = { plain: COMMON, relaxed: [...COMMON, '--enable', 'relaxed-simd'] };

export type KernelVariant = keyof typeof VARIANTS;
export type CompiledKernels = Readonly<Record<KernelVariant, Uint8Array<ArrayBuffer>>>;

const fileOf = (variant: KernelVariant): string => path.join(COMPILED, `${variant}.wasm`);

const run = promisify(execFile);
const COMPILER_PACKAGE = createRequire(import.meta.url).resolve('assemblyscript/package.json');
const COMPILER = path.join(path.dirname(COMPILER_PACKAGE), 'bin/asc.js');

/** By SHA-256: the sources, the options and the compiler's version. */
function sourceKey(): string {
  const hash = createHash('sha256').update(JSON.stringify(VARIANTS));
  hash.update(readFileSync(COMPILER_PACKAGE));
  for (const name of readdirSync(SOURCE).sort()) hash.update(`${name}\n`).update(readFileSync(path.join(SOURCE, name)));
  return hash.digest('hex');
}

/**
 * Both files, for engines with plain and with relaxed SIMD. Compiling takes some seconds, once for each change of the sources.
 * @throws Error with the compiler's message where a source does not compile
 */
export async function compiledKernels(): Promise<CompiledKernels> {
  const key = sourceKey();
  if (!existsSync(KEY) || readFileSync(KEY, 'utf8') !== key) {
    mkdirSync(COMPILED, { recursive: true });
    for (const [variant, options] of Object.entries(VARIANTS)) {
      await compile(options, fileOf(variant as KernelVariant));
    }
    writeFileSync(KEY, key);
  }
  const read = (variant: KernelVariant): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(fileOf(variant)));
  return { plain: read('plain'), relaxed: read('relaxed') };
}

/** The one that this Node can run. */
export async function nodeKernels(): Promise<Uint8Array<ArrayBuffer>> {
  const { plain, relaxed } = await compiledKernels();
  return WebAssembly.validate(relaxed) ? relaxed : plain;
}

/** In a separate process: in ours, the compiler takes longer to load than to compile. */
async function compile(options: readonly string[], outFile: string): Promise<void> {
  const part = `${outFile}.${process.pid}`;
  try {
    await run(process.execPath, [COMPILER, 'index.ts', '--baseDir', SOURCE, '--outFile', part, ...options]);
  } catch (error) {
    throw new Error(`The convolution kernels do not compile.\n${(error as { stderr: string }).stderr}`, {
      cause: error,
    });
  }
  // Other processes may read at the same time.
  renameSync(part, outFile);
}
