import { cohortReportEn, type CohortReportMessages } from '../messages/cohortReportEn.ts';
import { cohortReportZh } from '../messages/cohortReportZh.ts';
import { cohortRoomEn, type CohortMessages } from '../messages/cohortRoomEn.ts';
import { cohortRoomZh } from '../messages/cohortRoomZh.ts';
import { everyReason } from '../messages/everyReason.ts';
import type { AnyReason } from '../messages/reasons.ts';
import { language, type LanguageId } from '../shared/language.svelte.ts';

const WORDS: Readonly<Record<LanguageId, CohortMessages>> = { en: cohortRoomEn, zh: cohortRoomZh };

/** The cohort room's words in the page's language. Read in a template or a $derived, they follow the language. */
export const words = (): CohortMessages => WORDS[language.current];

const REPORT: Readonly<Record<LanguageId, CohortReportMessages>> = { en: cohortReportEn, zh: cohortReportZh };

/** The words of a validation's report. */
export const reportWords = (): CohortReportMessages => REPORT[language.current];

/** Any reason in the page's language, including those of a cohort. */
export const say = (reason: AnyReason): string => everyReason[language.current](reason);
