/**
 * Case files of earlier formats, converted to the current one. Each released format stays readable: tests/golden has
 * one of each.
 */
import type { Plane } from '../../core/dicom/choosing.ts';
import { sentence, type Reason, type Sentence } from '../../core/errors.ts';
import { crudeRisk, otherDeathRisk } from '../../core/patient/crudeRisk.ts';
import { risk, type LogLogistic } from '../../core/patient/logLogistic.ts';
import { FIVE_ANSWERS } from '../../nn/networks/fiveAnswers.ts';
import type { CovariateId } from '../../core/patient/covariates.ts';
import type { RestsOn } from '../../nn/weights.ts';
import type { AnalysisWarning, WhyNot } from '../analysing/analysis.ts';
import { NO_NOTES } from './readersNotes.ts';
import type { ReadingWarning, SeriesReason } from '../reading/reasons.ts';

/** The sentences of one kind that format 1 held, each with the reason that it expressed. */
type Sentences<R extends Reason> = readonly (readonly [RegExp, (...parts: string[]) => R])[];

const WARNINGS: Sentences<AnalysisWarning> = [
  [/^No left ventricle was found in this stack/, () => ({ code: 'noVentricle' })],
  [
    /^The network is unsure of slice ([\d, ]+): /,
    (slices) => ({ code: 'unsureSlices', slices: slices.split(', ').map((slice) => Number(slice) - 1) }),
  ],
  [
    /^The network marked ([\d.]+) mL as scar, and less than ([\d.]+) mL/,
    (found, min) => ({ code: 'scarTooSmall', foundMl: Number(found), minMl: Number(min) }),
  ],
  [
    /^The heart lies off the line of its neighbours in slice (.+): perhaps/,
    (which) => ({
      code: 'slicesOffLine',
      shifts: [...which.matchAll(/(\d+) by (\d+) mm/g)].map(([, slice, mm]) => ({
        slice: Number(slice) - 1,
        mm: Number(mm),
      })),
    }),
  ],
];

const numbersOf = (texts: readonly string[]): number[] => texts.map(Number);

/** What reading reported. */
const OF_READING: Sentences<ReadingWarning> = [
  [
    /^The files are of (\d+) patients in (\d+) studies: /,
    (patients, studies) => ({ code: 'severalPatients', patients: Number(patients), studies: Number(studies) }),
  ],
  [
    /^The files are of (\d+) studies, perhaps of several people: /,
    (studies) => ({ code: 'severalStudies', studies: Number(studies) }),
  ],
  [
    /^Series (-?\d+) holds images of several sizes \(([^)]+)\): /,
    (series, sizes) => ({ code: 'severalSizes', series: Number(series), sizes: sizes.split(', ') }),
  ],
  [/^A slice is missing between slice (\d+) and \d+; /, (after) => ({ code: 'sliceFilledIn', after: Number(after) })],
  [
    /^The slices lie ([\d.]+) to ([\d.]+) mm apart; volumes take the mean, ([\d.]+) mm\.$/,
    (...parts) => {
      const [leastMm, mostMm, meanMm] = numbersOf(parts);
      return { code: 'gapsAveraged', leastMm, mostMm, meanMm };
    },
  ],
  [
    /^Slices shifted in their own plane against the first \(number and mm\): (.+)\.$/,
    (which) => ({
      code: 'slicesShifted',
      slices: [...which.matchAll(/(\d+) by ([\d.]+)/g)].map(([, slice, mm]) => ({
        slice: Number(slice),
        mm: Number(mm),
      })),
    }),
  ],
  [/^(\d+) slices were scanned more than once; /, (count) => ({ code: 'someRepeated', count: Number(count) })],
  [/^The file does not say how the image lies in the patient: /, () => ({ code: 'directionsNotNamed' })],
  [/^The segmentation is that of a DICOM SEG that lay with the images/, () => ({ code: 'labelsFromSegmentation' })],
  [/^No segmentation that lay with the images was made on this series/, () => ({ code: 'noSegmentationHere' })],
  [/^A segmentation was passed over: (.+)$/, (why) => ({ code: 'segmentationPassedOver', why: sentence(why) })],
];

/** What format 1 called the covariates. */
const LABELS_1: Readonly<Record<string, string>> = {
  age: 'Age',
  male: 'Male sex',
  ethnicity: 'Ethnicity',
  lvef: 'LVEF, not from CMR',
  lvefCmr: 'LVEF from CMR',
  lvMassCmr: 'LV end-diastolic mass from CMR',
  infarctPercent: 'Infarct size from CMR',
  yearsSinceIschaemia: 'Time since ischaemic heart disease was found',
  heartRate: 'Heart rate',
  qrs: 'QRS duration',
  lbbb: 'Left bundle branch block',
  atrialFibrillation: 'Atrial fibrillation',
  smoker: 'Smoker',
  diabetes: 'Diabetes',
  hypertension: 'Hypertension',
  hypercholesterolaemia: 'Hypercholesterolaemia',
  betaBlocker: 'Beta-blocker',
  aceInhibitorOrArb: 'ACE inhibitor or ARB',
  lipidLowering: 'Lipid-lowering drug',
  diuretic: 'Diuretic',
  antiarrhythmic: 'Antiarrhythmic drug',
  digoxin: 'Digoxin',
};

