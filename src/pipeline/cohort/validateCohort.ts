/** How well the shipped models do in any cohort, compared with the measures that doctors use and a ridge Cox of the cohort itself. */
import type { NotApplicable } from '../../core/patient/applicability.ts';
import type { HospitalCalibration } from '../../core/patient/hospitalCalibration.ts';
import { risk, type LogLogistic } from '../../core/patient/logLogistic.ts';
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
import type { Models } from '../analysing/models.ts';
import type { CohortModel } from './cohortModels.ts';
import { judgePatient, type CohortRate, type NoImage } from './judgePatient.ts';
import { outcomesIn, type CohortPatient } from './patients.ts';
import { ridgeCoxOutOfFold } from './ridgeCox.ts';
import { subgroupsOf, type Subgroup } from './subgroups.ts';

export interface CohortQuestion {
  readonly rate: CohortRate;
  /** Leaves out patients whom the models are not for. */
  readonly onlyApplicable: boolean;
  readonly samples: number;
  /** The calibration that the models are validated with; null: as shipped. */
  readonly calibration: HospitalCalibration | null;
}

export interface ValidatedModel extends ModelValidation {
  /** Patients who have what the model needs. */
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
  /** Why patients were left out; a patient may have several reasons. */
  readonly notApplicable: readonly { readonly code: NotApplicable['code']; readonly patients: number }[];
  readonly leftOut: number;
  /** Of the patients who were kept: how many have analysed images, and why the image says nothing about some of them. */
  readonly images: {
    readonly patients: number;
    readonly withheld: readonly { readonly code: NoImage; readonly patients: number }[];
  };
  /** null where nobody has what the model needs. */
  readonly models: Readonly<Record<CohortModel, ValidatedModel | null>>;
  /** Thirds by the covariate branch's risk, the lowest first, and the log-rank test between them. */
  readonly thirds: { readonly groups: readonly RiskGroup[]; readonly chiSquare: number; readonly p: number } | null;
  /** The covariate branch by sex, age, LVEF and aetiology. */
  readonly subgroups: readonly Subgroup[];
  /** By year, with other deaths as a competing event (Aalen-Johansen). */
  readonly incidence: readonly { readonly years: number; readonly event: number; readonly otherDeath: number }[];
}

const YEARS = [1, 2, 3, 4, 5];
/** With fewer patients or events than this, no groups are drawn. */
const LEAST_FOR_GROUPS = { patients: 30, events: 3 };
const SEED = 20;

/** Validates the shipped models as they are on patients with known outcomes; few events give wide limits, never a refusal. */
export function validateCohort(
  everyone: readonly CohortPatient[],
  models: Models,
  { rate, onlyApplicable, samples, calibration }: CohortQuestion,
): CohortValidation {
  const judged = everyone.map((patient) => ({ patient, ...judgePatient(patient, models, rate, calibration) }));
  const kept = onlyApplicable ? judged.filter(({ why }) => why.length === 0) : judged;
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
  const horizon = years.at(-1) ?? YEARS[0];
  const ofRisks = (who: readonly number[], riskAt: (i: number, t: number) => number): ValidatedModel | null =>
    validated(who, { score: Float64Array.from(who, (_, i) => riskAt(i, horizon)), riskAt });
  const ofLaws = (laws: readonly (LogLogistic | null)[]): ValidatedModel | null => {
    const who = [...laws.keys()].filter((i) => laws[i] !== null);
    const known = who.flatMap((i) => laws[i] ?? []);
    return ofRisks(who, (i, t) => risk(known[i], t));
  };
  const ofScores = (scores: readonly (number | null)[]): ValidatedModel | null => {
    const who = [...scores.keys()].filter((i) => scores[i] !== null);
    return validated(who, { score: Float64Array.from(who, (i) => scores[i] ?? NaN), riskAt: null });
  };
  const ridgeCox = ridgeCoxOutOfFold(patients);
  const { time, event } = data;
  const incidence = patients.length > 0 ? aalenJohansen(time, status, 2) : null;
  return {
    followUp: followUp({ time, event }),
    otherDeaths: patients.filter(({ outcome }) => outcome === 'otherDeath').length,
    years,
    notApplicable: counted(judged.flatMap(({ why }) => [...new Set(why.map((one) => one.code))])),
    leftOut: judged.length - kept.length,
    images: {
      patients: patients.filter(({ study }) => study !== null).length,
      withheld: counted(kept.flatMap(({ whyNoImage }) => whyNoImage ?? [])),
    },
    models: {
      covariates: ofLaws(kept.map(({ laws }) => laws.covariates)),
      fiveAnswers: ofLaws(kept.map(({ laws }) => laws.fiveAnswers)),
      image: ofLaws(kept.map(({ laws }) => laws.image)),
      fused: ofLaws(kept.map(({ laws }) => laws.fused)),
      lvef35: ofScores(kept.map(({ scores }) => scores.lvef35)),
      scarPercent: ofScores(kept.map(({ scores }) => scores.scarPercent)),
      greyZone5g: ofScores(kept.map(({ scores }) => scores.greyZone5g)),
      madit2: ofScores(kept.map(({ scores }) => scores.madit2)),
      coxRidge: ridgeCox && ofRisks([...patients.keys()], ridgeCox),
    },
    subgroups: subgroupsOf(
      patients,
      kept.map(({ laws }) => laws.covariates),
      years,
      samples,
    ),
    thirds: thirdsBy(
      kept.map(({ laws }) => laws.covariates),
      patients,
      horizon,
    ),
    incidence: years.map((t) => ({
      years: t,
      event: incidence ? stepAt(incidence.time, incidence.incidence[0], t, 0) : NaN,
      otherDeath: incidence ? stepAt(incidence.time, incidence.incidence[1], t, 0) : NaN,
    })),
  };
}

function counted<Code extends string>(codes: readonly Code[]): { readonly code: Code; readonly patients: number }[] {
  const counts = new Map<Code, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, patients]) => ({ code, patients }));
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
