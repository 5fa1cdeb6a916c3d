/** How a file's axes become those of a stack, and back: slices along the third axis, and one orientation for all hearts. */
import { cross, dot } from './vectors.ts';
import type { Grid, LabelVolume, PatientFrame, Vector3, Volume } from './volume.ts';

/** An axis of the file: its index, and whether it is counted from its end. */
export interface StoredAxis {
  readonly axis: 0 | 1 | 2;
  readonly backwards: boolean;
}

/** For columns, rows and slices of the stack, the axis of the file along which they run. */
export type Arrangement = readonly [StoredAxis, StoredAxis, StoredAxis];

const forwards = (axis: 0 | 1 | 2): StoredAxis => ({ axis, backwards: false });

/** As in the file. */
export const AS_STORED: Arrangement = [forwards(0), forwards(1), forwards(2)];

/** The orders of columns and rows where slices run along an axis; the first keeps the file's. */
const IN_PLANE: readonly (readonly [0 | 1 | 2, 0 | 1 | 2])[] = [
  [1, 2],
  [0, 2],
  [0, 1],
];

/** An arrangement with slices along an axis of the file and everything else unchanged. */
export const slicesAlong = (axis: 0 | 1 | 2): Arrangement => [
  forwards(IN_PLANE[axis][0]),
  forwards(IN_PLANE[axis][1]),
  forwards(axis),
];

/**
 * Columns and rows of a short axis as it is usually shown, LPS: the right ventricle at the left, the anterior wall at the top; slices
 * then count from the apex. Hearts are within some 30 degrees of it (SCMR's standardised protocols show them so).
 */
export const USUAL_COLUMNS: Vector3 = [0.6325649, 0.7655074, 0.117729];
export const USUAL_ROWS: Vector3 = [-0.3315277, 0.4049981, -0.852095];

/**
 * The arrangement in which columns and rows point most nearly as in a usual short axis, and slices along their cross
 * product: the same for a heart however it was stored. Where the frame is not known, that of the file.
 * @param start puts slices along the third axis
 */
export function standardArrangement(stored: Grid, start: Arrangement): Arrangement {
  const { frame } = stored;
  if (frame === null) return start;
  const directions = [frame.columnStep, frame.rowStep, frame.sliceStep];
  const directionOf = ({ axis, backwards }: StoredAxis): Vector3 => {
    const [x, y, z] = directions[axis];
    return backwards ? [-x, -y, -z] : [x, y, z];
  };
  const either = ({ axis }: StoredAxis): StoredAxis[] => [forwards(axis), { axis, backwards: true }];
  const [a, b, slices] = start;
  const pairs = [
    [a, b],
    [b, a],
  ].flatMap(([columns, rows]) => either(columns).flatMap((c) => either(rows).map((r) => [c, r] as const)));
  const likeness = ([c, r]: readonly [StoredAxis, StoredAxis]): number =>
    dot(directionOf(c), USUAL_COLUMNS) + dot(directionOf(r), USUAL_ROWS);
  const [columns, rows] = pairs.reduce((best, pair) => (likeness(pair) > likeness(best) ? pair : best));
  const normal = cross(directionOf(columns), directionOf(rows));
  const [, along] = either(slices);
  return [columns, rows, dot(directionOf(along), normal) > 0 ? along : forwards(slices.axis)];
}

/** Offset and step in the file's voxels for each axis of the stack. */
function stepsOf(storedSize: Vector3, arrangement: Arrangement): { start: number; steps: number[] } {
  const strides = [1, storedSize[0], storedSize[0] * storedSize[1]];
  let start = 0;
  const steps = arrangement.map(({ axis, backwards }) => {
    if (backwards) start += strides[axis] * (storedSize[axis] - 1);
    return backwards ? -strides[axis] : strides[axis];
  });
  return { start, steps };
}

const sizeOf = (storedSize: Vector3, [c, r, s]: Arrangement): Vector3 => [
  storedSize[c.axis],
  storedSize[r.axis],
  storedSize[s.axis],
];

