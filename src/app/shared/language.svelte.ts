import { en, type Messages } from '../messages/en.ts';

interface LanguageEntry {
  /** The browser picks number formats and CJK fonts by these. */
  readonly tag: string;
  readonly name: string;
  /** English comes with the page; another language is loaded when it is first requested. */
  readonly load: () => Promise<Messages>;
}

export const LANGUAGES = {
  en: { tag: 'en', name: 'English', load: () => Promise.resolve(en) },
  zh: { tag: 'zh-CN', name: '中文', load: async () => (await import('../messages/zh.ts')).zh },
} as const satisfies Record<string, LanguageEntry>;

export type LanguageId = keyof typeof LANGUAGES;
export const LANGUAGE_IDS: readonly LanguageId[] = ['en', 'zh'];

/** The first of the reader's own languages that the page speaks; otherwise English. */
export function preferredLanguage(tags: readonly string[]): LanguageId {
  const spoken = tags.map((tag) => tag.toLowerCase().split('-')[0]);
  return spoken.flatMap((primary) => LANGUAGE_IDS.filter((id) => id === primary)).at(0) ?? 'en';
}

/** The page's language. A choice lasts as long as the page is open: nothing is stored on the device. */
class Language {
  /** Its words are loaded. */
  current = $state<LanguageId>('en');
  messages = $state.raw<Messages>(en);
  #asked: LanguageId = 'en';

  readonly tag = $derived(LANGUAGES[this.current].tag);

  /** Switches to a language once its words are loaded; the last request counts. Throws if they cannot be loaded. */
  async choose(id: LanguageId): Promise<void> {
    this.#asked = id;
    const loaded = await LANGUAGES[id].load();
    if (this.#asked !== id) return;
    this.messages = loaded;
    this.current = id;
  }
}

export const language = new Language();

/** Loads every language in advance: later the network may be off. */
export const loadLanguages = (): Promise<Messages[]> => Promise.all(LANGUAGE_IDS.map((id) => LANGUAGES[id].load()));

/** The page's words in its language. Read in a template or a $derived, they follow the language. */
export const messages = (): Messages => language.messages;
