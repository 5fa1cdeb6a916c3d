/** The first pass over the files of a study: what each of them is, from its header. */
import { DicomError, OtherKindError } from '../../core/dicom/dicomError.ts';
import { LostPixelsError, readDicomImage, type DicomHeader, type DicomImage } from '../../core/dicom/dicomImage.ts';
import { endsWithDelimiter } from '../../core/dicom/pixelLocation.ts';
import { openPart10 } from '../../core/dicom/part10.ts';
import { isSegmentation } from '../../core/dicom/readSegmentation.ts';
import { CancelledError, ScarcastError } from '../../core/errors.ts';
import { gunzipBeginning, isGzip, isNifti } from '../../core/nifti/nifti.ts';
import { isNrrd } from '../../core/nrrd/nrrd.ts';
import { HEADER_BYTES, readBeginning, readPart, readRaw, readWhole, StackError } from './fileBytes.ts';
import type { FileReason } from './reasons.ts';
import type { InputFile, RefusedFile } from './study.ts';
import { openVolumeFile, readVolumeFile, type FindFile, type FoundVolume } from './volumeFiles.ts';
import { isZip, zipFiles } from './zipFiles.ts';

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called after each file, or slice, with how many of how many are done. Zips add to the total as they are opened. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What the files of a study are. */
export interface Found {
  readonly dicoms: { readonly file: InputFile; readonly image: DicomImage }[];
  /** Headers of images whose pixels are damaged or cut off. */
  readonly lost: DicomHeader[];
  readonly volumes: FoundVolume[];
  readonly segmentations: InputFile[];
  readonly refused: RefusedFile[];
}

/** The beginnings of this many files are requested at a time: a browser takes longest to open each. */
const READ_AHEAD_FILES = 8;
/** Compressed pixels end, apart from padding, within this many bytes of the file's end. */
const TAIL_BYTES = 1024;
/** More frames in files of several than any study of a heart has: the files with the most are listed and not read. */
const MOST_FRAMES = 200_000;
/** They are left out until this many remain, so that this happens seldom. */
const ENOUGH_FRAMES = 0.9 * MOST_FRAMES;

/** What the pass has found so far. */
interface Pass {
  readonly found: Found;
  readonly firstPath: Map<string, string>;
  /** Files that hold the voxels of a separate header. */
  readonly taken: Set<InputFile>;
  /** Files of several frames, how many each has, and all of them together. */
  readonly framesOf: Map<InputFile, number>;
  frames: number;
  /** Of damaged images. */
  lostFrames: number;
}

/** Reads the header of every file; zips are opened, and whatever cannot be used is listed with its reason. */
export async function readHeaders(files: readonly InputFile[], { signal, onProgress }: ReadOptions): Promise<Found> {
  const pass: Pass = {
    found: { dicoms: [], lost: [], volumes: [], segmentations: [], refused: [] },
    firstPath: new Map(),
    taken: new Set(),
    framesOf: new Map(),
    frames: 0,
    lostFrames: 0,
  };
  const { found } = pass;
  // Files of a zip take its place, and the last comes first off this pile.
  const pile = [...files].sort((a, b) => (a.path < b.path ? 1 : -1));
  const inZip = new Set<InputFile>();
  const byPath = new Map(files.map((file) => [file.path.toLowerCase(), file]));
  const readAhead = new Map<InputFile, Promise<Uint8Array>>();
  let done = 0;
  for (let file = pile.pop(); file; file = pile.pop()) {
    throwIfAborted(signal);
    for (const next of [file, ...pile.slice(-READ_AHEAD_FILES + 1)]) {
      if (readAhead.has(next)) continue;
      const reading = readBeginning(next);
      // Any fault in it is reported when its turn comes.
      reading.catch(() => undefined);
      readAhead.set(next, reading);
    }
    try {
      const beginning = (await readAhead.get(file)) ?? new Uint8Array();
      if (isZip(beginning)) {
        if (inZip.has(file)) throw new StackError({ code: 'zipInZip' });
        const inside = (await zipFiles(file)).reverse();
        for (const one of inside) {
          inZip.add(one);
          byPath.set(one.path.toLowerCase(), one);
          pile.push(one);
        }
      } else if (isGzip(beginning) || isNifti(beginning) || isNrrd(beginning)) {
        await readPackedOrVolume(file, (path) => byPath.get(path) ?? null, pass);
      } else {
        addDicom(file, await readDicomHeader(file, beginning), pass);
      }
    } catch (error) {
      if (!(error instanceof ScarcastError)) throw error;
      if (error instanceof LostPixelsError) addLost(error.image, pass);
      found.refused.push({ path: file.path, why: error.reason as FileReason });
    }
    readAhead.delete(file);
    done += 1;
    onProgress?.(done, done + pile.length);
  }
  throwIfAborted(signal);
  const paths = new Set([...pass.taken].map(({ path }) => path));
  return { ...found, refused: found.refused.filter(({ path }) => !paths.has(path)) };
}

