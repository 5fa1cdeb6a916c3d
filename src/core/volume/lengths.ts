/** What lengths the image of a heart can have, and along which axis its slices run. */
import type { Vector3, WhyLengthsUnknown } from './volume.ts';

/** mm of a pixel: .5 to 2 are scanned; interpolated and simulated ones are smaller, and old ones larger. */
const PIXEL_MM = [0.2, 5] as const;
/** mm between slices: thin slices of a volume, and two short-axis slices with a gap between them. */
const GAP_MM = [0.3, 26] as const;
/** A field of view, from an image cropped to the heart to the widest bore. */
const FIELD_MM = [50, 600] as const;
/** A stack of a ventricle, from three thin slices to a whole chest. */
const LENGTH_MM = [20, 400] as const;
/** Pixels of one image differ by less than this from each other. */
const MOST_UNSQUARE = 3;

const within = (value: number, [low, high]: readonly [number, number]): boolean => value >= low && value <= high;

/** Whether a heart's image can have such voxels: columns, rows, slices in mm. */
export function isPossibleVoxel([column, row, slice]: Vector3): boolean {
  const unsquare = Math.max(column, row) / Math.min(column, row);
  return within(column, PIXEL_MM) && within(row, PIXEL_MM) && unsquare < MOST_UNSQUARE && within(slice, GAP_MM);
}

/** Whether a stack of a heart can have such a grid: not so small that it holds none, nor wider than a scanner. */
export function isPossibleStack([columns, rows, slices]: Vector3, spacing: Vector3): boolean {
  return (
    isPossibleVoxel(spacing) &&
    within(columns * spacing[0], FIELD_MM) &&
    within(rows * spacing[1], FIELD_MM) &&
    within(slices * spacing[2], LENGTH_MM)
  );
}

/** The axis of the slices is recognised by a step this many times the others'... */
const LARGER_STEP = 1.7;
/** ...or by this many times fewer voxels. */
const FEWER_VOXELS = 2;

/**
 * The axis of a file along which its slices run: that of the largest step, or of the fewest voxels, if one of them is
 * clear and the other does not disagree; otherwise the third, as in the formats.
 */
export function sliceAxisOf(size: Vector3, spacing: Vector3 | null): 0 | 1 | 2 {
  const others = (values: Vector3, axis: number): number[] => values.filter((_, i) => i !== axis);
  const axes = [0, 1, 2] as const;
  const byStep = spacing && axes.find((axis) => spacing[axis] > LARGER_STEP * Math.max(...others(spacing, axis)));
  const byCount = axes.find((axis) => FEWER_VOXELS * size[axis] <= Math.min(...others(size, axis)));
  if (byStep !== null && byStep !== undefined && byCount !== undefined && byStep !== byCount) return 2;
  return byStep ?? byCount ?? 2;
}

/** If lengths are not known the networks use these, mm: a usual late-enhancement image, seen whole. */
const USUAL_PIXEL_MM = 1.4;
const USUAL_GAP_MM = 10;
const USUAL_FIELD_MM = 360;

/**
 * What the networks use where the lengths are not known: what the file says if that is possible, otherwise what is
 * usual.
 */
export function assumedSpacing([columns, rows]: Vector3, said: Vector3 | null): Vector3 {
  const pixel = Math.min(USUAL_PIXEL_MM, USUAL_FIELD_MM / Math.max(columns, rows));
  const plane: Vector3 = [said?.[0] ?? 0, said?.[1] ?? 0, USUAL_GAP_MM];
  const isPlanePossible = isPossibleStack([columns, rows, 8], plane);
  const gap = said && within(said[2], GAP_MM) && said[2] > 2 * Math.max(said[0], said[1]) ? said[2] : USUAL_GAP_MM;
  return [isPlanePossible ? plane[0] : pixel, isPlanePossible ? plane[1] : pixel, gap];
}

/**
 * What a file says about its lengths: each candidate in mm, the most trusted first, null for an axis about which it
 * says nothing.
 */
export interface SaidLengths {
  readonly candidates: readonly (readonly (number | null)[])[];
  /** The unit named is not a length. */
  readonly unit: boolean;
}

/** Lengths that differ by less than this fraction are the same: headers round them. */
const SAME_LENGTH = 0.01;

/**
 * Those of a file's lengths that a heart's image can have.
 * @param size columns, rows, slices, as those of the candidates
 * @returns `chosen`: the index of the candidate that was taken, above 0 where the first is impossible
 */
export function settleLengths(
  size: Vector3,
  { candidates, unit }: SaidLengths,
): { readonly spacing: Vector3; readonly chosen: number; readonly unknown: WhyLengthsUnknown | null } {
  const whole = candidates.flatMap((lengths, index) => {
    const [a, b, c] = lengths;
    return a !== null && b !== null && c !== null ? [{ index, spacing: [a, b, c] as Vector3 }] : [];
  });
  const said = whole.at(0)?.spacing ?? saidInPart(candidates);
  const unknown = (why: WhyLengthsUnknown): ReturnType<typeof settleLengths> => ({
    spacing: assumedSpacing(size, said),
    chosen: 0,
    unknown: why,
  });
  if (unit) return unknown('unit');
  if (whole.length === 0) return unknown('notGiven');
  const possible = whole.filter(({ spacing }) => isPossibleStack(size, spacing));
  if (possible.length === 0) return unknown('impossible');
  const [first, ...others] = possible;
  const differ = others.some(({ spacing }) =>
    spacing.some((mm, i) => Math.abs(mm - first.spacing[i]) > SAME_LENGTH * first.spacing[i]),
  );
  if (differ) return unknown('contradictory');
  return { spacing: first.spacing, chosen: first.index, unknown: null };
}

/** For the networks: what is said about some axes, NaN for the others. */
function saidInPart(candidates: SaidLengths['candidates']): Vector3 | null {
  const [first] = candidates;
  return first ? [first[0] ?? NaN, first[1] ?? NaN, first[2] ?? NaN] : null;
}
