/**
 * The main job as a person does it: a study dropped on the page comes to a curve, on WASM and on WebGPU (software), and its
 * numbers are those of `npm run predict` on the same files. A real study where there is one, its middle slices on WebGPU, else one
 * that the phantom wrote.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNiftiMask } from '../../src/core/nifti/mask.ts';
import { gunzipBounded, readNifti } from '../../src/core/nifti/nifti.ts';
import { demoPatient } from '../../src/core/phantom/demoPatient.ts';
import { dicomStudy } from '../../src/core/phantom/dicomStudy.ts';
import { robustWindow } from '../../src/core/volume/intensity.ts';
import type { Analysis } from '../../src/pipeline/analysing/analysis.ts';
import { axialOf } from '../axialVolume.ts';
import { dataWith } from '../realData.ts';
import { withApp } from './support/app.ts';
import { dropFiles } from './support/dropFiles.ts';
import { DRAWN_MS, picture, settled } from './support/picture.ts';

const DATA = dataWith('lge-dicom');

/** A case of four slices on SwiftShader, at some 0.4 GFLOP/s on one busy core. */
const CASE_MS = 280_000;
/** Of a study, on SwiftShader: what WebGPU computes does not depend on how many there are. */
const FEW_SLICES = /_000[3-6]$/;
/** What a browser does to a tab that was hidden for minutes. */
const FROZEN_MS = 1000;
/** Node and Chromium run the same WASM on the same engine: what differs is the last digit of a float32. */
const SAME_BACKEND_RELATIVE = 1e-4;
/** Other order of summation on a GPU: of the voxels that either calls heart. */
const AGREEING_SHARE = 0.999;
const SURVIVAL_DIFFERENCE = 1e-3;

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

interface Result {
  readonly analysis: Analysis;
  readonly mask: Uint8Array;
}

let scratch: string;
let study: string;
let wasmScarMl: number;

beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'scarcast-main-'));
  study = DATA === null ? phantomStudy() : path.join(DATA, 'lge-dicom', 'positive-classic');
});

afterAll(() => rmSync(scratch, { recursive: true }));

/** What the command line makes of a study. */
function predict(folder: string): Result {
  const [mask, out] = [path.join(scratch, 'mask.nii.gz'), path.join(scratch, 'out.json')];
  const command = ['run', '--silent', 'predict', '--', folder, '--mask', mask, '--out', out];
  execFileSync('npm', command, { cwd: REPOSITORY, stdio: ['ignore', 'ignore', 'inherit'] });
  return { analysis: JSON.parse(readFileSync(out, 'utf8')) as Analysis, mask: labels(readFileSync(mask)) };
}

/** The study with its middle slices alone; the phantom's as it is. */
function fewSlices(): string {
  if (DATA === null) return study;
  const folder = path.join(scratch, 'few');
  mkdirSync(folder);
  for (const name of readdirSync(study).filter((file) => FEW_SLICES.test(file))) {
    copyFileSync(path.join(study, name), path.join(folder, name));
  }
  return folder;
}

function phantomStudy(): string {
  const { volume, zero } = demoPatient();
  const folder = path.join(scratch, 'study');
  for (const file of dicomStudy(volume, { seed: 1, zero })) {
    mkdirSync(path.dirname(path.join(folder, file.path)), { recursive: true });
    writeFileSync(path.join(folder, file.path), file.bytes);
  }
  return folder;
}

const labels = (gzipped: Uint8Array): Uint8Array => Uint8Array.from(readNifti(gunzipBounded(gzipped)).volume.voxels);

async function saved(page: Page, testId: string): Promise<Uint8Array> {
  await page.getByTestId('view-report').click();
  const download = page.waitForEvent('download');
  await page.getByTestId(testId).click();
  return readFile(await (await download).path());
}

async function dropAndSave(page: Page, folder: string): Promise<Result> {
  await dropFiles(page, 'main', [folder]);
  await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
  const text = new TextDecoder().decode(await saved(page, 'save-json'));
  return { analysis: JSON.parse(text) as Analysis, mask: labels(await saved(page, 'save-mask')) };
}

/** The share of the voxels that either calls heart on which both say the same. */
function agreement(a: Uint8Array, b: Uint8Array): number {
  let either = 0;
  let same = 0;
  a.forEach((label, at) => {
    if (label === 0 && b[at] === 0) return;
    either += 1;
    if (label === b[at]) same += 1;
  });
  return same / either;
}

/** By the image: without answers a file has no other. */
const survivalAt5 = ({ survival }: Analysis): number => 1 - (survival.image?.risk['5'] ?? NaN);

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

/** On a page that runs on WebGPU: the next case goes on without it, the one after on WASM to the same, frozen meanwhile. */
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

