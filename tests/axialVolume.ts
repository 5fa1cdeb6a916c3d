/** Draws a short-axis image as the axial volume that a 3-D scan of it would be. */
import { middleOf } from '../src/core/volume/reformat.ts';
import { along, dot } from '../src/core/volume/vectors.ts';
import type { PatientFrame, Vector3, Volume } from '../src/core/volume/volume.ts';

export const AXES: Omit<PatientFrame, 'origin'> = { columnStep: [1, 0, 0], rowStep: [0, 1, 0], sliceStep: [0, 0, 1] };
const MM = 2;
const SIZE: Vector3 = [110, 110, 64];

/** A short-axis image drawn as an axial volume of 2 mm around a point beside its middle. */
export function axialOf({ voxels, size: [columns, rows, slices], spacing, frame }: Volume, beside: Vector3): Volume {
  if (!frame) throw new Error('no frame');
  const middle = middleOf({ size: [columns, rows, slices], spacing, frame }, frame);
  const origin = SIZE.map((n, i) => middle[i] + beside[i] - ((n - 1) / 2) * MM) as unknown as Vector3;
  const drawn = new Float32Array(SIZE[0] * SIZE[1] * SIZE[2]);
  const noData = new Uint8Array(drawn.length);
  /** Trilinear: a value at the nearest pixel would shift tissue by up to half of one. */
  const between = (place: Vector3): number => {
    const first = place.map((at, i) => Math.min(Math.floor(at), [columns, rows, slices][i] - 2));
    let sum = 0;
    for (let corner = 0; corner < 8; corner++) {
      const beyond = [corner & 1, (corner >> 1) & 1, corner >> 2];
      const [i, j, k] = first.map((at, axis) => at + beyond[axis]);
      const weight = beyond.reduce((product, is, axis) => product * Math.abs(1 - is - (place[axis] - first[axis])), 1);
      sum += weight * voxels[i + columns * (j + rows * k)];
    }
    return sum;
  };
  const steps = [frame.columnStep, frame.rowStep, frame.sliceStep];
  drawn.forEach((_, at) => {
    const voxel = [at % SIZE[0], Math.floor(at / SIZE[0]) % SIZE[1], Math.floor(at / (SIZE[0] * SIZE[1]))];
    const from = along(origin.map((mm, i) => mm + voxel[i] * MM) as unknown as Vector3, -1, frame.origin);
    const [x, y, z] = steps.map((step, i) => dot(from, step) / spacing[i]);
    const isIn = x >= 0 && y >= 0 && z >= -0.5 && x <= columns - 1 && y <= rows - 1 && z <= slices - 0.5;
    if (!isIn) noData[at] = 1;
    else drawn[at] = between([x, y, Math.min(Math.max(z, 0), slices - 1)]);
  });
  return { size: SIZE, spacing: [MM, MM, MM], frame: { origin, ...AXES }, voxels: drawn, noData };
}
