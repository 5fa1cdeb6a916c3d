import { fileURLToPath } from 'node:url';

/**
 * Where public data sets are (docs/data.md says what goes in it and how to obtain each). SCARCAST_DATA overrides it.
 */
export const DATA_FOLDER: string =
  process.env['SCARCAST_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
