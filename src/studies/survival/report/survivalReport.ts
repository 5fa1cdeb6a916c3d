/** The validation report of the survival models: text, tables and figures from what `npm run report:survival` measured. */
import { Random } from '../../../core/random.ts';
import { aalenJohansen } from '../../../core/statistics/aalenJohansen.ts';
import {
  calibrationCurve,
  calibrationGroups,
  observedRisk,
  type CalibrationCurve,
} from '../../../core/statistics/calibration.ts';
import { COVARIATES } from '../../../core/patient/covariates.ts';
import { crudeRisk, otherDeathRisk } from '../../../core/patient/crudeRisk.ts';
import { decisionCurve } from '../../../core/statistics/decisionCurve.ts';
import { halfWidthAbout } from '../../../core/patient/interval.ts';
import { kaplanMeier, stepAt } from '../../../core/statistics/kaplanMeier.ts';
import { logOddsOfRisk } from '../../../core/patient/logLogistic.ts';
import type { RightCensored } from '../../../core/statistics/rightCensored.ts';
import { logRank } from '../../../core/statistics/logRank.ts';
import { pairedBootstrapC, type Bootstrapped } from '../../../core/statistics/pairedBootstrap.ts';
import { timeDependentRoc } from '../../../core/statistics/timeDependentRoc.ts';
import { quantiles } from '../../../core/quantiles.ts';
import { explainCovariates } from '../../../nn/explainCovariates.ts';
import { covariateBranch, membersAt, type CovariateNetwork } from '../../../nn/networks/covariateBranch.ts';
import type { Scores } from '../../../nn/training/crossValidateSurvival.ts';
import type { ModelCardJson } from '../../../nn/weights.ts';
import type { AnatomyStudy } from '../../simulation/anatomyStudy.ts';
import type { MusicPatient } from '../music.ts';
import { INPUTS, MEMBERS } from '../musicStudy.ts';
import { REFIT_YEARS, type SimulationSummary } from '../../simulation/simulationSummary.ts';
import type { RiskByTenths } from '../../simulation/simulatedFigures.ts';
import { spreadOf, type StudyRepeat, type SurvivalStudy } from '../survivalStudy.ts';
import { svgFigure, type Panel, type Series } from './svgFigure.ts';
import { TRIPOD_ITEMS } from './tripodItems.ts';

interface StudyRuns {
  readonly study: SurvivalStudy;
  readonly runs: readonly StudyRepeat[];
}

export interface ReportInput {
  readonly patients: readonly MusicPatient[];
  readonly music: StudyRuns;
  readonly withoutDevices: StudyRuns;
  readonly whas: StudyRuns;
  readonly network: CovariateNetwork;
  readonly cards: Readonly<Record<'covariates' | 'image' | 'fusion', ModelCardJson>>;
  readonly simulations: readonly SimulationSummary[];
  /** null where the real anatomies are not at hand. */
  readonly anatomies: AnatomyStudy | null;
}

const MODEL_NAMES: Readonly<Record<string, string>> = {
  km: 'Kaplan-Meier, of all',
  kmByAetiology: 'Kaplan-Meier, by aetiology',
  lvef35: 'LVEF <= 35%',
  lvefNyhaInfarct: 'LVEF, NYHA class, prior infarct (ridge Cox)',
  coxRidge: 'ridge Cox, the same inputs',
  coxRidgeIschaemic: 'ridge Cox, learned from the ischaemic alone',
  logLogisticNet: '**covariate branch**',
};
const COLOURS = { net: '#1f5fa8', cox: '#b8560f', other: '#2b7a4b', grey: '#777777' };
const NET = 'logLogisticNet';
const COX = 'coxRidge';
const BOOTSTRAPS = 500;
const SEED = 7;

export function survivalReport(input: ReportInput): {
  readonly markdown: string;
  readonly figures: Readonly<Record<string, string>>;
} {
  const all = groupData(input.music, 'all');
  const ischaemic = groupData(input.music, 'ischaemic');
  const whas = groupData(input.whas, 'all');
  const named = [
    ['MUSIC, all', all],
    ['MUSIC, ischaemic', ischaemic],
    ['WHAS500', whas],
  ] as const;
  const curves = named.map(([, data]) => calibrationCurve(data.cohort, data.risk[NET], data.years, new Random(SEED)));
  const markdown = [
    ...opening(input),
    ...targets(input, all, ischaemic),
    ...caveats(input),
    ...method(input),
    ...cohort(input),
    ...discrimination(input, all, ischaemic),
    ...calibration(named, curves),
    ...decisions(all, ischaemic),
    ...netAndCrude(input),
    ...sensitivity(input),
    ...otherCohort(input),
    ...missingInputs(input),
    ...effects(input),
    ...simulated(input),
    ...tripod(),
  ].join('\n');
  return {
    markdown: `${markdown}\n`,
    figures: {
      'validation-calibration.svg': svgFigure(
        'Observed against predicted risk, out of fold',
        named.map(([name, data], k) => calibrationPanel(name, data, curves[k])),
      ),
      'validation-roc.svg': svgFigure('ROC curves at 4 years, out of fold', [
        rocPanel('MUSIC, all', all),
        rocPanel('MUSIC, ischaemic', ischaemic),
      ]),
      'validation-decision.svg': svgFigure('Decision curves at 4 years, out of fold', [
        decisionPanel('MUSIC, all', all),
        decisionPanel('MUSIC, ischaemic', ischaemic),
      ]),
      'validation-thirds.svg': svgFigure('Freedom from sudden death by thirds of the predicted risk, out of fold', [
        thirdsPanel('MUSIC, all', all),
        thirdsPanel('MUSIC, ischaemic', ischaemic),
      ]),
      'validation-simulated.svg': svgFigure('Simulated patients: true against predicted risk, by tenths', [
        ...simulatedPanels('Phantoms', simulatedResults(input.cards)),
        ...(input.anatomies ? simulatedPanels('Real anatomies', input.anatomies.figures) : []),
      ]),
      'validation-incidence.svg': svgFigure('Cumulative incidence in the ischaemic, observed and predicted', [
        incidencePanel(input),
      ]),
    },
  };
}

