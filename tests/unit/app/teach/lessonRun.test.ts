import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { LessonRun } from '../../../../src/app/teach/state/lessonRun.svelte.ts';
import { TeachRoom } from '../../../../src/app/teach/state/teachRoom.svelte.ts';
import type { Workers } from '../../../../src/app/shared/workers.ts';
import { Tissue } from '../../../../src/core/phantom/constants.ts';
import { GALLERY, nullMsOf, NUMBER_KNOBS, type Knobs } from '../../../../src/core/phantom/knobs.ts';
import { readLesson, type LessonTask } from '../../../../src/pipeline/teaching/lesson.ts';
import { TeachingScanner } from '../../../../src/pipeline/teaching/teachingHeart.ts';

/** For a stack on a busy machine. */
const STACK_MS = 20_000;
const FOLDER = 'src/app/messages/lessons';
const lessons = readdirSync(FOLDER).map((name) => readLesson(readFileSync(`${FOLDER}/${name}`, 'utf8')));

/** Stacks are made as the page makes them; no lesson's task waits for the slice on view or for the networks. */
const scanner = new TeachingScanner();
const never = new Promise<never>(() => undefined);
const workers = {
  reading: {
    call: (name: string, { heart }: { readonly heart: Knobs }) =>
      name === 'teachingHeart' ? Promise.resolve(scanner.stack(heart)) : never,
  },
  inference: { call: () => never },
} as unknown as Workers;
const room = new TeachRoom(workers, GALLERY.wideBorder);
afterAll(() => room.close());

/** Does a task as a student would: with the knobs, the list above the image, and the answers. */
function carryOut(task: LessonTask, run: LessonRun): void {
  switch (task.kind) {
    case 'turn': {
      const { step } = NUMBER_KNOBS[task.knob];
      room.turn({ [task.knob]: step * Math.ceil(task.from / step) });
      break;
    }
    case 'null': {
      const { step } = NUMBER_KNOBS.inversionMs;
      room.turn({ inversionMs: step * Math.round(nullMsOf(room.knobs, Tissue[task.tissue]) / step) });
      break;
    }
    case 'set':
      room.turn(task.to as Partial<Knobs>);
      break;
    case 'show':
      room.shown = task.shown;
      break;
    case 'error':
      // As the shipped lesson says: widen the border.
      room.turn({ greyPercent: NUMBER_KNOBS.greyPercent.max });
      break;
    case 'choose':
      run.answer = task.right;
      break;
  }
}

describe.each(['en', 'zh'] as const)('a lesson in %s', (language) => {
  it.each(lessons.map((lesson) => [lesson.title[language], lesson] as const))(
    'is played through: %s',
    async (_, lesson) => {
      const run = new LessonRun(lesson, room);
      for (const [i, step] of lesson.steps.entries()) {
        const place = `step ${i + 1}`;
        expect(run.step, place).toBe(step);
        for (const text of [step.text, step.done])
          expect(/[一-鿿]/.test(text[language]), place).toBe(language === 'zh');
        expect(run.isDone, `${place} before its task`).toBe(false);
        expect(run.isAsking, `${place} asks`).toBe(step.task.kind === 'choose');
        if (step.task.kind === 'choose') {
          run.answer = step.task.right === 0 ? 1 : 0;
          expect(run.isDone, `${place} after a wrong answer`).toBe(false);
        }
        carryOut(step.task, run);
        await vi.waitFor(() => expect(run.isDone, `${place} after its task`).toBe(true), STACK_MS);
        expect(run.isLast).toBe(i === lesson.steps.length - 1);
        run.next();
      }
      run.back();
      expect(run.at).toBe(lesson.steps.length - 2);
    },
  );
});
