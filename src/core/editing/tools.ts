/**
 * Tools that draw on one slice of a segmentation. Each returns the voxels that it changes, and changes nothing itself.
 */
import {
  isHeart,
  isMyocardium,
  isScar,
  Label,
  type HeartLabel,
  type LabelVolume,
  type SlicePoint,
  type Volume,
} from '../volume/volume.ts';
import { signedDistanceMm } from '../volume/distance.ts';
import type { Edit } from './edits.ts';

/**
 * A stroke of a round brush along a path: every voxel whose centre is within the radius of it takes the label.
 * Drawing scar or no-reflow changes myocardium only, because scar is in the wall; anything else is drawn over whatever
 * is there.
 * @param path one point or more
 */
export function paintStroke(
  labels: LabelVolume,
  slice: number,
  path: readonly SlicePoint[],
  radiusMm: number,
  label: number,
): Edit {
  const within = label >= Label.scar ? isMyocardium : () => true;
  const voxels = underBrush(labels, slice, path, radiusMm).filter(
    (at) => labels.labels[at] !== label && within(labels.labels[at]),
  );
  return { voxels, labels: voxels.map(() => label) };
}

/**
 * What is left where one structure is removed: the wall closes over the pool, scar becomes wall, no-reflow becomes
 * scar.
 */
const BENEATH: Readonly<Record<HeartLabel, number>> = {
  bloodPool: Label.viable,
  viable: Label.background,
  scar: Label.viable,
  noReflow: Label.scar,
};

/** What an eraser acts on: scar with its no-reflow, and the wall with its scar. */
const ERASED: Readonly<Record<HeartLabel, (label: number) => boolean>> = {
  bloodPool: (label) => label === Label.bloodPool,
  viable: isMyocardium,
  scar: isScar,
  noReflow: (label) => label === Label.noReflow,
};

/** A stroke of a round eraser that removes one structure and leaves the others. */
export function eraseStroke(
  labels: LabelVolume,
  slice: number,
  path: readonly SlicePoint[],
  radiusMm: number,
  structure: HeartLabel,
): Edit {
  const voxels = underBrush(labels, slice, path, radiusMm).filter((at) => ERASED[structure](labels.labels[at]));
  return { voxels, labels: voxels.map(() => BENEATH[structure]) };
}

/** The voxels of a slice whose centres are within the radius of a path. */
function underBrush(labels: LabelVolume, slice: number, path: readonly SlicePoint[], radiusMm: number): number[] {
  const [columns, rows] = labels.size;
  const [dx, dy] = labels.spacing;
  const first = slice * columns * rows;
  const voxels: number[] = [];
  const left = Math.max(0, Math.ceil(Math.min(...path.map(([x]) => x)) - radiusMm / dx));
  const right = Math.min(columns - 1, Math.floor(Math.max(...path.map(([x]) => x)) + radiusMm / dx));
  const top = Math.max(0, Math.ceil(Math.min(...path.map(([, y]) => y)) - radiusMm / dy));
  const bottom = Math.min(rows - 1, Math.floor(Math.max(...path.map(([, y]) => y)) + radiusMm / dy));
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const near = path.some((point, i) => {
        const from = path[Math.max(0, i - 1)];
        return distanceMm([column, row], from, point, dx, dy) <= radiusMm;
      });
      if (near) voxels.push(first + row * columns + column);
    }
  }
  return voxels;
}

/** Distance of a point from a segment, mm. */
function distanceMm([x, y]: SlicePoint, [x0, y0]: SlicePoint, [x1, y1]: SlicePoint, dx: number, dy: number): number {
  const [vx, vy] = [(x1 - x0) * dx, (y1 - y0) * dy];
  const [wx, wy] = [(x - x0) * dx, (y - y0) * dy];
  const length = vx * vx + vy * vy;
  const along = length > 0 ? Math.min(1, Math.max(0, (wx * vx + wy * vy) / length)) : 0;
  return Math.hypot(wx - along * vx, wy - along * vy);
}

/**
 * Fills a closed contour: every voxel whose centre is inside (even-odd rule) takes the label, under the brush's rule
 * for scar. Fewer than three points enclose nothing.
 */
export function fillContour(labels: LabelVolume, slice: number, contour: readonly SlicePoint[], label: number): Edit {
  const [columns, rows] = labels.size;
  const first = slice * columns * rows;
  const voxels: number[] = [];
  for (let row = 0; row < rows; row++) {
    const crossings = contour
      .flatMap(([x1, y1], i) => {
        const [x0, y0] = contour[(i + contour.length - 1) % contour.length];
        if (y0 > row === y1 > row) return [];
        return [x0 + ((row - y0) / (y1 - y0)) * (x1 - x0)];
      })
      .sort((a, b) => a - b);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const end = Math.min(columns - 1, Math.floor(crossings[pair + 1]));
      for (let column = Math.max(0, Math.ceil(crossings[pair])); column <= end; column++) {
        const at = first + row * columns + column;
        const here = labels.labels[at];
        if (here !== label && (label < Label.scar || isMyocardium(here))) voxels.push(at);
      }
    }
  }
  return { voxels, labels: voxels.map(() => label) };
}