// ------------------------------------------------------------------------------------------------ numbers

/** A group's outcomes and each model's out-of-fold risk, averaged over the repeats. */
interface GroupData {
  readonly cohort: RightCensored;
  readonly risk: Readonly<Record<string, Float64Array>>;
  readonly years: number;
}

function groupData({ study, runs }: StudyRuns, group: string): GroupData {
  const { rows, models } = study.groups[group];
  return {
    cohort: {
      time: Float64Array.from(rows, (i) => study.cohort.time[i]),
      event: Uint8Array.from(rows, (i) => study.cohort.event[i]),
    },
    risk: Object.fromEntries(
      models.map((model) => [
        model,
        Float64Array.from(rows, (i) => runs.reduce((sum, run) => sum + run.risks[model][i], 0) / runs.length),
      ]),
    ),
    years: study.horizonYears,
  };
}

/** 95% limits over patients of the branch's C, and of it less Cox's. */
function overPatients({ cohort, risk }: GroupData): { readonly c: string; readonly lessCox: string } {
  const { c, difference } = pairedBootstrapC(cohort, risk[NET], risk[COX], BOOTSTRAPS, new Random(SEED));
  const limits = ({ low, high }: Bootstrapped): string => `${low.toFixed(3)} to ${high.toFixed(3)}`;
  return { c: limits(c), lessCox: limits(difference) };
}

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const percent = (value: number, digits = 1): string => `${(100 * value).toFixed(digits)}%`;
const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

// ------------------------------------------------------------------------------------------------ sections

function opening({ music, network }: ReportInput): string[] {
  return [
    '# Validation of the survival models',
    '',
    'Written by `npm run report:survival` from the public data sets in [data.md](data.md) and the weights in `public/models`; every',
    `figure is computed by it. ${music.study.folds}-fold cross-validation, ${music.runs.length} repeats. The shipped covariate branch has ${network.members.length} members with ${network.depth} hidden layers.`,
    '',
  ];
}

function targets({ music, whas }: ReportInput, all: GroupData, ischaemic: GroupData): string[] {
  const difference = ({ runs }: StudyRuns, group: string, score: keyof Scores, other: string): number =>
    spreadOf(runs, group, NET, score).mean - spreadOf(runs, group, other, score).mean;
  const ratio = ({ cohort, years }: GroupData, group: string): number =>
    spreadOf(music.runs, group, NET, 'meanRisk').mean / observedRisk(cohort, years).observed - 1;
  const row = (what: string, value: number, floor: string, met: boolean): string[] => [
    what,
    signed(value),
    floor,
    met ? 'met' : '**not met**',
  ];
  const allC = difference(music, 'all', 'harrell', COX);
  const ischaemicC = difference(music, 'ischaemic', 'harrell', COX);
  const ischaemicOwn = difference(music, 'ischaemic', 'harrell', 'coxRidgeIschaemic');
  const allIbs = difference(music, 'all', 'ibs', 'km');
  const ischaemicIbs = difference(music, 'ischaemic', 'ibs', 'kmByAetiology');
  const whasC = difference(whas, 'all', 'harrell', COX);
  const c = spreadOf(music.runs, 'all', NET, 'harrell').mean;
  return [
    '## In short',
    '',
    'What was asked of the covariate branch before it was measured, in the same folds:',
    '',
    ...table(
      ['Measure', 'Found', 'Asked for', ''],
      [
        row("MUSIC, all: Harrell's C less ridge Cox's", allC, '-0.005 or more', allC >= -0.005),
        row('MUSIC, ischaemic: the same, Cox learned from all', ischaemicC, '-0.010 or more', ischaemicC >= -0.01),
        row('MUSIC, ischaemic: Cox learned from the ischaemic', ischaemicOwn, '-0.010 or more', ischaemicOwn >= -0.01),
        row("MUSIC, all: IBS less Kaplan-Meier's", allIbs, 'below 0', allIbs < 0),
        row("MUSIC, ischaemic: IBS less their Kaplan-Meier's", ischaemicIbs, 'below 0', ischaemicIbs < 0),
        row(
          'MUSIC, all: mean 4-year risk over the observed, less 1',
          ratio(all, 'all'),
          'within 0.1',
          Math.abs(ratio(all, 'all')) < 0.1,
        ),
        row(
          'MUSIC, ischaemic: the same',
          ratio(ischaemic, 'ischaemic'),
          'within 0.1',
          Math.abs(ratio(ischaemic, 'ischaemic')) < 0.1,
        ),
        row(
          `WHAS500 (repeats: ${whas.runs.length}): Harrell's C less ridge Cox's`,
          whasC,
          '-0.01 or more',
          whasC >= -0.01,
        ),
      ],
    ),
    `A C of ${c.toFixed(2)} is modest: of 100 pairs of patients whose order of events is known, the model puts ${Math.round(100 * c)} the right way round. It`,
    'is what these covariates hold in this cohort, by whatever model.',
    '',
  ];
}

function caveats({ patients, network }: ReportInput): string[] {
  const events = patients.filter(({ status }) => status === 1).length;
  return [
    '## What it does not show',
    '',
    '- **The image branch has learned from simulated outcomes**, on phantoms and warped real hearts. How well it recovers a law that we wrote down',
    '  says nothing of patients.',
    '- **No curve here has been validated on patients with images.** No open data pairs LGE images with arrhythmic outcome.',
    "- **MUSIC's patients were treated twenty years ago** (2003-2004), with few defibrillators and without the drugs of today.",
    '  Today fewer die suddenly: the risks are likely too high now.',
    "- **The paper's event and MUSIC's are not one.** SSCAR counts appropriate shocks of a defibrillator too; MUSIC counts sudden",
    '  cardiac death. Most patients of SSCAR had a defibrillator, few of MUSIC.',
    '- Cross-validation within one cohort says how the recipe does on its like. WHAS500 below tests the recipe on other patients, with',
    '  another event (any death after an infarct): it is no external validation of the shipped weights.',
    '- The design of the recipe (the ridge on the spread, the grid of penalties and epochs, balanced bootstrap) was settled on MUSIC,',
    '  by cross-validation like this one: the comparison with Cox favours the branch by as much as that can, some thousandths of C.',
    `- ${events} sudden deaths for ${network.inputs.length} inputs are few. The 95% limits of C over patients are wide, and differences between the models that`,
    '  stand here are within them.',
    '- A weight is an association. Drugs were given to those who needed them; their weights are not effects of giving them.',
    '',
  ];
}

