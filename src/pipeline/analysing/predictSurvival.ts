/** From a heart's reading and the covariates to the curves, their intervals, and whether they apply at all. */
import { percentileIn } from '../../core/statistics/cohortSummary.ts';
import { crudeRisk, otherDeathRisk } from '../../core/patient/crudeRisk.ts';
import type { CovariateId, Clinical } from '../../core/patient/covariates.ts';
import { applies, type HeartFindings } from '../../core/patient/applicability.ts';
import { isCalibrationOf, type HospitalCalibration } from '../../core/patient/hospitalCalibration.ts';
import { riskInterval } from '../../core/patient/interval.ts';
import { logOddsOfRisk, risk, type LogLogistic } from '../../core/patient/logLogistic.ts';
import { decidingLvef } from '../../core/patient/guideline.ts';
import { imageEffects } from '../../core/patient/imageEffects.ts';
import { shiftAt } from '../../core/patient/lvefShift.ts';
import { HORIZON_YEARS, otherDeathFactor, RATE_HALF_WIDTH, usualRate, type RateId } from '../../core/patient/rates.ts';
import { shifted } from '../../core/patient/recalibration.ts';
import { FIVE_ANSWERS, fiveAnswersBranch, fiveAnswersOf } from '../../nn/networks/fiveAnswers.ts';
import { explainCovariates, explainRefit } from '../../nn/explainCovariates.ts';
import { refittedNetwork } from '../../nn/networks/covariateFile.ts';
import { covariateBranch, type CovariateNetwork, type CovariateOutput } from '../../nn/networks/covariateBranch.ts';
import type { HeartReading } from '../../nn/readHeart.ts';
import {
  type AtYears,
  type CurvePoint,
  type Prediction,
  type RatedPredictions,
  type Survival,
  UNCERTAINTIES,
  type WhyNot,
} from './analysis.ts';
import {
  branchesByCalibration,
  branchesByRefit,
  branchesOf,
  CURVE_YEARS,
  fromCohort,
  type Branch,
  type HalfWidths,
} from './branches.ts';
import type { Models } from './models.ts';

const STEPS_A_YEAR = 10;

/**
 * The predictions of one patient: from covariates alone, from the image alone, and fused, as in SSCAR; and, beyond
 * SSCAR, from the five answers. Each as in the training cohort, at the contemporary rates, and by a hospital's own
 * calibration.
 * @param heart what the image branch read; null where no ventricle was found
 * @param given null leaves the models unchanged, and so does a calibration of other networks
 */
export function predictSurvival(
  heart: HeartReading | null,
  findings: HeartFindings,
  clinical: Clinical,
  models: Models,
  given: HospitalCalibration | null = null,
): Survival {
  const { image, cohort } = models;
  const { covariates, facts } = clinical;
  const fromCovariates = covariateBranch(models.covariates, covariates, facts);
  const five = fiveAnswersBranch(models.fiveAnswers, fiveAnswersOf(covariates, facts), facts);

  const verdict = applies(facts, {
    ...findings,
    outOfTrainingRange: fromCovariates.outOfTrainingRange,
  });
  const why: WhyNot[] = [...verdict.why];
  if (heart !== null && heart.reconstructionError > image.file.reconstructionLimit) {
    why.push({ code: 'unlikeSimulatedHearts' });
  }
  if (findings.withheld) why.push({ code: findings.withheld });
  const branches = branchesOf(heart, fromCovariates, five, models);
  const calibration = given && isCalibrationOf(given, models.cards) ? given : null;
  const ofHospital = calibration
    ? calibration.refit
      ? branchesByRefit(branches, heart, fromCovariates, clinical, models, { ...calibration, refit: calibration.refit })
      : branchesByCalibration(branches, heart, fromCovariates, models, calibration)
    : branches;
  const level: Level = {
    lvefPercent: decidingLvef(covariates)?.percent ?? fromCovariates.patient.lvefPercent,
    otherDeathHazardPerYear: fromCovariates.otherDeathHazardPerYear,
  };
  const at = (rate: RateId): RatedPredictions => ({
    covariates: predict(branches.covariates, level, rate),
    fiveAnswers: branches.fiveAnswers && predict(branches.fiveAnswers, level, rate),
    fused: branches.fused && predict(branches.fused, level, rate),
  });
  const { explanation, ...asInMusic } = {
    ...at('music'),
    explanation: explainCovariates(models.covariates, covariates, facts),
  };
  const used = models.covariates.inputs.filter((id) => id !== 'ischaemic').length;
  const shareOfCovariates = 1 - fromCovariates.missingInputs.length / used;
  return {
    applies: { yes: why.length === 0, why },
    ...asInMusic,
    image: branches.image && predict(branches.image, level, 'music'),
    missingFiveAnswers: five.missing,
    leads:
      five.known.length > 0 && five.known.length / FIVE_ANSWERS.length >= shareOfCovariates
        ? 'fiveAnswers'
        : 'covariates',
    atRate: { afterInfarct: at('afterInfarct'), heartFailure: at('heartFailure') },
    usualRate: usualRate(facts),
    hospital: calibration && {
      covariates: predict(ofHospital.covariates, level, 'music'),
      fiveAnswers: ofHospital.fiveAnswers && predict(ofHospital.fiveAnswers, level, 'music'),
      fused: ofHospital.fused && predict(ofHospital.fused, level, 'music'),
      image: ofHospital.image && predict(ofHospital.image, level, 'music'),
      calibration,
      explanation: calibration.refit && explainRefit(refittedNetwork(calibration.refit.network), covariates, facts),
    },
    imageEffects: heart && imageEffects(image.file.effectCurves, logOddsOfRisk(heart, HORIZON_YEARS)),
    unusedInputs: fromCovariates.unusedInputs,
    missingInputs: fromCovariates.missingInputs,
    costOfMissing: costOfMissing(models.covariates, clinical, fromCovariates),
    percentile: percentileIn(cohort, risk(fromCovariates, HORIZON_YEARS)),
    explanation,
  };
}

