/**
 * A shift of the log-odds of the event that depends on LVEF alone: how one cohort's risks are moved to another's by the
 * two published classes of LVEF. A step at one LVEF would make patients of 35 and 36% differ threefold, so the shift
 * runs from one value to the other over ten points.
 */

/** The classes that rates are published for: LVEF up to this, and above. */
export const LOW_LVEF_PERCENT = 35;
const RAMP_PERCENT = { from: 30, to: 40 } as const;

/** Added to the log-odds of the event: at an LVEF of 30% and less, and of 40% and more; linear between. */
export interface LvefShift {
  readonly low: number;
  readonly high: number;
}

/** How far an LVEF counts as low: 1 up to 30%, 0 from 40%. */
export function lowLvefShare(lvefPercent: number): number {
  const { from, to } = RAMP_PERCENT;
  return Math.min(1, Math.max(0, (to - lvefPercent) / (to - from)));
}

export function shiftAt({ low, high }: LvefShift, lvefPercent: number): number {
  const share = lowLvefShare(lvefPercent);
  return share * low + (1 - share) * high;
}

/** Log-odds, either way, within which a shift is searched. */
const MOST_SHIFT = 8;
const HALVINGS = 50;
/** Each round brings the two ends, which share the patients between 30 and 40%, nearer by a factor of 2 or more. */
const ROUNDS = 60;

/**
 * The shift that gives the patients with low LVEF, and the others, the mean risk asked for.
 * @param logOdds of each patient's risk, before the shift
 * @param lvefPercent of each patient
 * @param meanRisk asked for, of those up to LOW_LVEF_PERCENT and of those above; both above 0 and below 1
 */
export function solveLvefShift(
  logOdds: ArrayLike<number>,
  lvefPercent: ArrayLike<number>,
  meanRisk: LvefShift,
): LvefShift {
  const rows = Array.from(logOdds, (_, i) => i);
  const classes = {
    low: rows.filter((i) => lvefPercent[i] <= LOW_LVEF_PERCENT),
    high: rows.filter((i) => lvefPercent[i] > LOW_LVEF_PERCENT),
  };
  const shift = { low: 0, high: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    for (const end of ['low', 'high'] as const) {
      shift[end] = rootOf((tried) => {
        const all = { ...shift, [end]: tried };
        return meanRiskOf(classes[end], (i) => logOdds[i] + shiftAt(all, lvefPercent[i])) - meanRisk[end];
      });
    }
  }
  return shift;
}

/** The one shift for all that gives them the mean risk asked for. */
export function solveShift(logOdds: ArrayLike<number>, meanRisk: number): number {
  const rows = Array.from(logOdds, (_, i) => i);
  return rootOf((tried) => meanRiskOf(rows, (i) => logOdds[i] + tried) - meanRisk);
}

function meanRiskOf(rows: readonly number[], logOdds: (row: number) => number): number {
  return rows.reduce((sum, i) => sum + 1 / (1 + Math.exp(-logOdds(i))), 0) / rows.length;
}

/** Where a rising function is 0. */
function rootOf(rising: (x: number) => number): number {
  let low = -MOST_SHIFT;
  let high = MOST_SHIFT;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