function method({ music, whas }: ReportInput): string[] {
  const recipes = music.runs.flatMap((run) => run.recipes);
  const count = (depth: number): number => recipes.filter((recipe) => recipe.depth === depth).length;
  return [
    '## How it was measured',
    '',
    `- Event: sudden cardiac death (cause 3); other deaths, transplantation and loss censor. Horizon: ${music.study.horizonYears} years.`,
    `- ${music.study.folds} folds, ${music.runs.length} repeats, stratified by event and aetiology. All that is learned (scaling, the mean for what is missing, penalty,`,
    '  epochs, depth, calibration, thresholds) is learned inside each training part, penalty, epochs and depth by five-fold',
    '  cross-validation, twice, of the likelihood within it.',
    `- Depth 0 to 5 in the search; hidden layers are taken where they gain more than two standard errors. Chosen in the ${recipes.length} fits, by depth 0 to 5: ${[0, 1, 2, 3, 4, 5].map(count).join(', ')}.`,
    `- ${MEMBERS} members, refits on balanced bootstrap samples, averaged on mu and sigma.`,
    "- C (Harrell's, and Uno's up to the horizon), AUC, balanced accuracy and F1 count within a fold, whose predictions come from one",
    '  model, and add up over the folds of a repeat. Thresholds (Youden, best F1) are those of the training part.',
    '- Brier score with inverse probability of censoring weights (Graf 1999); IBS is its mean over 0 to the horizon: the integral by',
    '  the trapezoid rule on 100 steps, divided by the horizon, with 0 at time 0.',
    '- Ranges in brackets are the 5th to 95th percentile over the repeats: how much the split matters, not how much the patients do.',
    "- Kaplan-Meier, Aalen-Johansen, Cox, C, Brier, AUC, ROC and log-rank are checked against R's survival, prodlim and riskRegression",
    '  to 1e-6 in the tests.',
    `- WHAS500: the same networks and Cox, horizon ${whas.study.horizonYears.toFixed(2)} years (when nine of ten of its deaths had come), 10 members.`,
    '- Cut down to fit a laptop: of the depths above 0 only the best of the first inner repeat goes on to the second; the device-free',
    '  sensitivity analysis has fewer repeats.',
    '',
  ];
}

function cohort({ patients }: ReportInput): string[] {
  const groups = [
    patients.filter(({ ischaemic }) => ischaemic),
    patients.filter(({ ischaemic }) => !ischaemic),
  ] as const;
  const events = (of: readonly MusicPatient[], status: number): string =>
    String(of.filter((patient) => patient.status === status).length);
  const years = (of: readonly MusicPatient[]): string =>
    of.reduce((sum, { timeYears }) => sum + timeYears, 0).toFixed(0);
  return [
    '## The patients',
    '',
    ...table(
      ['', 'ischaemic', 'other', 'unknown in'],
      [
        ['patients', ...groups.map((of) => String(of.length)), ''],
        ['sudden deaths', ...groups.map((of) => events(of, 1)), ''],
        ['other deaths', ...groups.map((of) => events(of, 2)), ''],
        ['patient-years', ...groups.map(years), ''],
        ['ICD, CRT-D or CRT-P at entry', ...groups.map((of) => String(of.filter(({ device }) => device).length)), ''],
        ...COVARIATES.flatMap(({ id, label, unit, kind }) => {
          const known = (of: readonly MusicPatient[]): number[] => of.flatMap(({ covariates }) => covariates[id] ?? []);
          if (known(patients).length === 0) return [];
          const cell = (of: readonly MusicPatient[]): string => {
            const values = known(of);
            if (kind === 'yesNo') return percent(mean(values), 0);
            const sd = Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
            return `${mean(values).toFixed(0)} +- ${sd.toFixed(0)}`;
          };
          const unknown = patients.length - known(patients).length;
          return [
            [unit === '' ? label : `${label}, ${unit}`, ...groups.map(cell), unknown === 0 ? '' : String(unknown)],
          ];
        }),
      ],
    ),
    'Numbers as mean +- SD. Not in MUSIC, and so not in the weights: LVEF and mass by CMR, infarct size, time since ischaemia, ethnicity.',
    '',
  ];
}

const SHOWN: readonly (keyof Scores)[] = [
  'harrell',
  'uno',
  'auc',
  'brier',
  'ibs',
  'balancedAccuracy',
  'f1',
  'meanRisk',
];

function scoreTable({ study, runs }: StudyRuns, group: string): string[] {
  const cell = (model: string, score: keyof Scores): string => {
    const { mean: value, p5, p95 } = spreadOf(runs, group, model, score);
    if (score === 'meanRisk') return percent(value);
    if (score === 'brier' || score === 'ibs') return value.toFixed(4);
    return score === 'harrell' ? `${value.toFixed(3)} (${p5.toFixed(3)}-${p95.toFixed(3)})` : value.toFixed(3);
  };
  return table(
    ['Model', "Harrell's C", "Uno's C", 'AUC', 'Brier', 'IBS', 'balanced accuracy', 'F1', 'mean risk'],
    study.groups[group].models.map((model) => [
      MODEL_NAMES[model] ?? model,
      ...SHOWN.map((score) => cell(model, score)),
    ]),
  );
}

