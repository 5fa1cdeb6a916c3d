import { ScarcastError, type Bare } from '../errors.ts';

/** What a DICOM file may hold instead of an image of grey values. */
export type NotAnImage =
  | 'directory'
  | 'structuredReport'
  | 'document'
  | 'presentation'
  | 'waveform'
  | 'spectrum'
  | 'parametricMap'
  | 'rawData'
  | 'radiotherapy'
  | 'computed'
  | 'colour'
  | 'nothing';

export type DicomReason =
  | Bare<'notMedical' | 'dicomHeaderDamaged' | 'pixelsCutOff' | 'pixelsDamaged' | 'formatNotSensible' | 'packedDamaged'>
  | { readonly code: 'notAnImage'; readonly kind: NotAnImage }
  | { readonly code: 'unknownTransferSyntax'; readonly uid: string }
  | { readonly code: 'unpacksTooLarge'; readonly megabytes: number }
  | { readonly code: 'bitsNotGrey'; readonly stored: number; readonly allocated: number }
  | { readonly code: 'framesMissing'; readonly said: number; readonly found: number }
  | { readonly code: 'codingNotDecoded'; readonly coding: string }
  | Bare<'segmentationNotBinary' | 'segmentationOfOther' | 'segmentationEmpty'>
  | { readonly code: 'segmentationElsewhere'; readonly how: 'size' | 'turned' | 'spacing' | 'place' };

/** A DICOM file, or something that was taken for one, that cannot be used. */
export class DicomError extends ScarcastError<DicomReason> {}

/** The file seems sound but is of no use: its beginning says so, and the rest need not be read. */
export class OtherKindError extends DicomError {}
