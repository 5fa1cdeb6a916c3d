import { quantiles } from '../../core/volume/intensity.ts';
import { isHeart, Label, type LabelVolume, type Volume } from '../../core/volume/volume.ts';
import type { Region } from './region.ts';

/** Which intensities are shown between black and white. */
export interface GrayWindow {
  readonly centre: number;
  readonly width: number;
}

/** Shares of the voxels that the first window leaves black and white. */
const BLACK_SHARE = 0.02;
const WHITE_SHARE = 0.995;
/** Every second voxel of every second row is enough to tell the percentiles of a stack to a fraction of a grey level. */
const STRIDE = 2;

/**
 * The window that shows a region of all slices well: from the 2nd to the 99.5th percentile of its voxels. What lies outside
 * is left out: in PSIR the noise of lungs and air takes up most of the range.
 */
export function openingWindow({ voxels, size }: Volume, region: Region): GrayWindow {
  const [columns, rows, slices] = size;
  const top = Math.max(0, Math.floor(region.top));
  const left = Math.max(0, Math.floor(region.left));
  const down = Math.max(0, Math.ceil((Math.min(rows, region.bottom) - top) / STRIDE));
  const across = Math.max(0, Math.ceil((Math.min(columns, region.right) - left) / STRIDE));
  const sample = new Float32Array(slices * down * across);
  let count = 0;
  for (let slice = 0; slice < slices; slice++) {
    for (let i = 0; i < down; i++) {
      const row = columns * (top + i * STRIDE + rows * slice) + left;
      for (let j = 0; j < across; j++) sample[count++] = voxels[row + j * STRIDE];
    }
  }
  sample.sort();
  const black = sample[Math.floor(BLACK_SHARE * (sample.length - 1))];
  const white = sample[Math.floor(WHITE_SHARE * (sample.length - 1))];
  return white > black ? { centre: (black + white) / 2, width: white - black } : { centre: black, width: 1 };
}

/**
 * The window that late enhancement is read in: viable myocardium black, and the brightest of the heart white. null where there
 * is no viable myocardium, or nothing brighter.
 */
export function nulledWindow({ voxels }: Volume, { labels }: LabelVolume): GrayWindow | null {
  // A case has half a million voxels and this runs on the page's own thread: no call for each.
  const heart = new Float32Array(voxels.length);
  const viable = new Float32Array(voxels.length);
  let hearts = 0;
  let viables = 0;
  for (let at = 0; at < voxels.length; at++) {
    if (isHeart(labels[at])) heart[hearts++] = voxels[at];
    if (labels[at] === Label.viable) viable[viables++] = voxels[at];
  }
  if (viables === 0) return null;
  const [black] = quantiles(viable.subarray(0, viables), [0.5]);
  const [white] = quantiles(heart.subarray(0, hearts), [WHITE_SHARE]);
  return white > black ? { centre: (black + white) / 2, width: white - black } : null;
}

/**
 * The window after a drag of (dx, dy) in shares of the viewer's size: right widens, down brightens, as readers are used to.
 * The step follows the window that the stack opened with, for intensities have no scale of their own.
 */
export function draggedWindow(from: GrayWindow, opening: GrayWindow, dx: number, dy: number): GrayWindow {
  return {
    centre: from.centre - dy * opening.width,
    width: Math.max(opening.width / 100, from.width + dx * opening.width),
  };
}

/** Grey level 0 to 255 of an intensity. */
export function grayLevel(value: number, { centre, width }: GrayWindow): number {
  return Math.min(255, Math.max(0, ((value - centre) / width + 0.5) * 255));
}
