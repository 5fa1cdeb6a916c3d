/** The words of a validation's report in English; the command line prints them too. */
import type { PROBAST_ITEMS, ReportFact, ReportLimit, TRIPOD_ITEMS } from '../../pipeline/cohort/cohortReport.ts';
import { cohortRoomEn } from './cohortRoomEn.ts';
import type { Words } from './reasons.ts';

const years = (value: number): string => `${value} ${value === 1 ? 'year' : 'years'}`;

const facts: Words<ReportFact> = {
  evaluatedOnly: () => 'The shipped models were evaluated as they are; none was developed or refitted.',
  eligible: ({ onlyApplicable }) =>
    onlyApplicable
      ? 'Every row with a time and an outcome, of a patient to whom the models apply.'
      : 'Every row with a time and an outcome, including patients to whom the models do not apply.',
  columnsMapped: () =>
    'What each column is, and its unit, was set beforehand and is kept in a file; values that no patient can have count as unknown.',
  outcomeIs: ({ horizonYears }) =>
    `Sudden cardiac death within ${years(horizonYears)}, as the table states it; other deaths end the observation, or count as competing events where stated.`,
  patientsAndEvents: ({ patients, events }) => `${patients} patients and ${events} sudden cardiac deaths were judged.`,
  precisionReached: ({ halfWidth, eventsFor005 }) =>
    `The covariates’ C is known to within ${halfWidth.toFixed(2)}; about ${eventsFor005} events would bring that to 0.05 (Riley 2024).`,
  missingAsUnknown: () =>
    'An empty value counts as unknown. The covariate branch averages over the training cohort’s joint distribution of it; a model that needs the value is judged on fewer patients, as the table shows.',
  measures: ({ samples }) =>
    `Harrell’s and Uno’s C, AUC, Brier scores, observed over expected, calibration by groups and smoothed, decision curve, log-rank test, Aalen-Johansen; 95% limits from ${samples} bootstrap samples.`,
  rivalLearned: ({ folds }) =>
    `A ridge Cox regression was learned from the cohort’s own answers and images by ${folds}-fold cross-validation, its penalty chosen within the training part, to compare the shipped models with.`,
  notUpdated: () => 'No model was updated.',
  branchRefitted: ({ withHead, madeBy, madeOn }) =>
    `${withHead ? 'The covariate branch and the head of the image branch were' : 'The covariate branch was'} trained anew on a hospital’s own patients (by ${madeBy}, ${madeOn}).`,
  updated: ({ madeBy, madeOn }) => `The models were recalibrated with the file made by ${madeBy}, ${madeOn}.`,
  predictedAt: ({ rate }) =>
    `With the page’s own code, from each patient’s answers and images; level of risk: ${cohortRoomEn.rates[rate]}.`,
  noClassBalancing: () => 'Events were neither weighted nor sampled more often.',
  learnedFrom: () =>
    'The covariate branches learned from MUSIC (patients with heart failure in Spain, enrolled in 2003 and 2004); the image branch from simulated outcomes.',
  codeIs: ({ version }) => `Scarcast ${version}, open source; the models’ hashes are given below.`,
  rowsLeftOut: ({ read, leftOut }) => `${read} rows were read; ${leftOut} of them could not be used.`,
  notForModels: ({ patients }) => `${patients} patients were left out because the models do not apply to them.`,
  inTable: () => 'See the tables: patients, events and limits for each model and subgroup.',
  imagesChecked: ({ patients, withheld }) =>
    `The images of ${patients} patients were analysed; for ${withheld} of them the risk from the image is withheld.`,
  sameCode: () => 'The same code prepared the answers and the images of every patient.',
  imagesBlind: () => 'The networks that read the images are not given the outcome.',
  followedFor: ({ medianYears }) => `Median follow-up: ${medianYears.toFixed(1)} years (reverse Kaplan-Meier).`,
};

const limits: Words<ReportLimit> = {
  wideLimits: ({ halfWidth }) =>
    Number.isFinite(halfWidth)
      ? `Few events: C is known only to within ${halfWidth.toFixed(2)}, and models that are nearly equally good cannot be told apart.`
      : 'Too few events to tell how well the models discriminate.',
  shortFollowUp: ({ horizonYears }) =>
    `Nobody was followed long enough to judge more than the first ${years(horizonYears)}.`,
  everyoneTaken: () => 'Patients to whom the models do not apply are among those judged.',
  calibratedToo: () =>
    'The models were fitted to a hospital’s own patients; for these, the figures are too optimistic.',
  simulatedPart: () => 'The image branch and the fused prediction learned from simulated outcomes, in part or whole.',
  rowsWithoutOutcome: ({ leftOut }) =>
    `${leftOut} ${leftOut === 1 ? 'row' : 'rows'} without a time or an outcome are left out; if these patients differ from the others, the figures are biased.`,
  otherDeathsCensored: ({ otherDeaths }) =>
    `${otherDeaths} other deaths end the observation as if they were unrelated to the risk of sudden death.`,
  onePlace: () => 'All patients come from one table: the figures may not hold elsewhere.',
};