/** The study's files in a zip, as a hospital sends them. */
function zipped(): string {
  const files = readdirSync(study, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const archive = path.join(scratch, 'study.zip');
  const entries = files.map((file) => [path.relative(study, file).replaceAll(path.sep, '/'), readFileSync(file)]);
  writeFileSync(archive, zipSync(Object.fromEntries(entries) as Record<string, Uint8Array>));
  return archive;
}

/** The demo heart as a NIfTI whose header holds spacing alone. */
function niftiWithoutOrientation(): string {
  const { volume } = demoPatient();
  const file = path.join(scratch, 'heart.nii.gz');
  const labelled = { ...volume, frame: null, labels: Uint8Array.from(volume.voxels, toByte(volume.voxels)) };
  writeFileSync(file, writeNiftiMask(labelled, { kind: 'synthetic' }));
  return file;
}

/** The demo heart as a NIfTI of a 3-D scan, axial slices of 2 mm. */
function axialNifti(): string {
  const volume = axialOf(demoPatient().volume, [10, 5, 0]);
  const file = path.join(scratch, 'axial.nii.gz');
  const known = toByte(volume.voxels.filter((_, at) => volume.noData?.[at] !== 1));
  writeFileSync(
    file,
    writeNiftiMask({ ...volume, labels: Uint8Array.from(volume.voxels, known) }, { kind: 'synthetic' }),
  );
  return file;
}

/** Intensities spread over a byte: no result depends on their scale. */
function toByte(voxels: Float32Array): (value: number) => number {
  const { zero, range } = robustWindow(voxels);
  return (value) => Math.min(255, Math.max(0, 40 + (160 * (value - zero)) / range));
}

describe('a dropped 3-D volume', () => {
  it(
    'is reformatted to short axis, says so, and is cut anew as the reader turns it',
    { timeout: CASE_MS },
    async () => {
      await withApp('wasm', async ({ page }) => {
        await page.setInputFiles('input[type=file]:not([webkitdirectory])', [axialNifti()]);
        await page.getByTestId('status').filter({ hasText: 'Done' }).waitFor({ timeout: CASE_MS });
        const said = page.getByTestId('warnings');
        expect(await said.textContent()).toContain('reformatted to the short axis');
        expect(await said.textContent()).toContain('The network found the long axis');
        await page.getByTestId('view-study').click();
        const plane = page.getByTestId('plane');
        await plane.getByRole('spinbutton').first().fill('8');
        await plane.getByRole('button').click();
        await said
          .filter({ hasText: 'The long axis was set by hand' })
          .waitFor({ state: 'attached', timeout: CASE_MS });
      });
    },
  );
});

describe('a dropped study', () => {
  for (const backend of ['wasm', 'webgpu'] as const) {
    const also = backend === 'webgpu' ? ', and the next one goes on when the graphics processor is lost' : '';
    it(`comes to the numbers of the command line on ${backend}${also}`, { timeout: 2 * CASE_MS }, async () => {
      await withApp(backend, async ({ page }) => {
        const folder = backend === 'wasm' ? study : fewSlices();
        const predicted = predict(folder);
        const result = await dropAndSave(page, folder);
        expect(await page.getByTestId('backend').textContent()).toBe(backend === 'wasm' ? 'WebAssembly' : 'WebGPU');
        expect(result.analysis.series.map(({ number, chosen }) => [number, chosen])).toEqual(
          predicted.analysis.series.map(({ number, chosen }) => [number, chosen]),
        );
        expect(result.analysis.models).toEqual(predicted.analysis.models);
        expect(agreement(result.mask, predicted.mask)).toBeGreaterThanOrEqual(AGREEING_SHARE);
        expect(Math.abs(survivalAt5(result.analysis) - survivalAt5(predicted.analysis))).toBeLessThan(
          SURVIVAL_DIFFERENCE,
        );
        if (backend === 'webgpu') await loseGraphics(page);
        else {
          wasmScarMl = result.analysis.scar.scarMl ?? NaN;
          await page.getByTestId('side-by-side').click();
          expect(await page.getByTestId('slice-beside').isVisible(), 'the magnitude of the same scan').toBe(true);
          const [psir, magnitude] = [await settled(page), await settled(page, 'slice-beside')];
          await page.getByText('Display', { exact: true }).click();
          await page.getByLabel('Width, second image').press('Home');
          await expect.poll(() => picture(page, 'slice-beside'), { timeout: DRAWN_MS }).not.toBe(magnitude);
          expect(await picture(page), 'has greys of its own').toBe(psir);
          await page.getByText('Display', { exact: true }).click();
          for (const name of ['bloodPoolMl', 'myocardiumG', 'scarG', 'burdenPercent'] as const) {
            const [here, there] = [result.analysis.scar[name] ?? NaN, predicted.analysis.scar[name] ?? NaN];
            expect(Math.abs(here - there), name).toBeLessThanOrEqual(SAME_BACKEND_RELATIVE * there);
          }
        }
      });
    });
  }

  it('as a zip gives the same numbers as the folder', { timeout: CASE_MS }, async () => {
    await withApp('wasm', async ({ page }) => {
      await dropFiles(page, 'main', [zipped()]);
      await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
      expect(await scarMl(page)).toBe(wasmScarMl);
    });
  });

  it('as a NIfTI that does not say how it lies comes to a curve, without letters', { timeout: CASE_MS }, async () => {
    await withApp('wasm', async ({ page }) => {
      await page.setInputFiles('input[type=file]:not([webkitdirectory])', [niftiWithoutOrientation()]);
      await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
      expect(Number(await page.getByTestId('myocardium-ml').getAttribute('data-value'))).toBeGreaterThan(0);
      expect(await page.getByTestId('warnings').textContent()).toContain('does not say how the image is oriented');
      expect(await page.locator('.letter').count()).toBe(0);
      await page.getByTestId('view-study').click();
      await page.getByLabel('Contrast', { exact: true }).selectOption('PSIR');
      const text = new TextDecoder().decode(await saved(page, 'save-json'));
      expect((JSON.parse(text) as Analysis).series[0].contrast).toBe('PSIR');
    });
  });
});
