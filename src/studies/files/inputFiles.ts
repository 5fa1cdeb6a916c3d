import { open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import type { LoadWasm } from '../../core/dicom/codecs.ts';
import { SentenceError } from '../../core/errors.ts';
import type { InputFile } from '../../pipeline/reading/study.ts';

export class NoSuchInputError extends SentenceError {}

/**
 * The files at a path: one file, or all in a folder and the folders in it, in the order of their names, links followed. Paths are
 * given from that folder on, with '/' between folders; nothing is read yet. A name that is not UTF-8, as in old
 * archives, is shown with replacement characters and opened by its own bytes.
 * @throws NoSuchInputError where nothing is there.
 */
export async function inputFiles(path: string): Promise<InputFile[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new NoSuchInputError(`There is no file or folder at ${path}.`, { cause });
  });
  if (!found.isDirectory()) return [fileAt(path, basename(path), found.size)];
  const files: InputFile[] = [];
  await collect(Buffer.from(path), '', [], files);
  return files;
}

/** A name that leads nowhere (a broken link) is reported as a file that cannot be read, so it is not lost. */
const NOWHERE_BYTES = 1;

/**
 * @param above the folders that contain this one, by the system's own paths: a link back to one of them is not followed
 * again
 */
async function collect(folder: Buffer, prefix: string, above: readonly string[], files: InputFile[]): Promise<void> {
  const real = (await realpath(folder, { encoding: 'buffer' })).toString('latin1');
  if (above.includes(real)) return;
  const names = await readdir(folder, { encoding: 'buffer' });
  for (const name of names.sort((a, b) => Buffer.compare(a, b))) {
    const path = Buffer.concat([folder, Buffer.from('/'), name]);
    const shown = prefix + name.toString('utf8');
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory()) await collect(path, `${shown}/`, [...above, real], files);
    else if (found === null || found.isFile()) files.push(fileAt(path, shown, found?.size ?? NOWHERE_BYTES));
  }
}

function fileAt(path: string | Buffer, shown: string, size: number): InputFile {
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

/** Loads the image codecs' WebAssembly from node_modules. */
export const nodeLoadWasm: LoadWasm = async (name) =>
  new Uint8Array(await readFile(createRequire(import.meta.url).resolve(WASM_FILES[name])));
