/** The stacks of a study's DICOM images, and their voxels. */
import { planeOf, readNames, type Candidate, type Named } from '../../core/dicom/choosing.ts';
import { CodecLoadError, type Codecs } from '../../core/dicom/codecs.ts';
import { readImage, type DicomHeader, type DicomImage } from '../../core/dicom/dicomImage.ts';
import { readArchiveIdentity, type ArchiveOrigin } from '../../core/dicom/exportOrigin.ts';
import { normalOf, stackGeometry, type NoGrid, type StackGeometry } from '../../core/dicom/geometry.ts';
import { groupSlices, isMosaic, LEAST_SLICES, type SliceStack, type Unplaced } from '../../core/dicom/grouping.ts';
import { isPhaseByValues, isUnmeasurable } from '../../core/dicom/imageKind.ts';
import { openPart10 } from '../../core/dicom/part10.ts';
import { decodeFrame, toRealValues } from '../../core/dicom/pixels.ts';
import { ScarcastError } from '../../core/errors.ts';
import { arrangedVolume, AS_STORED, isAsStored, standardArrangement } from '../../core/volume/arrangement.ts';
import { assumedSpacing, isPossibleVoxel } from '../../core/volume/lengths.ts';
import { takeOutNoData } from '../../core/volume/noData.ts';
import type { Grid, Vector3, Volume } from '../../core/volume/volume.ts';
import type { Entry, LoadedStack } from './entries.ts';
import { MAX_STACK_VOXELS, readWhole, StackError } from './fileBytes.ts';
import { throwIfAborted, type Found, type ReadOptions } from './headers.ts';
import { maskValues } from './masks.ts';
import type { FileReason, Obstacle, StackWarning } from './reasons.ts';
import type { InputFile, StackSource } from './study.ts';
import { noDataWarning } from './volumeFiles.ts';

/** Fewer values than this cannot tell a mask or a phase image from an image. */
const LEAST_LOOKED_AT = 1000;

/** What the images of a stack are read with. */
interface Reading {
  readonly stack: SliceStack;
  readonly files: readonly InputFile[];
  readonly codecs: Codecs;
}