/** What moves a prediction to a rate, and the crude risk with it. */
interface Level {
  /** The published rates differ by it; the training mean if none is known. */
  readonly lvefPercent: number;
  readonly otherDeathHazardPerYear: number;
}

/** How much narrower the interval would be for each missing input, were it known. */
function costOfMissing(
  network: CovariateNetwork,
  { covariates, facts }: Clinical,
  predicted: CovariateOutput,
): Record<string, number> {
  const width = (of: CovariateOutput): number => {
    const halfWidths = fromCohort(of, of, network.band, HORIZON_YEARS);
    const [low, high] = riskInterval(of, HORIZON_YEARS, Object.values(halfWidths));
    return high - low;
  };
  const now = width(predicted);
  return Object.fromEntries(
    predicted.missingInputs.map((id) => {
      const known = covariateBranch(network, { ...covariates, [id]: trainingMean(network, id) }, facts);
      return [id, Math.max(0, now - width(known))];
    }),
  );
}

function trainingMean({ inputs, mean, scaling }: CovariateNetwork, id: CovariateId): number {
  const j = inputs.findIndex((input) => input === id);
  return mean[j] * scaling[j].scale + scaling[j].shift;
}

function predict(
  { law: asInMusic, halfWidths: asLearned, shifts, followUpYears, restsOn, simulated, recalibrated }: Branch,
  { lvefPercent, otherDeathHazardPerYear: hazard }: Level,
  rate: RateId,
): Prediction {
  const law = rate === 'music' ? asInMusic : shifted(asInMusic, shiftAt(shifts[rate], lvefPercent));
  const halfWidths: HalfWidths = rate === 'music' ? asLearned : (t) => ({ ...asLearned(t), rate: RATE_HALF_WIDTH });
  const otherDeathHazardPerYear = hazard * otherDeathFactor(rate, lvefPercent);
  const atYears = <T>(value: (t: number) => T): AtYears<T> => ({
    '1': value(1),
    '4': value(4),
    '5': value(5),
    '10': value(10),
  });
  // All kinds are taken as independent.
  const interval = (t: number): readonly [number, number] => riskInterval(law, t, Object.values(halfWidths(t)));
  const curve = Array.from({ length: CURVE_YEARS * STEPS_A_YEAR + 1 }, (_, step): CurvePoint => {
    const t = step / STEPS_A_YEAR;
    const [low, high] = t > 0 ? interval(t) : [0, 0];
    return { t, s: 1 - (t > 0 ? risk(law, t) : 0), low: 1 - high, high: 1 - low, extrapolated: t > followUpYears };
  });
  return {
    mu: law.mu,
    sigma: law.sigma,
    risk: atYears((t) => risk(law, t)),
    crudeRisk: atYears((t) => crudeRisk(law, otherDeathHazardPerYear, t)),
    otherDeath: atYears((t) => otherDeathRisk(law, otherDeathHazardPerYear, t)),
    interval: atYears(interval),
    intervalFrom: Object.fromEntries(
      UNCERTAINTIES.flatMap((kind) => {
        if (halfWidths(1)[kind] === undefined) return [];
        return [[kind, atYears((t) => riskInterval(law, t, [halfWidths(t)[kind] ?? 0]))]];
      }),
    ),
    crudeInterval: atYears((t) => {
      const crude = (net: number): number => crudeRisk(lawThrough(law, t, net), otherDeathHazardPerYear, t);
      const [low, high] = interval(t);
      return [crude(low), crude(high)];
    }),
    curve,
    followUpYears,
    restsOn,
    simulated,
    ...(recalibrated ? { recalibrated } : {}),
  };
}

/** The law of the same spread whose net risk by t is `net`: how an end of the interval becomes a crude risk. */
function lawThrough({ sigma }: LogLogistic, t: number, net: number): LogLogistic {
  return { mu: Math.log(t) - sigma * Math.log(net / (1 - net)), sigma };
}
