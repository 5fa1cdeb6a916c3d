/** Voxels that hold no value. */
import { robustWindow } from './intensity.ts';

/**
 * A lowest or highest value is not brightness if this fraction of the voxels share it and it is farther from all others
 * than they are from each other;
 */
const SOME = 0.002;
/**
 * or if as many share it as are outside the circle in a square (21%), and it is half the others' window away from them.
 */
const CORNERS = 0.2;
const AWAY = 0.5;

/**
 * Finds the voxels that hold no value: NaN and infinities, which the readers write for padding, and a lowest or highest
 * value that many voxels share and that is far from all others, with which programs fill an image's corners (0 below
 * tissue from 600 on, or -32768). Writes the zero of the others' window there: the networks then see the same as beyond
 * an image's border.
 * @returns 1 where there is no value; null where every voxel has one
 */
export const takeOutNoData = (voxels: Float32Array): Uint8Array | null => takeOut(voxels, fillers(voxels));

/** The same where it is marked already: NaN means no value, and a lowest or highest value is like any other. */
export const takeOutMarked = (voxels: Float32Array): Uint8Array | null => takeOut(voxels, Number.isFinite);

/** Voxels with NaN where there is no value, as `takeOutMarked` takes them. */
export const marked = (voxels: Float32Array, noData: Uint8Array): Float32Array =>
  voxels.map((value, at) => (noData[at] === 1 ? NaN : value));

function takeOut(voxels: Float32Array, isKnown: (value: number) => boolean): Uint8Array | null {
  let noData: Uint8Array | null = null;
  for (let at = 0; at < voxels.length; at++) {
    if (isKnown(voxels[at])) continue;
    noData ??= new Uint8Array(voxels.length);
    noData[at] = 1;
  }
  if (noData === null) return null;
  const known = voxels.filter((value) => isKnown(value));
  const zero = known.length > 0 ? robustWindow(known).zero : 0;
  noData.forEach((flag, at) => {
    if (flag) voxels[at] = zero;
  });
  return noData;
}

/** Tells values of an image from fillers where there is no value. */
function fillers(voxels: Float32Array): (value: number) => boolean {
  const lowest = fillerAt(voxels, Math.min, Infinity);
  const highest = fillerAt(voxels, Math.max, -Infinity);
  return (value) => Number.isFinite(value) && value !== lowest && value !== highest;
}

/** The value at one end of the range if it is not brightness; otherwise NaN, which equals nothing. */
function fillerAt(voxels: Float32Array, further: (a: number, b: number) => number, start: number): number {
  let end = start;
  for (const value of voxels) if (Number.isFinite(value)) end = further(end, value);
  let count = 0;
  let next = start;
  for (const value of voxels) {
    if (value === end) count += 1;
    else if (Number.isFinite(value)) next = further(next, value);
  }
  if (count < SOME * voxels.length || !Number.isFinite(next)) return NaN;
  const others = voxels.filter((value) => Number.isFinite(value) && value !== end);
  const farthest = others.reduce((most, value) => Math.max(most, Math.abs(value - next)), 0);
  if (farthest > 0 && Math.abs(next - end) > farthest) return end;
  const { range } = robustWindow(others);
  return count > CORNERS * voxels.length && range > 0 && Math.abs(next - end) > AWAY * range ? end : NaN;
}
