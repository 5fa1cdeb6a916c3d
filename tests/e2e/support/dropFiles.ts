import { resolve } from 'node:path';
import type { Page } from 'playwright-core';

/**
 * Drops files or whole folders of this machine on an element, as a person does from a file manager: through the DevTools
 * protocol, since a DataTransfer made in the page cannot hold a folder.
 */
export async function dropFiles(page: Page, selector: string, paths: readonly string[]): Promise<void> {
  const target = page.locator(selector);
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (box === null) throw new Error(`Nothing visible matches ${selector}.`);
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: paths.map((path) => resolve(path)), dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: box.x + box.width / 2, y: box.y + box.height / 2, data });
  }
  await session.detach();
}
