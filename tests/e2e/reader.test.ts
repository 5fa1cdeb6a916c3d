/**
 * A reader's whole way through one study, by keyboard wherever a mouse could be used: corrects a slice, moves the remote region,
 * answers every question, reads bull's-eye and curve in their tables, switches to Chinese, prints, saves without pixels or
 * identity, and opens the file again with the same numbers. It is a real study if there is one, else one that the phantom wrote.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPatient } from '../../src/core/phantom/demoPatient.ts';
import { dicomStudy } from '../../src/core/phantom/dicomStudy.ts';
import { COVARIATES, NUMBER_FACTS, YES_NO_FACTS } from '../../src/core/patient/covariates.ts';
import type { Analysis } from '../../src/pipeline/analysing/analysis.ts';
import { dataWith } from '../realData.ts';
import { sharedApp, withApp } from './support/app.ts';
import { dropFiles } from './support/dropFiles.ts';
import { DRAWN_MS, picture, settled } from './support/picture.ts';
import { phantomZip } from './support/phantomStudy.ts';
import { expectGoodPages } from './support/printedReport.ts';
import { savedFile, savedNumbers } from './support/saved.ts';

const DATA = dataWith('lge-dicom');
const CASE_MS = 280_000;
/** Everything is updated within a second; a busy core may need more. */
const FOLLOW_MS = 15_000;
/** More stops of the Tab key than the page has. */
const MOST_STOPS = 400;
/** Texts that the report repeats. */
const SHOWN = ['scar-ml', 'scar-percent', 'myocardium-ml', 'risk-fused-5', 'risk-covariates-10', 'median-fused'];
/** How much rounding the pixels to whole numbers changes a heart's measures, g or mL: a voxel here and there. */
const ROUNDED_PIXELS = 0.5;
/** How much it changes the risk, percentage points. */
const SAME_RISK_POINTS = 0.3;
/** Rounded to one decimal. */
const ONE_DECIMAL = 0.051;
/** Where the docs say how many clicks and keys a reading takes. */
const HAND_DOC = 'docs/accessibility.md';
const SEGMENTS = Array.from({ length: 17 }, (_, i) => i + 1);

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
  study = DATA === null ? written('study', 0) : path.join(DATA, 'lge-dicom', 'positive-classic');
  other = written('other', 2);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Presses Tab, or Shift and Tab, until the element has the focus. */
async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`The Tab key does not come to ${target.toString()}.`);
}

async function press(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await tabTo(page, target, key);
  await page.keyboard.press('Enter');
}

const value = (page: Page, testId: string): Promise<string | null> =>
  page.getByTestId(testId).first().getAttribute('data-value');

/** The page's own numbers, without the list of series, whose numbers are those of the dropped files. */
async function numbers(page: Page): Promise<unknown> {
  const { series, ...rest } = (await savedNumbers(page)) as Analysis;
  expect(series.length).toBeGreaterThan(0);
  return rest;
}

/** Numbers as written in the page or in its report, including folded parts. */
const textOf = async (cell: Locator): Promise<string> => ((await cell.textContent()) ?? '').replace(/\s+/g, ' ').trim();
const shown = (where: Locator): Promise<string[]> => Promise.all(SHOWN.map((id) => textOf(where.getByTestId(id))));

/** Draws wall from the ventricle's centre upwards, with the pen at the cross. */
async function correctSlice(page: Page): Promise<void> {
  const before = await value(page, 'myocardium-ml');
  await tabTo(page, page.getByRole('slider', { name: 'Slice', exact: true }));
  for (const key of ['b', '2', 'Space']) await page.keyboard.press(key);
  for (let i = 0; i < 25; i++) await page.keyboard.press('Shift+ArrowUp');
  await page.keyboard.press('Space');
  await expect.poll(() => value(page, 'myocardium-ml'), { timeout: FOLLOW_MS }).not.toBe(before);
  expect(Number(await value(page, 'dice-myocardium'))).toBeLessThan(1);
  await page.keyboard.press('v');
}

