import { lawParts } from '../../../core/phantom/cohort.ts';
import { EFFECTS, type Effect } from '../../../core/phantom/constants.ts';
import { DEMO_COVARIATES } from '../../../core/phantom/demoPatient.ts';
import type { TeachingHeart } from '../../../pipeline/teaching/teachingHeart.ts';

/** What the simulated law says about a heart at one size of the effect. */
export interface LawOfHeart extends ReturnType<typeof lawParts> {
  readonly effect: Effect;
}

/** True grey zone and core, in the form that the law uses. */
export const lawMeasures = ({
  truth,
}: TeachingHeart): { readonly greyZoneG: number; readonly corePercent: number } => ({
  greyZoneG: truth.greyZoneG,
  corePercent: truth.myocardiumG > 0 ? (100 * truth.coreG) / truth.myocardiumG : 0,
});

/** The simulated law for the true heart, once for each published size of the effect. */
export const lawOf = (heart: TeachingHeart, lvefPercent: number): LawOfHeart[] =>
  EFFECTS.map((effect) => ({
    effect,
    ...lawParts({ ...DEMO_COVARIATES, lvef: lvefPercent }, lawMeasures(heart), effect),
  }));
