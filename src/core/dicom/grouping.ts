import type { DicomHeader, FrameInfo, FramePlacement } from './dicomImage.ts';
import { readNames } from './choosing.ts';
import {
  groupByPosition,
  hasSameSpacing,
  isParallel,
  MOST_TILT_DEGREES,
  normalOf,
  stackGeometry,
  tiltDegrees,
  usualPlacement,
} from './geometry.ts';
import { isUnmeasurable, type ImageKind } from './imageKind.ts';
import { dot } from '../volume/vectors.ts';

/** One frame of one file. */
export interface Slice {
  /** Index of the file among those given. */
  readonly file: number;
  readonly frame: number;
  readonly image: DicomHeader;
  readonly info: FrameInfo;
  readonly placement: FramePlacement;
  readonly kind: ImageKind;
}

/** A position that was scanned more than once in one stack: the last scan was used. */
export interface Repeat {
  /** The slice, from 1. */
  readonly slice: number;
  readonly times: number;
  /** When the one in use was scanned, as in `FrameInfo`; null where the files do not say. */
  readonly takenSeconds: number | null;
}

/** Why a slice in or next to a stack is not part of it. */
export type WhyOutside = 'tilted' | 'otherSpacing' | 'otherSize' | 'damaged' | 'otherSeries';

/** Slices in or next to a stack that are not part of it. */
export interface Outside {
  readonly why: WhyOutside;
  /** How many, and where: before its first slice, after its last, or between. */
  readonly count: number;
  readonly where: 'before' | 'behind' | 'between';
  /** Largest tilt against the stack, degrees. */
  readonly degrees: number;
}

/** Parallel slices of one size and kind, one per position, by increasing position along the normal. */
export interface SliceStack {
  readonly slices: readonly Slice[];
  readonly kind: ImageKind;
  /** Which of how many stacks at the same positions this is, from 1. */
  readonly part: number;
  readonly parts: number;
  /** Those stacks are moments of a moving heart. */
  readonly moving: boolean;
  readonly repeats: readonly Repeat[];
  readonly outside: readonly Outside[];
}

/**
 * Frames of one series that have no position in the patient, are not from MR, or show several slices in one picture.
 */
export interface Unplaced {
  readonly image: DicomHeader;
  readonly count: number;
}

/** This many stacks or more at the same positions are moments of a moving heart if their delays differ. */
const LEAST_PHASES = 3;
/** Fewer slices than this do not make a stack of a heart. */
export const LEAST_SLICES = 3;

// What slices are compared with is bounded, so that the work grows linearly with their number.
/** More planes than any series has: slices in others are not placed. */
const MOST_PLANES = 100;
/** More slices than all phases of a stack of breath-holds have together. */
const MOST_SLICES = 1000;
/** More places than the slices of any stack have. */
const MOST_PLACES = 200;
/** More stacks of one name than any study has. */
const MOST_STACKS = 50;

/**
 * Sorts frames into stacks by geometry: series, kind of image, size, orientation, spacing and position along the normal, never by
 * instance number. A stack may be continued in other series of its name that are parallel and where it leaves room.
 * Only where positions repeat are stacks split, by type, echo, or time.
 * @param lost headers of files whose pixels are damaged: they are reported where a stack lacks them
 */
