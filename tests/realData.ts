import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FOLDER } from '../src/studies/files/dataFolder.ts';

/**
 * The folder of public data, or null on a machine where one of the named sets is not in it: tests that need them are skipped
 * by name there.
 */
export function dataWith(...sets: readonly string[]): string | null {
  return sets.every((set) => existsSync(join(DATA_FOLDER, set))) ? DATA_FOLDER : null;
}
