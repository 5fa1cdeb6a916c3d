/** The words about files and series that were read, in English, for the page and the command line. */
import type { OtherKind, Plane } from '../../core/dicom/choosing.ts';
import type { Outside, WhyOutside } from '../../core/dicom/grouping.ts';
import type { ImageKind } from '../../core/dicom/imageKind.ts';
import type { WhyLengthsUnknown } from '../../core/volume/volume.ts';
import type {
  CodedFileReason,
  Obstacle,
  ReadingWarning,
  SeriesFacts,
  SeriesReason,
} from '../../pipeline/reading/reasons.ts';
import { enFiles } from './enFiles.ts';
import { say, type Words } from './reasons.ts';

const PLANES: Readonly<Record<Plane, string>> = {
  'short axis': "across the heart's long axis",
  'perhaps short axis': "perhaps across the heart's long axis",
  axial: 'axial',
  coronal: 'coronal',
  sagittal: 'sagittal',
  oblique: "not across the heart's long axis",
};

const OTHER_KINDS: Readonly<Record<OtherKind, string>> = {
  tiScout: 'a scout for the inversion time',
  localizer: 'a localizer',
  relaxationMap: 'a T1 or T2 map',
  cine: 'a cine',
  perfusion: 'a perfusion series',
  flow: 'a flow measurement',
  angiogram: 'an angiogram or a tagged series',
  darkBlood: 'a T2 or dark-blood series',
  brightBlood: 'a bright-blood series',
};

const KINDS: Readonly<Record<ImageKind, string>> = {
  magnitude: 'magnitude images',
  real: 'real images',
  imaginary: 'imaginary images',
  phase: 'phase images',
  derived: 'derived images (a subtraction, a map, a reformatted or averaged image)',
  report: 'pictures of a screen',
  unknown: 'images of a kind that is not named',
};

const stackOf = ({ slices, gapMm }: SeriesFacts): string =>
  gapMm === null
    ? `${slices} parallel slices an unknown distance apart`
    : `${slices} parallel slices ${gapMm.toFixed(1)} mm apart`;

const nameOf = ({ lateEnhancement, contrast }: SeriesFacts): string =>
  lateEnhancement
    ? `named as late enhancement${contrast === 'PSIR' ? ' (PSIR)' : ''}`
    : 'not named as late enhancement';

const all = (facts: SeriesFacts): string => `${stackOf(facts)}, ${PLANES[facts.plane]}, ${nameOf(facts)}`;

const OBSTACLES: Words<Obstacle> = {
  singleSlice: () => 'a single slice, not a stack',
  slicesMissing: ({ count, after }) =>
    count === 1
      ? `a slice is missing between slice ${after} and ${after + 1}`
      : `${count} slices are missing between slice ${after} and ${after + 1}`,
  moving: ({ part, parts }) => `phase ${part} of ${parts} of a moving series (cine or the like), not late enhancement`,
  localizer: () => 'a localizer by its name',
  fewSlices: ({ slices }) => `only ${slices} slices`,
  tooManyVoxels: () => 'more voxels than can be opened here',
  notMr: ({ modality }) => `not MR (${modality || 'no modality given'})`,
  mosaic: () => 'a mosaic, many slices side by side in one picture',
  noPlace: () => 'the position of its slices in the patient is not given (a derived image or a screenshot)',
  unmeasurable: ({ kind, by }) =>
    `${by === 'values' ? 'by their names or values ' : ''}${KINDS[kind]}, whose values are not brightness`,
  mask: ({ values }) =>
    `a mask, not an image: its voxels hold the ${values.length} values ${values.slice(0, 8).join(', ')}${values.length > 8 ? ' and so on' : ''}`,
};