export function groupSlices(
  images: readonly DicomHeader[],
  lost: readonly DicomHeader[],
): { stacks: SliceStack[]; unplaced: Unplaced[] } {
  const unplaced = new Map<string, { image: DicomHeader; count: number }>();
  const groups: Slice[][] = [];
  const bySeries = new Map<string, Slice[][]>();
  images.forEach((image, file) => {
    slicesOf(image, file).forEach((slice) => {
      const series = seriesKey(image);
      const own = bySeries.get(series) ?? [];
      const group = slice && own.find(([first]) => canShare(first, slice));
      if (group) {
        group.push(slice);
        return;
      }
      if (!slice || own.length === MOST_PLANES) {
        const entry = unplaced.get(series) ?? { image, count: 0 };
        entry.count += 1;
        unplaced.set(series, entry);
        return;
      }
      bySeries.set(series, own);
      own.push([slice]);
      groups.push(own[own.length - 1]);
    });
  });
  const stacks = markMoving(mergeContinued(groups).flatMap((group) => splitRepeats(group)));
  const lostSlices = lost.flatMap((image, i) => slicesOf(image, images.length + i).filter((slice) => slice !== null));
  const scanOf = scanFinder(stacks, lostSlices);
  return {
    stacks: stacks.map((stack) => withOutside(stack, scanOf)),
    unplaced: [...unplaced.values()],
  };
}

/** The frames of a file as slices; null for a frame that cannot join a stack. */
function slicesOf(image: DicomHeader, file: number): (Slice | null)[] {
  let named: ImageKind | null = null;
  const kindByName = (): ImageKind => (named ??= readNames(`${image.description} ${image.words}`, 'unknown').kind);
  return image.frames.map((info, frame) => {
    const { placement } = info;
    if (!placement || image.modality !== 'MR' || isMosaic(info)) return null;
    const kind = info.kind === 'unknown' ? kindByName() : info.kind;
    return { file, frame, image, info, placement, kind };
  });
}

/**
 * Two scans with the same number and name are still two. Some anonymisers give all files the same UIDs, so the person
 * counts too.
 */
function seriesKey({ studyUid, patientName, seriesUid, seriesNumber, description }: DicomHeader): string {
  return JSON.stringify([patientName, studyUid, ...(seriesUid === '' ? [seriesNumber, description] : [seriesUid])]);
}

/** Siemens: all slices of a volume side by side in one picture. */
export const isMosaic = ({ imageType }: FrameInfo): boolean => /(^|\\)MOSAIC(\\|$)/.test(imageType);

const isSameSize = (a: Slice, b: Slice): boolean =>
  a.image.format.columns === b.image.format.columns && a.image.format.rows === b.image.format.rows;

const canShare = (a: Slice, b: Slice): boolean =>
  a.kind === b.kind && isSameSize(a, b) && isParallel(a.placement, b.placement);

/** Most slices that are taken in one breath-hold, where each breath-hold is a series. */
const MOST_PER_BREATH_HOLD = 3;
/** Breath-holds of one stack follow each other within this; later ones are another scan of the heart. */
const ONE_SCAN_SECONDS = 1800;

/** Some scanners export each breath-hold as a separate series, and some archives cut a stack in two. */
function mergeContinued(groups: readonly Slice[][]): (readonly Slice[])[] {
  // The longest first: leftovers are added to it, and not the other way round.
  const bySize = groups.map((group, order) => ({ group, order, count: groupByPosition(group).length }));
  bySize.sort((a, b) => b.count - a.count);
  const merged: Part[] = [];
  const byName = new Map<string, Part[]>();
  for (const { group, order, count } of bySize) {
    const { image, kind } = group[0];
    const { columns, rows } = image.format;
    const key = JSON.stringify([image.studyUid, image.patientName, nameWithoutLevel(image), kind, columns, rows]);
    const alike = byName.get(key) ?? [];
    byName.set(key, alike);
    const partner = alike.find(
      ({ slices, places }) =>
        slices.length + group.length <= MOST_SLICES &&
        places + count <= MOST_PLACES &&
        seriesKey(slices[0].image) !== seriesKey(image) &&
        canShare(slices[0], group[0]) &&
        areOfOneTime(slices, group) &&
        continues({ slices, places }, group, count),
    );
    if (partner) {
      partner.slices = [...partner.slices, ...group];
      partner.places = groupByPosition(partner.slices).length;
    } else {
      const part: Part = { slices: group, places: count, order };
      if (alike.length < MOST_STACKS) alike.push(part);
      merged.push(part);
    }
  }
  return merged.sort((a, b) => a.order - b.order).map(({ slices }) => slices);
}

