/**
 * Copies of cases in the browser's private storage (the origin private file system), against a crash. Nothing else in
 * the page uses that storage: lint forbids it. Each tab's copy has its own folder, under a lock of the same name that
 * the tab holds for as long. If nobody holds a folder's lock, the tab that made it ended without deleting it.
 */
import { ScarcastError, type Bare } from '../../../core/errors.ts';

const FOLDER = 'scarcast-copy-';
const FILE = 'copy.scarcast';

/** The browser failed to keep, read or delete a copy. */
export class CopyError extends ScarcastError<Bare<'copyNotKept' | 'copyNotDeleted' | 'copyGone'>> {}

/** Whether the browser offers the storage and the locks; it does not on plain http, or for a page opened from a disk. */
export const canKeepCopies = (): boolean =>
  'FileSystemFileHandle' in globalThis &&
  'createWritable' in FileSystemFileHandle.prototype &&
  'locks' in navigator &&
  location.protocol !== 'file:';

interface Place {
  readonly root: FileSystemDirectoryHandle;
  readonly folder: FileSystemDirectoryHandle;
}

/** This tab's copy of one case, from when it is made until `end`. */
export class KeptCopy {
  readonly #name = FOLDER + crypto.randomUUID();
  readonly #place: Promise<Place>;
  #unlock: () => void = () => undefined;
  /** Runs one step after the other: a file that is being written cannot be deleted. */
  #last: Promise<unknown>;

  constructor() {
    this.#place = this.#begin();
    this.#last = this.#place.catch(() => undefined);
  }

  async #begin(): Promise<Place> {
    await new Promise<void>((locked, refused) => {
      const held = (): Promise<void> =>
        new Promise((unlock) => {
          this.#unlock = unlock;
          locked();
        });
      navigator.locks.request(this.#name, held).catch(refused);
    });
    const root = await navigator.storage.getDirectory();
    return { root, folder: await root.getDirectoryHandle(this.#name, { create: true }) };
  }

  /**
   * Puts a case file in the place of the last one, whole or not at all.
   * @throws CopyError where the storage is full or shut to the page
   */
  write(file: Uint8Array): Promise<void> {
    return this.#next('copyNotKept', async () => {
      const { folder } = await this.#place;
      const stream = await (await folder.getFileHandle(FILE, { create: true })).createWritable();
      await stream.write(Uint8Array.from(file));
      await stream.close();
    });
  }

  /**
   * Deletes the copy. Call it once, last.
   * @throws CopyError where the browser refuses
   */
  async end(): Promise<void> {
    const place = await this.#place.catch(() => null);
    await this.#next(
      'copyNotDeleted',
      () => place?.root.removeEntry(this.#name, { recursive: true }) ?? Promise.resolve(),
    );
    this.#unlock();
  }

  #next(code: CopyError['reason']['code'], step: () => Promise<void>): Promise<void> {
    const done = this.#last.then(step).catch((cause: unknown) => {
      throw new CopyError({ code }, { cause });
    });
    this.#last = done.catch(() => undefined);
    return done;
  }
}

/** A copy whose tab ended without deleting it. */
export interface LeftCopy {
  readonly name: string;
  readonly at: Date;
}

/** The copies that tabs left, latest first. Copies that were left empty are deleted. */
export async function leftCopies(): Promise<readonly LeftCopy[]> {
  if (!canKeepCopies()) return [];
  const left: LeftCopy[] = [];
  const root = await navigator.storage.getDirectory();
  for await (const name of root.keys()) {
    if (!name.startsWith(FOLDER)) continue;
    await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      const file = await copyIn(root, name);
      if (file && file.size > 0) left.push({ name, at: new Date(file.lastModified) });
      else await root.removeEntry(name, { recursive: true });
    });
  }
  return left.sort((a, b) => b.at.getTime() - a.at.getTime());
}

/**
 * Reads a copy that was left into memory.
 * @throws CopyError if it is gone: another tab may have opened or deleted it
 */
export async function readLeftCopy({ name }: LeftCopy): Promise<File> {
  const file = await copyIn(await navigator.storage.getDirectory(), name);
  if (!file) throw new CopyError({ code: 'copyGone' });
  return new File([await file.arrayBuffer()], FILE);
}

/**
 * Deletes a copy that was left, if it is still there.
 * @throws CopyError where the browser refuses
 */
export async function deleteLeftCopy({ name }: LeftCopy): Promise<void> {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(name, { recursive: true }).catch((cause: unknown) => {
    if (!isNotThere(cause)) throw new CopyError({ code: 'copyNotDeleted' }, { cause });
  });
}

/** null where there is none. */
async function copyIn(root: FileSystemDirectoryHandle, name: string): Promise<File | null> {
  try {
    return await (await (await root.getDirectoryHandle(name)).getFileHandle(FILE)).getFile();
  } catch (error) {
    if (isNotThere(error)) return null;
    throw error;
  }
}

const isNotThere = (error: unknown): boolean => error instanceof DOMException && error.name === 'NotFoundError';
