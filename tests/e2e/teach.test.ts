/** The teaching room: a teacher's lesson in both languages, and a class of three that reads blind. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { codeOf } from '../../src/core/phantom/readingSet.ts';
import { withApp } from './support/app.ts';

/** The limit for a teaching heart, its stack and the networks' answer on a busy core. */
const HEART_MS = 60_000;
/** The least size of nine pictures, however well they are compressed. */
const LEAST_VIDEO_BYTES = 20_000;
const PHONE = { width: 390, height: 844 } as const;

const done = (page: Page): Promise<void> =>
  page.locator('[data-testid=lesson-status][data-done=true]').waitFor({ timeout: HEART_MS });

async function nullsTheWall(page: Page): Promise<void> {
  await page.getByTestId('lesson-nulling').click();
  await page.getByTestId('knobs-scan').click();
  await page.getByTestId('knob-inversionMs').fill('345');
  await done(page);
}

async function goesThroughALesson(page: Page): Promise<void> {
  await page.getByTestId('tab-lessons').click();
  await nullsTheWall(page);
  await page.getByTestId('lesson-next').click();
  await page.getByTestId('contrast-PSIR').click();
  await done(page);
  await page.getByTestId('lesson-next').click();
  await page.getByTestId('option-0').click();
  expect(await page.getByTestId('lesson-next').isDisabled(), 'a wrong answer does not do').toBe(true);
  await page.getByTestId('option-1').click();
  await page.getByTestId('lesson-next').click();
  await page.getByTestId('knob-minutesAfterContrast').fill('30');
  await done(page);
  await page.getByTestId('lesson-next').click();
  await page.getByTestId('null-it').click();
  await done(page);
  await page.getByTestId('lesson-end').click();
}

async function refusesABrokenLesson(page: Page): Promise<void> {
  const buffer = Buffer.from('{"scarcast":"lesson","format":9}');
  await page.getByTestId('lesson-file').setInputFiles({ name: 'mine.json', mimeType: 'application/json', buffer });
  await page.getByTestId('lesson-problem').waitFor();
}

/** Draws across the middle of the slice, and undoes a second stroke. */
async function drawsScar(page: Page): Promise<void> {
  const slice = page.getByTestId('teach-slice');
  const stroke = async (down: number): Promise<void> => {
    const box = await slice.boundingBox();
    if (!box) throw new Error('There is no slice to draw on.');
    await page.mouse.move(box.x + 0.4 * box.width, box.y + down * box.height);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.6 * box.width, box.y + down * box.height, { steps: 5 });
    await page.mouse.up();
  };
  await page.getByTestId('hand-draw').click();
  await page.locator('[data-testid=teach-slice].drawing').waitFor({ timeout: HEART_MS });
  await stroke(0.4);
  const drawn = await page.getByTestId('say-ml').inputValue();
  expect(Number(drawn)).toBeGreaterThan(0);
  await stroke(0.6);
  expect(Number(await page.getByTestId('say-ml').inputValue())).toBeGreaterThan(Number(drawn));
  await page.getByTestId('undo-stroke').click();
  expect(await page.getByTestId('say-ml').inputValue()).toBe(drawn);
}

/** Goes to another tab in the middle of a reading and back: the answers are still there. */
async function looksElsewhere(page: Page, pattern: string): Promise<void> {
  await page.getByTestId('tab-lessons').click();
  await page.getByTestId('lesson-nulling').waitFor();
  await page.getByTestId('tab-blind').click();
  expect(await page.getByTestId(`say-${pattern}`).getAttribute('aria-pressed')).toBe('true');
}

/** Opens a heart that was read, with its truth, and returns to the results. */
async function looksAtTheFirst(page: Page): Promise<void> {
  await page.getByTestId('look-0').click({ timeout: HEART_MS });
  await page.locator('[data-testid=truth-table][data-stale=false]').waitFor({ timeout: HEART_MS });
  await page.getByTestId('tab-blind').click();
}

