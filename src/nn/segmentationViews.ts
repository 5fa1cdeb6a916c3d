/** Other views of a stack's brightness, for a stack in which the heart does not convince as stored. */
import { quantiles } from '../core/quantiles.ts';
import { filledBeyond, valuesWithin, type Box } from '../core/volume/imaged.ts';
import { robustWindow } from '../core/volume/intensity.ts';
import type { Square } from '../core/volume/plane.ts';
import type { Volume } from '../core/volume/volume.ts';
import { regionIntensities } from './networks/segmentation.ts';

/** The same voxels with other values; null where there is nothing to see. */
type BrightnessView = (image: Volume, square: Square, boxes: readonly Box[]) => Volume | null;

/** Fat may be many times as bright as the heart: what is brighter than most of the region is clipped to this. */
const BRIGHTEST_SHARE = 0.85;

const withoutTheBrightest: BrightnessView = (image, square, boxes) => {
  const region = regionIntensities(image, square, boxes);
  if (region.length === 0) return null;
  const [most] = quantiles(region, [BRIGHTEST_SHARE]);
  return { ...image, voxels: image.voxels.map((value) => Math.min(value, most)) };
};

const eachSliceByItself: BrightnessView = (image, _, boxes) => {
  const [columns, rows] = image.size;
  const voxels = new Float32Array(image.voxels.length);
  for (let slice = 0; slice < boxes.length; slice++) {
    const from = slice * columns * rows;
    const plane = image.voxels.subarray(from, from + columns * rows);
    const values = valuesWithin({ ...image, size: [columns, rows, 1], voxels: plane, noData: undefined }, [
      boxes[slice],
    ]);
    const { zero, range } = values.length > 0 ? robustWindow(values) : { zero: 0, range: 0 };
    if (range > 0) plane.forEach((value, at) => (voxels[from + at] = (value - zero) / range));
  }
  return { ...image, voxels };
};

const darkForBright: BrightnessView = (image, _, boxes) => {
  const negative = { ...image, voxels: image.voxels.map((value) => -value) };
  // What was not imaged stays dark.
  return filledBeyond(negative, boxes, robustWindow(valuesWithin(negative, boxes)).zero);
};

/** In the order in which they are tried. */
export const BRIGHTNESS_VIEWS: readonly BrightnessView[] = [withoutTheBrightest, eachSliceByItself, darkForBright];