async function moveRemote(page: Page): Promise<void> {
  const before = await value(page, 'method-5SD-ml');
  await press(page, page.getByTestId('view-scar'));
  await press(page, page.getByTestId('move-remote'));
  await tabTo(page, page.getByTestId('handle-remote'), 'Shift+Tab');
  for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowRight');
  await expect.poll(() => value(page, 'method-5SD-ml'), { timeout: FOLLOW_MS }).not.toBe(before);
  await press(page, page.getByTestId('move-remote'));
}

/** Goes through the form by the Tab key and answers each question; returns the ids of those answered. */
async function answerAll(page: Page): Promise<Set<string>> {
  const numberRange = new Map(
    [...COVARIATES, ...NUMBER_FACTS].map(({ id, min, max }) => [id as string, Math.round(min + 0.4 * (max - min))]),
  );
  const answered = new Set<string>();
  await press(page, page.getByTestId('view-answers'), 'Shift+Tab');
  // Questions that these weights do not use are folded away, and can still be answered.
  await page.getByTestId('unused-inputs').locator('summary').click();
  await page.getByTestId('view-answers').focus();
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element?.closest('[data-testid=covariates]')) return null;
      if (element instanceof HTMLSelectElement) return { kind: 'select', id: element.id };
      if (!(element instanceof HTMLInputElement)) return { kind: 'other', id: '' };
      return element.type === 'radio' ? { kind: 'radio', id: element.name } : { kind: 'text', id: element.id };
    });
    if (at === null && answered.size > 0) return answered;
    // A choice of units has no id: it is not a question.
    if (at === null || at.id === '') continue;
    answered.add(at.id);
    // NYHA II, because the models are for II and III.
    if (at.kind === 'select')
      for (let i = 0; i < (at.id === 'nyha' ? 2 : 1); i++) await page.keyboard.press('ArrowDown');
    else if (at.kind === 'text') await page.keyboard.type(String(numberRange.get(at.id)));
    // From '?' to 'No', and on to 'Yes' where the models need it.
    else
      for (let i = 0; i < (['ischaemic', 'heartFailure'].includes(at.id) ? 2 : 1); i++)
        await page.keyboard.press('ArrowLeft');
  }
  throw new Error('The Tab key does not come out of the form.');
}

/** Whether the machine has a font for Chinese at all: without one every character is the same box. */
const drawsChinese = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const drawn = ['瘢', '痕'].map((character) => {
      const canvas = document.createElement('canvas');
      canvas.getContext('2d')?.fillText(character, 10, 20);
      return canvas.toDataURL();
    });
    return drawn[0] !== drawn[1];
  });

async function readTables(page: Page): Promise<void> {
  const segments = page.getByTestId('segment-table');
  await press(page, page.getByTestId('view-scar'), 'Shift+Tab');
  await press(page, page.locator('summary', { hasText: 'The segments as a table' }));
  const cells = await segments.locator('tbody tr td:nth-child(2)').allInnerTexts();
  const inEye = await Promise.all(SEGMENTS.map((segment) => value(page, `segment-${segment}`)));
  cells.forEach((cell, at) => {
    if (inEye[at] === null) expect(cell).toBe('–');
    else expect(Math.abs(Number(cell) - Number(inEye[at])), cell).toBeLessThan(ONE_DECIMAL);
  });
  expect(cells.length).toBe(SEGMENTS.length);

  await press(page, page.getByTestId('view-risk'), 'Shift+Tab');
  await press(page, page.locator('summary', { hasText: 'The curve as a table' }));
  const years = page.getByTestId('curve-table').locator('tbody tr');
  const heads = await page.getByTestId('curve-table').locator('thead th').allInnerTexts();
  const column = heads.findIndex((head) => head.startsWith('SSCAR: covariates and image'));
  const fused = (await years.nth(5).locator('th, td').allInnerTexts())[column];
  const free = 100 * (1 - Number(await value(page, 'risk-fused-5')));
  expect(Math.abs(parseFloat(fused) - free), fused).toBeLessThan(ONE_DECIMAL);
}

