import { teachEn, type TeachMessages } from '../messages/teachEn.ts';
import { teachZh } from '../messages/teachZh.ts';
import { language, type LanguageId } from '../shared/language.svelte.ts';

const WORDS: Readonly<Record<LanguageId, TeachMessages>> = { en: teachEn, zh: teachZh };

/** The teaching room's words in the page's language. Read in a template or a $derived, they follow the language. */
export const words = (): TeachMessages => WORDS[language.current];
