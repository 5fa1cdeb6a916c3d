/** Sums a cohort for other hospitals to see, with nobody's row in the sums. */
import { negativeLogLikelihood, risk, survival, type LogLogistic } from '../../core/patient/logLogistic.ts';
import { Z95 } from '../../core/statistics/kaplanMeier.ts';
import type { Measure } from '../../core/statistics/validation.ts';
import type { ModelCard, Models } from '../analysing/models.ts';
import { AggregatesError, FORMAT, VERSION, type Aggregates, type ModelAggregates } from './aggregates.ts';
import type { LawModel } from './cohortModels.ts';
import { judgePatient } from './judgePatient.ts';
import type { CohortPatient } from './patients.ts';
import type { CohortQuestion, CohortValidation } from './validateCohort.ts';

/** Counts from 1 to below this may identify a person, and are not given. */
const LEAST_CELL = 10;
/** Edges of predicted risk by the horizon. */
const EDGES = [0, 0.05, 0.1, 0.2, 1];
const HORIZON_YEARS = 5;
/** The difference of mu and ln sigma over which a slope's change is taken. */
const STEP = 1e-4;

const isSmall = (value: number): boolean => value > 0 && value < LEAST_CELL;
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** A count as it may be shared. */
const shared = (value: number): number | null => (isSmall(value) ? null : value);

/**
 * Which parts of a whole are not given: those that are too small, and then the smallest of the others, until the remainder of the whole is
 * not too small itself.
 * @param already parts that are not given anyway
 */
function withheld(parts: readonly number[], already: readonly boolean[]): boolean[] {
  const hidden = parts.map((part, k) => already[k] || isSmall(part));
  const bySize = [...parts.keys()].filter((k) => parts[k] > 0).sort((a, b) => parts[a] - parts[b]);
  for (const k of bySize) {
    if (!isSmall(total(parts.filter((_, i) => hidden[i])))) break;
    hidden[k] = true;
  }
  return hidden;
}

interface Known {
  readonly law: LogLogistic;
  readonly timeYears: number;
  readonly event: number;
}

/**
 * The sums of a validated cohort for the models as shipped: with their own calibrations, two hospitals would have two models.
 * @throws AggregatesError for fewer patients than a cell may have
 */
export function aggregatesOf(
  everyone: readonly CohortPatient[],
  models: Models,
  { rate, onlyApplicable }: Pick<CohortQuestion, 'rate' | 'onlyApplicable'>,
  validated: CohortValidation,
): Aggregates {
  const judged = everyone
    .map((patient) => ({ patient, ...judgePatient(patient, models, rate, null) }))
    .filter(({ why }) => !onlyApplicable || why.length === 0);
  if (judged.length < LEAST_CELL) {
    throw new AggregatesError({ code: 'tooFewToShare', patients: judged.length, least: LEAST_CELL });
  }
  const counted = (outcome: CohortPatient['outcome']): number =>
    judged.filter(({ patient }) => patient.outcome === outcome).length;
  const of = (id: LawModel): ModelAggregates | null => {
    const known = judged.flatMap(({ patient: { timeYears, outcome }, laws }): Known[] => {
      const law = laws[id];
      return law ? [{ law, timeYears, event: Number(outcome === 'event') }] : [];
    });
    return known.length < LEAST_CELL ? null : sumsOf(known, validated.models[id]?.harrell ?? null);
  };
  return {
    format: FORMAT,
    version: VERSION,
    rate,
    onlyApplicable,
    patients: judged.length,
    events: shared(counted('event')),
    otherDeaths: shared(counted('otherDeath')),
    models: {
      covariates: of('covariates'),
      fiveAnswers: of('fiveAnswers'),
      image: of('image'),
      fused: of('fused'),
    },
    weights: Object.fromEntries(models.cards.map(({ name, sha256: hash }: ModelCard) => [name, hash])),
  };
}

function sumsOf(known: readonly Known[], harrell: Measure): ModelAggregates {
  const slopes = ({ law, timeYears, event }: Known, byMu: number, byLnSigma: number): [number, number] => {
    const shifted = { mu: law.mu + byMu, sigma: law.sigma * Math.exp(byLnSigma) };
    const loss = negativeLogLikelihood(shifted, timeYears, event);
    return [-loss.byMu, -loss.byLogSigma];
  };
  const score: [number, number] = [0, 0];
  const information: [number, number, number] = [0, 0, 0];
  for (const one of known) {
    const [mu, lnSigma] = slopes(one, 0, 0);
    score[0] += mu;
    score[1] += lnSigma;
    const [up, down] = [slopes(one, STEP, 0), slopes(one, -STEP, 0)];
    const [wide, narrow] = [slopes(one, 0, STEP), slopes(one, 0, -STEP)];
    information[0] -= (up[0] - down[0]) / (2 * STEP);
    information[1] -= (up[1] - down[1]) / (2 * STEP);
    information[2] -= (wide[1] - narrow[1]) / (2 * STEP);
  }
  return {
    patients: known.length,
    events: shared(total(known.map(({ event }) => event))),
    expected: expectedIn(known),
    score,
    information,
    logitC: logitOf(harrell),
    bins: binsOf(known),
  };
}

function binsOf(known: readonly Known[]): ModelAggregates['bins'] {
  const inside = EDGES.slice(1).map((to, k) =>
    known.filter(({ law }) => {
      const at = risk(law, HORIZON_YEARS);
      return at >= EDGES[k] && (at < to || to === 1);
    }),
  );
  const events = inside.map((some) => total(some.map(({ event }) => event)));
  const hidden = withheld(
    inside.map(({ length }) => length),
    inside.map(() => false),
  );
  const hiddenEvents = withheld(events, hidden);
  return inside.map((some, k) => ({
    from: EDGES[k],
    to: EDGES[k + 1],
    patients: hidden[k] ? null : some.length,
    events: hiddenEvents[k] ? null : events[k],
    expected: hidden[k] ? null : expectedIn(some),
  }));
}

/** Events that laws expect over each patient's follow-up: the sum of the cumulative hazards (Berry, Biometrics 1983). */
const expectedIn = (known: readonly Known[]): number =>
  total(known.map(({ law, timeYears }) => -Math.log(survival(law, timeYears))));

const logit = (c: number): number => Math.log(c / (1 - c));

function logitOf(harrell: Measure): { value: number; variance: number } | null {
  if (harrell === null) return null;
  const { value, low, high } = harrell;
  if (!(low > 0 && high < 1 && low < high)) return null;
  return { value: logit(value), variance: ((logit(high) - logit(low)) / (2 * Z95)) ** 2 };
}
