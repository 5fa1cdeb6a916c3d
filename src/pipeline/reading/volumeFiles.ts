/**
 * Files that hold whole volumes, NIfTI and NRRD: one or several, with their voxels in the file or in a separate one.
 */
import { isPhaseByValues, type ImageKind } from '../../core/dicom/imageKind.ts';
import {
  gunzipBeginning,
  isGzip,
  isNifti,
  isNiftiPair,
  NiftiError,
  niftiExtent,
  readNifti,
  type VolumeExtent,
  type VolumeReason,
} from '../../core/nifti/nifti.ts';
import { isNrrd, NrrdError, nrrdDataFile, nrrdExtent, readNrrd } from '../../core/nrrd/nrrd.ts';
import { MAX_UNPACKED_BYTES } from '../../core/unpacking.ts';
import {
  arrangedGrid,
  arrangedVolume,
  isAsStored,
  slicesAlong,
  standardArrangement,
  type Arrangement,
} from '../../core/volume/arrangement.ts';
import { settleLengths, sliceAxisOf, type SaidLengths } from '../../core/volume/lengths.ts';
import { takeOutNoData } from '../../core/volume/noData.ts';
import { gridOf, type Grid, type Vector3, type Volume } from '../../core/volume/volume.ts';
import { HEADER_BYTES, MAX_STACK_VOXELS, readRaw, readWhole, StackError } from './fileBytes.ts';
import { maskValues } from './masks.ts';
import type { FileVolume, StackWarning } from './reasons.ts';
import type { InputFile, StackSource } from './study.ts';

/** One volume of a file. */
export interface FoundVolume {
  readonly file: InputFile;
  readonly voxelFile: InputFile | null;
  readonly format: FileVolume['format'];
  /** Which of how many, from 0. */
  readonly index: number;
  readonly volumes: number;
  readonly grid: Grid;
  readonly description: string;
  readonly kind: ImageKind | 'mask';
  /** Of a mask. */
  readonly values: readonly number[];
}

/** A volume as it is opened: in the usual orientation if that is known, with its lengths known or marked unknown. */
export interface OpenVolume {
  readonly volume: Volume;
  readonly source: StackSource;
  readonly warnings: readonly StackWarning[];
}

/**
 * More volumes than this in a file are a time series, as are volumes with more voxels together: each volume is
 * searched.
 */
const MOST_VOLUMES = 64;
const MOST_VOXELS_IN_A_FILE = 2 * MAX_STACK_VOXELS;

/** Looks up a file next to another, by its path in lower case. */
export type FindFile = (path: string) => InputFile | null;

/**
 * The bytes of a file of volumes, unpacked; null where it holds none. Its stated size is checked before more than its
 * header is unpacked.
 * @throws NiftiError, NrrdError, StackError
 */
export async function readVolumeFile(file: InputFile): Promise<Uint8Array | null> {
  const raw = await readRaw(file);
  const beginning = isGzip(raw) ? gunzipBeginning(raw, HEADER_BYTES[0]) : raw;
  if (!isNifti(beginning) && !isNrrd(beginning)) return null;
  const { bytes } = checkedExtent(beginning);
  return readWhole(file, roomFor(bytes));
}

/** A file may hold more after its voxels. */
const roomFor = (bytes: number): number => Math.min(MAX_UNPACKED_BYTES, 2 * bytes + HEADER_BYTES[1]);

function checkedExtent(beginning: Uint8Array): VolumeExtent {
  const extent = isNrrd(beginning) ? nrrdExtent(beginning) : niftiExtent(beginning);
  const [columns, rows, slices] = extent.size;
  const fail = (reason: VolumeReason): Error => (isNrrd(beginning) ? new NrrdError(reason) : new NiftiError(reason));
  const voxels = columns * rows * slices;
  if (voxels > MAX_STACK_VOXELS) throw fail({ code: 'volumeTooLarge', millions: Math.floor(MAX_STACK_VOXELS / 1e6) });
  const { volumes } = extent;
  if (volumes > MOST_VOLUMES || voxels * volumes > MOST_VOXELS_IN_A_FILE)
    throw fail({ code: 'tooManyVolumes', volumes });
  return extent;
}

/**
 * What volumes a file holds.
 * @param bytes unpacked
 * @param find where the voxels may be, if they are not in the file
 * @throws NiftiError, NrrdError, StackError
 */
export async function openVolumeFile(
  file: InputFile,
  bytes: Uint8Array,
  find: FindFile,
): Promise<{ volumes: FoundVolume[]; voxelFile: InputFile | null }> {
  const voxelFile = findVoxelFile(file, bytes, find);
  const voxelBytes = await readVoxelFile(voxelFile, bytes);
  const found: FoundVolume[] = [];
  for (let index = 0; ; index++) {
    const stored = readStored(bytes, index, voxelBytes);
    const values = maskValues(stored.volume.voxels);
    const { volume } = settled(stored);
    const isPhase = values === null && isPhaseByValues(volume.voxels, volume.size[0]);
    found.push({
      file,
      voxelFile,
      format: isNrrd(bytes) ? 'NRRD' : 'NIfTI',
      index,
      volumes: stored.volumes,
      grid: gridOf(volume),
      description: stored.description,
      kind: values ? 'mask' : isPhase ? 'phase' : 'unknown',
      values: values ?? [],
    });
    if (index + 1 >= stored.volumes) return { volumes: found, voxelFile };
  }
}

