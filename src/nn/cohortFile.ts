/** The real cohort's summary as files, next to the weights that learned from it. */
import type { CohortPoint, CohortSummary } from '../core/statistics/cohortSummary.ts';
import { packWeights, type LoadedModel, type ModelFile } from './weights.ts';

/** model.json of the cohort; the rest is in its tensors. */
export interface CohortFile extends ModelFile {
  readonly patients: number;
  readonly suddenDeaths: number;
  readonly otherDeaths: number;
  /** SHA-256 of the covariate branch's weights, whose risks gave the percentiles. */
  readonly risksBy: string;
}

const FIELDS = [
  'years',
  'atRisk',
  'free',
  'low',
  'high',
  'suddenDeath',
  'otherDeath',
] as const satisfies readonly (keyof CohortPoint)[];

export function packCohort(
  summary: CohortSummary,
  risksBy: string,
  version: string,
): { readonly model: CohortFile; readonly weights: Uint8Array } {
  const { patients, suddenDeaths, otherDeaths, curve, riskPercentiles } = summary;
  const { tensors, weights } = packWeights(
    [
      { name: 'curve', shape: [curve.length, FIELDS.length] },
      { name: 'riskPercentiles', shape: [riskPercentiles.length] },
    ],
    {
      curve: Float32Array.from(curve.flatMap((point) => FIELDS.map((field) => point[field]))),
      riskPercentiles: Float32Array.from(riskPercentiles),
    },
    'float32',
  );
  return { model: { name: 'cohort', version, patients, suddenDeaths, otherDeaths, risksBy, tensors }, weights };
}

/** The summary from files that `loadModel('cohort', ...)` has checked. */
export function cohortSummary({ file, arrays }: Pick<LoadedModel<CohortFile>, 'file' | 'arrays'>): CohortSummary {
  const { patients, suddenDeaths, otherDeaths } = file;
  const { curve, riskPercentiles } = arrays;
  return {
    patients,
    suddenDeaths,
    otherDeaths,
    curve: Array.from({ length: curve.length / FIELDS.length }, (_, i) => {
      const [years, atRisk, free, low, high, suddenDeath, otherDeath] = curve.subarray(i * FIELDS.length);
      return { years, atRisk, free, low, high, suddenDeath, otherDeath };
    }),
    riskPercentiles: [...riskPercentiles],
  };
}
