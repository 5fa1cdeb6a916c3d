/** Hearts for blind reading, drawn by a code that a teacher reads out: how many there are and a seed, and nothing else. */
import { Random } from '../random.ts';
import { GALLERY, inTerritory, nulled, territoryAt, type Knobs, type Pattern } from './knobs.ts';
import type { Territory } from './heartSpec.ts';

export interface ReadingSet {
  /** How many hearts, 1 to 31. */
  readonly count: number;
  /** 0 to 2^20 - 1. */
  readonly seed: number;
}

export const MOST_HEARTS = 31;
export const SEEDS = 2 ** 20;
/** Crockford's base 32: no letter can be mistaken for a digit. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** What is wrong with the picture, if anything. */
export const ARTEFACTS = ['none', 'ghosting', 'motion', 'noise', 'inversion', 'shift'] as const;
export type Artefact = (typeof ARTEFACTS)[number];

/** A heart whose truth the reader does not know. */
export interface BlindHeart {
  readonly knobs: Knobs;
  readonly artefact: Artefact;
  /** The artery of an infarct; null where there is none. */
  readonly territory: Territory | null;
}

/**
 * The code of a set: its count, its seed and a letter that most typing errors change: 'A-0K3F-7' is written 'A0K3F7'.
 */
export function codeOf({ count, seed }: ReadingSet): string {
  const letters = [count, ...[15, 10, 5, 0].map((shift) => (seed >> shift) & 31)];
  return [...letters, checkOf(letters)].map((value) => LETTERS[value]).join('');
}

/** The set of a code, however it is spaced and spelled; null where it is not a code. */
export function setOfCode(code: string): ReadingSet | null {
  const plain = code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  const values = [...plain].map((letter) => LETTERS.indexOf(letter));
  if (values.length !== 6 || values.includes(-1) || values[0] === 0) return null;
  if (checkOf(values.slice(0, 5)) !== values[5]) return null;
  return { count: values[0], seed: values.slice(1, 5).reduce((seed, value) => seed * 32 + value, 0) };
}

/** Weighted by odd numbers, so that one wrong letter is always found. */
const checkOf = (values: readonly number[]): number =>
  values.reduce((sum, value, i) => sum + value * (2 * i + 1), 7) % LETTERS.length;

/** Shares of the kinds of hearts. [choice] */
const KINDS: readonly Pattern[] = [
  'infarct',
  'infarct',
  'infarct',
  'none',
  'midWall',
  'subepicardial',
  'insertionPoints',
];

/** Draws the hearts of a set: the same code gives the same hearts on every machine. */
export function drawReadingSet({ count, seed }: ReadingSet): BlindHeart[] {
  const random = new Random(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(from.length * random.next())];
  const between = (low: number, high: number): number => Math.round(low + (high - low) * random.next());
  return Array.from({ length: count }, () => {
    const pattern = pick(KINDS);
    const territory = pick(['LAD', 'LAD', 'RCA', 'LCX'] as const);
    const artefact = random.next() < 0.5 ? 'none' : pick(ARTEFACTS);
    const acute = pattern === 'infarct' && random.next() < 0.3;
    const heart = nulled({
      ...GALLERY.wideBorder,
      ...inTerritory(territory),
      seed: between(0, SEEDS),
      pattern,
      acute,
      scarG: pattern === 'none' ? 0 : pattern === 'infarct' ? between(6, 40) : between(6, 16),
      transmuralityPercent: between(35, 100),
      greyPercent: between(10, 50),
      noReflowPercent: acute && random.next() < 0.6 ? between(10, 30) : 0,
      myocardiumG: between(110, 160),
      bloodPoolMl: between(110, 230),
      contrast: random.next() < 0.7 ? 'PSIR' : 'magnitude',
    });
    const knobs = spoiled(heart, artefact);
    return { knobs, artefact, territory: pattern === 'infarct' ? territoryAt(knobs) : null };
  });
}

function spoiled(heart: Knobs, artefact: Artefact): Knobs {
  switch (artefact) {
    case 'none':
      return heart;
    case 'ghosting':
      return { ...heart, ghostingPercent: 22 };
    case 'motion':
      return { ...heart, motionBlurMm: 8 };
    case 'noise':
      return { ...heart, bloodSnr: 5 };
    case 'inversion':
      // In PSIR it would hardly show.
      return { ...heart, contrast: 'magnitude', inversionMs: heart.inversionMs - 120 };
    case 'shift':
      return { ...heart, breathHoldShiftMm: 7 };
  }
}
