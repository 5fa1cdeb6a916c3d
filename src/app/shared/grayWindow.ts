import { quantiles } from '../../core/quantiles.ts';
import { Label, type LabelVolume, type Volume } from '../../core/volume/volume.ts';
import type { Region } from './region.ts';

/** Which intensities are shown between black and white. */
export interface GrayWindow {
  readonly centre: number;
  readonly width: number;
}

/** Shares of the voxels that the first window leaves black and white. */
const BLACK_SHARE = 0.02;
const WHITE_SHARE = 0.995;
/** Enough to find the percentiles of a stack to a grey level or so; the page's own thread has to sort them. */
const MOST_SAMPLED = 20_000;

/**
 * The window that shows a region of all slices well: from the 2nd to the 99.5th percentile of its voxels. What is
 * outside the region is left out: in PSIR the noise of lungs and air takes up most of the range.
 */
export function openingWindow({ voxels, size }: Volume, region: Region): GrayWindow {
  const [columns, rows, slices] = size;
  const top = Math.max(0, Math.floor(region.top));
  const left = Math.max(0, Math.floor(region.left));
  const [height, width] = [Math.min(rows, region.bottom) - top, Math.min(columns, region.right) - left];
  const stride = Math.max(1, Math.ceil(Math.sqrt((slices * height * width) / MOST_SAMPLED)));
  const down = Math.max(0, Math.ceil(height / stride));
  const across = Math.max(0, Math.ceil(width / stride));
  const sample = new Float32Array(slices * down * across);
  let count = 0;
  for (let slice = 0; slice < slices; slice++) {
    for (let i = 0; i < down; i++) {
      const row = columns * (top + i * stride + rows * slice) + left;
      for (let j = 0; j < across; j++) sample[count++] = voxels[row + j * stride];
    }
  }
  sample.sort();
  const black = sample[Math.floor(BLACK_SHARE * (sample.length - 1))];
  const white = sample[Math.floor(WHITE_SHARE * (sample.length - 1))];
  return white > black ? { centre: (black + white) / 2, width: white - black } : { centre: black, width: 1 };
}

/**
 * The window for reading late enhancement: viable myocardium black, and the brightest of the heart white. null where
 * there is no viable myocardium, or nothing brighter. `heart` holds all that is labelled: a tenth of a stack, and this
 * runs on the page's own thread.
 */
export function nulledWindow({ voxels, size }: Volume, { labels }: LabelVolume, heart: Region): GrayWindow | null {
  const [columns, rows, slices] = size;
  const [top, left] = [Math.max(0, Math.floor(heart.top)), Math.max(0, Math.floor(heart.left))];
  const [bottom, right] = [Math.min(rows, heart.bottom), Math.min(columns, heart.right)];
  const all: number[] = [];
  const viable: number[] = [];
  for (let slice = 0; slice < slices; slice++) {
    for (let row = top; row < bottom; row++) {
      const first = columns * (row + rows * slice);
      for (let at = first + left; at < first + right; at++) {
        const label = labels[at];
        if (label === Label.background) continue;
        all.push(voxels[at]);
        if (label === Label.viable) viable.push(voxels[at]);
      }
    }
  }
  if (viable.length === 0) return null;
  const [black] = quantiles(viable, [0.5]);
  const [white] = quantiles(all, [WHITE_SHARE]);
  return white > black ? { centre: (black + white) / 2, width: white - black } : null;
}

/**
 * The window after a drag of (dx, dy) in shares of the viewer's size: right widens, down brightens, as readers are used to.
 * The step follows the window with which the stack opened, because intensities have no fixed scale.
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