function discrimination({ music }: ReportInput, all: GroupData, ischaemic: GroupData): string[] {
  const section = (name: string, group: string): string[] => {
    const data = groupData(music, group);
    const { observed, low, high } = observedRisk(data.cohort, data.years);
    const events = data.cohort.event.reduce((sum, d) => sum + d, 0);
    return [
      `### ${name}: ${data.cohort.time.length} patients, ${events} sudden deaths`,
      '',
      ...scoreTable(music, group),
      `Observed risk at ${data.years} years by Kaplan-Meier: ${percent(observed)} (95% ${percent(low)} to ${percent(high)}).`,
      '',
    ];
  };
  const spread = ([name, data]: readonly [string, GroupData]): string => {
    const { c, lessCox } = overPatients(data);
    return `${name}: C ${c}; less ridge Cox ${lessCox}.`;
  };
  const aucRows = ([name, { cohort, risk }]: readonly [string, GroupData]): string[] => [
    name,
    ...[1, 2, 3, 4].map((t) => timeDependentRoc(cohort, risk[NET], t, cohort).auc.toFixed(3)),
  ];
  const pair = [
    ['MUSIC, all', all],
    ['MUSIC, ischaemic', ischaemic],
  ] as const;
  return [
    '## Discrimination',
    '',
    ...section('All', 'all'),
    ...section('Ischaemic', 'ischaemic'),
    'LVEF with NYHA class and prior infarct, three numbers, rank all patients at least as well as the 18: NYHA class tells more than most',
    "of SSCAR's covariates. It is not among SSCAR's 22, and so not in the network.",
    '',
    '95% limits over patients (bootstrap of the patients, each with the mean of their out-of-fold risks):',
    '',
    ...pair.map((one) => `- ${spread(one)}`),
    '',
    'AUC at 1 to 4 years of that risk (cumulative cases, dynamic controls, censoring weighted):',
    '',
    ...table(['', '1', '2', '3', '4'], pair.map(aucRows)),
    '![ROC curves at 4 years](validation-roc.svg)',
    '',
    '![Freedom from sudden death by thirds of the predicted risk](validation-thirds.svg)',
    '',
    ...pair.map(([name, data]) => {
      const { chiSquare, degreesOfFreedom, p } = logRank(data.cohort, thirdsOf(data.risk[NET]), 3);
      return `- ${name}, thirds of the out-of-fold risk: log-rank chi-square ${chiSquare.toFixed(1)} on ${degreesOfFreedom} degrees of freedom, p ${p < 0.0001 ? '< 0.0001' : p.toFixed(4)}.`;
    }),
    '',
    '### By sex',
    '',
    ...section('Women', 'women'),
    ...section('Men', 'men'),
    'Few women died suddenly; their figures are uncertain. Ethnicity is not in the data, so no difference by it can be told.',
    '',
  ];
}

function thirdsOf(risk: Float64Array): Uint8Array {
  const limits = quantiles(risk, [1 / 3, 2 / 3]);
  return Uint8Array.from(risk, (value) => limits.filter((limit) => value > limit).length);
}

function calibration(named: readonly (readonly [string, GroupData])[], curves: readonly CalibrationCurve[]): string[] {
  return [
    '## Calibration',
    '',
    'Out-of-fold risk (mean over the repeats) against what was observed. Fifths by Kaplan-Meier; the curve by Cox regression on a',
    'spline of the predicted risk (Austin 2020) with a 95% bootstrap band. ICI: mean distance between predicted and smoothed observed',
    'risk; E50, E90: its median and 90th percentile. Slope: 1 is right, below 1 the predictions are too extreme.',
    '',
    '![Calibration](validation-calibration.svg)',
    '',
    ...table(
      ['', 'ICI', 'E50', 'E90', 'slope'],
      named.map(([name], k) => [
        name,
        ...[curves[k].ici, curves[k].e50, curves[k].e90].map((value) => percent(value, 2)),
        curves[k].slope.toFixed(2),
      ]),
    ),
    ...named.flatMap(([name, { cohort, risk, years }]) => [
      `${name}, at ${years.toFixed(2)} years:`,
      '',
      ...table(
        ['fifth', 'patients', 'mean predicted', 'observed (95% limits)'],
        calibrationGroups(cohort, risk[NET], years, 5).map((group, k) => [
          String(k + 1),
          String(group.patients),
          percent(group.meanPredicted),
          `${percent(group.observed)} (${percent(group.low)} to ${percent(group.high)})`,
        ]),
      ),
    ]),
  ];
}

function decisions(all: GroupData, ischaemic: GroupData): string[] {
  const at = [0.05, 0.1, 0.15, 0.2];
  const rows = (name: string, { cohort, risk, years }: GroupData): string[][] =>
    [NET, COX, 'lvefNyhaInfarct', 'lvef35'].map((model) => [
      `${name}: ${MODEL_NAMES[model]}`,
      ...decisionCurve(cohort, risk[model], years, at).map(({ netBenefit }) => (1000 * netBenefit).toFixed(1)),
    ]);
  const treatAll = (name: string, { cohort, risk, years }: GroupData): string[] => [
    `${name}: all`,
    ...decisionCurve(cohort, risk[NET], years, at).map(({ netBenefitOfTreatingAll }) =>
      (1000 * netBenefitOfTreatingAll).toFixed(1),
    ),
  ];
  return [
    '## Decision curve',
    '',
    'Net benefit at 4 years: true positives less false ones weighted by the odds of the threshold, for each 1,000 patients, of acting',
    'on those whose risk is the threshold or more (Vickers 2008). Not a recommendation of any threshold.',
    '',
    '![Decision curves](validation-decision.svg)',
    '',
    ...table(
      ['Acting by', ...at.map((threshold) => `at ${percent(threshold, 0)}`)],
      [...rows('all', all), treatAll('all', all), ...rows('ischaemic', ischaemic), treatAll('ischaemic', ischaemic)],
    ),
  ];
}

const INCIDENCE_YEARS = 4;

