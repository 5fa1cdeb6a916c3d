import {
  LEAST_SCORE,
  planeOf,
  readNames,
  scoreOf,
  type Candidate,
  type Named,
  type Plane,
} from '../../core/dicom/choosing.ts';
import { CodecLoadError, makeCodecs, type Codecs, type LoadWasm } from '../../core/dicom/codecs.ts';
import { DicomError, OtherKindError } from '../../core/dicom/dicomError.ts';
import { readDicomImage, readImage, type DicomImage } from '../../core/dicom/dicomImage.ts';
import { readArchiveIdentity, type ArchiveOrigin } from '../../core/dicom/exportOrigin.ts';
import { cross, normalOf, stackGeometry, type StackGeometry } from '../../core/dicom/geometry.ts';
import { groupSlices, isMosaic, type SliceStack, type Unplaced } from '../../core/dicom/grouping.ts';
import { openPart10 } from '../../core/dicom/part10.ts';
import { endsWithDelimiter } from '../../core/dicom/pixelLocation.ts';
import { decodeFrame, toRealValues } from '../../core/dicom/pixels.ts';
import {
  isSegmentation,
  readSegmentationHeader,
  readSegmentationLabels,
  SegmentationElsewhereError,
} from '../../core/dicom/segmentationObject.ts';
import { CancelledError, ScarcastError, SentenceError } from '../../core/errors.ts';
import { gunzipBounded, isGzip, isNifti, readNifti } from '../../core/nifti/nifti.ts';
import { isNrrd, readNrrd } from '../../core/nrrd/nrrd.ts';
import { LABEL_COUNT, type Grid, type Vector3, type Volume } from '../../core/volume/volume.ts';
import type { Contrast, InputFile, RefusedFile, SeriesSummary, Stack, StackSource, Study } from './study.ts';
import { isZip, zipFiles } from './zipFiles.ts';

export class UnknownSeriesError extends SentenceError {
  readonly code = 'unknownSeries';
}

