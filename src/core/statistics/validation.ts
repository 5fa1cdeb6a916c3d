/**
 * How good a model's predictions are in a cohort that it never saw: discrimination, calibration, overall error and use.
 */
import { ScarcastError } from '../errors.ts';
import { quantiles } from '../quantiles.ts';
import type { Random } from '../random.ts';
import { brierScore, integratedBrierScore } from './brier.ts';
import {
  calibrationCurve,
  calibrationGroups,
  observedRisk,
  type CalibrationCurve,
  type CalibrationGroup,
} from './calibration.ts';
import { harrellC, unoC } from './concordance.ts';
import { decisionCurve, type DecisionPoint } from './decisionCurve.ts';
import { kaplanMeier, stepAt } from './kaplanMeier.ts';
import type { Bootstrapped } from './pairedBootstrap.ts';
import type { RightCensored } from './rightCensored.ts';
import { timeDependentRoc } from './timeDependentRoc.ts';

/** A measure with its 95% limits; null where this cohort cannot give it. */
export type Measure = Bootstrapped | null;

/** How a model sees the cohort's patients. */
export interface ModelPredictions {
  /** Higher is worse. */
  readonly score: Float64Array;
  /** Patient i's net risk by t; null for a score that gives no risk. */
  readonly riskAt: ((i: number, tYears: number) => number) | null;
}

export interface ValidatedAt {
  readonly years: number;
  /** Kaplan-Meier's risk of the cohort, other deaths as censoring. */
  readonly observed: { readonly value: number; readonly low: number; readonly high: number };
  readonly meanPredicted: number | null;
  /** Observed over expected; 1 is right. */
  readonly ratio: Measure;
  /** Cumulative/dynamic. */
  readonly auc: Measure;
  readonly brier: Measure;
  /** 1 - Brier/that of Kaplan-Meier's risk for all: above 0 the model knows more than the mean. */
  readonly scaledBrier: Measure;
}

export interface ModelValidation {
  /** Over all of the follow-up. */
  readonly harrell: Measure;
  /** By the horizon. */
  readonly uno: Measure;
  readonly at: readonly ValidatedAt[];
  /** The mean Brier score up to the horizon. */
  readonly integratedBrier: Measure;
  /** At the horizon: groups of equal size, smoothed curve, decision curve. Null where the model gives no risk, or the cohort no curve. */
  readonly groups: readonly CalibrationGroup[] | null;
  readonly curve: CalibrationCurve | null;
  readonly decision: readonly DecisionPoint[] | null;
}

export interface FollowUp {
  readonly patients: number;
  readonly events: number;
  /** Of the times to the end of observation, by Kaplan-Meier with event and censoring exchanged (Schemper and Smith, 1996); NaN if not reached. */
  readonly medianYears: number;
  readonly longestYears: number;
}

export interface ValidationOptions {
  /** Ascending; the last of them is the horizon. Those beyond the follow-up are left out by `yearsWithin`. */
  readonly years: readonly number[];
  /** Bootstrap samples of the patients. */
  readonly samples: number;
  readonly random: Random;
}

/** Risks at which a patient might be treated. */
const THRESHOLDS = Array.from({ length: 30 }, (_, k) => (k + 1) / 100);
/** Fewer patients per group than this show nothing. */
const LEAST_IN_GROUP = 15;
const MOST_GROUPS = 5;

export function followUp({ time, event }: RightCensored): FollowUp {
  const reversed = kaplanMeier(
    time,
    event.map((one) => 1 - one),
  );
  const at = reversed.survival.findIndex((value) => value <= 0.5);
  return {
    patients: time.length,
    events: event.reduce((sum, one) => sum + one, 0),
    medianYears: at < 0 ? NaN : reversed.time[at],
    longestYears: time.reduce((most, one) => Math.max(most, one), 0),
  };
}

/** Those of these years by which somebody is still followed, so that the cohort can say something about them. */
export function yearsWithin({ time }: RightCensored, years: readonly number[]): number[] {
  const longest = time.reduce((most, one) => Math.max(most, one), 0);
  return years.filter((t) => t < longest);
}

/**
 * Validates a model as it is; nothing is fitted to the cohort. Limits by the percentile bootstrap over patients (Efron and Tibshirani
 * 1993, chapter 13): each sample draws as many patients with replacement, and a measure that a sample cannot give is left out of it.
 * Sources of the measures: harrellC, unoC, timeDependentRoc, brierScore, calibrationCurve, decisionCurve; scaled Brier: Steyerberg
 * et al., Epidemiology 2010;21:128.
 */
export function validateModel(
  data: RightCensored,
  { score, riskAt }: ModelPredictions,
  { years, samples, random }: ValidationOptions,
): ModelValidation {
  const n = data.time.length;
  const horizon = years.at(-1) ?? NaN;
  const risks = riskAt && years.map((t) => Float64Array.from({ length: n }, (_, i) => riskAt(i, t)));
  const measure = bootstrapped(data, samples, random);

  return {
    harrell: measure((who, { time, event }) => harrellC(time, event, of(score, who)).c),
    uno: measure((who, sample) => unoC(sample.time, sample.event, of(score, who), horizon, sample).c),
    at: years.map((t, k) => {
      const risk = risks?.[k] ?? null;
      const { observed, low, high } = observedRisk(data, t);
      return {
        years: t,
        observed: { value: observed, low, high },
        meanPredicted: risk && mean(risk),
        ratio: risk && measure((who, sample) => observedRisk(sample, t).observed / mean(of(risk, who))),
        auc: measure((who, sample) => timeDependentRoc(sample, of(risk ?? score, who), t, sample).auc),
        brier: risk && measure((who, sample) => brierAt(sample, of(risk, who), t)),
        scaledBrier:
          risk &&
          measure((who, sample) => {
            const all = new Float64Array(who.length).fill(observedRisk(sample, t).observed);
            return 1 - brierAt(sample, of(risk, who), t) / brierAt(sample, all, t);
          }),
      };
    }),
    integratedBrier:
      riskAt &&
      measure((who, sample) =>
        integratedBrierScore(sample.time, sample.event, (i, t) => 1 - riskAt(who[i], t), horizon, sample),
      ),
    ...atHorizon(data, risks?.at(-1) ?? null, horizon, random),
  };
}

