/** What a reader said about the hearts of a set, as a file, and how it agrees with the truth. */
import * as v from 'valibot';
import { ScarcastError } from '../../core/errors.ts';
import { heartOf, PATTERNS, type Knobs, type Pattern } from '../../core/phantom/knobs.ts';
import { ARTEFACTS, drawReadingSet, setOfCode, type Artefact } from '../../core/phantom/readingSet.ts';
import type { Territory } from '../../core/phantom/heartSpec.ts';
import type { SegmentMeasures } from '../../core/scar/aha17.ts';
import { blandAltman, kappa, quadratic, type BlandAltman } from '../../core/statistics/readerAgreement.ts';
import { isScar } from '../../core/volume/volume.ts';
import { head, readTeachingFile } from './teachingFiles.ts';

export type ClassReason = { readonly code: 'notAClassCode' } | { readonly code: 'otherClass'; readonly name: string };

/** An invalid code, or a result from a different set than the first. */
export class ClassError extends ScarcastError<ClassReason> {}

/** Segments that have a wall with an inside and an outside: all except the cap. */
export const READ_SEGMENTS = 16;
/** Transmurality in the quarters that viability is read by: 0 none, 4 more than three quarters. */
export type Quarter = 0 | 1 | 2 | 3 | 4;

/** What a reader says about one heart; null: left open. */
export interface HeartAnswer {
  readonly pattern: Pattern | null;
  /** null also if it is not an infarct. */
  readonly territory: Territory | null;
  /** Of segments 1 to 16. */
  readonly quarters: readonly Quarter[];
  /** Of what is drawn, where something is. */
  readonly scarMl: number | null;
  /** Scar voxel by voxel as runs (`runsOfScar`). */
  readonly drawn: Runs | null;
  readonly artefact: Artefact | null;
  readonly seconds: number;
}

/**
 * Lengths of runs through a stack from its first voxel: the number without scar, then the number with scar, and so on
 * in turn.
 */
export type Runs = readonly number[];

const quarter = v.picklist([0, 1, 2, 3, 4]);
const content = v.strictObject({
  ...head('result'),
  /** The hearts are not patients'. */
  simulated: v.optional(v.literal(true), true),
  code: v.pipe(
    v.string(),
    v.check((code) => setOfCode(code) !== null),
  ),
  /** As the student gave it; '' if not given. */
  name: v.pipe(v.string(), v.maxLength(60)),
  answers: v.pipe(
    v.array(
      v.strictObject({
        pattern: v.nullable(v.picklist(PATTERNS)),
        territory: v.nullable(v.picklist(['LAD', 'LCX', 'RCA'])),
        quarters: v.pipe(v.array(quarter), v.length(READ_SEGMENTS)),
        scarMl: v.nullable(v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(300))),
        drawn: v.optional(v.nullable(v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(0)))), null),
        artefact: v.nullable(v.picklist(ARTEFACTS)),
        seconds: v.pipe(v.number(), v.finite(), v.minValue(0)),
      }),
    ),
    v.minLength(1),
  ),
});
export type ReadingResult = v.InferOutput<typeof content>;

/** One answer for each heart of the code's set, and what is drawn fills the heart's stack. */
const result = v.pipe(
  content,
  v.forward(
    v.check(({ code, answers }) => {
      const set = setOfCode(code);
      if (set?.count !== answers.length) return false;
      const hearts = drawReadingSet(set);
      return answers.every(({ drawn }, i) => drawn === null || sum(drawn) === voxelsOf(hearts[i].knobs));
    }),
    ['answers'],
  ),
);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const voxelsOf = (knobs: Knobs): number => heartOf(knobs).size.reduce((product, length) => product * length, 1);

/** Scar of a stack's labels as runs. */
export function runsOfScar(labels: Uint8Array): number[] {
  const runs = [0];
  let inScar = false;
  for (const label of labels) {
    if (isScar(label) !== inScar) {
      inScar = !inScar;
      runs.push(0);
    }
    runs[runs.length - 1] += 1;
  }
  return runs;
}

/** Voxels of scar in both of two stacks' runs; the stacks are of one size. */
function inBoth(one: Runs, other: Runs): number {
  const ends = (runs: Runs): number[] => {
    let at = 0;
    return runs.map((length) => (at += length));
  };
  const [mine, its] = [ends(one), ends(other)];
  let [i, j, at, both] = [0, 0, 0, 0];
  while (i < mine.length && j < its.length) {
    const next = Math.min(mine[i], its[j]);
    if (i % 2 === 1 && j % 2 === 1) both += next - at;
    at = next;
    if (mine[i] === next) i += 1;
    if (its[j] === next) j += 1;
  }
  return both;
}

/** Voxels of scar. */
const inScar = (runs: Runs): number => sum(runs.filter((_, i) => i % 2 === 1));

/** Throws TeachingFileError. */
export const readResult = (text: string): ReadingResult => readTeachingFile(text, 'result', result);

