/** Files that hold volumes whole, NIfTI and NRRD: one or several, their voxels in them or beside them. */
import { isPhaseByValues, type ImageKind } from '../../core/dicom/imageKind.ts';
import { isNiftiPair, NiftiError, readNifti } from '../../core/nifti/nifti.ts';
import { isNrrd, NrrdError, nrrdDataFile, readNrrd } from '../../core/nrrd/nrrd.ts';
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
import { readRaw, readWhole } from './fileBytes.ts';
import { maskValues } from './masks.ts';
import type { StackWarning } from './reasons.ts';
import type { InputFile, StackSource } from './study.ts';

/** One volume of a file. */
export interface FoundVolume {
  readonly file: InputFile;
  readonly voxelFile: InputFile | null;
  readonly format: 'NIfTI' | 'NRRD';
  /** Which of how many, from 0. */
  readonly index: number;
  readonly volumes: number;
  readonly grid: Grid;
  readonly description: string;
  readonly kind: ImageKind | 'mask';
  /** Of a mask. */
  readonly values: readonly number[];
}

/** A volume as it is opened: in the usual orientation where that is known, its lengths told or said not to be. */
export interface OpenVolume {
  readonly volume: Volume;
  readonly source: StackSource;
  readonly warnings: readonly StackWarning[];
}

/** More volumes than this in a file are a time series. */
const MOST_VOLUMES = 64;

/**
 * What volumes a file holds.
 * @param bytes unpacked
 * @param all where the voxels may be, if they are not in the file
 * @throws NiftiError, NrrdError, StackError
 */
export async function openVolumeFile(
  file: InputFile,
  bytes: Uint8Array,
  all: () => readonly InputFile[],
): Promise<{ volumes: FoundVolume[]; voxelFile: InputFile | null }> {
  const voxelFile = findVoxelFile(file, bytes, all);
  const voxelBytes = await readVoxelFile(voxelFile, bytes);
  const found: FoundVolume[] = [];
  for (let index = 0; ; index++) {
    const stored = readStored(bytes, index, voxelBytes);
    if (stored.volumes > MOST_VOLUMES) {
      const reason = { code: 'tooManyVolumes', volumes: stored.volumes } as const;
      throw isNrrd(bytes) ? new NrrdError(reason) : new NiftiError(reason);
    }
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
  const bytes = await readWhole(file);
  return settled(readStored(bytes, index, await readVoxelFile(voxelFile, bytes)));
}

/** The file beside a header that holds its voxels. */
function findVoxelFile(file: InputFile, bytes: Uint8Array, all: () => readonly InputFile[]): InputFile | null {
  const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
  const at = (paths: readonly string[]): InputFile | null =>
    all().find(({ path }) => paths.some((name) => path.toLowerCase() === (folder + name).toLowerCase())) ?? null;
  if (isNrrd(bytes)) {
    const name = nrrdDataFile(bytes);
    return name === null ? null : at([name.replace(/^.*[/\\]/, '')]);
  }
  if (!isNiftiPair(bytes)) return null;
  const stem = file.path.slice(folder.length).replace(/\.hdr(\.gz)?$/i, '');
  return at([`${stem}.img`, `${stem}.img.gz`]);
}

/** NRRD says in its header how its voxels are packed; a NIfTI pair's are gzipped by their own first bytes. */
const readVoxelFile = async (voxelFile: InputFile | null, header: Uint8Array): Promise<Uint8Array | undefined> =>
  voxelFile === null ? undefined : isNrrd(header) ? readRaw(voxelFile) : readWhole(voxelFile);

/** A volume as the file has it. */
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

/** Slices along the third axis, lengths as a heart's image can have them, voxels without a value taken out. */
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
  // The highest label of a mask may lie far from the others.
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

/** Directions are believed where the lengths of the same matrix are, or could be. */
const lengthsAgree = (unknown: Grid['lengthsUnknown'] | null): boolean => unknown !== 'impossible';

/** How much of an image has no value. */
export function noDataWarning(noData: Uint8Array): StackWarning {
  const count = noData.reduce((sum, flag) => sum + flag, 0);
  return { code: 'noData', percent: (100 * count) / noData.length };
}
