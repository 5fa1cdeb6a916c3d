import { OWN_SCHEME_IDENTIFICATION } from './codes.ts';
import { parseHeader, personName, text, value } from './elements.ts';
import { openPart10 } from './part10.ts';
import { asValueRepresentation } from './valueRepresentation.ts';
import type { NewElement, NewElements } from './writeDicom.ts';
import { Tag } from './tags.ts';

/** One image that a slice came from. */
export interface SourceImage {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesUid: string;
  /** From 1, in a multi-frame image; null in one of a single frame. */
  readonly frame: number | null;
}

/** What an archive needs to file an object with its images. Read only when a person asks for it. */
export interface ArchiveOrigin {
  /** Patient and study, from the images' header: the whitelist KEPT and nothing else. */
  readonly identity: NewElements;
  /** Tags of those that differ from the images', since an object cannot hold them unchanged. */
  readonly changed: readonly string[];
  readonly studyUid: string;
  readonly frameOfReferenceUid: string;
  /** For each slice the image it came from; null where a missing slice was filled in. */
  readonly slices: readonly (SourceImage | null)[];
  /** When the object is made. */
  readonly made: Date;
}

/** What an exported object takes over from its images: nothing at all, or what files it with them. */
export type ExportOrigin = ArchiveOrigin | null;

/**
 * Elements of patient and study that go to the same archive, with their VR. All are of type 2: written, empty where
 * unknown.
 */
const KEPT: Readonly<Record<string, string>> = {
  [Tag.PatientName]: 'PN',
  [Tag.PatientID]: 'LO',
  [Tag.PatientBirthDate]: 'DA',
  [Tag.PatientSex]: 'CS',
  [Tag.StudyDate]: 'DA',
  [Tag.StudyTime]: 'TM',
  [Tag.AccessionNumber]: 'SH',
  [Tag.ReferringPhysicianName]: 'PN',
  [Tag.StudyID]: 'SH',
};
/** Written only where the images have them. */
const KEPT_IF_THERE: Readonly<Record<string, string>> = { [Tag.IssuerOfPatientID]: 'LO', [Tag.StudyDescription]: 'LO' };

/**
 * Reads who and which study from one file's header.
 * @throws DicomError where it is not a DICOM file, or is damaged.
 */
export function readArchiveIdentity(
  bytes: Uint8Array,
): Pick<ArchiveOrigin, 'identity' | 'changed' | 'studyUid' | 'frameOfReferenceUid'> {
  const { elements, characterSets } = parseHeader(openPart10(bytes));
  const identity: Record<string, NewElement> = {};
  const changed: string[] = [];
  for (const [tag, vr] of Object.entries({ ...KEPT, ...KEPT_IF_THERE })) {
    const read = vr === 'PN' ? personName : text;
    const found = read(elements, tag, characterSets);
    const fitting = asValueRepresentation(vr, found);
    if (fitting !== found) changed.push(tag);
    if (fitting !== '') identity[tag] = [vr, fitting];
  }
  return {
    identity,
    changed,
    studyUid: value(elements, Tag.StudyInstanceUID),
    frameOfReferenceUid: value(elements, Tag.FrameOfReferenceUID),
  };
}

export interface NewObject {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly seriesNumber: number;
  readonly seriesDescription: string;
  readonly modality: string;
  /** Of Scarcast. */
  readonly softwareVersion: string;
  /** For a heart made by code, which no archive may take for a patient's. */
  readonly isSynthetic: boolean;
}

/** Who an object of a heart made by code names, and that this is no one (PS3.3 C.12.1: Synthetic Data). */
const NOBODY: NewElements = {
  [Tag.SyntheticData]: ['CS', 'YES'],
  [Tag.PatientName]: ['PN', 'Synthetic^Heart'],
  [Tag.PatientID]: ['LO', 'SYNTHETIC'],
  [Tag.PatientIdentityRemoved]: ['CS', 'YES'],
  [Tag.DeidentificationMethod]: ['LO', 'A synthetic heart, made by code: not a patient'],
};

/** Required where no date may be given (PS3.15 table E.1-1 asks for a dummy). */
const NO_DATE = '19000101';

/** The modules that every exported object has: patient, study, series, equipment, SOP common (PS3.3 C.7, C.12.1). */
export function exportHeader(origin: ExportOrigin, object: NewObject): NewElements {
  const empty = Object.fromEntries(Object.entries(KEPT).map(([tag, vr]): [string, NewElement] => [tag, [vr]]));
  return {
    ...empty,
    ...(origin
      ? origin.identity
      : {
          [Tag.PatientIdentityRemoved]: ['CS', 'YES'],
          [Tag.DeidentificationMethod]: ['LO', 'Made anew by Scarcast: of the images only geometry'],
        }),
    ...(object.isSynthetic ? NOBODY : {}),
    [Tag.SpecificCharacterSet]: ['CS', 'ISO_IR 192'],
    [Tag.SOPClassUID]: ['UI', object.sopClassUid],
    [Tag.SOPInstanceUID]: ['UI', object.sopInstanceUid],
    [Tag.ContentDate]: ['DA', origin ? dicomDate(origin.made) : NO_DATE],
    [Tag.ContentTime]: ['TM', origin ? dicomTime(origin.made) : '000000'],
    [Tag.Modality]: ['CS', object.modality],
    [Tag.Manufacturer]: ['LO', 'Scarcast'],
    [Tag.SeriesDescription]: ['LO', `${object.seriesDescription}${object.isSynthetic ? ' of a synthetic heart' : ''}`],
    [Tag.ManufacturerModelName]: ['LO', 'Scarcast'],
    [Tag.CodingSchemeIdentificationSequence]: OWN_SCHEME_IDENTIFICATION,
    [Tag.DeviceSerialNumber]: ['LO', 'none'],
    [Tag.SoftwareVersions]: ['LO', object.softwareVersion],
    [Tag.StudyInstanceUID]: ['UI', object.studyUid],
    [Tag.SeriesInstanceUID]: ['UI', object.seriesUid],
    [Tag.SeriesNumber]: ['IS', String(object.seriesNumber)],
    [Tag.InstanceNumber]: ['IS', '1'],
  };
}

const two = (n: number): string => String(n).padStart(2, '0');
const dicomDate = (d: Date): string => `${d.getFullYear()}${two(d.getMonth() + 1)}${two(d.getDate())}`;
const dicomTime = (d: Date): string => `${two(d.getHours())}${two(d.getMinutes())}${two(d.getSeconds())}`;
