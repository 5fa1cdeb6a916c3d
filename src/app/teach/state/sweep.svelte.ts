import { CancelledError } from '../../../core/errors.ts';
import { NUMBER_KNOBS, type Knobs, type NumberKnob } from '../../../core/phantom/knobs.ts';
import { MYOCARDIUM_G_PER_ML } from '../../../core/scar/burden.ts';
import { problemOf, type Problem } from '../../../workers/problem.ts';
import type { TeachRoom } from './teachRoom.svelte.ts';

/** What is measured at one stop of a knob, mL of scar; null where a method has no answer there. */
export interface SweepStop {
  readonly value: number;
  readonly truth: number;
  readonly '2SD': number | null;
  readonly '5SD': number | null;
  readonly FWHM: number | null;
  /** null until they have looked. */
  readonly network: number | null;
}

/** How many stops a sweep makes, at most. */
const STOPS = 9;

/** The values of a knob that a sweep stops at, from its least to its greatest. */
export function stopsOf(knob: NumberKnob): number[] {
  const { min, max, step } = NUMBER_KNOBS[knob];
  const steps = Math.round((max - min) / step);
  const stride = Math.max(1, Math.ceil(steps / (STOPS - 1)));
  const values: number[] = [];
  for (let i = 0; i <= steps; i += stride) values.push(Number((min + i * step).toFixed(3)));
  return values;
}

/** Turns one knob of a heart through its range and measures at each stop: first the thresholds, then the networks. */
export class Sweep {
  knob = $state<NumberKnob | null>(null);
  stops = $state.raw<readonly SweepStop[]>([]);
  /** How many measurements are done, of how many; null while nothing runs. */
  progress = $state.raw<{ readonly done: number; readonly of: number } | null>(null);
  problem = $state.raw<Problem | null>(null);
  #round = 0;

  async run(room: TeachRoom, knob: NumberKnob): Promise<void> {
    const round = ++this.#round;
    const isWanted = (): boolean => round === this.#round;
    const values = stopsOf(knob);
    const base: Knobs = room.knobs;
    this.knob = knob;
    this.stops = [];
    this.problem = null;
    this.progress = { done: 0, of: 2 * values.length };
    try {
      const hearts = [];
      for (const value of values) {
        const heart = await room.make({ ...base, [knob]: value });
        if (!isWanted()) return;
        hearts.push(heart);
        const { thresholds, truth } = heart;
        const stop: SweepStop = {
          value,
          truth: truth.scarG / MYOCARDIUM_G_PER_ML,
          '2SD': thresholds?.['2SD'].scarMl ?? null,
          '5SD': thresholds?.['5SD'].scarMl ?? null,
          FWHM: thresholds?.FWHM.scarMl ?? null,
          network: null,
        };
        this.stops = [...this.stops, stop];
        this.progress = { done: hearts.length, of: 2 * values.length };
      }
      for (const [i, heart] of hearts.entries()) {
        const { against } = await room.read(heart);
        if (!isWanted()) return;
        this.stops = this.stops.map((stop, at) => (at === i ? { ...stop, network: against?.scarMl ?? null } : stop));
        this.progress = { done: values.length + i + 1, of: 2 * values.length };
      }
    } catch (error) {
      if (isWanted() && !(error instanceof CancelledError)) this.problem = problemOf(error);
    } finally {
      if (isWanted()) this.progress = null;
    }
  }

  stop(): void {
    this.#round += 1;
    this.progress = null;
  }
}
