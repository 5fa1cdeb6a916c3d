/** Where a left ventricle is: the networks look around it, and a reader can point it out to them. */
import { isHeart, type LabelVolume } from '../volume/volume.ts';

export interface VentriclePlace {
  /** Native column and row of the left ventricle's centre over the stack. */
  readonly centre: readonly [number, number];
  /** Of pool and wall together, as `ventricleDiameterMm` takes it. */
  readonly diameterMm: number;
}

/** Left ventricles with their wall, from a child's to the most dilated, mm: what a reader may point out. */
export const MIN_HEART_MM = 25;
export const MAX_HEART_MM = 140;

/**
 * The diameter of a disc with the ventricle's area, mm, over the third of its slices where it is largest: one slice's
 * error or an oblique base matters little.
 * @param areasMm2 pool and wall in each slice that shows any
 * @throws RangeError if there is no slice
 */
export function ventricleDiameterMm(areasMm2: readonly number[]): number {
  if (areasMm2.length === 0) throw new RangeError('No slice shows a ventricle.');
  const largest = [...areasMm2].sort((a, b) => b - a).slice(0, Math.ceil(areasMm2.length / 3));
  return 2 * Math.sqrt(largest.reduce((sum, area) => sum + area, 0) / largest.length / Math.PI);
}

/** Where a segmentation has its ventricle, pool and wall; null where it has none. */
export function placeOf({ labels, size: [columns, rows, slices], spacing }: LabelVolume): VentriclePlace | null {
  const plane = columns * rows;
  const areas = new Float64Array(slices);
  let [column, row, count] = [0, 0, 0];
  for (let at = 0; at < labels.length; at++) {
    if (!isHeart(labels[at])) continue;
    areas[Math.floor(at / plane)] += spacing[0] * spacing[1];
    column += at % columns;
    row += Math.floor(at / columns) % rows;
    count += 1;
  }
  if (count === 0) return null;
  return {
    centre: [column / count, row / count],
    diameterMm: ventricleDiameterMm([...areas].filter((area) => area > 0)),
  };
}
