/** `npm run screenshot`: the pictures of the page in docs/, all of the synthetic demo patient. */
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { findChromium } from './findChromium.ts';
import { serve } from './serve.ts';

const CASE_MS = 120_000;
const WINDOW = { width: 1440, height: 900 } as const;

const picture = (name: string): string => fileURLToPath(new URL(`../docs/${name}.png`, import.meta.url));

const server = await serve(fileURLToPath(new URL('../dist/', import.meta.url)), { port: 0, base: '/' });
const browser = await chromium.launch({
  executablePath: findChromium((line) => void process.stderr.write(`${line}\n`)),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  const page = await browser.newPage({ viewport: WINDOW, colorScheme: 'light', locale: 'en' });
  await page.goto(server.url);
  await page.getByTestId('try-demo').click();
  await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
  // What is drawn in turn comes last if it is not visible: below the fold.
  await page.getByTestId('save-json').waitFor({ state: 'attached' });
  await page.screenshot({ path: picture('screenshot') });

  await page.getByTestId('correct').click();
  await page.getByTestId('view-risk').click();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: picture('screenshot-risk') });

  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByTestId('language-zh').click();
  await page.getByTestId('view-report').click();
  await page.getByTestId('report-open').click();
  await page.getByTestId('report').waitFor();
  await page.screenshot({ path: picture('screenshot-report') });
} finally {
  await browser.close();
  await server.close();
}
