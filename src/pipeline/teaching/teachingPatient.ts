import type { Clinical } from '../../core/patient/covariates.ts';
import { DEMO_COVARIATES } from '../../core/phantom/demoPatient.ts';
import type { HeartTruth } from '../../core/phantom/heart.ts';
import type { Knobs } from '../../core/phantom/knobs.ts';

/** The patient of a teaching heart: the demo's, with what the knobs say. */
export function clinicalOf({ pattern, acute, lvefPercent }: Knobs, truth: HeartTruth): Clinical {
  const infarct = pattern === 'infarct';
  return {
    covariates: {
      ...DEMO_COVARIATES,
      lvef: lvefPercent,
      lvMassCmr: Math.round(truth.myocardiumG),
      infarctPercent: Math.round((100 * truth.scarG) / truth.myocardiumG),
    },
    facts: {
      ischaemic: infarct,
      icd: false,
      ...(infarct ? { daysSinceInfarct: acute ? 5 : 1460, revascularised: true } : {}),
    },
  };
}