/** The region that a structure's contour bounds: the outer border of the wall is that of the whole ventricle. */
const BOUNDED: Readonly<Record<HeartLabel, (label: number) => boolean>> = {
  bloodPool: ERASED.bloodPool,
  viable: isHeart,
  scar: isScar,
  noReflow: ERASED.noReflow,
};

/**
 * Drags a structure's contour: what is at `from` moves to `to`, and its surroundings follow by a Gaussian of the
 * radius or of the drag's length, whichever is larger, so that nothing folds. The contour of viable myocardium is the
 * outer border of the wall; scar and no-reflow stay within the wall.
 */
export function dragContour(
  labels: LabelVolume,
  slice: number,
  structure: HeartLabel,
  from: SlicePoint,
  to: SlicePoint,
  radiusMm: number,
): Edit {
  const [columns, rows] = labels.size;
  const [dx, dy] = labels.spacing;
  const first = slice * columns * rows;
  const [shiftX, shiftY] = [to[0] - from[0], to[1] - from[1]];
  const sigmaMm = Math.max(radiusMm, Math.hypot(shiftX * dx, shiftY * dy));
  const inside = (x: number, y: number): number => {
    const isWithin = x >= 0 && y >= 0 && x < columns && y < rows;
    return isWithin && BOUNDED[structure](labels.labels[first + y * columns + x]) ? 1 : 0;
  };
  const voxels: number[] = [];
  const after: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const distance2 = ((column - to[0]) * dx) ** 2 + ((row - to[1]) * dy) ** 2;
      const weight = Math.exp(-distance2 / (2 * sigmaMm ** 2));
      const [x, y] = [column - weight * shiftX, row - weight * shiftY];
      const [x0, y0] = [Math.floor(x), Math.floor(y)];
      const [fx, fy] = [x - x0, y - y0];
      const share =
        (1 - fy) * ((1 - fx) * inside(x0, y0) + fx * inside(x0 + 1, y0)) +
        fy * ((1 - fx) * inside(x0, y0 + 1) + fx * inside(x0 + 1, y0 + 1));
      const at = first + row * columns + column;
      const here = labels.labels[at];
      const label = share > 0.5 ? entered(structure, here) : BOUNDED[structure](here) ? BENEATH[structure] : here;
      if (label === here) continue;
      voxels.push(at);
      after.push(label);
    }
  }
  return { voxels, labels: after };
}

/** The label of a voxel that a structure's contour now encloses. */
function entered(structure: HeartLabel, here: number): number {
  if (BOUNDED[structure](here)) return here;
  return structure === 'bloodPool' || structure === 'viable' || isMyocardium(here) ? Label[structure] : here;
}

/**
 * Inside one slice's wall, what is brighter than the threshold becomes scar, and the rest viable; no-reflow stays.
 * @param share where the threshold is between the darkest and the brightest of that slice's wall, 0 to 1
 */
export function thresholdWall(image: Volume, labels: LabelVolume, slice: number, share: number): Edit {
  const plane = labels.size[0] * labels.size[1];
  const wall: number[] = [];
  let [darkest, brightest] = [Infinity, -Infinity];
  for (let at = slice * plane; at < (slice + 1) * plane; at++) {
    if (labels.labels[at] !== Label.viable && labels.labels[at] !== Label.scar) continue;
    wall.push(at);
    darkest = Math.min(darkest, image.voxels[at]);
    brightest = Math.max(brightest, image.voxels[at]);
  }
  const threshold = darkest + share * (brightest - darkest);
  const wanted = (at: number): number => (image.voxels[at] > threshold ? Label.scar : Label.viable);
  const voxels = wall.filter((at) => wanted(at) !== labels.labels[at]);
  return { voxels, labels: voxels.map(wanted) };
}

/** A slice takes another slice's labels, moved by whole voxels; what comes in from beyond the image is background. */
export function copySlice(
  labels: LabelVolume,
  from: number,
  to: number,
  [columnShift, rowShift]: readonly [number, number],
): Edit {
  const [columns, rows] = labels.size;
  const plane = columns * rows;
  const source = labels.labels.slice(from * plane, (from + 1) * plane);
  return replaceSlice(labels, to, (column, row) => {
    const [x, y] = [column - columnShift, row - rowShift];
    return x >= 0 && y >= 0 && x < columns && y < rows ? source[y * columns + x] : Label.background;
  });
}

