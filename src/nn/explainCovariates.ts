import { Random } from '../core/random.ts';
import type { ApplicabilityFacts, Covariates, NetworkInput } from '../core/patient/covariates.ts';
import { logOddsOfRisk, type LogLogistic } from '../core/patient/logLogistic.ts';
import { HORIZON_YEARS } from '../core/patient/rates.ts';
import { shapleyValues } from '../core/patient/shapley.ts';
import {
  drawMissing,
  meanLawOf,
  networkInputs,
  recalibratedLawOf,
  type CovariateNetwork,
  type PlainNetwork,
} from './networks/covariateBranch.ts';

export interface CovariateExplanation {
  /** Log-odds of the net risk by `atYears` from the covariates alone. */
  readonly atYears: number;
  readonly logOdds: number;
  /** Its mean over the background. The effects add up to `logOdds` less this. */
  readonly meanLogOdds: number;
  /** How much each given answer adds to the log-odds; the largest first. */
  readonly effects: readonly { readonly id: NetworkInput; readonly logOdds: number }[];
}

const BACKGROUND_PATIENTS = 500;
const SEED = 5;

/** Two measurements of one thing are one player, under the first's name. */
const SAME_AS: Readonly<Partial<Record<NetworkInput, NetworkInput>>> = { lvefCmr: 'lvef' };

/** Why the shipped branch says what it says: `explainBy` on its law, recalibrated to the training cohort. */
export const explainCovariates = (
  network: CovariateNetwork,
  covariates: Covariates,
  facts: Pick<ApplicabilityFacts, 'ischaemic'>,
): CovariateExplanation => explainBy(network, recalibratedLawOf(network), covariates, facts);

/** Why a hospital's refit says what it says. */
export const explainRefit = (
  network: PlainNetwork,
  covariates: Covariates,
  facts: Pick<ApplicabilityFacts, 'ischaemic'>,
): CovariateExplanation => explainBy(network, meanLawOf(network), covariates, facts);

/**
 * Shapley values of the known inputs on the log-odds of F(4) of a covariate branch. An unknown input is not a player:
 * it stays at the training mean in patient and background alike, as in the prediction. The background represents the
 * training cohort's ischaemic patients without holding any of them: draws, always the same, from the cohort's joint law
 * given that flag, as stored with the weights (mean, covariance and range). Ethnicity's levels would be one player; no
 * weights have seen it.
 */
function explainBy(
  network: PlainNetwork,
  law: (x: Float64Array) => LogLogistic,
  covariates: Covariates,
  facts: Pick<ApplicabilityFacts, 'ischaemic'>,
): CovariateExplanation {
  const x = networkInputs(network, covariates, facts);
  const players = new Map<NetworkInput, number[]>();
  network.inputs.forEach((id, j) => {
    if ((id === 'ischaemic' ? facts.ischaemic : covariates[id]) === undefined) return;
    const player = SAME_AS[id] ?? id;
    players.set(player, [...(players.get(player) ?? []), j]);
  });
  const entries = [...players.values()];
  const played = new Set(entries.flat());
  const random = new Random(SEED);
  const ischaemic = network.inputs.indexOf('ischaemic');
  const ischaemicPatient = x.slice();
  if (ischaemic >= 0) ischaemicPatient[ischaemic] = 1;
  const drawn = [...x.keys()].filter((j) => j !== ischaemic);
  const background = drawMissing(network, ischaemicPatient, drawn, BACKGROUND_PATIENTS, random);
  for (const row of background) {
    x.forEach((value, j) => {
      if (!played.has(j)) row[j] = value;
    });
  }
  const { values, output, mean } = shapleyValues(
    (inputs) => logOddsOfRisk(law(inputs), HORIZON_YEARS),
    x,
    background,
    entries,
    random,
  );
  return {
    atYears: HORIZON_YEARS,
    logOdds: output,
    meanLogOdds: mean,
    effects: [...players.keys()]
      .map((id, i) => ({ id, logOdds: values[i] }))
      .sort((a, b) => Math.abs(b.logOdds) - Math.abs(a.logOdds)),
  };
}
