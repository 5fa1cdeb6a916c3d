/**
 * Tries to get data out of the page and out of each of its workers, by every road that a script has, to a server of another
 * origin that writes down whatever reaches it; the page comes from a host that sends no security header. Each road is first
 * shown to be open on a page without a policy, so that a road that never worked cannot pass for one that is shut.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page, Worker } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '../../scripts/serve.ts';
import { DIST, serveBuild, withApp } from './support/app.ts';
import { launchBrowser } from './support/browser.ts';
import { type Listener, listen, waitFor } from './support/listener.ts';
import { EXITS, outcome, PAGE_ROADS, take, TEXT_TO_CODE, WEBRTC, WORKER_ROADS } from './support/roadsOut.ts';

/** Several times what the slowest open road takes on the same machine, a WebRTC packet. */
const ARRIVAL_MS = 2000;

/** A whole case on WASM on one busy core. */
const CASE_MS = 120_000;

let listener: Listener;
let browser: Browser;
let openFolder: string;
let openSite: Served;
let app: Served;

beforeAll(async () => {
  openFolder = mkdtempSync(join(tmpdir(), 'scarcast-open-'));
  writeFileSync(join(openFolder, 'index.html'), '<!doctype html><title>No policy</title><body></body>');
  openSite = await serve(openFolder, { port: 0, base: '/' });
  app = await serveBuild();
  listener = await listen();
  browser = await launchBrowser('wasm');
});

afterAll(async () => {
  await browser.close();
  listener.close();
  await openSite.close();
  await app.close();
  rmSync(openFolder, { recursive: true });
});

/** A page without a policy, with a worker of its own. */
async function openPage(): Promise<{ page: Page; worker: Worker }> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(openSite.url);
  const started = page.waitForEvent('worker');
  await page.evaluate(`
    const source = URL.createObjectURL(new Blob(['export {}'], { type: 'text/javascript' }));
    globalThis.kept = new Worker(source, { type: 'module' });`);
  return { page, worker: await started };
}

/** Scarcast before anything was opened. */
async function freshPage(): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(app.url);
  await page.getByTestId('try-demo').waitFor();
  return page;
}

let visits = 0;

/** Takes each road and names those by which something arrived. */
async function arrivals(where: Page | Worker, roads: Readonly<Record<string, string>>): Promise<string[]> {
  const visit = ++visits;
  const mark = (name: string): string => `${visit} ${name}`;
  const arrived = (): string[] => Object.keys(roads).filter((name) => listener.arrived.has(mark(name)));
  for (const [name, body] of Object.entries(roads)) {
    await take(where, body, listener.url + encodeURIComponent(mark(name)));
  }
  await waitFor(() => arrived().length === Object.keys(roads).length, ARRIVAL_MS);
  return arrived();
}

/** As `arrivals`, for roads that leave the page: each from a page of its own. */
async function arrivalsByExits(open: () => Promise<Page>): Promise<string[]> {
  const arrived: string[] = [];
  for (const [name, body] of Object.entries(EXITS)) {
    const page = await open();
    arrived.push(...(await arrivals(page, { [name]: body })));
    await page.context().close();
  }
  return arrived;
}

/** How many packets WebRTC sends to the listener. */
async function packetsByWebRtc(page: Page): Promise<number> {
  const before = listener.packets();
  await take(page, WEBRTC, listener.url);
  await waitFor(() => listener.packets() > before, ARRIVAL_MS);
  return listener.packets() - before;
}

async function outcomes(where: Page | Worker): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const [name, body] of Object.entries(TEXT_TO_CODE)) found[name] = await outcome(where, body, listener.url);
  return found;
}

const textToCodeAll = (result: (name: string) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.keys(TEXT_TO_CODE).map((name) => [name, result(name)]));
const textToCodeShut = textToCodeAll((name) => (name === 'setTimeout with text' ? 'shut' : 'EvalError'));

describe('on a page without a policy every road is open', () => {
  it('from the page', async () => {
    const { page } = await openPage();
    expect(await arrivals(page, PAGE_ROADS)).toEqual(Object.keys(PAGE_ROADS));
    await page.context().close();
  });

  it('from a worker', async () => {
    const { page, worker } = await openPage();
    expect(await arrivals(worker, WORKER_ROADS)).toEqual(Object.keys(WORKER_ROADS));
    await page.context().close();
  });

  it('by leaving the page, and by WebRTC', async () => {
    expect(await arrivalsByExits(async () => (await openPage()).page)).toEqual(Object.keys(EXITS));
    expect(await packetsByWebRtc((await openPage()).page)).toBeGreaterThan(0);
  });

  it('from text to code', async () => {
    const { page, worker } = await openPage();
    expect(await outcomes(page)).toEqual(textToCodeAll(() => 2));
    expect(await outcomes(worker)).toEqual(textToCodeAll(() => 2));
    await page.context().close();
  });
});

