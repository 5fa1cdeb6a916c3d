import { COVARIATES } from '../../core/patient/covariates.ts';
import { enReading } from './enReading.ts';
import { say, tagName, type CaseReason, type Words } from './reasons.ts';

const many = (n: number, noun: string, plural = `${noun}s`): string => `${n} ${n === 1 ? noun : plural}`;

/** Slices as a reader counts them, from 1. */
const sliceList = (slices: readonly number[]): string =>
  `${slices.length === 1 ? 'slice' : 'slices'} ${slices.map((slice) => slice + 1).join(', ')}`;

/** The browser's own words, in brackets. */
const detailed = (detail: string | null): string => (detail ? ` (${detail})` : '');

/** What a refitted head owes to simulated outcomes. */
const HEAD_STARTS_FROM =
  'What it reads from an image was learned from simulated outcomes. So was the head that Scarcast ships, and the new one departs from it only as far as this cohort gives reason to.';

/** Every reason in English. */
const words: Words<CaseReason> = {
  ...enReading,
  fileVolume: ({ format, file, volume }) =>
    `${format} image${file === null ? '' : ` ${file}`}${volume === null ? '' : `, volume ${volume}`}`,
  sentence: ({ english }) => english,

  // What is being done.
  readingFiles: () => 'Reading files',
  readingFile: ({ number, of }) => `Reading file ${number} of ${of}`,
  decodingImages: () => 'Decoding images',
  decodingImage: ({ number, of }) => `Decoding image ${number} of ${of}`,
  makingDemo: () => 'Making the synthetic patient',
  loadingNetworks: () => 'Loading the networks',
  openingCase: () => 'Opening the case',
  validatingCohort: () => 'Validating the models on the cohort',
  findingAxis: () => 'Finding the long axis in the 3-D volume',
  segmenting: () => 'Segmenting',
  measuringScar: () => 'Measuring scar',
  readingHeart: () => 'Reading the heart',
  predicting: () => 'Predicting',

  // What a reader should look at.
  noVentricle: () =>
    'No left ventricle was found in this stack. Check that it is a short-axis series, show where the ventricle is, or choose another series.',
  heartDoubtful: ({ looksAgree, min }) =>
    'What was segmented may not be the heart: the network looks at it several times, and its looks agree by ' +
    `${looksAgree.toFixed(2)}, where at least ${min.toFixed(2)} is needed. The measures are doubtful, and the risk from the image is withheld. ` +
    'Check the contours, show where the left ventricle is, or choose another series.',
  heartShown: ({ place: { centre } }) =>
    `A reader showed where the left ventricle is (column ${Math.round(centre[0]) + 1}, row ${Math.round(centre[1]) + 1}): ` +
    'the network looked only there.',
  unsureSlices: ({ slices }) => `The network is unsure of ${sliceList(slices)}: check the contours there.`,
  scarTooSmall: ({ foundMl, minMl }) =>
    `The network marked ${foundMl.toFixed(1)} mL as scar. Below ${minMl} mL in total it cannot tell scar from no scar, so none is ` +
    'counted. Look for small scars yourself, or use a threshold.',
  slicesOffLine: ({ shifts }) =>
    `The heart is out of line with the neighbouring slices in ${shifts
      .map(({ slice, mm }) => `slice ${slice + 1} by ${mm.toFixed(0)} mm`)
      .join(
        ', ',
      )}: perhaps it was another breath-hold. Volumes are not affected, but the position of scar from slice to slice may be.`,

  ventricleCutOff: ({ ends }) =>
    `The stack seems to end within the left ventricle: the cavity in ${sliceList(ends.map(({ slice }) => slice))} is still ` +
    `${ends.map(({ sharePercent }) => `${sharePercent.toFixed(0)}%`).join(' and ')} as large as the largest. Volumes, masses and scar are of the part that was imaged.`,

  // Why the models are not for a patient.
  recentInfarct: ({ days, minDays }) =>
    `The infarct is ${many(days, 'day')} old: the models apply to infarcts at least ${minDays} days old.`,
  noReflow: () => 'The scar has a no-reflow zone, as a fresh infarct has: the models apply to chronic infarcts.',
  notIschaemic: () => 'The heart disease is not ischaemic: the models apply to ischaemic heart disease.',
  nonIschaemicScar: () =>
    'The scar spares the inner wall (it is mid-wall, in the outer wall or at the insertion points), which no infarct does: the models apply to infarcts.',
  noHeartFailure: () =>
    'The patient has no heart failure: all patients that the models learned from had it, in NYHA class II or III.',
  otherNyhaClass: ({ nyha }) =>
    `NYHA class ${['I', 'II', 'III', 'IV'][nyha - 1]}: all patients that the models learned from were in class II or III.`,
  defibrillator: () => 'A defibrillator is in place: the models apply to patients without one.',
  outOfTrainingRange: ({ covariate }) =>
    `${COVARIATES.find(({ id }) => id === covariate)?.label ?? covariate} is outside the range of the patients that the model learned from.`,
  lengthsNotKnown: () =>
    'The file does not give the lengths of the image, so the risk from it is withheld. Enter the spacing.',
  unlikeSimulatedHearts: () =>
    'The heart in the image is unlike the simulated hearts that the image branch learned from.',

  noAnswers: () => 'Nothing is known about the patient, so no risk that rests on answers is given.',

  // What a number rests on.
  realOutcomes: ({ patients, ischaemic, suddenDeaths }) =>
    `Learned from real outcomes: ${patients} patients with chronic heart failure (MUSIC, Spain), ${ischaemic} of them ischaemic, ` +
    `${suddenDeaths} sudden deaths. No image.`,
  realCohort: ({ patients, suddenDeaths, otherDeaths }) =>
    `${patients} patients with ischaemic heart failure (MUSIC, Spain), ${suddenDeaths} sudden and ${otherDeaths} other deaths.`,
  simulatedOutcomes: ({ hearts, warped, realHearts, effect }) =>
    `Learned from simulated outcomes: ${hearts} simulated hearts${warped > 0 ? ` and ${warped} warped from ${realHearts} real ones` : ''}, ` +
    `effect size '${effect}' from published studies. No patient’s outcome.`,
  realAndSimulatedOutcomes: ({ simulatedPatients }) =>
    `The covariate branch was learned from real outcomes (MUSIC), the image branch from simulated outcomes. The two were joined on ${simulatedPatients} simulated patients, ` +
    'so how much the image counts follows rules that we wrote, not data.',
  hospitalOutcomes: ({ patients, events }) =>
    `Learned from real outcomes of a hospital’s own cohort: ${many(patients, 'patient')}, ${many(events, 'sudden death')}. No image.`,
  hospitalAndSimulatedOutcomes: ({ patients, events }) =>
    `The covariate branch, and how it is joined with the image, were learned from real outcomes of a hospital’s own cohort: ${many(patients, 'patient')} with images, ` +
    `${many(events, 'sudden death')}. What the image says comes from simulated outcomes.`,
  hospitalHead: ({ patients, events }) =>
    `The last step of the image branch (its head) was learned from real outcomes of a hospital’s own cohort: ${many(patients, 'patient')} with images, ` +
    `${many(events, 'sudden death')}. ${HEAD_STARTS_FROM}`,
  hospitalHeadAndCovariates: ({ patients, events }) =>
    'The covariate branch, the last step of the image branch (its head) and how the two are joined were learned from real outcomes of a hospital’s own cohort: ' +
    `${many(patients, 'patient')} with images, ${many(events, 'sudden death')}. ${HEAD_STARTS_FROM}`,
  expertContours: ({ patients }) =>
    `Learned from experts' contours of ${patients} patients (EMIDEC, Dijon), after an acute event or normal; no chronic infarct ` +
    'among them.',

  // What went wrong, and what to do.
  cancelled: () => 'Stopped at your request.',
  unexpected: ({ detail }) => `This should not have happened: ${detail}. Reload the page and try again.`,
  workerFailed: ({ detail }) => `A part of the page stopped${detailed(detail)}. Reload the page and try again.`,
  workerSilent: ({ seconds }) =>
    `A part of the page has not answered for ${seconds} seconds and was stopped. Try again; if it happens again, reload the page.`,
  missingFile: ({ url, detail }) =>
    `The page's own file ${url} could not be loaded (${detail}). Reload the page while it can be reached, then carry on.`,
  unreadableDrop: ({ path, detail }) =>
    `'${path}' could not be read (${detail}). Copy it to a folder of your own and drop it again.`,
  impossibleSpacing: ({ spacing }) =>
    `No image of a heart has a spacing of ${spacing.join(' x ')} mm (columns, rows, slices): give millimetres from centre to centre.`,
  unknownSeries: ({ id }) => `This study has no series '${id}'.`,
  codecNotLoaded: () => 'The decoder for compressed images could not be loaded. Reload the page.',
  lengthsUnknownForDicom: () =>
    'The lengths of the image are not known. Enter the spacing before you save it as DICOM.',
  maskElsewhere: () =>
    'The mask was made on another image, or does not say on which: its voxels do not match those of this image.',
  noSeriesChosen: () => 'No series could be chosen for you: choose one from the list of what was found.',
  noStack: () =>
    'None of these files holds a short-axis stack of late-enhancement images. The list says why each was left out. Drop the ' +
    'whole folder of the study: at least three parallel short-axis slices are needed.',
  segmentationAlone: () =>
    'This is a segmentation without its images. Drop it together with the folder of the study it was made on.',
  cohortAlone: () =>
    'This is a table or a saved run of many patients. Choose Cohort at the top of the page, and open it there.',
  noStackCaseKept: ({ why }) =>
    'None of these files holds a short-axis stack of late-enhancement images. The case that is open was kept. Why they were left ' +
    `out: ${why.map((one) => say<CaseReason>(words, one)).join(' ')}`,
  noOtherStack: () =>
    'No short-axis stack of late-enhancement images could be chosen in these files. Open that study alone, choose its series, ' +
    'save the case, and compare with the case file.',

  // Case files.
  notACase: () =>
    'This is not a case file of Scarcast. Open a case that was saved here, or the folder of the study itself.',
  caseFileDamaged: () => 'The case file is damaged or cut off: copy it again.',
  caseFilePartMissing: ({ part }) => `The case file has no ${part}: copy it again.`,
  caseFilePartsDiffer: () => 'The parts of the case file do not fit together: Scarcast did not write it.',
  caseFileNewer: ({ itsFormat, latestFormat }) =>
    `This case was saved by a newer version of Scarcast (its format is ${itsFormat}, and this one reads up to ${latestFormat}). ` +
    'Reload the page to get the newest version.',
  copyNotKept: () =>
    'The browser could not keep a copy: its storage may be full, or closed to this page. The case is in memory only: save it as a file.',
  copyNotDeleted: () =>
    'The browser could not delete a copy of a case. Delete the data of this site in the browser’s settings.',
  copyGone: () => 'This copy is gone: another tab has opened or deleted it.',
  notACalibration: () => 'This is not a calibration file written by Scarcast.',
  calibrationNewer: ({ itsFormat, latestFormat }) =>
    `This calibration was written by a newer Scarcast (its format is ${itsFormat}, and this one reads up to ${latestFormat}). Update Scarcast to open it.`,
  calibrationDamaged: () => 'The calibration file is damaged, or was changed by hand. Use the file as it was written.',
  calibrationOtherWeights: () =>
    'This calibration was fitted to another version of the networks and would be wrong for these. Recalibrate.',
  refittedOn: ({ patients, events, madeBy, madeOn, harrell, shippedHarrell }) =>
    `Refitted on ${patients} patients, ${events} events (made by ${madeBy}, ${madeOn}).` +
    (harrell === null || shippedHarrell === null
      ? ''
      : ` C on patients it had not seen: ${harrell.toFixed(2)}; of the shipped model on the same patients: ${shippedHarrell.toFixed(2)}.`),
  tooFewEventsToRefit: ({ events, needed }) =>
    `A refit needs ${needed} events here, and these patients have ${events}. The rule is at least 50 events, and 10 for each effective parameter. Recalibrate instead.`,
  nothingToRefitOn: () =>
    'No covariate is known in at least half of the patients and differs between them, so there is nothing to learn from. Check the columns.',
  notARefit: () => 'This is not a refitted model written by Scarcast.',
  refitNewer: ({ itsFormat, latestFormat }) =>
    `This refitted model was written by a newer Scarcast (its format is ${itsFormat}, and this one reads up to ${latestFormat}). Update Scarcast to open it.`,
  refitChanged: ({ file }) =>
    `${file} of the refitted model is missing, is damaged, or was changed by hand. Use the model as it was written.`,
  refitDamaged: () => 'The refitted model is damaged, or was changed by hand. Use it as it was written.',
  refitOtherWeights: () =>
    'This model was refitted with another version of the networks and would be wrong with these. Refit it.',
  recalibratedOn: ({ patients, events, madeBy, madeOn }) =>
    `Recalibrated on ${patients} patients, ${events} events (made by ${madeBy}, ${madeOn}).`,
  notATeachingFile: ({ wanted }) =>
    `This file is not a Scarcast ${wanted === 'lesson' ? 'lesson' : 'blind-reading result'}. What is open stays as it is.`,
  teachingFileNewer: ({ itsFormat, latestFormat }) =>
    `This file was written by a newer Scarcast (its format is ${itsFormat}, and this one reads up to ${latestFormat}). Reload the page to get the newest version.`,
  teachingFileDamaged: ({ part }) =>
    `The file does not follow its format${part === '' ? '' : `, at ‘${part}’`}. Correct it there, or ask whoever wrote it.`,
  notAClassCode: () => 'This is not a class code. Copy it again, letter by letter.',
  otherClass: ({ name }) => `The result ‘${name}’ belongs to a different class from the first and was left out.`,
  otherImage: () =>
    'None of these images is the one the case was made from. Drop the study it came from, or clear everything to open another.',
  otherGeometry: () =>
    'These images have the pixels the case was made from, but another spacing or position in the patient, so every ' +
    'measure would change. Drop the study the case came from, or clear everything to open this one.',
  dicomNotWritten: () =>
    'The DICOM object could not be written: a value of the case does not fit any of its elements. Save the case and tell us.',
  elementsChanged: ({ tags }) =>
    'The object is saved. These elements of the images break the standard, so the object holds them shortened or empty: ' +
    `${tags.map(tagName).join(', ')}.`,

  // Clinical files.
  clinicalFileNotAnObject: () =>
    'The clinical file must hold one JSON object, such as {"age": 63, "male": true, "lvef": 31}.',
  clinicalFileUnknownEntry: ({ entry, known }) =>
    `The clinical file has an unknown entry '${entry}'. It may hold: ${known.join(', ')}.`,
  clinicalFileNotYesNo: ({ entry, found }) =>
    `'${entry}' must be true, false, 1, 0 or null (unknown), but is ${found}.`,
  clinicalFileOutOfRange: ({ entry, min, max, unit, whole, found }) =>
    `'${entry}' must be ${`a ${whole ? 'whole ' : ''}number from ${min} to ${max} ${unit}`.trimEnd()}, or null (unknown), but is ${found}.`,
  clinicalFileNoSuchChoice: ({ entry, choices, found }) =>
    `'${entry}' must be one of ${choices.map(({ value, label }) => `${value} (${label})`).join(', ')}, or null, but is ${found}.`,

  // What the networks run on.
  wasmNotStarted: () => 'WebAssembly did not start. Use a browser from 2021 or later, with WebAssembly turned on.',
  webgpuNotStarted: () => 'WebGPU did not start.',
  webgpuSilent: ({ seconds }) => `WebGPU did not answer within ${seconds} seconds.`,
  noGraphicsProcessor: () => 'This browser offers no graphics processor to WebGPU.',
  graphicsProcessorUnnamed: () =>
    'This browser does not say whether its graphics processor is real or emulated in software.',
  graphicsProcessorSlow: () =>
    'The graphics processor is slower here than WebAssembly: add ?backend=webgpu to the address to use it anyway.',
  graphicsProcessorLost: ({ detail }) => `The graphics processor was lost while a network ran${detailed(detail)}.`,
  wasmMemoryFull: () => 'WebAssembly ran out of memory. Close other tabs and programs, then try again.',
  kernelsDoNotFit: ({ detail }) => `Scarcast’s convolution kernels do not start in this browser (${detail}).`,
  graphicsMemoryFull: () => "The graphics processor's memory ran out while a network ran.",
  graphicsProcessorRefused: ({ detail }) => `The graphics processor refused a step of a network${detailed(detail)}.`,
  backendStopped: ({ detail }) => `The computation stopped while a network ran${detailed(detail)}.`,
  networkGaveNoNumbers: () => 'A network returned no numbers.',
  networkAnswersWrongly: ({ network, backend }) =>
    `The ${network} network does not give its known answer on ${backend}.`,

  // Weights.
  weightsMissing: ({ network }) => `This copy of Scarcast has no ${network} weights. Install it again.`,
  weightsChanged: ({ file }) =>
    `${file} is not the file this version of Scarcast was made with, so it is not used. Reload the page or install it again.`,
  weightsLayout: ({ network }) =>
    `The layout of the ${network} weights does not fit their file. Install Scarcast again.`,
  knownAnswerMissing: ({ network }) =>
    `No known answer of these ${network} weights is stored: run \`npm run known-answers\`, or install Scarcast again.`,

  // Cohorts.
  coxNotConverged: () =>
    'The Cox model did not converge: some input separates events from the rest. Raise the ridge penalty.',
  tooFewRisks: () => 'The predicted risks have too few different values for a calibration curve.',
  notPositiveDefinite: () =>
    'Some inputs repeat each other exactly, so there is no single answer. Drop one of them or raise the penalty.',
  beyondFollowUp: ({ years }) =>
    `Nobody was followed for as long as ${years} years. Choose an earlier time for the score.`,
};

/** A reason in English: what the page says, and the only language of the command line and of files. */
export const inEnglish = (reason: CaseReason): string => say<CaseReason>(words, reason);
