import type { PatientFrame, Vector3 } from '../volume/volume.ts';
import type { FramePlacement } from './dicomImage.ts';

/** Positions closer than this along the normal are one slice, mm: headers are rounded, no scanner steps so little. */
const SAME_POSITION_MM = 0.1;
/** Gaps may differ from their middle value by this part of it and still count as even. */
const EVEN_GAP = 0.1;
/** Gaps that differ by more than this part are even enough to use and uneven enough to say so. */
const EXACT_GAP = 0.01;
/** Directions and spacings of one stack agree to this (unit vectors; part of the spacing). */
const SAME_DIRECTION = 2e-3;
const SAME_SPACING = 2e-3;
/** Slices shifted in their own plane by less than this lie in line, mm. */
const IN_LINE_MM = 1;
/** Most slices that may be filled in between two others. */
const MOST_FILLED = 1;

export const dot = (a: Vector3, b: Vector3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export const cross = (a: Vector3, b: Vector3): Vector3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** The direction in which slices are counted: columnStep x rowStep. */
export const normalOf = (placement: FramePlacement): Vector3 => cross(placement.columnStep, placement.rowStep);

/** mm from the patient's origin along the slice's own normal. */
export const alongNormal = (placement: FramePlacement): number => dot(placement.position, normalOf(placement));

/** Same orientation and in-plane spacing: the slices can lie in one stack. */
export function isParallel(a: FramePlacement, b: FramePlacement): boolean {
  const near = (u: Vector3, v: Vector3): boolean => u.every((x, i) => Math.abs(x - v[i]) < SAME_DIRECTION);
  const spaced = a.spacing.every((mm, i) => Math.abs(mm - b.spacing[i]) < SAME_SPACING * mm);
  return spaced && near(a.columnStep, b.columnStep) && near(a.rowStep, b.rowStep);
}

/** Slices at one position together, in the order of increasing position along the normal. */
export function groupByPosition<Slice extends { readonly placement: FramePlacement }>(
  slices: readonly Slice[],
): Slice[][] {
  const sorted = slices.map((slice) => ({ slice, mm: alongNormal(slice.placement) })).sort((a, b) => a.mm - b.mm);
  const groups: Slice[][] = [];
  let start = Number.NEGATIVE_INFINITY;
  for (const { slice, mm } of sorted) {
    if (mm - start > SAME_POSITION_MM) {
      groups.push([]);
      start = mm;
    }
    groups[groups.length - 1].push(slice);
  }
  return groups;
}

/** How parallel slices, one a position, make a regular grid. */
export interface StackGeometry {
  /** mm between columns, rows, slices. */
  readonly spacing: Vector3;
  readonly frame: PatientFrame;
  /** For each slice of the grid the index of the given slice, or null where one is missing between two others. */
  readonly order: readonly (number | null)[];
  /** Sentences on what is not as it should be. */
  readonly warnings: readonly string[];
}

/**
 * The grid of slices that are sorted by position, or a sentence that says why there is none.
 * Up to MOST_FILLED slices missing in a row leave a place in the grid; other uneven gaps give no grid.
 */
export function stackGeometry(placements: readonly FramePlacement[]): StackGeometry | string {
  if (placements.length < 2) return 'a single slice, not a stack';
  const first = placements[0];
  const positions = placements.map((placement) => dot(placement.position, normalOf(first)));
  const gaps = positions.slice(1).map((mm, i) => mm - positions[i]);
  const usual = median(gaps);
  const steps = gaps.map((gap) => Math.max(1, Math.round(gap / usual)));
  const uneven = gaps.some((gap, i) => Math.abs(gap / steps[i] - usual) > EVEN_GAP * usual);
  if (uneven) {
    return `its slices lie unevenly, ${Math.min(...gaps).toFixed(1)} to ${Math.max(...gaps).toFixed(1)} mm apart`;
  }
  if (steps.some((step) => step - 1 > MOST_FILLED)) {
    const at = steps.findIndex((step) => step - 1 > MOST_FILLED);
    return `${steps[at] - 1} slices are missing between slice ${at + 1} and ${at + 2}`;
  }
  const warnings: string[] = [];
  const order: (number | null)[] = [0];
  steps.forEach((step, i) => {
    if (step > 1) {
      warnings.push(`A slice is missing between slice ${i + 1} and ${i + 2}; it was filled in as the mean of the two.`);
      order.push(null);
    }
    order.push(i + 1);
  });
  const gap = round((positions[positions.length - 1] - positions[0]) / (order.length - 1));
  if (gaps.some((mm, i) => Math.abs(mm / steps[i] - gap) > EXACT_GAP * gap)) {
    const range = `${Math.min(...gaps).toFixed(1)} to ${Math.max(...gaps).toFixed(1)}`;
    warnings.push(`The slices lie ${range} mm apart; volumes take the mean, ${gap.toFixed(1)} mm.`);
  }
  const shifted = shiftedSlices(placements);
  if (shifted.length > 0) {
    warnings.push(`Slices shifted in their own plane against the first (number and mm): ${shifted.join(', ')}.`);
  }
  return {
    spacing: [first.spacing[0], first.spacing[1], gap],
    frame: {
      origin: first.position,
      columnStep: first.columnStep,
      rowStep: first.rowStep,
      sliceStep: normalOf(first),
    },
    order,
    warnings,
  };
}

function shiftedSlices(placements: readonly FramePlacement[]): string[] {
  const { position, columnStep, rowStep } = placements[0];
  return placements.flatMap((placement, i) => {
    const offset = placement.position.map((mm, axis) => mm - position[axis]) as unknown as Vector3;
    const shift = Math.hypot(dot(offset, columnStep), dot(offset, rowStep));
    return shift > IN_LINE_MM ? [`${i + 1} by ${shift.toFixed(1)}`] : [];
  });
}

/** To a ten-thousandth of a millimetre: beyond that a header's decimals are noise. */
const round = (mm: number): number => Math.round(mm * 1e4) / 1e4;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
