import { open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type { LoadWasm } from '../../core/dicom/codecs.ts';
import { SentenceError } from '../../core/errors.ts';
import type { InputFile } from '../../pipeline/reading/study.ts';

export class NoSuchInputError extends SentenceError {}

/**
 * The files at a path: one file, or all in a folder and the folders in it, in the order of their names. Paths are given
 * from that folder on, with '/' between folders; nothing is read yet.
 * @throws NoSuchInputError where nothing is there.
 */
export async function inputFiles(path: string): Promise<InputFile[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new NoSuchInputError(`There is no file or folder at ${path}.`, { cause });
  });
  if (!found.isDirectory()) return [fileAt(path, basename(path), found.size)];
  const files: InputFile[] = [];
  await collect(path, '', [], files);
  return files;
}

/**
 * Links are followed; one that leads to nothing, or back into a folder that it lies in, is passed over.
 * @param above the folders that this one lies in, as the system has them
 */
async function collect(folder: string, prefix: string, above: readonly string[], files: InputFile[]): Promise<void> {
  const real = await realpath(folder);
  if (above.includes(real)) return;
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory()) await collect(path, `${prefix}${entry.name}/`, [...above, real], files);
    else if (found?.isFile()) files.push(fileAt(path, prefix + entry.name, found.size));
  }
}

function fileAt(path: string, shown: string, size: number): InputFile {
  return {
    path: shown,
    size,
    async read(start = 0, end = size) {
      const file = await open(path);
      try {
        const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
        const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
        return bytes.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}

const WASM_FILES = {
  charls: '@cornerstonejs/codec-charls/decodewasm',
  libjpegTurbo: '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm',
  openjpeg: '@cornerstonejs/codec-openjpeg/decodewasm',
} as const;

/** Brings the image codecs' WebAssembly from node_modules. */
export const nodeLoadWasm: LoadWasm = async (name) =>
  new Uint8Array(await readFile(createRequire(import.meta.url).resolve(WASM_FILES[name])));
