import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { serve } from '../../../scripts/serve.ts';
import { type Backend, launchBrowser } from './browser.ts';

export const DIST = fileURLToPath(new URL('../../../dist/', import.meta.url));

/** Not '/': every test also shows that the build works under a sub-path. */
export const BASE = '/apps/scarcast/';

export interface Request {
  readonly method: string;
  readonly url: string;
}

export interface App {
  readonly page: Page;
  /** The page's address, with its base. */
  readonly url: string;
  /** What the page and its workers have requested so far. */
  readonly requests: readonly Request[];
}

/** Serves the build, with no headers except those of its content. */
export async function serveBuild(): ReturnType<typeof serve> {
  if (!existsSync(join(DIST, 'index.html'))) throw new Error('There is no build in dist/: run `npm run build` first.');
  return serve(DIST, { port: 0, base: BASE });
}

/** Prepends code to that of each inference worker that the page starts. */
export async function changeInference(page: Page, code: string): Promise<void> {
  // Read from the disk: if the page is closed while a worker starts, a fetch on its behalf would be dropped.
  await page.route('**/inference.worker-*.js', async (route) => {
    const own = readFileSync(join(DIST, 'assets', basename(route.request().url())), 'utf8');
    await route.fulfill({ contentType: 'text/javascript', body: `${code}\n${own}` });
  });
}

/** Whether a request is a GET of a file of the build, or of something the page itself holds in memory. */
function isOfTheBuild({ method, url }: Request, pageUrl: string): boolean {
  if (method !== 'GET') return false;
  if (url.startsWith('data:') || url.startsWith(`blob:${new URL(pageUrl).origin}/`)) return true;
  if (!url.startsWith(pageUrl)) return false;
  const path = decodeURIComponent(new URL(url).pathname.slice(BASE.length));
  const file = join(DIST, path === '' ? 'index.html' : path);
  return existsSync(file) && statSync(file).isFile();
}

/** Started once for each file of tests. Each visit has its own context, and so its own storage and caches. */
const browsers = new Map<Backend, Promise<Browser>>();

afterAll(async () => {
  for (const browser of browsers.values()) await (await browser).close();
});

function browserWith(backend: Backend): Promise<Browser> {
  const started = browsers.get(backend) ?? launchBrowser(backend);
  browsers.set(backend, started);
  return started;
}

/**
 * Opens the built page in a fresh Chromium and lets `use` work with it; then fails if the page or a worker wrote an error to
 * the console or threw one that nobody caught, or if anything was requested that is not a GET of a file of the build.
 */
export async function withApp(backend: Backend, use: (app: App) => Promise<void>): Promise<void> {
  const { app, errors, close, check } = await openApp(backend);
  try {
    await use(app);
    check();
  } catch (error) {
    // What the page logged is usually the reason why it failed.
    throw errors.length === 0 ? error : new Error(`The page reported: ${errors.join('\n')}`, { cause: error });
  } finally {
    await close();
  }
}

/**
 * The built page for all tests of a `describe`, which run one after the other: each finds the page as the last left it. After the last,
 * what the page must not do is checked, as in `withApp`.
 * @param begin brings the page to where the first test finds it
 */
export function sharedApp(backend: Backend, begin: (page: Page) => Promise<void>): { readonly page: () => Page } {
  let opened: OpenApp | null = null;
  beforeAll(async () => {
    opened = await openApp(backend);
    await begin(opened.app.page);
  });
  afterAll(async () => {
    await opened?.close();
    opened?.check();
  });
  return {
    page: () => {
      if (!opened) throw new Error('The page is there once the tests run.');
      return opened.app.page;
    },
  };
}

interface OpenApp {
  readonly app: App;
  readonly errors: readonly string[];
  readonly close: () => Promise<void>;
  /** Fails if the page did what it must not do. */
  readonly check: () => void;
}

async function openApp(backend: Backend): Promise<OpenApp> {
  const server = await serveBuild();
  const browser = await browserWith(backend);
  const errors: string[] = [];
  const requests: Request[] = [];
  const context = await browser.newContext();
  // As over plain http from another machine. Keeping the whole build takes a sixth of a visit, and has its own tests.
  await context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'));
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => errors.push(`uncaught: ${error.stack ?? error.message}`));
  page.on('crash', () => errors.push('the page crashed'));
  page.on('websocket', (socket) => requests.push({ method: 'WebSocket', url: socket.url() }));
  context.on('request', (request) => requests.push({ method: request.method(), url: request.url() }));
  // WebGPU in software is used only on request.
  await page.goto(backend === 'webgpu' ? `${server.url}?backend=webgpu` : server.url);
  const close = async (): Promise<void> => {
    await context.close();
    await server.close();
  };
  const check = (): void => {
    expect(errors, 'errors on the page or in a worker').toEqual([]);
    const strangers = requests.filter((request) => !isOfTheBuild(request, server.url));
    expect(strangers, 'requests for anything but a file of the build').toEqual([]);
  };
  return { app: { page, url: server.url, requests }, errors, close, check };
}
