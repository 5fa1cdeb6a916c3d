/** How both branches and their fusion do on simulated patients, whose truth is known. */
import type { SimulatedPatient } from '../../core/phantom/cohort.ts';
import { Random } from '../../core/random.ts';
import { harrellC } from '../../core/statistics/concordance.ts';
import { risk, type LogLogistic } from '../../core/patient/logLogistic.ts';
import { pairedBootstrapC } from '../../core/statistics/pairedBootstrap.ts';
import { quantiles } from '../../core/quantiles.ts';
import { covariateBranch, type CovariateNetwork } from '../../nn/networks/covariateBranch.ts';
import { blockBrightness, INPUT_SHAPE, reconstructionLoss } from '../../nn/networks/imageBranch.ts';
import { headLaw, type HeartReading, type ImageModelFile } from '../../nn/readHeart.ts';
import { runNetwork, type Network } from '../../nn/runNetwork.ts';

/** Hearts that are read in one run of the network. */
export const READ_BATCH = 16;
const HORIZONS_YEARS = [1, 5, 10] as const;
const BOOTSTRAP = { samples: 1000, seed: 5 };

/** A simulated patient as both branches see them. */
export interface ReadPatient {
  readonly patient: SimulatedPatient;
  readonly covariates: LogLogistic;
  readonly image: Omit<HeartReading, 'attention' | 'latent'>;
}

/** The branches that read; `network` gives head and reconstruction, as `imageBranch`. */
export interface Branches {
  readonly covariates: CovariateNetwork;
  readonly image: Pick<ImageModelFile, 'nullMu' | 'nullLnSigma'>;
  readonly network: Network;
}

/** Reads up to READ_BATCH patients with their heart images. */
export async function readPatients(
  { covariates, image, network }: Branches,
  some: readonly { readonly patient: SimulatedPatient; readonly heart: Float32Array }[],
): Promise<ReadPatient[]> {
  const images = some.map(({ heart }) => heart);
  const [head, rebuilt] = await runNetwork(network, blockBrightness(images), INPUT_SHAPE, READ_BATCH, {});
  const each = rebuilt.length / some.length;
  return some.map(({ patient, heart }, i) => ({
    patient,
    covariates: covariateBranch(covariates, patient.covariates, { ischaemic: true }).uncalibrated,
    image: {
      ...headLaw(image, head[2 * i], head[2 * i + 1]),
      reconstructionError: reconstructionLoss(rebuilt.subarray(i * each, (i + 1) * each), [heart]).value,
    },
  }));
}

/** C, calibration and mean risk of the branches and their fusion, with the truth's. */
export function simulatedFigures(test: readonly ReadPatient[], fused: (one: ReadPatient) => LogLogistic) {
  return {
    patients: test.length,
    suddenDeaths: test.filter(({ patient }) => patient.status === 1).length,
    c: {
      truth: concordance(test, ({ patient }) => trueLaw(patient)),
      covariates: concordance(test, (one) => one.covariates),
      image: concordance(test, (one) => one.image),
      fused: concordance(test, fused),
    },
    shareOfTrueC: {
      image: shareOfTruth(test, (one) => one.image),
      fused: shareOfTruth(test, fused),
    },
    // Of logit true F(5) on logit predicted F(5), least squares.
    slopeOfTruthOnPrediction: {
      image: slope(test, (one) => one.image),
      fused: slope(test, fused),
    },
    // C of the fused risk less that of a branch, on the same patients, with its 95% limits.
    fusedLessBranchC: {
      covariates: cDifference(test, fused, (one) => one.covariates),
      image: cDifference(test, fused, (one) => one.image),
    },
    meanRiskAt5Years: {
      truth: meanRisk(test, ({ patient }) => trueLaw(patient)),
      covariates: meanRisk(test, (one) => one.covariates),
      image: meanRisk(test, (one) => one.image),
      fused: meanRisk(test, fused),
    },
    riskAt5YearsByTenths: {
      image: byTenths(test, (one) => one.image),
      fused: byTenths(test, fused),
    },
  };
}

/**
 * Patients in tenths of their predicted 5-year risk, lowest first: means, and the range of nine in ten of the true
 * risks.
 */
export interface RiskByTenths {
  readonly predicted: readonly number[];
  readonly truth: readonly number[];
  readonly truthP5: readonly number[];
  readonly truthP95: readonly number[];
}

