/**
 * Case after case in one page: each gives the same numbers, and nothing grows. Six cases here; `npm run test:endurance` takes
 * fifty, and some on WebGPU.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { withApp } from './support/app.ts';
import { memory, type Memory } from './support/memory.ts';
import { phantomZip } from './support/phantomStudy.ts';

const CASES = Number(process.env.SCARCAST_ENDURANCE_CASES ?? 6);
const GPU_CASES = CASES >= 50 ? 4 : 0;
/** On WASM, and on WebGPU in software, on one busy core. */
const CASE_MS = { wasm: 60_000, webgpu: 280_000 } as const;
/** Caches and compiled code settle during these. */
const WARM_UP_CASES = 2;
/** Growth of live objects: over eight cases 1.2 MB was seen, including compiled code and the page's own lists, on a heap of 16 MB. */
const MOST_HEAP_GROWTH_BYTES = 2e6 + 0.25e6 * CASES;
/** Growth of all array buffers, in page and workers: less than the image of one case, 2.6 MB, so that none can stay behind. */
const MOST_BUFFER_GROWTH_BYTES = 2e6;

interface Held extends Memory {
  readonly tensors: number;
  readonly backendBytes: number;
  readonly gpuBuffers: number;
}

/** What tfjs keeps on the worker's global object. */
interface TensorEngine {
  memory(): { numTensors: number };
  readonly backend: {
    readonly wasm?: { readonly HEAPU8: Uint8Array };
    readonly bufferManager?: { readonly numUsedBuffers: number; readonly numFreeBuffers: number };
  };
}

async function held(page: Page): Promise<Held> {
  const engines = await Promise.all(
    page.workers().map((worker) =>
      worker.evaluate(() => {
        const engine = (globalThis as { _tfengine?: TensorEngine })._tfengine;
        if (!engine) return null;
        const { wasm, bufferManager } = engine.backend;
        return {
          tensors: engine.memory().numTensors,
          backendBytes: wasm?.HEAPU8.length ?? 0,
          gpuBuffers: bufferManager ? bufferManager.numUsedBuffers + bufferManager.numFreeBuffers : 0,
        };
      }),
    ),
  );
  const there = engines.filter((one) => one !== null);
  if (there.length === 0) throw new Error('No worker has tensors.');
  const sum = (what: 'tensors' | 'backendBytes' | 'gpuBuffers'): number =>
    there.reduce((total, engine) => total + engine[what], 0);
  return {
    tensors: sum('tensors'),
    backendBytes: sum('backendBytes'),
    gpuBuffers: sum('gpuBuffers'),
    ...(await memory(page)),
  };
}

/** The weights of the networks for segmentation, at least. */
const TENSORS_OF_A_HELPER = 40;

/** Waits until nothing more is loaded: helpers of the segmentation load after the first worker. */
async function allWorkersReady(page: Page): Promise<void> {
  const expected = await page.evaluate(() => {
    const processors = navigator.hardwareConcurrency;
    return processors < 2 ? 1 : Math.max(2, Math.min(4, processors - 1));
  });
  const ready = async (): Promise<number> => {
    const tensors = await Promise.all(
      page
        .workers()
        .map((worker) =>
          worker.evaluate(() => (globalThis as { _tfengine?: TensorEngine })._tfengine?.memory().numTensors ?? 0),
        ),
    );
    return tensors.filter((count) => count > TENSORS_OF_A_HELPER).length;
  };
  await expect.poll(ready, { timeout: 120_000, interval: 500 }).toBe(expected);
}

const value = async (page: Page, testId: string): Promise<number> =>
  Number(await page.getByTestId(testId).getAttribute('data-value'));

/** Waits for the case that was started, and returns its numbers. */
async function numbers(page: Page, limit: number): Promise<readonly number[]> {
  await page.getByTestId('status').filter({ hasText: 'Done' }).waitFor({ timeout: limit });
  return Promise.all(
    ['scar-ml', 'myocardium-ml', 'blood-pool-ml', 'risk-fused-5', 'risk-image-5'].map((testId) => value(page, testId)),
  );
}

async function demo(page: Page, limit: number): Promise<readonly number[]> {
  await page.getByTestId('demo').click();
  return numbers(page, limit);
}

