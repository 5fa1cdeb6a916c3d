import { signedDistanceMm } from '../volume/distance.ts';
import type { LabelVolume } from '../volume/volume.ts';
import { surfaceNets, type Surface } from './surfaceNets.ts';

/** Grid of the surface, mm: fine enough for a wall of 5 mm. */
const STEP_MM = 2;
/** Distances are capped here, so that a structure that ends between two slices ends half way. */
const REACH_MM = 8;

/**
 * The surface of a structure, mm from the centre of voxel (0, 0, 0) along columns, rows and slices: between slices its shape
 * goes from one to the next by signed distance (Raya and Udupa, IEEE TMI 1990), and beyond its end slices it ends after half
 * the distance to the next. null where no voxel belongs to it.
 */
export function labelSurface(labels: LabelVolume, belongs: (label: number) => boolean): Surface | null {
  const box = boundingBox(labels, belongs);
  if (box === null) return null;
  const [dx, dy, dz] = labels.spacing;
  const margin = [dx, dy].map((mm) => Math.ceil((2 * STEP_MM) / mm) + 1);
  const [left, top] = [box.low[0] - margin[0], box.low[1] - margin[1]];
  const columns = box.high[0] + margin[0] - left + 1;
  const rows = box.high[1] + margin[1] - top + 1;
  const slices = box.high[2] - box.low[2] + 1;

  const distances = Array.from({ length: slices }, (_, k) => {
    const inside = cut(labels, belongs, box.low[2] + k, left, top, columns, rows);
    return signedDistanceMm(inside, columns, labels.spacing).map((mm) => Math.min(REACH_MM, Math.max(-REACH_MM, mm)));
  });
  const beyond = new Float64Array(columns * rows).fill(REACH_MM);
  const stack = [beyond, ...distances, beyond];

  const size = [
    Math.floor(((columns - 1) * dx) / STEP_MM) + 1,
    Math.floor(((rows - 1) * dy) / STEP_MM) + 1,
    Math.floor(((slices + 1) * dz) / STEP_MM) + 1,
  ] as const;
  const field = new Float32Array(size[0] * size[1] * size[2]);
  for (let z = 0; z < size[2]; z++) {
    const [k, shareK] = split((z * STEP_MM) / dz, stack.length);
    for (let y = 0; y < size[1]; y++) {
      const [j, shareJ] = split((y * STEP_MM) / dy, rows);
      for (let x = 0; x < size[0]; x++) {
        const [i, shareI] = split((x * STEP_MM) / dx, columns);
        const at = j * columns + i;
        const inPlane = (plane: Float64Array): number =>
          (1 - shareJ) * ((1 - shareI) * plane[at] + shareI * plane[at + 1]) +
          shareJ * ((1 - shareI) * plane[at + columns] + shareI * plane[at + columns + 1]);
        field[x + size[0] * (y + size[1] * z)] = (1 - shareK) * inPlane(stack[k]) + shareK * inPlane(stack[k + 1]);
      }
    }
  }
  const surface = surfaceNets(field, size, [STEP_MM, STEP_MM, STEP_MM]);
  const origin = [left * dx, top * dy, (box.low[2] - 1) * dz];
  return { ...surface, vertices: surface.vertices.map((mm, i) => mm + origin[i % 3]) };
}

/** A position between grid points: the point before it, which has one after it, and the share of the way to that. */
function split(at: number, count: number): readonly [number, number] {
  const before = Math.min(count - 2, Math.floor(at));
  return [before, at - before];
}

interface Box {
  readonly low: readonly [number, number, number];
  readonly high: readonly [number, number, number];
}

function boundingBox({ labels, size }: LabelVolume, belongs: (label: number) => boolean): Box | null {
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  const high: [number, number, number] = [-1, -1, -1];
  labels.forEach((label, at) => {
    if (!belongs(label)) return;
    const place = [at % size[0], Math.floor(at / size[0]) % size[1], Math.floor(at / (size[0] * size[1]))];
    for (let axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis], place[axis]);
      high[axis] = Math.max(high[axis], place[axis]);
    }
  });
  return high[0] < 0 ? null : { low, high };
}

/** A rectangle of a slice, which may reach beyond it: 1 where a voxel belongs. */
function cut(
  { labels, size }: LabelVolume,
  belongs: (label: number) => boolean,
  slice: number,
  left: number,
  top: number,
  columns: number,
  rows: number,
): Uint8Array {
  const inside = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [x, y] = [left + column, top + row];
      if (x < 0 || y < 0 || x >= size[0] || y >= size[1]) continue;
      inside[row * columns + column] = Number(belongs(labels[x + size[0] * (y + size[1] * slice)]));
    }
  }
  return inside;
}