const SERIES: Words<SeriesReason> = {
  taken: ({ facts }) => `Chosen: ${all(facts)}.`,
  takenDerived: ({ facts }) => `Chosen because nothing else was found: ${all(facts)}, ${KINDS.derived}.`,
  takenVolume: ({ facts }) => `Chosen to be reformatted to the short axis: ${all(facts)}.`,
  takenByHand: () => 'Chosen by hand.',
  simulated: () => 'Made in code: a simulated heart, not a patient.',
  takenBefore: () => 'Offered: it was chosen automatically before you chose another.',
  psirPreferred: ({ facts }) =>
    `Offered: ${stackOf(facts)}, ${nameOf(facts)}, ${facts.contrast === 'magnitude' ? 'magnitude' : 'not named as PSIR'}; the PSIR was preferred.`,
  derived: ({ facts }) => `Offered: ${stackOf(facts)}, ${KINDS.derived}; the images themselves were preferred.`,
  morePreferred: ({ facts }) => `Offered: ${all(facts)}; more speaks for the chosen one.`,
  unlikely: ({ facts }) => `Left out: ${all(facts)}. You can still open it.`,
  namedOther: ({ kind }) => `Left out: ${OTHER_KINDS[kind]} by its name. You can still open it.`,
  namedLongAxis: () => 'Left out: a long axis by its name. You can still open it.',
  obstacle: ({ obstacle, named }) =>
    `Left out: ${named && named !== 'localizer' ? `${OTHER_KINDS[named]} by its name, and ` : ''}${say(OBSTACLES, obstacle)}.`,
};

const OUTSIDE: Readonly<Record<WhyOutside, (outside: Outside) => string>> = {
  tilted: ({ degrees }) => `tilted by ${degrees.toFixed(1)}° against it`,
  otherSpacing: () => 'with another pixel spacing',
  otherSize: () => 'with another number of rows and columns',
  damaged: () => 'damaged or cut off',
  otherSeries: () => 'in another series',
};

const WHERE: Readonly<Record<Outside['where'], string>> = {
  before: 'before its first slice',
  behind: 'after its last slice',
  between: 'between its slices',
};

const LENGTHS: Readonly<Record<WhyLengthsUnknown, string>> = {
  notGiven: 'The file does not say how far apart its voxels are',
  impossible: "The file's lengths are impossible for an image of a heart",
  contradictory: "The file's lengths contradict each other",
  unit: "The file's lengths are in an unknown unit",
};