/** A stack being built, at how many positions its slices are, and which it is among the groups. */
interface Part {
  slices: readonly Slice[];
  places: number;
  readonly order: number;
}

function areOfOneTime(part: readonly Slice[], group: readonly Slice[]): boolean {
  const times = [...part, ...group].flatMap(({ info }) =>
    info.acquiredSeconds === null ? [] : [info.acquiredSeconds],
  );
  return times.length === 0 || Math.max(...times) - Math.min(...times) <= ONE_SCAN_SECONDS;
}

/** Whether a group continues where a stack ends, or is between its slices. */
function continues(
  { slices, places }: Pick<Part, 'slices' | 'places'>,
  group: readonly Slice[],
  count: number,
): boolean {
  const together = groupByPosition([...slices, ...group]);
  // Several slices at the positions of others are another scan, not more of the stack.
  if (together.length !== places + count) return count === 1 && together.length === places;
  if (places <= MOST_PER_BREATH_HOLD || count <= MOST_PER_BREATH_HOLD) return true;
  // Two complete stacks are joined only if they form one even stack.
  const { columns, rows } = group[0].image.format;
  const geometry = stackGeometry(
    together.map(([slice]) => slice.placement),
    [columns, rows],
  );
  return !('code' in geometry) && geometry.sliceMm === null && geometry.order.every((index) => index !== null);
}

/** Words for a slice's position along the heart, by which the series of one stack differ. */
const LEVELS =
  /basis|basal|base|mid\w*|mitte|mittig|apikal|apical|apex|spitze|基底部?|中[间間]?部?|心尖部?|心基部|心室中部/g;

