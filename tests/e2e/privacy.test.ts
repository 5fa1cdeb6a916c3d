/**
 * Tries to get data out of the page and out of each of its workers, by every road that a script has, to a server of another origin that
 * records whatever reaches it; the page comes from a host that sends no security header. Each road is first shown to be open on a page
 * without a policy, so that a road that never worked cannot pass for one that is shut.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page, Worker } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '../../scripts/serve.ts';
import { DIST, serveBuild, withApp } from './support/app.ts';
import { launchBrowser } from './support/browser.ts';
import { type Listener, listen } from './support/listener.ts';
import { storedCopies } from './support/privateStorage.ts';
import { phantomZip } from './support/phantomStudy.ts';
import {
  arrivals,
  EXITS,
  outcome,
  packetsByWebRtc,
  PAGE_ROADS,
  TEXT_TO_CODE,
  WORKER_ROADS,
} from './support/roadsOut.ts';

/** A whole case on WASM on one busy core. */
const CASE_MS = 120_000;

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

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

/** A page without a policy, with its own worker. */
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
    expect(await arrivals(listener, page, PAGE_ROADS)).toEqual(Object.keys(PAGE_ROADS));
    await page.context().close();
  });

  it('from a worker', async () => {
    const { page, worker } = await openPage();
    expect(await arrivals(listener, worker, WORKER_ROADS)).toEqual(Object.keys(WORKER_ROADS));
    await page.context().close();
  });

  it('by leaving the page, and by WebRTC', async () => {
    for (const [name, body] of Object.entries(EXITS)) {
      const { page: left } = await openPage();
      expect(await arrivals(listener, left, { [name]: body })).toEqual([name]);
      await left.context().close();
    }
    const { page } = await openPage();
    expect(await packetsByWebRtc(page)).toBeGreaterThan(0);
    await page.context().close();
  });

  it('from text to code', async () => {
    const { page, worker } = await openPage();
    expect(await outcomes(page)).toEqual(textToCodeAll(() => 2));
    expect(await outcomes(worker)).toEqual(textToCodeAll(() => 2));
    await page.context().close();
  });
});

describe('on the page of Scarcast, from a host that sends no security header, every road is shut', () => {
  it('from the page with a case and a cohort open, and from inside each of its two workers', async () => {
    const page = await freshPage();
    await page.getByTestId('try-demo').click();
    await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
    await openCohort(page);
    // Before the page does anything more: a worker is one of its roads.
    const workers = page.workers();
    // One that reads, and at least one that computes.
    expect(workers.length).toBeGreaterThanOrEqual(2);
    expect(await arrivals(listener, page, PAGE_ROADS)).toEqual([]);
    expect(await outcomes(page)).toEqual(textToCodeShut);
    expect(await packetsByWebRtc(page)).toBe(0);
    for (const worker of workers) {
      expect(await arrivals(listener, worker, WORKER_ROADS)).toEqual([]);
      expect(await outcomes(worker)).toEqual(textToCodeShut);
    }
    await page.context().close();
  });

  it('by leaving the page', async () => {
    const page = await freshPage();
    for (const [name, body] of Object.entries(EXITS)) {
      expect(await arrivals(listener, page, { [name]: body }), name).toEqual([]);
    }
    await page.context().close();
  });
});

/** The page's memory after a garbage collection: its strings, and the length of each array buffer above a thousand bytes. */
async function heap(page: Page): Promise<{ readonly strings: readonly string[]; readonly buffers: readonly number[] }> {
  const session = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  const { snapshot, nodes, strings } = JSON.parse(chunks.join('')) as {
    snapshot: { meta: { node_fields: string[] } };
    nodes: number[];
    strings: string[];
  };
  const fields = snapshot.meta.node_fields;
  const [name, size] = [fields.indexOf('name'), fields.indexOf('self_size')];
  const buffers: number[] = [];
  for (let node = 0; node < nodes.length; node += fields.length) {
    const isBuffer = strings[nodes[node + name]] === 'system / JSArrayBufferData';
    if (isBuffer && nodes[node + size] > 1000) buffers.push(nodes[node + size]);
  }
  return { strings, buffers: buffers.sort((a, b) => a - b) };
}

/** An id that is only in the cohort's table. */
const COHORT_ID = 'Zzyx-0417';
const COHORT = `pid,years,scd,lvef\n${Array.from({ length: 40 }, (_, k) =>
  [k === 0 ? COHORT_ID : `p${k}`, 1 + (k % 4), Number(k % 5 === 0), 20 + k].join(','),
).join('\n')}`;

/** Opens the table in the cohort room and has the models validated on it; from inside the page, as a study is compared below. */
async function openCohort(page: Page): Promise<void> {
  await page.getByTestId('room-cohort').click();
  await page.getByTestId('cohort-file').waitFor({ state: 'attached' });
  await page.evaluate((text) => {
    const files = new DataTransfer();
    files.items.add(new File([text], 'cohort.csv'));
    const picker = document.querySelector<HTMLInputElement>('[data-testid=cohort-file]');
    if (!picker) throw new Error('There is nothing to choose a table by.');
    picker.files = files.files;
    picker.dispatchEvent(new Event('change', { bubbles: true }));
  }, COHORT);
  await page.getByTestId('cohort-run').click();
  await page.getByTestId('harrell-covariates').waitFor({ timeout: CASE_MS });
}

