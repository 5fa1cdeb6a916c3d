/**
 * A reader corrects the demo patient's segmentation by pointer: measures and curve follow, and return on undo. (By keyboard:
 * reader.test.ts.)
 */
import { readFile } from 'node:fs/promises';
import { median } from 'd3';
import { strFromU8, unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { withApp } from './support/app.ts';
import { inBothLanguages } from './support/languages.ts';
import { savedNumbers } from './support/saved.ts';

/** A whole case on WASM on one busy core. */
const CASE_MS = 120_000;
/** The limit for a correction's new numbers, on a machine that may do other work. */
const FOLLOW_MS = 15_000;
/** The longest that a reader should wait for measures and curve: the median of several corrections. */
const FOLLOW_MEDIAN_MS = 1000;
/** A slice between two has about their mean; this is how far it may be off, as a share of its own value. */
const BETWEEN_NEIGHBOURS = 0.25;

const NUMBERS = ['scar-ml', 'myocardium-ml', 'blood-pool-ml', 'risk-fused-5', 'risk-covariates-5'];

async function numbers(page: Page): Promise<Record<string, string | null>> {
  const values = await Promise.all(NUMBERS.map((id) => page.getByTestId(id).getAttribute('data-value')));
  return Object.fromEntries(NUMBERS.map((id, i) => [id, values[i]]));
}

/** Draws from the middle of the image upwards: over pool, inner wall, scar and outer wall. */
async function drawUpwards(page: Page): Promise<void> {
  const box = await page.getByTestId('slice').boundingBox();
  if (!box) throw new Error('The slice is not shown.');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y - box.height / 2 + 10, { steps: 6 });
  await page.mouse.up();
}

/** Milliseconds from a key on the page to the fused risk that it leads to. */
async function followMs(page: Page, key: string, risk: string | null): Promise<number> {
  const waiting = page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const begun = performance.now();
        const look = (): void => {
          if (document.querySelector('[data-testid="risk-fused-5"]')?.getAttribute('data-value') === wanted) {
            resolve(performance.now() - begun);
          } else requestAnimationFrame(look);
        };
        look();
      }),
    risk,
  );
  await page.keyboard.press(key);
  return waiting;
}

