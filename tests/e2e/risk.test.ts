/**
 * The views around the curve, as a person uses them with the synthetic demo patient: icons, units, guidelines and scores, what-if, reasons.
 */
import { readFile } from 'node:fs/promises';
import type { Download, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { sharedApp } from './support/app.ts';

/** A whole case on WASM on one busy core. */
const CASE_MS = 120_000;
/** The limit for a changed answer's new curve: milliseconds of work, on a busy core. */
const FOLLOW_MS = 10_000;

async function value(page: Page, testId: string): Promise<number> {
  return Number(await page.getByTestId(testId).getAttribute('data-value'));
}

async function slice(page: Page): Promise<string> {
  return page.getByTestId('slice').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
}

/** A file that can be saved would be there by then. */
const SAVED_MS = 300;
const SAVES = ['json', 'csv', 'mask', 'seg', 'sr', 'fhir', 'case'] as const;

/** Holds back all messages to workers until the returned function is called. */
async function holdWorkers(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    const postMessage = Reflect.get(Worker.prototype, 'postMessage') as (...told: unknown[]) => void;
    const held: (() => void)[] = [];
    Worker.prototype.postMessage = function (this: Worker, ...told: unknown[]): void {
      held.push(() => void Reflect.apply(postMessage, this, told));
    };
    Object.assign(globalThis, {
      letGo() {
        Worker.prototype.postMessage = postMessage;
        for (const tell of held) tell();
      },
    });
  });
  return () => page.evaluate(() => (globalThis as unknown as { letGo: () => void }).letGo());
}

/** While an answer's curve has not come, nothing of the curve before it can be printed, copied, saved or exported. */
async function givesAwayNothingStale(page: Page): Promise<void> {
  const shownRisks = (): Promise<number> =>
    page.locator('[data-testid^=risk-]').evaluateAll((all) => all.filter((one) => one.checkVisibility()).length);
  const downloads: Download[] = [];
  page.on('download', (one) => downloads.push(one));
  const letGo = await holdWorkers(page);
  await page.getByTestId('view-answers').click();
  await page.getByRole('textbox', { name: 'Age', exact: true }).fill('88');
  await page.getByTestId('view-risk').click();
  const stale = await value(page, 'risk-covariates-4');
  expect(await page.getByTestId('copy-result').isDisabled()).toBe(true);
  expect(await shownRisks(), 'on the screen they are paler').toBeGreaterThan(0);
  await page.emulateMedia({ media: 'print' });
  expect(await shownRisks(), 'printed by the browser’s own key').toBe(0);
  expect(await page.getByTestId('unsettled').first().isVisible()).toBe(true);
  await page.emulateMedia({ media: 'screen' });
  await page.getByTestId('view-report').click();
  await page.getByTestId('report-open').click();
  expect(await page.getByTestId('print').isDisabled()).toBe(true);
  await page.emulateMedia({ media: 'print' });
  expect(await shownRisks(), 'printed as a report').toBe(0);
  await page.emulateMedia({ media: 'screen' });
  const slices = await page.getByTestId('report').locator('figcaption').allTextContents();
  expect(slices.filter((text) => text.includes('(synthetic)')).length, 'each slice may be cut out').toBeGreaterThan(0);
  await page.getByTestId('close-report').click();
  for (const kind of SAVES) await page.getByTestId(`save-${kind}`).click();
  await page.waitForTimeout(SAVED_MS);
  expect(downloads.map((one) => one.suggestedFilename())).toEqual([]);
  await letGo();
  await expect.poll(() => downloads.length, { timeout: FOLLOW_MS }).toBe(SAVES.length);
  const now = await value(page, 'risk-covariates-4');
  expect(now).not.toBe(stale);
  const numbers = downloads.find((one) => one.suggestedFilename().includes('numbers'));
  const saved: unknown = JSON.parse(await readFile((await numbers?.path()) ?? '', 'utf8'));
  expect(saved).toHaveProperty('survival.atRate.heartFailure.covariates.risk.4', now);
}

