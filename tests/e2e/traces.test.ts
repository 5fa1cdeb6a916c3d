/**
 * What a case leaves behind where the page cannot clean up: in the browser's profile on the disk, in what is kept for the Back button, in
 * addresses of saved files. It runs in a normal profile with everything that a person's browser has turned on, and in Firefox too.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import puppeteer from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFirefox } from '../../scripts/findFirefox.ts';
import { serve, type Served } from '../../scripts/serve.ts';
import { readCaseFile, writeCaseFile } from '../../src/pipeline/saving/caseFile.ts';
import { memoryFile } from '../../src/pipeline/reading/study.ts';
import { serveBuild } from './support/app.ts';
import { launchProfile } from './support/browser.ts';
import { leaveCopy, storedCopies } from './support/privateStorage.ts';
import { wordsIn } from './support/profile.ts';

const CASE_MS = 60_000;
/** Chromium writes the content of a page some seconds after it changed. */
const WRITTEN_MS = 20_000;
const FIREFOX = findFirefox();

/** For a page that forbids nothing: what a browser keeps of it shows that the test would find it. */
const OPEN_PAGE =
  '<!doctype html><title>Open</title><link rel="preconnect" href="https://early.test"><link rel="dns-prefetch" href="//asked.test"><input id="text"><select id="list"><option>one</option><option>two-kept</option></select>';
const KEPT = ['61.7315', 'two-kept'];
/** The patient's name in the case file. */
const NAME = 'Muster^Maerta';
/** The text typed into each text field. */
const TYPED = '37.6251';
/** How Firefox begins the saved content of a page's controls. */
const controlsOf = (url: string): string => `"formdata":{"url":"${url}"`;

let folder: string;
let caseFile: string;
let openSite: Served;
let app: Served;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scarcast-traces-'));
  writeFileSync(join(folder, 'index.html'), OPEN_PAGE);
  const saved = await readCaseFile(memoryFile('case', readFileSync('tests/golden/case-0.1.0.scarcast')));
  caseFile = join(folder, 'case.scarcast');
  writeFileSync(
    caseFile,
    writeCaseFile({ ...saved, patient: NAME }, { pixels: false, identity: true, about: 'names a patient' }),
  );
  openSite = await serve(folder, { port: 0, base: '/' });
  app = await serveBuild();
});

afterAll(async () => {
  await openSite.close();
  await app.close();
  rmSync(folder, { recursive: true });
});

/** Runs in the page: answers everything, in the form and outside of it. Returns the controls that belong to no form that forbids saving. */
function fillAll(typed: string): string[] {
  document.querySelectorAll('details').forEach((details) => (details.open = true));
  const kept: string[] = [];
  for (const control of document.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input, select, textarea')) {
    if (control.form?.autocomplete !== 'off') kept.push(control.outerHTML.slice(0, 120));
    if (control.disabled || control.type === 'file') continue;
    if (control instanceof HTMLSelectElement) control.selectedIndex = control.options.length - 1;
    else if (control.type === 'radio' || control.type === 'checkbox') control.checked = true;
    else if (control.type === 'range') control.value = control.max;
    else control.value = typed;
    for (const type of ['input', 'change']) control.dispatchEvent(new Event(type, { bubbles: true }));
  }
  return kept;
}

