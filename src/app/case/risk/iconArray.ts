/** What becomes of 100 people with one risk. */
export type Fate = 'sudden' | 'other' | 'alive';
export const FATES: readonly Fate[] = ['sudden', 'other', 'alive'];

const PEOPLE = 100;
const IN_A_ROW = 10;

/**
 * Whole people out of 100 from two shares of 1; the rest are alive. By largest remainders: each number is its share
 * rounded down or up, and all add up to 100.
 */
export function outOf100(suddenDeath: number, otherDeath: number): Readonly<Record<Fate, number>> {
  const exact = { sudden: PEOPLE * suddenDeath, other: PEOPLE * otherDeath, alive: 0 };
  exact.alive = PEOPLE - exact.sudden - exact.other;
  const counts = { sudden: Math.floor(exact.sudden), other: Math.floor(exact.other), alive: Math.floor(exact.alive) };
  const byRemainder = [...FATES].sort((a, b) => exact[b] - counts[b] - (exact[a] - counts[a]));
  const left = PEOPLE - counts.sudden - counts.other - counts.alive;
  for (const fate of byRemainder.slice(0, left)) counts[fate] += 1;
  return counts;
}

export interface Icon {
  readonly x: number;
  readonly y: number;
  readonly fate: Fate;
}

/** 100 places, 10 in a row, `cell` px apart, their middles: sudden deaths first, then other deaths, then the living. */
export function iconArray(counts: Readonly<Record<Fate, number>>, cell: number): readonly Icon[] {
  const fates = FATES.flatMap((fate) => new Array<Fate>(counts[fate]).fill(fate));
  return fates.map((fate, i) => ({
    x: ((i % IN_A_ROW) + 0.5) * cell,
    y: (Math.floor(i / IN_A_ROW) + 0.5) * cell,
    fate,
  }));
}