const tripod: Readonly<Record<(typeof TRIPOD_ITEMS)[number], string>> = {
  '1': 'Title',
  '2': 'Abstract',
  '3a': 'Healthcare context and rationale',
  '3b': 'Target population and intended use',
  '3c': 'Known health inequalities',
  '4': 'Objectives',
  '5a': 'Sources of data, why they are used, and whom they represent',
  '5b': 'Dates of the data',
  '6a': 'Setting: number and place of centres',
  '6b': 'Eligibility',
  '6c': 'Treatments received, and how they were handled',
  '7': 'Preparation and checking of the data',
  '8a': 'Outcome and horizon, how and when assessed',
  '8b': 'Who assessed the outcome',
  '8c': 'Blinding of its assessment',
  '9b': 'Predictors, how and when they were measured',
  '9c': 'Who assessed the predictors',
  '10': 'Sample size',
  '11': 'Missing data',
  '12d': 'Heterogeneity between clusters: methods',
  '12e': 'Measures and plots of performance',
  '12f': 'Updating of the model: methods',
  '12g': 'How predictions were calculated',
  '13': 'Class imbalance',
  '14': 'Fairness: methods',
  '16': 'Differences from the development data',
  '17': 'Ethical approval and consent',
  '18a': 'Funding',
  '18b': 'Conflicts of interest',
  '18c': 'Protocol',
  '18d': 'Registration',
  '18e': 'Data sharing',
  '18f': 'Code sharing',
  '19': 'Involvement of patients and the public',
  '20a': 'Flow of participants and follow-up',
  '20b': 'Characteristics of participants',
  '20c': 'Comparison of predictors with the development data',
  '21': 'Participants and events in each analysis',
  '23a': 'Performance with confidence intervals, including subgroups',
  '23b': 'Heterogeneity between clusters: results',
  '24': 'Updating of the model: results',
  '25': 'Interpretation, with regard to fairness',
  '26': 'Limitations',
  '27c': 'Next steps for research',
};

const probast: Readonly<Record<(typeof PROBAST_ITEMS)[number], string>> = {
  '1': 'Participants and data sources: risk of bias, applicability',
  '1.1': 'Appropriate sources of data',
  '1.2': 'Appropriate study design',
  '1.3': 'Inclusions and exclusions give a representative dataset',
  '2': 'Predictors: risk of bias, applicability',
  '2.1': 'Defined and assessed alike for all',
  '2.2': 'Prepared alike for all',
  '2.3': 'Assessed without knowledge of the outcome',
  '2.4': 'Available when the model is meant to be used',
  '3': 'Outcome: risk of bias, applicability',
  '3.1': 'Defined and assessed appropriately',
  '3.2': 'Defined and assessed alike for all',
  '3.3': 'Assessed without use or knowledge of the predictors',
  '3.4': 'Appropriate time between predictors and outcome',
  '4': 'Analysis: risk of bias',
  '4.1': 'More than apparent performance',
  '4.2': 'Reasonable sample size',
  '4.3': 'Missing and censored data handled appropriately',
  '4.4': 'Class imbalance not corrected where the model is evaluated',
  '4.5': 'No leakage between training and test data',
  '4.6': 'All steps of development repeated in resampling',
  '4.7': 'Calibration, discrimination and net benefit evaluated',
};

export const cohortReportEn = {
  title: 'Validation of the models on a cohort',
  open: 'Report',
  close: 'Back to the cohort',
  print: 'Print',
  tools: 'Report tools',
  paper:
    'The checklists are filled in as far as the table and the code allow; the rest is for the authors. Numbers are those of the published checklists; the items’ names are abridged, and what counts is their full wording there.',
  flow: 'Who was judged',
  limits: 'Limits',
  tripod: 'TRIPOD+AI, items for evaluating a model',
  probast: 'PROBAST+AI, domains and questions for evaluating a model',
  item: 'Item',
  said: 'What the data say',
  blank: 'for the authors',
  judgement: 'Answer or judgement',
  weights: 'Models',
  facts,
  limitsOf: limits,
  tripodItems: tripod,
  probastItems: probast,
};

export type CohortReportMessages = typeof cohortReportEn;
