/**
 * How wide a band must be to hold a patient's true risk. In MUSIC the truth is not known, so patients with MUSIC's inputs and follow-up get
 * outcomes from a known law; the recipe learns from them, and its band is compared with the law.
 */
import { quantiles } from '../../core/quantiles.ts';
import { Random } from '../../core/random.ts';
import { bandHalfWidths, type Band } from '../../core/patient/interval.ts';
import { HORIZON_YEARS } from '../../core/patient/rates.ts';
import { harrellC } from '../../core/statistics/concordance.ts';
import { kaplanMeier, stepAt } from '../../core/statistics/kaplanMeier.ts';
import type { RightCensored } from '../../core/statistics/rightCensored.ts';

/** What a recipe predicts for each patient after learning from some outcomes. */
export interface Learned {
  /** Log-odds of the risk by the horizon, recalibrated. */
  readonly logOdds: ArrayLike<number>;
  /** The refits' 90% half-width around it. */
  readonly refitsHalfWidth: ArrayLike<number>;
  readonly centre: number;
}

export interface BandRecipe {
  /** The real outcomes, and how long each patient was followed. */
  readonly cohort: RightCensored;
  /** What the recipe predicts after learning from them, and its sigma, from which the true law is made. */
  readonly fitted: { readonly logOdds: ArrayLike<number>; readonly sigma: number };
  /** Groups within which the true log-odds are stretched. */
  readonly group: ArrayLike<boolean>;
  /** The recipe's cross-validated C in the real patients: the true law discriminates as well as gives it the same C. */
  readonly harrellC: number;
  readonly learn: (outcomes: RightCensored, random: Random) => Learned;
}

/** A patient of a simulated cohort, on the log-odds. */
export interface BandCase {
  readonly truth: number;
  readonly predicted: number;
  readonly refitsHalfWidth: number;
  readonly centre: number;
}

/** Factors of the fitted law's log-odds: a ridge shrinks what is true, and what few events teach is partly noise. */
const STRETCHES = [0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5];
const STRETCH_COHORTS = 4;

/** The log-odds within each group, stretched around their mean while the group's mean risk is kept. */
function stretched(logOdds: ArrayLike<number>, group: ArrayLike<boolean>, factor: number): Float64Array {
  const all = Float64Array.from(logOdds);
  const risk = (value: number): number => 1 / (1 + Math.exp(-value));
  for (const value of [true, false]) {
    const rows = [...all.keys()].filter((i) => group[i] === value);
    const mean = (of: (i: number) => number): number => rows.reduce((sum, i) => sum + of(i), 0) / rows.length;
    const middle = mean((i) => logOdds[i]);
    const before = mean((i) => risk(logOdds[i]));
    const after = (shift: number, i: number): number => middle + shift + factor * (logOdds[i] - middle);
    let low = -5;
    let high = 5;
    for (let halving = 0; halving < 50; halving++) {
      const shift = (low + high) / 2;
      if (mean((i) => risk(after(shift, i))) < before) low = shift;
      else high = shift;
    }
    for (const i of rows) all[i] = after((low + high) / 2, i);
  }
  return all;
}

/**
 * Outcomes from a law over each patient's follow-up: patients who died suddenly get a censoring time from the Kaplan-Meier curve of the
 * censorings after that.
 */
function simulate({ cohort, fitted: { sigma } }: BandRecipe, truth: Float64Array, random: Random): RightCensored {
  const { time, event } = cohort;
  const censored = kaplanMeier(
    time,
    event.map((d) => 1 - d),
  );
  const seen = truth.map((logOdds, i) => {
    let until = time[i];
    if (event[i] === 1) {
      const left = random.next() * stepAt(censored.time, censored.survival, time[i], 1);
      const at = censored.survival.findIndex((share) => share <= left);
      until = censored.time.at(at) ?? until;
    }
    const u = random.next();
    const death = HORIZON_YEARS * Math.exp(sigma * (Math.log(u / (1 - u)) - logOdds));
    return death <= until ? death : -until;
  });
  return { time: seen.map(Math.abs), event: Uint8Array.from(seen, (value) => (value > 0 ? 1 : 0)) };
}