/** Reads one volume again. */
export async function openVolume({ file, voxelFile, index }: FoundVolume): Promise<OpenVolume> {
  const bytes = await readVolumeFile(file);
  if (bytes === null) throw new StackError({ code: 'fileChanged' });
  return settled(readStored(bytes, index, await readVoxelFile(voxelFile, bytes)));
}

/** The separate file that holds a header's voxels. */
function findVoxelFile(file: InputFile, bytes: Uint8Array, find: FindFile): InputFile | null {
  const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
  const at = (name: string): InputFile | null => find((folder + name).toLowerCase());
  if (isNrrd(bytes)) {
    const name = nrrdDataFile(bytes);
    return name === null ? null : at(name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1));
  }
  if (!isNiftiPair(bytes)) return null;
  const stem = file.path.slice(folder.length).replace(/\.hdr(\.gz)?$/i, '');
  return at(`${stem}.img`) ?? at(`${stem}.img.gz`);
}

/** NRRD says in its header how its voxels are packed; a NIfTI pair's are gzipped by their own first bytes. */
const readVoxelFile = async (voxelFile: InputFile | null, header: Uint8Array): Promise<Uint8Array | undefined> =>
  voxelFile === null
    ? undefined
    : isNrrd(header)
      ? readRaw(voxelFile)
      : readWhole(voxelFile, roomFor(niftiExtent(header).bytes));

/** A volume as in the file. */
interface Stored {
  readonly volume: Volume;
  readonly lengths: SaidLengths;
  readonly volumes: number;
  readonly index: number;
  readonly source: StackSource;
  readonly description: string;
}

function readStored(bytes: Uint8Array, index: number, voxelBytes: Uint8Array | undefined): Stored {
  if (isNrrd(bytes)) {
    return { ...readNrrd(bytes, index, voxelBytes), index, source: { kind: 'nrrd' }, description: '' };
  }
  const { volume, lengths, volumes, header, description } = readNifti(bytes, index, voxelBytes);
  return { volume, lengths, volumes, index, source: { kind: 'nifti', header }, description };
}

/** Slices along the third axis, lengths that a heart's image can have, voxels without a value removed. */
function settled({ volume: stored, lengths, volumes, index, source }: Stored): OpenVolume {
  const warnings: StackWarning[] = [];
  if (volumes > 1) warnings.push({ code: 'volumeOfSeveral', volume: index + 1, volumes });
  const known = lengths.candidates.find((one) => one.every((mm) => mm !== null)) as Vector3 | undefined;
  const sliceAxis = sliceAxisOf(stored.size, known ?? null);
  if (sliceAxis !== 2) warnings.push({ code: 'slicesOnAxis', axis: sliceAxis + 1 });
  const upright = slicesAlong(sliceAxis);
  const { spacing, chosen, unknown } = settleLengths(arrangedGrid(stored, upright).size, {
    ...lengths,
    candidates: lengths.candidates.map((one) => upright.map(({ axis }) => one[axis])),
  });
  if (unknown) warnings.push({ code: 'lengthsUnknown', why: unknown });
  else if (chosen > 0) warnings.push({ code: 'lengthsFromOtherField' });
  const back: Vector3 = [0, 1, 2].map(
    (axis) => spacing[upright.findIndex((one) => one.axis === axis)],
  ) as unknown as Vector3;
  // The highest label of a mask may be far from the others.
  const noData = maskValues(stored.voxels) ? null : takeOutNoData(stored.voxels);
  if (noData) warnings.push(noDataWarning(noData));
  const frame = lengthsAgree(unknown) ? stored.frame : null;
  if (frame === null) warnings.push({ code: 'directionsUnknown' });
  const whole: Volume = {
    ...stored,
    spacing: back,
    frame,
    ...(noData ? { noData } : {}),
    ...(unknown ? { lengthsUnknown: unknown } : {}),
  };
  const arrangement: Arrangement = standardArrangement(whole, upright);
  return {
    volume: arrangedVolume(whole, arrangement),
    source: isAsStored(arrangement) ? source : { ...source, arrangement },
    warnings,
  };
}

/** Directions are trusted if the lengths of the same matrix are, or could be. */
const lengthsAgree = (unknown: Grid['lengthsUnknown'] | null): boolean => unknown !== 'impossible';

/** The share of an image that has no value. */
export function noDataWarning(noData: Uint8Array): StackWarning {
  const count = noData.reduce((sum, flag) => sum + flag, 0);
  return { code: 'noData', percent: (100 * count) / noData.length };
}
