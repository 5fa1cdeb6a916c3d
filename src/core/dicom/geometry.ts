import type { PatientFrame, Vector3 } from '../volume/volume.ts';
import { cross, dot } from '../volume/vectors.ts';
import type { FramePlacement } from './dicomImage.ts';

/**
 * Positions closer than this along the normal are one slice, mm: headers are rounded, and no scanner takes such small
 * steps.
 */
const SAME_POSITION_MM = 0.1;
/** And closer than this fraction of the usual gap: a slice that was scanned again is sometimes placed by hand. */
const SAME_POSITION = 0.1;
/** A gap of two steps, to within this fraction of a step, is missing one slice. */
const WHOLE_STEP = 0.1;
/**
 * Gaps that differ by more than this fraction are reported, and each slice then counts for its own share of the length.
 */
const EXACT_GAP = 0.01;
/** Gaps wider than this many usual ones leave too much of a heart unseen to measure a volume. */
const WIDEST_GAP = 2.1;
/**
 * Slices of one stack may be tilted against each other by this, degrees: the edge of a slice of a heart (60 mm across)
 * then moves by half a millimetre, less than a pixel.
 */
export const MOST_TILT_DEGREES = 1;
/** Tilts above this are reported, degrees: smaller ones are rounding in headers. */
const TOLD_TILT_DEGREES = 0.1;
/** In-plane spacings of one stack agree to this fraction: over 60 mm the edges are within 0.3 mm. */
const SAME_SPACING = 1e-2;
/** Spacings that differ by more than this fraction are reported. */
const TOLD_SPACING = 2e-3;
/** Slices shifted in their own plane by less than this are in line, mm. */
const IN_LINE_MM = 1;
/** Most slices that may be filled in between two others. */
const MOST_FILLED = 1;

/** Why slices do not form a grid. Slices are counted from 1. */
export type NoGrid =
  | { readonly code: 'singleSlice' }
  /** `count` slices between slice `after` and the next. */
  | { readonly code: 'slicesMissing'; readonly count: number; readonly after: number };

/** What is not as it should be in a grid. Slices are counted from 1. */
export type GeometryWarning =
  /** Between the file's slice `after` and the next; the mean of the two takes its place. */
  | { readonly code: 'sliceFilledIn'; readonly after: number }
  /** Each slice counts for half the way to either neighbour; `sumMm` is the length of all of them together. */
  | { readonly code: 'gapsDiffer'; readonly leastMm: number; readonly mostMm: number; readonly sumMm: number }
  | {
      readonly code: 'slicesShifted';
      readonly slices: readonly { readonly slice: number; readonly mm: number }[];
    }
  | {
      readonly code: 'slicesTilted';
      readonly slices: readonly { readonly slice: number; readonly degrees: number }[];
    }
  | { readonly code: 'spacingsDiffer'; readonly slices: readonly number[]; readonly percent: number };

/** The direction in which slices are counted: columnStep x rowStep. */
export const normalOf = (placement: FramePlacement): Vector3 => cross(placement.columnStep, placement.rowStep);

/**
 * How far two slices are rotated against each other, degrees: the larger angle between their rows, or their columns.
 */
export function tiltDegrees(a: FramePlacement, b: FramePlacement): number {
  const angle = (u: Vector3, v: Vector3): number => Math.atan2(Math.hypot(...cross(u, v)), dot(u, v));
  return (180 / Math.PI) * Math.max(angle(a.columnStep, b.columnStep), angle(a.rowStep, b.rowStep));
}

/** The largest fraction by which the in-plane spacings of two slices differ. */
const spacingDifference = (a: FramePlacement, b: FramePlacement): number =>
  Math.max(...a.spacing.map((mm, i) => Math.abs(mm - b.spacing[i]) / mm));

/** Same orientation and in-plane spacing, within a stack's tolerances: the slices can belong to one stack. */
export const isParallel = (a: FramePlacement, b: FramePlacement): boolean =>
  tiltDegrees(a, b) <= MOST_TILT_DEGREES && hasSameSpacing(a, b);