describe('a correction by hand', () => {
  it('changes measures, curve and file, fills a slice from its neighbours, and is undone exactly; wall and scar turn by keys, and every key is on the sheet', async () => {
    await withApp('wasm', async ({ page }) => {
      await page.getByTestId('try-demo').click();
      await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
      // As in the file.
      await page.getByTestId('view-risk').click();
      await page.getByTestId('rate-music').check();
      const first = await numbers(page);
      const curve = await page.getByTestId('curve-figure').innerHTML();

      await page.getByTestId('correct').click();
      await page.getByTestId('hand-brush').click();
      await page.getByTestId('structure-viable').click();
      await drawUpwards(page);
      await expect.poll(() => page.getByTestId('curve-figure').innerHTML(), { timeout: FOLLOW_MS }).not.toBe(curve);
      const drawn = await numbers(page);
      expect(Number(drawn['scar-ml'])).toBeLessThan(Number(first['scar-ml']));
      expect(Number(drawn['myocardium-ml'])).toBeGreaterThan(Number(first['myocardium-ml']));
      expect(drawn['risk-fused-5']).not.toBe(first['risk-fused-5']);
      expect(drawn['risk-covariates-5']).toBe(first['risk-covariates-5']);
      // The page says why the risk did not follow as the grams did.
      const reads = page.getByTestId('reads-brightness');
      await inBothLanguages(page, async ({ summary, scar }) => {
        expect(await reads.textContent()).toContain(summary.readsBrightness);
        expect(await reads.textContent()).toContain(summary.scarByHand);
        expect(await page.getByTestId('no-interval').first().textContent()).toContain(summary.noIntervalByHand);
        expect(await page.getByTestId('scar-by-hand').textContent()).toBe(summary.scarByHand);
        // The drawn wall covers a part of the scar, whose brightness stays.
        expect(await page.getByTestId('grey-definition').textContent()).toContain(scar.coreExceeds);
      });
      const scarDice = Number(await page.getByTestId('dice-scar').getAttribute('data-value'));
      expect(scarDice).toBeGreaterThan(0.5);
      expect(scarDice).toBeLessThan(1);

      const saved = await savedNumbers(page);
      expect(saved).toMatchObject({
        corrections: { edits: 1, tools: ['brush'], slices: [5], dice: { scar: scarDice } },
      });

      await page.getByTestId('undo').click();
      await expect.poll(() => numbers(page), { timeout: FOLLOW_MS }).toEqual(first);
      expect(await page.getByTestId('curve-figure').innerHTML()).toBe(curve);
      expect(await page.getByTestId('dice-scar').count()).toBe(0);
      expect(await reads.textContent()).not.toContain('You changed the scar');
      expect(await page.getByTestId('no-interval').count()).toBe(0);
      // Saving a case while its numbers are being updated waits for them, so that the file's parts belong together.
      const early = page.waitForEvent('download');
      await page.evaluate(() => {
        for (const id of ['redo', 'save-case']) document.querySelector<HTMLElement>(`[data-testid="${id}"]`)?.click();
      });
      const held = unzipSync(await readFile(await (await early).path()));
      const kept: unknown = JSON.parse(strFromU8(held['case.json']));
      expect(kept).toMatchObject({ edits: { done: [{ tool: 'brush' }] }, analysis: { corrections: { edits: 1 } } });
      expect(kept).toHaveProperty('survival.fused.risk.5', Number(drawn['risk-fused-5']));
      await expect.poll(() => numbers(page), { timeout: FOLLOW_MS }).toEqual(drawn);
      await page.keyboard.press('Control+z');
      await expect.poll(() => numbers(page), { timeout: FOLLOW_MS }).toEqual(first);
      const waits: number[] = [];
      for (const [key, then] of [
        ['Control+y', drawn],
        ['Control+z', first],
        ['Control+y', drawn],
        ['Control+z', first],
      ] as const) {
        waits.push(await followMs(page, key, then['risk-fused-5']));
        await expect.poll(() => numbers(page), { timeout: FOLLOW_MS }).toEqual(then);
      }
      expect(median(waits)).toBeLessThan(FOLLOW_MEDIAN_MS);
      await expect.poll(() => numbers(page), { timeout: FOLLOW_MS }).toEqual(first);

      // What a slice lost is filled in from its neighbours.
      const wall = Number(first['myocardium-ml']);
      await page.getByText('This slice', { exact: true }).click();
      await page.getByTestId('clear-slice').click();
      await expect
        .poll(async () => (await numbers(page))['risk-fused-5'], { timeout: FOLLOW_MS })
        .not.toBe(first['risk-fused-5']);
      const without = await numbers(page);
      expect(Number(without['myocardium-ml'])).toBeLessThan(wall);
      await page.getByRole('slider', { name: 'Slice', exact: true }).focus();
      await page.keyboard.press('ArrowDown');
      expect(await page.getByTestId('interpolate').isDisabled()).toBe(true);
      await page.getByLabel('Other slice').selectOption({ label: '5' });
      await page.getByTestId('interpolate').click();
      await expect
        .poll(async () => Number((await numbers(page))['myocardium-ml']), { timeout: FOLLOW_MS })
        .not.toBe(Number(without['myocardium-ml']));
      const filled = Number((await numbers(page))['myocardium-ml']);
      expect(Math.abs(filled - wall)).toBeLessThan(BETWEEN_NEIGHBOURS * (wall - Number(without['myocardium-ml'])));
      await page.keyboard.press('Control+z');
      await expect.poll(() => numbers(page), { timeout: FOLLOW_MS }).toEqual(without);
      await page.keyboard.press('Control+z');
      await expect.poll(() => numbers(page), { timeout: FOLLOW_MS }).toEqual(first);

      await page.keyboard.press('t');
      const solid = page.getByTestId('solid');
      const picture = (): Promise<string> =>
        solid.locator('canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
      await solid.focus();
      const before = await picture();
      await page.keyboard.press('ArrowRight');
      await expect.poll(picture).not.toBe(before);
      await page.keyboard.press('ArrowLeft');
      await expect.poll(picture).toBe(before);
      await page.keyboard.press('t');

      await page.keyboard.press('?');
      const sheet = page.getByTestId('key-sheet');
      expect(await sheet.isVisible()).toBe(true);
      expect(await sheet.getByRole('row').count()).toBeGreaterThan(30);
      await sheet.getByRole('checkbox').uncheck();
      await page.keyboard.press('Escape');
      await page.keyboard.press('t');
      expect(await solid.count()).toBe(0);
    });
  });
});
