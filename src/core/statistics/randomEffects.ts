/** Pools one estimate of each of several studies, which may truly differ. */

export interface StudyEstimate {
  readonly value: number;
  /** Of the estimate within its study, above 0. */
  readonly variance: number;
}

export interface Pooled {
  readonly studies: number;
  readonly value: number;
  /** 95%. */
  readonly low: number;
  readonly high: number;
  /** Variance between the studies' true values. */
  readonly tauSquared: number;
  /** Share of the variation that chance does not explain, 0 to 1. */
  readonly iSquared: number;
}

/**
 * DerSimonian and Laird's random-effects mean with Hartung and Knapp's limits, by Student's t with one degree of
 * freedom less than the number of studies. Sources: DerSimonian and Laird, Control Clin Trials 1986;7:177; Hartung and
 * Knapp, Stat Med 2001;20:3875.
 * @returns null for fewer than two studies
 */
export function poolRandomEffects(studies: readonly StudyEstimate[]): Pooled | null {
  const k = studies.length;
  if (k < 2) return null;
  const sum = (of: (one: StudyEstimate) => number): number => studies.reduce((total, one) => total + of(one), 0);
  const fixed = (one: StudyEstimate): number => 1 / one.variance;
  const total = sum(fixed);
  const mean = sum((one) => fixed(one) * one.value) / total;
  const q = sum((one) => fixed(one) * (one.value - mean) ** 2);
  const tauSquared = Math.max(0, (q - (k - 1)) / (total - sum((one) => fixed(one) ** 2) / total));
  const weight = (one: StudyEstimate): number => 1 / (one.variance + tauSquared);
  const weights = sum(weight);
  const value = sum((one) => weight(one) * one.value) / weights;
  const variance = sum((one) => weight(one) * (one.value - value) ** 2) / ((k - 1) * weights);
  const halfWidth = studentT975(k - 1) * Math.sqrt(variance);
  return {
    studies: k,
    value,
    low: value - halfWidth,
    high: value + halfWidth,
    tauSquared,
    iSquared: q > 0 ? Math.max(0, (q - (k - 1)) / q) : 0,
  };
}

/** The 97.5th percentile of Student's t for a whole number of degrees of freedom, by halving. */
export function studentT975(freedom: number): number {
  let low = 0;
  // That of one degree is 12.7.
  let high = 16;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (within(middle, freedom) < 0.95) low = middle;
    else high = middle;
  }
  return high;
}

/** Probability of being within t of 0: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4. */
function within(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const cosine = Math.cos(angle);
  const odd = freedom % 2 === 1;
  let term = odd ? cosine : 1;
  let series = freedom === 1 ? 0 : term;
  for (let j = odd ? 3 : 2; j <= freedom - 2; j += 2) {
    term *= (cosine ** 2 * (j - 1)) / j;
    series += term;
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * series) : Math.sin(angle) * series;
}