describe('on the page of Scarcast, from a host that sends no security header, every road is shut', () => {
  it('from the page with a case open, and from inside each of its two workers', async () => {
    const page = await freshPage();
    await page.getByTestId('try-demo').click();
    await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
    // Before the page is asked for more: a worker is one of its roads.
    const workers = page.workers();
    expect(workers).toHaveLength(2);
    expect(await arrivals(page, PAGE_ROADS)).toEqual([]);
    expect(await outcomes(page)).toEqual(textToCodeShut);
    expect(await packetsByWebRtc(page)).toBe(0);
    for (const worker of workers) {
      expect(await arrivals(worker, WORKER_ROADS)).toEqual([]);
      expect(await outcomes(worker)).toEqual(textToCodeShut);
    }
    await page.context().close();
  });

  it('by leaving the page', async () => {
    expect(await arrivalsByExits(freshPage)).toEqual([]);
  });
});

describe('a case', () => {
  it('makes no request but for files of the build, and needs no network once the page stands', async () => {
    // withApp itself fails on any other request.
    await withApp('wasm', async ({ page, requests }) => {
      await page.getByTestId('backend').filter({ hasText: 'WebAssembly' }).waitFor({ timeout: CASE_MS });
      expect(requests.filter(({ url }) => url.endsWith('.bin')).length).toBeGreaterThan(0);
      await page.context().setOffline(true);
      await page.getByTestId('try-demo').click();
      await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
    });
  });

  it('leaves nothing in storage, cookies, history, address, title, clipboard or the log of the browser, and can be cleared', async () => {
    const page = await (await browser.newContext()).newPage();
    const logged: string[] = [];
    page.on('console', (message) => logged.push(message.text()));
    await page.addInitScript(() => {
      const copied: string[] = [];
      Object.assign(globalThis, { copied });
      for (const method of ['write', 'writeText'] as const) {
        Clipboard.prototype[method] = () => Promise.resolve(void copied.push(method));
      }
      document.addEventListener('copy', () => copied.push('copy'));
    });
    await page.goto(app.url);
    const shown = async (): Promise<unknown> => [page.url(), await page.title(), await page.evaluate('history.length')];
    const before = await shown();
    await page.getByTestId('try-demo').click();
    await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
    expect(await shown()).toEqual(before);
    expect(
      await page.evaluate(async () => ({
        local: localStorage.length,
        session: sessionStorage.length,
        databases: await indexedDB.databases(),
        cookie: document.cookie,
      })),
    ).toEqual({ local: 0, session: 0, databases: [], cookie: '' });
    expect(await page.evaluate('copied')).toEqual([]);
    expect(logged).toEqual([]);
    // The one cache holds the build, for the network to be off, and nothing else.
    const cached = await page.evaluate(async () => {
      const requests = (await caches.keys()).map(async (name) => (await caches.open(name)).keys());
      return (await Promise.all(requests)).flat().map(({ url }) => url);
    });
    for (const url of cached) {
      const path = decodeURIComponent(url.slice(app.url.length));
      expect(url.startsWith(app.url) && existsSync(join(DIST, path)), url).toBe(true);
    }

    // After "Clear everything" no worker that held it is left, nor a number on the page.
    await page.getByTestId('clear').click();
    await page.getByTestId('try-demo').waitFor();
    expect(page.workers()).toEqual([]);
    expect(await page.getByTestId('curve').count()).toBe(0);
    await page.context().close();
  });
});

describe('the policy', () => {
  const root = new URL('../../', import.meta.url);
  const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');
  const page = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(read('index.html'))?.[1] ?? '';

  it('of the build is that of index.html', () => {
    expect(page).toContain("default-src 'none'");
    expect(read('dist/index.html')).toContain(page);
  });

  it.each(['public/_headers', 'docs/privacy.md'])('that %s gives as a header is the same', (file) => {
    const headers = read(file).match(/default-src 'none'[^"\n]*/g) ?? [];
    expect(headers.length).toBeGreaterThan(0);
    for (const header of headers) expect(header).toBe(`${page}; frame-ancestors 'none'`);
  });
});

describe('the libraries in the build', () => {
  it('have their licences with them', () => {
    const { dependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      dependencies: Readonly<Record<string, string>>;
    };
    const licences = readFileSync(join(DIST, 'licences.txt'), 'utf8');
    for (const [name, version] of Object.entries(dependencies)) {
      // The umbrella stands for its parts, which the code imports one by one.
      if (name !== '@tensorflow/tfjs') expect(licences).toContain(`${name} ${version}: `);
    }
  });
});
