/** The wall of a segmentation as the scar measures read it: its voxels, its inside, and the middle of each slice. */
import { isHeart, isMyocardium, Label, type Grid, type LabelVolume, type SlicePoint } from '../volume/volume.ts';

export interface Wall extends Grid {
  /** Indices of the myocardium's voxels, ascending. */
  readonly voxels: Uint32Array;
  /** For each of `voxels`, 1 where its four neighbours in the slice are wall too: no blood or fat shares the pixel. */
  readonly inner: Uint8Array;
  /** For each of `voxels`, its direction from the middle of its slice, radians clockwise as seen from the image's right. */
  readonly angles: Float64Array;
  /** Where in `voxels` a slice begins; one entry more than slices. */
  readonly starts: readonly number[];
  /** Middle of the blood pool in each slice, or of the wall where there is no pool; null where there is no heart. */
  readonly centres: readonly (SlicePoint | null)[];
}

/** Reads the wall of a segmentation. Directions are those in the patient (mm), whatever the pixels' shape. */
export function readWall(labels: LabelVolume): Wall {
  const [columns, rows, slices] = labels.size;
  const plane = columns * rows;
  const voxels: number[] = [];
  const inner: number[] = [];
  const starts = [0];
  const centres: (SlicePoint | null)[] = [];
  for (let slice = 0; slice < slices; slice++) {
    const here = labels.labels.subarray(slice * plane, (slice + 1) * plane);
    const wall = (at: number): boolean => isMyocardium(here[at]);
    for (let at = 0; at < plane; at++) {
      if (!wall(at)) continue;
      const column = at % columns;
      const inside =
        column > 0 &&
        column < columns - 1 &&
        at >= columns &&
        at < plane - columns &&
        wall(at - 1) &&
        wall(at + 1) &&
        wall(at - columns) &&
        wall(at + columns);
      voxels.push(slice * plane + at);
      inner.push(inside ? 1 : 0);
    }
    starts.push(voxels.length);
    centres.push(centroid(here, columns, (label) => label === Label.bloodPool) ?? centroid(here, columns, isHeart));
  }
  const grid = { size: labels.size, spacing: labels.spacing, frame: labels.frame };
  const angles = Float64Array.from(voxels, (voxel) => {
    const centre = centres[Math.floor(voxel / plane)] as SlicePoint;
    return directionFrom(centre, [voxel % columns, Math.floor(voxel / columns) % rows], grid);
  });
  return { ...grid, voxels: Uint32Array.from(voxels), inner: Uint8Array.from(inner), angles, starts, centres };
}

function centroid(labels: Uint8Array, columns: number, isPart: (label: number) => boolean): SlicePoint | null {
  let count = 0;
  let column = 0;
  let row = 0;
  labels.forEach((label, at) => {
    if (!isPart(label)) return;
    count += 1;
    column += at % columns;
    row += Math.floor(at / columns);
  });
  return count > 0 ? [column / count, row / count] : null;
}

/** Direction from one point of a slice to another, radians clockwise as seen from the image's right, -pi to pi. */
export function directionFrom(from: SlicePoint, to: SlicePoint, { spacing }: Grid): number {
  return Math.atan2((to[1] - from[1]) * spacing[1], (to[0] - from[0]) * spacing[0]);
}

/** The turn from one direction to another, -pi to pi. */
export function turnBetween(from: number, to: number): number {
  const turn = (to - from) % (2 * Math.PI);
  if (turn > Math.PI) return turn - 2 * Math.PI;
  return turn <= -Math.PI ? turn + 2 * Math.PI : turn;
}
