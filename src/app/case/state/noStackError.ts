import { ScarcastError, type Bare } from '../../../core/errors.ts';

/** No stack of the dropped files was, or could be, opened. */
export type NoStackReason = Bare<'noSeriesChosen' | 'noStack' | 'noStackCaseKept' | 'noOtherStack'>;

export class NoStackError extends ScarcastError<NoStackReason> {}
