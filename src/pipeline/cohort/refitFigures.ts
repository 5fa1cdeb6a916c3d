/** How well a refit does compared with the shipped models on the same patients. */
import type { RefitComparison, RefitFigures } from '../../core/patient/hospitalRefit.ts';
import { negativeLogLikelihood, risk, type LogLogistic } from '../../core/patient/logLogistic.ts';
import { Random } from '../../core/random.ts';
import type { RightCensored } from '../../core/statistics/rightCensored.ts';
import { smoothedCalibration, validateBriefly } from '../../core/statistics/validation.ts';
import { rowsOf, type SurvivalTable } from '../../nn/training/survivalTable.ts';

const SEED = 26;
const SAMPLES = 200;

/** By the patient's index; null where a model says nothing. */
export type Laws = readonly (LogLogistic | null)[];

export const eventsIn = ({ event }: RightCensored): number => event.reduce((sum, one) => sum + one, 0);

/** On the patients for whom both give a law. @param refitted out of fold */
export function compareWithShipped(
  table: SurvivalTable,
  refitted: Laws,
  shipped: Laws,
  horizonYears: number,
): RefitComparison {
  const pairs = refitted.flatMap((law, row) => {
    const other = shipped[row];
    return law && other ? [{ row, law, other }] : [];
  });
  const data = rowsOf(
    table,
    pairs.map(({ row }) => row),
  );
  const lossOf = (law: LogLogistic, i: number): number => negativeLogLikelihood(law, data.time[i], data.event[i]).value;
  const gains = pairs.map(({ law, other }, i) => lossOf(other, i) - lossOf(law, i));
  const mean = gains.reduce((sum, one) => sum + one, 0) / gains.length;
  const variance = gains.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (gains.length - 1);
  const figures = (laws: readonly LogLogistic[]): RefitFigures => figuresOf(data, laws, horizonYears);
  return {
    patients: pairs.length,
    events: eventsIn(data),
    refitted: figures(pairs.map(({ law }) => law)),
    shipped: figures(pairs.map(({ other }) => other)),
    gain: { logLikelihoodAPatient: mean, standardError: Math.sqrt(variance / gains.length) },
  };
}

function figuresOf(data: RightCensored, laws: readonly LogLogistic[], horizonYears: number): RefitFigures {
  const riskAt = (i: number, t: number): number => risk(laws[i], t);
  const score = Float64Array.from(laws, (law) => risk(law, horizonYears));
  const options = { years: [horizonYears], samples: SAMPLES, random: new Random(SEED) };
  const curve = smoothedCalibration(data, score, horizonYears, new Random(SEED));
  return {
    ...validateBriefly(data, { score, riskAt }, options),
    slope: curve?.slope ?? null,
    ici: curve?.ici ?? null,
  };
}
