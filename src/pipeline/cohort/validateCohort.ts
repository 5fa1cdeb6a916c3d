/** What the shipped models are worth in somebody's own cohort, beside the measures that doctors use. Nothing is fitted to it. */
import { applies, type NotApplicable } from '../../core/patient/applicability.ts';
import type { Clinical } from '../../core/patient/covariates.ts';
import { decidingLvef } from '../../core/patient/guideline.ts';
import { risk, type LogLogistic } from '../../core/patient/logLogistic.ts';
import { shiftAt } from '../../core/patient/lvefShift.ts';
import { usualRate, type RateId } from '../../core/patient/rates.ts';
import { shifted, type Recalibration } from '../../core/patient/recalibration.ts';
import { madit2Score } from '../../core/patient/scores.ts';
import { quantiles } from '../../core/quantiles.ts';
import { Random } from '../../core/random.ts';
import { aalenJohansen } from '../../core/statistics/aalenJohansen.ts';
import { stepAt } from '../../core/statistics/kaplanMeier.ts';
import { logRank } from '../../core/statistics/logRank.ts';
import {
  followUp,
  precisionOfC,
  survivalSteps,
  validateModel,
  yearsWithin,
  type FollowUp,
  type ModelPredictions,
  type ModelValidation,
  type Precision,
} from '../../core/statistics/validation.ts';
import { covariateBranch } from '../../nn/networks/covariateBranch.ts';
import { fiveAnswersBranch, fiveAnswersOf } from '../../nn/networks/fiveAnswers.ts';
import type { Models } from '../analysing/models.ts';
import type { CohortModel } from './cohortModels.ts';
import { outcomesIn, type CohortPatient } from './patients.ts';

/** 'usual' takes for each patient the level of risk that the page shows first. */
export type CohortRate = RateId | 'usual';

export interface CohortQuestion {
  readonly rate: CohortRate;
  /** Leaves out those whom the models are not for. */
  readonly onlyApplicable: boolean;
  readonly samples: number;
}

export interface ValidatedModel extends ModelValidation {
  /** Who has what the model needs. */
  readonly patients: number;
  readonly events: number;
  readonly precision: Precision | null;
}

export interface RiskGroup {
  readonly patients: number;
  readonly events: number;
  readonly meanPredicted: number;
  readonly steps: readonly { readonly t: number; readonly s: number }[];
}

export interface CohortValidation {
  readonly followUp: FollowUp;
  readonly otherDeaths: number;
  readonly years: readonly number[];
  /** Why patients were left out; one may have several reasons. */
  readonly notApplicable: readonly { readonly code: NotApplicable['code']; readonly patients: number }[];
  readonly leftOut: number;
  /** null where nobody has what the model needs. */
  readonly models: Readonly<Record<CohortModel, ValidatedModel | null>>;
  /** Thirds by the covariate branch's risk, the lowest first, and the log-rank test between them. */
  readonly thirds: { readonly groups: readonly RiskGroup[]; readonly chiSquare: number; readonly p: number } | null;
  /** By year, with other deaths as a competing event (Aalen-Johansen). */
  readonly incidence: readonly { readonly years: number; readonly event: number; readonly otherDeath: number }[];
}

const YEARS = [1, 2, 3, 4, 5];
/** Fewer patients or events than this draw no groups. */
const LEAST_FOR_GROUPS = { patients: 30, events: 3 };
const SEED = 20;

