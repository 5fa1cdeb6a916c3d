import { data, type DicomElements } from 'dcmjs';
import { Random } from '../random.ts';
import type { PatientFrame, Vector3 } from '../volume/volume.ts';
import type { PlacedVolume } from './heart.ts';
import { Tag } from '../dicom/tags.ts';

export interface DicomStudyOptions {
  /** UIDs and file names follow from it. */
  readonly seed: number;
  /** The stored value that means no signal: the acquisition's storedOffset. */
  readonly zero: number;
}

/** One file of a study: path with '/' between folders, and its bytes (PS3.10). */
export interface DicomFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const MR_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.4';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const CINE_PHASES = 3;
const CINE_SLICES = 2;
/** Each cine pixel covers this many of the stack's, each way. */
const CINE_STEP = 2;

interface Series {
  readonly number: number;
  readonly uid: string;
  readonly description: string;
  readonly imageType: readonly string[];
  readonly size: readonly [columns: number, rows: number];
  readonly spacing: Vector3;
  readonly frame: PatientFrame;
}

interface Image {
  readonly slice: number;
  readonly instance: number;
  readonly pixels: Uint16Array;
  readonly elements: Readonly<Record<string, Element>>;
}

type Element = readonly [vr: string, ...values: (string | number)[]];

/**
 * Writes a phantom as a scanner would export it: one MR Image Storage file per slice, explicit little endian, a PSIR
 * series (31), its magnitude (30) and a small cine decoy (12). Instance numbers run from base to apex, against the
 * normal; file names are in no order. Every header value is made up. The same volume and seed give the same bytes.
 */
export function dicomStudy(volume: PlacedVolume, options: DicomStudyOptions): DicomFile[] {
  const random = new Random(options.seed);
  const study = { uid: uid(random), frameOfReference: uid(random) };
  const [columns, rows, slices] = volume.size;
  const area = columns * rows;
  const base = { size: [columns, rows], spacing: volume.spacing, frame: volume.frame } as const;
  const psir: Series = {
    ...base,
    number: 31,
    uid: uid(random),
    description: 'LGE_SAX_PSIR',
    imageType: ['ORIGINAL', 'PRIMARY', 'R', 'NORM', 'PSIR'],
  };
  const magnitude: Series = {
    ...base,
    number: 30,
    uid: uid(random),
    description: 'LGE_SAX_MAG',
    imageType: ['ORIGINAL', 'PRIMARY', 'M', 'NORM'],
  };
  const files: DicomFile[] = [];
  const add = (series: Series, image: Image): void => {
    const name = uint32(random).toString(16).toUpperCase().padStart(8, '0');
    files.push({ path: `PHANTOM/${name}`, bytes: writeImage(series, image, study, uid(random)) });
  };

  for (let slice = 0; slice < slices; slice++) {
    const stored = volume.voxels.subarray(slice * area, (slice + 1) * area);
    const instance = slices - slice;
    // as on scanners, inversion and trigger time differ from slice to slice within one stack
    const elements: Image['elements'] = {
      [Tag.ScanningSequence]: ['CS', 'GR', 'IR'],
      [Tag.InversionTime]: ['DS', 300 + 2 * slice],
      [Tag.TriggerTime]: ['DS', 600 + 5 * (slice % 3)],
    };
    add(psir, { slice, instance, elements, pixels: toStored(stored, (value) => value) });
    add(magnitude, { slice, instance, elements, pixels: toStored(stored, (value) => Math.abs(value - options.zero)) });
  }

  const cine: Series = {
    number: 12,
    uid: uid(random),
    description: 'cine_sax_bh',
    imageType: ['ORIGINAL', 'PRIMARY', 'M', 'NORM'],
    size: [Math.floor(columns / CINE_STEP), Math.floor(rows / CINE_STEP)],
    spacing: [volume.spacing[0] * CINE_STEP, volume.spacing[1] * CINE_STEP, volume.spacing[2]],
    frame: volume.frame,
  };
  for (let slice = 0; slice < Math.min(CINE_SLICES, slices); slice++) {
    for (let phase = 0; phase < CINE_PHASES; phase++) {
      const pixels = new Uint16Array(cine.size[0] * cine.size[1]);
      for (let i = 0; i < pixels.length; i++) {
        const column = (i % cine.size[0]) * CINE_STEP;
        const row = Math.floor(i / cine.size[0]) * CINE_STEP;
        pixels[i] = Math.abs(volume.voxels[slice * area + row * columns + column] - options.zero) + 10 * phase;
      }
      const elements: Image['elements'] = {
        [Tag.ScanningSequence]: ['CS', 'GR'],
        [Tag.TriggerTime]: ['DS', 40 * phase],
        [Tag.CardiacNumberOfImages]: ['IS', CINE_PHASES],
      };
      add(cine, { slice, instance: 1 + slice * CINE_PHASES + phase, pixels, elements });
    }
  }
  return files.sort((one, other) => (one.path < other.path ? -1 : 1));
}

function toStored(values: Float32Array, change: (value: number) => number): Uint16Array {
  return Uint16Array.from(values, (value) => Math.min(65535, Math.max(0, Math.round(change(value)))));
}

