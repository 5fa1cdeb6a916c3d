/** The page as one file, opened from a disk with no server and no network: the demo patient comes to a curve and is saved. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { launchBrowser } from './support/browser.ts';

const FILE = fileURLToPath(new URL('../../dist-single/scarcast.html', import.meta.url));
/** A whole case on WASM on one busy core. */
const CASE_MS = 120_000;

it('the single file does the whole job from a disk', { timeout: 2 * CASE_MS }, async () => {
  if (!existsSync(FILE)) throw new Error('There is no single file: run `npm run build:single` first.');
  const url = pathToFileURL(FILE).href;
  const browser = await launchBrowser('wasm');
  try {
    const context = await browser.newContext({ offline: true });
    const page = await context.newPage();
    const errors: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    context.on('request', (request) => requests.push(request.url()));
    await page.goto(url);
    await page.getByTestId('try-demo').click();
    await page
      .getByTestId('curve')
      .waitFor({ timeout: CASE_MS })
      .catch((error: unknown) => {
        throw new Error(`The page reported: ${errors.join('\n')}`, { cause: error });
      });
    expect(await page.getByTestId('backend').textContent()).toBe('WebAssembly');
    expect(Number(await page.getByTestId('scar-ml').getAttribute('data-value'))).toBeGreaterThan(0);
    const download = page.waitForEvent('download');
    await page.getByTestId('save-json').click();
    expect(JSON.parse(await readFile(await (await download).path(), 'utf8'))).toHaveProperty('survival.fused.risk.5');
    expect(await page.evaluate('document.fonts.check("16px Inter Variable")')).toBe(true);

    // To clear ends both workers; the next case starts others, out of the same file.
    await page.getByTestId('clear').click();
    await page.getByTestId('try-demo').click();
    await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
    expect(errors).toEqual([]);
    expect(requests.filter((one) => one !== url && !/^(?:data|blob):/.test(one))).toEqual([]);
  } finally {
    await browser.close();
  }
});