function byTenths(patients: readonly ReadPatient[], law: (one: ReadPatient) => LogLogistic): RiskByTenths {
  const risks = patients
    .map((one) => ({ predicted: risk(law(one), 5), truth: risk(trueLaw(one.patient), 5) }))
    .sort((a, b) => a.predicted - b.predicted);
  const tenths = Array.from({ length: 10 }, (_, k) =>
    risks.slice(Math.round((k * risks.length) / 10), Math.round(((k + 1) * risks.length) / 10)),
  );
  const rounded = (value: number): number => Number(value.toFixed(4));
  const mean = (of: 'predicted' | 'truth'): number[] =>
    tenths.map((some) => rounded(some.reduce((sum, one) => sum + one[of], 0) / some.length));
  const at = (share: number): number[] =>
    tenths.map((some) =>
      rounded(
        quantiles(
          some.map(({ truth }) => truth),
          [share],
        )[0],
      ),
    );
  return { predicted: mean('predicted'), truth: mean('truth'), truthP5: at(0.05), truthP95: at(0.95) };
}

const trueLaw = ({ trueMu, trueSigma }: SimulatedPatient): LogLogistic => ({ mu: trueMu, sigma: trueSigma });
const logOdds = (law: LogLogistic, years: number): number => Math.log(risk(law, years) / (1 - risk(law, years)));

/** The distance of the predicted log-odds from the true ones, at the worst of the three horizons. */
export function worstError(one: ReadPatient, predicted: LogLogistic): number {
  return Math.max(
    ...HORIZONS_YEARS.map((years) => Math.abs(logOdds(predicted, years) - logOdds(trueLaw(one.patient), years))),
  );
}

/** Share of patients, in %, whose true log-odds are within a width of the predicted at every horizon. */
export function covered(
  patients: readonly ReadPatient[],
  law: (one: ReadPatient) => LogLogistic,
  width: number,
): number {
  const inside = patients.filter((one) => worstError(one, law(one)) <= width).length;
  return Number(((100 * inside) / patients.length).toFixed(1));
}

function concordance(patients: readonly ReadPatient[], law: (one: ReadPatient) => LogLogistic): number {
  const { c } = harrellC(
    Float64Array.from(patients, ({ patient }) => patient.timeYears),
    Uint8Array.from(patients, ({ patient }) => (patient.status === 1 ? 1 : 0)),
    Float64Array.from(patients, (one) => risk(law(one), 5)),
  );
  return Number(c.toFixed(4));
}

function shareOfTruth(patients: readonly ReadPatient[], law: (one: ReadPatient) => LogLogistic): number {
  return Number((concordance(patients, law) / concordance(patients, ({ patient }) => trueLaw(patient))).toFixed(4));
}

function slope(patients: readonly ReadPatient[], law: (one: ReadPatient) => LogLogistic): number {
  const x = patients.map((one) => logOdds(law(one), 5));
  const y = patients.map(({ patient }) => logOdds(trueLaw(patient), 5));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  const covariance = mean(x.map((value, i) => (value - meanX) * (y[i] - meanY)));
  return Number((covariance / mean(x.map((value) => (value - meanX) ** 2))).toFixed(3));
}

function cDifference(
  patients: readonly ReadPatient[],
  law: (one: ReadPatient) => LogLogistic,
  otherLaw: (one: ReadPatient) => LogLogistic,
): { difference: number; low: number; high: number } {
  const outcomes = {
    time: Float64Array.from(patients, ({ patient }) => patient.timeYears),
    event: Uint8Array.from(patients, ({ patient }) => (patient.status === 1 ? 1 : 0)),
  };
  const risks = (of: (one: ReadPatient) => LogLogistic): Float64Array =>
    Float64Array.from(patients, (one) => risk(of(one), 5));
  const { difference } = pairedBootstrapC(
    outcomes,
    risks(law),
    risks(otherLaw),
    BOOTSTRAP.samples,
    new Random(BOOTSTRAP.seed),
  );
  const [value, low, high] = [difference.value, difference.low, difference.high].map((c) => Number(c.toFixed(4)));
  return { difference: value, low, high };
}

function meanRisk(patients: readonly ReadPatient[], law: (one: ReadPatient) => LogLogistic): number {
  return Number((patients.reduce((sum, one) => sum + risk(law(one), 5), 0) / patients.length).toFixed(4));
}

/** Share of hearts, in %, that the reconstruction calls unlike those that the branch learned from. */
export function flagged(patients: readonly ReadPatient[], reconstructionLimit: number): number {
  const beyond = patients.filter(({ image }) => image.reconstructionError > reconstructionLimit).length;
  return Number(((100 * beyond) / patients.length).toFixed(1));
}
