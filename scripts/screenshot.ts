/** `npm run screenshot`: the picture of the page in README.md, of the synthetic demo patient. */
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { findChromium } from './findChromium.ts';
import { serve } from './serve.ts';

const PICTURE = fileURLToPath(new URL('../docs/screenshot.png', import.meta.url));
const CASE_MS = 120_000;

const server = await serve(fileURLToPath(new URL('../dist/', import.meta.url)), { port: 0, base: '/' });
const browser = await chromium.launch({
  executablePath: findChromium((line) => void process.stderr.write(`${line}\n`)),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
  await page.goto(server.url);
  await page.getByTestId('try-demo').click();
  await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
  await page.screenshot({ path: PICTURE });
} finally {
  await browser.close();
  await server.close();
}
