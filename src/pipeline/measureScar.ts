import { measureBurden } from '../core/scar/burden.ts';
import { findRemoteRegion, thresholdScar } from '../core/scar/thresholds.ts';
import type { LabelVolume, Volume } from '../core/volume/volume.ts';
import type { ScarMeasures } from './analysis.ts';

/** Every measure of a segmentation: in all, slice by slice, and by thresholds inside the same myocardium. */
export function measureScar(image: Volume, labels: LabelVolume): ScarMeasures {
  return {
    ...measureBurden(labels),
    perSlice: Array.from({ length: labels.size[2] }, (_, slice) => ({
      slice,
      ...measureBurden(labels, slice, slice + 1),
    })),
    methods: thresholdScar(image, labels, findRemoteRegion(image, labels)),
  };
}