const nameWithoutLevel = (image: DicomHeader): string =>
  image.description
    .toLowerCase()
    .replace(LEVELS, ' ')
    .replace(/[\d\s_.,:#()-]+/g, ' ')
    .trim();

/** What may tell apart slices at one position, in the order in which it is tried. */
const KINDS: readonly ((slice: Slice) => string)[] = [
  (slice) => slice.info.imageType,
  (slice) => slice.image.words.toLowerCase(),
  (slice) => String(slice.info.echoTime),
  (slice) => String(slice.info.temporalPosition),
];

function splitRepeats(group: readonly Slice[]): SliceStack[] {
  const { kind } = group[0];
  const one = { kind, part: 1, parts: 1, moving: false, repeats: [], outside: [] };
  const positions = groupByPosition(group);
  const most = positions.reduce((count, at) => Math.max(count, at.length), 0);
  if (most === 1) return [{ ...one, slices: positions.flat() }];
  for (const kindOf of KINDS) {
    const parts = new Map<string, Slice[]>();
    for (const slice of group) {
      const part = parts.get(kindOf(slice));
      if (part) part.push(slice);
      else parts.set(kindOf(slice), [slice]);
    }
    // A value that follows the position (an inversion time for each slice, say) does not tell stacks apart.
    const whole = [...parts.values()].every((part) => groupByPosition(part).length === positions.length);
    if (parts.size > 1 && whole) {
      const keys = [...parts.keys()].sort(byNumberThenText);
      return numbered(keys.flatMap((key) => splitRepeats(parts.get(key) ?? [])));
    }
  }
  for (const at of positions) at.sort(byTime);
  // If a few positions repeat, they were scanned again; if most repeat, the heart moves.
  const often = positions.filter((at) => at.length >= Math.min(most, LEAST_PHASES)).length;
  const all = positions.every((at) => at.length === most);
  if (!all && (most < LEAST_PHASES || often * 2 <= positions.length)) {
    const repeats = positions.flatMap((at, i): Repeat[] =>
      at.length > 1 ? [{ slice: i + 1, times: at.length, takenSeconds: at[at.length - 1].info.acquiredSeconds }] : [],
    );
    return [{ ...one, slices: positions.map((at) => at[at.length - 1]), repeats }];
  }
  const ranks = Array.from({ length: most }, (_, rank) => positions.flatMap((at) => (at[rank] ? [at[rank]] : [])));
  return numbered(ranks.map((slices) => ({ ...one, slices })));
}

function numbered(stacks: readonly SliceStack[]): SliceStack[] {
  return stacks.map((stack, i) => ({ ...stack, part: i + 1, parts: stacks.length }));
}

/** Delays that differ by more than this belong to different moments of the heart's beat, ms. */
const SAME_DELAY_MS = 5;

/**
 * Stacks of one name, number, type and position are a cine if they are many and time tells them apart: the delay after
 * the R wave or the temporal position. Three late scans of one heart have one delay, or none.
 */
function markMoving(stacks: readonly SliceStack[]): SliceStack[] {
  const alike = new Map<string, SliceStack[]>();
  const keyOf = ({ slices, kind }: SliceStack): string => {
    const { image, info, placement } = slices[0];
    const { patientName, studyUid, seriesNumber, description, format } = image;
    const place = [...placement.position, ...placement.columnStep].map((value) => value.toFixed(1));
    const { columns, rows } = format;
    return JSON.stringify([
      patientName,
      studyUid,
      seriesNumber,
      description,
      kind,
      info.imageType,
      columns,
      rows,
      place,
    ]);
  };
  for (const stack of stacks) {
    const same = alike.get(keyOf(stack));
    if (same) same.push(stack);
    else alike.set(keyOf(stack), [stack]);
  }
  const part = new Map<SliceStack, { part: number; parts: number }>();
  for (const same of alike.values()) {
    if (same.length < LEAST_PHASES || !isMoving(same)) continue;
    same.forEach((stack, i) => part.set(stack, { part: i + 1, parts: same.length }));
  }
  return stacks.map((stack) => {
    const phase = part.get(stack);
    return phase ? { ...stack, ...phase, moving: true } : stack;
  });
}

function isMoving(stacks: readonly SliceStack[]): boolean {
  const delays = stacks.map(({ slices }) => slices[0].info.triggerTime);
  const known = delays.flatMap((delay) => (delay === null ? [] : [delay])).sort((a, b) => a - b);
  if (known.length === stacks.length) {
    const differ = known.slice(1).filter((delay, i) => delay - known[i] > SAME_DELAY_MS).length + 1;
    return differ >= Math.max(LEAST_PHASES, stacks.length / 2);
  }
  const numbers = new Set(stacks.map(({ slices }) => slices[0].info.temporalPosition));
  if (!numbers.has(null) && numbers.size >= LEAST_PHASES) return true;
  // No time is known: one series that shows each position many times is a cine.
  return new Set(stacks.map(({ slices }) => slices[0].image.seriesUid)).size === 1;
}

function byNumberThenText(a: string, b: string): number {
  return Number(a) - Number(b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** Phase, clock, and finally the order in which the scanner counted. The delay after the R wave is no clock. */
function byTime(a: Slice, b: Slice): number {
  const keys: readonly ((slice: Slice) => number)[] = [
    (slice) => slice.info.temporalPosition ?? 0,
    (slice) => slice.info.acquiredSeconds ?? 0,
    (slice) => slice.image.instanceNumber,
    (slice) => slice.frame,
    (slice) => slice.info.triggerTime ?? 0,
    (slice) => slice.info.inversionTime ?? 0,
  ];
  for (const key of keys) {
    const difference = key(a) - key(b);
    if (difference !== 0) return difference;
  }
  return a.image.sopInstanceUid < b.image.sopInstanceUid ? -1 : 1;
}

/** Slices rotated by more than this against a stack are another view of the heart, degrees. */
const BESIDE_DEGREES = 15;
/** Slices farther from a stack than this many of its gaps are not part of what it shows. */
const BESIDE_GAPS = 2.1;

/** What belongs to one scan: by the UID of the series, or by its name. */
interface Scan {
  readonly stacks: readonly SliceStack[];
  readonly lost: readonly Slice[];
}

/** Finds what belongs to the scan of an image. */
function scanFinder(stacks: readonly SliceStack[], lost: readonly Slice[]): (image: DicomHeader) => Scan {
  const byKey = new Map<string, { stacks: SliceStack[]; lost: Slice[] }>();
  const keysOf = (image: DicomHeader): string[] => {
    const { studyUid, patientName, seriesUid } = image;
    return [`uid ${seriesUid}`, `name ${nameWithoutLevel(image)}`].map((key) =>
      JSON.stringify([studyUid, patientName, key]),
    );
  };
  const scanOf = (key: string): { stacks: SliceStack[]; lost: Slice[] } => {
    const scan = byKey.get(key) ?? { stacks: [], lost: [] };
    byKey.set(key, scan);
    return scan;
  };
  for (const stack of stacks) for (const key of keysOf(stack.slices[0].image)) scanOf(key).stacks.push(stack);
  for (const slice of lost) for (const key of keysOf(slice.image)) scanOf(key).lost.push(slice);
  return (image) => {
    const found = keysOf(image).map(scanOf);
    return {
      stacks: [...new Set(found.flatMap((scan) => scan.stacks.slice(0, MOST_STACKS)))],
      lost: [...new Set(found.flatMap((scan) => scan.lost.slice(0, MOST_SLICES)))],
    };
  };
}

/**
 * Names the slices of a stack's scan that are in or next to it and were left out: the measured heart is smaller without
 * them.
 */
function withOutside(stack: SliceStack, scanOf: (image: DicomHeader) => Scan): SliceStack {
  if (stack.slices.length < LEAST_SLICES || stack.slices.length > MOST_SLICES) return stack;
  if (stack.moving || isUnmeasurable(stack.kind)) return stack;
  const reference = usualPlacement(stack.slices.map(({ placement }) => placement));
  const [first] = stack.slices;
  const normal = normalOf(reference);
  const at = ({ placement }: Slice): number => dot(placement.position, normal);
  const [low, high] = [at(first), at(stack.slices[stack.slices.length - 1])];
  const gap = (high - low) / (stack.slices.length - 1);
  const { stacks, lost } = scanOf(first.image);
  const whole = (other: SliceStack): boolean => other.slices.length >= stack.slices.length;
  const others = stacks
    .filter((other) => other !== stack && !whole(other) && !other.moving && other.kind === stack.kind)
    .flatMap(({ slices }) => slices);
  const found = new Map<string, { why: WhyOutside; where: Outside['where']; count: number; degrees: number }>();
  for (const slice of [...others, ...lost]) {
    const { placement } = slice;
    const degrees = tiltDegrees(placement, reference);
    const mm = at(slice);
    if (degrees > BESIDE_DEGREES || mm < low - BESIDE_GAPS * gap || mm > high + BESIDE_GAPS * gap) continue;
    const isLost = lost.includes(slice);
    if (isLost && slice.kind !== stack.kind) continue;
    // A slice scanned at the position of another is no loss.
    const nearest = Math.min(...stack.slices.map((own) => Math.abs(at(own) - mm)));
    if (nearest < gap / 4) continue;
    const why: WhyOutside = isLost
      ? 'damaged'
      : degrees > MOST_TILT_DEGREES
        ? 'tilted'
        : !isSameSize(slice, first)
          ? 'otherSize'
          : hasSameSpacing(placement, reference)
            ? 'otherSeries'
            : 'otherSpacing';
    const where = mm < low ? 'before' : mm > high ? 'behind' : 'between';
    const entry = found.get(why + where) ?? { why, where, count: 0, degrees: 0 };
    found.set(why + where, { ...entry, count: entry.count + 1, degrees: Math.max(entry.degrees, degrees) });
  }
  return { ...stack, outside: [...found.values()] };
}