/** Validates the shipped models on patients with known outcomes; few events give wide limits, never a refusal. */
export function validateCohort(
  everyone: readonly CohortPatient[],
  models: Models,
  { rate, onlyApplicable, samples }: CohortQuestion,
): CohortValidation {
  const judged = everyone.map((patient) => ({ patient, ...predict(patient.clinical, models, rate) }));
  const kept = onlyApplicable ? judged.filter(({ why }) => why.length === 0) : judged;
  const counts = new Map<NotApplicable['code'], number>();
  for (const { why } of judged) {
    for (const code of new Set(why.map((one) => one.code))) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const patients = kept.map(({ patient }) => patient);
  const data = outcomesIn(patients);
  const years = yearsWithin(data, YEARS);
  const status = Uint8Array.from(patients, ({ outcome }) => ({ none: 0, event: 1, otherDeath: 2 })[outcome]);
  const validated = (who: readonly number[], predictions: ModelPredictions): ValidatedModel | null => {
    const some = who.map((i) => patients[i]);
    const events = some.filter(({ outcome }) => outcome === 'event').length;
    if (events === 0) return null;
    const model = validateModel(outcomesIn(some), predictions, { years, samples, random: new Random(SEED) });
    return { ...model, patients: some.length, events, precision: precisionOfC(model.harrell, events) };
  };
  const ofLaws = (laws: readonly (LogLogistic | null)[]): ValidatedModel | null => {
    const who = [...laws.keys()].filter((i) => laws[i] !== null);
    const known = who.flatMap((i) => laws[i] ?? []);
    const horizon = years.at(-1) ?? YEARS[0];
    return validated(who, {
      score: Float64Array.from(known, (law) => risk(law, horizon)),
      riskAt: (i, t) => risk(known[i], t),
    });
  };
  const ofScores = (scores: readonly (number | null)[]): ValidatedModel | null => {
    const who = [...scores.keys()].filter((i) => scores[i] !== null);
    return validated(who, { score: Float64Array.from(who, (i) => scores[i] ?? NaN), riskAt: null });
  };
  const { time, event } = data;
  const incidence = patients.length > 0 ? aalenJohansen(time, status, 2) : null;
  return {
    followUp: followUp({ time, event }),
    otherDeaths: patients.filter(({ outcome }) => outcome === 'otherDeath').length,
    years,
    notApplicable: [...counts].map(([code, count]) => ({ code, patients: count })),
    leftOut: judged.length - kept.length,
    models: {
      covariates: ofLaws(kept.map(({ covariates }) => covariates)),
      fiveAnswers: ofLaws(kept.map(({ fiveAnswers }) => fiveAnswers)),
      lvef35: ofScores(patients.map(({ clinical }) => lowLvef(clinical))),
      madit2: ofScores(patients.map(({ clinical }) => madit2(clinical))),
    },
    thirds: thirdsBy(
      kept.map(({ covariates }) => covariates),
      patients,
      years.at(-1) ?? YEARS[0],
    ),
    incidence: years.map((t) => ({
      years: t,
      event: incidence ? stepAt(incidence.time, incidence.incidence[0], t, 0) : NaN,
      otherDeath: incidence ? stepAt(incidence.time, incidence.incidence[1], t, 0) : NaN,
    })),
  };
}

interface Judged {
  readonly why: readonly NotApplicable[];
  readonly covariates: LogLogistic;
  /** null where none of the five is known. */
  readonly fiveAnswers: LogLogistic | null;
}

function predict({ covariates, facts }: Clinical, models: Models, asked: CohortRate): Judged {
  const branch = covariateBranch(models.covariates, covariates, facts);
  const five = fiveAnswersBranch(models.fiveAnswers, fiveAnswersOf(covariates, facts), facts);
  const rate = asked === 'usual' ? usualRate(facts) : asked;
  const lvef = decidingLvef(covariates)?.percent ?? branch.patient.lvefPercent;
  const at = (law: LogLogistic, shifts: Recalibration['rates']): LogLogistic =>
    rate === 'music' ? law : shifted(law, shiftAt(shifts[rate], lvef));
  return {
    why: applies(facts, {
      noReflowMl: 0,
      nonIschaemicPattern: false,
      outOfTrainingRange: branch.outOfTrainingRange,
    }).why,
    covariates: at(branch, models.covariates.recalibration.rates),
    fiveAnswers: five.known.length === 0 ? null : at(five, five.recalibration.rates),
  };
}

/** The guideline's line: LVEF of 35% or less; null where it is not known. */
function lowLvef({ covariates }: Clinical): number | null {
  const lvef = decidingLvef(covariates);
  return lvef && Number(lvef.percent <= 35);
}

/** Points of MADIT-II's score; null where an answer is open. */
function madit2({ covariates, facts }: Clinical): number | null {
  const { least, most } = madit2Score(covariates, facts);
  return least === most ? least : null;
}

function thirdsBy(
  laws: readonly LogLogistic[],
  patients: readonly CohortPatient[],
  horizonYears: number,
): CohortValidation['thirds'] {
  const data = outcomesIn(patients);
  const events = data.event.reduce((sum, one) => sum + one, 0);
  if (patients.length < LEAST_FOR_GROUPS.patients || events < LEAST_FOR_GROUPS.events) return null;
  const risks = Float64Array.from(laws, (law) => risk(law, horizonYears));
  const [low, high] = quantiles(risks, [1 / 3, 2 / 3]);
  const group = Uint8Array.from(risks, (value) => (value <= low ? 0 : value <= high ? 1 : 2));
  const groups = [0, 1, 2].map((k): RiskGroup => {
    const who = [...group.keys()].filter((i) => group[i] === k);
    return {
      patients: who.length,
      events: who.filter((i) => data.event[i] === 1).length,
      meanPredicted: who.reduce((sum, i) => sum + risks[i], 0) / who.length,
      steps: survivalSteps(data, who),
    };
  });
  if (groups.some((one) => one.patients === 0)) return null;
  const { chiSquare, p } = logRank(data, group, groups.length);
  return { groups, chiSquare, p };
}