export const hasSameSpacing = (a: FramePlacement, b: FramePlacement): boolean =>
  spacingDifference(a, b) <= SAME_SPACING;

/** The placement whose directions and spacing most of the slices have: the stack's own. */
export function usualPlacement(placements: readonly FramePlacement[]): FramePlacement {
  const count = new Map<string, { first: FramePlacement; times: number }>();
  for (const placement of placements) {
    const { columnStep, rowStep, spacing } = placement;
    const key = [...columnStep, ...rowStep, ...spacing].map((value) => Math.round(1000 * value)).join();
    const same = count.get(key);
    if (same) same.times += 1;
    else count.set(key, { first: placement, times: 1 });
  }
  return [...count.values()].reduce((best, one) => (one.times > best.times ? one : best)).first;
}

/** Slices grouped by position, in increasing position along the normal that most of them share. */
export function groupByPosition<Slice extends { readonly placement: FramePlacement }>(
  slices: readonly Slice[],
): Slice[][] {
  if (slices.length === 0) return [];
  const normal = normalOf(usualPlacement(slices.map(({ placement }) => placement)));
  const sorted = slices
    .map((slice) => ({ slice, mm: dot(slice.placement.position, normal) }))
    .sort((a, b) => a.mm - b.mm);
  const gaps = sorted
    .slice(1)
    .flatMap(({ mm }, i) => (mm - sorted[i].mm > SAME_POSITION_MM ? [mm - sorted[i].mm] : []));
  const near = Math.max(SAME_POSITION_MM, gaps.length > 0 ? SAME_POSITION * median(gaps) : 0);
  const groups: Slice[][] = [];
  let start = Number.NEGATIVE_INFINITY;
  for (const { slice, mm } of sorted) {
    if (mm - start > near) {
      groups.push([]);
      start = mm;
    }
    groups[groups.length - 1].push(slice);
  }
  return groups;
}

/** How parallel slices, one per position, form a grid. */
export interface StackGeometry {
  /** mm between columns, rows, slices (the mean). */
  readonly spacing: Vector3;
  readonly frame: PatientFrame;
  /** For each slice of the grid the index of the given slice, or null where one is missing between two others. */
  readonly order: readonly (number | null)[];
  /** mm of the stack's length that each slice of the grid counts for; null where all count for the same. */
  readonly sliceMm: readonly number[] | null;
  readonly warnings: readonly GeometryWarning[];
}

/**
 * The grid of slices that are sorted by position, or why there is none. A missing slice leaves a place in the grid;
 * where gaps are uneven, each slice counts for half the way to either neighbour (beyond an end, for half a usual gap).
 * @param size columns and rows
 */
export function stackGeometry(
  placements: readonly FramePlacement[],
  size: readonly [number, number],
): StackGeometry | NoGrid {
  if (placements.length < 2) return { code: 'singleSlice' };
  const usualOne = usualPlacement(placements);
  const positions = positionsAlong(placements, usualOne, size);
  const gaps = differences(positions);
  const usual = median(gaps);
  const isWhole = (gap: number): boolean => {
    const steps = Math.max(1, Math.round(gap / usual));
    return Math.abs(gap / steps - usual) <= WHOLE_STEP * usual;
  };
  const steps = gaps.map((gap) => (isWhole(gap) ? Math.max(1, Math.round(gap / usual)) : 1));
  const hole = gaps.findIndex((gap, i) => steps[i] - 1 > MOST_FILLED || gap > WIDEST_GAP * usual);
  if (hole >= 0) {
    return { code: 'slicesMissing', count: Math.max(1, Math.round(gaps[hole] / usual) - 1), after: hole + 1 };
  }
  const warnings: GeometryWarning[] = [];
  const order: (number | null)[] = [0];
  const places = [positions[0]];
  steps.forEach((step, i) => {
    if (step > 1) {
      warnings.push({ code: 'sliceFilledIn', after: i + 1 });
      order.push(null);
      places.push((positions[i] + positions[i + 1]) / 2);
    }
    order.push(i + 1);
    places.push(positions[i + 1]);
  });
  const gridGaps = differences(places);
  const mean = round((places[places.length - 1] - places[0]) / gridGaps.length);
  const uneven = gridGaps.some((mm) => Math.abs(mm - mean) > EXACT_GAP * mean);
  const sliceMm = uneven ? lengthsOf(gridGaps) : null;
  if (sliceMm) {
    const sumMm = sliceMm.reduce((sum, mm) => sum + mm, 0);
    warnings.push({ code: 'gapsDiffer', leastMm: least(gridGaps), mostMm: greatest(gridGaps), sumMm });
  }
  for (const warning of placeWarnings(placements, usualOne)) warnings.push(warning);
  const first = placements[0];
  return {
    spacing: [usualOne.spacing[0], usualOne.spacing[1], mean],
    frame: {
      origin: first.position,
      columnStep: usualOne.columnStep,
      rowStep: usualOne.rowStep,
      sliceStep: normalOf(usualOne),
    },
    order,
    sliceMm,
    warnings,
  };
}

