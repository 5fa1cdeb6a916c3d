/** What a hospital may share of its cohort: sums over many patients, from which several hospitals' figures are pooled. */
import * as v from 'valibot';
import { ScarcastError } from '../../core/errors.ts';
import { Z95 } from '../../core/statistics/kaplanMeier.ts';
import { solveSymmetric } from '../../core/statistics/linearAlgebra.ts';
import { poolRandomEffects, type Pooled } from '../../core/statistics/randomEffects.ts';
import { byName, count, list, number, sha256, words } from '../saving/schemaParts.ts';
import { LAW_MODELS, type LawModel } from './cohortModels.ts';

export type AggregatesFault =
  | { readonly code: 'tooFewToShare'; readonly patients: number; readonly least: number }
  | { readonly code: 'noAggregates' }
  | { readonly code: 'aggregatesNewer'; readonly itsFormat: number; readonly latestFormat: number }
  | { readonly code: 'aggregatesDiffer'; readonly what: 'weights' | 'rate' | 'applicable' };

/** A hospital's sums are of too few patients, or those of several hospitals do not belong together. */
export class AggregatesError extends ScarcastError<AggregatesFault> {}

export const FORMAT = 'scarcast-aggregates';
export const VERSION = 1;
const cell = v.nullable(count);
const pair = v.tuple([number, number]);
const triple = v.tuple([number, number, number]);
/** The sums for one model. */
export const modelAggregates = v.object({
  patients: count,
  events: cell,
  /** Events that the model expects over the same follow-up. */
  expected: number,
  /**
   * The slopes of the log-likelihood by a shift of mu and of ln sigma, at zero; and its information: mu mu, mu ln sigma, ln sigma twice.
   */
  score: pair,
  information: triple,
  /** ln(C/(1 - C)) of Harrell's C, with its variance by the bootstrap; null where the cohort gives none. */
  logitC: v.nullable(v.object({ value: number, variance: v.pipe(number, v.gtValue(0)) })),
  bins: list(v.object({ from: number, to: number, patients: cell, events: cell, expected: v.nullable(number) })),
});
/** The whole file. */
export const aggregatesFile = v.object({
  format: v.literal(FORMAT),
  version: v.literal(VERSION),
  rate: words,
  onlyApplicable: v.boolean(),
  patients: count,
  events: cell,
  otherDeaths: cell,
  models: v.object({
    covariates: v.nullable(modelAggregates),
    fiveAnswers: v.nullable(modelAggregates),
    image: v.nullable(modelAggregates),
    fused: v.nullable(modelAggregates),
  }),
  weights: byName(sha256),
});
const head = v.object({ format: v.literal(FORMAT), version: v.number() });

export type Aggregates = Readonly<v.InferOutput<typeof aggregatesFile>>;
export type ModelAggregates = v.InferOutput<typeof modelAggregates>;

/** The text of the file. */
export const writeAggregates = (aggregates: Aggregates): string => `${JSON.stringify(aggregates, null, 2)}\n`;

