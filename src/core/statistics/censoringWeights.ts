import { ScarcastError } from '../errors.ts';
import { censoringCurve, stepAt } from './kaplanMeier.ts';
import type { RightCensored } from './rightCensored.ts';

/** Nobody is followed up to the time of the score. */
export class BeyondFollowUpError extends ScarcastError<{ readonly code: 'beyondFollowUp'; readonly years: number }> {
  constructor(years: number) {
    super({ code: 'beyondFollowUp', years });
  }
}

export interface CasesAndControls {
  /** Weight of each patient who had the event by t; 0 for the others. */
  readonly caseWeight: Float64Array;
  /** Weight of each patient who was still at risk after t; 0 for the others. */
  readonly controlWeight: Float64Array;
}

/**
 * Who had the event by t and who was free of it, for right-censored data, by inverse probability of censoring: the
 * weight is 1/G(T-) for an event by t, 1/G(t) for a patient at risk after t, and 0 for a patient censored before t. G
 * is the censoring curve of `censoringFrom`. Sources: Graf et al., Stat Med 1999; Uno et al., JASA 2007. Throws
 * BeyondFollowUpError where G is 0.
 */
export function casesAndControls(
  { time, event }: RightCensored,
  t: number,
  censoringFrom: RightCensored,
): CasesAndControls {
  const g = censoringCurve(censoringFrom.time, censoringFrom.event);
  const gAtT = stepAt(g.time, g.survival, t, 1);
  const caseWeight = new Float64Array(time.length);
  const controlWeight = new Float64Array(time.length);
  for (let i = 0; i < time.length; i++) {
    if (time[i] > t) controlWeight[i] = 1 / gAtT;
    else if (event[i] === 1) caseWeight[i] = 1 / stepAt(g.time, g.survival, time[i], 1, 'before');
    if (caseWeight[i] === Infinity || controlWeight[i] === Infinity) throw new BeyondFollowUpError(t);
  }
  return { caseWeight, controlWeight };
}
