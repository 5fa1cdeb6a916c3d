import type { ImageWord } from '../../core/patient/imageEffects.ts';
import type { BranchId } from '../case/risk/rated.ts';
import type { Part } from '../case/state/openCase.svelte.ts';

/** The words of a reader's notes on a case: checked slices, impression, signature. */
export const enNotes = {
  title: 'Impression and signature',
  impression: 'Impression',
  name: 'Name or initials',
  sign: 'Sign this reading',
  unsigned: 'Nobody has signed this reading.',
  signedBy: (name: string) => `Signed by ${name.endsWith('.') ? name : `${name}.`}`,
  withdrawn:
    'The signature was withdrawn because something has changed since. Sign again when the reading is as you want it.',
  about:
    'Both appear in the report, the saved case and the DICOM report, in your words. Nothing is computed from them.',
  label: 'Label of the case',
  labelHelp: 'In the report and in the names of files, instead of the patient’s name',
  toCheck: 'To check',
  slice: (slice: number) => `Slice ${slice}`,
  isChecked: (slice: number) => `Slice ${slice} is checked`,
  thisChecked: 'Checked',
  thisCheckedHelp: 'Records that you have checked the contours of this slice (K)',
  checked: (slices: string) => `Contours checked by the reader: slice ${slices}.`,
  noneChecked: 'No slice was marked as checked.',
};

/** The words of a case's contents and of its summary. */
export const enSummary = {
  contents: 'Contents of the case',
  parts: {
    summary: 'Summary',
    scar: 'Scar',
    answers: 'Answers',
    risk: 'Risk',
    why: 'Why',
    guidelines: 'Guidelines',
    compare: 'Compare',
    report: 'Report',
    study: 'Study',
  } satisfies Record<Part, string>,

  sentence: (dead: string, low: string, high: string, image: string) =>
    `Of 100 patients with these answers about ${dead} would die suddenly within 4 years if nothing else killed them (90% band ${low} to ${high}); ${image}.`,
  image: {
    higher: 'the image says higher than average (simulated)',
    average: 'the image says about average (simulated)',
    lower: 'the image says lower than average (simulated)',
  } satisfies Record<ImageWord, string>,
  noImage: 'the image says nothing about it',
  imageOdds: (factor: string) => `odds × ${factor} relative to the average scar`,
  restsOn: (branch: BranchId, rate: string) =>
    `${
      {
        covariates: 'The risk was computed from SSCAR’s covariates.',
        fiveAnswers:
          'The risk was computed from five answers (LVEF, NYHA class, prior infarct, left atrium, NT-proBNP) by a model that is not part of SSCAR.',
        fused: 'The risk was computed by SSCAR from its covariates and the image.',
      }[branch]
    } Level of risk: ${rate}.`,
  doesNotApply: 'The models do not apply to this patient, and neither does the risk:',
  copy: 'Copy result',
  copied: 'Copied.',
  notCopied: 'The browser did not let the page copy: select the sentence and copy it.',

  first: 'The eight answers that matter most',
  all: (n: number) => `All ${n} questions`,
  askFirst:
    'Nothing is known about this patient yet, and a curve without answers would be anyone’s. Start with the questions here: each answer narrows the band.',
  moreRisk: 'More about the risk',

  scar: 'Scar',
  ofWall: 'of the wall',
  moreScar: 'More about the scar',
  noIntervalByHand: 'No interval: it holds for the network’s own scar, and this one was corrected by hand.',
  noIntervalExcluded: 'No interval: it holds for the whole stack, and slices were left out.',
  noIntervalFile: 'No interval: the segmentation came with the images.',
  noIntervalMethod: 'No interval is known for scar by a threshold.',
  noIntervalHeart: 'No interval: what was segmented may not be the heart.',
  noIntervalWeights: 'No interval is known.',

  unused: (n: number) => `Not used by these weights (${n})`,
  unusedAbout:
    'They change no curve. The LVEF from CMR is used by the level of risk, and by the guidelines and scores if no other is given.',
  asMeasured: 'Measured by the page in this image. Type over it to use your own value.',

  readsBrightness:
    'What the image says about risk comes from the brightness inside the wall. It does not read the outline of the scar: correcting that changes the grams of scar, but not this.',
  scarByHand:
    'You changed the scar by hand, and its grams and shares follow. The risk stays the same because it reads the brightness of the wall.',

  wayOut: {
    infarctAge: 'If the infarct is older than 40 days, enter its age here:',
    take: 'Use it',
    change: (label: string) => `Change the answer: ${label}`,
    study: 'Enter the lengths under Study',
  },
};