describe('a case', () => {
  it('makes no request but for files of the build, and needs no network once the page is loaded', async () => {
    // withApp itself fails on any other request.
    await withApp('wasm', async ({ page, requests }) => {
      await page.getByTestId('backend').filter({ hasText: 'WebAssembly' }).waitFor({ timeout: CASE_MS });
      expect(requests.filter(({ url }) => url.endsWith('.bin')).length).toBeGreaterThan(0);
      await page.context().setOffline(true);
      await page.getByTestId('try-demo').click();
      await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
    });
  });

  it('and a cohort leave nothing in storage, cookies, history, address, title, clipboard or the log of the browser, and can be cleared', async () => {
    /** The patient's name as the study has it, and as the page shows it. */
    const NAME = /Synthetic[\^ ]Phantom/;
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
    const shown = async (): Promise<unknown> => [
      page.url(),
      await page.title(),
      await page.evaluate('[history.length, history.state]'),
    ];
    const before = await shown();
    await page.getByTestId('backend').filter({ hasText: 'WebAssembly' }).waitFor({ timeout: CASE_MS });
    const empty = await heap(page);
    const study = { name: 'study.zip', mimeType: 'application/zip', buffer: Buffer.from(phantomZip()) };
    await page.locator('input[type=file]').first().setInputFiles(study);
    await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
    expect(await page.getByTestId('patient').textContent()).toMatch(NAME);
    await page.getByTestId('compare').waitFor({ state: 'attached' });
    await page.getByTestId('view-compare').click();
    // From inside the page: Playwright would keep the element that it gives a file, and with it all that its listener reaches.
    await page.evaluate((zip) => {
      const files = new DataTransfer();
      files.items.add(new File([Uint8Array.from(atob(zip), (byte) => byte.charCodeAt(0))], 'study.zip'));
      const picker = document.querySelector<HTMLInputElement>('[data-testid=compare-file]');
      if (!picker) throw new Error('There is nothing to choose a study by.');
      picker.files = files.files;
      picker.dispatchEvent(new Event('change', { bubbles: true }));
    }, study.buffer.toString('base64'));
    await page.getByTestId('compared-other').waitFor({ timeout: CASE_MS });
    expect(await shown()).toEqual(before);
    await openCohort(page);
    await page.getByTestId('room-case').click();
    await page.getByTestId('patient').waitFor({ state: 'attached' });
    expect(
      await page.evaluate(async () => {
        const files: string[] = [];
        for await (const name of (await navigator.storage.getDirectory()).keys()) files.push(name);
        return {
          local: localStorage.length,
          session: sessionStorage.length,
          databases: await indexedDB.databases(),
          files,
          cookie: document.cookie,
        };
      }),
    ).toEqual({ local: 0, session: 0, databases: [], files: [], cookie: '' });
    expect(await page.evaluate('copied')).toEqual([]);
    expect(logged).toEqual([]);
    // The one cache holds the build, for use without a network, and nothing else.
    const cached = await page.evaluate(async () => {
      const requests = (await caches.keys()).map(async (name) => (await caches.open(name)).keys());
      return (await Promise.all(requests)).flat().map(({ url }) => url);
    });
    for (const url of cached) {
      const path = decodeURIComponent(url.slice(app.url.length));
      expect(url.startsWith(app.url) && existsSync(join(DIST, path)), url).toBe(true);
    }

    // With its tick on, there is one copy in the browser, without pixels and without a name.
    await page.getByTestId('view-report').click();
    await page.getByTestId('keep-copy').check();
    await page.getByTestId('copied').filter({ hasText: 'renewed' }).waitFor();
    const copies = await storedCopies(page);
    expect(copies.length).toBe(1);
    expect(Object.keys(copies[0] ?? {})).toEqual(['manifest.json', 'case.json']);
    for (const text of Object.values(copies[0] ?? {})) expect(text).not.toMatch(NAME);

    const open = await heap(page);
    expect(open.strings.some((text) => NAME.test(text))).toBe(true);
    expect(open.strings.some((text) => text.includes(COHORT_ID))).toBe(true);
    expect(open.buffers.length).toBeGreaterThan(empty.buffers.length);

    // After "Clear everything" there is no worker left that held it, no number on the page, and no case in its memory.
    await page.getByTestId('clear').click();
    await page.getByTestId('try-demo').waitFor();
    const cleared = await heap(page);
    expect(cleared.strings.filter((text) => NAME.test(text) || text.includes(COHORT_ID))).toEqual([]);
    expect(cleared.buffers).toEqual(empty.buffers);
    expect(page.workers()).toEqual([]);
    expect(await page.getByTestId('curve').count()).toBe(0);
    expect(await storedCopies(page)).toEqual([]);
    await page.context().close();
  });
});

describe('docs/privacy.md', () => {
  it('names tests that there are', () => {
    for (const [, tests] of read('docs/privacy.md').matchAll(/^\|.*\|([^|]+)\|$/gm)) {
      let source = '';
      for (const [, file, title] of tests.matchAll(/`(tests\/[^`]+)`|"([^"]+)"/g)) {
        if (file) source = read(file);
        else expect(source.includes(title), title).toBe(true);
      }
    }
  });
});

describe('the policy', () => {
  const page = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(read('index.html'))?.[1] ?? '';

  it('of the build is that of index.html', () => {
    expect(page).toContain("default-src 'none'");
    expect(read('dist/index.html')).toContain(page);
  });

  it.each(['public/_headers', 'hosting/nginx.conf', 'hosting/Caddyfile', 'hosting/apache.conf'])(
    'that %s gives as a header is the same',
    (file) => {
      const headers = read(file).match(/default-src 'none'[^"\n]*/g) ?? [];
      expect(headers.length).toBeGreaterThan(0);
      for (const header of headers) expect(header).toBe(`${page}; frame-ancestors 'none'`);
    },
  );

  it('and everything else that _headers sends is in one rule for any path: a host would join several', () => {
    const sent = [...read('public/_headers').matchAll(/^ +([\w-]+):/gm)].map(([, header]) => header);
    expect(sent).toEqual([...new Set(sent)]);
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
