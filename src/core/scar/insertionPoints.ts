/**
 * Where the right ventricle's wall meets the left's: the two landmarks that orient the 17 segments. The segmentation
 * has no right ventricle, so its pool is searched for in the image: a broad stretch as bright as the left ventricle's
 * pool, next to the septum.
 */
import { quantiles } from '../quantiles.ts';
import { isHeart, isMyocardium, Label, type LabelVolume, type PatientFrame, type Volume } from '../volume/volume.ts';
import { turnBetween, type Wall } from './wall.ts';

/** Directions from the middle of each slice (as in `Wall.angles`). The septum is the shorter way from one to the other. */
export interface InsertionPoints {
  readonly anterior: number;
  readonly inferior: number;
}

export interface PlacedInsertionPoints {
  readonly points: InsertionPoints;
  /** 'image': the right ventricle's pool was found. 'assumed': it was not, and they are at their usual positions. */
  readonly from: 'image' | 'assumed' | 'user';
  /**
   * Whether it is known which of the two is the anterior one: not if the file does not give the image's orientation.
   */
  readonly anteriorKnown: boolean;
}

const DIRECTIONS = 72;
const STEP = (2 * Math.PI) / DIRECTIONS;
/** How far beyond the wall the right ventricle's pool begins at most: trabeculae, and a contour drawn too tight. */
const MOST_GAP_MM = 3;
/** How far it is followed; a dark line narrower than a gap's end is trabeculae. */
const REACH_MM = 36;
const DARK_LINE_MM = 3;
const STEP_MM = 1;
/**
 * As bright as pool, in shares of the way from wall to pool; the upper limit is above the pool because the right
 * ventricle is nearer to the coils.
 */
const BRIGHT = { least: 0.7, most: 2 };
/** Quantile of the slices' depths: above the median, because the right ventricle narrows towards the apex. */
const DEPTH_QUANTILE = 2 / 3;
/** A pool is at least this deep at its deepest, mm. */
const LEAST_DEPTH_MM = 8;
/** A direction belongs to the septum if the pool behind it has at least this share of its greatest depth. */
const EDGE_DEPTH_SHARE = 0.1;
const LEAST_SEPTUM = (50 * Math.PI) / 180;
const MOST_SEPTUM = (170 * Math.PI) / 180;
/** Segments of 60 degrees each: the septum has two (Cerqueira et al., Circulation 2002). */
const USUAL_SEPTUM = (120 * Math.PI) / 180;
/** Wider than any septum: behind its inferior end is the liver, which can be as bright as blood. */
const WITH_LIVER = (140 * Math.PI) / 180;

/** Towards head and front, in DICOM LPS: the anterior wall lies there, seen from the inferior. */
const ANTERIOR = [0, -0.5, 0.87] as const;
/** Towards the right and a little to the front: the right ventricle lies there, seen from the left. */
const RIGHT_VENTRICLE = [-0.8, -0.6, 0] as const;

/**
 * Places both insertion points from the image: in the basal and middle slices, ray by ray from the left ventricle's wall
 * outward, how deep blood lies behind it; the septum is the arc with blood behind it. There is one pair for the whole
 * stack. Where the arc is too wide to be a septum, its anterior end is kept, since the lung beyond it is dark, and the
 * other is placed 120 degrees from there.
 */
export function placeInsertionPoints(
  image: Volume,
  labels: LabelVolume,
  wall: Wall,
  slices: readonly number[],
): PlacedInsertionPoints {
  const septum = septumFrom(poolDepths(image, labels, wall, slices), wall.frame);
  const [middle, width] = septum ?? [usualSeptum(wall.frame), USUAL_SEPTUM];
  const [start, end] = [middle - width / 2, middle + width / 2];
  const clockwise = upness(start, wall.frame) > upness(end, wall.frame);
  const anterior = clockwise ? start : end;
  const seen = width > WITH_LIVER ? USUAL_SEPTUM : width;
  const inferior = anterior + (clockwise ? seen : -seen);
  return {
    points: { anterior: turnBetween(0, anterior), inferior: turnBetween(0, inferior) },
    from: septum === null ? 'assumed' : 'image',
    anteriorKnown: wall.frame !== null,
  };
}

/** How much a direction of the slice points to the anterior wall; without a frame, to the top of the image. */
function upness(angle: number, frame: PatientFrame | null): number {
  return frame === null ? -Math.sin(angle) : along(angle, frame, ANTERIOR);
}

function along(angle: number, frame: PatientFrame, direction: readonly number[]): number {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return direction.reduce(
    (sum, part, axis) => sum + part * (cos * frame.columnStep[axis] + sin * frame.rowStep[axis]),
    0,
  );
}

