import { codeOf, drawReadingSet, setOfCode, type BlindHeart } from '../../../core/phantom/readingSet.ts';
import { MYOCARDIUM_G_PER_ML } from '../../../core/scar/burden.ts';
import { CancelledError } from '../../../core/errors.ts';
import { THRESHOLD_METHODS, type ThresholdMethod } from '../../../core/scar/thresholds.ts';
import {
  arteryOf,
  ClassError,
  quartersOf,
  READ_SEGMENTS,
  runsOfScar,
  type HeartAnswer,
  type Quarter,
  type ReadingResult,
} from '../../../pipeline/teaching/readingSet.ts';
import type { TeachingHeart } from '../../../pipeline/teaching/teachingHeart.ts';
import { problemOf, type Problem } from '../../../workers/problem.ts';
import { ScarDrawing } from './scarDrawing.svelte.ts';
import type { NetworkAnswer, TeachRoom } from './teachRoom.svelte.ts';

/** One heart of a set with its truth, and what the other readers say about it. */
export interface ReadHeart {
  readonly truth: HeartAnswer;
  /** What it cannot tell is left open. */
  readonly network: HeartAnswer;
  /** mL of scar inside the true wall. */
  readonly thresholds: Readonly<Record<ThresholdMethod, number | null>>;
}

export const NO_ANSWER: HeartAnswer = {
  pattern: null,
  territory: null,
  quarters: Array.from({ length: READ_SEGMENTS }, (): Quarter => 0),
  scarMl: null,
  drawn: null,
  artefact: null,
  seconds: 0,
};

/** A set of hearts as a student reads them, with the truth hidden until the end. */
export class BlindReading {
  code = $state<string | null>(null);
  hearts = $state.raw<readonly BlindHeart[]>([]);
  at = $state(0);
  /** Of the heart in hand. */
  answer = $state.raw<HeartAnswer>(NO_ANSWER);
  answers = $state.raw<readonly HeartAnswer[]>([]);
  /** In the hearts' order, for those already made. */
  read = $state.raw<readonly ReadHeart[]>([]);
  /** Of a class whose files were opened; empty if the page's own reader has read. */
  results = $state.raw<readonly ReadingResult[]>([]);
  problem = $state.raw<Problem | null>(null);
  readonly drawing = new ScarDrawing();
  /** Of the heart in hand. */
  readonly room: TeachRoom;
  #began = 0;
  #round = 0;

  constructor(room: TeachRoom) {
    this.room = room;
  }

  readonly isReading = $derived.by(() => this.code !== null && this.answers.length < this.hearts.length);
  readonly isOver = $derived.by(() => this.code !== null && this.answers.length === this.hearts.length);

  /** Begins the set of a code. Throws ClassError. */
  begin(code: string): void {
    this.#take(code);
    this.#look();
  }

  /**
   * Shows a set that others have read: nothing is read here.
   * @param results of one code
   * Throws ClassError.
   */
  score(results: readonly ReadingResult[]): Promise<void> {
    const [{ code }] = results;
    if (this.code !== code || this.isReading) {
      this.#take(code);
      this.answers = this.hearts.map(() => NO_ANSWER);
    }
    this.results = results;
    return this.#score();
  }

  say(part: Partial<HeartAnswer>): void {
    this.answer = { ...this.answer, ...part };
  }

  /** One quarter more of a segment, and after the last none. */
  deepen(segment: number): void {
    const { quarters } = this.answer;
    this.say({ quarters: quarters.map((one, i) => (i === segment - 1 ? (((one + 1) % 5) as Quarter) : one)) });
  }

  /** Accepts the current answer, and goes on to the next heart or, after the last, to the truth. */
  next(): void {
    const seconds = (performance.now() - this.#began) / 1000;
    this.answers = [...this.answers, { ...this.answer, ...this.drawing.answer, seconds }];
    if (this.isOver) void this.#score();
    else {
      this.at += 1;
      this.#look();
    }
  }

  leave(): void {
    this.#round += 1;
    this.code = null;
    this.hearts = [];
    this.answers = [];
    this.read = [];
    this.results = [];
  }

  #take(code: string): void {
    const set = setOfCode(code);
    if (!set) throw new ClassError({ code: 'notAClassCode' });
    this.leave();
    this.code = codeOf(set);
    this.hearts = drawReadingSet(set);
    this.at = 0;
  }

  #look(): void {
    this.answer = NO_ANSWER;
    this.drawing.clear();
    this.room.turn(this.hearts[this.at].knobs);
    this.#began = performance.now();
  }

  async #score(): Promise<void> {
    const round = ++this.#round;
    this.problem = null;
    try {
      for (const blind of this.hearts.slice(this.read.length)) {
        const heart = await this.room.make(blind.knobs);
        const network = await this.room.read(heart);
        if (round !== this.#round) return;
        this.read = [...this.read, readHeart(blind, heart, network)];
      }
    } catch (error) {
      if (round === this.#round && !(error instanceof CancelledError)) this.problem = problemOf(error);
    }
  }
}

function readHeart(
  { knobs, artefact, territory }: BlindHeart,
  heart: TeachingHeart,
  network: NetworkAnswer,
): ReadHeart {
  const found = network.scar.aha17?.segments ?? null;
  const isOther = network.survival.applies.why.some(({ code }) => code === 'nonIschaemicScar');
  const scarMl = network.against?.scarMl ?? null;
  const pattern = scarMl === null || isOther ? null : scarMl > 0 ? 'infarct' : 'none';
  return {
    truth: {
      pattern: knobs.pattern,
      territory,
      quarters: quartersOf(heart.segments),
      scarMl: heart.truth.scarG / MYOCARDIUM_G_PER_ML,
      drawn: runsOfScar(heart.labels.labels),
      artefact,
      seconds: 0,
    },
    network: {
      pattern,
      territory: pattern === 'infarct' && found ? arteryOf(found) : null,
      quarters: quartersOf(found),
      scarMl,
      drawn: scarMl === null ? null : runsOfScar(network.labels.labels),
      artefact: null,
      seconds: 0,
    },
    thresholds: Object.fromEntries(
      THRESHOLD_METHODS.map((method) => [method, heart.thresholds?.[method].scarMl ?? null]),
    ) as Record<ThresholdMethod, number | null>,
  };
}
