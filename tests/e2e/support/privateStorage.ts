import { strFromU8, unzipSync } from 'fflate';
import type { Page } from 'playwright-core';

/** What is in the browser's private storage for the page's origin: for each folder, the texts in it by name. */
export async function storedCopies(page: Page): Promise<readonly Readonly<Record<string, string>>[]> {
  const stored = await page.evaluate(async () => {
    const found: number[][] = [];
    const root = await navigator.storage.getDirectory();
    for await (const folder of root.values()) {
      if (!(folder instanceof FileSystemDirectoryHandle))
        throw new Error('There is a file next to the folders of copies.');
      const bytes: number[] = [];
      for await (const file of folder.values()) {
        if (file instanceof FileSystemFileHandle)
          bytes.push(...new Uint8Array(await (await file.getFile()).arrayBuffer()));
      }
      found.push(bytes);
    }
    return found;
  });
  return stored.map((bytes) =>
    Object.fromEntries(
      Object.entries(unzipSync(Uint8Array.from(bytes))).map(([name, held]) => [name, strFromU8(held)]),
    ),
  );
}

/** Writes what a tab would leave if it crashed while it kept a copy, except that no case can be read from it. */
export function leaveCopy(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const theirs = await root.getDirectoryHandle('scarcast-copy-theirs', { create: true });
    const stream = await (await theirs.getFileHandle('copy.scarcast', { create: true })).createWritable();
    await stream.write('a copy');
    await stream.close();
  });
}
