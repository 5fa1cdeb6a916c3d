import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { pagesOf } from './pdf.ts';

/** Words with a number in them, whose characters every font writes alike. */
const numbersIn = (text: string): string[] => text.split(/\s+/).filter((word) => /^[\d.%–()]*\d[\d.%–()]*$/.test(word));

/** On A4 and on Letter: numbered pages, the answer on the first, no heading last on a page, and each row of a table on one page. */
export async function expectGoodPages(page: Page, report: Locator): Promise<void> {
  const headings = await report.locator(':is(h1, h2, h3, h4):visible').allInnerTexts();
  const rows = (await report.locator('tr:visible').allInnerTexts()).map(numbersIn);
  const first = ['report-case-id', 'headline', 'brief-scar-g'];
  const answer = await Promise.all(first.map((id) => report.getByTestId(id).first().innerText()));
  for (const format of ['A4', 'Letter'] as const) {
    const pages = pagesOf(await page.pdf({ format }));
    const words = pages.map((lines) => lines.map(({ text }) => text).join(' '));
    for (const [index, lines] of pages.entries()) {
      const [foot, last] = lines.toReversed();
      expect(foot.text).toBe(`${index + 1} / ${pages.length}`);
      expect(headings, `${format}: last on page ${index + 1}`).not.toContain(last.text);
    }
    for (const number of answer.flatMap(numbersIn)) expect(words[0], `${format}: on the first page`).toContain(number);
    const cut = rows.filter((row) => !words.some((held) => row.every((number) => held.includes(number))));
    expect(cut, `${format}: rows that two pages share`).toEqual([]);
  }
}
