import type { Random } from '../random.ts';
import { quantiles } from '../quantiles.ts';
import { harrellC } from './concordance.ts';
import type { RightCensored } from './rightCensored.ts';

export interface Bootstrapped {
  /** On the original patients. */
  readonly value: number;
  /** 95% limits: the 2.5th and 97.5th percentile over the samples. */
  readonly low: number;
  readonly high: number;
}

/**
 * Harrell's C of two models on the same patients, and the first less the second, with limits over patients: each sample
 * draws as many of the patients, with replacement, and scores both models on it, so that what the two share cancels in
 * the difference. Samples without a comparable pair are left out. Source: percentile bootstrap, Efron and Tibshirani
 * 1993, chapter 13.
 * @param risk of each patient by either model; higher is worse
 */
export function pairedBootstrapC(
  { time, event }: RightCensored,
  risk: Float64Array,
  otherRisk: Float64Array,
  samples: number,
  random: Random,
): { readonly c: Bootstrapped; readonly otherC: Bootstrapped; readonly difference: Bootstrapped } {
  const n = time.length;
  const at = (rows: Uint32Array): readonly [c: number, otherC: number] => {
    const t = Float64Array.from(rows, (i) => time[i]);
    const d = Uint8Array.from(rows, (i) => event[i]);
    const cOf = (values: Float64Array): number =>
      harrellC(
        t,
        d,
        Float64Array.from(rows, (i) => values[i]),
      ).c;
    return [cOf(risk), cOf(otherRisk)];
  };
  const seen = at(Uint32Array.from(time.keys()));
  const drawn = Array.from({ length: samples }, () =>
    at(Uint32Array.from({ length: n }, () => Math.floor(random.next() * n))),
  ).filter(([c]) => !Number.isNaN(c));
  const of = (value: (pair: readonly [c: number, otherC: number]) => number): Bootstrapped => {
    const [low, high] = quantiles(drawn.map(value), [0.025, 0.975]);
    return { value: value(seen), low, high };
  };
  return { c: of(([c]) => c), otherC: of(([, otherC]) => otherC), difference: of(([c, otherC]) => c - otherC) };
}
