import { ascending, censoringCurve, stepAt } from './kaplanMeier.ts';

export interface Concordance {
  /** (concordant + half of those tied in risk) / comparable; NaN where no pair is comparable. */
  readonly c: number;
  readonly concordant: number;
  readonly discordant: number;
  readonly tiedRisk: number;
}

/** Sums weight(i) over pairs (i, j) where i had the event and j outlived i (or was censored at i's very time). */
function countPairs(
  time: Float64Array,
  event: Uint8Array,
  risk: Float64Array,
  weight: (i: number) => number,
): Concordance {
  const order = ascending(time);
  let concordant = 0;
  let discordant = 0;
  let tiedRisk = 0;
  for (let a = 0; a < order.length; a++) {
    const i = order[a];
    if (event[i] !== 1) continue;
    const w = weight(i);
    if (w === 0) continue;
    // Those at i's own time are on both sides of it in the order.
    let b = a;
    while (b > 0 && time[order[b - 1]] === time[i]) b--;
    for (; b < order.length; b++) {
      const j = order[b];
      if (time[j] === time[i] && event[j] === 1) continue;
      if (risk[i] > risk[j]) concordant += w;
      else if (risk[i] < risk[j]) discordant += w;
      else tiedRisk += w;
    }
  }
  const comparable = concordant + discordant + tiedRisk;
  return { c: (concordant + tiedRisk / 2) / comparable, concordant, discordant, tiedRisk };
}

/**
 * Harrell's C: of the pairs whose order of events is known, the share in which the higher `risk` had the earlier event; a
 * pair of events at one time is not comparable. Source: Harrell et al., JAMA 1982; as R's survival::concordance counts.
 */
export function harrellC(time: Float64Array, event: Uint8Array, risk: Float64Array): Concordance {
  return countPairs(time, event, risk, () => 1);
}

/**
 * Uno's C: pairs whose earlier event came by tau, weighted by 1/G(t-)^2, G the censoring curve of `censoringFrom` (the
 * patients who say how censoring works, usually the training cohort or the same). Source: Uno et al., Stat Med 2011; as R's
 * concordance(timewt = 'n/G2', ymax = tau).
 */
export function unoC(
  time: Float64Array,
  event: Uint8Array,
  risk: Float64Array,
  tau: number,
  censoringFrom: { readonly time: Float64Array; readonly event: Uint8Array },
): Concordance {
  const g = censoringCurve(censoringFrom.time, censoringFrom.event);
  return countPairs(time, event, risk, (i) =>
    time[i] <= tau ? 1 / stepAt(g.time, g.survival, time[i], 1, 'before') ** 2 : 0,
  );
}