function ischaemicIncidence({ patients, network }: ReportInput): {
  readonly observed: ReturnType<typeof aalenJohansen>;
  readonly predicted: (t: number) => { readonly sudden: number; readonly other: number };
} {
  const ischaemic = patients.filter((patient) => patient.ischaemic);
  const laws = ischaemic.map(({ covariates }) => covariateBranch(network, covariates, { ischaemic: true }));
  return {
    observed: aalenJohansen(
      Float64Array.from(ischaemic, ({ timeYears }) => timeYears),
      Uint8Array.from(ischaemic, ({ status }) => status),
      2,
    ),
    predicted: (t) => ({
      sudden: mean(laws.map((law) => crudeRisk(law, law.otherDeathHazardPerYear, t))),
      other: mean(laws.map((law) => otherDeathRisk(law, law.otherDeathHazardPerYear, t))),
    }),
  };
}

function netAndCrude(input: ReportInput): string[] {
  const { observed, predicted } = ischaemicIncidence(input);
  const at = (values: Float64Array): number => stepAt(observed.time, values, INCIDENCE_YEARS, 0);
  const row = (name: string, cause: number, value: number): string[] => [
    name,
    percent(value),
    `${percent(at(observed.incidence[cause]))} (${percent(at(observed.lower[cause]))} to ${percent(at(observed.upper[cause]))})`,
  ];
  const model = predicted(INCIDENCE_YEARS);
  return [
    '## Net and crude risk',
    '',
    'The curve is the net risk: sudden death if no other death came first. Beside it the page shows the crude risk, with a hazard of',
    `other death (constant in time, by age, LVEF and aetiology) at work. The shipped weights on the ischaemic, in sample, at ${INCIDENCE_YEARS} years:`,
    '',
    ...table(
      ['', 'mean predicted', 'observed by Aalen-Johansen (95% limits)'],
      [row('sudden death', 0, model.sudden), row('other death first', 1, model.other)],
    ),
    '![Cumulative incidence in the ischaemic](validation-incidence.svg)',
    '',
    `The last sudden death of MUSIC is at ${input.network.followUpYears.toFixed(2)} years. Beyond it the curve is extrapolated, and drawn so.`,
    '',
  ];
}

function sensitivity({ music, withoutDevices }: ReportInput): string[] {
  const gone = music.study.cohort.time.length - withoutDevices.study.cohort.time.length;
  return [
    '## Without the patients with a device',
    '',
    `In the ${gone} patients with an ICD, a CRT-D or a CRT-P at entry sudden death may have been aborted. Without them, learned and tested anew (${withoutDevices.runs.length} repeats):`,
    '',
    'All:',
    '',
    ...scoreTable(withoutDevices, 'all'),
    'Ischaemic:',
    '',
    ...scoreTable(withoutDevices, 'ischaemic'),
  ];
}

function otherCohort({ whas }: ReportInput): string[] {
  const { cohort, years } = groupData(whas, 'all');
  const { observed } = observedRisk(cohort, years);
  const depths = whas.runs.flatMap((run) => run.recipes.map(({ depth }) => depth));
  return [
    '## The recipe on another cohort: WHAS500',
    '',
    `${cohort.time.length} patients after an infarct, any death, as in \`npm run evaluate:survival -- whas500.csv --time lenfol --event fstat`,
    `--time-unit days\` with ${whas.runs.length} of its repeats. The networks learn it anew: a test of the recipe, not of the shipped weights.`,
    '',
    ...scoreTable(whas, 'all'),
    `Observed risk at ${years.toFixed(2)} years: ${percent(observed)}. Hidden layers were chosen in ${depths.filter((depth) => depth > 0).length} of ${depths.length} fits.`,
    '',
  ];
}

/** What may be unknown together. */
const MASKS: Readonly<Record<string, readonly string[]>> = {
  age: ['age'],
  LVEF: ['lvef'],
  'QRS duration, LBBB': ['qrs', 'lbbb'],
  'all of the electrocardiogram': ['heartRate', 'qrs', 'lbbb', 'atrialFibrillation'],
  'all of the history': ['smoker', 'diabetes', 'hypertension', 'hypercholesterolaemia'],
  'all drugs': ['betaBlocker', 'aceInhibitorOrArb', 'lipidLowering', 'diuretic', 'antiarrhythmic', 'digoxin'],
  'all but age, sex and LVEF': INPUTS.map(({ name }) => name as string).filter(
    (name) => !['age', 'male', 'lvef'].includes(name),
  ),
  everything: INPUTS.map(({ name }) => name),
};
const LOOKED_AT_YEARS = 5;

function missingInputs({ patients, network }: ReportInput): string[] {
  const known = patients.map((patient) => ({
    patient,
    full: covariateBranch(network, patient.covariates, { ischaemic: patient.ischaemic }),
  }));
  return [
    '## When inputs are missing',
    '',
    'The curve takes the training mean for a missing input. The interval takes in what the input could be, given the known ones, from',
    'the joint law of the training patients (100 draws), and has the curve in its middle: where the draws lie to one side, as those of',
    "LVEF do for a wide QRS, that is an error of the curve, and widens the interval both ways. Tried on MUSIC's patients by hiding what",
    `is known: the share whose risk at ${LOOKED_AT_YEARS} years with all inputs lies in the 90% interval without them, and half that interval's width on the`,
    'log-odds.',
    '',
    ...table(
      ['hidden', 'held by draws alone', 'held by the shown interval', 'from draws', 'from refits'],
      Object.entries(MASKS).map(([name, mask]) => {
        const found = known.map(({ patient, full }) => {
          const left = Object.fromEntries(Object.entries(patient.covariates).filter(([id]) => !mask.includes(id)));
          const answer = covariateBranch(network, left, { ischaemic: patient.ischaemic });
          const draws = halfWidthAbout(answer, answer.imputations, LOOKED_AT_YEARS);
          const refits = halfWidthAbout(answer, answer.refits, LOOKED_AT_YEARS);
          const distance = Math.abs(logOddsOfRisk(full, LOOKED_AT_YEARS) - logOddsOfRisk(answer, LOOKED_AT_YEARS));
          return { draws, refits, byDraws: distance <= draws, shown: distance <= Math.hypot(draws, refits) };
        });
        const share = (of: (one: (typeof found)[number]) => boolean): string =>
          percent(found.filter(of).length / found.length, 0);
        return [
          name,
          share(({ byDraws }) => byDraws),
          share(({ shown }) => shown),
          mean(found.map(({ draws }) => draws)).toFixed(2),
          mean(found.map(({ refits }) => refits)).toFixed(2),
        ];
      }),
    ),
  ];
}

