/** The page with the synthetic demo patient, as a person uses it, in headless Chromium on WASM. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { memoryFile } from '../../src/pipeline/reading/study.ts';
import { readCaseFile, writeCaseFile } from '../../src/pipeline/saving/caseFile.ts';
import { sharedApp } from './support/app.ts';
import { dropFiles } from './support/dropFiles.ts';
import { inBothLanguages } from './support/languages.ts';
import { noiseNifti, phantomZip } from './support/phantomStudy.ts';
import { DRAWN_MS, picture, settled } from './support/picture.ts';
import { savedNumbers } from './support/saved.ts';

/** A whole case on WASM on one busy core. */
const CASE_MS = 120_000;
/** The limit for a changed answer's new curve: milliseconds of work, on a busy core. */
const FOLLOW_MS = 10_000;
/** The tolerance between numbers of the page and of the saved file, which are written and read back. */
const EXACT = 12;

const LAPTOP = { width: 1366, height: 768 } as const;
const PROJECTOR = { width: 1280, height: 720 } as const;
const PHONE = { width: 390, height: 844 } as const;

const NO_IMAGE = fileURLToPath(new URL('../../package.json', import.meta.url));

async function openDemo(page: Page): Promise<void> {
  await page.getByTestId('try-demo').click();
  await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
}

async function value(page: Page, testId: string): Promise<number> {
  return Number(await page.getByTestId(testId).getAttribute('data-value'));
}

const textbox = (page: Page, name: string): Locator => page.getByRole('textbox', { name, exact: true });

/** Completely visible below the notice, which stays at the top. */
async function isOnScreen(part: Locator): Promise<boolean> {
  const [box, notice] = [await part.boundingBox(), await part.page().getByTestId('notice').boundingBox()];
  const size = part.page().viewportSize();
  return box !== null && notice !== null && size !== null
    ? box.y >= notice.y + notice.height && box.y + box.height <= size.height
    : false;
}

async function noticeIsInView(page: Page): Promise<boolean> {
  const box = await page.getByText('For research and teaching. Not a medical device.').boundingBox();
  const size = page.viewportSize();
  return box !== null && size !== null && box.y >= 0 && box.y + box.height <= size.height;
}