/** The true log-odds for which the recipe tells patients apart as well as it does real ones. */
export function trueLogOdds(
  recipe: BandRecipe,
  seed: number,
): { readonly stretch: number; readonly logOdds: Float64Array } {
  const found = STRETCHES.map((stretch) => {
    const logOdds = stretched(recipe.fitted.logOdds, recipe.group, stretch);
    let sum = 0;
    for (let k = 0; k < STRETCH_COHORTS; k++) {
      const random = new Random(seed + k);
      const learned = recipe.learn(simulate(recipe, logOdds, random), random);
      const fresh = simulate(recipe, logOdds, random);
      sum += harrellC(fresh.time, fresh.event, Float64Array.from(learned.logOdds)).c / STRETCH_COHORTS;
    }
    return { stretch, logOdds, off: Math.abs(sum - recipe.harrellC) };
  });
  return found.reduce((best, one) => (one.off < best.off ? one : best));
}

/** The patients of `scored` in each of `cohorts` simulated cohorts. */
export function bandCases(
  recipe: BandRecipe,
  truth: Float64Array,
  scored: readonly number[],
  cohorts: number,
  seed: number,
): BandCase[] {
  return Array.from({ length: cohorts }, (_, k) => {
    const random = new Random(seed + k);
    const { logOdds, refitsHalfWidth, centre } = recipe.learn(simulate(recipe, truth, random), random);
    return scored.map((i) => ({
      truth: truth[i],
      predicted: logOdds[i],
      refitsHalfWidth: refitsHalfWidth[i],
      centre,
    }));
  }).flat();
}

const COVERED = 0.9;
const SHRINKAGES = Array.from({ length: 11 }, (_, k) => k / 10);

/** Among the bands that hold nine of ten true risks, the one that does best in its worst tenth of true risk. */
export function fitBand(cases: readonly BandCase[]): Pick<Band, 'refits' | 'shrinkage'> {
  return SHRINKAGES.map((shrinkage) => {
    // The multiple of the refits' half-width that reaches the truth, with the shrinkage's share in squares.
    const needed = cases.map(({ truth, predicted, refitsHalfWidth, centre }) => {
      const left = (truth - predicted) ** 2 - (shrinkage * (predicted - centre)) ** 2;
      return Math.sqrt(Math.max(0, left)) / refitsHalfWidth;
    });
    const band = { refits: quantiles(needed, [COVERED])[0], shrinkage };
    return { band, worst: Math.min(...coverage(cases, band).tenths) };
  }).reduce((best, one) => (one.worst > best.worst ? one : best)).band;
}

export interface Coverage {
  readonly all: number;
  /** By tenth of the true risk, from the lowest. */
  readonly tenths: readonly number[];
  /** Mean half-width on the log-odds. */
  readonly halfWidth: number;
}

/** Share of the cases whose true risk a band holds. */
export function coverage(cases: readonly BandCase[], band: Pick<Band, 'refits' | 'shrinkage'>): Coverage {
  const half = ({ predicted, refitsHalfWidth, centre }: BandCase): number => {
    const { refits, shrinkage } = bandHalfWidths({ ...band, centre }, predicted, refitsHalfWidth);
    return Math.hypot(refits, shrinkage);
  };
  const share = (some: readonly BandCase[]): number =>
    some.filter((one) => Math.abs(one.truth - one.predicted) <= half(one)).length / some.length;
  const sorted = [...cases].sort((a, b) => a.truth - b.truth);
  const end = (k: number): number => Math.round((k * sorted.length) / 10);
  return {
    all: share(cases),
    tenths: Array.from({ length: 10 }, (_, k) => share(sorted.slice(end(k), end(k + 1)))),
    halfWidth: cases.reduce((sum, one) => sum + half(one), 0) / cases.length,
  };
}
