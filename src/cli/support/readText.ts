import { readFile } from 'node:fs/promises';
import { decodeText } from '../../pipeline/cohort/table.ts';
import { NoSuchInputError } from '../../studies/files/inputFiles.ts';

/**
 * A text file's content, as `decodeText` reads it.
 * @throws NoSuchInputError where there is none
 */
export async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new NoSuchInputError(`There is no file to read at ${path}.`, { cause });
  });
  return decodeText(bytes);
}