describe('the demo patient', () => {
  // Each test leaves the page as it found it, except for what the next ones name.
  const { page: openPage } = sharedApp('wasm', openDemo);

  it('says that it is synthetic, wherever it is named, and on what it was computed', async () => {
    const page = openPage();
    expect(await noticeIsInView(page)).toBe(true);
    expect(await page.getByTestId('synthetic').isVisible()).toBe(true);
    expect(await page.getByTestId('slice-text').textContent()).toContain('synthetic');
    for (const heading of ['Scar', 'Risk']) {
      await page.getByTestId(`view-${heading.toLowerCase()}`).click();
      expect(await page.getByRole('heading', { name: heading, level: 2 }).textContent()).toContain('synthetic');
    }
    await page.getByTestId('view-summary').click();
    expect(await page.getByTestId('backend').textContent()).toBe('WebAssembly');
    expect(await page.getByTestId('version').textContent()).toBe(`Scarcast ${version}`);
  });

  it('is answered in one view on a laptop and on a projector, in both languages', async () => {
    const page = openPage();
    expect(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBeLessThanOrEqual(0);
    const inHundred = Math.round(100 * (await value(page, 'headline')));
    await inBothLanguages(page, async ({ summary }) => {
      const [beginning] = summary.sentence(String(inHundred), '§', '§', '§').split('§');
      expect(await page.getByTestId('headline').textContent()).toContain(beginning);
      for (const size of [PROJECTOR, LAPTOP]) {
        await page.setViewportSize(size);
        const beyond = (): Promise<number> =>
          page.locator('.results').evaluate((view) => view.scrollHeight - view.clientHeight);
        const message = `px beyond ${size.width} x ${size.height}: ${beginning}`;
        await expect.poll(beyond, { message }).toBeLessThanOrEqual(0);
      }
    });
  });

  it('has its curve read out, and its result copied with what it rests on', async () => {
    const page = openPage();
    expect(await page.getByTestId('curve-read').first().textContent()).toContain('At 4.0 years');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByTestId('copy-result').first().click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain((await page.getByTestId('headline').innerText()).trim());
    expect(copied).toMatch(/level of risk: .*Not a medical device.*synthetic/is);
    await page.getByRole('slider', { name: 'Read the curve at one time' }).press('End');
    expect(await page.getByTestId('curve-read').first().textContent()).toMatch(/At 10\.0 years.*extrapolated/);
  });

  it('has volumes and risks that agree with each other', async () => {
    const page = openPage();
    expect(await value(page, 'blood-pool-ml')).toBeGreaterThan(0);
    expect(await value(page, 'myocardium-g')).toBeCloseTo(1.05 * (await value(page, 'myocardium-ml')), 6);
    for (const branch of ['fused', 'covariates']) {
      const [one, five, ten] = await Promise.all(['1', '5', '10'].map((year) => value(page, `risk-${branch}-${year}`)));
      expect(0 < one && one < five && five < ten && ten < 1, `${branch}: ${one} ${five} ${ten}`).toBe(true);
      expect(await value(page, `crude-${branch}-10`)).toBeLessThan(ten);
    }
  });

  it('can be looked through by keyboard, its contours hidden while a key is held', async () => {
    const page = openPage();
    const text = page.getByTestId('slice-text');
    const middle = await text.textContent();
    const withContours = await settled(page);
    await page.getByRole('slider', { name: 'Slice' }).focus();
    await page.keyboard.press('ArrowDown');
    expect(await text.textContent()).not.toBe(middle);
    await expect.poll(() => picture(page), { timeout: DRAWN_MS }).not.toBe(withContours);
    await page.keyboard.press('ArrowUp');
    expect(await text.textContent()).toBe(middle);
    await expect.poll(() => picture(page), { timeout: DRAWN_MS }).toBe(withContours);

    await page.keyboard.down('h');
    await expect.poll(() => picture(page), { timeout: DRAWN_MS }).not.toBe(withContours);
    await page.keyboard.up('h');
    await expect.poll(() => picture(page), { timeout: DRAWN_MS }).toBe(withContours);
  });

  it('lists what the page has requested', async () => {
    const page = openPage();
    await page.getByTestId('requests').click();
    const list = page.getByTestId('request-list');
    expect(await list.textContent()).toContain('weights.bin');
    expect(await list.textContent()).not.toContain('elsewhere');
    await page.keyboard.press('Escape');
  });

  it('answers on a phone’s first screen, with the notice in view and nothing too wide', async () => {
    const page = openPage();
    await page.setViewportSize(PHONE);
    // It goes above the image once the page has seen how narrow it is.
    const bottom = async (): Promise<number> => {
      const box = await page.getByTestId('headline').boundingBox();
      return box ? box.y + box.height : Infinity;
    };
    await expect.poll(bottom, { message: 'the answer is on the first screen' }).toBeLessThan(PHONE.height / 2);
    for (const part of ['answers', 'risk', 'report', 'summary']) {
      await page.getByTestId(`view-${part}`).click();
      await page.locator(`[data-part=${part}]`).evaluate((view) => view.scrollIntoView(false));
      expect(await noticeIsInView(page)).toBe(true);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, `${part}: nothing is wider than the phone`).toBeLessThanOrEqual(0);
    }
    await page.setViewportSize(LAPTOP);
  });

  it('is checked and signed, and a change withdraws the signature', async () => {
    const page = openPage();
    const toCheck = page.getByTestId('to-check').getByRole('checkbox');
    await toCheck.first().check();
    await page.getByTestId('view-report').click();
    await page.getByTestId('impression').fill('Scar of the anterior wall');
    await page.getByTestId('signer').fill('A. B.');
    await page.getByTestId('sign').click();
    await page.getByTestId('report-open').click();
    expect(await page.getByTestId('report-impression').textContent()).toContain('anterior wall');
    expect(await page.getByTestId('report-signed').textContent()).toMatch(/Signed by A\. B\.\s.*slice 1\./s);
    expect(await page.getByTestId('report-case-id').textContent()).toMatch(/^[0-9a-f]{12}$/);
    await page.getByTestId('close-report').click();
    await page.getByTestId('view-summary').click();
    await toCheck.first().uncheck();
    expect(await page.getByTestId('signed').textContent()).toContain('withdrawn');
  });

  it('stays where it was when Back closes what covers the page', async () => {
    const page = openPage();
    await page.getByTestId('view-report').click();
    await page.getByTestId('report-open').click();
    await page.getByTestId('report').waitFor();
    await page.goBack();
    await expect.poll(() => page.getByTestId('report').count()).toBe(0);
    await page.getByTestId('keys').click();
    await page.goBack();
    await expect.poll(() => page.locator('dialog[open]').count()).toBe(0);
    expect(await page.getByTestId('report-open').isVisible()).toBe(true);
  });

  it('has a curve that follows the form, and takes no answer beyond its limits', async () => {
    const page = openPage();
    await page.getByTestId('view-answers').click();
    const before = await value(page, 'risk-covariates-5');
    await textbox(page, 'Age').fill('45');
    await expect.poll(() => value(page, 'risk-covariates-5'), { timeout: FOLLOW_MS }).not.toBe(before);
    const younger = await value(page, 'risk-covariates-5');

    await textbox(page, 'Age').fill('');
    await expect.poll(() => value(page, 'risk-covariates-5'), { timeout: FOLLOW_MS }).not.toBe(younger);
    const unknown = await value(page, 'risk-covariates-5');
    await textbox(page, 'Age').fill('450');
    expect(await page.locator('#age-note').textContent()).toContain('18 to 100');
    await page.waitForTimeout(500);
    expect(await value(page, 'risk-covariates-5')).toBe(unknown);
    await textbox(page, 'Age').fill('45');
    await expect.poll(() => value(page, 'risk-covariates-5'), { timeout: FOLLOW_MS }).toBe(younger);
  });

  it('that the models are not for says so before its numbers, with the way out where it says so', async () => {
    const page = openPage();
    const reasons = page.getByTestId('not-applicable');
    await page.locator('#daysSinceInfarct').fill('20');
    await page.getByTestId('way-out').waitFor({ timeout: FOLLOW_MS });
    await inBothLanguages(page, async ({ reason, summary }) => {
      expect(await reasons.textContent()).toContain(reason({ code: 'recentInfarct', days: 20, minDays: 40 }));
      expect(await page.getByTestId('way-out').textContent()).toContain(summary.wayOut.infarctAge);
    });
    await page.getByTestId('view-risk').click();
    await page.getByTestId('way-out').getByRole('textbox').fill('1,200');
    await page.keyboard.press('Enter');
    await page.locator('#daysSinceInfarct:focus[aria-invalid=true]').fill('20');
    await page.getByTestId('way-out').getByRole('textbox').fill('400');
    await page.keyboard.press('Enter');
    await reasons.waitFor({ state: 'detached', timeout: FOLLOW_MS });
    expect(await page.locator('#daysSinceInfarct').inputValue()).toBe('400');
    await page.getByRole('radiogroup', { name: 'Defibrillator in place' }).getByRole('radio', { name: 'Yes' }).check();
    await reasons.filter({ hasText: 'A defibrillator is in place' }).waitFor({ timeout: FOLLOW_MS });
    expect(await page.getByTestId('live-risk').textContent()).toContain('does not apply');
    await page.getByTestId('view-summary').click();
    const [reasonsAt, numbersAt] = [await reasons.boundingBox(), await page.getByTestId('curve').boundingBox()];
    expect(reasonsAt && numbersAt && reasonsAt.y + reasonsAt.height <= numbersAt.y).toBe(true);
  });

  it('is saved with the numbers of the page, at both levels of risk', async () => {
    const page = openPage();
    const saved = await savedNumbers(page);
    expect(saved).toHaveProperty('scar.scarMl', expect.closeTo(await value(page, 'scar-ml'), EXACT));
    const usual = await value(page, 'risk-fused-5');
    expect(saved).toHaveProperty('survival.atRate.heartFailure.fused.risk.5', expect.closeTo(usual, EXACT));
    await page.getByTestId('view-risk').click();
    await page.getByTestId('rate-music').check();
    const asInMusic = await value(page, 'risk-fused-5');
    expect(asInMusic).toBeGreaterThan(usual);
    expect(saved).toHaveProperty('survival.fused.risk.5', expect.closeTo(asInMusic, EXACT));
    expect(saved).toHaveProperty('survival.applies.yes', false);
  });

  it('cleared by mistake comes back whole', async () => {
    const page = openPage();
    const [scar, risk] = [await value(page, 'scar-ml'), await value(page, 'risk-fused-5')];
    await page.getByTestId('clear').click();
    await page.getByTestId('try-demo').waitFor();
    await inBothLanguages(page, async ({ page: words }) => {
      expect(await page.getByTestId('cleared').textContent()).toContain(words.cleared(10));
    });
    await page.getByTestId('take-back').click();
    expect(await value(page, 'scar-ml')).toBe(scar);
    expect(await value(page, 'risk-fused-5')).toBe(risk);
    expect(await page.getByTestId('impression').inputValue()).toBe('Scar of the anterior wall');
    expect(await page.getByTestId('cleared').count()).toBe(0);
  });

  it('cleared for good leaves no number and no worker, and the next one can be stopped and started again', async () => {
    const page = openPage();
    expect(page.workers().length).toBeGreaterThan(0);
    await page.getByTestId('clear').click();
    await page.getByTestId('try-demo').waitFor();
    await expect.poll(() => page.workers().length).toBe(0);
    expect(await page.getByTestId('scar-ml').count()).toBe(0);
    expect(await page.getByTestId('synthetic').count()).toBe(0);

    await page.getByTestId('try-demo').click();
    await page.getByTestId('cancel').click();
    await expect.poll(() => page.getByTestId('status').textContent()).toContain('Stopped');
    expect(await page.getByTestId('curve').count()).toBe(0);
    await page.getByTestId('demo').click();
    await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
  });
});

