/** The words of the cohort room in English. They are loaded with it, not with the first view. */
import { REFIT_RULE } from '../../core/patient/hospitalRefit.ts';
import type { CalibrationFit } from '../../core/patient/hospitalCalibration.ts';
import type { NotApplicable } from '../../core/patient/applicability.ts';
import type { CohortModel } from '../../pipeline/cohort/cohortModels.ts';
import type { RowFilter, RowOrder, StudyRow } from '../cohort/studyRows.ts';
import type { IdRule } from '../../pipeline/cohort/studies.ts';
import type { SubgroupId } from '../../pipeline/cohort/subgroups.ts';
import type { CohortRate } from '../../pipeline/cohort/judgePatient.ts';

export const cohortRoomEn = {
  title: 'Does it hold for my patients?',
  about:
    'Open a table of patients whose outcomes are known. The shipped models are compared with these outcomes as they are; they are not fitted to the table.',
  stays: 'The table stays on this device.',
  openTable: 'Open a table',
  openExample: 'Try with simulated patients',
  simulated: 'Simulated patients, made by code. None of them exists.',
  simulatedFitsNothing:
    'No model is fitted to simulated patients, and no sums of them are saved: neither would be valid for real patients.',
  kinds:
    'One row for each patient: CSV, TSV or text from a spreadsheet, with time of follow-up, outcome, and any covariates.',
  columns: 'What the columns are',
  columnsAbout: 'Guessed from names and values. Check each one: a wrong unit or meaning changes every number.',
  column: 'Column',
  examples: 'First values',
  is: 'Is',
  detail: 'Unit or meaning',
  add: 'Use another column',
  addHelp: 'Columns that are not used:',
  saveColumns: 'Save these column settings',
  loadColumns: 'Open a saved file of columns',
  uses: { ignored: 'not used', id: 'Patient’s id', time: 'Time of follow-up', outcome: 'Outcome' },
  outcomes: { event: 'sudden cardiac death', otherDeath: 'another death', none: 'neither', '': 'not said' },
  yesNo: { yes: 'yes', no: 'no', '': 'not said' },
  factor: { 1: 'as written', 100: 'fractions, times 100' },
  meansOf: (value: string) => `${value} means`,
  unitOf: (column: string) => `Unit of ${column}`,
  useOf: (column: string) => `What ${column} is`,
  rows: (patients: number, rows: number) => `${patients} of ${rows} rows can be used.`,
  leftOut: (rows: number) => (rows === 1 ? '1 row is left out' : `${rows} rows are left out`),
  row: (row: number) => `Row ${row}:`,
  more: (rows: number) => `and ${rows} more.`,
  notes: 'Please check',

  openFolder: 'Open a folder of studies',
  studies: 'Studies',
  studiesAbout:
    'The studies are analysed one after another, each once. If one fails, its row gives the reason and the others go on. The folder is only read.',
  idFrom: 'A study’s id is',
  idRules: {
    table: 'the table’s id that names a folder or a file',
    folder: 'the name of the outermost folder',
    patientId: 'the Patient ID of its images',
  } satisfies Record<IdRule, string>,
  unplaced: (files: number) =>
    files === 1 ? '1 file could not be assigned to a study.' : `${files} files could not be assigned to a study.`,
  flow: 'From the files found to the patients judged',
  flowOf: (flow: Readonly<Record<StudyRow['status'], number>>) => [
    `${flow.analysed + flow.failed + flow.waiting + flow.noRow} studies found`,
    `${flow.noRow} of them without a patient’s row in the table: left alone`,
    `${flow.waiting} not analysed yet`,
    `${flow.failed} could not be analysed`,
    `${flow.analysed} analysed`,
    `${flow.noStudy} patients without a study`,
  ],
  runStudies: 'Analyse the studies',
  runAgain: 'Analyse the rest',
  pause: 'Pause after this study',
  goOn: 'Continue',
  stop: 'Stop',
  progress: (done: number, of: number) => `${done} of ${of} studies`,
  atWork: (id: string) => `analysing ${id}`,
  pausing: 'pausing',
  timeLeft: (seconds: number) =>
    seconds < 90
      ? `about ${seconds} s left`
      : seconds < 5400
        ? `about ${Math.round(seconds / 60)} min left`
        : `about ${Math.round(seconds / 3600)} h left`,
  saveCohort: 'Save the cohort',
  saveCohortAbout:
    'To continue another day, here or on the command line. The file holds results, columns and outcomes, but no pixels. Each id is replaced by a hash by which its study is found again.',
  withIds: 'With the original ids',
  study: 'Study',
  status: 'Status',
  statuses: {
    analysed: 'analysed',
    failed: 'failed',
    waiting: 'not yet',
    noStudy: 'no study',
    noRow: 'no row',
  } satisfies Record<StudyRow['status'], string>,
  scarG: 'Scar, g',
  scarPercent: 'Scar, % of the wall',
  greyZone: 'Grey zone, g',
  plausibility: 'Plausibility',
  toKnow: 'Notes',
  show: 'Show',
  filters: {
    all: 'all',
    failed: 'those that failed',
    warned: 'those with notes',
    doubtful: 'those with doubtful plausibility',
    waiting: 'those not analysed yet',
    noStudy: 'patients without a study',
    noRow: 'studies without a row',
  } satisfies Record<RowFilter, string>,
  orderBy: 'Order by',
  orders: {
    id: 'id',
    scarG: 'scar, g',
    scarPercent: 'scar, %',
    greyZone: 'grey zone',
    plausibility: 'plausibility, lowest first',
  } satisfies Record<RowOrder, string>,
  contours: 'Contours',
  contoursOf: (id: string) => `Contours of ${id}, slice by slice`,
  openRow: (id: string) => `Open ${id} as a case`,
  correctedRow: 'corrected by hand',
  rowsShown: (first: number, last: number, of: number) => `${first} to ${last} of ${of}`,
  earlier: 'Earlier rows',
  later: 'Later rows',
  noRows: 'None.',

  ask: 'Validate',
  rate: 'Level of risk',
  rates: {
    usual: 'the page’s default for each patient',
    music: 'as in MUSIC, 2003–2004',
    afterInfarct: 'contemporary, after an infarct',
    heartFailure: 'contemporary, heart failure',
  } satisfies Record<CohortRate, string>,
  calibratedBy: (madeBy: string, madeOn: string) =>
    `The models are used as calibrated by ${madeBy}, ${madeOn}. On the patients they were calibrated on, the figures are too optimistic.`,
  refittedBy: (madeBy: string, madeOn: string) =>
    `The models are used as refitted by ${madeBy}, ${madeOn}. On the patients they were refitted on, the figures are too optimistic.`,
  takeOff: 'Use the models as shipped',
  onlyApplicable: 'Leave out patients to whom the models do not apply',
  run: 'Validate the models',
  running: 'Validating; this takes up to a minute for a thousand patients.',
  cancel: 'Cancel',

  result: 'How the models perform here',
  followUp: (patients: number, events: number, otherDeaths: number, medianYears: string | null) =>
    `${patients} patients, ${events} sudden cardiac deaths and ${otherDeaths} other deaths; median follow-up ${medianYears === null ? 'not reached' : `${medianYears} years`}.`,
  excluded: (patients: number) =>
    patients === 1 ? '1 patient was left out, because' : `${patients} patients were left out, because`,
  why: {
    recentInfarct: 'the infarct is recent',
    noReflow: 'the scar has no-reflow',
    notIschaemic: 'the heart disease is not ischaemic',
    noHeartFailure: 'there is no heart failure',
    otherNyhaClass: 'NYHA class is not II or III',
    nonIschaemicScar: 'the scar is not ischaemic',
    defibrillator: 'a defibrillator is implanted',
    outOfTrainingRange: 'a value is outside the range that the models learned from',
  } satisfies Record<NotApplicable['code'], string>,
  models: {
    covariates: 'SSCAR’s covariates',
    fiveAnswers: 'Five answers',
    image: 'The image (simulated)',
    fused: 'SSCAR, fused (simulated)',
    lvef35: 'LVEF of 35% or less',
    scarPercent: 'Scar burden',
    greyZone5g: 'Grey zone over 5 g',
    madit2: 'MADIT-II’s score',
    coxRidge: 'Ridge Cox, learned here',
  } satisfies Record<CohortModel, string>,
  model: 'Model',
  patients: 'Patients, events',
  harrell: 'Harrell’s C',
  uno: 'Uno’s C',
  auc: (years: number) => `AUC at ${years} y`,
  ratio: (years: number) => `Observed / expected at ${years} y`,
  brier: (years: number) => `Scaled Brier at ${years} y, %`,
  slope: 'Calibration slope',
  ici: 'ICI, E50, E90, points',
  notGiven: '–',
  limits: 'In brackets: 95% confidence limits by bootstrap over patients. A dash: this cohort cannot give the figure.',
  rivalAbout: (folds: number) =>
    `Ridge Cox is not a shipped model: it is learned from this cohort’s own answers and images, and each patient is judged by a fit to the others (${folds}-fold cross-validation). It shows what these data can tell by themselves.`,
  precision: (model: string, halfWidth: string, events: number) =>
    `${model}: this cohort estimates C to within ${halfWidth} on either side. About ${events} events would bring that to 0.05.`,
  predicted: (years: number) => `predicted risk by ${years} years`,
  calibration: (years: number) => `Calibration at ${years} years`,
  calibrationAbout:
    'Thick line: predicted and observed risk are equal. Curves: smoothed over all patients, with 95% limits by bootstrap. Dots: groups of equal size.',
  ideal: 'ideal',
  thirds: 'Free of sudden cardiac death, by thirds of the predicted risk',
  third: ['lowest third', 'middle third', 'highest third'] as readonly string[],
  thirdsAbout: (p: string) =>
    `Thirds of the covariates’ risk; other deaths end the observation. Log-rank test between the thirds: p ${p}.`,
  yearsAxis: 'years',
  decision: (years: number) => `Net benefit at ${years} years`,
  decisionAbout:
    'The benefit of treating everyone whose risk reaches the threshold, in true positives per patient. Treating nobody gives 0.',
  treatAll: 'treat all',
  threshold: 'threshold',
  subgroups: 'The covariates’ risk in subgroups',
  subgroup: 'Subgroup',
  subgroupNames: {
    men: 'Men',
    women: 'Women',
    under65: 'Under 65 years',
    from65: '65 years or older',
    lvefTo35: 'LVEF of 35% or less',
    lvefOver35: 'LVEF above 35%',
    ischaemic: 'Ischaemic',
    other: 'Not ischaemic',
  } satisfies Record<SubgroupId, string>,
  fewEvents: '(few events)',
  subgroupsAbout:
    'Few events means fewer than 10: the limits then say more than the number. A difference between two groups whose limits overlap may be chance.',
  incidence: 'Incidence with other deaths as competing events',
  years: 'Years',
  event: 'Sudden cardiac death',
  otherDeath: 'Other death',
  observedNet: 'Observed net risk',
  meanPredicted: 'Mean predicted',
  beyond: 'Your own level, and other hospitals',
  recalibrateAbout:
    'Fits level and spread of each model, and the weights of the fusion, to the patients that were validated. How much is fitted is chosen by cross-validation. The file holds no patient’s data.',
  madeBy: 'Made by',
  madeOn: 'On',
  recalibrate: 'Recalibrate and save',
  calibrated: (model: string, patients: number, events: number) =>
    `${model}, on ${patients} patients and ${events} events`,
  choices: {
    none: 'unchanged, as shipped',
    level: 'level',
    levelAndSpread: 'level and spread',
    weights: 'level, spread and weights',
  } satisfies Record<CalibrationFit['chosen'], string>,
  fitted: 'Fitted',
  muShift: 'Shift of mu',
  sigmaFactor: 'Factor of sigma',
  gain: 'Gain for 100 patients',
  gainAbout:
    'Gain: log-likelihood on patients that neither the fit nor the choice has seen, with its standard error. Below 0 the fit makes the predictions worse.',
  refitAbout: `Trains the covariate branch anew on these patients, its fusion with the image branch if ${REFIT_RULE.leastEventsWithImages} events have an image, and the head of the image branch if ${REFIT_RULE.leastEventsForHead} do. It needs ${REFIT_RULE.leastEvents} events, and ${REFIT_RULE.eventsPerParameter} for each effective parameter. The file holds no patient’s row.`,
  refit: 'Refit and save',
  refitted: 'Refitted',
  shipped: 'Shipped',
  refitModels: {
    covariates: 'Covariates',
    image: 'Image, with the refitted head',
    fused: 'Image as shipped, and covariates',
    fusedByHead: 'Image with the refitted head, and covariates',
  },
  refitFigures: { harrell: 'Harrell’s C', ratio: 'Observed / expected', slope: 'Calibration slope' },
  refitOutOfFold: (years: string) =>
    `Refitted: on patients that neither the fit nor the choice of its recipe had seen. Shipped: on the same patients, at the page’s default level. Risks by ${years} years. Gain in log-likelihood: below 0 the refit predicts worse, and the shipped model should stay.`,
  shareAbout:
    'Sums over all patients that others can pool. They hold no patient’s row and no count from 1 to 9. Open the files of several hospitals here to merge them.',
  useInCases: 'Use it in the case room',
  share: 'Save the sums',
  merge: 'Merge hospitals’ sums',
  merged: (hospitals: number, patients: number, events: number, withheld: number) =>
    `${hospitals} hospitals, ${patients} patients, ${events} events${withheld > 0 ? ` and those of ${withheld} hospitals that had too few events to state` : ''}.`,
  pooledC: 'Harrell’s C, pooled',
  pooledRatio: 'Observed / expected',
  pooledAbout:
    'C by random effects (DerSimonian and Laird, limits by Hartung and Knapp); observed over expected events of the whole follow-up with Poisson limits; level and spread by one step of the likelihood.',

  save: 'Save the figures',
  saveAbout: 'Figures of the whole cohort; the file holds no patient’s row.',
  savePredictions: 'Save each patient’s predictions',
  savePredictionsAbout:
    'A table with the original ids, a description of its columns, and an R script that redraws these figures. Treat it as patient data.',
};

export type CohortMessages = typeof cohortRoomEn;
