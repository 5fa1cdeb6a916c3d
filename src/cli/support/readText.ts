import { readFile } from 'node:fs/promises';
import { NoSuchInputError } from '../../studies/files/inputFiles.ts';

/**
 * UTF-8; UTF-16 where it says so, as Excel's Unicode text does; or Latin-1 where it is no UTF-8, as spreadsheets still write.
 * @throws NoSuchInputError where there is none
 */
export async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new NoSuchInputError(`There is no file to read at ${path}.`, { cause });
  });
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le');
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? bytes.toString('latin1') : text;
}
