import { ascending } from './kaplanMeier.ts';

export interface AalenJohansen {
  /** Distinct times at which anything happened, ascending. */
  readonly time: Float64Array;
  /** Probability of being free of every event, just after each time. */
  readonly free: Float64Array;
  /** Cumulative incidence of each cause: entry k - 1 belongs to status k. */
  readonly incidence: readonly Float64Array[];
}

/**
 * The Aalen-Johansen estimate of the cumulative incidence of competing events: the crude risk of each, the others at work.
 * `status` is 0 for censored and 1..causes for the event that came at `time`. Source: Aalen and Johansen, Scand J Stat 1978.
 */
export function aalenJohansen(time: Float64Array, status: Uint8Array, causes: number): AalenJohansen {
  const order = ascending(time);
  const times: number[] = [];
  const free: number[] = [];
  const incidence = Array.from({ length: causes }, () => [] as number[]);
  const sums = new Float64Array(causes);
  const here = new Float64Array(causes);
  let s = 1;
  for (let start = 0; start < order.length;) {
    const t = time[order[start]];
    let end = start;
    here.fill(0);
    for (; end < order.length && time[order[end]] === t; end++) {
      const cause = status[order[end]];
      if (cause > 0) here[cause - 1]++;
    }
    const n = order.length - start;
    let d = 0;
    for (let k = 0; k < causes; k++) {
      sums[k] += (s * here[k]) / n;
      incidence[k].push(sums[k]);
      d += here[k];
    }
    s *= 1 - d / n;
    times.push(t);
    free.push(s);
    start = end;
  }
  return {
    time: Float64Array.from(times),
    free: Float64Array.from(free),
    incidence: incidence.map((values) => Float64Array.from(values)),
  };
}
