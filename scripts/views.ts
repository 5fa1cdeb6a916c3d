/** `npm run views`: a picture of every view at the widths that the page is read at, light and dark, for the eyes. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { chromium, type Page } from 'playwright-core';
import { demoPatient } from '../src/core/phantom/demoPatient.ts';
import { dicomStudy } from '../src/core/phantom/dicomStudy.ts';
import { findChromium } from './findChromium.ts';
import { serve } from './serve.ts';

const CASE_MS = 120_000;
const DRAWN_MS = 300;
/** Until the hearts of the empty page are drawn, or an image that was just read. */
const STARTED_MS = 5000;
const FOLDER = fileURLToPath(new URL('../dist-views/', import.meta.url));

const LAPTOP = { width: 1366, height: 768 } as const;
const PROJECTOR = { width: 1280, height: 720 } as const;
const TABLET = { width: 820, height: 1180 } as const;
const PHONE = { width: 390, height: 844 } as const;
const SIZES = { en: [LAPTOP, PROJECTOR, TABLET, PHONE], zh: [LAPTOP, PHONE] } as const;

/** A window so high that nothing of a view scrolls, as far as a picture can be read. */
const HIGHEST = 6000;

/** The demo heart as a study in a zip: all of it, or the series of one description. */
const study = (description: string): { name: string; mimeType: string; buffer: Buffer } => {
  const { volume, zero } = demoPatient();
  const files = dicomStudy(volume, { seed: 1, zero }).filter(({ bytes }) => Buffer.from(bytes).includes(description));
  const entries = Object.fromEntries(files.map(({ path, bytes }) => [path, bytes]));
  return { name: 'study.zip', mimeType: 'application/zip', buffer: Buffer.from(zipSync(entries)) };
};

/** Patients as a register has them. */
const COHORT = [
  'id,years,status,age,sex,lvef,nyha,hf,ischaemic',
  ...Array.from({ length: 180 }, (_, k) =>
    [k, 1 + (k % 5), k % 2 === 0 ? 'scd' : 'alive', 50 + (k % 45), 1 + (k % 2), 20 + (k % 45), 2, 1, 1].join(),
  ),
].join('\n');

const click = (page: Page, testId: string): Promise<void> => page.getByTestId(testId).first().click();
const see = (page: Page, testId: string): Promise<void> =>
  page.getByTestId(testId).first().waitFor({ timeout: CASE_MS });
const openDemo = async (page: Page): Promise<void> => {
  await click(page, 'demo');
  await see(page, 'curve');
};
const settled = (page: Page): Promise<void> => page.locator('.results[aria-busy=false]').waitFor({ timeout: CASE_MS });
const followed = (page: Page): Promise<void> =>
  page.locator('[data-testid=follow][data-fresh=true]').waitFor({ timeout: CASE_MS });