/**
 * mm of each slice along the usual normal. Tilted slices keep their distance at the point of rotation: their corner or
 * their middle, which headers do not say. It is taken to be where the gaps differ least.
 */
function positionsAlong(
  placements: readonly FramePlacement[],
  usualOne: FramePlacement,
  [columns, rows]: readonly [number, number],
): number[] {
  const normal = normalOf(usualOne);
  const corners = placements.map(({ position }) => dot(position, normal));
  const middles = placements.map(({ position, columnStep, rowStep, spacing }) => {
    const across = ((columns - 1) / 2) * spacing[0] * dot(columnStep, normal);
    const down = ((rows - 1) / 2) * spacing[1] * dot(rowStep, normal);
    return dot(position, normal) + across + down;
  });
  const unevenness = (at: readonly number[]): number => {
    const gaps = differences(at);
    return greatest(gaps) - least(gaps);
  };
  const isSorted = differences(middles).every((gap) => gap > 0);
  return isSorted && unevenness(middles) < unevenness(corners) ? middles : corners;
}

const differences = (values: readonly number[]): number[] => values.slice(1).map((value, i) => value - values[i]);

/** Half the gap on either side; beyond the ends, half of the usual one. */
function lengthsOf(gaps: readonly number[]): number[] {
  const usual = median(gaps);
  return Array.from({ length: gaps.length + 1 }, (_, k) => ((gaps[k - 1] ?? usual) + (gaps[k] ?? usual)) / 2);
}

function placeWarnings(placements: readonly FramePlacement[], usualOne: FramePlacement): GeometryWarning[] {
  const { position, columnStep, rowStep } = usualOne;
  const shifted = placements.flatMap((placement, i) => {
    const offset = placement.position.map((mm, axis) => mm - position[axis]) as unknown as Vector3;
    const mm = Math.hypot(dot(offset, columnStep), dot(offset, rowStep));
    return mm > IN_LINE_MM ? [{ slice: i + 1, mm }] : [];
  });
  const tilted = placements.flatMap((placement, i) => {
    const degrees = tiltDegrees(placement, usualOne);
    return degrees > TOLD_TILT_DEGREES ? [{ slice: i + 1, degrees }] : [];
  });
  const scaled = placements.map((placement) => spacingDifference(usualOne, placement));
  const otherSpacing = scaled.flatMap((part, i) => (part > TOLD_SPACING ? [i + 1] : []));
  const warnings: GeometryWarning[] = [];
  if (shifted.length > 0) warnings.push({ code: 'slicesShifted', slices: shifted });
  if (tilted.length > 0) warnings.push({ code: 'slicesTilted', slices: tilted });
  if (otherSpacing.length > 0) {
    warnings.push({ code: 'spacingsDiffer', slices: otherSpacing, percent: 100 * greatest(scaled) });
  }
  return warnings;
}

/** Not by passing all of them to Math.max: a hundred thousand arguments are too many. */
const greatest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), -Infinity);
const least = (values: readonly number[]): number => values.reduce((few, value) => Math.min(few, value), Infinity);

/** To a ten-thousandth of a millimetre: beyond that a header's decimals are noise. */
const round = (mm: number): number => Math.round(mm * 1e4) / 1e4;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