/** What a hand did: clicks and drags, and keys, including each typed letter. */
interface HandWork {
  readonly clicks: number;
  readonly keys: number;
}

/** Counts from now on; returns a function that gives the count. */
async function countHand(page: Page): Promise<() => Promise<HandWork>> {
  await page.evaluate(() => {
    const { hand } = Object.assign(globalThis, { hand: { clicks: 0, keys: 0 } });
    // On the document: Playwright stops at the window what it will do again because its target has moved.
    document.addEventListener('pointerdown', () => (hand.clicks += 1), true);
    document.addEventListener('keydown', () => (hand.keys += 1), true);
  });
  return () => page.evaluate(() => (globalThis as unknown as { hand: HandWork }).hand);
}

/** The eight questions of the summary, by mouse and keys as they come to hand. */
async function answerFirst(page: Page): Promise<void> {
  const summary = page.locator('[data-part=summary]');
  const choose = (question: string, answer: string): Promise<void> =>
    summary
      .getByRole('radiogroup', { name: question, exact: true })
      .getByRole('radio', { name: answer, exact: true })
      .check();
  const type = async (id: string, text: string): Promise<void> => {
    await summary.locator(`#first-${id}`).click();
    await page.keyboard.type(text);
  };
  await choose('Ischaemic heart disease', 'Yes');
  await page.keyboard.press('Tab');
  // NYHA II.
  for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowDown');
  await type('daysSinceInfarct', '1200');
  await choose('Defibrillator in place', 'No');
  await type('lvef', '30');
  await type('ntProBnp', '900');
  await type('age', '64');
  await choose('Male sex', 'Yes');
  await page.locator('.results[aria-busy=false]').waitFor({ timeout: FOLLOW_MS });
}

describe('a reader', () => {
  it('opens, checks, corrects, answers, reads, signs, prints, saves and opens again in as few clicks and keys as the docs say', async () => {
    await withApp('wasm', async ({ page }) => {
      await page.setViewportSize({ width: 1366, height: 768 });
      const hand = await countHand(page);
      await dropFiles(page, 'main', [other]);
      await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
      expect(await page.getByTestId('headline').count(), 'no risk before an answer').toBe(0);

      // Every slice is viewed, the conspicuous one is ticked, and one is corrected.
      const stage = page.getByRole('slider', { name: 'Slice', exact: true });
      await stage.click();
      const slices = Number(await stage.getAttribute('aria-valuemax'));
      await page.keyboard.press('Home');
      for (let slice = 1; slice < slices; slice++) await page.keyboard.press('ArrowDown');
      await page.getByTestId('to-check').getByRole('checkbox').first().check();
      await page.locator('.strip button').nth(4).click();
      for (const key of ['b', '2']) await page.keyboard.press(key);
      const box = await page.getByTestId('slice').boundingBox();
      if (!box) throw new Error('The slice is not shown.');
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 4, { steps: 6 });
      await page.mouse.up();
      await page.keyboard.press('v');
      await page.getByTestId('scar-by-hand').waitFor({ timeout: FOLLOW_MS });

      await answerFirst(page);
      const read = (): Promise<(string | null)[]> =>
        Promise.all(['headline', 'brief-scar-g', 'scar-ml', 'risk-fused-5'].map((id) => value(page, id)));
      const first = await read();
      expect(first).not.toContain(null);
      for (const part of ['scar', 'risk', 'report']) await page.getByTestId(`view-${part}`).click();

      await page.getByTestId('impression').click();
      await page.keyboard.type('Anterior scar');
      await page.getByTestId('signer').click();
      await page.keyboard.type('AB');
      await page.keyboard.press('Enter');
      await page.getByTestId('report-open').click();
      await page.getByTestId('report').getByTestId('headline').waitFor();
      await page.getByTestId('print').click();
      await page.keyboard.press('Escape');

      const file = path.join(folder, 'read.scarcast');
      const download = page.waitForEvent('download');
      await page.getByTestId('save-case').click();
      writeFileSync(file, await readFile(await (await download).path()));
      await page.getByTestId('clear').click();
      expect(await page.getByTestId('take-back').count(), 'all of it is in the file').toBe(0);
      await dropFiles(page, 'main', [file]);
      await page.getByTestId('headline').waitFor({ timeout: CASE_MS });
      expect(await read()).toEqual(first);
      expect(await page.getByTestId('signed').textContent()).toContain('AB');

      const { clicks, keys } = await hand();
      const told = `${clicks} clicks and ${keys} keys`;
      process.stderr.write(`A whole reading took ${told}.\n`);
      expect(await readFile(HAND_DOC, 'utf8')).toContain(told);
    });
  });
});

