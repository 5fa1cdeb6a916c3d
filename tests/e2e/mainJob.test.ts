/**
 * The main job as a person does it: a study dropped on the page gives a curve, and its numbers are those of `npm run predict` on the same
 * files. It is a real study if there is one, else one that the phantom wrote.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNiftiMask } from '../../src/core/nifti/mask.ts';
import { demoPatient } from '../../src/core/phantom/demoPatient.ts';
import { robustWindow } from '../../src/core/volume/intensity.ts';
import type { Analysis } from '../../src/pipeline/analysing/analysis.ts';
import { axialOf } from '../axialVolume.ts';
import { withApp } from './support/app.ts';
import { dropFiles } from './support/dropFiles.ts';
import { DRAWN_MS, picture, settled } from './support/picture.ts';
import { CASE_MS, dropAndSave, expectSame, predict, studyFolder } from './support/sameNumbers.ts';
import { savedNumbers } from './support/saved.ts';

/** Node and Chromium run the same WASM on the same engine: only the last digit of a float32 differs. */
const SAME_BACKEND_RELATIVE = 1e-4;

let scratch: string;
let study: string;

beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'scarcast-main-'));
  study = studyFolder(scratch);
});

afterAll(() => rmSync(scratch, { recursive: true }));

const scarMl = async (page: Page): Promise<number> =>
  Number(await page.getByTestId('scar-ml').getAttribute('data-value'));

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

/** The demo heart as a NIfTI whose header holds only the spacing. */
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

/** Scales intensities to a byte; no result depends on their scale. */
function toByte(voxels: Float32Array): (value: number) => number {
  const { zero, range } = robustWindow(voxels);
  return (value) => Math.min(255, Math.max(0, 40 + (160 * (value - zero)) / range));
}

const pick = (page: Page, file: string): Promise<void> =>
  page.setInputFiles('input[type=file]:not([webkitdirectory])', [file]);

describe('a dropped study', () => {
  it('gives the numbers of the command line, and shows both images of the scan', { timeout: CASE_MS }, async () => {
    await withApp('wasm', async ({ page }) => {
      const predicted = predict(study, scratch);
      const result = await dropAndSave(page, study);
      expect(await page.getByTestId('backend').textContent()).toBe('WebAssembly');
      expectSame(result, predicted);
      for (const name of ['bloodPoolMl', 'myocardiumG', 'scarG', 'burdenPercent'] as const) {
        const [here, there] = [result.analysis.scar[name] ?? NaN, predicted.analysis.scar[name] ?? NaN];
        expect(Math.abs(here - there), name).toBeLessThanOrEqual(SAME_BACKEND_RELATIVE * there);
      }

      await page.getByTestId('side-by-side').click();
      expect(await page.getByTestId('slice-other').isVisible(), 'the magnitude of the same scan').toBe(true);
      const [psir, magnitude] = [await settled(page), await settled(page, 'slice-other')];
      await page.getByText('Display', { exact: true }).click();
      await page.getByLabel('Width, second image').press('Home');
      await expect.poll(() => picture(page, 'slice-other'), { timeout: DRAWN_MS }).not.toBe(magnitude);
      expect(await picture(page), 'has its own greys').toBe(psir);

      await page.getByTestId('clear').click();
      await dropFiles(page, '[data-testid=drop-zone]', [zipped()]);
      await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
      expect(await scarMl(page), 'as a zip').toBe(result.analysis.scar.scarMl);
    });
  });
});

describe('a dropped NIfTI', () => {
  it('that does not say how it is oriented gives a curve, without letters', { timeout: CASE_MS }, async () => {
    await withApp('wasm', async ({ page }) => {
      await pick(page, niftiWithoutOrientation());
      await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
      expect(Number(await page.getByTestId('myocardium-ml').getAttribute('data-value'))).toBeGreaterThan(0);
      expect(await page.getByTestId('warnings').textContent()).toContain('does not say how the image is oriented');
      expect(await page.locator('.letter').count()).toBe(0);
      await page.getByTestId('view-study').click();
      await page.getByLabel('Contrast', { exact: true }).selectOption('PSIR');
      expect(((await savedNumbers(page)) as Analysis).series[0].contrast).toBe('PSIR');
    });
  });

  it(
    'of a 3-D scan is reformatted to short axis, says so, and is cut anew as the reader turns it',
    { timeout: CASE_MS },
    async () => {
      await withApp('wasm', async ({ page }) => {
        await pick(page, axialNifti());
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