const WHY_NOT: Sentences<WhyNot> = [
  [
    /^The infarct is (\d+) days old: the models are for infarcts of at least (\d+) days\.$/,
    (days, min) => ({ code: 'recentInfarct', days: Number(days), minDays: Number(min) }),
  ],
  [/^The scar has a no-reflow zone/, () => ({ code: 'noReflow' })],
  [/^The heart disease is not ischaemic/, () => ({ code: 'notIschaemic' })],
  [/^The scar spares the inner wall/, () => ({ code: 'nonIschaemicScar' })],
  [/^A defibrillator is in place/, () => ({ code: 'defibrillator' })],
  ...Object.entries(LABELS_1).map(
    ([id, label]) =>
      [
        new RegExp(`^${label.replace(/[()]/g, '\\$&')} lies outside the range of the patients`),
        (): WhyNot => ({ code: 'outOfTrainingRange', covariate: id as CovariateId }),
      ] as const,
  ),
  [/^The heart in the image is unlike the simulated hearts/, () => ({ code: 'unlikeSimulatedHearts' })],
];

const effectOf = (name: string): 'low' | 'mid' | 'high' => (name === 'low' || name === 'high' ? name : 'mid');

const RESTS_ON: Sentences<RestsOn> = [
  [
    /^Learned from real outcomes: (\d+) patients with chronic heart failure \(MUSIC, Spain\), (\d+) of them ischaemic, (\d+) sudden/,
    (patients, ischaemic, deaths) => ({
      code: 'realOutcomes',
      patients: Number(patients),
      ischaemic: Number(ischaemic),
      suddenDeaths: Number(deaths),
    }),
  ],
  [
    /joined on (\d+) simulated patients/,
    (patients) => ({ code: 'realAndSimulatedOutcomes', simulatedPatients: Number(patients) }),
  ],
  [
    /^Learned from simulated outcomes: (\d+) simulated hearts(?: and (\d+) warped from (\d+) real ones)?, effect size '(\w+)'/,
    (hearts, warped, real, effect) => ({
      code: 'simulatedOutcomes',
      hearts: Number(hearts),
      warped: Number(warped ?? 0),
      realHearts: Number(real ?? 0),
      effect: effectOf(effect),
    }),
  ],
];

const PLANES: Readonly<Record<string, Plane>> = {
  "across the heart's long axis": 'short axis',
  "perhaps across the heart's long axis": 'perhaps short axis',
  "not across the heart's long axis": 'oblique',
  axial: 'axial',
  coronal: 'coronal',
  sagittal: 'sagittal',
};

const SERIES: Sentences<SeriesReason> = [
  [/^Taken: chosen by hand\.$/, () => ({ code: 'takenByHand' })],
  [/^Made in code: a simulated heart, no patient\.$/, () => ({ code: 'simulated' })],
  [
    /^Taken: (\d+) parallel slices ([\d.]+) mm apart, ([^,]+), (named as late enhancement|with no name that says late enhancement)( \(PSIR\))?\.$/,
    (slices, gap, plane, named, psir) => ({
      code: 'taken',
      facts: {
        slices: Number(slices),
        gapMm: Number(gap),
        plane: PLANES[plane] ?? 'perhaps short axis',
        lateEnhancement: named.startsWith('named'),
        contrast: psir === undefined ? 'unknown' : 'PSIR',
        kind: 'unknown',
      },
    }),
  ],
];

/** The reason that a sentence expressed; if it is none of those, the sentence itself, so that nothing is lost. */
function reasonOf<R extends Reason>(sentences: Sentences<R>, english: unknown): R | Sentence {
  const text = String(english);
  for (const [pattern, reason] of sentences) {
    const match = pattern.exec(text);
    if (match) return reason(...match.slice(1));
  }
  return sentence(text);
}

interface Survival1 {
  applies: { why: unknown[] };
  covariates: { restsOn: unknown } | null;
  image: { restsOn: unknown } | null;
  fused: { restsOn: unknown } | null;
}