describe('by the keyboard, a reader', () => {
  // Each test finds the study as the last left it.
  const { page: openPage } = sharedApp('wasm', async (page) => {
    await dropFiles(page, 'main', [study]);
    await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
  });
  /** The case once it is corrected and answered: its numbers as shown, and what would name the patient. */
  let before: Analysis;
  let onPage: string[];
  let patient: string;
  let identity: RegExp;
  let file: string;

  it('corrects a slice, moves the remote region and answers every question', { timeout: CASE_MS }, async () => {
    const page = openPage();
    patient = (await page.getByTestId('patient').innerText()).trim();
    expect(patient).not.toBe('');
    await correctSlice(page);
    await moveRemote(page);
    await page.getByTestId('scar-method').selectOption('5SD');
    const questions = [...COVARIATES, ...NUMBER_FACTS].map(({ id }) => id as string).concat(YES_NO_FACTS);
    expect([...(await answerAll(page))].sort()).toEqual(questions.sort());
    await page.locator('.results[aria-busy=false]').waitFor({ timeout: FOLLOW_MS });
    await expect.poll(async () => ((await numbers(page)) as Analysis).survival.missingInputs).toEqual([]);

    before = (await numbers(page)) as Analysis;
    expect(before.survival.applies.yes).toBe(true);
    expect(before.corrections).toMatchObject({ edits: 1, tools: ['brush'] });
    const { series } = (await savedNumbers(page)) as Analysis;
    identity = new RegExp(`${patient}|${series.find(({ chosen }) => chosen)?.description}`);
    onPage = await shown(page.getByRole('main'));
  });

  it('reads bull’s-eye and curve in their tables', async () => {
    await readTables(openPage());
  });

  it('prints the report in Chinese on either paper, and comes back to where it was opened', async () => {
    const page = openPage();
    await press(page, page.getByTestId('language-zh'), 'Shift+Tab');
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(await page.getByTestId('clear').textContent()).toBe('全部清除');
    await press(page, page.getByTestId('view-report'));
    await press(page, page.getByTestId('report-open'));
    expect(await page.getByTestId('report').textContent()).toContain('仅供科研与教学使用，并非医疗器械。');
    const printed = await expectGoodPages(page, page.getByTestId('report'));
    if (await drawsChinese(page)) expect(printed).toContain('瘢痕');
    await press(page, page.getByTestId('close-report'));
    const hasFocus = page.getByTestId('report-open').evaluate((button) => button === document.activeElement);
    expect(await hasFocus).toBe(true);
    await page.getByTestId('language-en').click();
    expect(await shown(page.getByRole('main'))).toEqual(onPage);
  });

  it('prints a report with the page’s numbers, on pages that break well, and with the name only where it is ticked', async () => {
    const page = openPage();
    const report = page.getByTestId('report');
    const text = async (): Promise<string> => (await report.textContent()) ?? '';
    await page.getByTestId('view-report').click();
    await page.getByTestId('report-open').click();
    expect(await text()).toContain('Not a medical device.');
    expect(await text()).not.toMatch(identity);
    for (const sha256 of Object.values(before.models)) expect(await text()).toContain(sha256);
    const measures = await report.getByTestId('report-measures').innerText();
    for (const number of onPage.slice(0, 3)) expect(measures).toContain(number);
    for (const [at, id] of SHOWN.entries()) {
      // The report has both levels of risk, that of the page first.
      if (at >= 3) expect(await textOf(report.getByTestId(id).first()), id).toBe(onPage[at]);
    }
    expect(await report.getByTestId('curve-figure').count(), 'as in MUSIC, and at the contemporary rate').toBe(2);
    expect(await report.getByTestId('report-places').innerText()).toMatch(/a region in each slice, moved by hand/);
    await expectGoodPages(page, report);
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByTestId('print').isVisible()).toBe(false);
    expect(await page.getByTestId('clear').isVisible()).toBe(false);
    expect(await report.getByTestId('curve-figure').first().isVisible()).toBe(true);
    await page.emulateMedia({ media: 'screen' });
    await page.getByTestId('report-identity').check();
    expect(await text()).toContain(patient);
    await page.keyboard.press('Escape');
    expect(await report.count(), 'Esc closes the report').toBe(0);
  });

  it('saves a case without pixels and without the name, whose damaged copy is refused', async () => {
    const page = openPage();
    file = path.join(folder, 'case.scarcast');
    const { bytes } = await savedFile(page, 'save-case');
    writeFileSync(file, bytes);
    const held = unzipSync(bytes);
    expect(Object.keys(held)).toEqual(['manifest.json', 'case.json']);
    expect(strFromU8(held['manifest.json'])).toContain('It holds no pixel of the image. It does not name the patient.');
    expect(strFromU8(held['case.json'])).not.toMatch(identity);

    await page.getByTestId('clear').click();
    const damaged = path.join(folder, 'damaged.scarcast');
    writeFileSync(damaged, bytes.subarray(0, bytes.length / 2));
    await dropFiles(page, 'main', [damaged]);
    await page.getByText('The case file is damaged or cut off').first().waitFor();
  });

  it('opens the case again with the same numbers, and can change nothing that needs the image', async () => {
    const page = openPage();
    await dropFiles(page, 'main', [file]);
    await page.getByTestId('pixels-missing').waitFor({ timeout: CASE_MS });
    expect(await page.getByTestId('saved-case').textContent()).toContain(
      'The file holds no pixels of the image and does not name the patient.',
    );
    await page.getByTestId('status').filter({ hasText: 'Done' }).waitFor({ timeout: CASE_MS });
    expect(await shown(page.getByRole('main'))).toEqual(onPage);
    expect(await numbers(page)).toEqual(before);
    expect(await page.getByTestId('correct').isDisabled()).toBe(true);
    for (const id of ['move-remote', 'remote-reference', 'move-insertion']) {
      expect(await page.getByTestId(id).isDisabled(), id).toBe(true);
    }
    await page.getByTestId('view-scar').click();
    expect(await page.getByTestId('bulls-eye').isVisible()).toBe(true);
  });

  it('compares it with its own file and finds no change', async () => {
    const page = openPage();
    await page.getByTestId('view-compare').click();
    await page.getByTestId('compare-file').setInputFiles(file);
    await page.getByTestId('change-scarG').waitFor();
    expect(await page.getByTestId('change-scarG').getAttribute('data-value')).toBe('0');
    expect(await page.getByTestId('changes').locator('tbody tr').count()).toBe(17);
  });

  it('gives it its image back, and no other', { timeout: CASE_MS }, async () => {
    const page = openPage();
    await dropFiles(page, 'main', [other]);
    await page.getByText('None of these images is the one').first().waitFor({ timeout: CASE_MS });
    expect(await shown(page.getByRole('main'))).toEqual(onPage);

    await dropFiles(page, 'main', [study]);
    await page.getByTestId('pixels-missing').waitFor({ state: 'detached', timeout: CASE_MS });
    await page.getByTestId('status').filter({ hasText: 'Done' }).waitFor({ timeout: CASE_MS });
    expect(await shown(page.getByRole('main'))).toEqual(onPage);
    expect(await numbers(page)).toEqual(before);
    expect(await page.getByTestId('correct').isEnabled()).toBe(true);
  });
});

