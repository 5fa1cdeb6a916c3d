/**
 * The page as one file, opened from a disk with no server and no network: a dropped study gives a curve and is saved, from a file or from a
 * folder, and no road leads out of the page.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { dropFiles } from './support/dropFiles.ts';
import { listen } from './support/listener.ts';
import { phantomZip } from './support/phantomStudy.ts';
import { arrivals, EXITS, packetsByWebRtc, PAGE_ROADS, WORKER_ROADS } from './support/roadsOut.ts';

const FILE = fileURLToPath(new URL('../../dist-single/scarcast.html', import.meta.url));
/** A whole case on WASM on one busy core. */
const CASE_MS = 120_000;
/** A file of one line opens in about ten milliseconds. */
const EXIT_MS = 500;

it('the single file does the whole job from a disk', { timeout: 2 * CASE_MS }, async () => {
  if (!existsSync(FILE)) throw new Error('There is no single file: run `npm run build:single` first.');
  const url = pathToFileURL(FILE).href;
  const folder = mkdtempSync(join(tmpdir(), 'scarcast-single-'));
  const study = join(folder, 'study.zip');
  writeFileSync(study, phantomZip());
  const listener = await listen();
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
    await page.getByTestId('try-demo').waitFor();
    await dropFiles(page, 'main', [study]);
    await page
      .getByTestId('curve')
      .waitFor({ timeout: CASE_MS })
      .catch((error: unknown) => {
        throw new Error(`The page reported: ${errors.join('\n')}`, { cause: error });
      });
    expect(await page.getByTestId('backend').textContent()).toBe('WebAssembly');
    expect(Number(await page.getByTestId('scar-ml').getAttribute('data-value'))).toBeGreaterThan(0);
    await page.getByTestId('view-report').click();
    expect(await page.getByTestId('keep-copy').count(), 'a file has no private storage').toBe(0);
    const download = page.waitForEvent('download');
    await page.getByTestId('save-json').click();
    const numbers: unknown = JSON.parse(await readFile(await (await download).path(), 'utf8'));
    expect(numbers).toHaveProperty('survival.image.risk.5');
    expect(numbers, 'nobody’s curve is in no file').toMatchObject({
      survival: { covariates: null, fused: null, withheldCode: { code: 'noAnswers' } },
    });
    expect(await page.evaluate('document.fonts.check("16px Inter Variable")')).toBe(true);

    // Clearing ends both workers; the next case starts new ones from the same file.
    await page.getByTestId('clear').click();
    await page.getByTestId('try-demo').waitFor();
    await dropFiles(page, 'main', [folder]);
    await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
    expect(errors).toEqual([]);
    expect(requests.filter((one) => one !== url && !/^(?:data|blob):/.test(one))).toEqual([]);

    // The test of privacy shows that these roads are open where no policy shuts them.
    await context.setOffline(false);
    const workers = page.workers();
    // One that reads, and at least one that computes.
    expect(workers.length).toBeGreaterThanOrEqual(2);
    expect(await arrivals(listener, page, { ...PAGE_ROADS, ...EXITS })).toEqual([]);
    expect(await packetsByWebRtc(page)).toBe(0);
    // Nor does one lead to another file, which may be on another machine's share.
    const other = join(folder, 'other.html');
    writeFileSync(other, '<!doctype html><title>Another file</title>');
    await page.evaluate(`void setTimeout(() => (location.href = ${JSON.stringify(pathToFileURL(other).href)}))`);
    await wait(EXIT_MS);
    // One of the roads tried ends in the page's own address with an empty fragment.
    expect(page.url().replace(/#$/, '')).toBe(url);
    for (const worker of workers) expect(await arrivals(listener, worker, WORKER_ROADS)).toEqual([]);
  } finally {
    await browser.close();
    listener.close();
    rmSync(folder, { recursive: true });
  }
});
