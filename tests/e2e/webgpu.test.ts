/**
 * The networks on WebGPU (in software): a study gives the numbers of the command line, the page continues when the graphics processor is
 * lost, and an untrustworthy one is given up at the start, and the page says why.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataWith } from '../realData.ts';
import { changeInference, serveBuild, withApp } from './support/app.ts';
import { launchBrowser } from './support/browser.ts';
import { CASE_MS, dropAndSave, expectSame, predict, studyFolder } from './support/sameNumbers.ts';

/** The middle three slices of the real study: what WebGPU computes does not depend on how many there are. */
const FEW_SLICES = /_000[147]$/;
/** What a browser does to a tab that was hidden for minutes. */
const FROZEN_MS = 1000;

/** The limit for starting WebGPU in software, testing it on known answers, and starting WASM. */
const START_MS = 180_000;
const until = (page: Page, testId: string, text: string): Promise<void> =>
  page.getByTestId(testId).filter({ hasText: text }).waitFor({ timeout: START_MS });

/** Prepended to the inference worker's own code: each turns the browser's real WebGPU into another one. */
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
  await changeInference(page, code);
  await page.goto(url);
  return page;
}

let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'scarcast-webgpu-'));
});

afterAll(() => rmSync(scratch, { recursive: true }));

/** The study with only some of its slices; the phantom's as it is. */
function fewSlices(): string {
  const study = studyFolder(scratch);
  if (dataWith('lge-dicom') === null) return study;
  const folder = path.join(scratch, 'few');
  mkdirSync(folder);
  for (const name of readdirSync(study).filter((file) => FEW_SLICES.test(file))) {
    copyFileSync(path.join(study, name), path.join(folder, name));
  }
  return folder;
}

const scarMl = async (page: Page): Promise<number> =>
  Number(await page.getByTestId('scar-ml').getAttribute('data-value'));

const status = (page: Page, text: string): Promise<void> =>
  page.getByTestId('status').filter({ hasText: text }).waitFor({ timeout: CASE_MS });

async function report(page: Page): Promise<string | null> {
  await page.getByTestId('view-report').click();
  await page.getByTestId('report-open').click();
  const text = await page.getByTestId('report').textContent();
  await page.getByTestId('close-report').click();
  return text;
}

/**
 * On a page that runs on WebGPU: the next case continues without it, and the one after runs on WASM with the same result, frozen meanwhile.
 */
async function loseGraphics(page: Page): Promise<void> {
  await page.getByTestId('demo').click();
  await status(page, 'Segmenting');
  const devtools = await page.context().browser()?.newBrowserCDPSession();
  await devtools?.send('Browser.crashGpuProcess');

  await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
  await status(page, 'Done');
  expect(await page.getByTestId('backend').textContent()).toBe('WebAssembly');
  expect(await page.getByTestId('gave-up').textContent()).toContain('WebGPU failed while it worked');
  expect(await report(page)).toContain('on WebGPU and, when that failed, WebAssembly');
  const after = await scarMl(page);
  expect(after).toBeGreaterThan(0);

  await page.getByTestId('demo').click();
  await status(page, 'Segmenting');
  const lifecycle = await page.context().newCDPSession(page);
  await lifecycle.send('Page.setWebLifecycleState', { state: 'frozen' });
  await new Promise((resolve) => setTimeout(resolve, FROZEN_MS));
  await lifecycle.send('Page.setWebLifecycleState', { state: 'active' });
  await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
  await status(page, 'Done');
  expect(await scarMl(page), 'a case wholly on WebAssembly').toBe(after);
  expect(await report(page)).toContain('on WebAssembly');
  expect(await report(page)).not.toContain('WebGPU');
}

describe('a dropped study', () => {
  it(
    'gives the numbers of the command line, and the next one goes on when the graphics processor is lost',
    { timeout: 2 * CASE_MS },
    async () => {
      await withApp('webgpu', async ({ page }) => {
        const study = fewSlices();
        const predicted = predict(study, scratch);
        const result = await dropAndSave(page, study);
        expect(await page.getByTestId('backend').textContent()).toBe('WebGPU');
        expectSame(result, predicted);
        await loseGraphics(page);
      });
    },
  );
});

describe('a graphics processor', () => {
  it('that does not answer, does not say what it is, is slow, computes wrongly or runs out of memory is given up for WebAssembly', async () => {
    const server = await serveBuild();
    const browser = await launchBrowser('webgpu');
    try {
      // It is waited for while the others are tried.
      const mute = await openWith(browser, server.url, NO_ANSWER);
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

      await until(mute, 'backend', 'WebAssembly');
      expect(await mute.getByTestId('gave-up').textContent()).toMatch(/refused.*did not answer/);
    } finally {
      await browser.close();
      await server.close();
    }
  });
});