/** Middle of the septum where nothing is found: towards the right of the patient, or the left of the image. */
function usualSeptum(frame: PatientFrame | null): number {
  if (frame === null) return Math.PI;
  return Math.atan2(along(Math.PI / 2, frame, RIGHT_VENTRICLE), along(0, frame, RIGHT_VENTRICLE));
}

/** For each direction the depth of blood behind the wall, mm, over the slices. */
function poolDepths(image: Volume, labels: LabelVolume, wall: Wall, slices: readonly number[]): number[] {
  const depths: number[][] = Array.from({ length: DIRECTIONS }, () => []);
  for (const slice of slices) {
    const bright = brightness(image, labels, slice);
    if (bright === null) continue;
    for (let i = 0; i < DIRECTIONS; i++) {
      const depth = depthBehind(labels, wall, slice, i * STEP, bright);
      if (depth !== null) depths[i].push(depth);
    }
  }
  return depths.map((values) => (values.length > 0 ? quantiles(values, [DEPTH_QUANTILE])[0] : 0));
}

/** Whether a voxel of a slice is as bright as its blood pool; null where the slice has no pool, or one no brighter than the wall. */
function brightness(image: Volume, labels: LabelVolume, slice: number): ((at: number) => boolean) | null {
  const plane = labels.size[0] * labels.size[1];
  const pool: number[] = [];
  const viable: number[] = [];
  for (let at = slice * plane; at < (slice + 1) * plane; at++) {
    if (labels.labels[at] === Label.bloodPool) pool.push(image.voxels[at]);
    else if (labels.labels[at] === Label.viable) viable.push(image.voxels[at]);
  }
  if (pool.length === 0 || viable.length === 0) return null;
  const [blood] = quantiles(pool, [0.5]);
  const [muscle] = quantiles(viable, [0.5]);
  if (!(blood > muscle)) return null;
  return (at) => {
    const share = (image.voxels[at] - muscle) / (blood - muscle);
    return share > BRIGHT.least && share < BRIGHT.most;
  };
}

/**
 * Depth of the bright stretch that begins close behind the wall; 0 where there is none, null where the ray meets no
 * wall.
 */
function depthBehind(
  labels: LabelVolume,
  wall: Wall,
  slice: number,
  angle: number,
  bright: (at: number) => boolean,
): number | null {
  const centre = wall.centres[slice];
  if (centre === null) return null;
  const [columns, rows] = wall.size;
  const voxelAt = (mm: number): number | null => {
    const column = Math.round(centre[0] + (mm * Math.cos(angle)) / wall.spacing[0]);
    const row = Math.round(centre[1] + (mm * Math.sin(angle)) / wall.spacing[1]);
    return column >= 0 && row >= 0 && column < columns && row < rows ? column + columns * (row + rows * slice) : null;
  };
  let outer: number | null = null;
  for (let mm = 0, at = voxelAt(0); at !== null; mm += STEP_MM, at = voxelAt(mm)) {
    if (isMyocardium(labels.labels[at])) outer = mm;
    else if (outer !== null && !isHeart(labels.labels[at])) break;
  }
  if (outer === null) return null;
  let begins: number | null = null;
  let ends = 0;
  for (let mm = STEP_MM; mm <= REACH_MM; mm += STEP_MM) {
    const at = voxelAt(outer + mm);
    if (at === null) break;
    if (bright(at)) {
      begins ??= mm;
      if (begins > MOST_GAP_MM) return 0;
      ends = mm;
    } else if (begins !== null && mm - ends > DARK_LINE_MM) break;
  }
  return begins === null ? 0 : ends - begins + STEP_MM;
}

/**
 * The arc with blood behind it, [middle, width]: of those that could be a septum, the one with the most total depth.
 */
function septumFrom(depths: readonly number[], frame: PatientFrame | null): readonly [number, number] | null {
  const deepest = Math.max(...depths);
  if (deepest < LEAST_DEPTH_MM) return null;
  const edge = EDGE_DEPTH_SHARE * deepest;
  let best: readonly [number, number] | null = null;
  let most = 0;
  for (let start = 0; start < DIRECTIONS; start++) {
    let sum = 0;
    for (let width = 1; width * STEP <= MOST_SEPTUM; width++) {
      sum += depths[(start + width - 1) % DIRECTIONS] - edge;
      if (width * STEP < LEAST_SEPTUM || sum <= most) continue;
      const middle = (start + (width - 1) / 2) * STEP;
      if (frame !== null && along(middle, frame, RIGHT_VENTRICLE) <= 0) continue;
      most = sum;
      best = [middle, width * STEP];
    }
  }
  return best;
}