/** Each from where the one before it left the page, on a laptop. */
const VIEWS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  start: async (page) => {
    await see(page, 'try-demo');
    await page.waitForTimeout(STARTED_MS);
  },
  refused: async (page) => {
    const text = { name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('no image') };
    await page.locator('input[type=file]').first().setInputFiles(text);
    await see(page, 'refused');
  },
  'choose-a-series': async (page) => {
    await page.locator('input[type=file]').first().setInputFiles(study('cine_sax'));
    await see(page, 'others');
  },
  'no-answers': async (page) => {
    await page.locator('input[type=file]').first().setInputFiles(study(''));
    await see(page, 'curve');
    await settled(page);
    await page.waitForTimeout(STARTED_MS);
  },
  'study-of-files': (page) => click(page, 'view-study'),
  summary: openDemo,
  scar: (page) => click(page, 'view-scar'),
  risk: (page) => click(page, 'view-risk'),
  answers: (page) => click(page, 'view-answers'),
  why: (page) => click(page, 'view-why'),
  guidelines: (page) => click(page, 'view-guidelines'),
  compare: async (page) => {
    await click(page, 'view-compare');
    await page.getByTestId('compare-file').setInputFiles(study(''));
    await see(page, 'changes');
    await settled(page);
  },
  save: (page) => click(page, 'view-report'),
  study: (page) => click(page, 'view-study'),
  correction: async (page) => {
    await click(page, 'view-scar');
    await click(page, 'correct');
    await click(page, 'hand-brush');
  },
  report: async (page) => {
    await click(page, 'correct');
    await click(page, 'view-report');
    await page.getByTestId('impression').fill('Transmural scar of the anterior wall, no thrombus seen.');
    await page.getByTestId('signer').fill('A. B.');
    await click(page, 'sign');
    await click(page, 'report-open');
    await see(page, 'report');
  },
  'does-not-apply': async (page) => {
    await click(page, 'close-report');
    await click(page, 'view-answers');
    await page.locator('#daysSinceInfarct').fill('20');
    await see(page, 'not-applicable');
    await click(page, 'view-summary');
    await settled(page);
  },
  cards: (page) => click(page, 'cards'),
  keys: async (page) => {
    await page.keyboard.press('Escape');
    await click(page, 'keys');
  },
  requests: async (page) => {
    await page.keyboard.press('Escape');
    await click(page, 'requests');
  },
  cleared: async (page) => {
    await page.keyboard.press('Escape');
    await click(page, 'clear');
    await see(page, 'try-demo');
  },
  'cohort-empty': (page) => click(page, 'room-cohort'),
  cohort: async (page) => {
    const file = { name: 'cohort.csv', mimeType: 'text/csv', buffer: Buffer.from(COHORT) };
    await page.getByTestId('cohort-file').setInputFiles(file);
    await click(page, 'cohort-run');
    await see(page, 'cohort-result');
  },
  'cohort-fitted': async (page) => {
    await page.getByTestId('made-by').fill('A hospital');
    await page.getByTestId('made-on').fill('2026-03-02');
    await click(page, 'recalibrate');
    await see(page, 'calibration');
    await click(page, 'refit');
    await see(page, 'refit-figures');
  },
  'cohort-report': async (page) => {
    await click(page, 'cohort-report-open');
    await see(page, 'thirds-plot');
  },
  teach: async (page) => {
    await click(page, 'close-cohort-report');
    await click(page, 'room-teach');
    await followed(page);
  },
  'teach-truth': async (page) => {
    await click(page, 'view-truth');
    await see(page, 'truth-table');
  },
  'teach-sweep': async (page) => {
    await click(page, 'view-sweep');
    await click(page, 'knobs-scan');
  },
  'teach-signal': (page) => click(page, 'view-signal'),
  'teach-law': async (page) => {
    await click(page, 'view-law');
    await see(page, 'law-plot');
  },
  'teach-presented': async (page) => {
    await click(page, 'present');
    await see(page, 'law-plot');
  },
  'teach-lessons': async (page) => {
    await click(page, 'present-leave');
    await click(page, 'tab-lessons');
    await see(page, 'lesson-nulling');
  },
  'teach-lesson': async (page) => {
    await click(page, 'lesson-doubt');
    await followed(page);
  },
  'teach-blind': async (page) => {
    await click(page, 'tab-blind');
    await page.getByTestId('blind-count').fill('1');
    await click(page, 'make-code');
  },
  'teach-blind-heart': async (page) => {
    await click(page, 'blind-begin');
    await click(page, 'say-infarct');
    await page.waitForTimeout(STARTED_MS);
  },
  'teach-agreement': async (page) => {
    await click(page, 'blind-next');
    await see(page, 'agreement');
  },
};

/** How far what scrolls in the page goes beyond its window, px. */
const beyond = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const scrolled = [document.documentElement, ...document.querySelectorAll('.results, main.cohort, dialog[open]')];
    return Math.max(...scrolled.map((one) => one.scrollHeight - one.clientHeight));
  });

/** Once what is drawn in turn is there. */
async function picture(page: Page, path: string): Promise<void> {
  await page.waitForTimeout(DRAWN_MS);
  await page.screenshot({ path });
}

async function shoot(page: Page, name: string): Promise<void> {
  for (const [language, sizes] of Object.entries(SIZES)) {
    await page.getByTestId(`language-${language}`).evaluate((button: HTMLElement) => button.click());
    for (const size of sizes) {
      await page.setViewportSize(size);
      const whole = { ...size, height: Math.min(HIGHEST, size.height + (await beyond(page))) };
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const path = join(FOLDER, `${size.width}-${language}-${colorScheme}`);
        await picture(page, join(path, `${name}.png`));
        if (whole.height === size.height) continue;
        await page.setViewportSize(whole);
        await picture(page, join(path, `${name}-whole.png`));
        await page.setViewportSize(size);
      }
    }
  }
  await page.setViewportSize(LAPTOP);
  await page.getByTestId('language-en').evaluate((button: HTMLElement) => button.click());
}

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER);
const server = await serve(fileURLToPath(new URL('../dist/', import.meta.url)), { port: 0, base: '/' });
const browser = await chromium.launch({
  executablePath: findChromium((line) => void process.stderr.write(`${line}\n`)),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  const page = await browser.newPage({ viewport: LAPTOP, locale: 'en', reducedMotion: 'reduce' });
  await page.goto(server.url);
  for (const [name, open] of Object.entries(VIEWS)) {
    await open(page);
    await shoot(page, name);
    process.stderr.write(`${name}\n`);
  }
} finally {
  await browser.close();
  await server.close();
}
process.stdout.write(`The pictures are in ${FOLDER}\n`);