/** Reads both hearts of a set and returns the file; scar is drawn where no volume is given. */
async function reads(page: Page, code: string, pattern: string, ml: string | null): Promise<Buffer> {
  await page.getByTestId('blind-code').fill(code);
  await page.getByTestId('blind-begin').click();
  for (let heart = 0; heart < 2; heart++) {
    await page.locator('[data-testid=teach-slice][data-stale=false]').waitFor({ timeout: HEART_MS });
    await page.getByTestId(`say-${pattern}`).click();
    await page.getByTestId('segment-7').click();
    if (heart === 0) await looksElsewhere(page, pattern);
    if (ml === null) await drawsScar(page);
    else await page.getByTestId('say-ml').fill(ml);
    await page.getByTestId('say-artefact-none').click();
    await page.getByTestId('blind-next').click();
  }
  if (pattern === 'none') await looksAtTheFirst(page);
  const download = page.waitForEvent('download');
  await page.getByTestId('save-result').click();
  const file = await readFile(await (await download).path());
  await page.getByTestId('blind-leave').click();
  return file;
}

it('teaches a lesson in both languages, and compares a class’s agreement with the network’s', async () => {
  await withApp('wasm', async ({ page }) => {
    await page.getByTestId('room-teach').click();
    await page.getByTestId('teach-marked').waitFor();
    await goesThroughALesson(page);
    await page.getByTestId('language-zh').click();
    await nullsTheWall(page);
    expect(await page.getByTestId('lesson').textContent()).toMatch(/反转/);
    await page.getByTestId('language-en').click();
    await page.getByTestId('tab-play').click();
    await page.getByTestId('tab-lessons').click();
    await page.getByTestId('lesson').getByRole('button', { name: 'Leave the lesson' }).click();
    await refusesABrokenLesson(page);

    await page.getByTestId('tab-blind').click();
    await page.getByTestId('blind-code').fill('nonsense');
    await page.getByTestId('blind-begin').click();
    await page.getByTestId('blind-problem').waitFor();
    const code = codeOf({ count: 2, seed: 4711 });
    const files = [await reads(page, code, 'infarct', null), await reads(page, code, 'none', '0')];
    await page.setViewportSize(PHONE);
    files.push(await reads(page, code, 'midWall', '8'));
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
    await page.getByTestId('result-files').setInputFiles(
      [...files, Buffer.from('{}')].map((buffer, i) => ({
        name: `${i}.result.json`,
        mimeType: 'application/json',
        buffer,
      })),
    );
    const table = page.getByTestId('agreement');
    await table.waitFor({ timeout: HEART_MS });
    expect(await table.locator('tbody tr').count(), 'three students and the network').toBe(4);
    const pooledDice = await table
      .locator('tbody tr')
      .evaluateAll((rows) => rows.map((row) => row.children[5].textContent));
    expect(
      pooledDice.map((dice) => dice !== '–'),
      'who drew, and the network',
    ).toEqual([true, false, false, true]);
    expect(await page.getByText('This file is not a Scarcast blind-reading result').isVisible()).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
  });
});

it('presents a heart by a clicker, and records a sweep as a video', async () => {
  await withApp('wasm', async ({ page }) => {
    await page.getByTestId('room-teach').click();
    await page.getByTestId('present').click();
    const knob = page.getByTestId('presenter').getByTestId('knob-inversionMs');
    const before = Number(await knob.inputValue());
    await page.keyboard.press('PageDown');
    expect(Number(await knob.inputValue())).toBeGreaterThan(before);
    await page.keyboard.press('PageUp');
    expect(Number(await knob.inputValue())).toBe(before);
    await page.getByTestId('law-plot').waitFor({ timeout: HEART_MS });
    await page.keyboard.press('Escape');
    await page.getByTestId('view-sweep').click();
    await page.getByTestId('sweep-knob').selectOption('noReflowPercent');
    await page.getByTestId('sweep-run').click();
    await page.getByTestId('sweep-record').waitFor({ timeout: 4 * HEART_MS });
    const download = page.waitForEvent('download');
    await page.getByTestId('sweep-record').click();
    const saved = await download;
    expect(saved.suggestedFilename()).toMatch(/^noReflowPercent\.(mp4|webm)$/);
    expect((await readFile(await saved.path())).byteLength).toBeGreaterThan(LEAST_VIDEO_BYTES);
  });
});
