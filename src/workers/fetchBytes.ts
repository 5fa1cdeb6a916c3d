import { ScarcastError } from '../core/errors.ts';

/** A file of the page itself did not come. */
export class MissingFileError extends ScarcastError {
  readonly code = 'missingFile';

  constructor(url: string, what: string) {
    super(
      `The page's own file ${url} could not be loaded (${what}). Reload the page while it can be reached, then go on.`,
    );
  }
}

/** The bytes of a file of this build. Throws MissingFileError. */
export async function fetchBytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url).catch((error: unknown) => {
    throw new MissingFileError(url, String(error));
  });
  if (!response.ok) throw new MissingFileError(url, `answer ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