describe('a normal Chromium, with its page cache on', () => {
  it('has nothing of a case on the disk, in what Back shows, nor in addresses of what was saved', async () => {
    const profile = join(folder, 'chromium');
    const context = await launchProfile(profile);
    const control = await context.newPage();
    await control.goto(openSite.url);
    await control.fill('#text', KEPT[0]);
    await control.selectOption('#list', KEPT[1]);

    const page = await context.newPage();
    await page.addInitScript(() => {
      const live = new Map<string, string>();
      const [createObjectURL, revokeObjectURL] = [URL.createObjectURL.bind(URL), URL.revokeObjectURL.bind(URL)];
      URL.createObjectURL = (blob: Blob) => {
        const url = createObjectURL(blob);
        live.set(url, blob.type);
        return url;
      };
      URL.revokeObjectURL = (url) => {
        live.delete(url);
        revokeObjectURL(url);
      };
      Object.assign(globalThis, { live });
      window.addEventListener('pageshow', ({ persisted }) => Object.assign(globalThis, { persisted }));
    });
    const open = async (): Promise<void> => {
      await page.locator('input[type=file]').first().setInputFiles(caseFile);
      await page.getByTestId('patient').filter({ hasText: 'Muster' }).waitFor({ state: 'attached', timeout: CASE_MS });
      await page.getByTestId('covariates').locator('input').last().waitFor({ state: 'attached' });
    };
    await page.goto(app.url);
    await open();

    // A saved file has no address a second later.
    await page.getByTestId('view-report').click();
    const download = page.waitForEvent('download');
    await page.getByTestId('save-csv').click();
    await (await download).path();
    await expect
      .poll(() => page.evaluate(() => [...(globalThis as unknown as { live: Map<string, string> }).live.values()]))
      .not.toContain('text/csv');

    // On return from another site, the page that was kept has no case.
    await page.goto(openSite.url);
    await page.goBack({ waitUntil: 'commit' });
    await page.getByTestId('try-demo').waitFor();
    expect(await page.evaluate('persisted')).toBe(true);
    expect(await page.locator('body').innerText()).not.toContain('Muster');

    await open();
    expect(await page.evaluate(fillAll, TYPED)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.translate)).toBe(false);
    await expect.poll(() => wordsIn(profile, KEPT), { timeout: WRITTEN_MS }).toEqual(KEPT);
    await page.getByTestId('clear').click();
    // As long again as the other page took to be written.
    await wait(4000);
    const session = await context.newCDPSession(page);
    const closed = context.waitForEvent('close');
    await session.send('Browser.crash').catch(() => undefined);
    await closed;
    expect(wordsIn(profile, [TYPED, NAME, 'Muster'])).toEqual([]);
  }, 120_000);
});

describe('a copy of a case in the browser', () => {
  it('is there where its reader ticked it, until the case is closed; of a crashed tab it is offered, opened once or deleted', async () => {
    const profile = join(folder, 'copies');
    const start = async (): Promise<Page> => {
      const page = await (await launchProfile(profile)).newPage();
      await page.goto(app.url);
      await page.getByTestId('try-demo').waitFor();
      return page;
    };
    const keepCopy = async (page: Page): Promise<void> => {
      await page.locator('input[type=file]').first().setInputFiles(caseFile);
      await page.getByTestId('patient').filter({ hasText: 'Muster' }).waitFor({ state: 'attached', timeout: CASE_MS });
      await page.getByTestId('view-report').click();
      expect(await page.getByTestId('keep-copy').isChecked(), 'each case asks anew').toBe(false);
      await page.getByTestId('keep-copy').check();
      await page.getByTestId('copied').filter({ hasText: 'renewed' }).waitFor();
    };
    const left = (page: Page): Promise<number> => page.getByTestId('open-copy').count();

    const first = await start();
    await keepCopy(first);
    await first.getByTestId('keep-copy').uncheck();
    await expect.poll(() => storedCopies(first), { timeout: WRITTEN_MS }).toEqual([]);
    await first.getByTestId('keep-copy').check();
    await first.getByTestId('impression').fill('Kept words');
    const kept = async (): Promise<string | undefined> => (await storedCopies(first)).at(0)?.['case.json'];
    await expect.poll(kept, { timeout: WRITTEN_MS }).toContain('Kept words');
    const beside = await first.context().newPage();
    await beside.goto(app.url);
    await beside.getByTestId('try-demo').waitFor();
    expect(await left(beside), 'the copy of a tab that is open is not offered to another').toBe(0);
    expect((await storedCopies(beside)).length).toBe(1);
    const session = await first.context().newCDPSession(first);
    const closed = first.context().waitForEvent('close');
    await session.send('Browser.crash').catch(() => undefined);
    await closed;

    const second = await start();
    await second.getByTestId('open-copy').click();
    await second.getByTestId('pixels-missing').waitFor({ timeout: CASE_MS });
    expect(await second.locator('body').innerText()).not.toContain('Muster');
    await second.getByTestId('view-report').click();
    expect(await second.getByTestId('impression').inputValue()).toBe('Kept words');
    expect(await second.getByTestId('keep-copy').isChecked()).toBe(false);
    await expect.poll(() => storedCopies(second), { timeout: WRITTEN_MS }).toEqual([]);
    await second.getByTestId('clear').click();
    await second.getByTestId('take-back').waitFor();

    // A copy that another tab left is deleted with everything else.
    await leaveCopy(second);
    await second.reload();
    await second.getByTestId('open-copy').waitFor();
    await second.getByTestId('clear').click();
    await second.getByTestId('open-copy').waitFor({ state: 'detached' });
    expect(await storedCopies(second)).toEqual([]);

    // A page that is left takes its copy with it.
    await keepCopy(second);
    await second.goto(openSite.url);
    await second.goto(app.url);
    await second.getByTestId('try-demo').waitFor();
    expect([await left(second), await storedCopies(second)]).toEqual([0, []]);
    await second.context().close();
  }, 120_000);
});

