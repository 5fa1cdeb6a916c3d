import { planeOf, readNames, type Plane } from '../../core/dicom/choosing.ts';
import { CodecLoadError, makeCodecs, type Codecs, type LoadWasm } from '../../core/dicom/codecs.ts';
import type { ArchiveOrigin } from '../../core/dicom/exportOrigin.ts';
import { LEAST_SLICES } from '../../core/dicom/grouping.ts';
import { openPart10 } from '../../core/dicom/part10.ts';
import { decodeFrame } from '../../core/dicom/pixels.ts';
import {
  readSegmentationHeader,
  readSegmentationLabels,
  SegmentationElsewhereError,
} from '../../core/dicom/readSegmentation.ts';
import { NOTHING_TOLD } from '../../core/dicom/toldPatient.ts';
import { ScarcastError } from '../../core/errors.ts';
import { AS_STORED, arrangedBytes, storedBytes, storedGrid } from '../../core/volume/arrangement.ts';
import { cross } from '../../core/volume/vectors.ts';
import type { Grid } from '../../core/volume/volume.ts';
import { isSameGrid } from './companion.ts';
import { dicomEntries } from './dicomSeries.ts';
import { choose, reasonOf, type Entry, type LoadedStack } from './entries.ts';
import { readWhole, StackError } from './fileBytes.ts';
import { readHeaders, throwIfAborted, type Found, type ReadOptions } from './headers.ts';
import { mappedLabels, mappingOf } from './masks.ts';
import type { FileReason, MaskValue, Obstacle, RefusedCount, StackWarning, StudyWarning } from './reasons.ts';
import type { InputFile, OfferedMask, RefusedFile, SeriesSummary, Stack, Study, TakenMask } from './study.ts';
import { openVolume, type FoundVolume } from './volumeFiles.ts';

/** A mask that was made on a different image from the one it is wanted for, or does not say. */
export class MaskElsewhereError extends ScarcastError<{ readonly code: 'maskElsewhere' }> {}

export class UnknownSeriesError extends ScarcastError<{ readonly code: 'unknownSeries'; readonly id: string }> {}

/** Where the voxels are for which a mask is wanted. */
export type MaskedImages = Pick<Stack, 'source'> & { readonly volume: Grid };

/** A study whose headers were read; its pixels are read when a series is loaded. */
export interface ReadableStudy {
  readonly study: Study;
  /**
   * Decodes one series into a volume.
   * @param options `mask` is a mask that came with the images, to be the segmentation
   * @throws UnknownSeriesError, StackError, CancelledError, CodecLoadError
   */
  readonly loadStack: (
    seriesId: string,
    options: ReadOptions & { readonly mask?: TakenMask | null | undefined },
  ) => Promise<Stack>;
  /**
   * Reads a mask of these files on images that may be from elsewhere.
   * @param mask one of `offeredMasks`, or of the study's own
   * @throws MaskElsewhereError or DicomError where it was not made on them; UnknownSeriesError, CodecLoadError
   */
  readonly readMaskOn: (mask: TakenMask, images: MaskedImages) => Promise<Uint8Array>;
  /**
   * Reads who and what the images of a series are, for an object that is filed with them.
   * @throws UnknownSeriesError; StackError where the series is not DICOM
   */
  readonly readOrigin: (seriesId: string, made: Date) => Promise<ArchiveOrigin>;
}

/**
 * Reads the headers of the dropped files (folders already walked; zips are opened here), sorts them into series, and
 * picks the short-axis late-enhancement stack. Whatever is not an image, is damaged or is of another kind is listed
 * with its reason, and the rest goes on; that nothing usable was found is an ordinary result.
 * @throws CancelledError
 */
