/** From a heart's reading and the covariates to the curves, their intervals, and whether they apply at all. */
import { percentileIn } from '../../core/statistics/cohortSummary.ts';
import { crudeRisk, otherDeathRisk } from '../../core/patient/crudeRisk.ts';
import { type CovariateId, type Clinical } from '../../core/patient/covariates.ts';
import { applies, type HeartFindings } from '../../core/patient/applicability.ts';
import { fuse, type Fusion } from '../../core/patient/fusion.ts';
import {
  calibratedLaw,
  calibrationHalfWidth,
  isCalibrationOf,
  type CalibrationFit,
  type HospitalCalibration,
  type LawCalibration,
} from '../../core/patient/hospitalCalibration.ts';
import type { HospitalRefit, RefittedOn } from '../../core/patient/hospitalRefit.ts';
import { bandHalfWidths, halfWidthAbout, riskInterval, type Band } from '../../core/patient/interval.ts';
import { logOddsOfRisk, risk, type LogLogistic } from '../../core/patient/logLogistic.ts';
import { decidingLvef } from '../../core/patient/guideline.ts';
import { imageEffects } from '../../core/patient/imageEffects.ts';
import { shiftAt } from '../../core/patient/lvefShift.ts';
import { HORIZON_YEARS, otherDeathFactor, RATE_HALF_WIDTH, usualRate, type RateId } from '../../core/patient/rates.ts';
import { shifted, type Recalibration } from '../../core/patient/recalibration.ts';
import {
  FIVE_ANSWERS,
  fiveAnswersBranch,
  fiveAnswersOf,
  type FiveAnswersOutput,
} from '../../nn/networks/fiveAnswers.ts';
import { explainCovariates } from '../../nn/explainCovariates.ts';
import {
  covariateBranch,
  plainBranch,
  type CovariateNetwork,
  type CovariateOutput,
  type UncertainLaw,
} from '../../nn/networks/covariateBranch.ts';
import { refittedNetwork } from '../../nn/networks/covariateFile.ts';
import type { HeartReading } from '../../nn/readHeart.ts';
import {
  type AtYears,
  type CurvePoint,
  type Prediction,
  type RatedPredictions,
  type Survival,
  UNCERTAINTIES,
  type Uncertainty,
  type WhyNot,
} from './analysis.ts';
import type { RestsOn } from '../../nn/weights.ts';
import type { Models } from './models.ts';

/** How far the curves are drawn. */
const CURVE_YEARS = 10;
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
    },
    imageEffects: heart && imageEffects(image.file.effectCurves, logOddsOfRisk(heart, HORIZON_YEARS)),
    unusedInputs: fromCovariates.unusedInputs,
    missingInputs: fromCovariates.missingInputs,
    costOfMissing: costOfMissing(models.covariates, clinical, fromCovariates),
    percentile: percentileIn(cohort, risk(fromCovariates, HORIZON_YEARS)),
    explanation,
  };
}

/** A prediction before it is moved to a rate. */
interface Branch {
  /** As in the training cohort. */
  readonly law: LogLogistic;
  readonly halfWidths: HalfWidths;
  readonly shifts: Recalibration['rates'];
  readonly followUpYears: number;
  readonly restsOn: RestsOn;
  readonly simulated: boolean;
  readonly recalibrated?: Prediction['recalibrated'];
}

/** What moves a prediction to a rate, and the crude risk with it. */
interface Level {
  /** The published rates differ by it; the training mean if none is known. */
  readonly lvefPercent: number;
  readonly otherDeathHazardPerYear: number;
}

type Branches = Readonly<Record<'covariates' | 'fiveAnswers' | 'image' | 'fused', Branch | null>> & {
  readonly covariates: Branch;
};

function branchesOf(
  heart: HeartReading | null,
  fromCovariates: CovariateOutput,
  five: FiveAnswersOutput,
  models: Models,
): Branches {
  const { covariates, fiveAnswers, image, restsOn } = models;
  const { followUpYears, band } = covariates;
  const shifts = covariates.recalibration.rates;
  return {
    covariates: {
      law: fromCovariates,
      halfWidths: remembered((t) => fromCohort(fromCovariates, fromCovariates, band, t)),
      shifts,
      followUpYears,
      restsOn: restsOn.covariates,
      simulated: false,
    },
    fiveAnswers:
      five.known.length === 0
        ? null
        : {
            law: five,
            halfWidths: remembered((t) => fromCohort(five, { ...five, imputations: [] }, five.band, t)),
            shifts: five.recalibration.rates,
            followUpYears: fiveAnswers.followUpYears,
            restsOn: restsOn.fiveAnswers,
            simulated: false,
          },
    image: heart && {
      law: heart,
      halfWidths: () => ({ image: image.file.logOddsHalfWidth }),
      shifts,
      followUpYears: CURVE_YEARS,
      restsOn: restsOn.image,
      simulated: true,
    },
    fused: heart && fusedBranch(heart, fromCovariates.uncalibrated, models.fusion, fromCovariates, models),
  };
}

/**
 * @param joined what is fused with the image
 * @param fusion the shipped one, or that of a calibration or a refit
 */
