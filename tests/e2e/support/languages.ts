import type { Page } from 'playwright-core';
import { en, type Messages } from '../../../src/app/messages/en.ts';
import { zh } from '../../../src/app/messages/zh.ts';

/** Reads a view in Chinese and then in English, and leaves it in English; `read` is given the words of the language. */
export async function inBothLanguages(page: Page, read: (words: Messages) => Promise<void>): Promise<void> {
  for (const [id, tag, words] of [
    ['zh', 'zh-CN', zh],
    ['en', 'en', en],
  ] as const) {
    await page.getByTestId(`language-${id}`).click();
    await page.locator(`html[lang=${tag}]`).waitFor();
    await read(words);
  }
}
