import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { countImages, pagesOf } from './pdf.ts';

/** Page sizes in points, as PDF writes them. */
const PAPER = { A4: /MediaBox ?\[ ?0 0 59\d\.?\d* 84\d/, Letter: /MediaBox ?\[ ?0 0 612 792/ } as const;

/** Words with a number in them, whose characters are the same in every font. */
const numbersIn = (text: string): string[] => text.split(/\s+/).filter((word) => /^[\d.%–()]*\d[\d.%–()]*$/.test(word));

/** Fonts of several scripts leave their own spaces between them. */
const unspaced = (text: string): string => text.replace(/\s/g, '');

/**
 * The report that is open, on A4 and on Letter: numbered pages, none of them empty, the answer on the first, no heading last on a page,
 * each row of a table and each figure on one page, how the scar was taken with its measures, and the segments begun below them.
 * @returns all words that were printed, without spaces
 */
export async function expectGoodPages(page: Page, report: Locator): Promise<string> {
  const headings = (await report.locator(':is(h1, h2, h3, h4):visible').allInnerTexts()).map(unspaced);
  const plots = await report
    .locator('svg:visible')
    .evaluateAll((all) => all.map((svg) => [...svg.querySelectorAll('text')].map((one) => one.textContent).join(' ')));
  const rows = [...(await report.locator('tr:visible').allInnerTexts()), ...plots].map(numbersIn);
  const images = await report.locator('canvas:visible').count();
  const places = unspaced(await report.getByTestId('report-places').locator('dd').last().innerText());
  const measured = numbersIn(await report.getByTestId('report-measures').locator('tbody tr').first().innerText());
  const segment = numbersIn(await report.locator('table.long tbody tr').first().innerText());
  const first = ['report-case-id', 'headline', 'brief-scar-g'];
  const answer = await Promise.all(first.map((id) => report.getByTestId(id).first().innerText()));
  let printed = '';
  for (const format of ['A4', 'Letter'] as const) {
    const pdf = await page.pdf({ format });
    expect(pdf.toString('latin1')).toMatch(PAPER[format]);
    const pages = pagesOf(pdf);
    const words = pages.map((lines) => lines.map(({ text }) => text).join(' '));
    const holds = (held: string, row: readonly string[]): boolean => row.every((number) => held.includes(number));
    expect(pages.length).toBeGreaterThan(1);
    for (const [index, lines] of pages.entries()) {
      const [foot, last] = lines.toReversed();
      expect(foot.text).toBe(`${index + 1} / ${pages.length}`);
      expect(lines.length, `${format}: lines on page ${index + 1}`).toBeGreaterThan(1);
      expect(headings, `${format}: last on page ${index + 1}`).not.toContain(unspaced(last.text));
    }
    for (const number of answer.flatMap(numbersIn)) expect(words[0], `${format}: on the first page`).toContain(number);
    const cut = rows.filter((row) => !words.some((held) => holds(held, row)));
    expect(cut, `${format}: rows and plots that two pages share`).toEqual([]);
    expect(countImages(pdf), `${format}: images, each drawn once`).toBe(images);
    const apart = words.filter((held) => unspaced(held).includes(places) && !holds(held, measured));
    expect(apart, `${format}: how the scar was taken, on another page than its measures`).toEqual([]);
    const flows = words.some((held) => holds(held, measured) && holds(held, segment));
    expect(flows, `${format}: the segments begin below the measures of scar`).toBe(true);
    printed += unspaced(words.join());
  }
  return printed;
}
