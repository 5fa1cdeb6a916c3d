export type Theme = 'light' | 'dark';

/** What asks for the dark theme in the page's style sheets; those rules are found once, by this. */
const DARK = '(prefers-color-scheme: dark)';
const darkRules: { readonly rule: CSSMediaRule; readonly query: string }[] = [];

/** Shows the page in a theme, whatever the system's is: a page cannot ask the browser for another. */
export function showTheme(theme: Theme): void {
  if (darkRules.length === 0) {
    for (const sheet of document.styleSheets) {
      for (const rule of sheet.cssRules) {
        if (rule instanceof CSSMediaRule && rule.media.mediaText.includes(DARK)) {
          darkRules.push({ rule, query: rule.media.mediaText });
        }
      }
    }
  }
  for (const { rule, query } of darkRules) {
    rule.media.mediaText = query.replace(DARK, theme === 'dark' ? '(min-width: 0px)' : '(max-width: 0px)');
  }
}