/** Seconds since midnight, or since the start of 1900, as a time of day. */
export function clockOf(seconds: number): string {
  const day = Math.floor(seconds % 86_400);
  return [day / 3600, (day / 60) % 60, day % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
}

const plural = (n: number, one: string, more: string): string => (n === 1 ? `1 ${one}` : `${n} ${more}`);

const AXES_BY: Readonly<Record<'network' | 'reader' | 'usual', string>> = {
  network: 'The network found the long axis: check that the slices lie across the left ventricle.',
  reader: 'The long axis was set by hand.',
  usual:
    'No left ventricle was found, so the slices lie across the long axis as it usually runs: set the plane by hand.',
};

const WARNINGS: Words<ReadingWarning> = {
  severalPatients: ({ patients, studies }) =>
    `The files are of ${patients} patients in ${studies} studies. Only one series of one patient is measured at a time: make sure that it is the right one.`,
  severalStudies: ({ studies }) =>
    `The files are of ${studies} studies, perhaps of several people. Only one series is measured at a time: make sure that it is the right one.`,
  severalSizes: ({ series, sizes }) =>
    `Series ${series} holds images of several sizes (${sizes.join(', ')}): each is a stack by itself.`,
  imagesDamaged: ({ count }) =>
    `${plural(count, 'image is', 'images are')} damaged or cut off and could not be read: a stack may lack slices. Copy the study again.`,
  sliceFilledIn: ({ after }) =>
    `A slice is missing between slice ${after} and ${after + 1}; it was filled in as the mean of the two.`,
  gapsDiffer: ({ leastMm, mostMm, sumMm }) =>
    `The slices lie ${leastMm.toFixed(1)} to ${mostMm.toFixed(1)} mm apart; each counts for half the distance to either neighbour, ${sumMm.toFixed(1)} mm in all.`,
  gapsAveraged: ({ leastMm, mostMm, meanMm }) =>
    `The slices lie ${leastMm.toFixed(1)} to ${mostMm.toFixed(1)} mm apart; volumes use the mean, ${meanMm.toFixed(1)} mm.`,
  someRepeated: ({ count }) =>
    `${plural(count, 'slice was', 'slices were')} scanned more than once; the last scan of each was used.`,
  slicesShifted: ({ slices }) =>
    `Relative to the others, ${slices.map(({ slice, mm }) => `slice ${slice} is shifted by ${mm.toFixed(1)} mm`).join(', ')} in its own plane.`,
  slicesTilted: ({ slices }) =>
    `Relative to the others, ${slices.map(({ slice, degrees }) => `slice ${slice} is tilted by ${degrees.toFixed(1)}°`).join(', ')}. All slices are treated as parallel.`,
  spacingsDiffer: ({ slices, percent }) =>
    `The pixel spacing of slice ${slices.join(', ')} differs from the others' by up to ${percent.toFixed(1)}%; theirs is used for all.`,
  slicesRepeated: ({ repeats }) =>
    repeats
      .map(
        ({ slice, times, takenSeconds }) =>
          `Slice ${slice} was scanned ${times === 2 ? 'twice' : `${times} times`}; the last scan${takenSeconds === null ? '' : ` (${clockOf(takenSeconds)})`} was used.`,
      )
      .join(' '),
  slicesOutside: ({ outside }) =>
    `${outside
      .map(
        (one) =>
          `${plural(one.count, 'slice', 'slices')} of this scan ${WHERE[one.where]} ${one.count === 1 ? 'is' : 'are'} not in it: ${OUTSIDE[one.why](one)}.`,
      )
      .join(' ')} Volumes and masses lack ${outside.reduce((sum, { count }) => sum + count, 0) === 1 ? 'it' : 'them'}.`,
  seriesJoined: ({ series }) =>
    `The stack was assembled from ${series} series of the same name that continue one another.`,
  placedBySliceLocation: () =>
    'The images have no position, so their slice locations were used. The lengths within the stack are valid, but its position in the patient is not known.',
  derivedMeasured: () =>
    'These are derived images (a subtraction, a map, a reformatted or averaged image), since nothing else was found: their brightness may not be that of the tissue.',
  reformatted: ({ by, sliceMm }) =>
    `The images are a 3-D volume that was reformatted to the short axis, in slices of ${sliceMm.toFixed(0)} mm: contours and measures are of these slices, not of the images as scanned. The network and its intervals learned from stacks of 2-D slices. Averaging lowers the noise, so the thresholds by SD mark more than on slices as scanned. ${AXES_BY[by]}`,
  noData: ({ percent }) =>
    `${percent < 0.1 ? 'Less than 0.1' : percent.toFixed(1)}% of the voxels hold no value (padding, or not a number) and are left out of every measure.`,
  slicesOnAxis: ({ axis }) => `The file has its slices along axis ${axis}; they were put in order.`,
  lengthsUnknown: ({ why }) =>
    `${LENGTHS[why]}. Volumes and masses are not known, and the risk from the image is withheld: enter the spacing. Shares of the wall are still valid.`,
  lengthsByHand: () => 'The spacing was entered by hand: all lengths, volumes and masses depend on it.',
  lengthsFromOtherField: () =>
    "The file's fields contradict each other about its lengths; those that a heart image can have were used.",
  directionsUnknown: () =>
    'The file does not say how the image is oriented in the patient, so no directions are named. The contours and the risk from the image are averaged over its eight possible orientations.',
  directionsNotNamed: () =>
    'The file does not say how the image is oriented in the patient, so no directions are named.',
  volumeOfSeveral: ({ volume, volumes }) => `This is volume ${volume} of the ${volumes} that the file holds.`,
  labelsFromSegmentation: () => "The segmentation is from a DICOM SEG that came with the images, not the network's.",
  labelsFromMask: ({ values }) =>
    `The segmentation is from a mask that came with the images, not the network's: ${values.map(({ value, label }) => `${value} as ${LABELS[label] ?? LABELS[0]}`).join(', ')}.`,
  noSegmentationHere: () => 'None of the segmentations that came with the images was made on this series.',
  segmentationPassedOver: ({ why }) =>
    `A segmentation was not used: ${why.code === 'sentence' ? why.english : say(enFiles, why)}`,
};

const LABELS = ['background', 'blood pool', 'viable myocardium', 'scar', 'no-reflow'];

/** All words about reading. */
export const enReading: Words<CodedFileReason | ReadingWarning | SeriesReason> = { ...enFiles, ...SERIES, ...WARNINGS };
