/**
 * Studies from an archive, and what goes back to it: a segmentation is saved, dropped by itself over its study, compared, and used. Also
 * two patients in one folder.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPatient } from '../../src/core/phantom/demoPatient.ts';
import { dicomStudy } from '../../src/core/phantom/dicomStudy.ts';
import { sharedApp } from './support/app.ts';
import { zh } from '../../src/app/messages/zh.ts';
import { Label } from '../../src/core/volume/volume.ts';
import { dropFiles } from './support/dropFiles.ts';
import { inBothLanguages } from './support/languages.ts';
import { storedCopies } from './support/privateStorage.ts';
import { savedFile } from './support/saved.ts';

const CASE_MS = 280_000;
/** The name in the phantom's headers. */
const PATIENT = 'Synthetic^Phantom';
/** A name of the same length. */
const OTHER_PATIENT = 'Anothers^Phantoms';
/** The element of the patient's sex, 'O'. */
const SEX = Buffer.from([0x10, 0, 0x40, 0, 0x43, 0x53, 2, 0, 0x4f]);
const FOLLOW_MS = 15_000;
/** A laptop and a projector. */
const WIDE = [
  { width: 1366, height: 768 },
  { width: 1280, height: 720 },
] as const;
const NO_IMAGE = fileURLToPath(new URL('../../package.json', import.meta.url));
/** Where the voxels of a NIfTI file begin. */
const NIFTI_VOXELS = 352;
/** Checks that nothing names the patient or the day of the study. */
const FILE_NAME = /^20(?!20-01-01)\d\d-\d\d-\d\d-baseline\.(mask|segmentation|report|fhir)(-\d)?\.(nii\.gz|dcm|json)$/;

let folder: string;
let study: string;
let patients: string;