/** All but the pixels. */
function imageElements(
  series: Series,
  image: Image,
  study: { readonly uid: string; readonly frameOfReference: string },
  instanceUid: string,
): Record<string, Element> {
  const { origin, columnStep, rowStep, sliceStep } = series.frame;
  const along = image.slice * series.spacing[2];
  const position = [0, 1, 2].map((axis) => (origin[axis] + along * sliceStep[axis]).toFixed(5));
  const orientation = [...columnStep, ...rowStep].map((cosine) => cosine.toFixed(9));
  const [columnMm, rowMm, sliceMm] = series.spacing.map((mm) => Number(mm.toFixed(6)));
  return {
    [Tag.SpecificCharacterSet]: ['CS', 'ISO_IR 192'],
    [Tag.ImageType]: ['CS', ...series.imageType],
    [Tag.SOPClassUID]: ['UI', MR_IMAGE_STORAGE],
    [Tag.SOPInstanceUID]: ['UI', instanceUid],
    [Tag.StudyDate]: ['DA', '20200101'],
    [Tag.SeriesDate]: ['DA', '20200101'],
    [Tag.ContentDate]: ['DA', '20200101'],
    [Tag.StudyTime]: ['TM', '120000'],
    [Tag.SeriesTime]: ['TM', '121000'],
    [Tag.ContentTime]: ['TM', '121000'],
    [Tag.AccessionNumber]: ['SH'],
    [Tag.Modality]: ['CS', 'MR'],
    [Tag.Manufacturer]: ['LO', 'Scarcast phantom'],
    [Tag.ReferringPhysicianName]: ['PN'],
    [Tag.StudyDescription]: ['LO', 'Synthetic cardiac MR'],
    [Tag.SeriesDescription]: ['LO', series.description],
    [Tag.PatientName]: ['PN', 'Synthetic^Phantom'],
    [Tag.PatientID]: ['LO', 'PHANTOM'],
    [Tag.PatientBirthDate]: ['DA'],
    [Tag.PatientSex]: ['CS', 'O'],
    [Tag.BodyPartExamined]: ['CS', 'HEART'],
    [Tag.SequenceVariant]: ['CS', 'SK', 'SP'],
    // gated by the ECG: only then may there be a trigger time
    [Tag.ScanOptions]: ['CS', 'CG'],
    [Tag.MRAcquisitionType]: ['CS', '2D'],
    [Tag.SliceThickness]: ['DS', sliceMm],
    [Tag.RepetitionTime]: ['DS', 700],
    [Tag.EchoTime]: ['DS', 3.2],
    [Tag.MagneticFieldStrength]: ['DS', 1.5],
    [Tag.SpacingBetweenSlices]: ['DS', sliceMm],
    [Tag.EchoTrainLength]: ['IS', 1],
    [Tag.FlipAngle]: ['DS', 25],
    [Tag.PatientPosition]: ['CS', 'HFS'],
    [Tag.StudyInstanceUID]: ['UI', study.uid],
    [Tag.SeriesInstanceUID]: ['UI', series.uid],
    [Tag.StudyID]: ['SH', '1'],
    [Tag.SeriesNumber]: ['IS', series.number],
    [Tag.AcquisitionNumber]: ['IS', 1],
    [Tag.InstanceNumber]: ['IS', image.instance],
    [Tag.ImagePositionPatient]: ['DS', ...position],
    [Tag.ImageOrientationPatient]: ['DS', ...orientation],
    [Tag.FrameOfReferenceUID]: ['UI', study.frameOfReference],
    [Tag.PositionReferenceIndicator]: ['LO'],
    [Tag.SamplesPerPixel]: ['US', 1],
    [Tag.PhotometricInterpretation]: ['CS', 'MONOCHROME2'],
    [Tag.Rows]: ['US', series.size[1]],
    [Tag.Columns]: ['US', series.size[0]],
    [Tag.PixelSpacing]: ['DS', rowMm, columnMm],
    [Tag.BitsAllocated]: ['US', 16],
    [Tag.BitsStored]: ['US', 16],
    [Tag.HighBit]: ['US', 15],
    [Tag.PixelRepresentation]: ['US', 0],
    ...image.elements,
  };
}

function writeImage(
  series: Series,
  image: Image,
  study: { readonly uid: string; readonly frameOfReference: string },
  instanceUid: string,
): Uint8Array {
  const elements = imageElements(series, image, study, instanceUid);
  const file = new data.DicomDict({
    [Tag.FileMetaInformationVersion]: { vr: 'OB', Value: [Uint8Array.of(0, 1).buffer] },
    [Tag.MediaStorageSOPClassUID]: { vr: 'UI', Value: [MR_IMAGE_STORAGE] },
    [Tag.MediaStorageSOPInstanceUID]: { vr: 'UI', Value: [instanceUid] },
    [Tag.TransferSyntaxUID]: { vr: 'UI', Value: [EXPLICIT_LITTLE_ENDIAN] },
    [Tag.ImplementationClassUID]: { vr: 'UI', Value: [IMPLEMENTATION_UID] },
    [Tag.ImplementationVersionName]: { vr: 'SH', Value: ['SCARCAST'] },
  });
  const dict: DicomElements = {};
  for (const tag of Object.keys(elements).sort()) {
    const [vr, ...values] = elements[tag];
    dict[tag] = { vr, Value: vr === 'US' ? values : values.map(String) };
  }
  dict[Tag.PixelData] = { vr: 'OW', Value: [image.pixels.slice().buffer] };
  file.dict = dict;
  return new Uint8Array(file.write({ fragmentMultiframe: false }));
}

/** Of the program that wrote the files: any fixed number under 2.25 (PS3.5 B.2). */
const IMPLEMENTATION_UID = '2.25.205911236731457205838176243152437100';

const uint32 = (random: Random): number => Math.floor(random.next() * 2 ** 32);

/** A unique identifier under 2.25: the decimal of a 128-bit number (PS3.5 B.2). */
function uid(random: Random): string {
  let number = 0n;
  for (let part = 0; part < 4; part++) number = (number << 32n) | BigInt(uint32(random));
  return `2.25.${number}`;
}
