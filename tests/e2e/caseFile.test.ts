/** A case in Chinese, printed, saved without pixels or identity, and opened again with the same numbers. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPatient } from '../../src/core/phantom/demoPatient.ts';
import { dicomStudy } from '../../src/core/phantom/dicomStudy.ts';
import type { Analysis } from '../../src/pipeline/analysis.ts';
import { withApp } from './support/app.ts';
import { dropFiles } from './support/dropFiles.ts';

const CASE_MS = 280_000;
/** What the phantom's headers say. */
const PATIENT = 'Synthetic Phantom';
const SERIES = 'LGE_SAX_PSIR';
/** Points of a page of A4 and Letter, as PDF writes them. */
const PAPER = { A4: /MediaBox ?\[ ?0 0 59\d\.?\d* 84\d/, Letter: /MediaBox ?\[ ?0 0 612 792/ } as const;

let folder: string;
let study: string;
let other: string;

function written(name: string, change: number): string {
  const { volume, zero } = demoPatient();
  const changed = { ...volume, voxels: volume.voxels.map((value) => value + change) };
  const root = path.join(folder, name);
  for (const file of dicomStudy(changed, { seed: 1, zero })) {
    mkdirSync(path.dirname(path.join(root, file.path)), { recursive: true });
    writeFileSync(path.join(root, file.path), file.bytes);
  }
  return root;
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'scarcast-case-'));
  study = written('study', 0);
  other = written('other', 2);
});

afterAll(() => rmSync(folder, { recursive: true }));

async function saved(page: Page, testId: string): Promise<Buffer> {
  const download = page.waitForEvent('download');
  await page.getByTestId(testId).click();
  return readFile(await (await download).path());
}

/** The page's own numbers, but for the list of series, which are those of the files that were dropped. */
async function numbers(page: Page): Promise<unknown> {
  const { series, ...rest } = JSON.parse((await saved(page, 'save-json')).toString()) as Analysis;
  expect(series.length).toBeGreaterThan(0);
  return rest;
}

const shown = (page: Page): Promise<(string | null)[]> =>
  Promise.all(
    ['scar-ml', 'scar-percent', 'method-FWHM-ml'].map((id) => page.getByTestId(id).first().getAttribute('data-value')),
  );

describe('a case', () => {
  it('is read in Chinese, printed, saved and opened again', { timeout: 2 * CASE_MS }, async () => {
    await withApp('wasm', async ({ page }) => {
      await dropFiles(page, 'main', [study]);
      await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
      const [before, onPage] = [await numbers(page), await shown(page)];

      await page.getByTestId('language-zh').click();
      expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
      expect(await page.getByTestId('clear').textContent()).toBe('全部清除');
      expect(await shown(page)).toEqual(onPage);

      await page.getByTestId('report-open').click();
      const report = page.getByTestId('report');
      const text = async (): Promise<string> => (await report.textContent()) ?? '';
      expect(await text()).toContain('仅供科研与教学使用，并非医疗器械。');
      await page.getByTestId('close-report').click();
      await page.getByTestId('language-en').click();

      await page.getByTestId('report-open').click();
      expect(await text()).toContain('Not a medical device.');
      expect(await text()).not.toMatch(new RegExp(`${PATIENT}|${SERIES}`));
      for (const sha256 of Object.values((before as Analysis).models)) expect(await text()).toContain(sha256);
      for (const format of ['A4', 'Letter'] as const) {
        const pdf = (await page.pdf({ format })).toString('latin1');
        expect(pdf).toMatch(PAPER[format]);
        expect(pdf.match(/\/Type ?\/Page\b/g)?.length).toBeGreaterThan(1);
      }
      await page.emulateMedia({ media: 'print' });
      expect(await page.getByTestId('print').isVisible()).toBe(false);
      expect(await page.getByTestId('clear').isVisible()).toBe(false);
      expect(await report.getByTestId('curve').isVisible()).toBe(true);
      await page.emulateMedia({ media: 'screen' });
      await page.getByTestId('report-identity').check();
      expect(await text()).toContain(PATIENT);
      await page.getByTestId('close-report').click();

      const file = path.join(folder, 'case.scarcast');
      const bytes = await saved(page, 'save-case');
      writeFileSync(file, bytes);
      const held = unzipSync(bytes);
      expect(Object.keys(held)).toEqual(['manifest.json', 'case.json']);
      expect(strFromU8(held['manifest.json'])).toContain(
        'It holds no pixel of the image. It does not name the patient.',
      );
      expect(strFromU8(held['case.json'])).not.toMatch(new RegExp(`Synthetic\\^?.?Phantom|${SERIES}`));

      await page.getByTestId('clear').click();
      const damaged = path.join(folder, 'damaged.scarcast');
      writeFileSync(damaged, bytes.subarray(0, bytes.length / 2));
      await dropFiles(page, 'main', [damaged]);
      await page.getByText('The case file is damaged or cut off').first().waitFor();

      await dropFiles(page, 'main', [file]);
      await page.getByTestId('pixels-missing').waitFor({ timeout: CASE_MS });
      await page.getByTestId('status').filter({ hasText: 'Done' }).waitFor({ timeout: CASE_MS });
      expect(await shown(page)).toEqual(onPage);
      expect(await numbers(page)).toEqual(before);
      expect(await page.getByTestId('correct').isDisabled()).toBe(true);
      expect(await page.getByTestId('bulls-eye').isVisible()).toBe(true);

      await page.getByTestId('compare-file').setInputFiles(file);
      await page.getByTestId('change-scarG').waitFor();
      expect(await page.getByTestId('change-scarG').getAttribute('data-value')).toBe('0');
      expect(await page.getByTestId('changes').locator('tbody tr').count()).toBe(17);

      await dropFiles(page, 'main', [other]);
      await page.getByText('None of these images is the one').first().waitFor({ timeout: CASE_MS });
      expect(await shown(page)).toEqual(onPage);

      await dropFiles(page, 'main', [study]);
      await page.getByTestId('pixels-missing').waitFor({ state: 'detached', timeout: CASE_MS });
      await page.getByTestId('status').filter({ hasText: 'Done' }).waitFor({ timeout: CASE_MS });
      expect(await shown(page)).toEqual(onPage);
      expect(await numbers(page)).toEqual(before);
      expect(await page.getByTestId('correct').isEnabled()).toBe(true);
    });
  });
});