/** Shapley values take a second or so for ten patients: of the ischaemic, every so many. */
const EXPLAINED_EVERY = 5;

function effects({ patients, network }: ReportInput): string[] {
  const said = (j: number, value: number): number[] => {
    const x = network.mean.map((one, k) => (k === j ? value : one));
    return membersAt(network, x).map((law) => logOddsOfRisk(law, INCIDENCE_YEARS));
  };
  const explained = patients
    .filter(({ ischaemic }) => ischaemic)
    .filter((_, i) => i % EXPLAINED_EVERY === 0)
    .map(({ covariates }) => explainCovariates(network, covariates, { ischaemic: true }));
  const farthestOff = Math.max(
    ...explained.map(({ logOdds, meanLogOdds, effects: parts }) =>
      Math.abs(parts.reduce((sum, part) => sum + part.logOdds, 0) - (logOdds - meanLogOdds)),
    ),
  );
  return [
    '## What the shipped weights say',
    '',
    `Odds ratio of sudden death by ${INCIDENCE_YEARS} years between two patients who differ in one input alone, the rest at the mean; median of the`,
    'members, with the 5th to 95th percentile over these refits. Shrunk by the ridge, and associations only. Beside it, how far the',
    `input moves the log-odds at ${LOOKED_AT_YEARS} years of one patient from their mean: the mean absolute Shapley value, as the page explains a`,
    `curve, of ${explained.length} of the ischaemic. Its parts add up to the output less its mean within ${farthestOff.toExponential(0)} in each of them.`,
    '',
    ...table(
      ['input', 'odds ratio', 'Shapley'],
      network.inputs.map((id, j) => {
        const spec = COVARIATES.find((one) => one.id === id);
        const lower = said(j, 0);
        const ratios = said(j, 1).map((value, m) => Math.exp(value - lower[m]));
        const [p5, median, p95] = quantiles(ratios, [0.05, 0.5, 0.95]).map((ratio) => ratio.toFixed(2));
        // A number as the network sees it has mean 0 and SD 1.
        const label =
          spec?.kind === 'number'
            ? `${spec.label}, ${network.scaling[j].scale.toFixed(1)} ${spec.unit} more`
            : (spec?.label ?? 'Ischaemic heart disease');
        const parts = explained.flatMap(({ effects: all }) => all.filter((one) => one.id === id));
        return [label, `${median} (${p5} to ${p95})`, mean(parts.map(({ logOdds }) => Math.abs(logOdds))).toFixed(2)];
      }),
    ),
  ];
}

function simulated({ cards, simulations, anatomies }: ReportInput): string[] {
  const refits = simulations[0].refits.map((one, k) => [
    one.name,
    `${one.ratio} (${one.low} to ${one.high})`,
    ...simulations.map((simulation) => {
      const { refit, verdict } = simulation.refits[k];
      return `${refit.toFixed(2)}${verdict === 'inside' ? '' : ` (${verdict})`}`;
    }),
  ]);
  return [
    '## Image branch and fusion: simulated patients only',
    '',
    `Nothing here is measured on patients. The law of the simulated cohort, as refitted on ${simulations[0].patients} simulated patients by univariable Cox`,
    `over ${REFIT_YEARS} years, beside the published effects that its constants follow (\`npm run simulate\`):`,
    '',
    ...table(['Effect', 'published (95%)', ...simulations.map(({ effect }) => effect)], refits),
    ...table(
      ['', ...simulations.map(({ effect }) => effect)],
      [
        ['events per 100 patient-years', ...simulations.map((one) => one.eventsPer100PatientYears.toFixed(2))],
        ['net risk by 5 years', ...simulations.map((one) => percent(one.netRisk['5']))],
        ['C of the true risk', ...simulations.map((one) => one.trueC.toFixed(3))],
      ],
    ),
    '### On phantoms',
    '',
    'From the cards of the shipped weights: simulated patients that no part was fitted on, with phantom hearts.',
    '',
    ...simulatedTargets(simulatedResults(cards)),
    'Below, the true risk by 5 years of patients in tenths of the predicted: the mean of each tenth, and what nine in ten of its',
    'patients lie within. First with phantoms, then with the real anatomies of the next section.',
    '',
    '![Simulated patients: true against predicted risk](validation-simulated.svg)',
    '',
    ...onRealAnatomies(simulatedResults(cards), anatomies),
    '### All figures of the cards',
    '',
    ...(['image', 'fusion'] as const).flatMap((name) => [
      `\`${name}\`:`,
      '',
      ...table(['figure', 'value'], flattened((cards[name] as Readonly<Record<string, unknown>>)['results'])),
    ]),
  ];
}

/** What a card says of the simulated test patients; cards of older weights lack some of it. */
interface SimulatedResults {
  readonly patients: number;
  readonly c: Readonly<Record<'truth' | 'image' | 'fused', number>>;
  readonly meanRiskAt5Years: Readonly<Record<'truth' | 'image' | 'fused', number>>;
  readonly riskAt5YearsByTenths?: Readonly<Record<'image' | 'fused', RiskByTenths>>;
  readonly slopeOfTruthOnPrediction?: Readonly<Record<'image' | 'fused', number>>;
  readonly fusedLessBranchC?: Readonly<
    Record<'covariates' | 'image', { readonly difference: number; readonly low: number; readonly high: number }>
  >;
}

/** What it says of its limits too. */
interface CardResults extends SimulatedResults {
  readonly intervalCoversTruthPercent: Readonly<Record<'image' | 'fused', number>>;
  readonly flaggedUnlikePercent?: number;
}

