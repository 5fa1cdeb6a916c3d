/** The step functions of time that survival analysis uses. */

export interface KaplanMeier {
  /** Distinct times at which an event or a censoring happened, ascending. */
  readonly time: Float64Array;
  readonly atRisk: Float64Array;
  readonly events: Float64Array;
  /** S just after each time. */
  readonly survival: Float64Array;
  /** Standard error of ln S (Greenwood), which R calls std.err. */
  readonly logStandardError: Float64Array;
  /** 95% limits on the log scale, clipped at 1 (R's default). */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

export const Z95 = 1.959963984540054;

/** Indices that sort `values` ascending. */
export function ascending(values: Float64Array): Uint32Array {
  return Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
}

/**
 * The Kaplan-Meier estimate of S(t), the product over event times u <= t of 1 - d(u) / n(u), from right-censored data:
 * times in any unit, event 1 or 0 for censored. If an event and a censoring share a time, the event comes first.
 * Source: Kaplan and Meier, JASA 1958; variance by Greenwood.
 */
export function kaplanMeier(time: Float64Array, event: Uint8Array): KaplanMeier {
  const order = ascending(time);
  const times: number[] = [];
  const atRisk: number[] = [];
  const events: number[] = [];
  const survivals: number[] = [];
  const errors: number[] = [];
  let s = 1;
  let variance = 0;
  for (let start = 0; start < order.length;) {
    const t = time[order[start]];
    let end = start;
    let d = 0;
    while (end < order.length && time[order[end]] === t) d += event[order[end++]];
    const n = order.length - start;
    s *= 1 - d / n;
    variance += d === n ? Infinity : d / (n * (n - d));
    times.push(t);
    atRisk.push(n);
    events.push(d);
    survivals.push(s);
    errors.push(Math.sqrt(variance));
    start = end;
  }
  const limit = (sign: number): Float64Array =>
    Float64Array.from(survivals, (value, i) => Math.min(1, value * Math.exp(sign * Z95 * errors[i])));
  return {
    time: Float64Array.from(times),
    atRisk: Float64Array.from(atRisk),
    events: Float64Array.from(events),
    survival: Float64Array.from(survivals),
    logStandardError: Float64Array.from(errors),
    lower: limit(-1),
    upper: limit(1),
  };
}

/**
 * Value of a right-continuous step function at t: the last `values` entry whose time is <= t, or `before` when there is none.
 * With `side` 'before', the value just before t (the left limit).
 */
export function stepAt(
  times: Float64Array,
  values: Float64Array,
  t: number,
  before: number,
  side: 'at' | 'before' = 'at',
): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (side === 'at' ? times[middle] <= t : times[middle] < t) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? before : values[low - 1];
}

/**
 * The Kaplan-Meier estimate of the censoring time, G(t), for inverse-probability-of-censoring weights: events and censorings
 * change places, and at a tie the event still comes first, so that it is not in the risk set of the censoring.
 */
export function censoringCurve(
  time: Float64Array,
  event: Uint8Array,
): { readonly time: Float64Array; readonly survival: Float64Array } {
  const order = ascending(time);
  const times: number[] = [];
  const survivals: number[] = [];
  let g = 1;
  for (let start = 0; start < order.length;) {
    const t = time[order[start]];
    let end = start;
    let d = 0;
    while (end < order.length && time[order[end]] === t) d += event[order[end++]];
    const censored = end - start - d;
    const n = order.length - start - d;
    if (censored > 0) g *= 1 - censored / n;
    times.push(t);
    survivals.push(g);
    start = end;
  }
  return { time: Float64Array.from(times), survival: Float64Array.from(survivals) };
}
