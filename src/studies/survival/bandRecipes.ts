/** Both branches' recipes in the form that the study of their bands uses. */
import { halfWidthAbout } from '../../core/patient/interval.ts';
import { logOddsOfRisk, type LogLogistic } from '../../core/patient/logLogistic.ts';
import { HORIZON_YEARS } from '../../core/patient/rates.ts';
import { recalibrated } from '../../core/patient/recalibration.ts';
import { Random } from '../../core/random.ts';
import type { RightCensored } from '../../core/statistics/rightCensored.ts';
import { FIVE_ANSWERS, fiveAnswersBranch, PATTERNS } from '../../nn/networks/fiveAnswers.ts';
import { fitRecalibration } from '../../nn/training/fitRecalibration.ts';
import { learnScaling, scaledInputs } from '../../nn/training/survivalTable.ts';
import { fitEnsemble, memberLaws, type Recipe } from '../../nn/training/trainCovariates.ts';
import { fitFiveAnswers } from '../../nn/training/trainFiveAnswers.ts';
import { meanLaw } from '../../nn/networks/covariateBranch.ts';
import { bandCases, trueLogOdds, type BandCase, type BandRecipe, type Learned } from './bandStudy.ts';
import type { MusicPatient } from './music.ts';
import { CALIBRATION, fiveAnswersCohort, MEMBERS, musicTable } from './musicStudy.ts';

const SEED = 2020;

/** What each patient's recalibrated law and refits predict by the horizon. */
function learned(laws: readonly { readonly law: LogLogistic; readonly refits: readonly LogLogistic[] }[]): Learned {
  const logOdds = laws.map(({ law }) => logOddsOfRisk(law, HORIZON_YEARS));
  return {
    logOdds,
    refitsHalfWidth: laws.map(({ law, refits }) => halfWidthAbout(law, refits, HORIZON_YEARS)),
    centre: logOdds.reduce((sum, value) => sum + value, 0) / logOdds.length,
  };
}

function withFit(
  learnLaws: (
    outcomes: RightCensored,
    random: Random,
  ) => readonly { readonly law: LogLogistic; readonly refits: readonly LogLogistic[] }[],
  cohort: RightCensored,
  group: readonly boolean[],
  harrellC: number,
): BandRecipe {
  const laws = learnLaws(cohort, new Random(SEED));
  return {
    cohort,
    group,
    harrellC,
    fitted: {
      logOdds: learned(laws).logOdds,
      sigma: laws.reduce((sum, { law }) => sum + law.sigma, 0) / laws.length,
    },
    learn: (outcomes, random) => learned(learnLaws(outcomes, random)),
  };
}

/** The covariate branch. Unknown values count as the mean, as part of the law, since they are not what is tested here. */
export function covariatesBandRecipe(patients: readonly MusicPatient[], recipe: Recipe, harrellC: number): BandRecipe {
  const raw = musicTable(patients);
  const scaling = learnScaling(raw);
  const x = scaledInputs(raw, scaling);
  const p = scaling.columns.length;
  const values = raw.values.slice();
  for (let i = 0; i < patients.length; i++) {
    scaling.columns.forEach((column, j) => {
      values[i * raw.inputs.length + column] = x[i * p + j] * scaling.scale[j] + scaling.shift[j];
    });
  }
  const table = { ...raw, values };
  const { lvefPercent, ischaemic } = fiveAnswersCohort(patients);
  return withFit(
    ({ time, event }, random) => {
      const seen = { ...table, time, event };
      const members = memberLaws(fitEnsemble(seen, recipe, MEMBERS, CALIBRATION, random), seen);
      const recalibration = fitRecalibration(members.map(meanLaw), { time, event, lvefPercent, ischaemic }, true);
      return members.map((laws, i) => {
        const patient = { lvefPercent: lvefPercent[i], ischaemic: ischaemic[i] };
        const to = (law: LogLogistic): LogLogistic => recalibrated(law, recalibration, patient, 'music');
        return { law: to(meanLaw(laws)), refits: laws.map(to) };
      });
    },
    table,
    patients.map((patient) => patient.ischaemic),
    harrellC,
  );
}

/** The five answers, all known. */
export function fiveAnswersBandRecipe(
  patients: readonly MusicPatient[],
  recipe: Recipe,
  harrellC: number,
): { readonly recipe: BandRecipe; readonly patients: readonly MusicPatient[] } {
  const { answers: all } = fiveAnswersCohort(patients);
  const complete = patients.filter((_, i) => FIVE_ANSWERS.every((id) => all[i][id] !== undefined));
  const cohort = fiveAnswersCohort(complete);
  return {
    patients: complete,
    recipe: withFit(
      ({ time, event }, random) => {
        const seen = { ...cohort, time, event };
        const fitted = fitFiveAnswers(seen, recipe, MEMBERS, random, [PATTERNS - 1]);
        const model = { ...fitted, band: { refits: 1, shrinkage: 0 }, followUpYears: Infinity };
        return cohort.answers.map((answers, i) => {
          const { mu, sigma, refits } = fiveAnswersBranch(model, answers, { ischaemic: cohort.ischaemic[i] });
          return { law: { mu, sigma }, refits };
        });
      },
      cohort,
      complete.map(({ ischaemic }) => ischaemic),
      harrellC,
    ),
  };
}

const BAND_COHORTS = 20;
const TRUTH_SEED = 50;
const FIT_SEED = 1000;
/** Cohorts other than those that the band was fitted to. */
const TEST_SEED = 5000;

/** A recipe's simulated patients that a band is fitted to, or tested on: the ischaemic, for whom the page is meant. */
export function bandStudy(
  recipe: BandRecipe,
  patients: readonly MusicPatient[],
  part: 'fit' | 'test',
): { readonly stretch: number; readonly cases: readonly BandCase[] } {
  const { stretch, logOdds } = trueLogOdds(recipe, TRUTH_SEED);
  const ischaemic = [...patients.keys()].filter((i) => patients[i].ischaemic);
  return { stretch, cases: bandCases(recipe, logOdds, ischaemic, BAND_COHORTS, part === 'fit' ? FIT_SEED : TEST_SEED) };
}