export async function readStudy(
  files: readonly InputFile[],
  options: ReadOptions & { readonly loadWasm: LoadWasm },
): Promise<ReadableStudy> {
  const found = await readHeaders(files, options);
  const codecs = makeCodecs(options.loadWasm);
  const entries = [...dicomEntries(found, codecs), ...volumeEntries(found.volumes)];
  const chosen = await choose(entries);
  const series = entries.map((entry, i): SeriesSummary => ({
    ...entry.summary,
    id: `series-${i + 1}`,
    chosen: entry === chosen,
    usable: entry.obstacle === null,
    why: reasonOf(entry, chosen),
  }));
  const indexOf = (seriesId: string): number => {
    const index = series.findIndex(({ id }) => id === seriesId);
    if (index < 0) throw new UnknownSeriesError({ code: 'unknownSeries', id: seriesId });
    return index;
  };
  const volumeOf = (seriesId: string): FoundVolume =>
    found.volumes[indexOf(seriesId) - (entries.length - found.volumes.length)];
  return {
    study: {
      series,
      refused: found.refused,
      patients: Object.fromEntries(series.map(({ id }, i) => [id, shownName(entries[i].patientName)])),
      told: Object.fromEntries(series.map(({ id }, i) => [id, entries[i].told])),
      segmentations: found.segmentations.map(({ path }) => path),
      masks: offeredMasks(found.volumes, series.slice(entries.length - found.volumes.length)),
      warnings: studyWarnings(found),
    },
    async loadStack(seriesId, { mask, ...loadOptions }) {
      const index = indexOf(seriesId);
      const { load, summary } = entries[index];
      if (!load) throw new StackError({ code: 'seriesNotOpened', number: summary.number });
      const stack = await load(loadOptions);
      const { labels, warnings } = mask
        ? {
            labels: labelsOfMask(await openVolume(volumeOf(mask.id)), mask.values, stack),
            warnings: [{ code: 'labelsFromMask', values: mask.values } as const],
          }
        : await readLabels(found.segmentations, stack, codecs);
      const { volume, source, warnings: own } = stack;
      return {
        volume,
        source,
        labels,
        warnings: [...studyWarnings(found), ...own, ...warnings],
        refused: countedByReason(found.refused),
        series: series[index],
      };
    },
    async readMaskOn(mask, images) {
      const { segmentations } = found;
      const at = segmentations.findIndex((_, i) => segmentationId(i) === mask.id);
      if (at >= 0) return labelsOfSegmentation(segmentations[at], images, codecs);
      return labelsOfMask(await openVolume(volumeOf(mask.id)), mask.values, images);
    },
    async readOrigin(seriesId, made) {
      const { origin } = entries[indexOf(seriesId)];
      if (!origin) throw new StackError({ code: 'noArchive' });
      return origin(made);
    },
  };
}

/** 'Yamada^Tarou=山田^太郎=やまだ^たろう' as 'Yamada Tarou (山田 太郎, やまだ たろう)'. */
function shownName(name: string): string {
  const parts = name.split('=').map((part) =>
    part
      .split('^')
      .filter((word) => word !== '')
      .join(' '),
  );
  const [first, ...others] = parts.filter((part) => part.trim() !== '');
  if (first === undefined) return '';
  return others.length > 0 ? `${first} (${others.join(', ')})` : first;
}

interface ReadLabels {
  readonly labels: Uint8Array | null;
  readonly warnings: readonly StackWarning[];
}

/** The labels of the last segmentation that was made on this stack. One that is elsewhere is skipped. */
async function readLabels(
  segmentations: readonly InputFile[],
  stack: LoadedStack,
  codecs: Codecs,
): Promise<ReadLabels> {
  let labels: Uint8Array | null = null;
  const warnings: StackWarning[] = [];
  for (const file of segmentations) {
    try {
      labels = await labelsOfSegmentation(file, stack, codecs);
    } catch (error) {
      if (!(error instanceof ScarcastError) || error instanceof CodecLoadError) throw error;
      if (!(error instanceof SegmentationElsewhereError))
        warnings.push({ code: 'segmentationPassedOver', why: error.reason as FileReason });
    }
  }
  if (labels) warnings.push({ code: 'labelsFromSegmentation' });
  else if (segmentations.length > 0) warnings.push({ code: 'noSegmentationHere' });
  return { labels, warnings };
}

/** Throws DicomError where it cannot be read, or is elsewhere; CodecLoadError. */
async function labelsOfSegmentation(
  file: InputFile,
  { volume, source }: MaskedImages,
  codecs: Codecs,
): Promise<Uint8Array> {
  const arrangement = source.arrangement ?? AS_STORED;
  const grid = storedGrid(volume, arrangement);
  const positions = source.kind === 'dicom' ? source.positions : null;
  const bytes = await readWhole(file);
  const header = readSegmentationHeader(bytes);
  const { dataset } = openPart10(bytes);
  const stored = await readSegmentationLabels(header, grid, positions, (frame) =>
    decodeFrame(header.image, dataset, frame, codecs),
  );
  return arrangedBytes(stored, grid.size, arrangement);
}

/**
 * If both give their orientation in the patient, the mask must fit the image; otherwise voxels correspond in the order
 * of both files, whatever order their headers would give.
 * @throws MaskElsewhereError
 */
function labelsOfMask(mask: LoadedStack, values: readonly MaskValue[], { volume, source }: MaskedImages): Uint8Array {
  const drawn = mappedLabels(mask.volume.voxels, values);
  if (mask.volume.frame !== null && volume.frame !== null) {
    if (!isSameGrid(volume, mask.volume)) throw new MaskElsewhereError({ code: 'maskElsewhere' });
    return drawn;
  }
  const arrangement = source.arrangement ?? AS_STORED;
  const maskArrangement = mask.source.arrangement ?? AS_STORED;
  const [image, stored] = [storedGrid(volume, arrangement), storedGrid(mask.volume, maskArrangement)];
  if (source.kind !== mask.source.kind || stored.size.some((n, axis) => n !== image.size[axis])) {
    throw new MaskElsewhereError({ code: 'maskElsewhere' });
  }
  const inFile = storedBytes(drawn, mask.volume.size, maskArrangement);
  return arrangedBytes(inFile, image.size, arrangement);
}

