import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

/** What a button of the Report view saves, and under which name. */
export async function savedFile(
  page: Page,
  testId: string,
): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  await page.getByTestId('view-report').click();
  const download = page.waitForEvent('download');
  await page.getByTestId(testId).click();
  const file = await download;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

/** The open case's numbers as the page saves them. */
export async function savedNumbers(page: Page): Promise<unknown> {
  return JSON.parse((await savedFile(page, 'save-json')).bytes.toString());
}
