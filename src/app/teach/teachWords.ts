import { teachEn, type TeachMessages } from '../messages/teachEn.ts';
import { teachZh } from '../messages/teachZh.ts';
import { language } from '../shared/language.svelte.ts';

/** The teaching room's words in the page's language. Read in a template or a $derived, they follow the language. */
export const words = (): TeachMessages => (language.current === 'zh' ? teachZh : teachEn);
