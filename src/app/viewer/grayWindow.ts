import type { Volume } from '../../core/volume/volume.ts';

/** Which intensities are shown between black and white. */
export interface GrayWindow {
  readonly centre: number;
  readonly width: number;
}

/** Shares of the voxels that the first window leaves black and white. */
const BLACK_SHARE = 0.02;
const WHITE_SHARE = 0.995;
/** Enough voxels to tell the percentiles of a stack to a fraction of a grey level. */
const SAMPLES = 50_000;

/** The window that a stack opens with: from the 2nd to the 99.5th percentile of its non-constant voxels. */
export function openingWindow(volume: Volume): GrayWindow {
  const { voxels } = volume;
  const stride = Math.max(1, Math.floor(voxels.length / SAMPLES));
  const sample = new Float32Array(Math.ceil(voxels.length / stride));
  for (let i = 0; i < sample.length; i++) sample[i] = voxels[i * stride];
  sample.sort();
  const black = sample[Math.floor(BLACK_SHARE * (sample.length - 1))];
  const white = sample[Math.floor(WHITE_SHARE * (sample.length - 1))];
  return white > black ? { centre: (black + white) / 2, width: white - black } : { centre: black, width: 1 };
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