async function readPackedOrVolume(file: InputFile, find: FindFile, pass: Pass): Promise<void> {
  const bytes = await readVolumeFile(file);
  if (bytes !== null) {
    const { volumes, voxelFile } = await openVolumeFile(file, bytes, find);
    if (voxelFile) pass.taken.add(voxelFile);
    for (const volume of volumes) pass.found.volumes.push(volume);
    return;
  }
  // The voxels of a separate header may be packed.
  if (pass.taken.has(file)) return;
  const raw = await readRaw(file);
  checkIsDicom(gunzipBeginning(raw, HEADER_BYTES[0]));
  addDicom(file, readDicomImage(await readWhole(file)), pass);
}

/** @throws OtherKindError where a beginning is not DICOM, so that no more is unpacked. */
function checkIsDicom(beginning: Uint8Array): void {
  try {
    openPart10(beginning, Infinity);
  } catch (error) {
    if (!(error instanceof DicomError) || error instanceof OtherKindError) throw error;
  }
}

/** Reads no more of a file than its header, unless that is damaged or longer than any. */
async function readDicomHeader(file: InputFile, beginning: Uint8Array): Promise<DicomImage> {
  for (const bytes of HEADER_BYTES) {
    const part = bytes === HEADER_BYTES[0] ? beginning : await readPart(file, 0, bytes);
    if (part.length === file.size) return readDicomImage(part);
    try {
      const image = readDicomImage(part, file.size);
      if (image.pixels.kind !== 'beyond') return image;
      if (endsWithDelimiter(await readPart(file, file.size - TAIL_BYTES, file.size))) return image;
      break;
    } catch (error) {
      if (!(error instanceof DicomError) || error instanceof OtherKindError) throw error;
    }
  }
  return readDicomImage(await readWhole(file));
}

function addDicom(file: InputFile, image: DicomImage, pass: Pass): void {
  const { found, firstPath } = pass;
  const identity = identityOf(image);
  const copyOf = firstPath.get(identity);
  if (copyOf) throw new SameImageError(copyOf);
  firstPath.set(identity, file.path);
  if (isSegmentation(image)) found.segmentations.push(file);
  else {
    found.dicoms.push({ file, image });
    if (image.format.frames > 1) {
      pass.framesOf.set(file, image.format.frames);
      pass.frames += image.format.frames;
      if (pass.frames > MOST_FRAMES) leaveTheLongest(pass);
    }
  }
}

/**
 * A damaged image counts, and shows which slices a stack lacks; beyond the number of any study even that is skipped.
 */
function addLost(image: DicomHeader, pass: Pass): void {
  pass.lostFrames += image.frames.length;
  pass.found.lost.push(pass.lostFrames <= MOST_FRAMES ? image : { ...image, frames: [] });
}

/** Leaves out the files with the most frames: one bad file never costs the good ones. */
function leaveTheLongest(pass: Pass): void {
  const { found, framesOf } = pass;
  const left = new Set<InputFile>();
  for (const [file, frames] of [...framesOf].sort(([, a], [, b]) => b - a)) {
    if (pass.frames <= ENOUGH_FRAMES) break;
    pass.frames -= frames;
    framesOf.delete(file);
    left.add(file);
    found.refused.push({ path: file.path, why: { code: 'tooManyImages', images: MOST_FRAMES } });
  }
  const kept = found.dicoms.filter(({ file }) => !left.has(file));
  found.dicoms.length = 0;
  for (const one of kept) found.dicoms.push(one);
}

/** A copy of an image that was read already. */
class SameImageError extends ScarcastError<Extract<FileReason, { readonly code: 'sameImage' }>> {
  constructor(path: string) {
    super({ code: 'sameImage', path });
  }
}

/** Two files with all of this the same are copies. The UID alone is not enough: some anonymisers give all files one. */
function identityOf({ sopInstanceUid, seriesUid, patientName, instanceNumber, words, frames }: DicomImage): string {
  return JSON.stringify([
    sopInstanceUid,
    seriesUid,
    patientName,
    instanceNumber,
    words,
    frames.length,
    // For an object of thousands of frames these are enough.
    [0, frames.length >> 1, frames.length - 1].map((at) => frames[at].placement?.position),
  ]);
}

/** @throws CancelledError */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}