function expectNoGrowth(what: string, after: Held, before: Held): void {
  const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);
  process.stderr.write(
    `${what}: tensors ${before.tensors}, then ${after.tensors}; WASM ${mb(before.backendBytes)}, then ${mb(after.backendBytes)} MB; ` +
      `GPU buffers ${before.gpuBuffers}, then ${after.gpuBuffers}; objects ${mb(before.heapBytes)}, then ${mb(after.heapBytes)} MB; ` +
      `array buffers ${mb(before.bufferBytes)}, then ${mb(after.bufferBytes)} MB\n`,
  );
  expect(after.tensors).toBe(before.tensors);
  expect(after.backendBytes).toBe(before.backendBytes);
  expect(after.gpuBuffers).toBe(before.gpuBuffers);
  expect(after.heapBytes - before.heapBytes, 'growth of the heap, bytes').toBeLessThan(MOST_HEAP_GROWTH_BYTES);
  expect(after.bufferBytes - before.bufferBytes, 'growth of array buffers, bytes').toBeLessThan(
    MOST_BUFFER_GROWTH_BYTES,
  );
}

async function row(page: Page, count: number, limit: number): Promise<readonly number[]> {
  const first = await demo(page, limit);
  expect(first.every(Number.isFinite)).toBe(true);
  if ((await page.getByTestId('backend').textContent()) === 'WebAssembly') await allWorkersReady(page);
  let before: Held | null = null;
  for (let nth = 2; nth <= count; nth++) {
    expect(await demo(page, limit), `case ${nth}`).toEqual(first);
    if (nth === WARM_UP_CASES) before = await held(page);
  }
  if (before) expectNoGrowth(`Case ${WARM_UP_CASES} to case ${count}`, await held(page), before);
  return first;
}

/** The stages in the order of a case. */
const DEMO_STAGES = [
  'Making the synthetic patient',
  'Loading the networks',
  'Segmenting',
  'Measuring scar',
  'Reading the heart',
  'Predicting',
] as const;
const FILE_STAGES = ['Reading file', 'Decoding image'] as const;
/** If stopped up to these stages, the open case stays; stopped later, there is no curve. */
const BEFORE_THE_NEXT: readonly string[] = [DEMO_STAGES[0], ...FILE_STAGES];

/** Makes the page press Cancel as soon as the status line names a stage. */
async function cancelAt(page: Page, stage: string, start: () => Promise<void>): Promise<void> {
  await page.evaluate((wanted) => {
    const seen = new MutationObserver(() => {
      if (!document.querySelector('[data-testid="status"]')?.textContent?.startsWith(wanted)) return;
      seen.disconnect();
      document.querySelector<HTMLElement>('[data-testid="cancel"]')?.click();
    });
    seen.observe(document.body, { subtree: true, childList: true, characterData: true });
  }, stage);
  const curves = await page.getByTestId('curve').count();
  await start();
  await page.getByTestId('status').filter({ hasText: 'Stopped' }).waitFor({ timeout: CASE_MS.wasm });
  const left = BEFORE_THE_NEXT.includes(stage) ? curves : 0;
  expect(await page.getByTestId('curve').count(), `cancelled at '${stage}'`).toBe(left);
}

describe('endurance', () => {
  it(
    `${CASES} cases in a row, the same study twice, a cancel at every stage and a second tab change no number and keep no memory`,
    { timeout: CASES * CASE_MS.wasm },
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'scarcast-endurance-'));
      const file = join(folder, 'study.zip');
      writeFileSync(file, phantomZip());
      try {
        await withApp('wasm', async ({ page, url }) => {
          const pick = (): Promise<void> => page.setInputFiles('input[type=file]:not([webkitdirectory])', [file]);
          const expected = await row(page, CASES, CASE_MS.wasm);
          const before = await held(page);

          await pick();
          const study = await numbers(page, CASE_MS.wasm);
          await pick();
          expect(await numbers(page, CASE_MS.wasm), 'the same study again').toEqual(study);

          for (const stage of DEMO_STAGES) await cancelAt(page, stage, () => page.getByTestId('demo').click());
          for (const stage of FILE_STAGES) await cancelAt(page, stage, pick);
          expect(await demo(page, CASE_MS.wasm), 'after the cancels').toEqual(expected);
          await allWorkersReady(page);
          expect(await demo(page, CASE_MS.wasm), 'with all workers again').toEqual(expected);
          expectNoGrowth('Studies and cancels', await held(page), before);

          const tab = await page.context().newPage();
          await tab.goto(url);
          const both = await Promise.all([demo(page, CASE_MS.wasm), demo(tab, CASE_MS.wasm)]);
          expect(both, 'in two tabs at once').toEqual([expected, expected]);
        });
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  it.skipIf(GPU_CASES === 0)(
    'cases in a row on WebGPU keep no buffer',
    { timeout: (GPU_CASES + 1) * CASE_MS.webgpu },
    async () => {
      await withApp('webgpu', async ({ page }) => {
        await row(page, GPU_CASES, CASE_MS.webgpu);
        expect(await page.getByTestId('backend').textContent()).toBe('WebGPU');
      });
    },
  );
});
