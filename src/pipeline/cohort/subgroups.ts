import { decidingLvef } from '../../core/patient/guideline.ts';
import { risk, type LogLogistic } from '../../core/patient/logLogistic.ts';
import { Random } from '../../core/random.ts';
import { validateBriefly, type Measure } from '../../core/statistics/validation.ts';
import { outcomesIn, type CohortPatient } from './patients.ts';

/** Pairs; a patient for whom it is unknown is in neither group. */
const SUBGROUPS = ['men', 'women', 'under65', 'from65', 'lvefTo35', 'lvefOver35', 'ischaemic', 'other'] as const;
export type SubgroupId = (typeof SUBGROUPS)[number];

/** How the covariate branch does in some of the patients. */
export interface Subgroup {
  readonly id: SubgroupId;
  readonly patients: number;
  readonly events: number;
  readonly harrell: Measure;
  /** Observed over expected by the horizon. */
  readonly ratio: Measure;
  /** Whether there are so few events that the limits say more than the number. */
  readonly few: boolean;
}

/** Riley et al., BMJ 2024;384:e074821, ask for far more; below this a subgroup shows next to nothing. */
const FEW_EVENTS = 10;
const SEED = 23;

const isIn: Readonly<Record<SubgroupId, (clinical: CohortPatient['clinical']) => boolean>> = {
  men: ({ covariates }) => covariates.male === 1,
  women: ({ covariates }) => covariates.male === 0,
  under65: ({ covariates }) => covariates.age !== undefined && covariates.age < 65,
  from65: ({ covariates }) => covariates.age !== undefined && covariates.age >= 65,
  lvefTo35: ({ covariates }) => (decidingLvef(covariates)?.percent ?? Infinity) <= 35,
  lvefOver35: ({ covariates }) => (decidingLvef(covariates)?.percent ?? 0) > 35,
  ischaemic: ({ facts }) => facts.ischaemic === true,
  other: ({ facts }) => facts.ischaemic === false,
};

/** Groups without a patient are left out; one without an event has neither measure. */
export function subgroupsOf(
  patients: readonly CohortPatient[],
  laws: readonly LogLogistic[],
  years: readonly number[],
  samples: number,
): Subgroup[] {
  const horizon = years.at(-1) ?? NaN;
  return SUBGROUPS.flatMap((id): Subgroup[] => {
    const who = [...patients.keys()].filter((i) => isIn[id](patients[i].clinical));
    if (who.length === 0) return [];
    const some = who.map((i) => patients[i]);
    const events = some.filter(({ outcome }) => outcome === 'event').length;
    const riskAt = (i: number, t: number): number => risk(laws[who[i]], t);
    const score = Float64Array.from(who, (_, i) => riskAt(i, horizon));
    const measures =
      events === 0
        ? { harrell: null, ratio: null }
        : validateBriefly(outcomesIn(some), { score, riskAt }, { years, samples, random: new Random(SEED) });
    return [{ id, patients: who.length, events, few: events < FEW_EVENTS, ...measures }];
  });
}
