import type { NumberKnob } from '../../../core/phantom/knobs.ts';
import { MYOCARDIUM_G_PER_ML } from '../../../core/scar/burden.ts';
import { THRESHOLD_METHODS } from '../../../core/scar/thresholds.ts';
import { isDone, knobsAt, knobsOf, type Lesson, type LessonState } from '../../../pipeline/teaching/lesson.ts';
import type { TeachRoom } from './teachRoom.svelte.ts';

/** A lesson in progress: the current step, and whether its task is done. */
export class LessonRun {
  readonly lesson: Lesson;
  at = $state(0);
  answer = $state<number | null>(null);
  readonly #room: TeachRoom;

  constructor(lesson: Lesson, room: TeachRoom) {
    this.lesson = lesson;
    this.#room = room;
    this.#begin();
  }

  get step(): Lesson['steps'][number] {
    return this.lesson.steps[this.at];
  }

  readonly isLast = $derived.by(() => this.at === this.lesson.steps.length - 1);

  readonly isDone = $derived.by(() => {
    const { knobs, shown, heart, network, isCurrent, isRead } = this.#room;
    const truthMl = heart && isCurrent ? heart.truth.scarG / MYOCARDIUM_G_PER_ML : null;
    const off = (scarMl: number | undefined): number | null =>
      scarMl === undefined || truthMl === null ? null : scarMl - truthMl;
    const offMl: LessonState['offMl'] = {
      network: isRead ? off(network?.against?.scarMl) : null,
      ...Object.fromEntries(THRESHOLD_METHODS.map((method) => [method, off(heart?.thresholds?.[method].scarMl)])),
    };
    return isDone(this.step.task, { knobs, shown, offMl, answer: this.answer });
  });

  /** A question waits for its answer, which the knobs would give away. */
  readonly isAsking = $derived.by(() => this.step.task.kind === 'choose' && !this.isDone);

  /** The knob that the current task needs; null if it is not a single knob. */
  readonly sought: NumberKnob | null = $derived.by(() => {
    const { task } = this.step;
    return task.kind === 'turn' ? task.knob : task.kind === 'null' ? 'inversionMs' : null;
  });

  next(): void {
    if (this.isLast) return;
    this.at += 1;
    this.#begin();
  }

  back(): void {
    if (this.at === 0) return;
    this.at -= 1;
    this.#begin();
  }

  #begin(): void {
    const { step } = this;
    this.answer = null;
    this.#room.group = knobsOf(step.task) ?? this.#room.group;
    if (this.sought) this.#room.touched = this.sought;
    this.#room.turn(knobsAt(step, this.#room.knobs));
    if (step.shown) this.#room.shown = step.shown;
    if (step.view) this.#room.panel = step.view;
  }
}
