import type { Page } from 'playwright-core';

/**
 * What cannot be read or pressed on the page as it is now: a document wider than the window, a box whose content is cut off or scrolls
 * sideways, text that runs out of its box, a choice whose words are cut off, a control too small for a finger, text that covers other
 * text or a control. Each is named by its element and its text.
 *
 * @param mayScroll selects what may be wider than its box
 */
export async function layoutFlaws(page: Page, mayScroll: string): Promise<string[]> {
  return page.evaluate((scrolls) => {
    /** A tolerance, because edges fall between pixels. */
    const roundingPx = 1.5;
    /** WCAG 2.2, 2.5.8. */
    const fingerPx = 24;
    /** Of a list's arrow and the space around it. */
    const arrowPx = 18;
    /** Entries of a list whose longest need not fit, but the chosen one. */
    const longList = 5;
    /** Lines are set closer than the boxes of their letters are high. */
    const overlapPx = 4;
    const isPhone = innerWidth < 700;
    const targets = 'button, select, summary, textarea, input:not(label input), label:has(input)';
    const flaws = new Set<string>();
    const add = (what: string, element: Element): void => {
      const where = element.closest('[data-testid]')?.getAttribute('data-testid') ?? '';
      const text = (element.textContent ?? '').replace(/\s+/g, ' ').trim().slice(0, 60);
      flaws.add(`${what}: <${element.tagName.toLowerCase()}> in '${where}': ${text}`);
    };
    interface Piece {
      readonly element: Element;
      readonly box: DOMRect;
    }
    const pieces: Piece[] = [];
    const context = document.createElement('canvas').getContext('2d');
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
      if (element.matches('button, select, input, textarea')) pieces.push({ element, box });
      for (const node of element.childNodes) {
        if (node.nodeType !== Node.TEXT_NODE || node.textContent?.trim() === '') continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        pieces.push(...[...range.getClientRects()].map((line) => ({ element, box: line })));
        const runsOut = [...range.getClientRects()].some(
          ({ left, right }) => left < box.left - roundingPx || right > box.right + roundingPx,
        );
        if (runsOut) add('text beyond its box', element);
      }
    }
    for (const select of document.querySelectorAll('select')) {
      if (!context || !select.checkVisibility()) continue;
      const style = getComputedStyle(select);
      context.font = style.font;
      const shown = select.options.length > longList ? select.selectedOptions : select.options;
      const words = Math.max(...[...shown].map(({ text }) => context.measureText(text).width));
      const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - arrowPx;
      if (words > room + roundingPx) add('words of a choice cut off', select);
    }
    for (const [a, b] of overlapping()) add(`over '${(b.element.textContent ?? '').trim().slice(0, 40)}'`, a.element);
    return [...flaws];

    /** What floats over the page on purpose, and what scrolls beneath it, have different layers. */
    function layerOf(element: Element): Element | null {
      for (let at: Element | null = element; at; at = at.parentElement) {
        if (['absolute', 'fixed', 'sticky'].includes(getComputedStyle(at).position)) return at;
      }
      return null;
    }

    /** Whether any of a piece is within all boxes that cut it off. */
    function isShown({ element, box }: Piece): boolean {
      for (let at = element.parentElement; at; at = at.parentElement) {
        if (getComputedStyle(at).overflowY === 'visible') continue;
        const around = at.getBoundingClientRect();
        if (box.top >= around.bottom || box.bottom <= around.top) return false;
      }
      return true;
    }

    /** Pairs that lie over each other, and are not parts of one control. */
    function overlapping(): [Piece, Piece][] {
      const pairs: [Piece, Piece][] = [];
      const ordered = pieces.sort((a, b) => a.box.top - b.box.top);
      for (const [index, a] of ordered.entries()) {
        for (const b of ordered.slice(index + 1)) {
          if (b.box.top > a.box.bottom - overlapPx) break;
          const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
          const down = Math.min(a.box.bottom, b.box.bottom) - b.box.top;
          if (across < overlapPx || down < overlapPx) continue;
          if (a.element.contains(b.element) || b.element.contains(a.element)) continue;
          const control = a.element.closest('label, button');
          if (control && control === b.element.closest('label, button')) continue;
          if (layerOf(a.element) === layerOf(b.element) && isShown(a) && isShown(b)) pairs.push([a, b]);
        }
      }
      return pairs;
    }
  }, mayScroll);
}
