import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, vi } from 'vitest';

/** The limit for the page to draw what a hand did, on a busy core. */
export const DRAWN_MS = 10_000;

/** A short digest of what a canvas shows, to tell whether it changed. */
export async function picture(page: Page, testId = 'slice'): Promise<string> {
  const canvas = page.getByTestId(testId).locator('xpath=descendant-or-self::canvas');
  const png = await canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());
  return createHash('sha256').update(png).digest('hex').slice(0, 12);
}

/** The picture once everything that was pending is drawn: two looks a moment apart are the same. */
export async function settled(page: Page, testId = 'slice'): Promise<string> {
  return vi.waitFor(
    async () => {
      const one = await picture(page, testId);
      await page.waitForTimeout(300);
      const another = await picture(page, testId);
      expect(another, 'the picture changes no more').toBe(one);
      return another;
    },
    { timeout: DRAWN_MS },
  );
}
