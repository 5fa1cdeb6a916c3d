import { existsSync } from 'node:fs';
import { DATA_FOLDER } from '../src/cli/dataFolder.ts';

/** The folder of public data, or null on a machine without it: tests that need it are skipped by name there. */
export const DATA: string | null = existsSync(DATA_FOLDER) ? DATA_FOLDER : null;