describe('with the curve', () => {
  // Each test finds the patient as the last left it.
  const { page: openPage } = sharedApp('wasm', async (page) => {
    await page.getByTestId('try-demo').click();
    await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
  });
  const text = (testId: string): Promise<string | null> => openPage().getByTestId(testId).textContent();

  it('100 icons add up to the risk of the covariates, and there are none for what is simulated', async () => {
    const page = openPage();
    expect(await page.locator('[data-testid^=icons-fused]').count()).toBe(0);
    for (const year of ['1', '4', '10']) {
      const counts = (await page.getByTestId(`icons-covariates-${year}`).getAttribute('data-value')) ?? '';
      const [sudden, other, alive] = counts.split(' ').map(Number);
      expect(sudden + other + alive, `${year} years: ${counts}`).toBe(100);
      expect(Math.abs(sudden - 100 * (await value(page, `crude-covariates-${year}`)))).toBeLessThan(1);
    }
    expect(await text('percentile')).toMatch(/MUSIC.*ischaemic/);
  });

  it('a score takes an answer in another laboratory’s unit', async () => {
    const page = openPage();
    await page.getByTestId('view-answers').click();
    // 221 µmol/L are 2.5 mg/dL.
    await page.getByRole('combobox', { name: 'Unit of Serum creatinine' }).selectOption('µmol/L');
    await page.getByRole('textbox', { name: 'Serum creatinine', exact: true }).fill('222');
    expect(await text('score-madit2')).toContain('Renal failure');
  });

  it('a guideline’s criterion is open until what would close it is answered', async () => {
    const page = openPage();
    await page.getByRole('combobox', { name: 'NYHA class', exact: true }).selectOption('II');
    expect(await text('guideline-aha2017-lvef35'), 'when it was revascularised is not answered').toBe('open');
    for (const [question, answer] of [
      ['Revascularised', 'No'],
      ['Guideline treatment for three months', 'Yes'],
    ]) {
      await page.getByRole('radiogroup', { name: question }).getByRole('radio', { name: answer, exact: true }).check();
    }
    expect(await text('guideline-aha2017-lvef35')).toBe('met');
  });

  it('other answers can be tried, and leave the patient as it was', async () => {
    const page = openPage();
    const before = await value(page, 'risk-covariates-4');
    await page.getByTestId('view-why').click();
    const whatIf = page.getByTestId('what-if');
    await whatIf.getByText('Try other answers').focus();
    await page.keyboard.press('Enter');
    expect(await whatIf.getByText('not the effect of a treatment').isVisible()).toBe(true);
    expect(await whatIf.getByText('Digoxin').isVisible(), 'drugs are opened on purpose').toBe(false);
    await whatIf.getByRole('slider', { name: 'LVEF, not from CMR' }).focus();
    await page.keyboard.press('Home');
    await expect.poll(() => value(page, 'tried-covariates'), { timeout: FOLLOW_MS }).not.toBe(before);
    expect(await value(page, 'risk-covariates-4')).toBe(before);
    await whatIf.getByRole('button', { name: 'As answered' }).click();
    await expect.poll(() => value(page, 'tried-covariates'), { timeout: FOLLOW_MS }).toBe(before);
  });

  it('the image shows where the network looks, and no more when it is put away', async () => {
    const page = openPage();
    const bare = await slice(page);
    await page.getByTestId('attention').click();
    await expect.poll(() => slice(page)).not.toBe(bare);
    await page.getByTestId('attention').click();
    await expect.poll(() => slice(page)).toBe(bare);
  });

  it('an answer that is unknown is no reason', async () => {
    const page = openPage();
    expect(await page.getByTestId('effect-age').count()).toBe(1);
    await page.getByTestId('view-answers').click();
    await page.getByRole('textbox', { name: 'Age', exact: true }).fill('');
    await page.locator('#age-note').filter({ hasText: 'Unknown' }).waitFor({ timeout: FOLLOW_MS });
    expect(await page.getByTestId('effect-age').count()).toBe(0);
  });

  it('nothing of a curve that has not come can be printed, copied, saved or exported', async () => {
    await givesAwayNothingStale(openPage());
  });

  it('a part of the case that cannot be drawn takes all of it away: half of it would pass for another patient', async () => {
    const page = openPage();
    await page.getByTestId('view-answers').click();
    await page.evaluate(() => {
      Number.prototype.toFixed = () => {
        throw new TypeError('Muster');
      };
    });
    await page.getByRole('textbox', { name: 'Age', exact: true }).fill('71');
    await page.getByTestId('try-demo').waitFor({ timeout: FOLLOW_MS });
    expect(await page.getByTestId('curve').count()).toBe(0);
    const left = await page.locator('body').innerText();
    expect(left).toContain('TypeError');
    expect(left, 'the words of an error may quote a patient').not.toContain('Muster');
  });
});
