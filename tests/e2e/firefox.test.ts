/** The main job in a stock Firefox, driven over WebDriver BiDi: a study gives the numbers of the command line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Page } from 'puppeteer-core';
import { describe, expect, it } from 'vitest';
import { findFirefox } from '../../scripts/findFirefox.ts';
import { atLevel } from '../../src/app/case/risk/rated.ts';
import { nodeLoadWasm } from '../../src/studies/files/inputFiles.ts';
import { loadNodeModels, MODELS_FOLDER } from '../../src/studies/files/shippedModels.ts';
import { analyseStack, type StackAnalysis } from '../../src/pipeline/analysing/analyse.ts';
import { readStudy } from '../../src/pipeline/reading/readStudy.ts';
import { memoryFile } from '../../src/pipeline/reading/study.ts';
import { serveBuild } from './support/app.ts';
import { phantomZip } from './support/phantomStudy.ts';

/** A whole case on one busy core. */
const CASE_MS = 120_000;
/** With another WASM engine the last digit of a float32 differs, and with it a voxel on an edge. */
const RELATIVE = 1e-3;

const FIREFOX = findFirefox();
const TITLE = FIREFOX ? 'stock Firefox' : 'stock Firefox (install firefox-esr, or name one in FIREFOX_PATH)';

async function analyse(zip: Uint8Array): Promise<StackAnalysis> {
  const { study, loadStack } = await readStudy([memoryFile('study.zip', zip)], { loadWasm: nodeLoadWasm });
  const chosen = study.series.find((series) => series.chosen);
  if (!chosen) throw new Error('The phantom study has no stack.');
  const clinical = { covariates: {}, facts: {} };
  return analyseStack(await loadStack(chosen.id, {}), clinical, await loadNodeModels(MODELS_FOLDER), {});
}

const value = (page: Page, testId: string): Promise<number> =>
  page.$eval(`[data-testid="${testId}"]`, (element) => Number(element.getAttribute('data-value')));

describe.skipIf(FIREFOX === null)(TITLE, () => {
  it('does the main job, and requests nothing but the page', { timeout: 2 * CASE_MS }, async () => {
    const zip = phantomZip();
    const folder = mkdtempSync(join(tmpdir(), 'scarcast-firefox-'));
    const file = join(folder, 'study.zip');
    writeFileSync(file, zip);
    const server = await serveBuild();
    const browser = await puppeteer.launch({ browser: 'firefox', executablePath: FIREFOX ?? '', headless: true });
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      const strangers: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      page.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(server.url) && !url.startsWith('blob:') && !url.startsWith('data:')) strangers.push(url);
      });
      await page.goto(server.url);
      const picker = await page.waitForSelector('input[type=file]:not([webkitdirectory])');
      if (!picker) throw new Error('The page has no file picker.');
      await picker.uploadFile(file);
      await page.waitForSelector('[data-testid="curve"]', { timeout: CASE_MS });

      const { scar, survival } = await analyse(zip);
      for (const [testId, expected] of [
        ['scar-ml', scar.scarMl],
        ['myocardium-ml', scar.myocardiumMl],
        ['blood-pool-ml', scar.bloodPoolMl],
        ['risk-fused-5', atLevel(survival, survival.usualRate).fused?.risk['5'] ?? NaN],
      ] as const) {
        expect(Math.abs((await value(page, testId)) - (expected ?? NaN)), testId).toBeLessThanOrEqual(
          RELATIVE * (expected ?? NaN),
        );
      }
      expect(errors).toEqual([]);
      expect(strangers).toEqual([]);
    } finally {
      await browser.close();
      await server.close();
      rmSync(folder, { recursive: true });
    }
  });
});
