export interface TripodItem {
  readonly item: string;
  readonly asks: string;
  readonly answer: string;
}

/** TRIPOD+AI (Collins et al., BMJ 2024;385:e078378): what each item asks, in short, and its answer for the covariate branch. */
export const TRIPOD_ITEMS: readonly TripodItem[] = [
  {
    item: '1',
    asks: 'Title',
    answer: "This page's: development and internal validation; the recipe tried on a second cohort.",
  },
  { item: '2', asks: 'Abstract', answer: 'In short, and What it does not show.' },
  {
    item: '3a',
    asks: 'Healthcare context and rationale',
    answer:
      'Sudden death in ischaemic heart disease is selected for by LVEF alone; SSCAR (Popescu 2022) adds the image of the scar. Nothing of it is open; this rebuilds it.',
  },
  {
    item: '3b',
    asks: 'Target population and intended purpose',
    answer:
      'Chronic ischaemic heart failure (NYHA II or III) without a defibrillator. Research and teaching; no decisions about a patient.',
  },
  {
    item: '3c',
    asks: 'Known inequalities between groups',
    answer: 'Women are a third of MUSIC or less and few of them died suddenly; ethnicity is not recorded.',
  },
  {
    item: '4',
    asks: 'Objectives',
    answer:
      'Curves of the risk of sudden death from SSCAR’s covariates and from five answers beyond them, compared with ridge Cox and with guideline rules in the same folds.',
  },
  {
    item: '5a',
    asks: 'Sources of data',
    answer: 'MUSIC 1.0.0 (PhysioNet), a prospective multicentre cohort; WHAS500 for the recipe; [data.md](data.md).',
  },
  { item: '5b', asks: 'Dates', answer: 'MUSIC enrolled in 2003-2004 and followed for up to 5.7 years.' },
  { item: '6a', asks: 'Setting', answer: 'Heart failure clinics of Spanish hospitals.' },
  {
    item: '6b',
    asks: 'Eligibility',
    answer: 'Ambulatory chronic heart failure, NYHA II or III. All 992 patients of the public set; none was left out.',
  },
  {
    item: '6c',
    asks: 'Treatments received',
    answer: 'The patients, above: drugs and devices at entry. Later treatment is not known.',
  },
  {
    item: '7',
    asks: 'Data preparation',
    answer:
      'Rules in [data.md](data.md) and `src/studies/survival/music.ts`; numbers z-scored, yes/no as 0/1, inside the training part.',
  },
  {
    item: '8a',
    asks: 'Outcome and horizon',
    answer:
      'Sudden cardiac death (cause 3), 4 years; the curve goes on to 10 years, marked as extrapolated from where fewer than 100 of the ischaemic were followed.',
  },
  { item: '8b', asks: 'Who assessed the outcome', answer: "As MUSIC's committee coded the cause; not judged again." },
  { item: '8c', asks: 'Blinding', answer: 'The models were made long after; the committee knew nothing of them.' },
  {
    item: '9a',
    asks: 'Choice of predictors',
    answer:
      "SSCAR's 22 covariates as far as MUSIC has them, and the ischaemic flag: none was selected by its outcome. The five answers were, in knowledge of the MUSIC risk score; a lasso inside the folds is the fair row.",
  },
  {
    item: '9b',
    asks: 'Definition of predictors',
    answer: '`src/core/patient/covariates.ts` (label, unit, range, SNOMED or LOINC code) and [data.md](data.md).',
  },
  { item: '9c', asks: 'Who assessed the predictors', answer: "MUSIC's clinics at enrolment." },
  {
    item: '10',
    asks: 'Sample size',
    answer:
      'All that there is: 94 events for 18 inputs, about five an input. Too few for a flexible model: hence the ridge, and depth 0.',
  },
  {
    item: '11',
    asks: 'Missing data',
    answer:
      'Few (The patients); the training mean. For a new patient: When inputs are missing. The five answers have a model for each pattern of what is known.',
  },
  {
    item: '12a',
    asks: 'Use of the data',
    answer: 'Nested repeated cross-validation; the shipped weights learned from all patients.',
  },
  {
    item: '12b',
    asks: 'Handling of predictors',
    answer: 'Continuous, not cut; no interactions in the linear members.',
  },
  {
    item: '12c',
    asks: 'Model, its building and its tuning',
    answer:
      'How it was measured; `src/nn/training/trainCovariates.ts`. `npm run train -- survival` makes the weights again from data and seed.',
  },
  {
    item: '12d',
    asks: 'Heterogeneity between clusters',
    answer: 'The public set does not tell its centres apart. By aetiology and by sex, above.',
  },
  {
    item: '12e',
    asks: 'Performance measures',
    answer: 'Discrimination, Calibration, Decision curve; checked against R as How it was measured says.',
  },
  {
    item: '12f',
    asks: 'Model updating',
    answer:
      'Log-odds by LVEF and aetiology to the observed 4-year risk, sigma to the risks by 1 to 5 years, inside the folds; and to published contemporary rates (At a contemporary rate).',
  },
  {
    item: '12g',
    asks: 'How predictions are calculated',
    answer: '`src/nn/networks/covariateBranch.ts`; in the page and by `npm run predict`.',
  },
  {
    item: '13',
    asks: 'Class imbalance',
    answer:
      "Nothing was resampled or reweighted: the paper's weights by class overstate the risk of a rare event more than threefold, as a test on simulated times shows.",
  },
  {
    item: '14',
    asks: 'Fairness',
    answer: 'By sex. Ethnicity cannot be looked at, and is no input. No further steps were taken.',
  },
  {
    item: '15',
    asks: 'Model output',
    answer:
      'A curve of the probability of being free of sudden death with a 90% interval that was tried against a known truth (Bands); no classes. Thresholds appear in this page only.',
  },
  {
    item: '16',
    asks: 'Differences between development and evaluation',
    answer: 'None in MUSIC (one cohort). WHAS500: other patients and another event; learned anew.',
  },
  {
    item: '17',
    asks: 'Ethical approval',
    answer: 'Public, de-identified data; approval and consent as MUSIC and WHAS state.',
  },
  { item: '18a', asks: 'Funding', answer: 'None.' },
  { item: '18b', asks: 'Conflicts of interest', answer: 'None.' },
  {
    item: '18c',
    asks: 'Protocol',
    answer: 'None was published; what was asked for before measuring stands under In short.',
  },
  { item: '18d', asks: 'Registration', answer: 'Not registered.' },
  { item: '18e', asks: 'Data sharing', answer: 'The data are public: [data.md](data.md).' },
  {
    item: '18f',
    asks: 'Code sharing',
    answer:
      'All of it, Apache-2.0; weights of the covariate branch under the notice of ODbL 1.0, of the image branch CC BY-NC-SA 4.0.',
  },
  { item: '19', asks: 'Patient and public involvement', answer: 'None.' },
  { item: '20a', asks: 'Flow of participants', answer: 'All 992 in, none out; follow-up in The patients.' },
  { item: '20b', asks: 'Characteristics', answer: 'The patients.' },
  {
    item: '20c',
    asks: 'Comparison with the evaluation data',
    answer: 'One cohort; WHAS500 shares few inputs and is not compared.',
  },
  { item: '21', asks: 'Participants and events in each analysis', answer: 'In the heading of each table.' },
  {
    item: '22',
    asks: 'Model specification',
    answer: '`public/models/covariates`: weights, scaling, and What the shipped weights say.',
  },
  {
    item: '23a',
    asks: 'Performance with intervals',
    answer: 'Discrimination and Calibration; intervals over repeats and over patients.',
  },
  { item: '23b', asks: 'Heterogeneity of performance', answer: 'By aetiology, by sex, and without devices.' },
  { item: '24', asks: 'Results of updating', answer: 'Mean risk against observed, In short.' },
  {
    item: '25',
    asks: 'Interpretation',
    answer:
      "As good as ridge Cox and no better: SSCAR's covariates hold a modest amount, whatever the model. Five other answers hold more in MUSIC; PROFID found no such gain after an infarct.",
  },
  { item: '26', asks: 'Limitations', answer: 'What it does not show.' },
  {
    item: '27a',
    asks: 'Poor or missing input',
    answer: 'Missing inputs widen the interval; values beyond the training range and unused inputs are named.',
  },
  {
    item: '27b',
    asks: 'Interaction and expertise',
    answer:
      'The page says first why a prediction does not apply, then what it rests on; a reader of cardiac MRI uses it.',
  },
  {
    item: '27c',
    asks: 'Next steps',
    answer: 'Patients with images, covariates and outcomes: `npm run evaluate:survival` takes any cohort.',
  },
];
