import type { DicomImage, FrameInfo, FramePlacement } from './dicomImage.ts';
import { groupByPosition, isParallel } from './geometry.ts';

/** One frame of one file. */
export interface Slice {
  /** Index of the file among those given. */
  readonly file: number;
  readonly frame: number;
  readonly image: DicomImage;
  readonly info: FrameInfo;
  readonly placement: FramePlacement;
}

/** Parallel slices of one size, one a position, by increasing position along the normal. */
export interface SliceStack {
  readonly slices: readonly Slice[];
  /** Which of how many stacks at the same places this is, from 1: phases of a cine, or magnitude and PSIR. */
  readonly part: number;
  readonly parts: number;
  /** Positions that were scanned more than once; the last scan of each was taken. */
  readonly repeated: number;
}

/** Frames without a place in the patient, not from MR, or of several slices in one picture, of one series. */
export interface Unplaced {
  readonly image: DicomImage;
  readonly count: number;
}

/**
 * Sorts frames into stacks by geometry: series, size, orientation, spacing and position along the normal, never by
 * instance number. Series of one slice each that lie parallel and have one name make one stack. Only where positions
 * repeat are stacks split, by kind of image, echo, or time.
 */
export function groupSlices(images: readonly DicomImage[]): { stacks: SliceStack[]; unplaced: Unplaced[] } {
  const unplaced = new Map<string, { image: DicomImage; count: number }>();
  const groups: Slice[][] = [];
  const bySeries = new Map<string, Slice[][]>();
  images.forEach((image, file) => {
    image.frames.forEach((info, frame) => {
      const { placement } = info;
      const series = seriesKey(image);
      if (!placement || image.modality !== 'MR' || isMosaic(info)) {
        const entry = unplaced.get(series) ?? { image, count: 0 };
        entry.count += 1;
        unplaced.set(series, entry);
        return;
      }
      const slice: Slice = { file, frame, image, info, placement };
      const own = bySeries.get(series) ?? [];
      bySeries.set(series, own);
      const group = own.find(([first]) => canShare(first, slice));
      if (group) group.push(slice);
      else {
        own.push([slice]);
        groups.push(own[own.length - 1]);
      }
    });
  });
  const stacks = mergeBreathHolds(groups).flatMap((group) => splitRepeats(group));
  return { stacks, unplaced: [...unplaced.values()] };
}

/**
 * A number and a name that two series of a study share make them one: some archives give each phase a UID of its own.
 * Some anonymisers give all files the same UIDs, so the person counts too.
 */
function seriesKey({ studyUid, patientName, seriesUid, seriesNumber, description }: DicomImage): string {
  const numbered = seriesNumber > 0 && description !== '';
  return JSON.stringify([patientName, studyUid, ...(numbered ? [seriesNumber, description] : [seriesUid])]);
}

/** Siemens: all slices of a volume side by side in one picture. */
export const isMosaic = ({ imageType }: FrameInfo): boolean => /(^|\\)MOSAIC(\\|$)/.test(imageType);

function canShare(a: Slice, b: Slice): boolean {
  const { columns, rows } = a.image.format;
  return columns === b.image.format.columns && rows === b.image.format.rows && isParallel(a.placement, b.placement);
}

/** Most slices that are taken in one breath-hold, where each breath-hold is a series. */
const MOST_PER_BREATH_HOLD = 3;

/** Some scanners export each breath-hold as a series of its own. */
function mergeBreathHolds(groups: readonly Slice[][]): Slice[][] {
  const merged: Slice[][] = [];
  const parts: Slice[][] = [];
  for (const group of groups) {
    const count = groupByPosition(group).length;
    if (count > MOST_PER_BREATH_HOLD) {
      merged.push(group);
      continue;
    }
    const partner = parts.find(
      (part) =>
        part[0].image.studyUid === group[0].image.studyUid &&
        part[0].image.patientName === group[0].image.patientName &&
        nameWithoutLevel(part[0].image) === nameWithoutLevel(group[0].image) &&
        canShare(part[0], group[0]) &&
        // Several slices at the places of others are another scan, not more of the stack.
        (count === 1 || groupByPosition([...part, ...group]).length === groupByPosition(part).length + count),
    );
    if (partner) partner.push(...group);
    else parts.push([...group]);
  }
  return [...merged, ...parts];
}

/** Words for a slice's place along the heart, by which the series of one stack differ. */
const LEVELS =
  /basis|basal|base|mid\w*|mitte|mittig|apikal|apical|apex|spitze|基底部?|中[间間]?部?|心尖部?|心基部|心室中部/g;

const nameWithoutLevel = (image: DicomImage): string =>
  image.description
    .toLowerCase()
    .replace(LEVELS, ' ')
    .replace(/[\d\s_.,:#()-]+/g, ' ')
    .trim();

/** What may tell apart slices at one place, in the order in which it is asked. */
const KINDS: readonly ((slice: Slice) => string)[] = [
  (slice) => slice.info.imageType,
  (slice) => slice.image.words.toLowerCase(),
  (slice) => String(slice.info.echoTime),
  (slice) => String(slice.info.temporalPosition),
];

function splitRepeats(group: readonly Slice[]): SliceStack[] {
  const positions = groupByPosition(group);
  const most = Math.max(...positions.map((at) => at.length));
  if (most === 1) return [{ slices: positions.flat(), part: 1, parts: 1, repeated: 0 }];
  for (const kind of KINDS) {
    const parts = new Map<string, Slice[]>();
    for (const slice of group) {
      const part = parts.get(kind(slice));
      if (part) part.push(slice);
      else parts.set(kind(slice), [slice]);
    }
    // A value that goes with the place (an inversion time for each slice, say) tells no stacks apart.
    const whole = [...parts.values()].every((part) => groupByPosition(part).length === positions.length);
    if (parts.size > 1 && whole) {
      const keys = [...parts.keys()].sort(byNumberThenText);
      return number(keys.flatMap((key) => splitRepeats(parts.get(key) ?? [])));
    }
  }
  for (const at of positions) at.sort(byTime);
  const repeats = positions.filter((at) => at.length > 1).length;
  if (repeats * 2 < positions.length) {
    const last = positions.map((at) => at[at.length - 1]);
    return [{ slices: last, part: 1, parts: 1, repeated: repeats }];
  }
  const ranks = Array.from({ length: most }, (_, rank) => positions.flatMap((at) => (at[rank] ? [at[rank]] : [])));
  return number(ranks.map((slices) => ({ slices, part: 1, parts: 1, repeated: 0 })));
}

function number(stacks: readonly SliceStack[]): SliceStack[] {
  return stacks.map((stack, i) => ({ ...stack, part: i + 1, parts: stacks.length }));
}

function byNumberThenText(a: string, b: string): number {
  return Number(a) - Number(b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** Phase, delay after the R wave, clock, inversion time, and at last the order in which the scanner counted. */
function byTime(a: Slice, b: Slice): number {
  const keys: readonly ((slice: Slice) => number)[] = [
    (slice) => slice.info.temporalPosition ?? 0,
    (slice) => slice.info.triggerTime ?? 0,
    (slice) => Number(slice.info.acquisitionTime) || 0,
    (slice) => slice.info.inversionTime ?? 0,
    (slice) => slice.image.instanceNumber,
    (slice) => slice.frame,
  ];
  for (const key of keys) {
    const difference = key(a) - key(b);
    if (difference !== 0) return difference;
  }
  return a.image.sopInstanceUid < b.image.sopInstanceUid ? -1 : 1;
}
