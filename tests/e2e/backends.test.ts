/** What the networks run on, when it fails: a case goes on elsewhere, to the same numbers, and the page says so. */
import type { Browser, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { serveBuild, withApp } from './support/app.ts';
import { launchBrowser } from './support/browser.ts';

/** A whole case on WASM, after some of it on WebGPU in software. */
const CASE_MS = 180_000;
/** What a browser does to a tab that was hidden for minutes. */
const FROZEN_MS = 1000;

const scarMl = async (page: Page): Promise<number> =>
  Number(await page.getByTestId('scar-ml').getAttribute('data-value'));

const until = (page: Page, testId: string, text: string): Promise<void> =>
  page.getByTestId(testId).filter({ hasText: text }).waitFor({ timeout: CASE_MS });

async function report(page: Page): Promise<string | null> {
  await page.getByTestId('report-open').click();
  const text = await page.getByTestId('report').textContent();
  await page.getByTestId('close-report').click();
  return text;
}

describe('a case', () => {
  it('goes on when the graphics processor is lost, and in a page that is frozen meanwhile', async () => {
    await withApp('webgpu', async ({ page }) => {
      await until(page, 'backend', 'WebGPU');
      await page.getByTestId('demo').click();
      await until(page, 'status', 'Segmenting');
      const devtools = await page.context().browser()?.newBrowserCDPSession();
      await devtools?.send('Browser.crashGpuProcess');

      await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
      expect(await page.getByTestId('backend').textContent()).toBe('WebAssembly');
      expect(await page.getByTestId('gave-up').textContent()).toContain('WebGPU failed at work');
      expect(await report(page)).toContain('on WebGPU and, when that failed, WebAssembly');
      const after = await scarMl(page);
      expect(after).toBeGreaterThan(0);

      await page.getByTestId('demo').click();
      await until(page, 'status', 'Segmenting');
      const lifecycle = await page.context().newCDPSession(page);
      await lifecycle.send('Page.setWebLifecycleState', { state: 'frozen' });
      await new Promise((resolve) => setTimeout(resolve, FROZEN_MS));
      await lifecycle.send('Page.setWebLifecycleState', { state: 'active' });
      await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
      await until(page, 'status', 'Done');
      expect(await scarMl(page), 'a case wholly on WebAssembly').toBe(after);
      expect(await report(page)).toContain('on WebAssembly');
      expect(await report(page)).not.toContain('WebGPU');
    });
  });
});

/** Put before the inference worker's own code: each makes the browser's real WebGPU another one. */
const NOT_SOFTWARE = `Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { value: false });`;
const WRONG_COMPILER = `
  const compile = GPUDevice.prototype.createShaderModule;
  GPUDevice.prototype.createShaderModule = function (it) {
    return compile.call(this, { ...it, code: it.code.replaceAll('max(', 'min(') });
  };`;
const NO_MORE_MEMORY = `
  const create = GPUDevice.prototype.createBuffer;
  GPUDevice.prototype.createBuffer = function (it) {
    if (it.mappedAtCreation) return create.call(this, it);
    return Object.defineProperty(create.call(this, { ...it, size: 2 ** 50 }), 'size', { value: it.size });
  };`;

async function openWith(browser: Browser, url: string, code: string): Promise<Page> {
  const page = await browser.newPage({ serviceWorkers: 'block' });
  await page.route('**/inference.worker-*.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${code}\n${await response.text()}` });
  });
  await page.goto(url);
  return page;
}

describe('a graphics processor', () => {
  it('that is slow, computes wrongly or runs out of memory is given up for WebAssembly', async () => {
    const server = await serveBuild();
    const browser = await launchBrowser('webgpu');
    try {
      const slow = await openWith(browser, server.url, NOT_SOFTWARE);
      await until(slow, 'backend', 'WebAssembly');
      expect(await slow.getByTestId('gave-up').textContent()).toContain('slower than WebAssembly here');
      await slow.close();

      const wrong = await openWith(browser, `${server.url}?backend=webgpu`, WRONG_COMPILER);
      await until(wrong, 'backend', 'WebAssembly');
      expect(await wrong.getByTestId('gave-up').textContent()).toMatch(/refused.*locate network.*known answer/);
      await wrong.close();

      const small = await openWith(browser, `${server.url}?backend=webgpu`, NO_MORE_MEMORY);
      await until(small, 'backend', 'WebAssembly');
      expect(await small.getByTestId('gave-up').textContent()).toMatch(/refused.*In the middle of a network/);
    } finally {
      await browser.close();
      await server.close();
    }
  });
});
