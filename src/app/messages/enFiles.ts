/** What is wrong with opened files, in English. */
import type { DicomReason, NotAnImage } from '../../core/dicom/dicomError.ts';
import type { CodedFileReason } from '../../pipeline/reading/reasons.ts';
import { say, type Words } from './reasons.ts';

const NOT_AN_IMAGE: Readonly<Record<NotAnImage, string>> = {
  directory: 'The index of a disc (DICOMDIR): its images are read from their own files.',
  structuredReport: 'A structured report, not an image.',
  document: 'A document (PDF or similar), not an image.',
  presentation: 'A presentation state, not an image.',
  waveform: 'A waveform such as an ECG, not an image.',
  spectrum: 'A spectrum, not an image.',
  parametricMap: 'A parametric map (computed values), not an image of grey values.',
  rawData: 'The raw data of a scanner, not an image.',
  radiotherapy: 'A radiotherapy plan or structure set, not an image.',
  computed: 'Its pixels are computed numbers, not grey values.',
  colour: 'A colour picture, such as a screenshot or a report page, not an MR image.',
  nothing: 'A DICOM file that holds no image.',
};

type How = Extract<DicomReason, { readonly code: 'segmentationElsewhere' }>['how'];

const ELSEWHERE: Readonly<Record<How, string>> = {
  size: 'its numbers of rows and columns differ',
  turned: 'it is rotated against them',
  spacing: 'its voxels are of another size',
  place: 'none of them is at the position of one of its slices',
};

export const enFiles: Words<CodedFileReason> = {
  sameImage: ({ path }) => `The same image as ${path || 'another'}.`,
  notMedical: () => 'Not a medical image: neither DICOM nor NIfTI nor NRRD.',
  notAnImage: ({ kind }) => NOT_AN_IMAGE[kind],
  dicomHeaderDamaged: () => 'Its DICOM header is damaged or cut off: copy the file again.',
  pixelsCutOff: () => 'Its pixels are cut off: the file is shorter than its header says. Copy it again.',
  pixelsDamaged: () => 'Its pixels are damaged: copy the file again.',
  formatNotSensible: () => 'Its header gives no sensible number of rows, columns or frames: it is damaged.',
  bitsNotGrey: ({ stored, allocated }) => `Its values have ${stored} of ${allocated} bits, which is not a grey image.`,
  framesMissing: ({ said, found }) => `It should hold ${said} frames but holds ${found}: it is damaged.`,
  unknownTransferSyntax: ({ uid }) => `Its transfer syntax (${uid}) is not one that Scarcast reads.`,
  codingNotDecoded: ({ coding }) => `Compressed as ${coding}, which is not decoded here. Export it uncompressed.`,
  segmentationNotBinary: () => 'A fractional or colour segmentation: only a binary one can be opened.',
  segmentationOfOther: () =>
    'A segmentation of something else: none of its segments is coded as a part of the left ventricle.',
  segmentationEmpty: () => 'The segmentation holds no heart: there is nothing to save as DICOM SEG.',
  segmentationElsewhere: ({ how }) =>
    `The segmentation does not fit these images: ${ELSEWHERE[how]}. Open it with the series it was made on.`,

  packedDamaged: () => 'Its packed data is damaged or cut off: copy the file again.',
  unpacksTooLarge: ({ megabytes }) => `Unpacks to more than ${megabytes} MB, the most that is opened.`,
  volumeCutOff: () => 'The file is shorter than its header says: it was cut off. Copy it again.',
  voxelsInOtherFile: ({ file }) => `The voxels are in another file${file ? ` (${file})` : ''}: open the two together.`,
  dimensionsNotImage: () => 'Its dimensions are not those of an image.',
  notNifti: () => 'This is not a NIfTI file: its header has neither the size nor the name of one.',
  voxelsNotGrey: ({ type }) => `Its voxels (${type ? `type ${type}` : 'no type given'}) are not single grey values.`,
  packedOtherwise: ({ encoding }) =>
    `Packed as ${encoding || 'nothing that it names'}, which is not supported. Save it raw or as gzip.`,
  volumeTooLarge: ({ millions }) => `Holds more than ${millions} million voxels, the most that is opened.`,
  tooManyVolumes: ({ volumes }) =>
    `Holds ${volumes} volumes, a time series: open only those that are late enhancement.`,
  maskShapeDiffers: () => 'The mask and the header it should be written with differ in shape.',

  zipDamaged: () => 'The zip is damaged or cut off: copy it again.',
  zipTooLarge: ({ gigabytes, files }) =>
    `The zip holds more than ${gigabytes} GB or ${files} files: the rest was not read.`,
  zipLocked: () => 'Locked with a password. Unpack the zip and drop the folder.',
  zipPackedOtherwise: () => 'Packed by a method that is not supported. Unpack the zip first.',
  zipInZip: () => 'A zip inside a zip. Unpack it first.',

  fileEmpty: () => 'The file is empty.',
  fileUnreadable: () => 'The file could not be read: it was moved, or you may not open it.',
  fileTooLarge: ({ gigabytes }) => `The file is larger than ${gigabytes} GB, the most that is opened.`,
  fileChanged: () => 'The file has changed since it was opened: drop the study again.',
  tooManyImages: ({ images }) => `More than ${images} images: the rest was not read.`,
  seriesNotOpened: ({ number }) => `Series ${number} cannot be opened.`,
  sliceUnreadable: ({ slice, file, why }) =>
    `Slice ${slice} (${file}): ${why.code === 'sentence' ? why.english : say(enFiles, why)}`,
  noArchive: () => 'Only images that came as DICOM can go back to an archive.',
};
