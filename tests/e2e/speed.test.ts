/** The page stays responsive: while a case runs, its own thread only has short tasks. */
import { expect, it } from 'vitest';
import { LONG_TASK_MS, mainThreadTasks } from '../../scripts/mainThreadTasks.ts';
import { withApp } from './support/app.ts';

/** A whole case on WASM on one busy core. */
const CASE_MS = 120_000;
/** The parts below the curve, which are made after it. */
const AFTER_CURVE_MS = 1500;

it(`a case has no task over ${LONG_TASK_MS} ms of the page's thread, from the first click to all that is drawn of it`, async () => {
  await withApp('wasm', async ({ page }) => {
    const tasks = await mainThreadTasks(page, async () => {
      await page.getByTestId('try-demo').click();
      await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
      await page.getByTestId('save-json').waitFor({ state: 'attached' });
      await page.waitForTimeout(AFTER_CURVE_MS);
    });
    // Processor time, which is the same on a machine that does other work; the browser collects garbage at times of its choosing.
    expect(tasks.longestOwnCpuMs).toBeLessThan(LONG_TASK_MS);
  });
});
