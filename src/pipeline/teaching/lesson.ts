/** A lesson: a sequence of states of the teaching heart, each with a task that can be checked. docs/teaching.md has the format. */
import * as v from 'valibot';
import { Tissue } from '../../core/phantom/constants.ts';
import {
  GALLERY,
  GALLERY_IDS,
  nullMsOf,
  NUMBER_KNOB_IDS,
  NUMBER_KNOBS,
  PATTERNS,
  type KnobGroup,
  type Knobs,
  type NumberKnob,
} from '../../core/phantom/knobs.ts';
import { THRESHOLD_METHODS, type ThresholdMethod } from '../../core/scar/thresholds.ts';
import { head, readTeachingFile } from './teachingFiles.ts';

/** The panels of the teaching room. */
export const TEACH_VIEWS = ['truth', 'signal', 'sweep', 'law'] as const;
export type TeachView = (typeof TEACH_VIEWS)[number];

/** What may be outlined on the image. */
export const SHOWN = ['none', 'truth', 'network', ...THRESHOLD_METHODS] as const;
export type Shown = (typeof SHOWN)[number];

const number = v.pipe(v.number(), v.finite());
/** In each language of the page. */
const words = v.strictObject({ en: v.pipe(v.string(), v.nonEmpty()), zh: v.pipe(v.string(), v.nonEmpty()) });

const choices = {
  pattern: v.picklist(PATTERNS),
  acute: v.boolean(),
  fieldTesla: v.picklist([1.5, 3]),
  contrast: v.picklist(['PSIR', 'magnitude']),
};

const withinLimits = (id: NumberKnob): v.GenericSchema<number, number> =>
  v.pipe(number, v.minValue(NUMBER_KNOBS[id].min), v.maxValue(NUMBER_KNOBS[id].max));

const knobs = v.strictObject({
  seed: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  pattern: v.exactOptional(choices.pattern),
  acute: v.exactOptional(choices.acute),
  fieldTesla: v.exactOptional(choices.fieldTesla),
  contrast: v.exactOptional(choices.contrast),
  ...(Object.fromEntries(NUMBER_KNOB_IDS.map((id) => [id, v.exactOptional(withinLimits(id))])) as Record<
    NumberKnob,
    v.ExactOptionalSchema<v.GenericSchema<number, number>, undefined>
  >),
});

const task = v.variant('kind', [
  /** Turn a knob to a value between two limits. */
  v.strictObject({ kind: v.literal('turn'), knob: v.picklist(NUMBER_KNOB_IDS), from: number, to: number }),
  /** Set the inversion time to a tissue's null, to within this many ms. */
  v.strictObject({
    kind: v.literal('null'),
    tissue: v.picklist(['myocardium', 'core', 'greyZone', 'noReflow', 'blood', 'fat']),
    withinMs: v.pipe(number, v.gtValue(0)),
  }),
  /** Set some of the knobs that are choices. */
  v.strictObject({ kind: v.literal('set'), to: v.partial(v.strictObject(choices)) }),
  /** Show something on the image. */
  v.strictObject({ kind: v.literal('show'), shown: v.picklist(SHOWN) }),
  /** Bring a method's absolute error, mL, to at least or at most this much. */
  v.strictObject({
    kind: v.literal('error'),
    by: v.picklist(['network', ...THRESHOLD_METHODS]),
    atLeastMl: v.exactOptional(number),
    atMostMl: v.exactOptional(number),
  }),
  /** Answer a question; `right` counts from 0. */
  v.strictObject({
    kind: v.literal('choose'),
    options: v.pipe(v.array(words), v.minLength(2)),
    right: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  }),
]);
export type LessonTask = v.InferOutput<typeof task>;

const lesson = v.strictObject({
  ...head('lesson'),
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/)),
  title: words,
  steps: v.pipe(
    v.array(
      v.pipe(
        v.strictObject({
          text: words,
          /**
           * The heart that the step begins with: one of the gallery's, and knobs turned on it; if absent, the last
           * step's.
           */
          heart: v.exactOptional(v.picklist(GALLERY_IDS)),
          knobs: v.exactOptional(knobs),
          shown: v.exactOptional(v.picklist(SHOWN)),
          view: v.exactOptional(v.picklist(TEACH_VIEWS)),
          task,
          /** What is said once the task is done. */
          done: words,
        }),
        v.check((step) => step.task.kind !== 'choose' || step.task.right < step.task.options.length),
      ),
    ),
    v.minLength(1),
    v.maxLength(40),
  ),
});
export type Lesson = v.InferOutput<typeof lesson>;
export type LessonStep = Lesson['steps'][number];

/** Throws TeachingFileError. */
export const readLesson = (text: string): Lesson => readTeachingFile(text, 'lesson', lesson);

/** The knobs at the start of a step. */
export function knobsAt(step: LessonStep, before: Knobs): Knobs {
  return { ...(step.heart ? GALLERY[step.heart] : before), ...step.knobs };
}

/** The group of knobs that a task needs; null if any will do, or none. */
export function knobsOf(task: LessonTask): KnobGroup | null {
  switch (task.kind) {
    case 'turn':
      return NUMBER_KNOBS[task.knob].group;
    case 'null':
      return 'scan';
    case 'set':
      return task.to.pattern !== undefined || task.to.acute !== undefined ? 'scar' : 'scan';
    case 'show':
    case 'error':
    case 'choose':
      return null;
  }
}

/** What a task is checked against. */
export interface LessonState {
  readonly knobs: Knobs;
  readonly shown: Shown;
  /** Measured less true scar, mL, by method; null or absent while it is not known for this heart. */
  readonly offMl: Readonly<Partial<Record<'network' | ThresholdMethod, number | null>>>;
  /** The option that was chosen last; null for none. */
  readonly answer: number | null;
}

/** Whether a task is done. */
export function isDone(task: LessonTask, { knobs, shown, offMl, answer }: LessonState): boolean {
  switch (task.kind) {
    case 'turn':
      return knobs[task.knob] >= task.from && knobs[task.knob] <= task.to;
    case 'null':
      return Math.abs(knobs.inversionMs - nullMsOf(knobs, Tissue[task.tissue])) <= task.withinMs;
    case 'set':
      return Object.entries(task.to).every(([id, value]) => knobs[id as keyof typeof task.to] === value);
    case 'show':
      return shown === task.shown;
    case 'error': {
      const off = offMl[task.by] ?? null;
      if (off === null) return false;
      return Math.abs(off) >= (task.atLeastMl ?? 0) && Math.abs(off) <= (task.atMostMl ?? Infinity);
    }
    case 'choose':
      return answer === task.right;
  }
}
