/** Every reason in words, including those of a cohort. They are kept apart because the page's first view does not need them. */
import type { Reason } from '../../core/errors.ts';
import { enCohort, enTable } from './enCohort.ts';
import { say, type AnyReason, type CaseReason, type Words } from './reasons.ts';
import { inEnglish } from './reasonsEn.ts';
import { inChinese } from './reasonsZh.ts';
import { zhCohort, zhTable } from './zhCohort.ts';

type OfCohort = Exclude<AnyReason, CaseReason>;

const both =
  (ofCase: (reason: CaseReason) => string, ofCohort: Words<OfCohort>) =>
  (reason: AnyReason): string =>
    isOfCohort(reason, ofCohort) ? say(ofCohort, reason) : ofCase(reason);

const isOfCohort = (reason: Reason, words: Words<OfCohort>): reason is OfCohort => reason.code in words;

/** By language; the command line uses English. */
export const everyReason = {
  en: both(inEnglish, { ...enCohort, ...enTable }),
  zh: both(inChinese, { ...zhCohort, ...zhTable }),
};
