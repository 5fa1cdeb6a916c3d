/** What the page does if its convolution kernels or a helper of the segmentation cannot be loaded or trusted. */
import type { Browser, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { changeInference, serveBuild } from './support/app.ts';
import { launchBrowser } from './support/browser.ts';

const CASE_MS = 120_000;
/** The tolerance of S(5) between kernels, which add float32 in different orders. */
const CURVE_TOLERANCE = 1e-3;

const testId = (page: Page, id: string): Promise<string | null> =>
  page.getByTestId(id).getAttribute('data-value', { timeout: CASE_MS });

async function caseOf(page: Page): Promise<{ scarMl: number; risk: number }> {
  await page.getByTestId('try-demo').click();
  await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
  return { scarMl: Number(await testId(page, 'scar-ml')), risk: Number(await testId(page, 'risk-fused-5')) };
}

async function openWith(browser: Browser, url: string, change: (page: Page) => Promise<unknown>): Promise<Page> {
  const page = await browser.newPage({ serviceWorkers: 'block' });
  await change(page);
  await page.goto(url);
  await page.getByTestId('backend').filter({ hasText: 'WebAssembly' }).waitFor({ timeout: CASE_MS });
  return page;
}

const withCode =
  (code: string) =>
  (page: Page): Promise<void> =>
    changeInference(page, code);

/** Makes our file's convolution ignore its bias; its hash and everything else stay as they are. */
const WRONG_KERNEL = `
  const instantiate = WebAssembly.instantiate;
  WebAssembly.instantiate = async (bytes, imports) => {
    const made = await instantiate(bytes, imports);
    const { exports } = made.instance ?? {};
    if (!exports?.convolve) return made;
    const convolve = (...args) => exports.convolve(...args.slice(0, 6), 0, ...args.slice(7));
    return { instance: { exports: { ...exports, convolve } } };
  };`;
const LOST_HELPER = `
  self.addEventListener('message', (event) => {
    if (event.data.name === 'runStage') { event.stopImmediatePropagation(); setTimeout(() => { throw new Error('lost'); }); }
  });`;

describe('the convolution kernels', () => {
  it('give way to TensorFlow.js where they do not come, were changed or compute wrongly, and the page says so', async () => {
    const server = await serveBuild();
    const browser = await launchBrowser('wasm');
    try {
      const own = await openWith(browser, server.url, () => Promise.resolve());
      expect(await own.getByTestId('slow-kernels').count()).toBe(0);
      const expected = await caseOf(own);
      await own.close();

      const cases: [(page: Page) => Promise<unknown>, RegExp][] = [
        [(page) => page.route('**/{plain,relaxed}-*.wasm', (route) => route.abort()), /could not be loaded/],
        [
          (page) => page.route('**/{plain,relaxed}-*.wasm', (route) => route.fulfill({ body: 'another file' })),
          /could not be loaded/,
        ],
        [withCode(WRONG_KERNEL), /wrong answer/],
      ];
      const pages = await Promise.all(cases.map(([change]) => openWith(browser, server.url, change)));
      for (const [at, [, words]] of cases.entries()) {
        expect(await pages[at].getByTestId('slow-kernels').textContent()).toMatch(words);
      }
      // Without the kernels all runs are alike, so the slow case is computed once.
      const found = await caseOf(pages[2]);
      expect(Math.abs(found.risk - expected.risk)).toBeLessThan(CURVE_TOLERANCE);
    } finally {
      await browser.close();
      await server.close();
    }
  });
});

describe('a helper of the segmentation', () => {
  it('that is lost in the middle changes no number', async () => {
    const server = await serveBuild();
    const browser = await launchBrowser('wasm');
    try {
      const numbers: { scarMl: number; risk: number }[] = [];
      for (const [query, change] of [
        ['?workers=1', () => Promise.resolve()],
        ['?workers=3', withCode(LOST_HELPER)],
      ] as const) {
        const page = await openWith(browser, `${server.url}${query}`, change);
        if (query === '?workers=3') await expect.poll(() => page.workers().length, { timeout: CASE_MS }).toBe(4);
        numbers.push(await caseOf(page));
        await page.close();
      }
      expect(numbers[1]).toEqual(numbers[0]);
    } finally {
      await browser.close();
      await server.close();
    }
  });
});