describe('a comparison', () => {
  it('with another study is made from its images, slice next to slice', { timeout: 2 * CASE_MS }, async () => {
    await withApp('wasm', async ({ page }) => {
      await page.getByTestId('try-demo').click();
      await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
      const onPage = await shown(page.getByRole('main'));
      await page.getByTestId('view-compare').click();
      const compareWith = (name: string, buffer: Buffer): Promise<void> =>
        page.getByTestId('compare-file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });

      await compareWith('notes.txt', Buffer.from('no image'));
      await page
        .getByText('No short-axis stack of late-enhancement images could be chosen')
        .first()
        .waitFor({ timeout: CASE_MS });
      expect(await page.getByTestId('changes').count()).toBe(0);

      await compareWith('study.zip', Buffer.from(phantomZip()));
      await page.getByTestId('changes').waitFor({ timeout: CASE_MS });
      await page.locator('.results[aria-busy=false]').waitFor({ timeout: CASE_MS });
      // The same heart, its pixels rounded to whole numbers.
      for (const id of ['scarG', 'myocardiumG', 'bloodPoolMl']) {
        expect(Math.abs(Number(await value(page, `change-${id}`))), id).toBeLessThan(ROUNDED_PIXELS);
      }
      expect(await page.getByTestId('compared-series').innerText()).toContain('It was segmented just now');
      const captions = page.locator('[data-testid^=compared-] figcaption');
      const before = await captions.allInnerTexts();
      const beside = await settled(page, 'compared-other');
      await page.getByRole('slider', { name: 'Slice', exact: true }).press('ArrowDown');
      await expect.poll(() => captions.allInnerTexts()).not.toEqual(before);
      await expect.poll(() => picture(page, 'compared-other'), { timeout: DRAWN_MS }).not.toBe(beside);
      expect(await shown(page.getByRole('main')), 'the open case is as it was').toEqual(onPage);

      // A slice that is left out here makes a difference that is not the patient's.
      await page.getByTestId('correct').click();
      await page.getByText('This slice', { exact: true }).click();
      await page.getByTestId('exclude-slice').check();
      await page.locator('[data-part=compare]').getByTestId('left-out').filter({ hasText: 'This case' }).waitFor();
      expect(await page.getByTestId('slice-text').innerText()).toMatch(/^Slice \d+ of \d+, left out of the measures/);
      await page.getByTestId('exclude-slice').uncheck();
      await page.locator('[data-part=compare]').getByTestId('left-out').waitFor({ state: 'detached' });
      await page.getByTestId('correct').click();

      // The same heart with the same current answers has the same risk.
      const risks = page.getByTestId('changes').locator('tbody tr').filter({ hasText: 'Net risk within 4 years' });
      const [, otherRisk] = await risks.locator('th, td').allInnerTexts();
      await page.getByTestId('view-answers').click();
      await page.getByRole('textbox', { name: 'Age', exact: true }).fill('80');
      await page.getByTestId('view-compare').click();
      await expect.poll(async () => (await risks.locator('th, td').allInnerTexts())[1]).not.toBe(otherRisk);
      await page.locator('.results[aria-busy=false]').waitFor({ timeout: FOLLOW_MS });
      const [, otherNow, here] = (await risks.locator('th, td').allInnerTexts()).map(parseFloat);
      expect(Math.abs(otherNow - here)).toBeLessThan(SAME_RISK_POINTS);

      // A case file with pixels and name, in a folder.
      await page.getByTestId('view-report').click();
      await page.getByTestId('save-pixels').check();
      const cases = path.join(folder, 'cases');
      mkdirSync(cases, { recursive: true });
      const { bytes } = await savedFile(page, 'save-case');
      expect(strFromU8(unzipSync(bytes)['manifest.json'])).toContain('It holds the pixels of the image.');
      writeFileSync(path.join(cases, 'case.scarcast'), bytes);
      await page.getByTestId('view-compare').click();
      await page.getByRole('button', { name: 'Stop comparing' }).click();
      await page.getByTestId('compare-folder').setInputFiles(cases);
      await page.getByTestId('compared-other').waitFor({ timeout: CASE_MS });
      expect(Number(await value(page, 'change-scarG'))).toBe(0);
    });
  });
});