const simulatedResults = (cards: ReportInput['cards']): CardResults =>
  (cards.fusion as unknown as { readonly results: CardResults }).results;

function onRealAnatomies(phantoms: CardResults, study: AnatomyStudy | null): string[] {
  const heading = ['### On real anatomies', ''];
  if (study === null) return [...heading, 'Not measured: the labelled stacks of EMIDEC were not at hand.', ''];
  const shown = (percentage: number | undefined): string =>
    percentage === undefined ? 'not on the card' : `${percentage.toFixed(1)}%`;
  const covered = phantoms.intervalCoversTruthPercent;
  return [
    ...heading,
    `The same patients with other hearts: ventricles of ${study.anatomies} real stacks (EMIDEC) that nothing here was learned from, with their wall,`,
    'noise and artefacts, warped to each patient; their own scar taken out and the patient’s put in, with the signal that the',
    'phantom’s physics gives it between the stack’s own blood and wall (`src/core/phantom/warpedHeart.ts`). Contours are the experts’;',
    'a network’s would add its errors. Outcomes are simulated all the same.',
    '',
    ...simulatedTargets(study.figures),
    'Limits and widths, set on other such hearts:',
    '',
    ...table(
      ['', 'phantoms (card)', 'real anatomies'],
      [
        ["image branch's width holds the truth of", shown(covered.image), shown(study.coveredPercent.image)],
        ["fused model's width holds the truth of", shown(covered.fused), shown(study.coveredPercent.fused)],
        ['hearts called unlike those learned from', shown(phantoms.flaggedUnlikePercent), shown(study.flaggedPercent)],
      ],
    ),
  ];
}

function simulatedTargets(results: SimulatedResults): string[] {
  const { patients, c, meanRiskAt5Years: meanRisk, slopeOfTruthOnPrediction: slope, fusedLessBranchC } = results;
  const row = (what: string, found: string | undefined, asked: string, met: boolean): string[] =>
    found === undefined ? [what, 'not on the card', asked, ''] : [what, found, asked, met ? 'met' : '**not met**'];
  const share = (name: string, of: 'image' | 'fused', floor: number): string[] =>
    row(
      `${name}: C over the true risk's C`,
      (c[of] / c.truth).toFixed(3),
      `${floor} or more`,
      c[of] / c.truth >= floor,
    );
  const slopeRow = (name: string, of: 'image' | 'fused'): string[] =>
    row(
      `${name}: slope of the true on the predicted log-odds at 5 years`,
      slope?.[of].toFixed(2),
      '0.9 to 1.1',
      slope !== undefined && slope[of] >= 0.9 && slope[of] <= 1.1,
    );
  const riskRow = (name: string, of: 'image' | 'fused'): string[] => {
    const off = meanRisk[of] / meanRisk.truth - 1;
    return row(`${name}: mean 5-year risk over the true, less 1`, signed(off), 'within 0.1', Math.abs(off) < 0.1);
  };
  const gain = (name: string, over: 'covariates' | 'image'): string[] => {
    const found = fusedLessBranchC?.[over];
    return row(
      `Fused less ${name}: C (95% by paired bootstrap)`,
      found && `${signed(found.difference)} (${signed(found.low)} to ${signed(found.high)})`,
      'above 0',
      found !== undefined && found.low > 0,
    );
  };
  return [
    `On ${patients} patients; the true risk's C, ${c.truth.toFixed(3)}, is the most that any model can reach:`,
    '',
    ...table(
      ['Measure', 'Found', 'Asked for', ''],
      [
        share('Image branch', 'image', 0.92),
        share('Fused', 'fused', 0.95),
        gain('the covariate branch', 'covariates'),
        gain('the image branch', 'image'),
        slopeRow('Image branch', 'image'),
        slopeRow('Fused', 'fused'),
        riskRow('Image branch', 'image'),
        riskRow('Fused', 'fused'),
      ],
    ),
  ];
}

/** A card's figures as rows: the path to each, and it. */
function flattened(value: unknown, at: readonly string[] = []): string[][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, inner]) => flattened(inner, [...at, key]));
  }
  return [[at.join(', '), Array.isArray(value) ? value.join(', ') : String(value)]];
}

function tripod(): string[] {
  return [
    '## TRIPOD+AI',
    '',
    'Items of the TRIPOD+AI statement (Collins et al., BMJ 2024;385:e078378), and where each is answered.',
    '',
    ...table(
      ['Item', 'What it asks', 'Answer'],
      TRIPOD_ITEMS.map(({ item, asks, answer }) => [item, asks, answer]),
    ),
  ];
}

// ------------------------------------------------------------------------------------------------ figures

/** The line on which a model lies that is right on average. */
const asPredicted = (to: number): Series => ({
  name: 'as predicted',
  colour: COLOURS.grey,
  dashed: true,
  points: [
    [0, 0],
    [to, to],
  ],
});

function calibrationPanel(name: string, { cohort, risk, years }: GroupData, curve: CalibrationCurve): Panel {
  const groups = calibrationGroups(cohort, risk[NET], years, 5);
  const most = Math.max(...groups.map(({ high }) => high), ...curve.predicted);
  const to = Math.min(1, Math.ceil(most * 10) / 10);
  const axis = { from: 0, to, percent: true };
  const inside = [...curve.predicted.keys()];
  return {
    title: `${name}, at ${years.toFixed(1)} years`,
    x: { ...axis, label: 'predicted risk' },
    y: { ...axis, label: 'observed risk' },
    legend: 'top left',
    series: [
      asPredicted(to),
      {
        name: 'smoothed, 95% band',
        colour: COLOURS.net,
        points: inside.map((k) => [curve.predicted[k], Math.min(to, curve.observed[k])] as const),
        band: inside.map((k) => [curve.low[k], Math.min(to, curve.high[k])] as const),
      },
    ],
    marks: groups.map(({ meanPredicted, observed, low, high }) => ({ x: meanPredicted, y: observed, low, high })),
  };
}

