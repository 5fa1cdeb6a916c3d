import type { Page } from 'playwright-core';

/**
 * What cannot be read or pressed on the page as it is now: a document wider than the window, a box whose content is cut off or scrolls
 * sideways, text that runs out of its box, a control too small for a finger. Each is named by its element and its text.
 *
 * @param mayScroll selects what may be wider than its box
 */
export async function layoutFlaws(page: Page, mayScroll: string): Promise<string[]> {
  return page.evaluate((scrolls) => {
    /** A tolerance, because edges fall between pixels. */
    const roundingPx = 1.5;
    /** WCAG 2.2, 2.5.8. */
    const fingerPx = 24;
    const isPhone = innerWidth < 700;
    const targets = 'button, select, summary, textarea, input:not(label input), label:has(input)';
    const flaws = new Set<string>();
    const add = (what: string, element: Element): void => {
      const where = element.closest('[data-testid]')?.getAttribute('data-testid') ?? '';
      const text = (element.textContent ?? '').replace(/\s+/g, ' ').trim().slice(0, 60);
      flaws.add(`${what}: <${element.tagName.toLowerCase()}> in '${where}': ${text}`);
    };
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) add(`the page is ${scrollWidth} px wide`, document.documentElement);
    for (const element of document.body.querySelectorAll('*')) {
      // Words for a screen reader are a pixel wide.
      if (element.clientWidth <= 1 || !element.checkVisibility() || element.closest(`${scrolls}, select, svg`))
        continue;
      const beyond = element.scrollWidth - element.clientWidth;
      if (beyond > roundingPx && getComputedStyle(element).overflowX !== 'visible')
        add(`${beyond} px cut off`, element);
      const box = element.getBoundingClientRect();
      if (isPhone && element.matches(targets) && Math.min(box.width, box.height) < fingerPx - roundingPx)
        add('too small for a finger', element);
      for (const node of element.childNodes) {
        if (node.nodeType !== Node.TEXT_NODE || node.textContent?.trim() === '') continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const runsOut = [...range.getClientRects()].some(
          ({ left, right }) => left < box.left - roundingPx || right > box.right + roundingPx,
        );
        if (runsOut) add('text beyond its box', element);
      }
    }
    return [...flaws];
  }, mayScroll);
}