export function dicomEntries({ dicoms, lost }: Found, codecs: Codecs): Entry[] {
  const { stacks, unplaced } = groupSlices(
    dicoms.map(({ image }) => image),
    lost,
  );
  const files = dicoms.map(({ file }) => file);
  const entries = [...stacks.map((stack) => stackEntry({ stack, files, codecs })), ...unplaced.map(unplacedEntry)];
  return withTwins(entries).sort(
    (a, b) => a.summary.number - b.summary.number || compareText(a.summary.description, b.summary.description),
  );
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Both images of a PSIR scan may carry its name: if one of them is the real part, the other is its magnitude. */
function withTwins(entries: readonly Entry[]): Entry[] {
  const keyOf = ({ summary, patientName }: Entry): string => {
    const { description, slices, columns, rows } = summary;
    return JSON.stringify([patientName, description, slices, columns, rows]);
  };
  const real = new Set(entries.filter(({ summary }) => summary.kind === 'real').map(keyOf));
  return entries.map((entry) => {
    const { summary, candidate } = entry;
    if (summary.kind !== 'magnitude' || summary.contrast !== 'PSIR' || !real.has(keyOf(entry))) return entry;
    const named = candidate && { ...candidate.named, contrast: 'magnitude' as const };
    return {
      ...entry,
      summary: { ...summary, contrast: 'magnitude' },
      candidate: candidate && named && { ...candidate, named },
    };
  });
}

function stackEntry(reading: Reading): Entry {
  const { stack } = reading;
  const { image, placement, info } = stack.slices[0];
  const { columns, rows } = image.format;
  const geometry = stackGeometry(
    stack.slices.map((slice) => slice.placement),
    [columns, rows],
  );
  const localizer = /(^|\\)LOCALIZER(\\|$)/.test(info.imageType) ? ' localizer' : '';
  const named = readNames(`${image.description} ${image.words}${localizer}`, stack.kind);
  const slices = stack.slices.length;
  const grid = 'code' in geometry ? null : geometry;
  const candidate: Candidate | null = grid && {
    named,
    plane: planeOf(normalOf(placement)),
    slices,
    gap: grid.spacing[2],
  };
  return {
    summary: {
      number: image.seriesNumber,
      description: image.description,
      slices,
      columns,
      rows,
      spacing: grid ? grid.spacing : [placement.spacing[0], placement.spacing[1], 0],
      contrast: named.contrast,
      kind: named.kind,
    },
    obstacle: obstacleOf(stack, geometry, named),
    candidate,
    placed: grid !== null && !placement.bySliceLocation,
    from: 'dicom',
    patientName: image.patientName,
    told: image.told,
    acquiredSeconds: stack.slices.reduce<number | null>(
      (latest, slice) => Math.max(latest ?? -Infinity, slice.info.acquiredSeconds ?? -Infinity) || null,
      null,
    ),
    load: grid ? (options) => loadDicom(reading, grid, options) : null,
    look: () => lookAtMiddle(reading),
    // Without a position an object filed with the images would be in the wrong place.
    origin: grid && !placement.bySliceLocation ? (made) => readStackOrigin(reading, grid, made) : null,
  };
}

function obstacleOf(stack: SliceStack, geometry: StackGeometry | NoGrid, named: Named): Obstacle | null {
  if (isUnmeasurable(stack.kind)) {
    const by = stack.slices[0].info.kind === 'unknown' ? 'values' : 'header';
    return { code: 'unmeasurable', kind: stack.kind, by };
  }
  if (stack.moving) return { code: 'moving', part: stack.part, parts: stack.parts };
  if (named.otherKind === 'localizer') return { code: 'localizer' };
  if ('code' in geometry) return geometry;
  if (stack.slices.length < LEAST_SLICES) return { code: 'fewSlices', slices: stack.slices.length };
  const { columns, rows } = stack.slices[0].image.format;
  return columns * rows * geometry.order.length > MAX_STACK_VOXELS ? { code: 'tooManyVoxels' } : null;
}

function unplacedEntry({ image, count }: Unplaced): Entry {
  const { columns, rows } = image.format;
  return {
    summary: {
      number: image.seriesNumber,
      description: image.description,
      slices: count,
      columns,
      rows,
      spacing: [0, 0, 0],
      contrast: 'unknown',
      kind: image.frames[0].kind,
    },
    obstacle: unplacedObstacle(image),
    candidate: null,
    placed: false,
    from: 'dicom',
    patientName: image.patientName,
    told: image.told,
    acquiredSeconds: null,
    load: null,
    look: null,
    origin: null,
  };
}

function unplacedObstacle({ modality, frames }: DicomHeader): Obstacle {
  if (modality !== 'MR') return { code: 'notMr', modality };
  return frames.some(isMosaic) ? { code: 'mosaic' } : { code: 'noPlace' };
}

/**
 * What the values of the middle slice show, if they show that it is not an image; a slice that cannot be decoded is
 * reported when it is opened.
 */
async function lookAtMiddle(reading: Reading): Promise<Obstacle | null> {
  const { stack } = reading;
  const { image } = stack.slices[stack.slices.length >> 1];
  if (image.format.columns * image.format.rows < LEAST_LOOKED_AT) return null;
  try {
    const voxels = await decoder(reading)(stack.slices.length >> 1);
    return obstacleOfValues(voxels, image.format.columns, stack);
  } catch (error) {
    if (!(error instanceof ScarcastError) || error instanceof CodecLoadError) throw error;
    return null;
  }
}

function obstacleOfValues(voxels: Float32Array, columns: number, { slices }: SliceStack): Obstacle | null {
  if (voxels.length < LEAST_LOOKED_AT) return null;
  const values = maskValues(voxels);
  if (values && values.length > 1) return { code: 'mask', values };
  if (slices[0].info.kind !== 'unknown' || !isPhaseByValues(voxels, columns)) return null;
  return { code: 'unmeasurable', kind: 'phase', by: 'values' };
}

/** Returns the values of a stack's slices by their index; each file is opened once if its slices are consecutive. */
function decoder({ stack, files, codecs }: Reading): (index: number) => Promise<Float32Array> {
  const { columns, rows } = stack.slices[0].image.format;
  let opened = { file: -1, dataset: new Uint8Array() as Uint8Array, image: null as DicomImage | null };
  return async (index) => {
    const { file, frame, info } = stack.slices[index];
    if (opened.file !== file) {
      const part10 = openPart10(await readWhole(files[file]));
      opened = { file, dataset: part10.dataset, image: readImage(part10) };
    }
    const { image, dataset } = opened;
    if (!image) throw new StackError({ code: 'fileChanged' });
    if (image.format.columns !== columns || image.format.rows !== rows) {
      throw new StackError({ code: 'fileChanged' });
    }
    const stored = await decodeFrame(image, dataset, frame, codecs);
    return toRealValues(stored, image.format, info.slope, info.intercept);
  };
}

async function loadDicom(
  reading: Reading,
  geometry: StackGeometry,
  { signal, onProgress }: ReadOptions,
): Promise<LoadedStack> {
  const { stack, files } = reading;
  const { columns, rows } = stack.slices[0].image.format;
  const perSlice = columns * rows;
  const voxels = new Float32Array(perSlice * geometry.order.length);
  const decode = decoder(reading);
  for (const [k, index] of geometry.order.entries()) {
    throwIfAborted(signal);
    if (index === null) continue;
    try {
      voxels.set(await decode(index), k * perSlice);
    } catch (error) {
      if (!(error instanceof ScarcastError) || error instanceof CodecLoadError) throw error;
      const file = files[stack.slices[index].file].path;
      const why = error.reason as FileReason;
      throw new StackError({ code: 'sliceUnreadable', slice: k + 1, file, why }, { cause: error });
    }
    onProgress?.(k + 1, geometry.order.length);
  }
  fillMissing(voxels, perSlice, geometry.order);
  const noData = takeOutNoData(voxels);
  const stored: Volume = {
    ...dicomGrid([columns, rows, geometry.order.length], geometry),
    voxels,
    ...(noData ? { noData } : {}),
  };
  const arrangement = standardArrangement(stored, AS_STORED);
  const source: StackSource = { kind: 'dicom', positions: slicePositions(stack, geometry) };
  return {
    volume: arrangedVolume(stored, arrangement),
    source: isAsStored(arrangement) ? source : { ...source, arrangement },
    warnings: [...stackWarnings(stack, geometry, stored), ...(noData ? [noDataWarning(noData)] : [])],
  };
}

/** The grid as the files give it; lengths that no heart's image has count as unknown. */
function dicomGrid(size: Vector3, { spacing, frame, sliceMm }: StackGeometry): Grid {
  if (!isPossibleVoxel(spacing)) {
    return { size, spacing: assumedSpacing(size, spacing), frame, lengthsUnknown: 'impossible' };
  }
  return { size, spacing, frame, ...(sliceMm ? { sliceMm } : {}) };
}

function stackWarnings(stack: SliceStack, geometry: StackGeometry, { lengthsUnknown }: Grid): StackWarning[] {
  const warnings: StackWarning[] = [...geometry.warnings];
  const series = new Set(stack.slices.map(({ image }) => image.seriesUid)).size;
  if (lengthsUnknown) warnings.push({ code: 'lengthsUnknown', why: lengthsUnknown });
  if (stack.repeats.length > 0) warnings.push({ code: 'slicesRepeated', repeats: stack.repeats });
  if (stack.outside.length > 0) warnings.push({ code: 'slicesOutside', outside: stack.outside });
  if (series > 1 && series < stack.slices.length) warnings.push({ code: 'seriesJoined', series });
  if (stack.slices.some(({ placement }) => placement.bySliceLocation)) warnings.push({ code: 'placedBySliceLocation' });
  if (stack.kind === 'derived') warnings.push({ code: 'derivedMeasured' });
  return warnings;
}

/** A filled-in slice is half way between its neighbours. */
function slicePositions(stack: SliceStack, { order }: StackGeometry): Vector3[] {
  const at = (k: number): Vector3 | undefined => {
    const index = order[k];
    return index === null ? undefined : stack.slices[index].placement.position;
  };
  return order.map((_, k): Vector3 => {
    const own = at(k);
    const [before, after] = [own ?? at(k - 1) ?? [0, 0, 0], own ?? at(k + 1) ?? [0, 0, 0]];
    return [(before[0] + after[0]) / 2, (before[1] + after[1]) / 2, (before[2] + after[2]) / 2];
  });
}

async function readStackOrigin({ stack, files }: Reading, geometry: StackGeometry, made: Date): Promise<ArchiveOrigin> {
  const identity = readArchiveIdentity(await readWhole(files[stack.slices[0].file]));
  const slices = geometry.order.map((index) => {
    if (index === null) return null;
    const { image, frame } = stack.slices[index];
    const { sopClassUid, sopInstanceUid, seriesUid, format } = image;
    return { sopClassUid, sopInstanceUid, seriesUid, frame: format.frames > 1 ? frame + 1 : null };
  });
  return { ...identity, slices, made };
}

/** A missing slice becomes the mean of its neighbours; the geometry's warnings say so. */
function fillMissing(voxels: Float32Array, perSlice: number, order: readonly (number | null)[]): void {
  order.forEach((index, k) => {
    if (index !== null) return;
    for (let i = 0; i < perSlice; i++) {
      voxels[k * perSlice + i] = (voxels[(k - 1) * perSlice + i] + voxels[(k + 1) * perSlice + i]) / 2;
    }
  });
}