function fusedBranch(
  heart: HeartReading,
  joined: UncertainLaw,
  fusion: Fusion,
  { uncalibrated }: CovariateOutput,
  { covariates, fusion: shipped, restsOn }: Models,
): Branch {
  const law = fuse(fusion, joined, heart);
  // An error of the image's mu reaches the log-odds by its weight over the fused sigma.
  const scale = (fusion.imageWeight * fuse(shipped, uncalibrated, heart).sigma) / (shipped.imageWeight * law.sigma);
  return {
    law,
    halfWidths: remembered((t) => ({
      ...fromCohort(
        law,
        {
          refits: joined.refits.map((one) => fuse(fusion, one, heart)),
          imputations: joined.imputations.map((one) => fuse(fusion, one, heart)),
        },
        null,
        t,
      ),
      image: shipped.logOddsHalfWidth * Math.abs(scale),
    })),
    shifts: covariates.recalibration.rates,
    followUpYears: covariates.followUpYears,
    restsOn: restsOn.fusion,
    simulated: true,
  };
}

/** The branches after a hospital's calibration; one that it does not change stays. */
function branchesByCalibration(
  branches: Branches,
  heart: HeartReading | null,
  fromCovariates: CovariateOutput,
  models: Models,
  calibration: HospitalCalibration,
): Branches {
  const { madeBy, madeOn } = calibration;
  const touched = (branch: Branch, fit: CalibrationFit): Branch => ({
    ...branch,
    halfWidths: remembered((t) => ({
      ...branch.halfWidths(t),
      calibration: calibrationHalfWidth(fit, branch.law, t),
    })),
    recalibrated: { code: 'recalibratedOn', patients: fit.patients, events: fit.events, madeBy, madeOn },
  });
  const byLaw = (branch: Branch, fit: LawCalibration | null): Branch => {
    if (fit === null || fit.chosen === 'none') return branch;
    const narrowed = (widths: ReturnType<HalfWidths>): ReturnType<HalfWidths> =>
      Object.fromEntries(Object.entries(widths).map(([kind, width]) => [kind, width / fit.sigmaFactor]));
    const law = calibratedLaw(branch.law, fit);
    return touched({ ...branch, law, halfWidths: (t) => narrowed(branch.halfWidths(t)) }, fit);
  };
  const { fused } = calibration;
  return {
    covariates: byLaw(branches.covariates, calibration.covariates),
    fiveAnswers: branches.fiveAnswers && byLaw(branches.fiveAnswers, calibration.fiveAnswers),
    image: branches.image && byLaw(branches.image, calibration.image),
    fused:
      heart && fused && fused.chosen !== 'none'
        ? touched(fusedBranch(heart, fromCovariates.uncalibrated, fused.fusion, fromCovariates, models), fused)
        : branches.fused,
  };
}

/**
 * The branches with a hospital's refit in place of the shipped covariate branch; the others stay, and so does the fused
 * one if it was not refitted.
 */
function branchesByRefit(
  branches: Branches,
  heart: HeartReading | null,
  fromCovariates: CovariateOutput,
  { covariates, facts }: Clinical,
  models: Models,
  { madeBy, madeOn, refit }: HospitalCalibration & { readonly refit: HospitalRefit },
): Branches {
  const { network, fused } = refit;
  const output = plainBranch(refittedNetwork(network), covariates, facts);
  const { followUpYears } = network;
  const on = ({ patients, events, refitted, shipped }: HospitalRefit['covariates']): RefittedOn => ({
    code: 'refittedOn',
    patients,
    events,
    madeBy,
    madeOn,
    harrell: refitted.harrell?.value ?? null,
    shippedHarrell: shipped.harrell?.value ?? null,
  });
  const restsOn = (
    code: 'hospitalOutcomes' | 'hospitalAndSimulatedOutcomes',
    of: HospitalRefit['covariates'],
  ): RestsOn => ({
    code,
    patients: of.patients,
    events: of.events,
  });
  return {
    ...branches,
    covariates: {
      ...branches.covariates,
      law: output,
      halfWidths: remembered((t) => fromCohort(output, output, network.band, t)),
      followUpYears,
      restsOn: restsOn('hospitalOutcomes', refit.covariates),
      recalibrated: on(refit.covariates),
    },
    fused:
      heart && fused
        ? {
            ...fusedBranch(heart, output, fused.fusion, fromCovariates, models),
            followUpYears,
            restsOn: restsOn('hospitalAndSimulatedOutcomes', fused),
            recalibrated: on(fused),
          }
        : branches.fused,
  };
}

/** The same at every rate: a shift of the log-odds leaves their differences as they are. */
function remembered(halfWidths: HalfWidths): HalfWidths {
  const found = new Map<number, ReturnType<HalfWidths>>();
  return (t) => {
    const known = found.get(t) ?? halfWidths(t);
    found.set(t, known);
    return known;
  };
}

/** How much narrower the interval would be for each missing input if it were known. */
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

/** Half-widths of the 90% intervals on the log-odds of the risk by t, by what is uncertain. */
type HalfWidths = (tYears: number) => Readonly<Partial<Record<Uncertainty, number>>>;

/**
 * How a prediction from the cohort depends on who was in it, and on what is not known about the patient.
 * @param band what widens the refits until they cover; null if another kind of uncertainty does
 */
function fromCohort(
  law: LogLogistic,
  { refits, imputations }: Pick<UncertainLaw, 'refits' | 'imputations'>,
  band: Band | null,
  tYears: number,
): ReturnType<HalfWidths> {
  const ofRefits = halfWidthAbout(law, refits, tYears);
  const missingInputs = halfWidthAbout(law, imputations, tYears);
  if (band === null) return { refits: ofRefits, missingInputs };
  return { ...bandHalfWidths(band, logOddsOfRisk(law, HORIZON_YEARS), ofRefits), missingInputs };
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
