import { CancelledError } from '../../../core/errors.ts';
import type { Knobs, NumberKnob } from '../../../core/phantom/knobs.ts';
import { stopsOf, sweepStop, withNetwork, type SweepStop } from '../../../pipeline/teaching/sweep.ts';
import { problemOf, type Problem } from '../../../workers/problem.ts';
import type { TeachRoom } from './teachRoom.svelte.ts';

/** Turns one knob of a heart through its range and measures at each stop: first the thresholds, then the networks. */
export class Sweep {
  knob = $state<NumberKnob | null>(null);
  stops = $state.raw<readonly SweepStop[]>([]);
  /** The heart whose knob was turned. */
  base = $state.raw<Knobs | null>(null);
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
    this.base = base;
    this.stops = [];
    this.problem = null;
    this.progress = { done: 0, of: 2 * values.length };
    try {
      const hearts = [];
      for (const value of values) {
        const heart = await room.make({ ...base, [knob]: value });
        if (!isWanted()) return;
        hearts.push(heart);
        this.stops = [...this.stops, sweepStop(value, heart)];
        this.progress = { done: hearts.length, of: 2 * values.length };
      }
      for (const [i, heart] of hearts.entries()) {
        const { labels } = await room.read(heart);
        if (!isWanted()) return;
        this.stops = this.stops.map((stop, at) => (at === i ? withNetwork(stop, labels, heart.labels) : stop));
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