function write(file: string, bytes: Uint8Array): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'scarcast-archive-'));
  study = path.join(folder, 'study');
  const { volume, zero } = demoPatient();
  for (const file of dicomStudy(volume, { seed: 1, zero })) write(path.join(study, file.path), file.bytes);
  patients = path.join(folder, 'patients');
  for (const [seed, name] of [PATIENT, OTHER_PATIENT].entries()) {
    for (const file of dicomStudy(volume, { seed: seed + 1, zero })) {
      const bytes = Buffer.from(file.bytes);
      if (!bytes.includes('PSIR')) continue;
      bytes.write(name, bytes.indexOf(PATIENT));
      bytes.write('M', bytes.indexOf(SEX) + SEX.length - 1);
      write(path.join(patients, String(seed), file.path), bytes);
    }
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

async function saved(page: Page, testId: string): Promise<Buffer> {
  const { name, bytes } = await savedFile(page, testId);
  expect(name, 'the day of today, the label and the kind').toMatch(FILE_NAME);
  return bytes;
}

describe('the way back', () => {
  // Each test finds the case as the last left it.
  const { page: openPage } = sharedApp('wasm', async (page) => {
    await dropFiles(page, 'main', [study]);
    await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
    // The button for both images of the scan is there.
    await page.getByTestId('side-by-side').waitFor({ timeout: CASE_MS });
  });
  let mask: Buffer;
  let segmentation: string;

  it('shows the patient, and the tools of the image in one row', async () => {
    const page = openPage();
    expect(await page.getByTestId('patient').textContent()).toBe('Synthetic Phantom');
    for (const size of WIDE) {
      await page.setViewportSize(size);
      await inBothLanguages(page, async () => {
        const top = async (id: string): Promise<number | undefined> => (await page.getByTestId(id).boundingBox())?.y;
        expect(await top('correct'), `${size.width} px`).toBe(await top('solid-button'));
      });
    }
  });

  it('names nobody unless the reader ticks it', async () => {
    const page = openPage();
    await page.getByTestId('view-report').click();
    await page.getByTestId('case-label').fill('baseline');
    mask = await saved(page, 'save-mask');
    const files = [await saved(page, 'save-seg'), await saved(page, 'save-sr')];
    for (const bytes of files) {
      expect(bytes.subarray(128, 132).toString()).toBe('DICM');
      expect(bytes.includes(PATIENT)).toBe(false);
    }
    segmentation = path.join(folder, 'segmentation.dcm');
    writeFileSync(segmentation, files[0]);
    const fhir = await saved(page, 'save-fhir');
    expect(fhir.includes(PATIENT)).toBe(false);
    expect(JSON.parse(fhir.toString())).toMatchObject({ resourceType: 'Bundle', type: 'collection' });
    await page.getByTestId('report-open').click();
    await page.getByTestId('report-case-id').waitFor();
    expect(await page.getByTestId('report-date').count()).toBe(0);
    await page.getByTestId('report-identity').check();
    expect(await page.getByTestId('report-date').textContent()).toBe('2020-01-01');
    await page.getByTestId('close-report').click();
    await page.getByTestId('same-archive').check();
    for (const kind of ['seg', 'sr', 'fhir']) {
      expect((await saved(page, `save-${kind}`)).includes(PATIENT), kind).toBe(true);
    }
  });

  it('compares with a mask of scar alone, whose value it asks for, inside the case’s own wall', async () => {
    const page = openPage();
    const scarAlone = gunzipSync(mask).map((byte, at) =>
      at < NIFTI_VOXELS ? byte : Number(byte === Label.scar || byte === Label.noReflow),
    );
    const drawn = path.join(folder, 'scar.nii.gz');
    writeFileSync(drawn, gzipSync(scarAlone));
    await dropFiles(page, 'main', [drawn]);
    const offer = page.getByTestId('mask-offer');
    await offer.waitFor({ timeout: CASE_MS });
    await inBothLanguages(page, async ({ taken: { mask: words } }) => {
      expect(await offer.locator('label').allInnerTexts()).toHaveLength(1);
      expect(await offer.locator('label').innerText()).toContain(words.value(1));
    });
    await offer.locator('select').selectOption(String(Label.scar));
    await page.getByTestId('compare-mask').click();
    const dice = page.getByTestId('mask-dice-scar');
    await dice.waitFor({ timeout: CASE_MS });
    expect(await dice.getAttribute('data-value')).toBe('1');
    await inBothLanguages(page, async ({ masks }) => {
      expect(await page.getByTestId('scar-alone').textContent()).toBe(masks.scarAlone('0.0%'));
    });
    await page.getByTestId('close-mask').click();
  });

  it('opens a saved segmentation again, continues with it, and can undo that', async () => {
    const page = openPage();
    await dropFiles(page, 'main', [segmentation]);
    await page.getByTestId('compare-mask').click();
    const dice = page.getByTestId('mask-dice-scar');
    await dice.waitFor({ timeout: CASE_MS });
    expect(await dice.getAttribute('data-value')).toBe('1');
    expect(await page.getByTestId('dashed').textContent()).toContain('segmentation.dcm');

    // Anything removed from the case since comes back with it.
    await page.getByTestId('correct').click();
    await page.getByText('This slice', { exact: true }).click();
    await page.getByTestId('clear-slice').click();
    await expect.poll(async () => Number(await dice.getAttribute('data-value'))).toBeLessThan(1);
    const cleared = await dice.getAttribute('data-value');
    await page.getByTestId('go-on-with-mask').click();
    await expect.poll(() => dice.getAttribute('data-value')).toBe('1');
    expect((await saved(page, 'save-mask')).equals(mask)).toBe(true);
    await page.getByTestId('undo').click();
    await expect.poll(() => dice.getAttribute('data-value')).toBe(cleared);
    await page.getByTestId('view-compare').click();
    await page.getByTestId('close-mask').click();
    expect(await page.getByTestId('dashed').count(), 'put away').toBe(0);
  });

  it('says of a segmentation by itself with what it can be read', async () => {
    const page = openPage();
    await page.getByTestId('clear').click();
    await dropFiles(page, '[data-testid=drop-zone]', [segmentation]);
    await page.getByTestId('problem').filter({ hasText: 'together with the folder' }).waitFor({ timeout: CASE_MS });
    expect(await page.getByTestId('drop-zone').isVisible()).toBe(true);
  });
});

describe('two patients in a folder', () => {
  const { page: openPage } = sharedApp('wasm', async (page) => {
    await dropFiles(page, 'main', [patients]);
    await page.getByTestId('ask-first').waitFor({ timeout: CASE_MS });
  });
  const patient = (): Promise<string | null> => openPage().getByTestId('patient').textContent();

  it('have their age and sex offered, and nothing is answered by itself', async () => {
    const page = openPage();
    const summary = page.locator('[data-part=summary]');
    const isMale = summary.getByRole('radiogroup', { name: 'Male sex' }).getByRole('radio', { name: 'Yes' });
    expect(await isMale.isChecked()).toBe(false);
    await page.getByTestId('offered-first-male').click();
    expect(await isMale.isChecked()).toBe(true);
    await summary.locator('#first-age').fill('64');
    await page.getByTestId('headline').waitFor({ timeout: FOLLOW_MS });
    expect(await page.getByTestId('unused-inputs').getAttribute('open'), 'what is not used is folded away').toBeNull();
  });

  it('are not lost without a word: a slice is locked and left out, and leaving, a wrong file and the demo ask first', async () => {
    const page = openPage();
    const first = await patient();
    await page.getByTestId('correct').click();
    await page.getByText('This slice', { exact: true }).click();
    await page.getByTestId('lock-slice').check();
    expect(await page.getByTestId('clear-slice').isDisabled()).toBe(true);
    await page.getByTestId('exclude-slice').check();
    await page.getByTestId('left-out').first().waitFor();

    const isAskedBeforeLeaving = await page.evaluate(
      () => !dispatchEvent(new Event('beforeunload', { cancelable: true })),
    );
    expect(isAskedBeforeLeaving).toBe(true);
    await dropFiles(page, 'main', [NO_IMAGE]);
    await page
      .getByTestId('problem')
      .filter({ hasText: /The case that is open was kept.*Not a medical image/ })
      .waitFor();
    await page.getByTestId('language-zh').click();
    const asked = page.waitForEvent('dialog');
    const opening = page.getByTestId('demo').click();
    expect((await asked).message()).toBe(zh.page.losesWork);
    await (await asked).dismiss();
    await opening;
    await page.getByTestId('language-en').click();
    expect(await patient()).toBe(first);
  });

  it('keep their own answers and corrections', async () => {
    const page = openPage();
    const first = await patient();
    await page.getByTestId('view-study').click();
    const series = page.locator('#series');
    const ofFirst = await series.inputValue();
    await page.getByTestId('view-report').click();
    await page.getByTestId('keep-copy').check();
    await page.getByTestId('copied').filter({ hasText: 'renewed' }).waitFor();
    const kept = await storedCopies(page);
    await page.getByTestId('view-study').click();
    const [ofOther] = await series
      .locator('option')
      .evaluateAll(
        (all, own) => all.flatMap((one) => one.getAttribute('value') ?? []).filter((id) => id !== own),
        ofFirst,
      );
    const names = await series.locator('option').allInnerTexts();
    expect(new Set(names).size, 'series that can be told apart').toBe(names.length);
    expect(names.filter((name) => name.includes(first?.trim() ?? '-')).length, 'by their patients').toBe(
      names.length / 2,
    );
    await series.selectOption(ofOther);
    await page.getByTestId('ask-first').waitFor({ state: 'attached', timeout: CASE_MS });
    const second = await patient();
    expect(second).not.toBe(first);
    await inBothLanguages(page, async ({ taken }) => {
      expect((await page.getByTestId('answers-left').textContent())?.trim()).toBe(taken.answersLeft(second));
    });
    const age = page.locator('[data-part=summary] #first-age');
    expect(await age.inputValue()).toBe('');
    expect(await page.getByTestId('left-out').count()).toBe(0);
    expect(await storedCopies(page), 'the copy of the first stays').toEqual(kept);
    expect(await page.getByTestId('keep-copy').isChecked()).toBe(false);

    await page.getByTestId('view-study').click();
    await series.selectOption(ofFirst);
    await expect.poll(patient, { timeout: FOLLOW_MS }).toBe(first);
    expect(await age.inputValue()).toBe('64');
    expect(await page.getByTestId('left-out').first().textContent()).toMatch(/\d/);
  });
});
