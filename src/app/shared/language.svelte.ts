import { en, type Messages } from '../messages/en.ts';

interface LanguageEntry {
  /** What the browser picks number formats and CJK faces by. */
  readonly tag: string;
  readonly name: string;
  /** English comes with the page; another language when it is first asked for. */
  readonly load: () => Promise<Messages>;
}

export const LANGUAGES = {
  en: { tag: 'en', name: 'English', load: () => Promise.resolve(en) },
  zh: { tag: 'zh-CN', name: '中文', load: async () => (await import('../messages/zh.ts')).zh },
} as const satisfies Record<string, LanguageEntry>;

export type LanguageId = keyof typeof LANGUAGES;
export const LANGUAGE_IDS: readonly LanguageId[] = ['en', 'zh'];

/** The first of the reader's own languages that the page speaks; English if none is. */
export function preferredLanguage(tags: readonly string[]): LanguageId {
  const spoken = tags.map((tag) => tag.toLowerCase().split('-')[0]);
  return spoken.flatMap((primary) => LANGUAGE_IDS.filter((id) => id === primary)).at(0) ?? 'en';
}

/** What the page is written in. A choice lasts as long as the page is open: nothing is stored on the device. */
class Language {
  /** Its words are here. */
  current = $state<LanguageId>('en');
  messages = $state.raw<Messages>(en);
  #asked: LanguageId = 'en';

  readonly tag = $derived(LANGUAGES[this.current].tag);

  /** Turns to a language once its words are here; the last that was asked for counts. Throws where they cannot be had. */
  async choose(id: LanguageId): Promise<void> {
    this.#asked = id;
    const loaded = await LANGUAGES[id].load();
    if (this.#asked !== id) return;
    this.messages = loaded;
    this.current = id;
  }
}

export const language = new Language();

/** Loads every language before it is asked for: by then the network may be off. */
export const loadLanguages = (): Promise<Messages[]> => Promise.all(LANGUAGE_IDS.map((id) => LANGUAGES[id].load()));

/** The page's words in its language. Read in a template or a $derived, they follow the language. */
export const messages = (): Messages => language.messages;
