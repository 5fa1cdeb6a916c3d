/**
 * Every view and dialog, in both languages and themes: axe finds nothing, the rendered page is valid HTML, and nothing is cut off or
 * scrolls sideways at any width.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults, RunOptions } from 'axe-core';
import { HtmlValidate } from 'html-validate';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { READ_SEGMENTS, writeResult, type HeartAnswer } from '../../src/pipeline/teaching/readingSet.ts';
import { withApp } from './support/app.ts';
import { dropFiles } from './support/dropFiles.ts';
import { layoutFlaws } from './support/layout.ts';
import { leaveCopy } from './support/privateStorage.ts';
import { bareNiftis, demoMask, phantomZip } from './support/phantomStudy.ts';

const CASE_MS = 120_000;
const LAPTOP = { width: 1366, height: 768 } as const;
/** The strip of slices, tables of many columns that are folded away or in the cohort and teaching rooms, and words at a scale. */
const MAY_SCROLL = '.strip, .scale, :is(details, main:not(.case, [data-testid=report])) div:has(> table)';
const NO_IMAGE = fileURLToPath(new URL('../../package.json', import.meta.url));

/** Patients like MUSIC's, with a row that is left out, a value beyond its limits and sexes without a stated meaning. */
const COHORT = Buffer.from(
  ['id,years,status,age,sex,lvef,nyha,hf,ischaemic']
    .concat(
      Array.from({ length: 180 }, (_, k) => {
        const status = k === 3 ? 'lost' : k % 2 === 0 ? 'scd' : 'alive';
        return [k, 1 + (k % 5), status, 50 + (k % 45), 1 + (k % 2), 20 + (k % 45), 2, 1, 1].join();
      }),
    )
    .join('\n'),
);

/** The seed of a code for one heart. */
function resultsOfThree(code: string): { name: string; mimeType: string; buffer: Buffer }[] {
  const answer: HeartAnswer = {
    pattern: 'infarct',
    territory: 'LAD',
    quarters: Array.from({ length: READ_SEGMENTS }, () => 1 as const),
    scarMl: 12,
    drawn: null,
    artefact: 'none',
    seconds: 40,
  };
  return ['', 'A. Reader', '李医生'].map((reader, i) => ({
    name: `${i}.result.json`,
    mimeType: 'application/json',
    buffer: Buffer.from(writeResult(code, reader, [answer])),
  }));
}

const AXE: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
  // The build's own style sheet need not be fetched.
  preload: false,
};

/** Rules for the rendered tree, not for a source file. */
const HTML = new HtmlValidate({
  root: true,
  extends: ['html-validate:recommended', 'html-validate:a11y'],
  rules: {
    // Inline styles are set through the CSSOM: the policy forbids the other kind.
    'no-inline-style': 'off',
    // A browser serialises a tree like this.
    'attribute-boolean-style': 'off',
    'attribute-empty-style': 'off',
    'doctype-style': 'off',
    'no-trailing-whitespace': 'off',
    'void-style': 'off',
    // The page sends nothing: its one form is read while it is filled in, and no button in it can submit.
    'no-implicit-button-type': 'off',
    'wcag/h32': 'off',
    // The bull's-eye is a list of choices that no <select> could draw.
    'prefer-native-element': ['error', { exclude: ['listbox'] }],
  },
});

/** Of a view that was looked at in another theme: the same elements, in other colours. */
const AXE_OF_COLOURS: RunOptions = {
  ...AXE,
  runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
};