/** A slice takes its labels from another segmentation: the network's again, say. */
export function restoreSlice(labels: LabelVolume, source: LabelVolume, slice: number): Edit {
  const [columns, rows] = labels.size;
  return replaceSlice(labels, slice, (column, row) => source.labels[column + columns * (row + rows * slice)]);
}

/** All slices take another segmentation's labels. */
export function takeLabels(labels: LabelVolume, source: LabelVolume): Edit {
  const voxels: number[] = [];
  labels.labels.forEach((label, at) => {
    if (label !== source.labels[at]) voxels.push(at);
  });
  return { voxels, labels: voxels.map((at) => source.labels[at]) };
}

/** A segmentation with another's scar, and how much of that was outside its wall. */
export interface ScarInWall {
  readonly labels: LabelVolume;
  /** The share of the other's scar that is outside the wall and is left out. */
  readonly shareOutside: number;
}

/**
 * One segmentation's pool and wall with the scar and no-reflow of another on the same grid, which draws nothing else; null where
 * the other draws a pool, a wall, or nothing at all.
 */
export function scarInWall(wall: LabelVolume, scar: LabelVolume): ScarInWall | null {
  const drawn = scar.labels.filter((label) => label !== Label.background);
  if (drawn.length === 0 || !drawn.every(isScar)) return null;
  let outside = 0;
  const labels = wall.labels.map((label, at) => {
    if (isMyocardium(label)) return isScar(scar.labels[at]) ? scar.labels[at] : Label.viable;
    if (isScar(scar.labels[at])) outside += 1;
    return label;
  });
  return { labels: { ...wall, labels }, shareOutside: outside / drawn.length };
}

/** Clears a slice that shows no ventricle. */
export function clearSlice(labels: LabelVolume, slice: number): Edit {
  return replaceSlice(labels, slice, () => Label.background);
}

/** Whether there are slices between these two, and both of them hold a ventricle. */
export function canInterpolate(labels: LabelVolume, one: number, other: number): boolean {
  const plane = labels.size[0] * labels.size[1];
  const holdsHeart = (k: number): boolean => labels.labels.subarray(k * plane, (k + 1) * plane).some(isHeart);
  return Math.abs(one - other) > 1 && holdsHeart(one) && holdsHeart(other);
}

/**
 * Fills the slices between two by their shapes: the signed distances (mm) to the border of the ventricle, of the wall's inner
 * border, of scar and of no-reflow change linearly from one to the other (Raya and Udupa, IEEE TMI 1990).
 * @throws RangeError unless `canInterpolate`
 */
export function interpolateSlices(labels: LabelVolume, one: number, other: number): Edit {
  const [low, high] = one < other ? [one, other] : [other, one];
  const [columns, rows] = labels.size;
  const plane = columns * rows;
  const slice = (k: number): Uint8Array => labels.labels.subarray(k * plane, (k + 1) * plane);
  if (!canInterpolate(labels, one, other)) {
    throw new RangeError('Interpolation needs two slices with a ventricle, and others between them.');
  }
  const structures = [
    isHeart,
    isMyocardium,
    (label: number): boolean => label >= Label.scar,
    (label: number): boolean => label === Label.noReflow,
  ];
  const distances = structures.map((belongs) =>
    [low, high].map((k) =>
      signedDistanceMm(
        slice(k).map((label) => Number(belongs(label))),
        columns,
        labels.spacing,
      ),
    ),
  );
  const voxels: number[] = [];
  const after: number[] = [];
  for (let k = low + 1; k < high; k++) {
    const share = (k - low) / (high - low);
    for (let p = 0; p < plane; p++) {
      const [heart, wall, scar, noReflow] = distances.map(([a, b]) => (1 - share) * a[p] + share * b[p] < 0);
      let label: number = Label.background;
      if (heart) label = wall ? (scar ? (noReflow ? Label.noReflow : Label.scar) : Label.viable) : Label.bloodPool;
      const at = k * plane + p;
      if (labels.labels[at] === label) continue;
      voxels.push(at);
      after.push(label);
    }
  }
  return { voxels, labels: after };
}

function replaceSlice(labels: LabelVolume, slice: number, labelAt: (column: number, row: number) => number): Edit {
  const [columns, rows] = labels.size;
  const voxels: number[] = [];
  const after: number[] = [];
  for (let p = 0; p < columns * rows; p++) {
    const at = slice * columns * rows + p;
    const label = labelAt(p % columns, Math.floor(p / columns));
    if (labels.labels[at] === label) continue;
    voxels.push(at);
    after.push(label);
  }
  return { voxels, labels: after };
}