/** Calls back with the index of each voxel in the stack and in the file. */
function forEachPair(storedSize: Vector3, arrangement: Arrangement, each: (at: number, stored: number) => void): void {
  const { start, steps } = stepsOf(storedSize, arrangement);
  const [columns, rows, slices] = sizeOf(storedSize, arrangement);
  let at = 0;
  for (let slice = 0; slice < slices; slice++) {
    for (let row = 0; row < rows; row++) {
      let stored = start + slice * steps[2] + row * steps[1];
      for (let column = 0; column < columns; column++, at++, stored += steps[0]) each(at, stored);
    }
  }
}

/** Whether an arrangement changes nothing. */
export const isAsStored = (arrangement: Arrangement): boolean =>
  arrangement.every(({ axis, backwards }, i) => axis === i && !backwards);

function arrangedFloats(values: Float32Array, storedSize: Vector3, arrangement: Arrangement): Float32Array {
  const arranged = new Float32Array(values.length);
  forEachPair(storedSize, arrangement, (at, stored) => (arranged[at] = values[stored]));
  return arranged;
}

/** Bytes of a file's voxels in the order of the stack's. */
export function arrangedBytes(values: Uint8Array, storedSize: Vector3, arrangement: Arrangement): Uint8Array {
  const arranged = new Uint8Array(values.length);
  forEachPair(storedSize, arrangement, (at, stored) => (arranged[at] = values[stored]));
  return arranged;
}

/** A file's grid as the stack's: sizes, spacings and directions move with their axes. */
export function arrangedGrid(stored: Grid, arrangement: Arrangement): Grid {
  const { size, spacing, frame } = stored;
  const [c, r, s] = arrangement;
  const slicesMove = s.axis !== 2;
  const { sliceMm } = stored;
  return {
    ...stored,
    size: sizeOf(size, arrangement),
    spacing: [spacing[c.axis], spacing[r.axis], spacing[s.axis]],
    frame: frame && arrangedFrame(stored, frame, arrangement),
    ...(sliceMm === undefined || slicesMove ? {} : { sliceMm: s.backwards ? [...sliceMm].reverse() : sliceMm }),
  };
}

function arrangedFrame({ size, spacing }: Grid, frame: PatientFrame, arrangement: Arrangement): PatientFrame {
  const directions = [frame.columnStep, frame.rowStep, frame.sliceStep];
  const origin = [...frame.origin];
  const steps = arrangement.map(({ axis, backwards }): Vector3 => {
    const [x, y, z] = directions[axis];
    if (!backwards) return [x, y, z];
    [x, y, z].forEach((part, i) => (origin[i] += part * spacing[axis] * (size[axis] - 1)));
    return [-x, -y, -z];
  });
  const [ox, oy, oz] = origin;
  return { origin: [ox, oy, oz], columnStep: steps[0], rowStep: steps[1], sliceStep: steps[2] };
}

/** A file's image as a stack. */
export function arrangedVolume(stored: Volume, arrangement: Arrangement): Volume {
  if (isAsStored(arrangement)) return stored;
  return {
    ...arrangedGrid(stored, arrangement),
    voxels: arrangedFloats(stored.voxels, stored.size, arrangement),
    ...(stored.noData ? { noData: arrangedBytes(stored.noData, stored.size, arrangement) } : {}),
  };
}

/** The arrangement that undoes another. */
function undone(arrangement: Arrangement): Arrangement {
  const back = [0, 1, 2].map((stored): StoredAxis => {
    const axis = arrangement.findIndex((one) => one.axis === stored) as 0 | 1 | 2;
    return { axis, backwards: arrangement[axis].backwards };
  });
  return [back[0], back[1], back[2]];
}

/** A stack's bytes in the file's own order. */
export const storedBytes = (values: Uint8Array, size: Vector3, arrangement: Arrangement): Uint8Array =>
  isAsStored(arrangement) ? values : arrangedBytes(values, size, undone(arrangement));

/** A stack's grid as the file has it. */
export const storedGrid = (grid: Grid, arrangement: Arrangement): Grid =>
  isAsStored(arrangement) ? grid : arrangedGrid(grid, undone(arrangement));

/** A stack's labels on the file's own grid, as they are written. */
export const storedLabels = (labels: LabelVolume, arrangement: Arrangement): LabelVolume => ({
  ...storedGrid(labels, arrangement),
  labels: storedBytes(labels.labels, labels.size, arrangement),
});
