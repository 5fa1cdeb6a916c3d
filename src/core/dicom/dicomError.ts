import { ScarcastError } from '../errors.ts';

/** A DICOM file, or something that was taken for one, that cannot be used; the message says why. */
export class DicomError extends ScarcastError {
  readonly code = 'dicom';
}