/** Hosts in a browser's network log: those that were looked up, connected to in advance, or requested. */
const hostsIn = (log: string): string[] => [
  ...new Set([...log.matchAll(/"host":"(?:https?:\/\/)?([^":]+)/g)].map(([, host]) => host)),
];
/** The browser's own requests to its maker. */
const MAKERS = /(^|\.)(google|googleapis|gstatic)\.com$/;

describe('a normal Chromium', () => {
  it('looks up no name and connects nowhere ahead for the page, as it does for one that asks for it', async () => {
    const visit = async (name: string, url: string, work: (page: Page) => Promise<void>): Promise<string[]> => {
      const log = join(folder, `${name}.json`);
      const context = await launchProfile(join(folder, name), [`--log-net-log=${log}`]);
      const page = await context.newPage();
      await page.goto(url);
      await work(page);
      await context.close();
      return hostsIn(readFileSync(log, 'utf8')).filter((host) => !MAKERS.test(host));
    };
    const theirs = await visit('asks', openSite.url, () => wait(2000));
    expect(theirs.sort()).toEqual(['127.0.0.1', 'asked.test', 'early.test']);
    const ours = await visit('asks-not', app.url, async (page) => {
      await page.locator('input[type=file]').first().setInputFiles(caseFile);
      await page.getByTestId('patient').filter({ hasText: 'Muster' }).waitFor({ state: 'attached', timeout: CASE_MS });
      await page.getByTestId('covariates').locator('input').last().waitFor({ state: 'attached' });
      await page.evaluate(fillAll, TYPED);
      await wait(2000);
    });
    expect(ours).toEqual(['127.0.0.1']);
  }, 120_000);
});

describe.skipIf(FIREFOX === null)(
  FIREFOX ? 'Firefox' : 'Firefox (install firefox-esr, or name one in FIREFOX_PATH)',
  () => {
    it('has nothing of a case on the disk', async () => {
      const profile = join(folder, 'firefox');
      const browser = await puppeteer.launch({
        browser: 'firefox',
        executablePath: FIREFOX ?? '',
        headless: true,
        userDataDir: profile,
        extraPrefsFirefox: {
          'browser.sessionstore.interval': 1000,
          'browser.sessionstore.resume_from_crash': true,
          'browser.startup.page': 3,
        },
      });
      const control = await browser.newPage();
      await control.goto(openSite.url);
      await control.type('#text', KEPT[0]);
      await control.select('#list', KEPT[1]);
      const page = await browser.newPage();
      await page.goto(app.url);
      const picker = await page.waitForSelector('input[type=file]:not([webkitdirectory])');
      await picker?.uploadFile(caseFile);
      await page.waitForSelector('#lvef', { timeout: CASE_MS });
      expect(await page.evaluate(fillAll, TYPED)).toEqual([]);
      const theirs = [...KEPT, controlsOf(openSite.url)];
      await expect.poll(() => wordsIn(profile, theirs), { timeout: WRITTEN_MS }).toEqual(theirs);
      // As long again as the other page took to be written.
      await wait(4000);
      browser.process()?.kill('SIGKILL');
      expect(wordsIn(profile, [TYPED, NAME, 'Muster', controlsOf(app.url)])).toEqual([]);
    }, 120_000);
  },
);