/** @throws AggregatesError */
export function readAggregates(text: string): Aggregates {
  const json = parsed(text);
  const told = v.safeParse(head, json);
  if (!told.success) throw new AggregatesError({ code: 'noAggregates' });
  const { version: itsFormat } = told.output;
  if (itsFormat > VERSION) throw new AggregatesError({ code: 'aggregatesNewer', itsFormat, latestFormat: VERSION });
  const read = v.safeParse(aggregatesFile, json);
  if (!read.success) throw new AggregatesError({ code: 'noAggregates' });
  return read.output;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export interface MergedModel {
  readonly hospitals: number;
  readonly patients: number;
  /** Observed over expected in the hospitals whose number of events is given, with 95% limits by Poisson's law. */
  readonly ratio: {
    readonly value: number;
    readonly low: number;
    readonly high: number;
    readonly hospitals: number;
  } | null;
  /**
   * One Newton step of the likelihood from the model as it is: the shift of mu and the factor of sigma, with 95% limits; null where the
   * likelihood curves the wrong way there, as it may with few events.
   */
  readonly recalibration: {
    readonly muShift: { readonly value: number; readonly low: number; readonly high: number };
    readonly sigmaFactor: { readonly value: number; readonly low: number; readonly high: number };
  } | null;
  /** Harrell's C by random effects on its log-odds; null for fewer than two hospitals that give one. */
  readonly harrell: (Pooled & { readonly each: readonly number[] }) | null;
  /** Sums over the hospitals that give each bin. */
  readonly bins: readonly {
    readonly from: number;
    readonly to: number;
    readonly hospitals: number;
    readonly patients: number;
    readonly events: number | null;
    readonly expected: number;
  }[];
}

export interface Merged {
  readonly hospitals: number;
  readonly patients: number;
  /** From the hospitals that give it. */
  readonly events: number;
  /** How many hospitals have too few events to give their number. */
  readonly eventsWithheld: number;
  readonly rate: string;
  readonly models: Readonly<Record<LawModel, MergedModel | null>>;
}

/**
 * Pools the sums of several hospitals. Sums are exact: they are the same as if all patients were in one place.
 * @throws AggregatesError where they were made by other networks or with other questions
 */
export function mergeAggregates(hospitals: readonly Aggregates[]): Merged {
  const [first] = hospitals;
  for (const { weights, rate, onlyApplicable } of hospitals) {
    const same = Object.entries(first.weights).every(([name, hash]) => weights[name] === hash);
    if (!same) throw new AggregatesError({ code: 'aggregatesDiffer', what: 'weights' });
    if (rate !== first.rate) throw new AggregatesError({ code: 'aggregatesDiffer', what: 'rate' });
    if (onlyApplicable !== first.onlyApplicable) {
      throw new AggregatesError({ code: 'aggregatesDiffer', what: 'applicable' });
    }
  }
  return {
    hospitals: hospitals.length,
    patients: sum(hospitals.map(({ patients }) => patients)),
    events: sum(hospitals.map(({ events }) => events ?? 0)),
    eventsWithheld: hospitals.filter(({ events }) => events === null).length,
    rate: first.rate,
    models: Object.fromEntries(
      LAW_MODELS.map((id) => [id, mergedModel(hospitals.flatMap(({ models }) => models[id] ?? []))]),
    ) as Record<LawModel, MergedModel | null>,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function mergedModel(given: readonly ModelAggregates[]): MergedModel | null {
  if (given.length === 0) return null;
  const told = given.flatMap(({ events, expected }) => (events === null ? [] : [{ events, expected }]));
  const observed = sum(told.map(({ events }) => events));
  const value = observed / sum(told.map(({ expected }) => expected));
  const factor = Math.exp(Z95 / Math.sqrt(observed));
  const ofC = given.flatMap(({ logitC }) => logitC ?? []);
  const pooled = poolRandomEffects(ofC);
  const back = (x: number): number => 1 / (1 + Math.exp(-x));
  return {
    hospitals: given.length,
    patients: sum(given.map(({ patients }) => patients)),
    ratio: observed > 0 ? { value, low: value / factor, high: value * factor, hospitals: told.length } : null,
    recalibration: oneStep(given),
    harrell: pooled && {
      ...pooled,
      value: back(pooled.value),
      low: back(pooled.low),
      high: back(pooled.high),
      each: ofC.map((one) => back(one.value)),
    },
    bins: given[0].bins.map(({ from, to }, k) => {
      const some = given.map(({ bins }) => bins[k]).filter(({ patients }) => patients !== null);
      const events = some.map((one) => one.events);
      return {
        from,
        to,
        hospitals: some.length,
        patients: sum(some.map(({ patients }) => patients ?? 0)),
        events: events.some((one) => one === null) ? null : sum(events.map((one) => one ?? 0)),
        expected: sum(some.map(({ expected }) => expected ?? 0)),
      };
    }),
  };
}

function oneStep(given: readonly ModelAggregates[]): MergedModel['recalibration'] {
  const score = Float64Array.from([0, 1], (k) => sum(given.map((one) => one.score[k])));
  const [mm, ms, ss] = [0, 1, 2].map((k) => sum(given.map(({ information }) => information[k])));
  if (!(mm > 0 && mm * ss > ms ** 2)) return null;
  const matrix = Float64Array.of(mm, ms, ms, ss);
  const step = solveSymmetric(matrix, score);
  const half = [0, 1].map(
    (k) =>
      Z95 *
      Math.sqrt(
        solveSymmetric(
          matrix,
          Float64Array.from([0, 1], (j) => Number(j === k)),
        )[k],
      ),
  );
  return {
    muShift: { value: step[0], low: step[0] - half[0], high: step[0] + half[0] },
    sigmaFactor: {
      value: Math.exp(step[1]),
      low: Math.exp(step[1] - half[1]),
      high: Math.exp(step[1] + half[1]),
    },
  };
}
