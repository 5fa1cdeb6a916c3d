import { ascending, Z95 } from './kaplanMeier.ts';

export interface AalenJohansen {
  /** Distinct times at which anything happened, ascending. */
  readonly time: Float64Array;
  /** Probability of being free of every event, just after each time. */
  readonly free: Float64Array;
  /** Cumulative incidence of each cause: entry k - 1 belongs to status k. */
  readonly incidence: readonly Float64Array[];
  /** Its standard error, and 95% limits on the scale of log(-log). */
  readonly standardError: readonly Float64Array[];
  readonly lower: readonly Float64Array[];
  readonly upper: readonly Float64Array[];
}

/**
 * The Aalen-Johansen estimate of the cumulative incidence of competing events: the crude risk of each, with the others
 * competing; the sum over times u <= t of S(u-) d(u) / n(u), d the events of the cause, S the Kaplan-Meier estimate for
 * all of them. `status` is 0 for censored and 1..causes for the event that came at `time`. Sources: Aalen and Johansen,
 * Scand J Stat 1978; variance by the delta method, Marubini and Valsecchi, Analysing Survival Data from Clinical
 * Trials, 1995, section 10.3 (with one cause, Greenwood's; as R's prodlim).
 */
export function aalenJohansen(time: Float64Array, status: Uint8Array, causes: number): AalenJohansen {
  const order = ascending(time);
  const times: number[] = [];
  const free: number[] = [];
  const byCause = Array.from({ length: causes }, () => new Incidence());
  let s = 1;
  for (let start = 0; start < order.length;) {
    const t = time[order[start]];
    let end = start;
    const here = new Float64Array(causes);
    for (; end < order.length && time[order[end]] === t; end++) {
      const cause = status[order[end]];
      if (cause > 0) here[cause - 1]++;
    }
    const n = order.length - start;
    const d = here.reduce((sum, count) => sum + count, 0);
    byCause.forEach((cause, k) => cause.step(s, n, d, here[k]));
    s *= 1 - d / n;
    times.push(t);
    free.push(s);
    start = end;
  }
  const limit = (sign: number): Float64Array[] =>
    byCause.map(({ values, errors }) =>
      Float64Array.from(values, (f, i) =>
        f > 0 && f < 1 ? f ** Math.exp((sign * Z95 * errors[i]) / (f * Math.log(f))) : f,
      ),
    );
  return {
    time: Float64Array.from(times),
    free: Float64Array.from(free),
    incidence: byCause.map(({ values }) => Float64Array.from(values)),
    standardError: byCause.map(({ errors }) => Float64Array.from(errors)),
    lower: limit(-1),
    upper: limit(1),
  };
}

/**
 * One cause's incidence F and its error as time goes on; the variance's sums over past times, with F(t) factored out.
 */
class Incidence {
  readonly values: number[] = [];
  readonly errors: number[] = [];
  private f = 0;
  private a = 0;
  private aF = 0;
  private aFf = 0;
  private own = 0;
  private cross = 0;
  private crossF = 0;

  /** @param s free of every event just before; n at risk; d events of any cause; dk of this one */
  step(s: number, n: number, d: number, dk: number): void {
    this.f += (s * dk) / n;
    const { f } = this;
    // If all have the event nobody is left, and no later time needs this term.
    const a = d < n ? d / (n * (n - d)) : 0;
    this.a += a;
    this.aF += a * f;
    this.aFf += a * f * f;
    this.own += (s * s * (n - dk) * dk) / n ** 3;
    const cross = (s * dk) / n ** 2;
    this.cross += cross;
    this.crossF += cross * f;
    const variance = f * f * this.a - 2 * f * this.aF + this.aFf + this.own - 2 * (f * this.cross - this.crossF);
    this.values.push(f);
    this.errors.push(Math.sqrt(Math.max(0, variance)));
  }
}
