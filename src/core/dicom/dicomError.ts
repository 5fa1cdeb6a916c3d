import { SentenceError } from '../errors.ts';

/** A DICOM file, or something that was taken for one, that cannot be used; the message says why. */
export class DicomError extends SentenceError {
  readonly code = 'dicom';
}

/** The file is sound for all that is known and is nothing to take: its beginning says so, and the rest need not be read. */
export class OtherKindError extends DicomError {}
