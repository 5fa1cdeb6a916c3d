/** What a browser has written about a page to its profile on the disk. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MOZLZ4 = 'mozLz40\0';

/** Every file of a profile, with Firefox's packed ones unpacked. A file that is gone meanwhile is left out. */
export function profileFiles(folder: string): { readonly path: string; readonly bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return [];
    const path = join(entry.parentPath, entry.name);
    try {
      const bytes = readFileSync(path);
      return [{ path, bytes: bytes.toString('latin1', 0, MOZLZ4.length) === MOZLZ4 ? unpacked(bytes) : bytes }];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  });
}

/** Which of the words are anywhere in the profile, as UTF-8 or as UTF-16. */
export function wordsIn(folder: string, words: readonly string[]): string[] {
  const files = profileFiles(folder);
  return words.filter((word) =>
    (['utf8', 'utf16le'] as const).some((coding) =>
      files.some(({ bytes }) => bytes.includes(Buffer.from(word, coding))),
    ),
  );
}

/** One block of LZ4 (Mozilla's own frame: a name and the unpacked length). */
function unpacked(bytes: Buffer): Buffer {
  const out = Buffer.alloc(bytes.readUInt32LE(MOZLZ4.length));
  let at = MOZLZ4.length + 4;
  let filled = 0;
  const longer = (length: number): number => {
    let sum = length;
    if (length === 15) {
      let more: number;
      do {
        more = bytes[at++];
        sum += more;
      } while (more === 255);
    }
    return sum;
  };
  while (at < bytes.length) {
    const token = bytes[at++];
    const literals = longer(token >> 4);
    filled += bytes.copy(out, filled, at, at + literals);
    at += literals;
    if (at >= bytes.length) break;
    const back = bytes.readUInt16LE(at);
    at += 2;
    for (let left = longer(token & 15) + 4; left > 0; left--, filled++) out[filled] = out[filled - back];
  }
  return out;
}