export const writeResult = (code: string, name: string, answers: readonly HeartAnswer[]): string =>
  JSON.stringify({ scarcast: 'result', format: 1, simulated: true, code, name, answers });

/** The quarters of measured segments. */
export function quartersOf(segments: readonly SegmentMeasures[] | null): Quarter[] {
  return Array.from({ length: READ_SEGMENTS }, (_, i) => {
    const percent = segments?.[i]?.transmuralityPercent ?? 0;
    return Math.min(4, Math.ceil(Math.round(percent) / 25)) as Quarter;
  });
}

/** The segments that each artery supplies (Cerqueira 2002). */
const SUPPLIED: Readonly<Record<Territory, readonly number[]>> = {
  LAD: [1, 2, 7, 8, 13, 14, 17],
  RCA: [3, 4, 9, 10, 15],
  LCX: [5, 6, 11, 12, 16],
};

/** The artery whose segments hold the most scar; null where none does. */
export function arteryOf(segments: readonly SegmentMeasures[]): Territory | null {
  let best: Territory | null = null;
  let most = 0;
  for (const artery of ['LAD', 'RCA', 'LCX'] as const) {
    const scar = segments
      .filter(({ segment }) => SUPPLIED[artery].includes(segment))
      .reduce((sum, { scarPercent, myocardiumMl }) => sum + (scarPercent ?? 0) * (myocardiumMl ?? 0), 0);
    if (scar > most) [best, most] = [artery, scar];
  }
  return best;
}

/**
 * How a reader's answers agree with others on the same hearts, the truth's or another reader's. null where nothing can
 * be said.
 */
export interface ReadingAgreement {
  /** Cohen's kappa of the pattern and of the artery, and quadratically weighted of the segments' quarters. */
  readonly pattern: number | null;
  readonly territory: number | null;
  readonly quarters: number | null;
  /** Share of the artefacts that were named correctly. */
  readonly artefacts: number | null;
  /** Dice over segments that hold scar, all hearts together. */
  readonly segments: number | null;
  /** Dice over voxels of scar, over all hearts that both have drawn. */
  readonly drawn: number | null;
  /** The reader's scar less the other's, mL. */
  readonly scar: BlandAltman | null;
  /** A heart. */
  readonly seconds: number;
}

export function agreementOf(answers: readonly HeartAnswer[], truth: readonly HeartAnswer[]): ReadingAgreement {
  const hearts = answers.flatMap((mine, i) => (truth[i] ? [{ mine, its: truth[i] }] : []));
  const named = hearts.filter(({ mine }) => mine.pattern !== null);
  const artefacts = hearts.filter(({ mine, its }) => mine.artefact !== null && its.artefact !== null);
  const [mineQuarters, itsQuarters] = [
    hearts.flatMap(({ mine }) => mine.quarters),
    hearts.flatMap(({ its }) => its.quarters),
  ];
  const drawn = hearts.flatMap(({ mine, its }) => (mine.drawn && its.drawn ? [[mine.drawn, its.drawn] as const] : []));
  const drawnVoxels = sum(drawn.flatMap((two) => two.map(inScar)));
  const both = mineQuarters.filter((value, i) => value > 0 && itsQuarters[i] > 0).length;
  const either = [...mineQuarters, ...itsQuarters].filter((value) => value > 0).length;
  return {
    pattern: kappa<Pattern | null>(
      named.map(({ mine }) => mine.pattern),
      named.map(({ its }) => its.pattern),
    ),
    territory: kappa<Territory | null>(
      named.map(({ mine }) => mine.territory),
      named.map(({ its }) => its.territory),
    ),
    quarters: kappa<number>(mineQuarters, itsQuarters, quadratic),
    artefacts:
      artefacts.length > 0
        ? artefacts.filter(({ mine, its }) => mine.artefact === its.artefact).length / artefacts.length
        : null,
    segments: either > 0 ? (2 * both) / either : null,
    drawn: drawnVoxels > 0 ? (2 * sum(drawn.map(([mine, its]) => inBoth(mine, its)))) / drawnVoxels : null,
    scar: blandAltman(
      hearts.flatMap(({ mine, its }) =>
        mine.scarMl !== null && its.scarMl !== null ? [mine.scarMl - its.scarMl] : [],
      ),
    ),
    seconds: hearts.reduce((sum, { mine }) => sum + mine.seconds, 0) / Math.max(1, hearts.length),
  };
}

/** The results of one class: those of the first one's set, and why others were left out. */
export function sameClass(results: readonly ReadingResult[]): {
  readonly taken: readonly ReadingResult[];
  readonly left: readonly ClassReason[];
} {
  const code = results.at(0)?.code;
  return {
    taken: results.filter((one) => one.code === code),
    left: results.flatMap((one) => (one.code === code ? [] : [{ code: 'otherClass' as const, name: one.name }])),
  };
}
