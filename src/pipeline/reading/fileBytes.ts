/** Bytes of the given files, and never more of them than memory allows. */
import { ScarcastError } from '../../core/errors.ts';
import { gunzipBounded, isGzip } from '../../core/nifti/nifti.ts';
import type { StackReason } from './reasons.ts';
import type { InputFile } from './study.ts';

/** A file cannot be read, or a series cannot be opened as a stack. */
export class StackError extends ScarcastError<StackReason> {}

/**
 * The largest file that is ever read whole: with one stack's voxels, this bounds the memory. A zip is read in parts.
 */
const MAX_FILE_BYTES = 2 ** 30;
/** 1024 x 1024 x 32: 128 MB of float32. */
export const MAX_STACK_VOXELS = 2 ** 25;
/** How much of a file's beginning is read for its header: nearly always enough, then what the largest headers need. */
export const HEADER_BYTES = [2 ** 16, 2 ** 20] as const;

/** @throws StackError where it is empty or cannot be read. */
export async function readBeginning(file: InputFile): Promise<Uint8Array> {
  if (file.size === 0) throw new StackError({ code: 'fileEmpty' });
  const bytes = await readPart(file, 0, HEADER_BYTES[0]);
  if (bytes.length === 0) throw new StackError({ code: 'fileEmpty' });
  return bytes;
}

/** @throws StackError where the system cannot read it. */
export async function readPart(file: InputFile, start: number, end: number): Promise<Uint8Array> {
  try {
    return await file.read(start, Math.min(end, file.size));
  } catch (error) {
    if (error instanceof ScarcastError) throw error;
    throw new StackError({ code: 'fileUnreadable' }, { cause: error });
  }
}

/**
 * A file's bytes, unchanged.
 * @throws StackError where it is larger than anything that is opened, before any of it is read.
 */
export async function readRaw(file: InputFile): Promise<Uint8Array> {
  if (file.size > MAX_FILE_BYTES) {
    throw new StackError({ code: 'fileTooLarge', gigabytes: MAX_FILE_BYTES / 2 ** 30 });
  }
  const bytes = await readPart(file, 0, file.size);
  if (bytes.length === 0) throw new StackError({ code: 'fileEmpty' });
  return bytes;
}

/**
 * The same, unpacked if it is gzip.
 * @param most bytes that it may unpack to, if that is known
 */
export async function readWhole(file: InputFile, most?: number): Promise<Uint8Array> {
  const bytes = await readRaw(file);
  return isGzip(bytes) ? gunzipBounded(bytes, most) : bytes;
}