/** A series cannot be opened as a stack, or a file of it is damaged; the message says which and why. */
export class StackError extends SentenceError {
  readonly code = 'stack';
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told after each file, or slice, how many of how many are done. Zips add to the whole as they are opened. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A study whose headers were read; its pixels are read when a series is loaded. */
export interface OpenStudy {
  readonly study: Study;
  /**
   * Decodes one series into a volume.
   * @throws UnknownSeriesError, StackError, CancelledError, CodecLoadError
   */
  readonly loadStack: (seriesId: string, options: ReadOptions) => Promise<Stack>;
  /**
   * Reads who and what the images of a series are, for an object that is filed beside them.
   * @throws UnknownSeriesError; StackError where the series is no DICOM
   */
  readonly readOrigin: (seriesId: string, made: Date) => Promise<ArchiveOrigin>;
}

/** Fewer slices than this are no stack of a heart. */
const LEAST_SLICES = 3;
/** As many stacks at the same places are phases of a moving heart; two may be PSIR and magnitude. */
const LEAST_PHASES = 3;
/** 1024 x 1024 x 32: 128 MB of float32. */
const MAX_STACK_VOXELS = 2 ** 25;
/** The largest file that is ever read whole: with one stack's voxels, what bounds the memory. A zip is read in parts. */
const MAX_FILE_BYTES = 2 ** 30;
/** How much of a file's beginning is read for its header: nearly always enough, then what the largest headers need. */
const HEADER_BYTES = [2 ** 16, 2 ** 20] as const;
/** Beginnings of so many files are asked for at a time: a browser takes longest over handing each out. */
const READ_AHEAD_FILES = 8;
/** Compressed pixels end, padding aside, within so many bytes of the file's end. */
const TAIL_BYTES = 1024;

/**
 * Reads the headers of the dropped files (folders already walked; zips are opened here), sorts them into series, and
 * picks the short-axis late-enhancement stack. Whatever is no image, is damaged or is of another kind is listed with its
 * reason and the rest goes on; that nothing usable was found is an ordinary result.
 * @throws CancelledError
 */
export async function readStudy(
  files: readonly InputFile[],
  options: ReadOptions & { readonly loadWasm: LoadWasm },
): Promise<OpenStudy> {
  const found = await readHeaders(files, options);
  const codecs = makeCodecs(options.loadWasm);
  const entries = [...dicomEntries(found, codecs), ...volumeEntries(found.volumes)];
  const chosen = choose(entries);
  const series = entries.map((entry, i): SeriesSummary => ({
    ...entry.summary,
    id: `series-${i + 1}`,
    chosen: entry === chosen,
    usable: entry.obstacle === null,
    reason: reasonFor(entry, chosen),
  }));
  const indexOf = (seriesId: string): number => {
    const index = series.findIndex(({ id }) => id === seriesId);
    if (index < 0) throw new UnknownSeriesError(`This study has no series '${seriesId}'.`);
    return index;
  };
  return {
    study: {
      series,
      refused: found.refused,
      patients: Object.fromEntries(series.map(({ id }, i) => [id, shownName(entries[i].patientName)])),
      segmentations: found.segmentations.map(({ path }) => path),
      warnings: studyWarnings(found.dicoms.map(({ image }) => image)),
    },
    async loadStack(seriesId, loadOptions) {
      const index = indexOf(seriesId);
      const { load, summary } = entries[index];
      if (!load) throw new StackError(`Series ${summary.number} cannot be opened: ${series[index].reason}`);
      const stack = await load(loadOptions);
      const { labels, warnings } = await readLabels(found.segmentations, stack, codecs);
      return { ...stack, labels, warnings: [...stack.warnings, ...warnings], series: series[index] };
    },
    async readOrigin(seriesId, made) {
      const { origin } = entries[indexOf(seriesId)];
      if (!origin) throw new StackError('Only images that came as DICOM have an archive to go back to.');
      return origin(made);
    },
  };
}

type VolumeFormat = 'NIfTI' | 'NRRD';

interface Found {
  readonly dicoms: { readonly file: InputFile; readonly image: DicomImage }[];
  readonly volumes: {
    readonly file: InputFile;
    readonly grid: Grid;
    readonly format: VolumeFormat;
    readonly description: string;
  }[];
  readonly segmentations: InputFile[];
  readonly refused: RefusedFile[];
}

async function readHeaders(files: readonly InputFile[], { signal, onProgress }: ReadOptions): Promise<Found> {
  const found: Found = { dicoms: [], volumes: [], segmentations: [], refused: [] };
  const queue = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const inZip = new Set<InputFile>();
  const firstPath = new Map<string, string>();
  const readAhead = new Map<InputFile, Promise<Uint8Array>>();
  for (let i = 0; i < queue.length; i++) {
    throwIfAborted(signal);
    const file = queue[i];
    for (const next of queue.slice(i, i + READ_AHEAD_FILES)) {
      if (readAhead.has(next)) continue;
      const reading = readBeginning(next);
      // What is wrong with it is said when its turn comes.
      reading.catch(() => undefined);
      readAhead.set(next, reading);
    }
    try {
      const beginning = (await readAhead.get(file)) ?? new Uint8Array();
      if (isZip(beginning)) {
        if (inZip.has(file)) throw new StackError('A zip inside a zip. Unpack it first.');
        const inside = await zipFiles(file);
        for (const one of inside) inZip.add(one);
        queue.splice(i + 1, 0, ...inside);
      } else if (isGzip(beginning) || isNifti(beginning) || isNrrd(beginning)) {
        await readPackedOrVolume(file, found, firstPath);
      } else {
        addDicom(file, await readDicomHeader(file, beginning), found, firstPath);
      }
    } catch (error) {
      if (!(error instanceof ScarcastError)) throw error;
      found.refused.push({ path: file.path, reason: error.message });
    }
    readAhead.delete(file);
    onProgress?.(i + 1, queue.length);
  }
  throwIfAborted(signal);
  return found;
}

async function readBeginning(file: InputFile): Promise<Uint8Array> {
  if (file.size === 0) throw new StackError('The file is empty.');
  const bytes = await readPart(file, 0, HEADER_BYTES[0]);
  if (bytes.length === 0) throw new StackError('The file is empty.');
  return bytes;
}

/** @throws StackError where the system does not give it. */
async function readPart(file: InputFile, start: number, end: number): Promise<Uint8Array> {
  try {
    return await file.read(start, Math.min(end, file.size));
  } catch (error) {
    if (error instanceof ScarcastError) throw error;
    throw new StackError('The file could not be read: it was moved, or may not be opened.', { cause: error });
  }
}

/** @throws StackError where it is larger than anything that is opened, before any of it is read. */
async function readWhole(file: InputFile): Promise<Uint8Array> {
  if (file.size > MAX_FILE_BYTES) {
    throw new StackError(`The file has more than ${MAX_FILE_BYTES / 2 ** 30} GB, the most that is opened.`);
  }
  const bytes = await readPart(file, 0, file.size);
  if (bytes.length === 0) throw new StackError('The file is empty.');
  return isGzip(bytes) ? gunzipBounded(bytes) : bytes;
}

async function readPackedOrVolume(file: InputFile, found: Found, firstPath: Map<string, string>): Promise<void> {
  const bytes = await readWhole(file);
  if (!isNifti(bytes) && !isNrrd(bytes)) {
    addDicom(file, readDicomImage(bytes), found, firstPath);
    return;
  }
  const { volume, format, description } = readVolumeFile(bytes);
  if (isLabels(volume)) throw new StackError('Holds labels, not grey values: a mask, not an image.');
  const { size, spacing, frame } = volume;
  found.volumes.push({ file, grid: { size, spacing, frame }, format, description });
}

/** A file that holds one volume whole. */
function readVolumeFile(bytes: Uint8Array): {
  volume: Volume;
  format: VolumeFormat;
  source: StackSource;
  description: string;
} {
  if (isNrrd(bytes)) return { volume: readNrrd(bytes), format: 'NRRD', source: { kind: 'nrrd' }, description: '' };
  const { volume, header, description } = readNifti(bytes);
  return { volume, format: 'NIfTI', source: { kind: 'nifti', header }, description };
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

function addDicom(file: InputFile, image: DicomImage, found: Found, firstPath: Map<string, string>): void {
  const identity = identityOf(image);
  const copyOf = firstPath.get(identity);
  if (copyOf) throw new StackError(`The same image as ${copyOf}.`);
  firstPath.set(identity, file.path);
  if (isSegmentation(image)) found.segmentations.push(file);
  else found.dicoms.push({ file, image });
}

/** Two files with all of this the same are copies. The UID alone is not enough: some anonymisers give all files one. */
function identityOf({ sopInstanceUid, seriesUid, patientName, instanceNumber, words, frames }: DicomImage): string {
  return JSON.stringify([
    sopInstanceUid,
    seriesUid,
    patientName,
    instanceNumber,
    words,
    frames.map(({ placement }) => placement?.position),
  ]);
}

/** A mask that lies beside its image: whole numbers, all of them labels. A real image has more grey values. */
function isLabels(volume: Volume): boolean {
  return volume.voxels.every((value) => Number.isInteger(value) && value >= 0 && value < LABEL_COUNT);
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}

/** A series on its way to the list. */
interface Entry {
  readonly summary: Omit<SeriesSummary, 'id' | 'chosen' | 'usable' | 'reason'>;
  /** Why it is not offered, null where it is. */
  readonly obstacle: string | null;
  readonly candidate: Candidate | null;
  readonly kind: 'dicom' | 'volume';
  /** As in `DicomImage`; '' for a volume. */
  readonly patientName: string;
  /** null where there is no grid to load it into. A cine's phase can be loaded, though it is not offered. */
  readonly load: ((options: ReadOptions) => Promise<LoadedStack>) | null;
  /** null where it is no DICOM. */
  readonly origin: ((made: Date) => Promise<ArchiveOrigin>) | null;
}

type LoadedStack = Omit<Stack, 'series' | 'labels'>;

function dicomEntries({ dicoms }: Found, codecs: Codecs): Entry[] {
  const { stacks, unplaced } = groupSlices(dicoms.map(({ image }) => image));
  const entries = [
    ...stacks.map((stack) =>
      stackEntry(
        stack,
        dicoms.map(({ file }) => file),
        codecs,
      ),
    ),
    ...unplaced.map(unplacedEntry),
  ];
  return entries.sort(
    (a, b) => a.summary.number - b.summary.number || compareText(a.summary.description, b.summary.description),
  );
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

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function stackEntry(stack: SliceStack, files: readonly InputFile[], codecs: Codecs): Entry {
  const { image, placement, info } = stack.slices[0];
  const { columns, rows } = image.format;
  const geometry = stackGeometry(stack.slices.map((slice) => slice.placement));
  const named = readNames(`${image.description} ${image.words}`, info.imageType);
  const slices = stack.slices.length;
  const known = typeof geometry !== 'string';
  const candidate: Candidate | null = known
    ? { named, plane: planeOf(normalOf(placement)), slices, gap: geometry.spacing[2] }
    : null;
  return {
    summary: {
      number: image.seriesNumber,
      description: image.description,
      slices,
      columns,
      rows,
      spacing: known ? geometry.spacing : [placement.spacing[0], placement.spacing[1], 0],
      contrast: named.contrast,
    },
    obstacle: obstacleOf(stack, geometry, named),
    candidate,
    kind: 'dicom',
    patientName: image.patientName,
    load: known ? (options) => loadDicom(stack, geometry, files, codecs, options) : null,
    origin: known ? (made) => readStackOrigin(stack, geometry, files, made) : null,
  };
}

function obstacleOf(stack: SliceStack, geometry: StackGeometry | string, named: Named): string | null {
  if (stack.parts >= LEAST_PHASES) {
    return `phase ${stack.part} of ${stack.parts} of a moving series (cine or the like), not late enhancement`;
  }
  if (named.otherKind === 'a localizer') return 'by its name a localizer';
  const also = named.otherKind ? `by its name ${named.otherKind}, and ` : '';
  if (typeof geometry === 'string') return also + geometry;
  if (stack.slices.length < LEAST_SLICES) return `${also}only ${stack.slices.length} slices`;
  const { columns, rows } = stack.slices[0].image.format;
  return columns * rows * geometry.order.length > MAX_STACK_VOXELS ? 'more voxels than can be opened here' : null;
}

function unplacedEntry({ image, count }: Unplaced): Entry {
  const { columns, rows } = image.format;
  const contrast: Contrast = 'unknown';
  return {
    summary: {
      number: image.seriesNumber,
      description: image.description,
      slices: count,
      columns,
      rows,
      spacing: [0, 0, 0],
      contrast,
    },
    obstacle: unplacedObstacle(image),
    candidate: null,
    kind: 'dicom',
    patientName: image.patientName,
    load: null,
    origin: null,
  };
}

function unplacedObstacle({ modality, frames }: DicomImage): string {
  if (modality !== 'MR') return `not MR (${modality || 'no modality given'})`;
  if (frames.some(isMosaic)) return 'a mosaic, many slices side by side in one picture';
  return 'it does not say where its slices lie in the patient (a derived image or a screenshot)';
}

async function loadDicom(
  stack: SliceStack,
  geometry: StackGeometry,
  files: readonly InputFile[],
  codecs: Codecs,
  { signal, onProgress }: ReadOptions,
): Promise<LoadedStack> {
  const { columns, rows } = stack.slices[0].image.format;
  const perSlice = columns * rows;
  const voxels = new Float32Array(perSlice * geometry.order.length);
  let opened = { file: -1, dataset: new Uint8Array() as Uint8Array, image: stack.slices[0].image };
  for (const [k, index] of geometry.order.entries()) {
    throwIfAborted(signal);
    if (index === null) continue;
    const { file, frame, info } = stack.slices[index];
    try {
      if (opened.file !== file) {
        const part10 = openPart10(await readWhole(files[file]));
        opened = { file, dataset: part10.dataset, image: readImage(part10) };
      }
      const { image, dataset } = opened;
      if (image.format.columns !== columns || image.format.rows !== rows) {
        throw new StackError('The file has changed since it was opened: drop the study again.');
      }
      const stored = await decodeFrame(image, dataset, frame, codecs);
      voxels.set(toRealValues(stored, image.format, info.slope, info.intercept), k * perSlice);
    } catch (error) {
      if (!(error instanceof ScarcastError) || error instanceof CodecLoadError) throw error;
      throw new StackError(`Slice ${k + 1} (${files[file].path}): ${error.message}`, { cause: error });
    }
    onProgress?.(k + 1, geometry.order.length);
  }
  fillMissing(voxels, perSlice, geometry.order);
  const warnings = [...geometry.warnings];
  if (stack.repeated > 0) {
    warnings.push(`${stack.repeated} slices were scanned more than once; the last scan of each was taken.`);
  }
  const size = [columns, rows, geometry.order.length] as const;
  return {
    volume: { voxels, size, spacing: geometry.spacing, frame: geometry.frame },
    source: { kind: 'dicom', positions: slicePositions(stack, geometry) },
    warnings,
  };
}

/** A filled-in slice lies half way between its neighbours. */
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

async function readStackOrigin(
  stack: SliceStack,
  geometry: StackGeometry,
  files: readonly InputFile[],
  made: Date,
): Promise<ArchiveOrigin> {
  const identity = readArchiveIdentity(await readWhole(files[stack.slices[0].file]));
  const slices = geometry.order.map((index) => {
    if (index === null) return null;
    const { image, frame } = stack.slices[index];
    const { sopClassUid, sopInstanceUid, seriesUid, format } = image;
    return { sopClassUid, sopInstanceUid, seriesUid, frame: format.frames > 1 ? frame + 1 : null };
  });
  return { ...identity, slices, made };
}

/** The labels of the last segmentation that was made on this stack. One that lies elsewhere is passed over. */
async function readLabels(
  segmentations: readonly InputFile[],
  { volume, source }: LoadedStack,
  codecs: Codecs,
): Promise<{ labels: Uint8Array | null; warnings: string[] }> {
  const grid: Grid = volume;
  const positions = source.kind === 'dicom' ? source.positions : null;
  let labels: Uint8Array | null = null;
  const warnings: string[] = [];
  for (const file of segmentations) {
    try {
      const bytes = await readWhole(file);
      const header = readSegmentationHeader(bytes);
      const { dataset } = openPart10(bytes);
      labels = await readSegmentationLabels(header, grid, positions, (frame) =>
        decodeFrame(header.image, dataset, frame, codecs),
      );
    } catch (error) {
      if (!(error instanceof ScarcastError) || error instanceof CodecLoadError) throw error;
      if (!(error instanceof SegmentationElsewhereError))
        warnings.push(`A segmentation was passed over: ${error.message}`);
    }
  }
  if (labels) warnings.push("The segmentation is that of a DICOM SEG that lay with the images, not the network's.");
  else if (segmentations.length > 0) warnings.push('No segmentation that lay with the images was made on this series.');
  return { labels, warnings };
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

function volumeObstacle([columns, rows, slices]: Vector3): string | null {
  if (slices < LEAST_SLICES) return `only ${slices} slices`;
  return columns * rows * slices > MAX_STACK_VOXELS ? 'more voxels than can be opened here' : null;
}

function volumeEntries(volumes: Found['volumes']): Entry[] {
  return volumes.map(({ file, grid, format, description }, index): Entry => {
    const { size, spacing, frame } = grid;
    const named = readNames(description, '');
    // Without a frame the plane is unknown, and nothing speaks against it.
    const plane: Plane = frame ? planeOf(cross(frame.columnStep, frame.rowStep)) : 'perhaps short axis';
    return {
      summary: {
        number: 0,
        // Neither the file's name nor its free text, which may name the patient: this goes into what is saved.
        description: volumes.length > 1 ? `${format} image ${index + 1}` : `${format} image`,
        slices: size[2],
        columns: size[0],
        rows: size[1],
        spacing,
        contrast: named.contrast,
      },
      obstacle: volumeObstacle(size),
      candidate: { named, plane, slices: size[2], gap: spacing[2] },
      kind: 'volume',
      patientName: '',
      origin: null,
      async load({ signal, onProgress }) {
        throwIfAborted(signal);
        const { volume, source } = readVolumeFile(await readWhole(file));
        onProgress?.(1, 1);
        const warnings = frame
          ? []
          : ['The file does not say how the image lies in the patient: no directions are named.'];
        return { volume, source, warnings };
      },
    };
  });
}

/** The best-scoring stack; where no DICOM stack is convincing, the best volume file, which someone picked by hand. */
function choose(entries: readonly Entry[]): Entry | null {
  const offered = entries.filter((entry) => entry.obstacle === null && entry.candidate !== null);
  const convincing = offered.filter((entry) => score(entry) >= LEAST_SCORE);
  const pool = convincing.length > 0 ? convincing : offered.filter((entry) => entry.kind === 'volume');
  // Of two equals the one with more slices, then the later series: a scan is repeated because the first one failed.
  return pool.reduce<Entry | null>((best, entry) => {
    if (!best) return entry;
    const better =
      score(entry) - score(best) ||
      entry.summary.slices - best.summary.slices ||
      entry.summary.number - best.summary.number;
    return better > 0 ? entry : best;
  }, null);
}

const score = (entry: Entry): number => (entry.candidate ? scoreOf(entry.candidate) : Number.NEGATIVE_INFINITY);

function reasonFor(entry: Entry, chosen: Entry | null): string {
  if (entry.obstacle !== null) return `Left out: ${entry.obstacle}.`;
  if (!entry.candidate) return 'Left out: it has no geometry.';
  const { named, plane, slices, gap } = entry.candidate;
  const stack = `${slices} parallel slices ${gap.toFixed(1)} mm apart`;
  const name = named.lateEnhancement
    ? `named as late enhancement${named.contrast === 'PSIR' ? ' (PSIR)' : ''}`
    : 'with no name that says late enhancement';
  if (entry === chosen) return `Taken: ${stack}, ${PLANE_WORDS[plane]}, ${name}.`;
  if (named.otherKind) return `Left out: by its name ${named.otherKind}. It can be opened by hand.`;
  if (named.longAxis && !named.shortAxis) return 'Left out: by its name a long axis. It can be opened by hand.';
  if (score(entry) < LEAST_SCORE)
    return `Left out: ${stack}, ${PLANE_WORDS[plane]}, ${name}. It can be opened by hand.`;
  const rival = chosen?.candidate?.named.contrast === 'PSIR' && named.contrast !== 'PSIR';
  return rival
    ? `Offered: ${stack}, ${name}, ${named.contrast === 'magnitude' ? 'magnitude' : 'not named as PSIR'}; the PSIR was preferred.`
    : `Offered: ${stack}, ${PLANE_WORDS[plane]}, ${name}; more speaks for the one taken.`;
}

const PLANE_WORDS: Readonly<Record<Plane, string>> = {
  'short axis': "across the heart's long axis",
  'perhaps short axis': "perhaps across the heart's long axis",
  axial: 'axial',
  coronal: 'coronal',
  sagittal: 'sagittal',
  oblique: "not across the heart's long axis",
};

function studyWarnings(images: readonly DicomImage[]): string[] {
  const warnings: string[] = [];
  const studies = new Set(images.map((image) => image.studyUid)).size;
  const people = new Set(images.map((image) => image.patientName)).size;
  if (people > 1) {
    warnings.push(`The files are of ${people} patients in ${studies} studies: see which one was taken.`);
  } else if (studies > 1) {
    warnings.push(`The files are of ${studies} studies, perhaps of several people: see which one was taken.`);
  }
  const sizes = new Map<string, Set<string>>();
  for (const { seriesUid, format, frames } of images) {
    // Only stacks are spoken of: screenshots of several sizes in one series are common and harmless.
    if (frames.every(({ placement }) => placement === null)) continue;
    sizes.set(seriesUid, (sizes.get(seriesUid) ?? new Set()).add(`${format.columns} x ${format.rows}`));
  }
  const numbers = new Map(images.map((image) => [image.seriesUid, image.seriesNumber]));
  for (const [uid, found] of sizes) {
    if (found.size > 1) {
      warnings.push(
        `Series ${numbers.get(uid)} holds images of several sizes (${[...found].join(', ')}): each is a stack by itself.`,
      );
    }
  }
  return warnings;
}
