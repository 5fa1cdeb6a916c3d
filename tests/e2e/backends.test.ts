/** What the networks run on, when it should not be trusted with a case: it is given up at the start, and the page says why. */
import type { Browser, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { serveBuild } from './support/app.ts';
import { launchBrowser } from './support/browser.ts';

/** To start WebGPU in software, ask it what is known, and start WASM. */
const START_MS = 180_000;
const until = (page: Page, testId: string, text: string): Promise<void> =>
  page.getByTestId(testId).filter({ hasText: text }).waitFor({ timeout: START_MS });

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
const NO_ANSWER = `GPU.prototype.requestAdapter = () => new Promise(() => undefined);`;
const NO_INFO = `delete GPUAdapter.prototype.info;`;

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
  it('that does not answer, does not say what it is, is slow, computes wrongly or runs out of memory is given up for WebAssembly', async () => {
    const server = await serveBuild();
    const browser = await launchBrowser('webgpu');
    try {
      const mute = await openWith(browser, server.url, NO_ANSWER);
      await until(mute, 'backend', 'WebAssembly');
      expect(await mute.getByTestId('gave-up').textContent()).toMatch(/refused.*did not answer/);
      await mute.close();

      const unknown = await openWith(browser, server.url, NO_INFO);
      await until(unknown, 'backend', 'WebAssembly');
      expect(await unknown.getByTestId('gave-up').textContent()).toMatch(/refused.*does not say/);
      await unknown.close();

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
      expect(await small.getByTestId('gave-up').textContent()).toMatch(
        /refused.*(while a network ran|step of a network)/,
      );
    } finally {
      await browser.close();
      await server.close();
    }
  });
});
