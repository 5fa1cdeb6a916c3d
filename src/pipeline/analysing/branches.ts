/** Each branch's prediction before it is brought to a rate: as shipped, by a hospital's calibration, and by its refit. */
import type { Clinical } from '../../core/patient/covariates.ts';
import { fuse, type Fusion } from '../../core/patient/fusion.ts';
import {
  calibratedLaw,
  calibrationHalfWidth,
  type CalibrationFit,
  type HospitalCalibration,
  type LawCalibration,
} from '../../core/patient/hospitalCalibration.ts';
import type { RefitComparison, HospitalRefit, RefittedOn } from '../../core/patient/hospitalRefit.ts';
import { bandHalfWidths, halfWidthAbout, type Band } from '../../core/patient/interval.ts';
import { logOddsOfRisk, type LogLogistic } from '../../core/patient/logLogistic.ts';
import { HORIZON_YEARS } from '../../core/patient/rates.ts';
import type { Recalibration } from '../../core/patient/recalibration.ts';
import type { FiveAnswersOutput } from '../../nn/networks/fiveAnswers.ts';
import { plainBranch, type CovariateOutput, type UncertainLaw } from '../../nn/networks/covariateBranch.ts';
import { readByHead } from '../../nn/networks/imageHead.ts';
import { refittedNetwork } from '../../nn/networks/covariateFile.ts';
import type { HeartReading } from '../../nn/readHeart.ts';
import type { Prediction, Uncertainty } from './analysis.ts';
import type { RestsOn } from '../../nn/weights.ts';
import type { Models } from './models.ts';

/** How far the curves are drawn: of the image branch, whom nobody followed, all of it. */
export const CURVE_YEARS = 10;

/** A prediction before it is moved to a rate. */
export interface Branch {
  /** As in the training cohort. */
  readonly law: LogLogistic;
  readonly halfWidths: HalfWidths;
  readonly shifts: Recalibration['rates'];
  readonly followUpYears: number;
  readonly restsOn: RestsOn;
  readonly simulated: boolean;
  readonly recalibrated?: Prediction['recalibrated'];
}

export type Branches = Readonly<Record<'covariates' | 'fiveAnswers' | 'image' | 'fused', Branch | null>> & {
  readonly covariates: Branch;
};

export function branchesOf(
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
    fused:
      heart && fusedBranch(heart, asShipped(heart), fromCovariates.uncalibrated, models.fusion, fromCovariates, models),
  };
}

/** What the image says, with what a head's members say instead. */
interface ImageLaw {
  readonly law: LogLogistic;
  readonly refits: readonly LogLogistic[];
}

/** One head, of which there are no refits. */
const asShipped = (heart: LogLogistic): ImageLaw => ({ law: heart, refits: [heart] });

/**
 * @param image by the shipped head, or by one that a hospital trained anew
 * @param joined what is fused with the image
 * @param fusion the shipped one, or that of a calibration or a refit
 */
function fusedBranch(
  heart: HeartReading,
  image: ImageLaw,
  joined: UncertainLaw,
  fusion: Fusion,
  { uncalibrated }: CovariateOutput,
  { covariates, fusion: shipped, restsOn }: Models,
): Branch {
  const law = fuse(fusion, joined, image.law);
  // An error of the image's mu reaches the log-odds by its weight over the fused sigma.
  const scale = (fusion.imageWeight * fuse(shipped, uncalibrated, heart).sigma) / (shipped.imageWeight * law.sigma);
  return {
    law,
    halfWidths: remembered((t) => ({
      ...fromCohort(
        law,
        {
          // Each branch's own draw of the patients, as independent.
          refits: joined.refits.map((one, m) => fuse(fusion, one, image.refits[m % image.refits.length])),
          imputations: joined.imputations.map((one) => fuse(fusion, one, image.law)),
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
export function branchesByCalibration(
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
        ? touched(
            fusedBranch(heart, asShipped(heart), fromCovariates.uncalibrated, fused.fusion, fromCovariates, models),
            fused,
          )
        : branches.fused,
  };
}

/**
 * The branches with a hospital's refit in place of the shipped covariate branch, and of the image branch's head where that was refitted and
 * what it reads of this heart is known. The others stay, and the fused one too where it was not refitted.
 */
export function branchesByRefit(
  branches: Branches,
  heart: HeartReading | null,
  fromCovariates: CovariateOutput,
  { covariates, facts }: Clinical,
  models: Models,
  { madeBy, madeOn, refit }: HospitalCalibration & { readonly refit: HospitalRefit },
): Branches {
  const { network, fused, image } = refit;
  const output = plainBranch(refittedNetwork(network), covariates, facts);
  const { followUpYears } = network;
  const on = (code: RestsOn['code'] & `hospital${string}`, of: RefitComparison) => ({
    followUpYears,
    restsOn: { code, patients: of.patients, events: of.events },
    recalibrated: refittedOn(of, madeBy, madeOn),
  });
  const ofCovariates: Branch = {
    ...branches.covariates,
    law: output,
    halfWidths: remembered((t) => fromCohort(output, output, network.band, t)),
    ...on('hospitalOutcomes', refit.covariates),
  };
  const fusedWith = (read: HeartReading, law: ImageLaw, fusion: Fusion): Branch =>
    fusedBranch(read, law, output, fusion, fromCovariates, models);
  const byHead = image && heart && readByHead(image.head, heart);
  if (byHead) {
    return {
      ...branches,
      covariates: ofCovariates,
      image: branches.image && {
        ...branches.image,
        law: byHead.law,
        halfWidths: remembered((t) => ({
          refits: halfWidthAbout(byHead.law, byHead.refits, t),
          // As an error of mu it is what it was of the shipped head.
          image: (models.image.file.logOddsHalfWidth * heart.sigma) / byHead.law.sigma,
        })),
        ...on('hospitalHead', image.alone),
      },
      fused: {
        ...fusedWith(heart, byHead, image.fused.fusion),
        ...on('hospitalHeadAndCovariates', image.fused),
      },
    };
  }
  return {
    ...branches,
    covariates: ofCovariates,
    fused:
      heart && fused
        ? { ...fusedWith(heart, asShipped(heart), fused.fusion), ...on('hospitalAndSimulatedOutcomes', fused) }
        : branches.fused,
  };
}

const refittedOn = (
  { patients, events, refitted, shipped }: RefitComparison,
  madeBy: string,
  madeOn: string,
): RefittedOn => ({
  code: 'refittedOn',
  patients,
  events,
  madeBy,
  madeOn,
  harrell: refitted.harrell?.value ?? null,
  shippedHarrell: shipped.harrell?.value ?? null,
});

/** The same at every rate: a shift of the log-odds leaves their differences as they are. */
function remembered(halfWidths: HalfWidths): HalfWidths {
  const found = new Map<number, ReturnType<HalfWidths>>();
  return (t) => {
    const known = found.get(t) ?? halfWidths(t);
    found.set(t, known);
    return known;
  };
}

/** Half-widths of the 90% intervals on the log-odds of the risk by t, by what is uncertain. */
export type HalfWidths = (tYears: number) => Readonly<Partial<Record<Uncertainty, number>>>;

/**
 * How a prediction from the cohort depends on who was in it, and on what is not known about the patient.
 * @param band what widens the refits until they cover; null if another kind of uncertainty does
 */
export function fromCohort(
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
