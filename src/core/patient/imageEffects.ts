/**
 * What the image says about a scar, as a factor of the odds of sudden arrhythmic death against the average scar. How
 * much a scar matters was never learned from patients: it follows the low, middle and high end of published effects, so
 * the image gives a factor for each.
 */

/** How strong the effect of scar was taken to be. */
export const SCAR_EFFECTS = ['low', 'mid', 'high'] as const;
export type ScarEffect = (typeof SCAR_EFFECTS)[number];

/** From the image branch's log-odds to the log of the factor: straight between the points, level beyond. */
export interface EffectCurves {
  /** The image branch's log-odds of the event by the horizon, rising. */
  readonly at: readonly number[];
  /** For each effect the log of the factor at these, never falling; and the half-width of its 90% interval. */
  readonly effects: Readonly<Record<ScarEffect, { readonly logFactor: readonly number[]; readonly halfWidth: number }>>;
}

export interface ImageEffect {
  /** Of the odds, against the average scar of simulated patients. */
  readonly factor: number;
  readonly interval: readonly [number, number];
  /** As with everything that the image says about risk: learned from simulated outcomes. */
  readonly simulated: true;
}

export type ImageEffects = Readonly<Record<ScarEffect, ImageEffect>>;

export function imageEffects({ at, effects }: EffectCurves, logOdds: number): ImageEffects {
  const effect = ({ logFactor, halfWidth }: EffectCurves['effects'][ScarEffect]): ImageEffect => {
    const value = between(at, logFactor, logOdds);
    return {
      simulated: true,
      factor: Math.exp(value),
      interval: [Math.exp(value - halfWidth), Math.exp(value + halfWidth)],
    };
  };
  return { low: effect(effects.low), mid: effect(effects.mid), high: effect(effects.high) };
}

function between(at: readonly number[], values: readonly number[], x: number): number {
  const next = at.findIndex((point) => point >= x);
  if (next === 0) return values[0];
  if (next < 0) return values[values.length - 1];
  const share = (x - at[next - 1]) / (at[next] - at[next - 1]);
  return values[next - 1] + share * (values[next] - values[next - 1]);
}

/** One simulated heart: what the image branch says, and what each effect's law adds for its scar. */
export interface ReadScar {
  readonly logOdds: number;
  readonly scarLogOdds: Readonly<Record<ScarEffect, number>>;
}

const POINTS = 10;
const COVERED = 0.9;

/**
 * The curves from hearts whose scar is known: the mean of the law's part by tenths of what the image branch says, less its
 * mean over all (the average scar), never falling; and the distance within which nine of ten are.
 */
export function fitEffectCurves(hearts: readonly ReadScar[]): EffectCurves {
  const sorted = [...hearts].sort((a, b) => a.logOdds - b.logOdds);
  const end = (k: number): number => Math.round((k * sorted.length) / POINTS);
  const tenths = Array.from({ length: POINTS }, (_, k) => sorted.slice(end(k), end(k + 1)));
  const mean = (some: readonly ReadScar[], of: (one: ReadScar) => number): number =>
    some.reduce((sum, one) => sum + of(one), 0) / some.length;
  const at = tenths.map((some) => mean(some, ({ logOdds }) => logOdds));
  const effect = (id: ScarEffect): EffectCurves['effects'][ScarEffect] => {
    const average = mean(hearts, ({ scarLogOdds }) => scarLogOdds[id]);
    let highest = -Infinity;
    const logFactor = tenths.map((some) => {
      highest = Math.max(highest, mean(some, ({ scarLogOdds }) => scarLogOdds[id]) - average);
      return highest;
    });
    const off = hearts
      .map(({ logOdds, scarLogOdds }) => Math.abs(scarLogOdds[id] - average - between(at, logFactor, logOdds)))
      .sort((a, b) => a - b);
    return { logFactor, halfWidth: off[Math.ceil(COVERED * off.length) - 1] };
  };
  return { at, effects: { low: effect('low'), mid: effect('mid'), high: effect('high') } };
}

/** What the image says, in a word. */
export type ImageWord = 'lower' | 'average' | 'higher';

/** A factor of the odds that is nearer to 1 than this is called average. */
const AVERAGE_UP_TO = 1.1;

/** The factor for the middle published effect, in a word: 'average' within a tenth of the average scar's odds. */
export function imageWord({ mid }: ImageEffects): ImageWord {
  if (mid.factor > AVERAGE_UP_TO) return 'higher';
  return mid.factor < 1 / AVERAGE_UP_TO ? 'lower' : 'average';
}