const segmentationId = (index: number): string => `segmentation-${index + 1}`;

/** The masks and segmentations in files that hold nothing else; null where they do. */
export function masksAlone({ series, refused, segmentations, masks }: Study): readonly OfferedMask[] | null {
  if (refused.length > 0 || series.length !== masks.length || masks.length + segmentations.length === 0) return null;
  return [...segmentations.map((path, i) => ({ id: segmentationId(i), path, values: [] })), ...masks];
}

function offeredMasks(volumes: readonly FoundVolume[], series: readonly SeriesSummary[]): OfferedMask[] {
  return volumes.flatMap(({ file, kind, values }, i) => {
    const mapping = kind === 'mask' ? mappingOf(values) : null;
    return mapping ? [{ id: series[i].id, path: file.path, values: mapping }] : [];
  });
}

function volumeObstacle({ grid, kind, values }: FoundVolume): Obstacle | null {
  const [, , slices] = grid.size;
  if (kind === 'mask') return { code: 'mask', values };
  if (kind === 'phase') return { code: 'unmeasurable', kind, by: 'values' };
  return slices < LEAST_SLICES ? { code: 'fewSlices', slices } : null;
}

function volumeEntries(volumes: readonly FoundVolume[]): Entry[] {
  const files = [...new Set(volumes.map(({ file }) => file))];
  return volumes.map((found): Entry => {
    const { file, grid, format, description, kind, index } = found;
    const { size, spacing, frame, lengthsUnknown } = grid;
    const named = readNames(description, kind === 'mask' ? 'unknown' : kind);
    // Without a frame the plane is unknown, and there is nothing against it.
    const plane: Plane = frame ? planeOf(cross(frame.columnStep, frame.rowStep)) : 'perhaps short axis';
    return {
      summary: {
        number: 0,
        description: '',
        fileVolume: {
          code: 'fileVolume',
          format,
          file: files.length > 1 ? files.indexOf(file) + 1 : null,
          volume: found.volumes > 1 ? index + 1 : null,
        },
        slices: size[2],
        columns: size[0],
        rows: size[1],
        spacing: lengthsUnknown ? [0, 0, 0] : spacing,
        contrast: named.contrast,
        kind,
      },
      obstacle: volumeObstacle(found),
      candidate: { named, plane, slices: size[2], gap: lengthsUnknown ? 0 : spacing[2] },
      placed: frame !== null,
      from: 'volume',
      patientName: '',
      told: NOTHING_TOLD,
      acquiredSeconds: null,
      look: null,
      origin: null,
      async load({ signal, onProgress }) {
        throwIfAborted(signal);
        const opened = await openVolume(found);
        onProgress?.(1, 1);
        return opened;
      },
    };
  });
}

/** The names of other files are left out with all others. */
function countedByReason(refused: readonly RefusedFile[]): RefusedCount[] {
  const counts = new Map<string, { why: FileReason; files: number }>();
  for (const { why } of refused) {
    const plain: FileReason =
      why.code === 'sameImage' ? { ...why, path: '' } : why.code === 'voxelsInOtherFile' ? { ...why, file: '' } : why;
    const key = JSON.stringify(plain);
    const same = counts.get(key);
    if (same) same.files += 1;
    else counts.set(key, { why: plain, files: 1 });
  }
  return [...counts.values()];
}

function studyWarnings({ dicoms, lost }: Found): StudyWarning[] {
  const images = dicoms.map(({ image }) => image);
  const warnings: StudyWarning[] = [];
  const studies = new Set(images.map((image) => image.studyUid)).size;
  // Pseudonymised images have an id and no name, others a name and no id.
  const patients = new Set(images.map(({ patientName, patientId }) => JSON.stringify([patientName, patientId]))).size;
  if (patients > 1) warnings.push({ code: 'severalPatients', patients, studies });
  else if (studies > 1) warnings.push({ code: 'severalStudies', studies });
  const sizes = new Map<string, Set<string>>();
  for (const { seriesUid, format, frames } of images) {
    // Only stacks are mentioned: screenshots of several sizes in one series are common and harmless.
    if (frames.every(({ placement }) => placement === null)) continue;
    sizes.set(seriesUid, (sizes.get(seriesUid) ?? new Set()).add(`${format.columns} x ${format.rows}`));
  }
  const numbers = new Map(images.map((image) => [image.seriesUid, image.seriesNumber]));
  for (const [uid, found] of sizes) {
    if (found.size > 1) warnings.push({ code: 'severalSizes', series: numbers.get(uid) ?? 0, sizes: [...found] });
  }
  if (lost.length > 0) warnings.push({ code: 'imagesDamaged', count: lost.length });
  return warnings;
}