/** Format 1 held sentences where format 2 holds reasons. */
function from1(saved: {
  series: { reason: unknown };
  analysis: { warnings: unknown[]; survival: Survival1 };
  survival: Survival1;
}): unknown {
  const survivalOf = ({ applies, ...rest }: Survival1): unknown => {
    const prediction = (one: { restsOn: unknown } | null): unknown =>
      one && { ...one, restsOn: reasonOf(RESTS_ON, one.restsOn) };
    return {
      ...rest,
      applies: { ...applies, why: applies.why.map((why) => reasonOf(WHY_NOT, why)) },
      covariates: prediction(rest.covariates),
      image: prediction(rest.image),
      fused: prediction(rest.fused),
    };
  };
  const { analysis, survival } = saved;
  const { reason, ...series } = saved.series;
  return {
    ...saved,
    series: { ...series, kind: 'unknown', why: reasonOf(SERIES, reason) },
    analysis: {
      ...analysis,
      warnings: analysis.warnings.map((warning) =>
        reasonOf<AnalysisWarning | ReadingWarning>([...WARNINGS, ...OF_READING], warning),
      ),
      // Refused files were not kept then.
      refused: [],
      survival: survivalOf(analysis.survival),
    },
    survival: survivalOf(survival),
  };
}

interface Prediction2 extends LogLogistic {
  risk: Record<string, number>;
  crudeRisk: Record<string, number>;
  otherDeath: Record<string, number>;
  interval: Record<string, unknown>;
  intervalFrom: Record<string, Record<string, unknown>>;
  crudeInterval: Record<string, unknown>;
  curve: { t: number; low: number; high: number }[];
}

interface Survival2 {
  covariates: Prediction2;
  image: Prediction2 | null;
  fused: Prediction2 | null;
}

/** Format 2 had no figures by 4 years, no five answers, no other level of risk, and no mark of what is simulated. */
function from2(saved: { analysis: { survival: Survival2 }; survival: Survival2 }): unknown {
  const survivalOf = (survival: Survival2): unknown => ({
    ...survival,
    covariates: by4Years(survival.covariates, false),
    image: survival.image && by4Years(survival.image, true),
    fused: survival.fused && by4Years(survival.fused, true),
    fiveAnswers: null,
    missingFiveAnswers: FIVE_ANSWERS,
    leads: 'covariates',
    atRate: null,
    usualRate: 'music',
    imageEffects: null,
  });
  return {
    ...saved,
    analysis: { ...saved.analysis, survival: survivalOf(saved.analysis.survival) },
    survival: survivalOf(saved.survival),
  };
}

/** The figures by 4 years follow from the law, the curve and the hazard of other death that gave those by 5 years. */
function by4Years(prediction: Prediction2, simulated: boolean): unknown {
  const { mu, sigma, curve, interval, intervalFrom } = prediction;
  const law = { mu, sigma };
  const hazard = otherDeathHazard(law, prediction.otherDeath['5'], 5);
  const point = curve.find(({ t }) => t === 4);
  const net: readonly number[] = point ? [1 - point.high, 1 - point.low] : [risk(law, 4), risk(law, 4)];
  const crude = (ends: number): number =>
    crudeRisk({ mu: Math.log(4) - sigma * Math.log(ends / (1 - ends)), sigma }, hazard, 4);
  return {
    ...prediction,
    simulated,
    risk: { ...prediction.risk, '4': risk(law, 4) },
    crudeRisk: { ...prediction.crudeRisk, '4': crudeRisk(law, hazard, 4) },
    otherDeath: { ...prediction.otherDeath, '4': otherDeathRisk(law, hazard, 4) },
    interval: { ...interval, '4': net },
    crudeInterval: { ...prediction.crudeInterval, '4': net.map(crude) },
    // Half-widths by 4 and 5 years were the same to the third digit.
    intervalFrom: Object.fromEntries(Object.entries(intervalFrom).map(([kind, of]) => [kind, { ...of, '4': of['5'] }])),
  };
}

/** The constant hazard per year that gives this risk of another death by t. */
function otherDeathHazard(law: LogLogistic, otherDeath: number, tYears: number): number {
  let low = 0;
  let high = 5;
  for (let halving = 0; halving < 50; halving++) {
    const middle = (low + high) / 2;
    if (otherDeathRisk(law, middle, tYears) < otherDeath) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Format 4 knew no hospital's calibration. */
function from4(saved: { analysis: { survival: object }; survival: object }): unknown {
  const survivalOf = (survival: object): unknown => ({ ...survival, hospital: null });
  return {
    ...saved,
    analysis: { ...saved.analysis, survival: survivalOf(saved.analysis.survival) },
    survival: survivalOf(saved.survival),
  };
}

/** Format 5 had no slice left out or locked. */
const from5 = (saved: { notes: object }): unknown => ({ ...saved, notes: { ...NO_NOTES, ...saved.notes } });

/** The content of case.json in the current format. Throws TypeError where it lacks what its own format has. */
export function migrateCase(content: unknown, format: number): unknown {
  const in2 = format < 2 ? from1(content as Parameters<typeof from1>[0]) : content;
  const in3 = format < 3 ? from2(in2 as Parameters<typeof from2>[0]) : in2;
  // Format 3 had no reader's notes.
  const in4 = format < 4 ? { ...(in3 as object), notes: NO_NOTES } : in3;
  const in5 = format < 5 ? from4(in4 as Parameters<typeof from4>[0]) : in4;
  return format < 6 ? from5(in5 as Parameters<typeof from5>[0]) : in5;
}
