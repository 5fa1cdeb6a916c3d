/** After one visit the page starts without a network and does the whole job, and a newer build waits until the reader starts it. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serve, type Served } from '../../scripts/serve.ts';
import { BASE, DIST } from './support/app.ts';
import { launchBrowser } from './support/browser.ts';

/** The limit for fetching and keeping every file of the build, or for a whole case, on one busy core. */
const SLOW_MS = 120_000;

let folder: string;
let server: Served;
let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser('wasm');
});

afterAll(() => browser.close());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scarcast-offline-'));
  cpSync(DIST, folder, { recursive: true });
  server = await serve(folder, { port: 0, base: BASE });
});

afterEach(async () => {
  // Each visit has its own context, and so its own cache.
  for (const context of browser.contexts()) await context.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

/** The host gets a build with another title, another hash and other names of its files, at the same address. */
async function replaceBuild(title: string): Promise<void> {
  const assets = join(folder, 'assets');
  const names = readdirSync(assets);
  const edit = (file: string, change: (text: string) => string): void =>
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  const rename = (text: string): string => names.reduce((now, name) => now.replaceAll(name, `newer-${name}`), text);
  for (const name of names) {
    const file = join(assets, `newer-${name}`);
    renameSync(join(assets, name), file);
    if (/\.(?:js|css)$/.test(name)) edit(file, rename);
  }
  edit(join(folder, 'index.html'), (html) =>
    rename(html).replace('<title>Scarcast</title>', `<title>${title}</title>`),
  );
  const hash = (path: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, path === './' ? 'index.html' : path)))
      .digest('hex');
  edit(join(folder, 'serviceWorker.js'), (code) =>
    rename(code)
      .replaceAll(/"([^"]+)":"[0-9a-f]{64}"/g, (_pair, path: string) => `"${path}":"${hash(path)}"`)
      .replace(/(?<!:")\b[0-9a-f]{64}\b/, '0'.repeat(64)),
  );
  await server.close();
  server = await serve(folder, { port: Number(new URL(server.url).port), base: BASE });
}

it('a page whose service worker cannot be had works and says nothing of it', async () => {
  rmSync(join(folder, 'serviceWorker.js'));
  const page = await (await browser.newContext()).newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(server.url);
  await page.getByTestId('backend').filter({ hasText: 'WebAssembly' }).waitFor({ timeout: SLOW_MS });
  expect(await page.getByTestId('offline').count()).toBe(0);
  expect(errors).toEqual([]);
});

describe('the page, after one visit', () => {
  it('starts with its server gone and gives a curve', { timeout: 2 * SLOW_MS }, async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(server.url);
    await page.getByTestId('offline').waitFor({ timeout: SLOW_MS });
    const kept = await page.evaluate(async () => {
      const [name] = await caches.keys();
      return (await (await caches.open(name)).keys()).map(({ url }) => url);
    });
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !['_headers', 'serviceWorker.js', 'index.html'].includes(entry.name))
      .map((entry) => server.url + join(entry.parentPath, entry.name).slice(folder.length + 1));
    expect(kept.sort()).toEqual([server.url, ...files].sort());

    await server.close();
    await page.reload();
    await page.getByTestId('try-demo').waitFor();
    // Under its other name too.
    await page.goto(`${server.url}index.html`);
    await page.getByTestId('try-demo').click();
    await page.getByTestId('curve').waitFor({ timeout: SLOW_MS });
    // For the next test's teardown.
    server = await serve(folder, { port: 0, base: BASE });
  });

  it('keeps no wrong answer of its host, and mends what was kept wrongly', { timeout: 2 * SLOW_MS }, async () => {
    const weights = join(folder, 'models/image/weights.bin');
    const right = readFileSync(weights);
    writeFileSync(weights, '<!doctype html><title>We are back soon</title>');
    const page = await (await browser.newContext()).newPage();
    await page.addInitScript(() => {
      const register = navigator.serviceWorker.register.bind(navigator.serviceWorker);
      navigator.serviceWorker.register = async (url) => {
        const registration = await register(url);
        const worker = registration.installing;
        worker?.addEventListener('statechange', () => Object.assign(globalThis, { installed: worker.state }));
        return registration;
      };
    });
    await page.goto(server.url);
    await page.waitForFunction(() => (globalThis as { installed?: string }).installed === 'redundant');
    expect(await page.evaluate(() => caches.keys())).toEqual([]);
    expect(await page.getByTestId('offline').count()).toBe(0);

    writeFileSync(weights, right);
    await server.close();
    server = await serve(folder, { port: Number(new URL(server.url).port), base: BASE });
    await page.reload();
    await page.getByTestId('offline').waitFor({ timeout: SLOW_MS });
    const url = `${server.url}models/image/weights.bin`;
    const bytes = (): Promise<number> =>
      page.evaluate(async (address) => (await (await caches.match(address))?.arrayBuffer())?.byteLength ?? 0, url);
    expect(await bytes()).toBe(right.length);
    await page.evaluate(async (address) => {
      const [name] = await caches.keys();
      await (await caches.open(name)).put(address, new Response('wrong'));
    }, url);
    await page.reload();
    await page.getByTestId('offline').waitFor({ timeout: SLOW_MS });
    expect(await bytes()).toBe(right.length);
  });

  it('offers a newer build, and starts it only when asked', { timeout: 2 * SLOW_MS }, async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(server.url);
    await page.getByTestId('offline').waitFor({ timeout: SLOW_MS });
    await replaceBuild('Scarcast, newer');
    await page.reload();
    await page.getByTestId('update').waitFor({ timeout: SLOW_MS });
    expect(await page.title()).toBe('Scarcast');
    await page.goto(`${server.url}index.html`);
    expect(await page.title()).toBe('Scarcast');

    // While a case is open the newer build is named and cannot be started; the case is read with the files of the build in use.
    await page.getByTestId('try-demo').click();
    await page.getByTestId('update-waits').filter({ hasText: 'starts once this case is cleared' }).waitFor();
    expect(await page.getByTestId('update').count()).toBe(0);
    await page.getByTestId('curve').waitFor({ timeout: SLOW_MS });
    const { builds, ofOlder, ofNewer } = await page.evaluate(async () => {
      const requested = performance.getEntriesByType('resource').map(({ name }) => name);
      const files = requested.filter((url) => url.startsWith(location.origin));
      const builds = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
      const isOf = (build: number, url: string): boolean => builds[build].some((kept) => kept.url === url);
      // All except the weights, whose files have the same names in each build and differ by their hashes.
      return {
        builds: builds.length,
        ofOlder: files.every((url) => isOf(0, url)),
        ofNewer: files.filter((url) => url.includes('/assets/') && isOf(1, url)),
      };
    });
    expect({ builds, ofOlder, ofNewer }).toEqual({ builds: 2, ofOlder: true, ofNewer: [] });
    await page.getByTestId('clear').click();

    // It cannot be started either while another tab may hold a case, and the page says so.
    const otherTab = await page.context().newPage();
    await otherTab.goto(server.url);
    await page.getByTestId('update').click();
    await page.getByTestId('update-waits').filter({ hasText: 'Close the other Scarcast tabs' }).waitFor();
    expect(await page.title()).toBe('Scarcast');
    await otherTab.close();

    await page.getByTestId('update').click();
    await page.waitForFunction(() => document.title === 'Scarcast, newer', undefined, { timeout: SLOW_MS });
    expect(await page.evaluate(async () => (await caches.keys()).length)).toBe(1);
  });
});