describe('what cannot be read, or only with doubt, is said with what to do, and the place to drop the next stays:', () => {
  const { page: openPage } = sharedApp('wasm', () => Promise.resolve());
  const [slice] = Object.values(unzipSync(phantomZip()));
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'scarcast-drop-'));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const drop = (page: Page, ...files: string[]): Promise<void> => dropFiles(page, '[data-testid=drop-zone]', files);

  function file(name: string, bytes: Uint8Array): string {
    writeFileSync(path.join(folder, name), bytes);
    return path.join(folder, name);
  }

  it('a case file that is none', async () => {
    const page = openPage();
    await drop(page, file('case.scarcast', slice.subarray(0, 1000)));
    const problem = page.getByTestId('problem').filter({ hasText: 'Open a case that was saved here' });
    await problem.waitFor({ timeout: CASE_MS });
  });

  it('no image', async () => {
    const page = openPage();
    await drop(page, NO_IMAGE);
    await page.getByTestId('refused').filter({ hasText: 'package.json' }).waitFor({ timeout: CASE_MS });
  });

  it('an image that is cut off', async () => {
    const page = openPage();
    await drop(page, file('broken.dcm', slice.subarray(0, slice.length / 2)));
    await page.getByTestId('refused').filter({ hasText: 'Copy it again' }).waitFor({ timeout: CASE_MS });
  });

  it('a single slice', async () => {
    const page = openPage();
    await drop(page, file('one.dcm', slice));
    await page.getByTestId('others').filter({ hasText: 'a single slice' }).waitFor({ timeout: CASE_MS });
    expect(await page.getByText('a single slice').isVisible()).toBe(true);
    await inBothLanguages(page, async ({ reason, empty, status }) => {
      expect(await page.getByTestId('problem').textContent()).toBe(reason({ code: 'noStack' }));
      expect(await page.getByTestId('drop-zone').textContent()).toContain(empty.dropAgain);
      expect(await page.getByTestId('status').textContent(), 'said once').toBe(status.seeAbove);
    });
  });

  it('noise, which has no interval, no curve, and in what is saved no risk', async () => {
    const page = openPage();
    await drop(page, file('noise.nii.gz', noiseNifti()));
    await page.getByTestId('brief-warnings').waitFor({ timeout: CASE_MS });
    await inBothLanguages(page, async ({ reason, summary }) => {
      expect(await page.getByTestId('brief-warnings').textContent()).toContain(reason({ code: 'noVentricle' }));
      expect(await page.getByTestId('no-interval').first().textContent()).toContain(summary.noIntervalHeart);
      expect(await page.getByTestId('ask-first').textContent()).toBe(summary.askFirst);
    });
    expect(await page.getByTestId('headline').count()).toBe(0);
    await page.getByTestId('view-report').click();
    const download = page.waitForEvent('download');
    await page.getByTestId('save-json').click();
    const numbers: unknown = JSON.parse(await readFile(await (await download).path(), 'utf8'));
    expect(numbers).toMatchObject({ intervals: null, survival: { covariates: null, fused: null, image: null } });
    await page.getByTestId('view-summary').click();
  });

  it('on a phone too, on the screen and above the image, wherever its reader was', async () => {
    const page = openPage();
    const [zone, problem, warning] = ['drop-zone', 'problem', 'heart-warning'].map((id) => page.getByTestId(id));
    await page.setViewportSize(PHONE);
    for (const part of [warning, zone]) await expect.poll(() => isOnScreen(part)).toBe(true);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.locator('input[type=file]').first().setInputFiles(NO_IMAGE);
    await problem.waitFor({ timeout: CASE_MS });
    for (const part of [problem, zone]) expect(await isOnScreen(part)).toBe(true);
    await page.setViewportSize(LAPTOP);
  });

  it('a heart that is doubtful', async () => {
    const page = openPage();
    const saved = await readCaseFile(memoryFile('case', readFileSync('tests/golden/case-format-6.scarcast')));
    const doubt = { code: 'heartDoubtful', looksAgree: 0.5, min: 0.7 } as const;
    const doubtful = writeCaseFile(
      { ...saved, analysis: { ...saved.analysis, warnings: [doubt] } },
      { pixels: false, identity: false, about: '' },
    );
    await drop(page, file('doubtful.scarcast', doubtful));
    await page.getByTestId('pixels-missing').waitFor({ timeout: CASE_MS });
    await inBothLanguages(page, async ({ reason }) => {
      expect(await page.getByTestId('brief-warnings').textContent()).toContain(reason(doubt));
    });
    expect(await page.getByTestId('drop-zone').isVisible()).toBe(true);
  });

  it('and a heart that is found takes their place', async () => {
    const page = openPage();
    await page.getByTestId('demo').click();
    await page.getByTestId('headline').waitFor({ timeout: CASE_MS });
    expect([await page.getByTestId('refused').count(), await page.getByTestId('drop-zone').count()]).toEqual([0, 0]);
  });
});
