import { en, type Messages } from '../messages/en.ts';
import { zh } from '../messages/zh.ts';

/** With the tag that the browser picks number formats and CJK faces by. */
export const LANGUAGES = {
  en: { tag: 'en', name: 'English', messages: en },
  zh: { tag: 'zh-CN', name: '中文', messages: zh },
} as const satisfies Record<string, { tag: string; name: string; messages: Messages }>;

type LanguageId = keyof typeof LANGUAGES;
export const LANGUAGE_IDS: readonly LanguageId[] = ['en', 'zh'];

/** The first of the reader's own languages that the page speaks; English if none is. */
export function preferredLanguage(tags: readonly string[]): LanguageId {
  const spoken = tags.map((tag) => tag.toLowerCase().split('-')[0]);
  return spoken.flatMap((primary) => LANGUAGE_IDS.filter((id) => id === primary)).at(0) ?? 'en';
}

/** What the page is written in. A choice lasts as long as the page is open: nothing is stored on the device. */
class Language {
  current = $state<LanguageId>(preferredLanguage(globalThis.navigator?.languages ?? []));

  readonly tag = $derived(LANGUAGES[this.current].tag);
  readonly messages: Messages = $derived(LANGUAGES[this.current].messages);
}

export const language = new Language();

/** The page's words in its language. Read in a template or a $derived, they follow the language. */
export const messages = (): Messages => language.messages;