/**
 * Only Harrell's C and observed over expected by the horizon, with limits as in `validateModel`: what a subgroup can
 * show.
 */
export function validateBriefly(
  data: RightCensored,
  { score, riskAt }: ModelPredictions,
  { years, samples, random }: ValidationOptions,
): Record<'harrell' | 'ratio', Measure> {
  const horizon = years.at(-1) ?? NaN;
  const risks = riskAt && Float64Array.from(data.time, (_, i) => riskAt(i, horizon));
  const measure = bootstrapped(data, samples, random);
  return {
    harrell: measure((who, { time, event }) => harrellC(time, event, of(score, who)).c),
    ratio: risks && measure((who, sample) => observedRisk(sample, horizon).observed / mean(of(risks, who))),
  };
}

/** The smoothed calibration at t; null where the cohort gives no curve. */
export const smoothedCalibration = (
  data: RightCensored,
  risk: Float64Array,
  tYears: number,
  random: Random,
): CalibrationCurve | null => orNull(() => calibrationCurve(data, risk, tYears, random));

const of = (values: Float64Array, who: Uint32Array): Float64Array => Float64Array.from(who, (i) => values[i]);

/** Computes a measure on all and on each bootstrap sample, the same samples for every measure. */
function bootstrapped(
  data: RightCensored,
  samples: number,
  random: Random,
): (compute: (who: Uint32Array, data: RightCensored) => number) => Measure {
  const n = data.time.length;
  const everyone = Uint32Array.from(data.time.keys());
  const draws = Array.from({ length: samples }, () =>
    Uint32Array.from({ length: n }, () => Math.floor(random.next() * n)),
  );
  const rows = [everyone, ...draws].map((who) => ({ who, data: chosen(data, who) }));
  return (compute) => {
    const [value, ...drawn] = rows.map((one) => orNaN(() => compute(one.who, one.data)));
    const known = drawn.filter((one) => Number.isFinite(one));
    if (!Number.isFinite(value) || known.length < drawn.length / 2) return null;
    const [low, high] = quantiles(known, [0.025, 0.975]);
    return { value, low, high };
  };
}

function atHorizon(
  data: RightCensored,
  risk: Float64Array | null,
  horizon: number,
  random: Random,
): Pick<ModelValidation, 'groups' | 'curve' | 'decision'> {
  if (risk === null) return { groups: null, curve: null, decision: null };
  const groups = Math.min(MOST_GROUPS, Math.floor(risk.length / LEAST_IN_GROUP));
  return {
    groups: groups < 2 ? null : calibrationGroups(data, risk, horizon, groups),
    curve: smoothedCalibration(data, risk, horizon, random),
    decision: decisionCurve(data, risk, horizon, THRESHOLDS),
  };
}

const brierAt = ({ time, event }: RightCensored, risk: Float64Array, t: number): number =>
  brierScore(
    time,
    event,
    risk.map((p) => 1 - p),
    t,
    { time, event },
  );

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function chosen({ time, event }: RightCensored, who: Uint32Array): RightCensored {
  return { time: Float64Array.from(who, (i) => time[i]), event: Uint8Array.from(who, (i) => event[i]) };
}

/** What this cohort cannot give (too few risks, events or years) is null; any other error is a fault of the code. */
function orNull<T>(compute: () => T): T | null {
  try {
    return compute();
  } catch (error) {
    if (error instanceof ScarcastError) return null;
    throw error;
  }
}

const orNaN = (compute: () => number): number => orNull(compute) ?? NaN;

/** What a cohort with this many events shows. */
export interface Precision {
  /** Half the width of the limits of Harrell's C. */
  readonly halfWidth: number;
  /** Events for which that would be 0.05, if it falls with the root of their number. */
  readonly eventsFor005: number;
}

/**
 * How precisely the cohort gives the model's C, and how many events would give it within 0.05: the width of an interval
 * falls with the root of the number of events (Riley et al., BMJ 2024;384:e074821, criterion on the precision of the C
 * statistic).
 */
export function precisionOfC(harrell: Measure, events: number): Precision | null {
  if (harrell === null) return null;
  const halfWidth = (harrell.high - harrell.low) / 2;
  return { halfWidth, eventsFor005: Math.round(events * (halfWidth / 0.05) ** 2) };
}

/** Kaplan-Meier's survival of some of the patients, to be drawn. */
export function survivalSteps(
  data: RightCensored,
  who: readonly number[],
): { readonly t: number; readonly s: number }[] {
  const { time, survival } = kaplanMeier(
    Float64Array.from(who, (i) => data.time[i]),
    Uint8Array.from(who, (i) => data.event[i]),
  );
  return [{ t: 0, s: 1 }, ...[...time.keys()].map((k) => ({ t: time[k], s: stepAt(time, survival, time[k], 1) }))];
}