function simulatedPanels(name: string, { riskAt5YearsByTenths: tenths }: SimulatedResults): Panel[] {
  if (!tenths) return [];
  const to = Math.min(1, Math.ceil(10 * Math.max(...tenths.image.truthP95, ...tenths.fused.truthP95)) / 10);
  const axis = { from: 0, to, percent: true };
  const series = (label: string, colour: string, { predicted, truth, truthP5, truthP95 }: RiskByTenths): Series => ({
    name: label,
    colour,
    points: predicted.map((value, k) => [value, truth[k]] as const),
    band: truthP5.map((low, k) => [low, truthP95[k]] as const),
  });
  return [
    {
      title: `${name}, at 5 years`,
      x: { ...axis, label: 'predicted risk' },
      y: { ...axis, label: 'true risk' },
      legend: 'top left',
      series: [
        asPredicted(to),
        series('image branch', COLOURS.cox, tenths.image),
        series('fused', COLOURS.net, tenths.fused),
      ],
    },
  ];
}

const COMPARED = [
  { model: NET, name: 'covariate branch', colour: COLOURS.net },
  { model: COX, name: 'ridge Cox', colour: COLOURS.cox },
  { model: 'lvefNyhaInfarct', name: 'LVEF, NYHA, infarct', colour: COLOURS.other },
] as const;

function rocPanel(name: string, { cohort, risk, years }: GroupData): Panel {
  const axis = { from: 0, to: 1, percent: true };
  const series = COMPARED.map(({ model, name: label, colour }): Series => {
    const roc = timeDependentRoc(cohort, risk[model], years, cohort);
    const points = Array.from(
      roc.threshold,
      (_, k) => [roc.falsePositive[k] / roc.controls, roc.truePositive[k] / roc.cases] as const,
    );
    return { name: `${label}: ${roc.auc.toFixed(3)}`, colour, points: [[0, 0], ...points] };
  });
  const chance = { name: 'chance', colour: COLOURS.grey, dashed: true, points: [[0, 0] as const, [1, 1] as const] };
  return {
    title: `${name}: AUC at ${years} years`,
    x: { ...axis, label: '1 - specificity' },
    y: { ...axis, label: 'sensitivity' },
    legend: 'bottom right',
    series: [...series, chance],
  };
}

function decisionPanel(name: string, { cohort, risk, years }: GroupData): Panel {
  const thresholds = Array.from({ length: 57 }, (_, k) => 0.02 + k * 0.005);
  const curveOf = (model: string): ReturnType<typeof decisionCurve> =>
    decisionCurve(cohort, risk[model], years, thresholds);
  const top = curveOf(NET)[0].netBenefitOfTreatingAll * 1.15;
  const least = -0.02;
  return {
    title: `${name}, at ${years} years`,
    x: { from: 0, to: 0.3, percent: true, label: 'threshold' },
    y: { from: least, to: top, percent: false, label: 'net benefit' },
    legend: 'top right',
    series: [
      ...COMPARED.map(({ model, name: label, colour }): Series => {
        return { name: label, colour, points: curveOf(model).map((one) => [one.threshold, one.netBenefit] as const) };
      }),
      {
        name: 'act on all',
        colour: COLOURS.grey,
        dashed: true,
        points: curveOf(NET)
          .filter(({ netBenefitOfTreatingAll }) => netBenefitOfTreatingAll >= least)
          .map((one) => [one.threshold, one.netBenefitOfTreatingAll] as const),
      },
    ],
  };
}

function thirdsPanel(name: string, { cohort, risk, years }: GroupData): Panel {
  const third = thirdsOf(risk[NET]);
  const until = 5;
  const series = (['lowest third', 'middle third', 'highest third'] as const).map((label, k): Series => {
    const rows = [...third.keys()].filter((i) => third[i] === k);
    const km = kaplanMeier(
      Float64Array.from(rows, (i) => cohort.time[i]),
      Uint8Array.from(rows, (i) => cohort.event[i]),
    );
    const shown = [...km.time.keys()].filter((at) => km.time[at] <= until);
    return {
      name: label,
      colour: [COLOURS.other, COLOURS.net, COLOURS.cox][k],
      step: true,
      points: [[0, 1], ...shown.map((at) => [km.time[at], km.survival[at]] as const)],
      band: [[1, 1], ...shown.map((at) => [Math.max(0.6, km.lower[at]), km.upper[at]] as const)],
    };
  });
  return {
    title: `${name}, by risk at ${years} years`,
    x: { from: 0, to: until, percent: false, label: 'years' },
    y: { from: 0.6, to: 1, percent: true, label: 'free of sudden death' },
    legend: 'bottom right',
    series,
  };
}

function incidencePanel(input: ReportInput): Panel {
  const { observed, predicted } = ischaemicIncidence(input);
  const until = 5;
  const shown = [...observed.time.keys()].filter((at) => observed.time[at] <= until);
  const seen = (name: string, cause: number, colour: string): Series => ({
    name,
    colour,
    step: true,
    points: [[0, 0], ...shown.map((at) => [observed.time[at], observed.incidence[cause][at]] as const)],
    band: [[0, 0], ...shown.map((at) => [observed.lower[cause][at], observed.upper[cause][at]] as const)],
  });
  const years = Array.from({ length: 26 }, (_, k) => k / 5);
  const said = (name: string, of: 'sudden' | 'other', colour: string): Series => ({
    name,
    colour,
    dashed: true,
    points: years.map((t) => [t, t === 0 ? 0 : predicted(t)[of]] as const),
  });
  return {
    title: 'MUSIC, ischaemic',
    x: { from: 0, to: until, percent: false, label: 'years' },
    y: { from: 0, to: 0.35, percent: true, label: 'cumulative incidence' },
    legend: 'top left',
    series: [
      seen('sudden death, observed', 0, COLOURS.net),
      said('sudden death, predicted', 'sudden', COLOURS.net),
      seen('other death, observed', 1, COLOURS.cox),
      said('other death, predicted', 'other', COLOURS.cox),
    ],
  };
}