async function axeFlaws(page: Page, options: RunOptions): Promise<string[]> {
  const { violations } = await page.evaluate(
    (asked) => (globalThis as unknown as { axe: { run(o: RunOptions): Promise<AxeResults> } }).axe.run(asked),
    options,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `axe ${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  );
}

async function htmlFlaws(page: Page): Promise<string[]> {
  const { results } = await HTML.validateString(await page.content());
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, selector }) => `html ${ruleId}: ${message} (${selector ?? ''})`),
  );
}

/**
 * Words do not change colours: each language is checked in one theme, at the width of a projector or a tablet, and of a phone. At the end
 * the first language is chosen again.
 */
const LOOKS = [
  ['zh', 'dark', [1280, 390]],
  ['en', 'light', [820, 390]],
] as const;

async function look(page: Page, view: string, found: Record<string, string[]>): Promise<void> {
  // A control that is scrolled half under the contents, which stay in sight, is not a small target.
  await page.evaluate(() => {
    for (const one of document.querySelectorAll('*')) if (one.scrollTop > 0) one.scrollTop = 0;
  });
  for (const [language, colorScheme, widths] of LOOKS) {
    await page.getByTestId(`language-${language}`).evaluate((button: HTMLElement) => button.click());
    await page.emulateMedia({ colorScheme });
    const where = `${view} ${language} ${colorScheme}`;
    const note = (flaws: readonly string[], width: number): void => {
      for (const flaw of flaws) (found[flaw] ??= []).push(`${where} ${width}`);
    };
    note(await axeFlaws(page, colorScheme === 'light' ? AXE : AXE_OF_COLOURS), LAPTOP.width);
    for (const width of widths) {
      await page.setViewportSize({ ...LAPTOP, width });
      // The image follows its box a frame later.
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      note(await layoutFlaws(page, MAY_SCROLL), width);
    }
    await page.setViewportSize(LAPTOP);
  }
  // Elements and attributes are the same in every language.
  for (const flaw of await htmlFlaws(page)) (found[flaw] ??= []).push(view);
}

async function prepare(page: Page): Promise<void> {
  const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  await page.evaluate(await readFile(axe, 'utf8'));
  // Anything that fades in is checked once it is fully visible.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.setViewportSize(LAPTOP);
}

describe('every view', () => {
  it('of the rooms of cohorts and of teaching is clean too', async () => {
    await withApp('wasm', async ({ page }) => {
      const found: Record<string, string[]> = {};
      await prepare(page);
      await page.getByTestId('room-cohort').click();
      await page.getByTestId('cohort-file').setInputFiles({ name: 'cohort.csv', mimeType: 'text/csv', buffer: COHORT });
      await page.getByTestId('cohort-run').click();
      await page.getByTestId('cohort-result').waitFor({ timeout: CASE_MS });
      await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
      await page.getByTestId('made-by').fill('A hospital');
      await page.getByTestId('made-on').fill('today');
      await page.getByTestId('recalibrate').click();
      await page.getByTestId('calibration').waitFor({ timeout: CASE_MS });
      await page.getByTestId('refit').click();
      await page.getByTestId('refit-figures').waitFor({ timeout: CASE_MS });
      await look(page, 'a calibrated and refitted cohort', found);
      await page.getByTestId('cohort-report-open').click();
      await page.getByTestId('thirds-plot').waitFor();
      await look(page, 'the report of a cohort', found);
      await page.getByTestId('close-cohort-report').click();
      const folder = mkdtempSync(path.join(tmpdir(), 'scarcast-a11y-'));
      for (const study of ['1', 'other']) {
        mkdirSync(path.join(folder, study));
        copyFileSync(NO_IMAGE, path.join(folder, study, 'package.json'));
      }
      await page.getByTestId('cohort-folder').setInputFiles(folder);
      rmSync(folder, { recursive: true });
      await page.getByTestId('study-rows').waitFor();
      await look(page, 'a cohort', found);

      await page.getByTestId('room-teach').click();
      await page.locator('[data-testid=follow][data-fresh=true]').waitFor({ timeout: CASE_MS });
      await look(page, 'the teaching heart', found);
      await page.getByTestId('view-law').click();
      await page.locator('#law-title').waitFor();
      await page.getByTestId('knobs-scan').click();
      await look(page, 'the law and the knobs of the scan', found);
      await page.getByTestId('present').click();
      await page.getByTestId('law-plot').waitFor();
      await look(page, 'a heart as it is presented', found);
      await page.getByTestId('present-leave').click();
      await page.getByTestId('view-truth').click();
      await page.getByTestId('truth-table').waitFor();
      await look(page, 'truth and measurement', found);
      await page.getByTestId('tab-lessons').click();
      await page.getByTestId('lesson-nulling').waitFor();
      await look(page, 'the lessons', found);
      await page.getByTestId('lesson-doubt').click();
      await page.locator('[data-testid=follow][data-fresh=true]').waitFor({ timeout: CASE_MS });
      await look(page, 'a question of a lesson', found);
      await page.getByTestId('option-1').click();
      await page.getByTestId('lesson-next').click();
      await page.getByTestId('null-it').waitFor();
      await look(page, 'a step of a lesson that is done by a knob', found);
      await page.getByTestId('tab-blind').click();
      await page.getByTestId('blind-count').fill('1');
      await page.getByTestId('make-code').click();
      const code = await page.getByTestId('blind-code').inputValue();
      await look(page, 'blind reading', found);
      await page.getByTestId('blind-begin').click();
      await page.getByTestId('say-infarct').click();
      await look(page, 'a heart read blind', found);
      await page.getByTestId('blind-next').click();
      await page.getByTestId('agreement').waitFor({ timeout: CASE_MS });
      await look(page, 'answers next to the truth', found);
      await page.getByTestId('result-files').setInputFiles(resultsOfThree(code));
      await page.locator('[data-testid=agreement] tbody tr').nth(3).waitFor();
      await look(page, 'a class', found);
      expect(found).toEqual({});
    });
  });

  it('is clean to axe and html-validate, in both languages and themes', async () => {
    await withApp('wasm', async ({ page }) => {
      const found: Record<string, string[]> = {};
      await leaveCopy(page);
      await page.reload();
      await prepare(page);

      await page.getByTestId('delete-copy').waitFor();
      await look(page, 'the empty page, with a copy that a tab left', found);
      await page.getByTestId('delete-copy').click();
      await dropFiles(page, 'main', [NO_IMAGE]);
      await page.getByTestId('refused').waitFor({ timeout: CASE_MS });
      await look(page, 'files that were refused', found);
      await page.locator('input[type=file]').first().setInputFiles(bareNiftis());
      await page.getByTestId('mask-offer').waitFor({ timeout: CASE_MS });
      await look(page, 'lengths that are asked for, and a mask that is offered', found);

      await page.getByTestId('demo').click();
      await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
      await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
      await look(page, 'the summary', found);
      await page.getByTestId('view-scar').click();
      await page.getByTestId('move-remote').click();
      await page.getByTestId('segment-1').click();
      await page.locator('input[type=file]').first().setInputFiles(demoMask());
      await page.getByTestId('compare-mask').last().click();
      await page.getByTestId('mask-table').waitFor({ timeout: CASE_MS });
      // Every view of the case at once.
      const showAll = (all: boolean): Promise<void> =>
        page.evaluate((shown) => {
          for (const view of document.querySelectorAll<HTMLElement>('[data-part]'))
            view.hidden = !shown && view.dataset.part !== 'scar';
        }, all);
      await showAll(true);
      await look(page, 'a case', found);

      await showAll(false);
      await page.getByTestId('move-insertion').click();
      await page.getByTestId('correct').click();
      await page.getByTestId('hand-brush').click();
      await look(page, 'the correction', found);
      await page.getByTestId('correct').click();

      await page.getByTestId('solid-button').click();
      await page.getByTestId('solid').waitFor();
      await look(page, 'wall and scar in 3-D', found);

      await page.getByTestId('keys').click();
      await look(page, 'the sheet of keys', found);
      await page.keyboard.press('Escape');
      await page.getByTestId('cards').click();
      await look(page, 'the cards of the models', found);
      await page.keyboard.press('Escape');
      await page.getByTestId('requests').click();
      await look(page, 'the list of requests', found);
      await page.keyboard.press('Escape');

      const savedCase = async (): Promise<string> => {
        const download = page.waitForEvent('download');
        await page.getByTestId('save-case').click();
        return (await download).path();
      };
      await page.getByTestId('view-report').click();
      const file = await savedCase();
      await page.getByTestId('save-pixels').check();
      const withPixels = await savedCase();
      await page.getByTestId('view-compare').click();
      await page.getByTestId('compare-file').setInputFiles({
        name: 'case.scarcast',
        mimeType: 'application/zip',
        buffer: await readFile(withPixels),
      });
      await page.getByTestId('compared-other').waitFor();
      await look(page, 'a comparison', found);

      await page.getByTestId('view-report').click();
      await page.getByTestId('report-open').click();
      await look(page, 'the report', found);
      await page.getByTestId('close-report').click();

      await page.getByTestId('view-summary').click();
      const icd = page.locator('[data-part=summary]').getByRole('radiogroup', { name: 'Defibrillator in place' });
      await icd.getByRole('radio', { name: 'Yes' }).check();
      await page.getByTestId('not-applicable').waitFor({ timeout: CASE_MS });
      await look(page, 'a result that does not apply', found);

      await page.getByTestId('clear').click();
      const named = path.join(mkdtempSync(path.join(tmpdir(), 'scarcast-axe-')), 'case.scarcast');
      copyFileSync(file, named);
      await dropFiles(page, 'main', [named]);
      await page.getByTestId('pixels-missing').waitFor({ timeout: CASE_MS });
      // Until then the numbers are pale.
      await page.getByTestId('status').filter({ hasText: 'Done' }).waitFor({ timeout: CASE_MS });
      await look(page, 'a case without its pixels', found);
      rmSync(path.dirname(named), { recursive: true });

      await page.getByTestId('clear').click();
      const study = { name: 'study.zip', mimeType: 'application/zip', buffer: Buffer.from(phantomZip()) };
      await page.locator('input[type=file]').first().setInputFiles(study);
      await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
      await page.getByTestId('side-by-side').click();
      await page.getByText('Display', { exact: true }).click();
      await look(page, 'both images of a scan, with their greys', found);
      expect(found).toEqual({});
    });
  });
});
