import { ScarcastError } from '../core/errors.ts';

/** A file of the page itself could not be fetched. */
export class MissingFileError extends ScarcastError<{
  readonly code: 'missingFile';
  readonly url: string;
  readonly detail: string;
}> {
  constructor(url: string, detail: string) {
    super({ code: 'missingFile', url, detail });
  }
}

/** The bytes of a file of this build. Throws MissingFileError. */
export async function fetchBytes(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url).catch((error: unknown) => {
    throw new MissingFileError(url, String(error));
  });
  if (!response.ok) throw new MissingFileError(url, `HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
